#include "tui/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/buffer.h"
#include "base/memory.h"

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

static void add_utf8(struct buffer *out, uint32_t c)
{
	char bytes[4];
	size_t length;

	if (c < 0x80) {
		bytes[0] = (char)c;
		length = 1;
	} else if (c < 0x800) {
		bytes[0] = (char)(0xc0 | c >> 6);
		bytes[1] = (char)(0x80 | (c & 0x3f));
		length = 2;
	} else if (c < 0x10000) {
		bytes[0] = (char)(0xe0 | c >> 12);
		bytes[1] = (char)(0x80 | (c >> 6 & 0x3f));
		bytes[2] = (char)(0x80 | (c & 0x3f));
		length = 3;
	} else {
		bytes[0] = (char)(0xf0 | c >> 18);
		bytes[1] = (char)(0x80 | (c >> 12 & 0x3f));
		bytes[2] = (char)(0x80 | (c >> 6 & 0x3f));
		bytes[3] = (char)(0x80 | (c & 0x3f));
		length = 4;
	}
	buffer_add(out, bytes, length);
}

char *canvas_text(const struct canvas *canvas)
{
	struct buffer out = {0};

	buffer_puts(&out, "");
	for (int row = 0; row < canvas->rows; row++) {
		const struct cell *cell = canvas->cell +
		    (size_t)row * (size_t)canvas->columns;
		int last = canvas->columns;

		while (last > 0 && cell[last - 1].character == ' ')
			last--;
		for (int i = 0; i < last; i++) {
			if (cell[i].character)
				add_utf8(&out, cell[i].character);
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

struct area area_within(const struct area *area, int row, int column, int rows,
    int columns)
{
	struct area inner = *area;

	if (row > area->rows)
		row = area->rows;
	if (column > area->columns)
		column = area->columns;
	inner.row += row;
	inner.column += column;
	inner.rows = rows < area->rows - row ? rows : area->rows - row;
	inner.columns = columns < area->columns - column ? columns :
	    area->columns - column;
	if (inner.rows < 0)
		inner.rows = 0;
	if (inner.columns < 0)
		inner.columns = 0;
	return inner;
}

int utf8_next(const char **text, uint32_t *character)
{
	const unsigned char *s = (const unsigned char *)*text;
	int length = *s < 0x80 ? 1 : *s < 0xc0 ? 0 : *s < 0xe0 ? 2 :
	    *s < 0xf0 ? 3 : *s < 0xf8 ? 4 : 0;
	uint32_t code = *s;

	if (length > 1)
		code &= 0x7fu >> length;
	for (int i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80) {
			length = 0;
			break;
		}
		code = code << 6 | (s[i] & 0x3f);
	}
	if (length == 0) {
		code = '?';
		length = 1;
	}
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		code = '?';
	*text += length;
	*character = code;
	return character_width(code);
}

int character_width(uint32_t character)
{
	int width;

	if (character < 0x300 || (character >= 0x2500 && character < 0x2900))
		return 1;
	width = wcwidth((wchar_t)character);
	return width < 0 ? 1 : width;
}

int text_width(const char *text)
{
	uint32_t character;
	int width = 0;

	while (*text)
		width += utf8_next(&text, &character);
	return width;
}

/* Nearest ASCII of the few others that the program itself draws. */
static uint32_t to_ascii(uint32_t c)
{
	static const struct { uint32_t from; char to; } map[] = {
		{0x2500, '-'}, {0x2502, '|'}, {0x250c, '+'}, {0x2510, '+'},
		{0x2514, '+'}, {0x2518, '+'}, {0x251c, '|'}, {0x2524, '|'},
		{0x2588, '#'}, {0x2591, '.'}, {0x25cf, 'O'}, {0x25b6, '>'},
		{0x2016, '='}, {0xb1, '~'}, {0xb7, '.'}, {0x3bb, 'L'},
		{0x2190, '<'}, {0x2192, '>'}, {0x2191, '^'}, {0x2193, 'v'},
		{0x2218, 'o'}, {0x2026, '.'}, {0xd7, 'x'}, {0x25a0, '#'},
		{0x2550, '='}, {0x2503, '|'}, {0x2501, '='}, {0x2026, '.'}};

	if (c < 0x80)
		return c;
	for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++) {
		if (map[i].from == c)
			return (uint32_t)map[i].to;
	}
	return '?';
}

void area_put(const struct area *area, int row, int column, enum style style,
    uint32_t character)
{
	int width = character_width(character);
	struct cell *cell;

	if (row < 0 || column < 0 || row >= area->rows ||
	    column + width > area->columns || width == 0)
		return;
	cell = area->canvas->cell + (size_t)(area->row + row) *
	    (size_t)area->canvas->columns + (size_t)(area->column + column);
	cell[0] = (struct cell){area->unicode ? character :
		to_ascii(character), style};
	if (width == 2)
		cell[1] = area->unicode ? (struct cell){0, style} :
		    (struct cell){' ', style};
}

int area_puts(const struct area *area, int row, int column, enum style style,
    const char *text)
{
	while (*text) {
		uint32_t character;
		int width = utf8_next(&text, &character);

		area_put(area, row, column, style, character);
		column += width;
	}
	return column;
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

void area_right(const struct area *area, int row, enum style style,
    const char *text)
{
	area_puts(area, row, area->columns - text_width(text), style, text);
}

void area_fill(const struct area *area, int row, enum style style)
{
	for (int i = 0; i < area->columns; i++)
		area_put(area, row, i, style, ' ');
}

struct area area_frame(const struct area *area, bool focus, const char *title,
    const char *right)
{
	enum style style = focus ? STYLE_FOCUS : STYLE_BORDER;
	/* Without colour the focus shows in the line itself. */
	uint32_t across = focus ? 0x2550 : 0x2500;
	int last = area->rows - 1, end = area->columns - 1;
	int room = area->columns - 4 - text_width(title);

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
	area_printf(area, 0, 1, focus ? STYLE_FOCUS : STYLE_TITLE, " %s ",
	    title);
	if (right && right[0] && text_width(right) + 3 <= room)
		area_printf(area, 0, end - text_width(right) - 2, STYLE_DIM,
		    " %s ", right);
	return area_within(area, 1, 1, area->rows - 2, area->columns - 2);
}
