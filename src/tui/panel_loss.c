/* Loss, accuracy, learning rate of all runs. */
#include "tui/panel.h"

#include <math.h>

#include "base/text.h"
#include "tui/curves.h"
#include "tui/figures.h"

#define TRAIN_HINT "nothing trained yet\nspace, or :train 1 epochs"

static const struct curve_page pages[] = {
	{"loss", CURVE_LOSS, CURVE_TEST_LOSS, 1, false, TRAIN_HINT},
	{"accuracy %", CURVE_ACCURACY, CURVE_TEST_ACCURACY, 100, false,
		TRAIN_HINT},
	{"learning rate", CURVE_RATE, -1, 1, false, TRAIN_HINT},
};

enum { PAGES = sizeof(pages) / sizeof(*pages),
	EACH = 13 };	/* rows for a second plot, and a third */

static void note(const struct ui *ui, char *out, size_t size)
{
	curves_note(ui, &ui->loss, &pages[ui->loss.page], out, size);
}

static void line(const struct ui *ui, char *out, size_t size)
{
	const struct run_view *run = ui_run(ui);
	char loss[16], accuracy[24];

	out[0] = '\0';
	if (!run)
		return;
	figure_number(run->loss, 3, loss, sizeof(loss));
	figure_short(&run->test_accuracy, run->step, 100, 3, accuracy,
	    sizeof(accuracy));
	text_format(out, size, "%s, test accuracy %s%s", loss, accuracy,
	    run->test_accuracy.known ? "%" : "");
}

/* Room for more is used for more curves, not for larger ones. */
static void draw(struct ui *ui, const struct area *area)
{
	int plots = area->rows / EACH;
	int row = 0;

	plots = plots < 1 ? 1 : plots > PAGES ? PAGES : plots;
	for (int i = 0; i < plots; i++) {
		const struct curve_page *page =
		    &pages[(ui->loss.page + i) % PAGES];
		int end = area->rows * (i + 1) / plots;
		struct curve_panel panel = ui->loss;
		struct area part = area_within(area, row, 0, end - row,
		    area->columns);

		if (i > 0) {
			area_puts(&part, 0, 10, STYLE_DIM, page->title);
			part = area_within(&part, 1, 0, part.rows - 1,
			    part.columns);
			panel.log_y = false;
		}
		curves_draw(ui, &panel, page, &part);
		row = end;
	}
}

static void turn_page(struct ui *ui, int step)
{
	ui->loss.page = (ui->loss.page + step + PAGES) % PAGES;
}

static void move_cursor(struct ui *ui, int step)
{
	curves_move(&ui->loss, step);
}

static void toggle_log(struct ui *ui, int argument)
{
	(void)argument;
	ui->loss.log_y = !ui->loss.log_y;
}

static void hide_cursor(struct ui *ui, int argument)
{
	(void)argument;
	ui->loss.reading = false;
}

static const struct key_row keys[] = {
	{"↑", {KEY_CODE_UP, 'k'}, NULL, "the curves before", NULL, turn_page,
		-1},
	{"↓", {KEY_CODE_DOWN, 'j'}, "↑↓ curves",
		"the next: loss, accuracy, learning rate", NULL, turn_page, 1},
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

const struct panel panel_loss = {"Loss", note, line, draw, keys};
