/* How sharp the minimum is: curves of all runs, and the last reading. */
#include "tui/panel.h"

#include <math.h>

#include "base/text.h"
#include "tui/curves.h"
#include "tui/figures.h"

#define MEASURE_HINT "not measured yet\nm, or P to measure while training"

static const struct curve_page pages[] = {
	{"lambda", CURVE_LAMBDA, -1, 1, true, MEASURE_HINT},
	{"SAM", CURVE_SAM, -1, 1, false, MEASURE_HINT},
};

static const struct {
	const char *name, *measure, *probe;
} lines[] = {
	{"lambda", "sharpness lambda", "probe lambda every=100"},
	{"sam", "sharpness sam", "probe sam every=20"},
};

enum { PAGES = sizeof(pages) / sizeof(*pages), EACH = 13 };

static const struct reading *reading_of(const struct run_view *run, int page)
{
	return pages[page].line == CURVE_LAMBDA ? &run->lambda : &run->sam;
}

static void note(const struct ui *ui, char *out, size_t size)
{
	curves_note(ui, &ui->sharpness, &pages[ui->sharpness.page], out,
	    size);
}

static void describe(const struct ui *ui, int page, char *out, size_t size)
{
	const struct run_view *run = ui_run(ui);
	char text[200];

	out[0] = '\0';
	if (!run)
		return;
	figure_reading(reading_of(run, page), run->step, 1, text,
	    sizeof(text));
	if (text[0])
		text_format(out, size, "%s %s", lines[page].name, text);
}

static void line(const struct ui *ui, char *out, size_t size)
{
	describe(ui, ui->sharpness.page, out, size);
	if (!out[0])
		text_copy(out, size, "not measured yet");
}

static void draw_page(const struct ui *ui, int page, const struct area *area,
    bool title)
{
	bool below = area->rows >= 4;
	struct area above = area_within(area, title, 0,
	    area->rows - below - title, area->columns);
	char text[256];

	if (title)
		area_puts(area, 0, 10, STYLE_DIM, pages[page].title);
	curves_draw(ui, &ui->sharpness, &pages[page], &above);
	describe(ui, page, text, sizeof(text));
	if (below)
		area_puts(area, area->rows - 1, 1, STYLE_NORMAL, text);
}

static void draw(struct ui *ui, const struct area *area)
{
	int plots = area->rows / EACH;
	int row = 0;

	plots = plots < 1 ? 1 : plots > PAGES ? PAGES : plots;
	for (int i = 0; i < plots; i++) {
		int end = area->rows * (i + 1) / plots;
		struct area part = area_within(area, row, 0, end - row,
		    area->columns);

		draw_page(ui, (ui->sharpness.page + i) % PAGES, &part, i > 0);
		row = end;
	}
}

static void turn_page(struct ui *ui, int step)
{
	ui->sharpness.page = (ui->sharpness.page + step + PAGES) % PAGES;
}

static void move_cursor(struct ui *ui, int step)
{
	curves_move(&ui->sharpness, step);
}

static void toggle_log(struct ui *ui, int argument)
{
	(void)argument;
	ui->sharpness.log_y = !ui->sharpness.log_y;
}

static void hide_cursor(struct ui *ui, int argument)
{
	(void)argument;
	ui->sharpness.reading = false;
}

static void probe(struct ui *ui, int on)
{
	if (!ui_need_run(ui))
		return;
	if (on)
		ui_submit(ui, "%s", lines[ui->sharpness.page].probe);
	else
		ui_submit(ui, "probe off");
}

static const struct key_row keys[] = {
	{"↑", {KEY_CODE_UP, 'k'}, NULL, "the measure before", NULL,
		turn_page, -1},
	{"↓", {KEY_CODE_DOWN, 'j'}, "↑↓ measure", "the next measure", NULL,
		turn_page, 1},
	{"P", {'P'}, "P probe", "measure again and again while training",
		"probe lambda", probe, true},
	{"O", {'O'}, NULL, "no more probes", "probe off", probe, false},
	{"←", {KEY_CODE_LEFT, 'h'}, NULL, "read values: cursor to the left",
		NULL, move_cursor, -1},
	{"→", {KEY_CODE_RIGHT, 'l'}, "←→ read", "read values: cursor to the "
		"right", NULL, move_cursor, 1},
	{"PgUp", {KEY_CODE_PAGE_UP}, NULL, "cursor far to the left", NULL,
		move_cursor, -10},
	{"PgDn", {KEY_CODE_PAGE_DOWN}, NULL, "cursor far to the right", NULL,
		move_cursor, 10},
	{"Home", {KEY_CODE_HOME}, NULL, "cursor to the beginning", NULL,
		move_cursor, -100},
	{"End", {KEY_CODE_END, 'G'}, NULL, "cursor to the end", NULL,
		move_cursor, 100},
	{"L", {'L'}, "L log y", "logarithmic or linear y", NULL, toggle_log,
		0},
	{"Esc", {KEY_CODE_ESCAPE}, NULL, "hide the cursor", NULL,
		hide_cursor, 0},
	{0},
};

const struct panel panel_sharpness = {"Sharpness", note, line, draw, keys};
