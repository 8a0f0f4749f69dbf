#include "tui/keys.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "tui/prompt.h"
#include "tui/slider.h"
#include "tui/terminal.h"

static void open_prompt(struct ui *ui, int argument)
{
	(void)argument;
	prompt_open(ui->prompt, "");
}

static void toggle_help(struct ui *ui, int argument)
{
	(void)argument;
	ui->help_open = !ui->help_open;
	ui->help_first = 0;
}

static void next_panel(struct ui *ui, int step)
{
	ui->focus = (enum panel_name)(((int)ui->focus + step + PANELS) %
	    PANELS);
}

static void zoom(struct ui *ui, int argument)
{
	(void)argument;
	ui->zoomed = !ui->zoomed;
}

static void quit(struct ui *ui, int argument)
{
	(void)argument;
	if (ui_busy(ui)) {
		ui->asked_to_quit = true;
		ui_message(ui, "something is running. Quit? (y/n)");
		return;
	}
	ui_submit(ui, "quit");
}

static const struct job_view *training(const struct ui *ui)
{
	for (int i = 0; i < ui->snapshot->jobs; i++) {
		if (ui->snapshot->job[i].kind == JOB_TRAIN)
			return &ui->snapshot->job[i];
	}
	return NULL;
}

static void pause_or_go(struct ui *ui, int argument)
{
	const struct job_view *job = training(ui);

	(void)argument;
	if (job)
		ui_submit(ui, job->paused ? "resume" : "pause");
	else if (ui_run(ui))
		ui_submit(ui, ui->snapshot->runs > 1 ?
		    "train 1 epochs runs=all" : "train 1 epochs");
	else
		ui_message(ui, "no network yet: try  :net mlp 300-100");
}

static void one_step(struct ui *ui, int argument)
{
	(void)argument;
	ui_submit(ui, "step");
}

static void toggle_snt(struct ui *ui, int argument)
{
	const struct run_view *run = ui_run(ui);

	(void)argument;
	if (run)
		ui_submit(ui, run->transformed ? "snt off" : "snt on");
	else
		ui_message(ui, "no network yet: try  :net mlp 300-100");
}

static void measure(struct ui *ui, int argument)
{
	(void)argument;
	ui_submit(ui, ui->sharpness_page % 2 ? "sharpness sam" :
	    "sharpness lambda");
}

static void toggle_log(struct ui *ui, int argument)
{
	(void)argument;
	ui->log_y[ui->focus == PANEL_SHARPNESS ? PANEL_SHARPNESS :
	    PANEL_LOSS] ^= true;
}

static void next_glyphs(struct ui *ui, int argument)
{
	(void)argument;
	ui->glyphs = (enum plot_glyphs)((ui->glyphs + 1) % PLOT_GLYPHS);
}

static void redraw(struct ui *ui, int argument)
{
	(void)argument;
	(void)ui;
	terminal_refresh();
}

static void stop(struct ui *ui, int argument)
{
	(void)argument;
	workbench_interrupt(ui->workbench);
}

static void choose_layer(struct ui *ui, int step)
{
	ui->layer += step;
}

static void prefill(struct ui *ui, const char *format, int number)
{
	char line[64];

	text_format(line, sizeof(line), "%s", format);
	if (number > 0)
		text_format(line, sizeof(line), "%s%d ", format, number);
	prompt_open(ui->prompt, line);
}

static int layer_id(const struct ui *ui)
{
	return ui->layer + 1;
}

static void add_layer(struct ui *ui, int argument)
{
	(void)argument;
	prefill(ui, "net add ", 0);
	if (ui->snapshot->layers)
		ui_message(ui, "KIND OPTIONS at=%d puts it after the selected "
		    "layer", layer_id(ui) + 1);
}

static void edit_layer(struct ui *ui, int argument)
{
	(void)argument;
	if (ui->snapshot->layers)
		prefill(ui, "net set ", layer_id(ui));
}

