#include "tui/ui.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "tui/curves.h"
#include "tui/help.h"
#include "tui/lesson.h"
#include "tui/log_search.h"
#include "tui/panel.h"
#include "tui/prompt.h"
#include "tui/screen_settings.h"
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
