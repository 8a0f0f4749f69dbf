/* The keys that mean the same in every panel, and what they do. */
#include "tui/keys.h"

#include <string.h>

#include "tui/curves.h"
#include "tui/help.h"
#include "tui/key_script.h"
#include "tui/prompt.h"
#include "tui/sharpness.h"
#include "tui/undo.h"

static void open_prompt(struct ui *ui, int argument)
{
	(void)argument;
	prompt_open(ui->prompt, "", -1);
}

static void open_help(struct ui *ui, int argument)
{
	(void)argument;
	help_show(ui);
}

/* Several keys may come between two drawings, so the layout is asked for
 * anew. */
static void next_panel(struct ui *ui, int step)
{
	struct layout layout;

	layout_compute(ui->canvas.rows, ui->canvas.columns, &ui->wish,
	    &layout);
	do {
		ui->wish.focus = (enum panel_name)(((int)ui->wish.focus +
		    step + PANELS) % PANELS);
	} while (layout.absent[ui->wish.focus]);
}

static void zoom(struct ui *ui, int argument)
{
	(void)argument;
	ui->wish.zoomed = !ui->wish.zoomed;
}

void keys_preset(struct ui *ui, int number)
{
	ui->wish.preset = number < 0 ? (ui->wish.preset + 1) % PRESETS :
	    (enum preset)number;
	ui->wish.zoomed = false;
	ui_message(ui, "layout %d: %s", ui->wish.preset + 1,
	    preset_name(ui->wish.preset));
}

/* ZZ is two keys: the first one always asks, the second is the answer. */
static void quit(struct ui *ui, int asks)
{
	const struct job_view *job = ui_training(ui);

	ui->asked = asks || ui_busy(ui);
	if (!ui->asked)
		ui_submit(ui, "quit");
	else if (ui_busy(ui))
		ui_message(ui, "%s is running: stop it and quit? (y/n)",
		    job ? job->text : ui->snapshot->job[0].text);
	else
		ui_message(ui, "quit? (y/n)");
}

/* The training typed last, to be repeated. */
static const char *last_training(const struct snapshot *snapshot)
{
	for (int i = snapshot->log_lines - 1; i >= 0; i--) {
		const struct log_line *line = &snapshot->log[i];

		if (line->level == LOG_COMMAND &&
		    strncmp(line->text, "train ", 6) == 0 &&
		    !strchr(line->text, ';'))
			return line->text;
	}
	return snapshot->runs > 1 ? "train 1 epochs runs=all" :
	    "train 1 epochs";
}

static void pause_or_go(struct ui *ui, int argument)
{
	const struct job_view *job = ui_played(ui);

	(void)argument;
	if (job)
		ui_submit(ui, job->paused ? "resume" : "pause");
	else if (ui_need_run(ui))
		ui_submit(ui, "%s", last_training(ui->snapshot));
}

static void step(struct ui *ui, int argument)
{
	(void)argument;
	if (ui_need_run(ui))
		ui_submit(ui, "step");
}

static void toggle_snt(struct ui *ui, int argument)
{
	const struct run_view *run = ui_need_run(ui);

	(void)argument;
	if (!run)
		return;
	ui_submit(ui, run->transformed ? "snt off" : "snt on");
	ui_message(ui, "SNT %s for %s; u takes it back", run->transformed ?
	    "off" : "on", run->name);
}

static void undo(struct ui *ui, int again)
{
	if (again)
		undo_redo(ui);
	else
		undo_last(ui);
}

static void search(struct ui *ui, int argument)
{
	(void)argument;
	prompt_open(ui->prompt, "/", -1);
}

static void measure(struct ui *ui, int sam)
{
	char words[48];

	if (!ui_need_run(ui))
		return;
	if (sam || ui->wish.focus != PANEL_SHARPNESS) {
		ui->sharpness.page = sam;
		ui->sharpness.layer = 0;
	}
	sharpness_in_sight(ui, words, sizeof(words));
	ui_submit(ui, "sharpness %s", words);
}

static void lesson(struct ui *ui, int back)
{
	if (ui->snapshot->lesson.active && !lesson_turn(ui, back))
		ui_submit(ui, back ? "lesson back" : "lesson next");
	else if (!ui->snapshot->lesson.active)
		ui_message(ui, "no lesson is given: :lesson lists them");
}

static void next_extremes(struct ui *ui, int argument)
{
	static const char *const names[EXTREMES_CHOICES] = {
		"mean, with extremes for a single run", "mean and extremes",
		"mean alone"};

	(void)argument;
	ui->extremes = (ui->extremes + 1) % EXTREMES_CHOICES;
	ui_message(ui, "curves show the %s", names[ui->extremes]);
}

static void next_glyphs(struct ui *ui, int argument)
{
	static const char *const names[PLOT_GLYPHS] = {"braille", "blocks",
		"characters"};
	static const char *const words[PLOT_GLYPHS] = {"braille", "block",
		"ascii"};

	(void)argument;
	ui->glyphs = (ui->glyphs + 1) % PLOT_GLYPHS;
	ui_submit(ui, "set plot %s", words[ui->glyphs]);
	ui_message(ui, ui->unicode ? "plots in %s" :
	    "plots in characters: this terminal is not UTF-8",
	    names[ui->glyphs]);
}

