/* Where everything stands: a pure function of the size of the terminal. */
#ifndef SNT_TUI_LAYOUT_H
#define SNT_TUI_LAYOUT_H

#include <stdbool.h>

#include "tui/canvas.h"

enum panel_name { PANEL_NETWORK, PANEL_LOSS, PANEL_RUNS, PANEL_SHARPNESS,
	PANEL_COMPRESSION, PANEL_LAYERS, PANEL_WEIGHTS, PANEL_LANDSCAPE,
	PANEL_LOG, PANELS };

enum preset { PRESET_ALL, PRESET_TRAIN, PRESET_COMPRESS, PRESET_COMPARE,
	PRESET_LANDSCAPE, PRESET_TEACH, PRESETS };

struct rectangle {
	int row, column, rows, columns;	/* no rows: not shown */
};

/* What is open. */
struct layout_wish {
	enum panel_name focus;
	bool zoomed;		/* only the panel in focus */
	enum preset preset;
	bool lesson;		/* one is being given */
	bool timeline;		/* there is a past to walk */
	bool presentation;	/* for an audience */
};

struct layout {
	bool fits;		/* false: the terminal is too small */
	struct rectangle status, body, prompt;
	struct rectangle lesson;	/* above the panels */
	struct rectangle timeline;	/* one row below them, or none */
	struct rectangle keys;	/* left out when there are few rows */
	struct rectangle panel[PANELS];
	enum frame frame[PANELS];
	bool absent[PANELS];	/* for lack of room: Tab passes it by */
};

/* Below this nothing is shown but what is needed. */
enum { LEAST_ROWS = 6, LEAST_COLUMNS = 30 };

void layout_compute(int rows, int columns, const struct layout_wish *wish,
    struct layout *layout);
const char *preset_name(enum preset preset);

#endif
