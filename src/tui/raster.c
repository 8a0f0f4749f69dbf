#include "tui/raster.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

void raster_new(struct raster *raster, const struct area *area,
    enum plot_glyphs glyphs)
{
	static const int across[] = {2, 1, 1}, down[] = {4, 2, 1};

	if (!area->unicode)
		glyphs = PLOT_ASCII;
	raster->across = across[glyphs];
	raster->down = down[glyphs];
	raster->rows = area->rows * raster->down;
	raster->columns = area->columns * raster->across;
	raster->dot = xcalloc((size_t)raster->rows + 1,
	    (size_t)raster->columns + 1);
}

void raster_free(struct raster *raster)
{
	free(raster->dot);
	raster->dot = NULL;
}

enum { DOTTED = 3 };	/* one dot of so many */

static uint8_t *dot_at(const struct raster *raster, int row, int column)
{
	return raster->dot + (size_t)row * (size_t)raster->columns +
	    (size_t)column;
}

static void set_dot(struct raster *raster, int row, int column, int series)
{
	if (row >= 0 && row < raster->rows && column >= 0 &&
	    column < raster->columns)
		*dot_at(raster, row, column) = (uint8_t)(series + 1);
}

void raster_line(struct raster *raster, int row0, int column0, int row1,
    int column1, int series, bool dotted)
{
	int width = abs(column1 - column0), height = abs(row1 - row0);
	int steps = width > height ? width : height;

	for (int i = 0; i <= steps; i++) {
		double share = steps ? (double)i / steps : 0;
		int row = row0 + (int)lround(share * (row1 - row0));
		int column = column0 + (int)lround(share *
		    (column1 - column0));

		if (!dotted || (row + column) % DOTTED == 0)
			set_dot(raster, row, column, series);
	}
}

uint32_t raster_cell(const struct raster *raster, int row, int column,
    int *series)
{
	static const uint8_t braille[4][2] = {
		{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
	unsigned bits = 0;

	*series = -1;
	for (int i = 0; i < raster->down; i++) {
		for (int j = 0; j < raster->across; j++) {
			int dot = *dot_at(raster, row * raster->down + i,
			    column * raster->across + j);

			if (!dot)
				continue;
			*series = dot - 1;
			bits |= raster->across == 2 ? braille[i][j] : 1u << i;
		}
	}
	if (!bits)
		return ' ';
	if (raster->across == 2)
		return 0x2800 + bits;
	return raster->down == 1 ? '*' : bits == 3 ? 0x2588 : bits == 1 ?
	    0x2580 : 0x2584;
}
