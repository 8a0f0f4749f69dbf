#include "tui/theme.h"

#include <stdlib.h>

/* The colours of 256 are of medium lightness: they stand out from black and
 * from white, and from each other for most colour-blind eyes. */
static const struct {
	unsigned plain;		/* without colour */
	unsigned flags;		/* with it */
	int color16, color256;
} looks[STYLES] = {
	[STYLE_NORMAL] = {0, 0, -1, -1},
	[STYLE_DIM] = {LOOK_DIM, LOOK_DIM, -1, -1},
	[STYLE_BOLD] = {LOOK_BOLD, LOOK_BOLD, -1, -1},
	[STYLE_BORDER] = {LOOK_DIM, LOOK_DIM, -1, -1},
	[STYLE_FOCUS] = {LOOK_BOLD, LOOK_BOLD, 6, 32},
	[STYLE_TITLE] = {0, 0, -1, -1},
	[STYLE_SELECTED] = {LOOK_REVERSE, LOOK_REVERSE, -1, -1},
	[STYLE_KEY] = {LOOK_BOLD, LOOK_BOLD, 6, 32},
	[STYLE_GOOD] = {LOOK_BOLD, 0, 2, 35},
	[STYLE_WARN] = {LOOK_UNDERLINE, 0, 3, 172},
	[STYLE_BAD] = {LOOK_BOLD, LOOK_BOLD, 1, 160},
	[STYLE_BAR] = {LOOK_BOLD, 0, 6, 32},
	[STYLE_SERIES1] = {0, 0, 6, 32},
	[STYLE_SERIES2] = {LOOK_BOLD, 0, 3, 172},
	[STYLE_SERIES3] = {0, 0, 5, 169},
	[STYLE_SERIES4] = {LOOK_BOLD, 0, 2, 35},
	[STYLE_SERIES5] = {0, 0, 1, 160},
	[STYLE_SERIES6] = {LOOK_BOLD, 0, 4, 99},
	/* From cold to hot, in order of lightness. */
	[STYLE_HEAT1] = {0, 0, 4, 55},
	[STYLE_HEAT2] = {0, 0, 4, 61},
	[STYLE_HEAT3] = {0, 0, 6, 67},
	[STYLE_HEAT4] = {0, 0, 6, 73},
	[STYLE_HEAT5] = {0, 0, 2, 78},
	[STYLE_HEAT6] = {0, 0, 2, 114},
	[STYLE_HEAT7] = {0, 0, 3, 179},
	[STYLE_HEAT8] = {0, 0, 3, 220},
};

struct look theme_look(enum style style, int colors)
{
	if (colors < 8)
		return (struct look){looks[style].plain, -1};
	return (struct look){looks[style].flags, colors >= 256 ?
	    looks[style].color256 : looks[style].color16};
}

bool theme_no_color(void)
{
	const char *value = getenv("NO_COLOR");

	return value && value[0];
}
