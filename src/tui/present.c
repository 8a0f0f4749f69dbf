#include "tui/present.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "tui/keys.h"
#include "tui/ui.h"

#define LETTERS_A_SECOND 45.0
#define FRAME_SECONDS 0.05

void present_switch(struct ui *ui, bool on)
{
	struct present *present = &ui->present;

	if (on == present->on)
		return;
	if (on)
		present->before = ui->wish.preset;
	ui->wish.preset = on ? PRESET_TEACH : present->before;
	ui->wish.zoomed = false;
	ui->wish.presentation = present->on = on;
	present->what[0] = '\0';
	present->unfinished = false;
}

int present_letters(struct ui *ui, const char *what, int of)
{
	struct present *present = &ui->present;
	double now = clock_now(), typed;

	if (!present->on)
		return of;
	if (strcmp(present->what, what) != 0) {
		text_copy(present->what, sizeof(present->what), what);
		present->began = now;
		present->whole = false;
	}
	typed = (now - present->began) * LETTERS_A_SECOND;
	present->unfinished = !present->whole && typed < of;
	present->drawn = now;
	return present->unfinished ? (int)typed : of;
}

bool present_tend(struct ui *ui, double now)
{
	const struct present *present = &ui->present;

	if (present->unfinished && now >= present->drawn + FRAME_SECONDS)
		ui->wants_draw = true;
	return present->unfinished;
}

bool present_draw_marker(struct ui *ui, const struct area *line)
{
	const char *marker = ui->snapshot->marker;
	char typed[sizeof(ui->snapshot->marker)];

	if (!marker[0])
		return false;
	text_copy(typed, sizeof(typed), marker);
	styled_cut(typed, present_letters(ui, marker,
	    styled_width(marker)));
	area_printf(line, 0, 0, STYLE_KEY, "snt> " STYLE_SET "%s",
	    STYLE_TEXT(STYLE_NORMAL), typed);
	if (!ui->present.unfinished && line->columns > 60)
		area_right(line, 0, STYLE_DIM, "Enter goes on");
	return true;
}

static bool is_remote(int32_t code)
{
	return code == ' ' || code == KEY_CODE_ENTER ||
	    code == KEY_CODE_PAGE_DOWN;
}

bool present_key(struct ui *ui, int32_t code)
{
	const struct lesson_view *lesson = &ui->snapshot->lesson;

	if (!ui->present.on)
		return false;
	if (ui->present.unfinished) {
		ui->present.whole = true;
		return is_remote(code);
	}
	if (!is_remote(code) || (code == ' ' && ui_training(ui) &&
		!ui->snapshot->marker[0]))
		return false;
	if (!ui->snapshot->marker[0] && !lesson->active)
		return false;
	/* Twice in the same breath is once. */
	if (ui->present.answered == ui->snapshot->number)
		return true;
	ui->present.answered = ui->snapshot->number;
	if (ui->snapshot->marker[0])
		ui_submit(ui, "resume");
	else if (lesson->stage != LESSON_RUNNING)
		ui_submit(ui, "lesson next");
	return true;
}