static void stop(struct ui *ui, int argument)
{
	(void)argument;
	workbench_interrupt(ui->workbench);
}

static void redraw(struct ui *ui, int argument)
{
	(void)argument;
	ui->wants_redraw = true;
}

/* For a bug report, or a page of notes. */
static void dump(struct ui *ui, int argument)
{
	static const char path[] = "snt-screen.txt";
	struct error error;

	(void)argument;
	if (screen_dump(ui, path, &error))
		ui_message(ui, "%s", error.text);
	else
		ui_message(ui, "the screen is in %s", path);
}

static void suspend(struct ui *ui, int argument)
{
	(void)argument;
	ui->wants_suspend = true;
}

static const struct key_row global[] = {
	{":", {':'}, ": command", "type a command; Tab lists them all", NULL,
		open_prompt, 0},
	{"space", {' '}, "space train", "train as last time; pause; go on",
		"train 1 epochs", pause_or_go, 0},
	{"s", {'s'}, "s step", "one training step", "step", step, 0},
	{"n", {'n'}, "n SNT", "SNT on or off for the current run",
		"snt on, snt off", toggle_snt, 0},
	{"u", {'u'}, "u undo", "undo: take back a slider, an edit, SNT", NULL,
		undo, false},
	{"Ctrl-R", {KEY_CTRL('R')}, NULL, "redo: do again what u took back",
		NULL, undo, true},
	{"m", {'m'}, NULL, "measure the sharpness in sight",
		"sharpness lambda", measure, false},
	{"M", {'M'}, NULL, "measure the gap that SAM closes",
		"sharpness sam", measure, true},
	{"N", {'N'}, NULL, "read on in the lesson, run its lines", "lesson next", lesson,
		false},
	{"B", {'B'}, NULL, "a page of the lesson back", "lesson back", lesson,
		true},
	{"( )", {'('}, NULL, "along the timeline by a notch", "goto STEP",
		scrub_move, -1},
	{")", {')'}, "( ) time", NULL, NULL, scrub_move, 1},
	{"{ }", {'{'}, NULL, "by ten notches", "goto STEP", scrub_move, -10},
	{"}", {'}'}, NULL, NULL, NULL, scrub_move, 10},
	{"^ $", {'^'}, NULL, "to the first step, to the last", "goto end",
		scrub_end, 0},
	{"$", {'$'}, NULL, NULL, NULL, scrub_end, 1},
	{"` '", {'`'}, NULL, "to the change or note before, behind",
		"goto STEP", scrub_mark, -1},
	{"'", {'\''}, NULL, NULL, NULL, scrub_mark, 1},
	{"V", {'V'}, NULL, "speed of replays and of training in the past",
		"set replay_speed 50", scrub_speed, 0},
	{"/", {'/', KEY_CODE_F3}, "/ search",
		"search the log; then n older, N newer", NULL, search, 0},
	{"mouse", {0}, NULL, "click a panel, a slider, the timeline",
		"goto STEP", NULL, 0},
	{"Tab", {'\t'}, "Tab panel", "the next panel", NULL, next_panel, 1},
	{"Shift-Tab", {KEY_CODE_BACK_TAB}, NULL, "the panel before", NULL,
		next_panel, -1},
	{"z", {'z'}, "z zoom", "this panel alone, and back",
		NULL, zoom, 0},
	{"p", {'p'}, NULL, "another layout of the panels", NULL, keys_preset,
		-1},
	{"1-6", {0}, NULL, "layouts by number, except on the sliders", NULL,
		NULL, 0},
	{"x", {'x'}, NULL, "curves by steps, epochs, gradients, seconds",
		NULL, curves_next_axis, 0},
	{"E", {'E'}, NULL, "curves with extremes, or their mean alone", NULL,
		next_extremes, 0},
	{"C", {'C'}, NULL, "plots in braille, blocks or characters",
		"set plot block", next_glyphs, 0},
	{"Ctrl-C", {KEY_CTRL('C')}, NULL,
		"stop what is running, not the program", NULL, stop, 0},
	{"D", {'D'}, NULL, "this screen as text into snt-screen.txt", NULL,
		dump, 0},
	{"Ctrl-L", {KEY_CTRL('L')}, NULL, "draw the screen anew", NULL, redraw,
		0},
	{"Ctrl-Z", {KEY_CTRL('Z')}, NULL, "to the shell; `fg` comes back", NULL,
		suspend, 0},
	{"q", {'q', KEY_CODE_F10}, "q quit",
		"leave; asks while something is running", "quit", quit, false},
	{"ZZ", {'Z'}, NULL, "leave, as `:q` and F10 do", "quit", quit, true},
	{"?", {'?', KEY_CODE_F1}, NULL, "this help", NULL, open_help, 0},
	{0},
};

const struct key_row *keys_global(void)
{
	return global;
}

bool keys_quit(int32_t code)
{
	const struct key_row *row = global;

	while (row->name && row->act != quit)
		row++;
	for (; row->name && row->act == quit; row++) {
		for (int i = 0; i < 3; i++) {
			if (code && row->code[i] == code)
				return true;
		}
	}
	return false;
}
