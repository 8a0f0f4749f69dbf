/* Where everything stands: a pure function of the size of the terminal. */
#ifndef SNT_TUI_LAYOUT_H
#define SNT_TUI_LAYOUT_H

#include <stdbool.h>

enum panel_name { PANEL_NETWORK, PANEL_LOSS, PANEL_RUNS, PANEL_SHARPNESS,
	PANEL_COMPRESSION, PANEL_LOG, PANELS };

struct rectangle {
	int row, column, rows, columns;	/* no rows: not shown */
};

struct layout {
	bool fits;		/* false: the terminal is too small */
	struct rectangle status, prompt, keys;
	struct rectangle panel[PANELS];
	bool log_line;		/* the log is one line without a frame */
};

enum { LEAST_ROWS = 6, LEAST_COLUMNS = 30 };

/* zoomed: only the panel in focus is shown. */
void layout_compute(int rows, int columns, enum panel_name focus, bool zoomed,
    struct layout *layout);

#endif
