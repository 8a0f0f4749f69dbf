#include "tui/slider_bar.h"

#include <math.h>

enum { NAME_WIDTH = 8, VALUE_WIDTH = 13, LEAST_BAR = 6 };

static int bar_width(const struct area *area)
{
	int width = area->columns - NAME_WIDTH - VALUE_WIDTH - 1;

	return width < LEAST_BAR ? LEAST_BAR : width;
}

static int bar_column(const struct area *area, double share)
{
	return (int)lround(fmin(1, fmax(0, share)) * (bar_width(area) - 1));
}

void slider_draw(const struct area *area, int row, const char *name,
    double share, const char *value, bool chosen)
{
	int width = bar_width(area);
	int at = bar_column(area, share);

	area_printf(area, row, 0, chosen ? STYLE_KEY : STYLE_NORMAL,
	    "%s%s", chosen ? ">" : " ", name);
	area_put(area, row, NAME_WIDTH - 1, STYLE_DIM, 0x251c);
	for (int i = 0; i < width; i++)
		area_put(area, row, NAME_WIDTH + i, i == at ? STYLE_KEY :
		    i < at ? STYLE_BAR : STYLE_DIM, i == at ? 0x25cf : i < at ?
		    0x2501 : 0x2500);
	area_put(area, row, NAME_WIDTH + width, STYLE_DIM, 0x2524);
	area_puts(area, row, NAME_WIDTH + width + 2, chosen ? STYLE_BOLD :
	    STYLE_NORMAL, value);
}

void slider_mark(const struct area *area, int row, double mark, double share)
{
	int at = bar_column(area, mark);

	if (at != bar_column(area, share))
		area_put(area, row, NAME_WIDTH + at, STYLE_KEY, 0x253f);
}

double slider_share(const struct area *area, int column)
{
	int width = bar_width(area);

	column -= NAME_WIDTH;
	return column < 0 || column >= width ? NAN :
	    (double)column / (width - 1);
}
