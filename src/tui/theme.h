/* What a cell means, and how that looks. Colour is never the only sign. */
#ifndef SNT_TUI_THEME_H
#define SNT_TUI_THEME_H

#include <stdbool.h>

#include "base/error.h"

enum style {
	STYLE_NORMAL, STYLE_DIM, STYLE_BOLD, STYLE_BORDER, STYLE_FOCUS,
	STYLE_TITLE, STYLE_SELECTED, STYLE_KEY, STYLE_GOOD, STYLE_WARN,
	STYLE_BAD, STYLE_BAR, STYLE_SERIES1, STYLE_SERIES2, STYLE_SERIES3,
	STYLE_SERIES4, STYLE_SERIES5, STYLE_SERIES6,
	STYLE_HEAT1, STYLE_HEAT2, STYLE_HEAT3, STYLE_HEAT4, STYLE_HEAT5,
	STYLE_HEAT6, STYLE_HEAT7, STYLE_HEAT8, STYLES
};

enum { SERIES_STYLES = STYLE_HEAT1 - STYLE_SERIES1,
	HEAT_STYLES = STYLES - STYLE_HEAT1 };

enum look_flags { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_REVERSE = 4,
	LOOK_UNDERLINE = 8 };

struct look {
	unsigned flags;
	int color;	/* foreground; -1: the terminal's own */
};

/* How a style looks now. `colors`: how many the terminal has, 0 for none. */
struct look theme_look(enum style style, int colors);

/*
 * The looks from here on: "auto" is the user's own file, $XDG_CONFIG_HOME/
 * snt/theme, or else colours that stand out from black and from white; "dark",
 * "light" and "mono" are built in; anything else is the path of a file, in the
 * format that snt(1) describes. What is wrong in a file is told with its line
 * and key, and nothing is changed.
 */
int theme_choose(const char *name, struct error *error);

/* $NO_COLOR, as no-color.org says: set and not empty. */
bool theme_no_color(void);

#endif
