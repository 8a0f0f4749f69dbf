/*
 * A grid of cells that panels draw into. It knows no terminal: tests read it
 * as text, terminal.c brings it to the screen.
 */
#ifndef SNT_TUI_CANVAS_H
#define SNT_TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/theme.h"

struct cell {
	uint32_t character;	/* 0: right half of a wide one */
	enum style style;
};

struct canvas {
	int rows, columns;
	struct cell *cell;	/* (rows, columns) */
};

/* A rectangle; what is drawn outside of it is cut off. */
struct area {
	struct canvas *canvas;
	int row, column, rows, columns;
	bool unicode;		/* else ASCII only */
};

void canvas_resize(struct canvas *canvas, int rows, int columns);
void canvas_clear(struct canvas *canvas);
void canvas_free(struct canvas *canvas);
/* The lines as UTF-8, blanks at their ends left out; free() it. */
char *canvas_text(const struct canvas *canvas);

struct area area_of(struct canvas *canvas, bool unicode);
struct area area_within(const struct area *area, int row, int column, int rows,
    int columns);

/*
 * Text at a place of the area; returns the column after it. What does not fit
 * is cut and ends in an ellipsis. A style can
 * change within the text: the bytes of STYLE_TEXT(), up to the next, or to
 * STYLE_BACK. Other control characters become '?'.
 */
int area_puts(const struct area *area, int row, int column, enum style style,
    const char *text);
int area_printf(const struct area *area, int row, int column,
    enum style style, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Where the whole does not fit, as many clauses as do, if they fill most of
 * the place: the text then ends before a comma. */
int area_clauses(const struct area *area, int row, int column,
    enum style style, const char *text);
/* Ends at the right border of the area. */
void area_right(const struct area *area, int row, enum style style,
    const char *text);
/* Lines in the middle of the area, beginning in the same column. */
void area_middle(const struct area *area, enum style style,
    const char *text);
void area_put(const struct area *area, int row, int column, enum style style,
    uint32_t character);
void area_fill(const struct area *area, int row, enum style style);

enum frame { FRAME_BOX, FRAME_RULE, FRAME_LINE };
/* A frame with a title, and a note at the right; returns what is inside.
 * A rule is the top of the box only; a line is title and note in one row. */
struct area area_frame(const struct area *area, enum frame frame, bool focus,
    const char *title, const char *note);

/* printf format of a style within a text: pass STYLE_TEXT(style). */
#define STYLE_SET "\001%c"
#define STYLE_TEXT(style) ((char)((style) + 'A'))
#define STYLE_BACK "\002"
/* Columns of such a text. */
int styled_width(const char *text);
/* Leave so many of them. */
void styled_cut(char *text, int columns);

#endif
