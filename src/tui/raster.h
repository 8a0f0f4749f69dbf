/* Dots finer than cells: 2 x 4 in braille, 1 x 2 in blocks, 1 x 1 in ASCII. */
#ifndef SNT_TUI_RASTER_H
#define SNT_TUI_RASTER_H

#include "tui/canvas.h"
#include "tui/plot.h"

struct raster {
	int across, down;	/* dots in a cell */
	int rows, columns;	/* in dots */
	uint8_t *dot;		/* series + 1 that set it last; 0: none */
};

void raster_new(struct raster *raster, const struct area *area,
    enum plot_glyphs glyphs);
void raster_free(struct raster *raster);
/* Rows count from the top; what lies outside is cut off. */
void raster_line(struct raster *raster, int row0, int column0, int row1,
    int column1, int series, bool dotted);
/* The character of a cell, and the series on top of it (-1: blank). */
uint32_t raster_cell(const struct raster *raster, int row, int column,
    int *series);

#endif