static void remove_layer(struct ui *ui, int argument)
{
	(void)argument;
	if (ui->snapshot->layers)
		ui_submit(ui, "net rm %d", layer_id(ui));
}

static void move_layer(struct ui *ui, int step)
{
	int to = layer_id(ui) + step;

	if (to < 1 || to > ui->snapshot->layers)
		return;
	ui_submit(ui, "net move %d %d", layer_id(ui), to);
	ui->layer += step;
}

static void loss_page(struct ui *ui, int step)
{
	ui->curve_page = (ui->curve_page + step + 5) % 5;
}

static void sharpness_page(struct ui *ui, int step)
{
	ui->sharpness_page = (ui->sharpness_page + step + 2) % 2;
}

static void move_cursor(struct ui *ui, int step)
{
	if (!ui->cursor_on) {
		ui->cursor_on = true;
		return;
	}
	ui->cursor = fmin(1, fmax(0, ui->cursor + step / 100.0));
}

static void cursor_off(struct ui *ui, int argument)
{
	(void)argument;
	ui->cursor_on = false;
}

static void choose_run(struct ui *ui, int step)
{
	ui->run += step;
}

static void use_run(struct ui *ui, int argument)
{
	(void)argument;
	if (ui->run < ui->snapshot->runs)
		ui_submit(ui, "run use %s", ui->snapshot->run[ui->run].name);
}

static void twin_run(struct ui *ui, int argument)
{
	(void)argument;
	prefill(ui, "run twin ", 0);
}

static void choose_slider(struct ui *ui, int step)
{
	ui->slider.chosen = (enum slider_name)(((int)ui->slider.chosen + step
	    + SLIDERS) % SLIDERS);
	ui->slider.typed[0] = '\0';
}

static bool can_slide(struct ui *ui)
{
	if (!ui_run(ui))
		ui_message(ui, "no network yet: try  :net mlp 300-100");
	return ui_run(ui) != NULL;
}

static void slide(struct ui *ui, int notches)
{
	if (can_slide(ui))
		slider_move(&ui->slider, notches);
}

static void type_digit(struct ui *ui, int digit)
{
	if (can_slide(ui))
		slider_type(&ui->slider, (char)digit);
}

static void take_typed(struct ui *ui, int argument)
{
	(void)argument;
	if (ui->slider.typed[0] && !slider_take_typed(&ui->slider))
		ui_message(ui, ui->slider.chosen == SLIDER_BITS ?
		    "bits: 2 to 8, or 0 for off" : "percent: 0 to 100");
}

static void undo_slide(struct ui *ui, int argument)
{
	(void)argument;
	if (!slider_undo(&ui->slider))
		ui_message(ui, "nothing to take back");
}

static void sweep(struct ui *ui, int argument)
{
	(void)argument;
	ui_submit(ui, ui->slider.chosen == SLIDER_BITS ? "sweep quant 8:2" :
	    "sweep prune 0:0.95:0.05");
}

static void scroll_log(struct ui *ui, int lines)
{
	ui->log_back += lines;
}

#define EVERYWHERE -1
#define DIGIT(c) {c, 0, NULL, PANEL_COMPRESSION, NULL, "", type_digit, c}

