/* Parsing of what people type, and printing of what may come from a file. */
#ifndef SNT_BASE_TEXT_H
#define SNT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* The whole of `text` as a number, in the C locale, finite. Return 0, or -1
 * when it is anything else. parse_ratio() also takes "80%". */
int parse_double(const char *text, double *value);
int parse_long(const char *text, long *value);
int parse_ratio(const char *text, double *value);
int parse_switch(const char *text, bool *value);	/* on, off, yes, no, 1, 0 */

/* snprintf into a fixed field; cuts silently, always terminates. */
void text_format(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void text_copy(char *out, size_t size, const char *text);

bool text_ends(const char *text, const char *end);

/* Bytes that are not UTF-8 become '?', in place. */
void text_make_utf8(char *text);
/* `text` with everything a terminal could obey (controls, escape sequences,
 * bytes that are not UTF-8) replaced by '?'. Bounded by `size`. */
void text_safe(char *out, size_t size, const char *text);

/* "1.2k", "431k", "3.1M": at most 5 characters. */
void text_short_count(char *out, size_t size, double count);

/* "0:42", "1:03:20" for a number of seconds. */
void text_duration(char *out, size_t size, double seconds);

/* Slips between two words, for "did you mean": letters more, less, other, or
 * two that changed places (optimal string alignment). */
int text_distance(const char *a, const char *b);

#endif
