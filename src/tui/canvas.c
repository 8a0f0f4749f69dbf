#include "tui/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "tui/glyph.h"

enum { CUT_OFF = 0x2026 };	/* ... stands where a text was cut */

void canvas_resize(struct canvas *canvas, int rows, int columns)
{
	size_t count = (size_t)rows * (size_t)columns;

	canvas->rows = rows;
	canvas->columns = columns;
	canvas->cell = xreallocarray(canvas->cell, count ? count : 1,
	    sizeof(*canvas->cell));
	canvas_clear(canvas);
}

void canvas_clear(struct canvas *canvas)
{
	for (int i = 0; i < canvas->rows * canvas->columns; i++)
		canvas->cell[i] = (struct cell){' ', STYLE_NORMAL};
}

void canvas_free(struct canvas *canvas)
{
	free(canvas->cell);
	*canvas = (struct canvas){0};
}

static const struct cell *canvas_row(const struct canvas *canvas, int row)
{
	return canvas->cell + (size_t)row * (size_t)canvas->columns;
}

char *canvas_text(const struct canvas *canvas)
{
	struct buffer out = {0};
	char bytes[4];

	buffer_puts(&out, "");
	for (int row = 0; row < canvas->rows; row++) {
		const struct cell *cell = canvas_row(canvas, row);
		int last = canvas->columns;

		while (last > 0 && cell[last - 1].character == ' ')
			last--;
		for (int i = 0; i < last; i++) {
			if (cell[i].character)
				buffer_add(&out, bytes, (size_t)utf8_put(
				    cell[i].character, bytes));
		}
		buffer_puts(&out, "\n");
	}
	return out.text;
}

struct area area_of(struct canvas *canvas, bool unicode)
{
	return (struct area){canvas, 0, 0, canvas->rows, canvas->columns,
		unicode};
}

static int between(int value, int least, int most)
{
	return value > most ? most : value < least ? least : value;
}

struct area area_within(const struct area *area, int row, int column, int rows,
    int columns)
{
	struct area inner = *area;

	row = between(row, 0, area->rows);
	column = between(column, 0, area->columns);
	inner.row += row;
	inner.column += column;
	inner.rows = between(rows, 0, area->rows - row);
	inner.columns = between(columns, 0, area->columns - column);
	return inner;
}

void area_put(const struct area *area, int row, int column, enum style style,
    uint32_t character)
{
	int width = character_width(character);
	int end = area->column + column + width;
	struct cell *cell;

	if (row < 0 || column < 0 || row >= area->rows ||
	    column + width > area->columns || width == 0)
		return;
	cell = area->canvas->cell + (size_t)(area->row + row) *
	    (size_t)area->canvas->columns + (size_t)(area->column + column);
	/* Half of a wide character does not stay behind. */
	if (cell[0].character == 0 && area->column + column > 0)
		cell[-1].character = ' ';
	if (end < area->canvas->columns && cell[width].character == 0)
		cell[width].character = ' ';
	cell[0] = (struct cell){area->unicode ? character :
		character_ascii(character), style};
	if (width == 2)
		cell[1] = (struct cell){area->unicode ? 0 : ' ', style};
}

int area_puts(const struct area *area, int row, int column, enum style style,
    const char *text)
{
	enum style now = style;
	bool cut = false;

	while (*text) {
		uint32_t character;

		if (*text == '\001' && text[1]) {
			now = (enum style)between(text[1] - 'A', 0,
			    STYLES - 1);
			text += 2;
		} else if (*text == '\002') {
			now = style;
			text++;
		} else {
			int width = utf8_next(&text, &character);

			if (character == 0xb1 && !area->unicode) {
				area_put(area, row, column++, now, '+');
				character = '-';
			}
			area_put(area, row, column, now, character);
			column += width;
			cut = cut || (column > area->columns &&
			    character != ' ');
		}
	}
	if (cut)
		area_put(area, row, area->columns - 1, now, CUT_OFF);
	return column;
}

int area_clauses(const struct area *area, int row, int column,
    enum style style, const char *text)
{
	int room = area->columns - column;
	size_t end = strlen(text);
	char part[512];

	text_copy(part, sizeof(part), text);
	while (end > 0 && styled_width(part) > room) {
		while (end > 0 && strncmp(text + --end, ", ", 2) != 0)
			continue;
		text_format(part, sizeof(part), "%.*s", (int)end, text);
	}
	return area_puts(area, row, column, style,
	    3 * styled_width(part) >= 2 * room ? part : text);
}

