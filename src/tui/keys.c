#include "tui/keys.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "tui/curves.h"
#include "tui/key_script.h"
#include "tui/panel.h"
#include "tui/prompt.h"
#include "tui/study_page.h"
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
	ui->help_open = true;
	ui->help_first = 0;
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

static void use_preset(struct ui *ui, int number)
{
	ui->wish.preset = number < 0 ? (ui->wish.preset + 1) % PRESETS :
	    (enum preset)number;
	ui->wish.zoomed = false;
	ui_message(ui, "layout %d: %s", ui->wish.preset + 1,
	    preset_name(ui->wish.preset));
}

static void quit(struct ui *ui, int argument)
{
	(void)argument;
	if (ui_busy(ui)) {
		const struct job_view *job = ui_training(ui);

		ui->asked = true;
		ui_message(ui, "%s is running: stop it and quit? (y/n)",
		    job ? job->text : ui->snapshot->job[0].text);
		return;
	}
	ui_submit(ui, "quit");
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

static void undo(struct ui *ui, int argument)
{
	(void)argument;
	undo_last(ui);
}

static void measure(struct ui *ui, int sam)
{
	if (!ui_need_run(ui))
		return;
	if (sam || ui->wish.focus != PANEL_SHARPNESS)
		ui->sharpness.page = sam;
	ui_submit(ui, "sharpness %s", sharpness_in_sight(ui));
}

static void lesson(struct ui *ui, int back)
{
	if (ui->snapshot->lesson.active)
		ui_submit(ui, back ? "lesson back" : "lesson next");
	else
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

#define CTRL(letter) ((letter) & 0x1f)

enum { BAR_MOST = 40, BAR_GAP = 2 };

static const struct key_row global[] = {
	{":", {':'}, ": command", "type a command; Tab lists them all", NULL,
		open_prompt, 0},
	{"space", {' '}, "space train", "train as last time; pause; go on",
		"train 1 epochs", pause_or_go, 0},
	{"s", {'s'}, "s step", "one training step", "step", step, 0},
	{"n", {'n'}, "n SNT", "SNT on or off for the current run",
		"snt on, snt off", toggle_snt, 0},
	{"u", {'u'}, "u undo", "take back a slider, an edit, SNT", NULL, undo,
		0},
	{"m", {'m'}, NULL, "measure the sharpness in sight",
		"sharpness lambda", measure, false},
	{"M", {'M'}, NULL, "measure the gap that SAM closes",
		"sharpness sam", measure, true},
	{"N", {'N'}, NULL, "go on with the lesson", "lesson next", lesson,
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
	{"Tab", {'\t'}, "Tab panel", "the next panel", NULL, next_panel, 1},
	{"Shift-Tab", {KEY_CODE_BACK_TAB}, NULL, "the panel before", NULL,
		next_panel, -1},
	{"z", {'z'}, "z zoom", "this panel alone, and back",
		NULL, zoom, 0},
	{"p", {'p'}, NULL, "another layout of the panels", NULL, use_preset,
		-1},
	{"1-6", {0}, NULL, "layouts by number, except on the sliders", NULL,
		NULL, 0},
	{"x", {'x'}, NULL, "curves by steps, epochs, gradients, seconds",
		NULL, curves_next_axis, 0},
	{"E", {'E'}, NULL, "curves with extremes, or their mean alone", NULL,
		next_extremes, 0},
	{"g", {'g'}, NULL, "plots in braille, blocks or characters",
		"set plot block", next_glyphs, 0},
	{"Ctrl-C", {CTRL('C')}, NULL, "stop what is running, not the program",
		NULL, stop, 0},
	{"D", {'D'}, NULL, "this screen as text into snt-screen.txt", NULL,
		dump, 0},
	{"Ctrl-L", {CTRL('L')}, NULL, "draw the screen anew", NULL, redraw,
		0},
	{"Ctrl-Z", {CTRL('Z')}, NULL, "to the shell; `fg` comes back", NULL,
		suspend, 0},
	{"q", {'q'}, "q quit", "leave; asks while something is running",
		"quit", quit, 0},
	{"?", {'?', KEY_CODE_F1}, NULL, "this help", NULL, open_help, 0},
	{0},
};

const struct key_row *keys_global(void)
{
	return global;
}

const struct key_row *keys_panel(enum panel_name panel)
{
	return panel_of(panel)->keys;
}

static const struct key_row *find(const struct key_row *row, int32_t code)
{
	for (; row->name; row++) {
		for (int i = 0; i < 3 && row->code[i]; i++) {
			if (row->code[i] == code)
				return row;
		}
	}
	return NULL;
}

/* A key that means nothing here may do so elsewhere: say where. Esc is for
 * leaving, and whoever has left already needs no word about it. */
static bool say_where(struct ui *ui, int32_t code)
{
	if (code == KEY_CODE_ESCAPE)
		return false;
	if (code >= '0' && code <= '9') {
		ui_message(ui, "values are typed on the sliders (Tab to "
		    "Compression); 1-%d are layouts", PRESETS);
		return false;
	}
	for (int i = 0; i < PANELS; i++) {
		const struct panel *panel = panel_of((enum panel_name)i);
		const struct key_row *row = find(panel->keys, code);

		while (row && !row->help)
			row--;
		if (!row)
			continue;
		ui_message(ui, "%s is a key of the panel %s (Tab): %s",
		    row->name, panel->title, row->help);
		return true;
	}
	if (code > ' ' && code <= '~')
		ui_message(ui, "%c means nothing here; ? shows the keys",
		    (char)code);
	return false;
}

bool keys_press(struct ui *ui, int32_t code)
{
	const struct key_row *row = find(keys_panel(ui->wish.focus), code);

	if (!row)
		row = find(global, code);
	/* Digits are for the values of sliders, and for layouts elsewhere. */
	if (!row && code >= '1' && code < '1' + PRESETS) {
		use_preset(ui, code - '1');
		return true;
	}
	if (!row)
		return say_where(ui, code);
	row->act(ui, row->argument);
	return true;
}

int32_t keys_code(const char *name)
{
	static const struct { const char *name; int32_t code; } map[] = {
		{"Space", ' '}, {"Tab", '\t'}, {"Enter", KEY_CODE_ENTER},
		{"Esc", KEY_CODE_ESCAPE}, {"Escape", KEY_CODE_ESCAPE},
		{"Shift-Tab", KEY_CODE_BACK_TAB}, {"Up", KEY_CODE_UP},
		{"Down", KEY_CODE_DOWN}, {"Left", KEY_CODE_LEFT},
		{"Right", KEY_CODE_RIGHT}, {"Home", KEY_CODE_HOME},
		{"End", KEY_CODE_END}, {"PgUp", KEY_CODE_PAGE_UP},
		{"PgDn", KEY_CODE_PAGE_DOWN}, {"Insert", KEY_CODE_INSERT},
		{"Delete", KEY_CODE_DELETE},
		{"Backspace", KEY_CODE_BACKSPACE}, {"F1", KEY_CODE_F1}};

	if (name[0] && !name[1])
		return name[0];
	if (strncasecmp(name, "Ctrl-", 5) == 0 && name[5] && !name[6])
		return CTRL(name[5]);
	if (strncasecmp(name, "Alt-", 4) == 0 && name[4] && !name[5])
		return KEY_CODE_ALT | name[4];
	for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++) {
		if (strcasecmp(map[i].name, name) == 0)
			return map[i].code;
	}
	return KEY_CODE_NONE;
}

/* What the space bar would do now. */
static const char *label_of(const struct ui *ui, const struct key_row *row)
{
	const struct job_view *job = ui_played(ui);

	if (row->act != pause_or_go || !job)
		return row->label;
	return job->paused ? "space go on" : "space pause";
}

/* "a add": the key itself stands out. Returns the column after it. */
static int bar_item(const struct area *area, int column, const char *label)
{
	size_t key = strcspn(label, " ");
	char text[64];

	text_format(text, sizeof(text), STYLE_SET "%.*s" STYLE_BACK "%s",
	    STYLE_TEXT(STYLE_KEY), (int)key, label, label + key);
	return area_puts(area, 0, column, STYLE_NORMAL, text) + BAR_GAP;
}

/* The keys of the bar, in its order. */
struct bar {
	const struct key_row *row[BAR_MOST];
	bool shown[BAR_MOST];
	int count;
};

static void collect(struct bar *bar, const struct key_row *row)
{
	for (; row->name && bar->count < BAR_MOST; row++) {
		if (row->label)
			bar->row[bar->count++] = row;
	}
}

/* What whoever comes for the first time looks for. */
static bool is_basic(const struct key_row *row)
{
	return strchr(" \tqnu", (int)row->code[0]) != NULL;
}

/* Those that fit, the basic ones before the others; room left. */
static int choose(const struct ui *ui, struct bar *bar, bool basic, int room)
{
	for (int i = 0; i < bar->count; i++) {
		int width = styled_width(label_of(ui, bar->row[i])) + BAR_GAP;

		/* What a panel has first is basic to it. */
		if ((is_basic(bar->row[i]) || i == 0) != basic || width > room)
			continue;
		bar->shown[i] = true;
		room -= width;
	}
	return room;
}

/* What a panel shows in the place of its usual contents has fewer keys. */
static const struct key_row *bar_rows(const struct ui *ui)
{
	static const struct key_row study[] = {
		{.name = "arrows", .label = "↑↓←→ scroll"},
		{.name = "y", .code = {'y'}, .label = "y runs"}, {0}};
	static const struct key_row map[] = {
		{.name = "arrows", .label = "↑↓←→ read"},
		{.name = "Enter", .code = {'\r'}, .label = "Enter go there"},
		{.name = "t", .code = {'t'}, .label = "t sliders"},
		{.name = "W", .code = {'W'}, .label = "W measure"}, {0}};

	if (ui->wish.focus == PANEL_RUNS && study_page_shown(ui))
		return study;
	if (ui->wish.focus == PANEL_COMPRESSION && ui->heat.shown)
		return map;
	return keys_panel(ui->wish.focus);
}

void keys_bar(const struct ui *ui, const struct area *area)
{
	static const char help[] = "? help";
	int column = 1, end = area->columns - (int)sizeof(help), room;
	struct bar bar = {0};

	collect(&bar, bar_rows(ui));
	collect(&bar, global);
	room = choose(ui, &bar, true, end - column);
	choose(ui, &bar, false, room);
	for (int i = 0; i < bar.count; i++) {
		if (bar.shown[i])
			column = bar_item(area, column,
			    label_of(ui, bar.row[i]));
	}
	bar_item(area, end, help);
}
