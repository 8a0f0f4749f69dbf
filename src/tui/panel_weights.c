/* Where weights and gradients of each layer lie, and how far channels reach. */
#include "tui/panel.h"

#include "base/text.h"
#include "tui/weights.h"

static void note(const struct ui *ui, char *out, size_t size)
{
	const struct run_view *run = ui_run(ui);

	text_copy(out, size, run ? run->name : "");
}

static void line(const struct ui *ui, char *out, size_t size)
{
	text_copy(out, size, ui->snapshot->layers ? "histograms of weights "
	    "and gradients, ranges of channels" : "no network yet");
}

static void draw(struct ui *ui, const struct area *area)
{
	if (ui->snapshot->layers == 0)
		area_middle(area, STYLE_DIM, "no network yet");
	else
		weights_draw(ui, area, weights_fit(ui, area) ? 0 :
		    ui->layers.selected);
}

static const struct key_row keys[] = {
	LIST_KEYS("layer", layers_select),
	{0},
};

const struct panel panel_weights = {"Weights", note, line, draw, keys, NULL};
