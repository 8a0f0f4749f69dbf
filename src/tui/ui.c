#include "tui/ui.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "tui/curves.h"
#include "tui/help.h"
#include "tui/key_script.h"
#include "tui/lesson.h"
#include "tui/log_search.h"
#include "tui/panel.h"
#include "tui/prompt.h"
#include "tui/screen_settings.h"
#include "tui/status.h"
#include "tui/study_page.h"

/* Before the workbench has published anything. */
static const struct snapshot nothing = {.current = -1};

void ui_init_picture(struct ui *ui, const struct snapshot *snapshot)
{
	*ui = (struct ui){.snapshot = snapshot, .cursor_row = -1,
		.unicode = true, .color = true};
	ui->wish.focus = PANEL_LOSS;
	curve_view_init(&ui->view);
	for (int i = 0; i < PANELS; i++) {
		if (panel_of((enum panel_name)i)->init)
			panel_of((enum panel_name)i)->init(ui);
	}
	slider_init(&ui->slider);
}

void ui_init(struct ui *ui, struct workbench *workbench)
{
	ui_init_picture(ui, &nothing);
	ui->workbench = workbench;
	ui->prompt = prompt_new(ui);
}

void ui_free(struct ui *ui)
{
	if (ui->snapshot != &nothing)
		workbench_release(ui->workbench, ui->snapshot);
	prompt_free(ui->prompt);
	canvas_free(&ui->canvas);
}

void ui_resize(struct ui *ui, int rows, int columns)
{
	canvas_resize(&ui->canvas, rows, columns);
}

uint64_t ui_newest_line(const struct snapshot *snapshot)
{
	return snapshot->log_lines ?
	    snapshot->log[snapshot->log_lines - 1].number : 0;
}

/* Who reads older lines goes on reading them while new ones come. */
static void keep_log_place(struct ui *ui, const struct snapshot *next)
{
	uint64_t before = ui_newest_line(ui->snapshot), now = ui_newest_line(next);

	if ((ui->log_back > 0 || ui->search[0]) && now > before)
		ui->log_back += (int)(now - before);
}

bool ui_take_snapshot(struct ui *ui)
{
	const struct snapshot *snapshot = workbench_snapshot(ui->workbench);

	if (!snapshot)
		return false;
	keep_log_place(ui, snapshot);
	/* Whoever makes a run wants to see it. */
	if (snapshot->current != ui->snapshot->current &&
	    snapshot->current >= 0)
		ui->runs.selected = snapshot->current;
	if (snapshot->study && !ui->snapshot->study)
		study_page_open(ui);
	if (ui->snapshot != &nothing)
		workbench_release(ui->workbench, ui->snapshot);
	ui->snapshot = snapshot;
	screen_settings_take(ui);
	return true;
}

static void tell_slider(struct ui *ui, double now)
{
	char line[1024];

	slider_tell(&ui->slider, &ui->snapshot->compress, now, line,
	    sizeof(line));
	text_copy(ui->issued, sizeof(ui->issued), line);
	workbench_submit(ui->workbench, line, 0);
}

