/* Loss, accuracy, learning rate of all runs. */
#include "tui/panel.h"

#include "base/text.h"
#include "tui/curves.h"
#include "tui/figures.h"

#define TRAIN_HINT "nothing trained yet\nspace, or :train 1 epochs"

static const struct curve_page pages[] = {
	{"loss", CURVE_LOSS, CURVE_TEST_LOSS, 1, false, TRAIN_HINT, NULL,
		NULL},
	{"accuracy %", CURVE_ACCURACY, CURVE_TEST_ACCURACY, 100, false,
		TRAIN_HINT, NULL, NULL},
	{"learning rate", CURVE_RATE, -1, 1, false, TRAIN_HINT, NULL,
		NULL},
};

static void init(struct ui *ui)
{
	curves_init(&ui->loss, pages, sizeof(pages) / sizeof(*pages), true);
}

static void note(const struct ui *ui, char *out, size_t size)
{
	curves_note(ui, &ui->loss, out, size);
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

static void draw(struct ui *ui, const struct area *area)
{
	curves_draw(ui, &ui->loss, area);
}

static const struct key_row keys[] = {
	CURVE_KEYS,
	{0},
};

const struct panel panel_loss = {"Loss", note, line, draw, keys, init};