int area_printf(const struct area *area, int row, int column,
    enum style style, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return area_puts(area, row, column, style, text);
}

int styled_width(const char *text)
{
	uint32_t character;
	int width = 0;

	while (*text) {
		if (*text == '\001' && text[1])
			text += 2;
		else if (*text == '\002')
			text++;
		else
			width += utf8_next(&text, &character);
	}
	return width;
}

void styled_cut(char *text, int columns)
{
	const char *at = text;

	while (*at) {
		char *before = text + (at - text);
		uint32_t character;

		if (*at == '\001' && at[1])
			at += 2;
		else if (*at == '\002')
			at++;
		else
			columns -= utf8_next(&at, &character);
		if (columns < 0) {
			*before = '\0';
			return;
		}
	}
}

void area_right(const struct area *area, int row, enum style style,
    const char *text)
{
	area_puts(area, row, area->columns - styled_width(text), style, text);
}

/* The line at the front of a text; returns where the next begins. */
static const char *next_line(const char *text, char *line, size_t size)
{
	size_t length = strcspn(text, "\n");

	text_format(line, size, "%.*s", (int)length, text);
	return text + length + (text[length] == '\n');
}

void area_middle(const struct area *area, enum style style,
    const char *text)
{
	int rows = 0, widest = 0, row, column;
	char line[256];

	for (const char *at = text; *at; rows++) {
		at = next_line(at, line, sizeof(line));
		if (styled_width(line) > widest)
			widest = styled_width(line);
	}
	row = rows < area->rows ? (area->rows - rows) / 2 : 0;
	column = widest < area->columns ? (area->columns - widest) / 2 : 0;
	for (; *text; row++) {
		text = next_line(text, line, sizeof(line));
		area_puts(area, row, column, style, line);
	}
}

void area_fill(const struct area *area, int row, enum style style)
{
	for (int i = 0; i < area->columns; i++)
		area_put(area, row, i, style, ' ');
}

static void draw_box(const struct area *area, enum style style,
    uint32_t across)
{
	int last = area->rows - 1, end = area->columns - 1;

	for (int i = 1; i < end; i++) {
		area_put(area, 0, i, style, across);
		area_put(area, last, i, style, 0x2500);
	}
	for (int i = 1; i < last; i++) {
		area_put(area, i, 0, style, 0x2502);
		area_put(area, i, end, style, 0x2502);
	}
	area_put(area, 0, 0, style, 0x250c);
	area_put(area, 0, end, style, 0x2510);
	area_put(area, last, 0, style, 0x2514);
	area_put(area, last, end, style, 0x2518);
}

/* As much of the note as there is room for. */
static void draw_note(const struct area *area, int from, const char *note,
    bool blanks)
{
	int room = area->columns - from - (blanks ? 2 : 1);
	int width = styled_width(note);
	struct area rest;

	if (!note[0] || room < 6)
		return;
	rest = area_within(area, 0, area->columns - (blanks ? 2 : 0) -
	    (width > room ? room : width), 1, width > room ? room : width);
	if (blanks)
		area_put(area, 0, rest.column - area->column - 1, STYLE_DIM,
		    ' ');
	area_puts(&rest, 0, 0, STYLE_DIM, note);
	if (blanks)
		area_put(area, 0, area->columns - 2, STYLE_DIM, ' ');
}

struct area area_frame(const struct area *area, enum frame frame, bool focus,
    const char *title, const char *note)
{
	enum style style = focus ? STYLE_FOCUS : STYLE_BORDER;
	/* Without colour the focus shows in the line itself. */
	uint32_t across = focus ? 0x2550 : 0x2500;
	bool box = frame == FRAME_BOX;
	int end;

	if (box)
		draw_box(area, style, across);
	for (int i = 0; i < area->columns && frame == FRAME_RULE; i++)
		area_put(area, 0, i, style, across);
	end = area_printf(area, 0, box, focus ? STYLE_FOCUS : STYLE_TITLE,
	    " %s ", title);
	draw_note(area, end + 1, note ? note : "", frame != FRAME_LINE);
	if (frame == FRAME_LINE)
		return area_within(area, 0, end, 1, area->columns - end);
	return area_within(area, 1, box, area->rows - 1 - box,
	    area->columns - 2 * box);
}
