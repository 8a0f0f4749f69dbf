#include "tui/glyph.h"

#include <stddef.h>
#include <wchar.h>

static int sequence_length(unsigned char first)
{
	return first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 :
	    first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;
}

int utf8_next(const char **text, uint32_t *character)
{
	const unsigned char *s = (const unsigned char *)*text;
	int length = sequence_length(*s);
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

int utf8_put(uint32_t c, char bytes[4])
{
	int length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char first[5] = {0, 0, 0xc0, 0xe0, 0xf0};

	for (int i = length - 1; i > 0; i--) {
		bytes[i] = (char)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	bytes[0] = (char)(first[length] | c);
	return length;
}

int character_width(uint32_t character)
{
	int width;

	/* The program's own: lines, blocks, braille; whatever the locale. */
	if (character < 0x300 || (character >= 0x2190 && character < 0x2900))
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

uint32_t character_console(uint32_t character)
{
	static const uint32_t map[][2] = {
		{0x2013, '-'}, {0x2016, 0x2551}, {0x2026, '~'},
		{0x2218, 0xb0}, {0x2501, 0x2550}, {0x2537, 0x2534},
		{0x253f, 0x256a}, {0x25b6, 0x25ba}, {0x25b8, 0x25ba},
		{0x25be, 0x25bc}, {0x25c6, 0x25a0}, {0x25cf, 0x25a0},
		{0x25cb, 'o'}, {0x3bb, 'L'}};

	for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++) {
		if (map[i][0] == character)
			return map[i][1];
	}
	/* Of the parts of a block, from below and from the left, there are
	 * halves. */
	if (character >= 0x2581 && character <= 0x2587)
		return character < 0x2583 ? '_' : character < 0x2586 ?
		    0x2584 : 0x2588;
	if (character >= 0x2589 && character <= 0x258f)
		return character > 0x258d ? ' ' : character > 0x258b ?
		    0x258c : 0x2588;
	return character;
}

uint32_t character_ascii(uint32_t character)
{
	static const struct { uint32_t from; char to; } map[] = {
		{0xb1, '~'}, {0xb7, '.'}, {0xd7, 'x'}, {0x3bb, 'L'},
		{0x2013, '-'}, {0x2016, '='}, {0x2026, '~'}, {0x2190, '<'},
		{0x2191, '^'}, {0x2192, '>'}, {0x2193, 'v'}, {0x2218, 'o'},
		{0x2500, '-'}, {0x2501, '='}, {0x2502, '|'}, {0x250c, '+'},
		{0x2510, '+'}, {0x2514, '+'}, {0x2518, '+'}, {0x251c, '|'},
		{0x2524, '+'}, {0x2534, '+'}, {0x2537, '+'}, {0x253f, '+'},
		{0x2550, '='}, {0x2580, '"'}, {0x2584, '_'}, {0x2588, '#'},
		{0x2591, '.'}, {0x2592, ':'}, {0x2593, '%'}, {0x25a0, '#'},
		{0x25b2, '^'}, {0x25b6, '>'}, {0x25b8, '>'}, {0x25be, 'v'},
		{0x25c6, '*'}, {0x25cf, 'O'}, {0x25cb, 'o'}};

	if (character < 0x80)
		return character;
	for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++) {
		if (map[i].from == character)
			return (uint32_t)map[i].to;
	}
	/* Parts of a block, as the progress bar has them. */
	if (character >= 0x2589 && character <= 0x258f)
		return character <= 0x258c ? '#' : ' ';
	return '?';
}