void ui_submit(struct ui *ui, const char *format, ...)
{
	char line[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	undo_watch(ui, line);
	/* In the order in which they were asked for. */
	scrub_tend(ui, clock_now());
	if (slider_pending(&ui->slider))
		tell_slider(ui, clock_now());
	text_copy(ui->issued, sizeof(ui->issued), line);
	workbench_submit(ui->workbench, line, 0);
}

void ui_message(struct ui *ui, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(ui->message, sizeof(ui->message), format, args);
	va_end(args);
}

const struct run_view *ui_run(const struct ui *ui)
{
	const struct snapshot *snapshot = ui->snapshot;

	return snapshot->current < 0 || snapshot->current >= snapshot->runs ?
	    NULL : &snapshot->run[snapshot->current];
}

const struct run_view *ui_need_run(struct ui *ui)
{
	const struct run_view *run = ui_run(ui);

	if (!run) {
		prompt_open(ui->prompt, "net mlp 300-100", -1);
		ui_message(ui, "no network yet: Enter makes this one, Esc "
		    "leaves");
	}
	return run;
}

const struct job_view *ui_training(const struct ui *ui)
{
	for (int i = 0; i < ui->snapshot->jobs; i++) {
		if (ui->snapshot->job[i].kind == JOB_TRAIN)
			return &ui->snapshot->job[i];
	}
	return NULL;
}

const struct job_view *ui_played(const struct ui *ui)
{
	const struct snapshot *snapshot = ui->snapshot;

	return snapshot->jobs > 0 && snapshot->replaying ?
	    &snapshot->job[0] : ui_training(ui);
}

bool ui_busy(const struct ui *ui)
{
	/* Leaving a window ends nothing. */
	for (int i = 0; i < ui->snapshot->jobs && !ui->snapshot->watching;
	    i++) {
		if (ui->snapshot->job[i].kind != JOB_COMPRESS)
			return true;
	}
	return false;
}

enum style run_style(int index)
{
	return (enum style)(STYLE_SERIES1 + index % SERIES_STYLES);
}

char run_mark(int index)
{
	static const char marks[] = "123456789abcdefghijklmnopqrstuvwxyz";

	return index < 0 ? ' ' : marks[index % (int)(sizeof(marks) - 1)];
}

void list_keep(struct list *list, int count, int rows)
{
	if (list->selected >= count)
		list->selected = count - 1;
	if (list->selected < 0)
		list->selected = 0;
	if (list->first > list->selected)
		list->first = list->selected;
	if (list->first < list->selected - rows + 1)
		list->first = list->selected - rows + 1;
	if (list->first > count - rows)
		list->first = count - rows;
	if (list->first < 0)
		list->first = 0;
}

const struct log_line *ui_error(const struct ui *ui)
{
	const struct snapshot *snapshot = ui->snapshot;

	for (int i = snapshot->log_lines - 1; i >= 0; i--) {
		const struct log_line *line = &snapshot->log[i];

		if (line->number <= ui->seen)
			return NULL;
		if (line->level == LOG_ERROR)
			return line;
	}
	return NULL;
}

bool ui_tend(struct ui *ui, double now)
{
	const struct compress_view *view = &ui->snapshot->compress;

	if (slider_due(&ui->slider, view, now))
		tell_slider(ui, now);
	if (slider_follow(&ui->slider, view, now))
		ui->wants_draw = true;
	slider_follow_layers(&ui->slider, ui->snapshot);
	return scrub_tend(ui, now) || present_tend(ui, now) ||
	    slider_pending(&ui->slider) ||
	    ui->slider.waits;
}

static void mark_seen(struct ui *ui)
{
	if (ui->snapshot->log_lines)
		ui->seen = ui_newest_line(ui->snapshot);
}

static void answer(struct ui *ui, int32_t code)
{
	ui->asked = false;
	if (code == 'y' || code == 'Y' || keys_quit(code))
		ui_submit(ui, "quit");
}

/* Keys that edit text in the prompt after Alt; any other is a key of its own
 * after an Esc that came in the same breath. */
static bool is_meta(int32_t letter)
{
	return letter && strchr("bfduclty.<>\177", (int)letter) != NULL;
}

void ui_key(struct ui *ui, int32_t code)
{
	enum { CTRL_L = 12, CTRL_Z = 26 };
	bool asked = ui->asked;

	if (code & KEY_CODE_ALT && !(prompt_is_open(ui->prompt) &&
		is_meta(code & 0x1fffff))) {
		ui_key(ui, KEY_CODE_ESCAPE);
		ui_key(ui, code & 0x1fffff);
		return;
	}
	ui->message[0] = ui->issued[0] = '\0';
	mark_seen(ui);
	if (asked)
		answer(ui, code);
	else if (code == CTRL_Z)
		ui->wants_suspend = true;
	else if (code == CTRL_L)
		ui->wants_redraw = true;
	else if (!ui->layout.fits)
		/* Nothing is seen, so nothing but leaving is done. */
		keys_quit(code) ? (void)keys_press(ui, code) : (void)0;
	else if (ui->help.open)
		help_key(ui, code);
	else if (prompt_is_open(ui->prompt) && code == KEY_CODE_F1)
		help_show(ui);
	else if (prompt_is_open(ui->prompt) && (code == KEY_CODE_PAGE_UP ||
		code == KEY_CODE_PAGE_DOWN))
		ui->log_back += code == KEY_CODE_PAGE_UP ? 5 : -5;
	else if (prompt_is_open(ui->prompt))
		prompt_key(ui->prompt, code);
	else if (!present_key(ui, code) && !log_search_key(ui, code) &&
	    !lesson_key(ui, code))
		keys_press(ui, code);
}

void ui_paste(struct ui *ui, const char *text)
{
	if (!ui->layout.fits || ui->asked)
		return;
	ui->message[0] = '\0';
	if (prompt_is_open(ui->prompt))
		prompt_paste(ui->prompt, text);
	else
		ui_message(ui, "pasted text is only taken by the prompt: "
		    "press : first");
}

static struct area part(struct ui *ui, const struct rectangle *at)
{
	struct area whole = area_of(&ui->canvas, ui->unicode);

	return area_within(&whole, at->row, at->column, at->rows,
	    at->columns);
}

static void draw_panel(struct ui *ui, enum panel_name name)
{
	const struct panel *panel = panel_of(name);
	struct area area = part(ui, &ui->layout.panel[name]), inside;
	bool focus = ui->wish.focus == name && !prompt_is_open(ui->prompt);
	char text[512];

	if (area.rows == 0)
		return;
	if (ui->layout.frame[name] == FRAME_LINE) {
		inside = area_frame(&area, FRAME_LINE, focus, panel->title,
		    "");
		panel->line(ui, text, sizeof(text));
		area_puts(&inside, 0, 0, STYLE_NORMAL, text);
		return;
	}
	panel->note(ui, text, sizeof(text));
	inside = area_frame(&area, ui->layout.frame[name], focus,
	    panel->title, text);
	panel->draw(ui, &inside);
}

/* The prompt's line while there is nothing else to say. What a key did is
 * shown as what would have been typed. */
static void say_state(struct ui *ui, const struct area *line)
{
	const struct snapshot *snapshot = ui->snapshot;

	if (present_draw_marker(ui, line))
		return;
	if (snapshot->watching) {
		area_printf(line, 0, 1, STYLE_DIM, "watching %s: only looking, "
		    "q leaves", snapshot->session);
		return;
	}
	if (ui->issued[0])
		area_printf(line, 0, 0, STYLE_KEY, "snt> " STYLE_SET "%s",
		    STYLE_TEXT(STYLE_NORMAL), ui->issued);
	else if (snapshot->data_note[0])
		area_puts(line, 0, 1, STYLE_WARN, snapshot->data_note);
	else
		area_puts(line, 0, 1, STYLE_DIM, ": types a command, "
		    "? helps");
	/* It is, each second: a word that came and went would only disturb. */
	if (snapshot->session[0] && line->columns >= 60)
		area_right(line, 0, STYLE_DIM, "autosaved");
}

/* What the line that is being typed would make of the network. */
static void draw_preview(struct ui *ui, const struct area *above)
{
	const struct preview *preview = &ui->snapshot->preview;
	const char *line = prompt_is_open(ui->prompt) ?
	    prompt_text(ui->prompt) : "";
	struct area row = area_within(above, above->rows - 1, 0, 1,
	    above->columns);

	if (strncmp(line, "net ", 4) != 0)
		line = "";
	if (ui->workbench)	/* a picture has none */
		workbench_preview(ui->workbench, line);
	if (!line[0] || !preview->text[0] || above->rows < 2 ||
	    ui->help.open || prompt_lists(ui->prompt) ||
	    strncmp(preview->line, line, sizeof(preview->line) - 1) != 0)
		return;
	area_fill(&row, 0, STYLE_NORMAL);
	area_printf(&row, 0, 1, preview->refused ? STYLE_WARN : STYLE_GOOD,
	    "%s%s", preview->refused ? "not yet: " : "", preview->text);
}

static void draw_prompt(struct ui *ui)
{
	struct area line = part(ui, &ui->layout.prompt);
	struct area above = part(ui, &ui->layout.body);
	const struct log_line *error = ui_error(ui);

	ui->cursor_row = -1;
	draw_preview(ui, &above);
	if (prompt_is_open(ui->prompt) && !ui->asked) {
		ui->cursor_column = prompt_draw(ui->prompt, &line, &above);
		ui->cursor_row = ui->help.open ? -1 : line.row;
	}
	if (prompt_is_open(ui->prompt) && !ui->asked && (ui->message[0] ||
		error) && above.rows > 1 && !ui->help.open &&
	    !prompt_lists(ui->prompt)) {
		line = area_within(&above, above.rows - 1, 0, 1,
		    above.columns);
		area_fill(&line, 0, STYLE_NORMAL);
	} else if (prompt_is_open(ui->prompt) && !ui->asked) {
		return;
	}
	if (ui->message[0])
		area_printf(&line, 0, 1, STYLE_WARN, "%s", ui->message);
	else if (error)
		area_printf(&line, 0, 1, STYLE_BAD, "! %s", error->text);
	else
		say_state(ui, &line);
}

static void say_too_small(struct ui *ui)
{
	struct area whole = area_of(&ui->canvas, ui->unicode);
	char text[120];

	text_format(text, sizeof(text), "too small:\n%dx%d is needed,\n"
	    "%dx%d is here\n%s", LEAST_COLUMNS, LEAST_ROWS, whole.columns,
	    whole.rows, ui->asked ? "quit? (y/n)" : "q quits");
	area_middle(&whole, STYLE_NORMAL, text);
	ui->cursor_row = -1;
}

/* `screen dump FILE` */
static void dump_when_asked(struct ui *ui)
{
	const char *path = ui->snapshot->dump;
	struct error error;

	if (!ui->workbench || ui->snapshot->dumps == ui->dumps)
		return;
	ui->dumps = ui->snapshot->dumps;
	if (screen_dump(ui, path, &error))
		ui_message(ui, "%s", error.text);
	else
		ui_message(ui, "the screen is in %s", path);
	ui->wants_draw = true;
}

void ui_draw(struct ui *ui)
{
	struct area area;

	canvas_clear(&ui->canvas);
	ui->sliders = (struct area){0};
	ui->shows_weights = false;
	ui->present.unfinished = false;
	ui->wish.lesson = ui->snapshot->lesson.active;
	ui->wish.timeline = scrub_shown(ui);
	layout_compute(ui->canvas.rows, ui->canvas.columns, &ui->wish,
	    &ui->layout);
	if (!ui->layout.fits) {
		say_too_small(ui);
		return;
	}
	area = part(ui, &ui->layout.status);
	status_draw(ui, &area);
	for (int i = 0; i < PANELS; i++)
		draw_panel(ui, (enum panel_name)i);
	area = part(ui, &ui->layout.lesson);
	if (area.rows)
		lesson_draw(ui, &area);
	area = part(ui, &ui->layout.timeline);
	if (area.rows)
		scrub_draw(ui, &area);
	area = part(ui, &ui->layout.body);
	if (ui->help.open)
		help_draw(ui, &area);
	draw_prompt(ui);
	if (ui->workbench)
		workbench_show_weights(ui->workbench, ui->shows_weights);
	area = part(ui, &ui->layout.keys);
	if (area.rows)
		keys_bar(ui, &area);
	dump_when_asked(ui);
}
