/* Spectrum and landscape side by side, as far as there is room. */
#include "tui/panel.h"

#include "base/text.h"
#include "tui/curves.h"
#include "tui/sharpness.h"

enum { PICTURE_COLUMNS = 31, PICTURE_ROWS = 10 };

static int page_of(const struct ui *ui, int place)
{
	return PAGE_SPECTRUM + (ui->landscape + place) % PICTURES;
}

static void note(const struct ui *ui, char *out, size_t size)
{
	curves_legend(ui, out, size);
}

static void line(const struct ui *ui, char *out, size_t size)
{
	int page = page_of(ui, 0);

	ui->sharpness.pages[page].describe(ui, &ui->sharpness.pages[page], out,
	    size);
	if (!out[0])
		text_copy(out, size, "not measured yet");
}

static void draw(struct ui *ui, const struct area *area)
{
	int across = area->columns / PICTURE_COLUMNS;
	int down = area->rows / PICTURE_ROWS;

	across = across < 1 ? 1 : across > PICTURES ? PICTURES : across;
	down = across == PICTURES || down < 1 ? 1 : down > PICTURES /
	    across ? PICTURES / across : down;
	for (int i = 0; i < across * down; i++) {
		int row = i / across * (area->rows / down);
		int column = i % across * (area->columns / across);
		struct area part = area_within(area, row, column,
		    area->rows / down, area->columns / across - 1);

		curves_draw_small(ui, &ui->sharpness, page_of(ui, i), &part);
	}
}

static void turn(struct ui *ui, int step)
{
	ui->landscape = (ui->landscape + step + PICTURES) % PICTURES;
}

static void look(struct ui *ui, int page)
{
	ui->landscape = page - PAGE_SPECTRUM;
	sharpness_look(ui, page);
}

static const struct key_row keys[] = {
	{"e", {'e'}, "e f F look", "how eigenvalues are spread, measured anew",
		"sharpness spectrum", look, PAGE_SPECTRUM},
	{"f", {'f'}, NULL, "the loss on a line through the weights",
		"sharpness landscape", look, PAGE_LINE},
	{"F", {'F'}, NULL, "the loss in a plane through the weights",
		"sharpness landscape", look, PAGE_PLANE},
	{"↑", {KEY_CODE_UP, 'k'}, NULL, "the picture before comes first",
		NULL, turn, -1},
	{"↓", {KEY_CODE_DOWN, 'j'}, "↑↓ picture",
		"the next picture comes first", NULL, turn, 1},
	{0},
};

const struct panel panel_landscape = {"Landscape", note, line, draw, keys,
	NULL};
