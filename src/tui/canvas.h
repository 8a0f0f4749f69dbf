/*
 * A grid of cells that panels draw into. It knows no terminal: tests read it
 * as text, terminal.c brings it to the screen.
 */
#ifndef SNT_TUI_CANVAS_H
#define SNT_TUI_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

/* What a cell means; the theme says how that looks. */
enum style {
	STYLE_NORMAL, STYLE_DIM, STYLE_BOLD, STYLE_BORDER, STYLE_FOCUS,
	STYLE_TITLE, STYLE_SELECTED, STYLE_KEY, STYLE_GOOD, STYLE_WARN,
	STYLE_BAD, STYLE_BAR, STYLE_SERIES1, STYLE_SERIES2, STYLE_SERIES3,
	STYLE_SERIES4, STYLE_SERIES5, STYLE_SERIES6, STYLES
};

struct cell {
	uint32_t character;	/* 0: right half of a wide one */
	enum style style;
};

struct canvas {
	int rows, columns;
	struct cell *cell;	/* (rows, columns) */
};

/* A rectangle; drawing outside of it is cut off. */
struct area {
	struct canvas *canvas;
	int row, column, rows, columns;
	bool unicode;		/* else ASCII only */
};

void canvas_resize(struct canvas *canvas, int rows, int columns);
void canvas_clear(struct canvas *canvas);
void canvas_free(struct canvas *canvas);
/* The lines as UTF-8, blanks at the ends left out; free() it. */
char *canvas_text(const struct canvas *canvas);

struct area area_of(struct canvas *canvas, bool unicode);
struct area area_within(const struct area *area, int row, int column, int rows,
    int columns);

/* Text at a place of the area; returns the column after it. Control
 * characters become '?', what has no ASCII form too when not unicode. */
int area_puts(const struct area *area, int row, int column, enum style style,
    const char *text);
int area_printf(const struct area *area, int row, int column,
    enum style style, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Ends at the right border of the area. */
void area_right(const struct area *area, int row, enum style style,
    const char *text);
void area_put(const struct area *area, int row, int column, enum style style,
    uint32_t character);
void area_fill(const struct area *area, int row, enum style style);
/* A frame with titles; returns what is inside. */
struct area area_frame(const struct area *area, bool focus, const char *title,
    const char *right);

/* One character of UTF-8; columns it takes (0 for combining). */
int utf8_next(const char **text, uint32_t *character);
int character_width(uint32_t character);
int text_width(const char *text);

#endif