static const struct key_row rows[] = {
	{' ', 0, "space", EVERYWHERE, "train/pause", "train an epoch; while "
	    "training: pause, and go on", pause_or_go, 0},
	{'s', 0, "s", EVERYWHERE, "step", "one training step", one_step, 0},
	{'n', 0, "n", EVERYWHERE, "SNT", "SNT on or off for the current run",
	    toggle_snt, 0},
	{':', 0, ":", EVERYWHERE, "prompt", "type a command; Tab completes, "
	    "Esc leaves", open_prompt, 0},
	{'\t', 0, "Tab", EVERYWHERE, "panel", "next panel", next_panel, 1},
	{KEY_CODE_BACK_TAB, 0, "Shift-Tab", EVERYWHERE, NULL,
	    "the panel before", next_panel, -1},
	{'z', 0, "z", EVERYWHERE, "zoom", "the panel on the whole screen, "
	    "and back", zoom, 0},
	{'m', 0, "m", EVERYWHERE, NULL, "measure the sharpness shown",
	    measure, 0},
	{'L', 0, "L", EVERYWHERE, NULL, "logarithmic or linear axis",
	    toggle_log, 0},
	{'g', 0, "g", EVERYWHERE, NULL, "plots in braille, blocks or ASCII",
	    next_glyphs, 0},
	{3, 0, "Ctrl-C", EVERYWHERE, NULL, "stop what is running (not the "
	    "program)", stop, 0},
	{12, 0, "Ctrl-L", EVERYWHERE, NULL, "draw the screen anew", redraw,
	    0},
	{'?', KEY_CODE_HELP, "?", EVERYWHERE, "help", "this help",
	    toggle_help, 0},
	{'q', 0, "q", EVERYWHERE, "quit", "leave; asks once while something "
	    "is running", quit, 0},

	{KEY_CODE_UP, 'k', "↑ k", PANEL_NETWORK, NULL, "the layer before",
	    choose_layer, -1},
	{KEY_CODE_DOWN, 'j', "↓ j", PANEL_NETWORK, NULL, "the next layer",
	    choose_layer, 1},
	{'a', 0, "a", PANEL_NETWORK, "add", "add a layer", add_layer, 0},
	{'e', '\r', "e", PANEL_NETWORK, "edit", "change the layer's options",
	    edit_layer, 0},
	{'d', 0, "d", PANEL_NETWORK, "remove", "remove the layer",
	    remove_layer, 0},
	{'K', 0, "K", PANEL_NETWORK, NULL, "move the layer up", move_layer,
	    -1},
	{'J', 0, "J", PANEL_NETWORK, NULL, "move the layer down", move_layer,
	    1},

	{KEY_CODE_UP, 'k', "↑ k", PANEL_LOSS, "curve", "the curve before: "
	    "loss, test accuracy, ...", loss_page, -1},
	{KEY_CODE_DOWN, 'j', "↓ j", PANEL_LOSS, NULL, "the next curve",
	    loss_page, 1},
	{KEY_CODE_LEFT, 'h', "← h", PANEL_LOSS, "read", "cursor to the left: "
	    "reads the values of all runs", move_cursor, -1},
	{KEY_CODE_RIGHT, 'l', "→ l", PANEL_LOSS, NULL, "cursor to the right",
	    move_cursor, 1},
	{'c', 0, "c", PANEL_LOSS, NULL, "cursor off", cursor_off, 0},

	{KEY_CODE_UP, 'k', "↑ k", PANEL_SHARPNESS, "measure",
	    "the measure before: lambda, sam", sharpness_page, -1},
	{KEY_CODE_DOWN, 'j', "↓ j", PANEL_SHARPNESS, NULL, "the next measure",
	    sharpness_page, 1},
	{KEY_CODE_LEFT, 'h', "← h", PANEL_SHARPNESS, "read",
	    "cursor to the left", move_cursor, -1},
	{KEY_CODE_RIGHT, 'l', "→ l", PANEL_SHARPNESS, NULL,
	    "cursor to the right", move_cursor, 1},
	{'c', 0, "c", PANEL_SHARPNESS, NULL, "cursor off", cursor_off, 0},

	{KEY_CODE_UP, 'k', "↑ k", PANEL_RUNS, NULL, "the run before",
	    choose_run, -1},
	{KEY_CODE_DOWN, 'j', "↓ j", PANEL_RUNS, NULL, "the next run",
	    choose_run, 1},
	{'\r', 0, "Enter", PANEL_RUNS, "use", "make it the current run",
	    use_run, 0},
	{'t', 0, "t", PANEL_RUNS, "twin", "a twin of the current run",
	    twin_run, 0},

	{KEY_CODE_LEFT, 'h', "← h", PANEL_COMPRESSION, "slide",
	    "one notch less compression", slide, -1},
	{KEY_CODE_RIGHT, 'l', "→ l", PANEL_COMPRESSION, NULL,
	    "one notch more", slide, 1},
	{KEY_CODE_PAGE_DOWN, 'H', "PgDn H", PANEL_COMPRESSION, NULL,
	    "ten notches less", slide, -10},
	{KEY_CODE_PAGE_UP, 'L', "PgUp L", PANEL_COMPRESSION, NULL,
	    "ten notches more", slide, 10},
	{KEY_CODE_UP, 'k', "↑ k", PANEL_COMPRESSION, "slider",
	    "the slider above", choose_slider, -1},
	{KEY_CODE_DOWN, 'j', "↓ j", PANEL_COMPRESSION, NULL,
	    "the slider below", choose_slider, 1},
	{'\r', 0, "0-9 Enter", PANEL_COMPRESSION, "type",
	    "type a value and take it", take_typed, 0},
	{'u', 0, "u", PANEL_COMPRESSION, "undo", "take the last move back",
	    undo_slide, 0},
	{'S', 0, "S", PANEL_COMPRESSION, "sweep", "the whole curve",
	    sweep, 0},
	DIGIT('0'), DIGIT('1'), DIGIT('2'), DIGIT('3'), DIGIT('4'),
	DIGIT('5'), DIGIT('6'), DIGIT('7'), DIGIT('8'), DIGIT('9'),

	{KEY_CODE_UP, 'k', "↑ k", PANEL_LOG, "scroll", "older lines",
	    scroll_log, 1},
	{KEY_CODE_DOWN, 'j', "↓ j", PANEL_LOG, NULL, "newer lines",
	    scroll_log, -1},
	{KEY_CODE_PAGE_UP, 0, "PgUp", PANEL_LOG, NULL, "a page older",
	    scroll_log, 10},
	{KEY_CODE_PAGE_DOWN, 0, "PgDn", PANEL_LOG, NULL, "a page newer",
	    scroll_log, -10},
	{KEY_CODE_END, 'G', "G", PANEL_LOG, NULL, "the newest line",
	    scroll_log, -100000},
};

