#include "base/text.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* strtod() follows the user's locale; the command language does not. */
static double to_double(const char *text, char **end)
{
	static locale_t c_locale;

	if (!c_locale)
		c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	return strtod_l(text, end, c_locale);
}

int parse_double(const char *text, double *value)
{
	char *end;
	double number;

	if (!strchr("+-.0123456789", text[0]) || !text[0])
		return -1;
	number = to_double(text, &end);
	if (*end || !isfinite(number))
		return -1;
	*value = number;
	return 0;
}

int parse_long(const char *text, long *value)
{
	double number;

	if (parse_double(text, &number) || number != floor(number) ||
	    fabs(number) > 0x1p53)
		return -1;
	*value = (long)number;
	return 0;
}

int parse_ratio(const char *text, double *value)
{
	char digits[32];
	size_t length = strlen(text);

	if (length < 2 || length >= sizeof(digits) || text[length - 1] != '%')
		return parse_double(text, value);
	memcpy(digits, text, length - 1);
	digits[length - 1] = '\0';
	if (parse_double(digits, value))
		return -1;
	*value /= 100;
	return 0;
}

int parse_switch(const char *text, bool *value)
{
	static const char *const words[2][3] = {
		{"off", "no", "0"}, {"on", "yes", "1"}};

	for (int state = 0; state < 2; state++) {
		for (int i = 0; i < 3; i++) {
			if (strcasecmp(text, words[state][i]) == 0) {
				*value = state;
				return 0;
			}
		}
	}
	return -1;
}

void text_format(char *out, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(out, size, format, args);
	va_end(args);
}

void text_copy(char *out, size_t size, const char *text)
{
	text_format(out, size, "%s", text);
}

/* Length of the well-formed UTF-8 sequence at `s`, or 0. */
static size_t well_formed(const unsigned char *s, uint32_t *out)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t code = s[0];
	size_t length = code < 0x80 ? 1 : code < 0xc0 ? 0 : code < 0xe0 ? 2 :
	    code < 0xf0 ? 3 : code < 0xf8 ? 4 : 0;

	if (length > 1)
		code &= 0x7fu >> length;
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (length == 0 || code < least[length] || code > 0x10ffff ||
	    (code >= 0xd800 && code < 0xe000))
		return 0;
	*out = code;
	return length;
}

/* The same, of what can be printed. */
static size_t printable(const unsigned char *s)
{
	uint32_t code = 0;
	size_t length = well_formed(s, &code);

	/* C0, DEL, C1, and the controls of bidirectional text. */
	if (code < 0x20 || (code >= 0x7f && code < 0xa0) ||
	    (code >= 0x202a && code <= 0x202e) ||
	    (code >= 0x2066 && code <= 0x2069) ||
	    code == 0x200e || code == 0x200f)
		return 0;
	return length;
}

void text_make_utf8(char *text)
{
	uint32_t code;

	while (*text) {
		size_t length = well_formed((unsigned char *)text, &code);

		if (length == 0)
			*text = '?';
		text += length ? length : 1;
	}
}

void text_safe(char *out, size_t size, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t used = 0;

	while (*s && size) {
		size_t length = printable(s);

		if (used + (length ? length : 1) >= size)
			break;
		if (length) {
			memcpy(out + used, s, length);
			used += length;
			s += length;
		} else {
			out[used++] = '?';
			s++;
		}
	}
	if (size)
		out[used] = '\0';
}

void text_short_count(char *out, size_t size, double count)
{
	static const char units[] = " kMGT";
	int unit = 0;

	while (fabs(count) >= 999.5 && unit < 4) {
		count /= 1000;
		unit++;
	}
	if (unit == 0)
		text_format(out, size, "%.0f", count);
	else
		text_format(out, size, fabs(count) < 9.95 ? "%.1f%c" : "%.0f%c",
		    count, units[unit]);
}

void text_duration(char *out, size_t size, double seconds)
{
	long total = seconds > 0 && seconds < 1e9 ? (long)(seconds + 0.5) : 0;

	if (total < 3600)
		text_format(out, size, "%ld:%02ld", total / 60, total % 60);
	else
		text_format(out, size, "%ld:%02ld:%02ld", total / 3600,
		    total / 60 % 60, total % 60);
}

static int lesser(int a, int b)
{
	return a < b ? a : b;
}

bool text_ends(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

int text_distance(const char *a, const char *b)
{
	enum { LONGEST = 40 };
	int slips[LONGEST + 1][LONGEST + 1];	/* between the beginnings */
	int m = (int)strnlen(a, LONGEST), n = (int)strnlen(b, LONGEST);

	for (int i = 0; i <= m; i++)
		slips[i][0] = i;
	for (int j = 0; j <= n; j++)
		slips[0][j] = j;
	for (int i = 1; i <= m; i++) {
		for (int j = 1; j <= n; j++) {
			int least = slips[i - 1][j - 1] +
			    (a[i - 1] != b[j - 1]);

			least = lesser(least, slips[i - 1][j] + 1);
			least = lesser(least, slips[i][j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				least = lesser(least, slips[i - 2][j - 2] + 1);
			slips[i][j] = least;
		}
	}
	return slips[m][n];
}
