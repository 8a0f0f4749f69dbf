/* Characters: UTF-8, how many columns they take, and their ASCII stand-ins. */
#ifndef SNT_TUI_GLYPH_H
#define SNT_TUI_GLYPH_H

#include <stdint.h>

/* The next character of a text that has one; what is not UTF-8, or would
 * control a terminal, is '?'. Returns the columns it takes (0: combining). */
int utf8_next(const char **text, uint32_t *character);
/* Up to 4 bytes, not terminated; returns how many. */
int utf8_put(uint32_t character, char bytes[4]);

int character_width(uint32_t character);
int text_width(const char *text);

/* The nearest that fonts of the Linux console have. */
uint32_t character_console(uint32_t character);
/* The nearest of ASCII, for terminals that have nothing else. */
uint32_t character_ascii(uint32_t character);

#endif
