#include "tui/layout.h"

/* Below this the panels do not stand beside each other. */
enum { WIDE = 70, TALL = 20 };

static int clamp(int value, int least, int most)
{
	return value < least ? least : value > most ? most : value;
}

static void bars(int rows, int columns, struct layout *layout)
{
	layout->status = (struct rectangle){0, 0, 1, columns};
	layout->prompt = (struct rectangle){rows - 2, 0, 1, columns};
	layout->keys = (struct rectangle){rows - 1, 0, 1, columns};
}

/* One panel, and the last line of the log where there is room. */
static void single(int rows, int columns, enum panel_name focus,
    struct layout *layout)
{
	int height = rows - 3;
	bool line = height >= 12 && focus != PANEL_LOG;

	layout->panel[focus] = (struct rectangle){1, 0, height - line,
		columns};
	layout->log_line = line;
	if (line)
		layout->panel[PANEL_LOG] = (struct rectangle){rows - 3, 0, 1,
			columns};
}

/*
 *  status
 *  network | loss
 *  runs    | sharpness
 *  compression
 *  log
 *  prompt, keys
 */
static void full(int rows, int columns, struct layout *layout)
{
	int body = rows - 3;
	int log = body >= 45 ? 9 : body >= 30 ? 6 : body >= 25 ? 4 : 1;
	/* Sliders and figures, or with the curve below them. */
	int compression = body < 32 ? 5 : clamp(body / 4, 9, 13);
	int above = body - log - compression;
	int upper = (above * 3 + 4) / 5;
	int left = clamp(columns * 3 / 8, 30, 56);
	int second = 1 + upper, third = second + above - upper;

	layout->panel[PANEL_NETWORK] = (struct rectangle){1, 0, upper, left};
	layout->panel[PANEL_LOSS] = (struct rectangle){1, left, upper,
		columns - left};
	layout->panel[PANEL_RUNS] = (struct rectangle){second, 0,
		above - upper, left};
	layout->panel[PANEL_SHARPNESS] = (struct rectangle){second, left,
		above - upper, columns - left};
	layout->panel[PANEL_COMPRESSION] = (struct rectangle){third, 0,
		compression, columns};
	layout->panel[PANEL_LOG] = (struct rectangle){third + compression, 0,
		log, columns};
	layout->log_line = log == 1;
}

void layout_compute(int rows, int columns, enum panel_name focus, bool zoomed,
    struct layout *layout)
{
	*layout = (struct layout){0};
	if (rows < LEAST_ROWS || columns < LEAST_COLUMNS)
		return;
	layout->fits = true;
	bars(rows, columns, layout);
	if (zoomed || rows < TALL || columns < WIDE)
		single(rows, columns, focus, layout);
	else
		full(rows, columns, layout);
}
