/* Loss, accuracy, learning rate of all runs. */
#include "tui/panel.h"

#include "base/text.h"
#include "tui/curves.h"
#include "tui/figures.h"

#define TRAIN_HINT "nothing trained yet\nspace, or :train 1 epochs"

#define COMPRESSED_HINT "not measured yet\nprune or quant, then :probe " \
	"compressed"

/* Where the sliders were when the probe was set. */
static void describe_compressed(const struct ui *ui,
    const struct curve_page *page, char *out, size_t size)
{
	const struct run_view *run = ui_run(ui);
	char text[200];

	out[0] = '\0';
	if (!run)
		return;
	figure_reading(&run->reading[page->line], run->step, 100, text,
	    sizeof(text));
	if (text[0])
		text_format(out, size, "%s: %s", run->position, text);
}

#define CURVE(title, train, test, unit, hint) {title, train, test, "test", \
	unit, .empty = (hint)}

static const struct curve_page pages[] = {
	CURVE("loss", CURVE_LOSS, CURVE_TEST_LOSS, 1, TRAIN_HINT),
	CURVE("accuracy %", CURVE_ACCURACY, CURVE_TEST_ACCURACY, 100,
	    TRAIN_HINT),
	{"accuracy % compressed", CURVE_COMPRESSED, -1, NULL, 100,
		.empty = COMPRESSED_HINT, .describe = describe_compressed},
	CURVE("learning rate", CURVE_RATE, -1, 1, TRAIN_HINT),
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
	figure_short(&run->reading[CURVE_TEST_ACCURACY], run->step, 100, 3, accuracy,
	    sizeof(accuracy));
	text_format(out, size, "%s, test accuracy %s%s", loss, accuracy,
	    run->reading[CURVE_TEST_ACCURACY].known ? "%" : "");
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