const struct key_row *key_rows(int *count)
{
	*count = sizeof(rows) / sizeof(*rows);
	return rows;
}

/* The panel's own meaning comes before the general one. */
static const struct key_row *find_key(int panel, int32_t code)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (rows[i].panel == panel &&
		    (rows[i].code == code || rows[i].other == code))
			return &rows[i];
	}
	return NULL;
}

bool keys_press(struct ui *ui, int32_t code)
{
	const struct key_row *row = find_key((int)ui->focus, code);

	if (!row)
		row = find_key(EVERYWHERE, code);
	if (!row)
		return false;
	row->act(ui, row->argument);
	return true;
}

static int bar_item(const struct area *area, int column,
    const struct key_row *row)
{
	column = area_puts(area, 0, column, STYLE_KEY, row->name);
	column = area_printf(area, 0, column, STYLE_NORMAL, " %s  ",
	    row->label);
	return column;
}

/* What fits, the panel's keys first; the help's key is never cut. */
void keys_bar(const struct ui *ui, const struct area *area)
{
	static const int order[] = {0, EVERYWHERE};
	struct area room = area_within(area, 0, 0, 1, area->columns - 8);
	int column = 1;

	for (int pass = 0; pass < 2; pass++) {
		int panel = order[pass] ? EVERYWHERE : (int)ui->focus;

		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
			const struct key_row *row = &rows[i];

			if (row->panel != panel || !row->label ||
			    row->code == '?' || column + text_width(row->name)
			    + (int)strlen(row->label) + 2 > room.columns)
				continue;
			column = bar_item(&room, column, row);
		}
	}
	area_puts(area, 0, area->columns - 7, STYLE_KEY, "?");
	area_puts(area, 0, area->columns - 5, STYLE_NORMAL, "help");
}
