/* A growing text. Zero-initialise it; buffer_free() or take `text`. */
#ifndef SNT_BASE_BUFFER_H
#define SNT_BASE_BUFFER_H

#include <stddef.h>

struct buffer {
	char *text;	/* NUL-terminated once anything was added, else NULL */
	size_t length;
	size_t capacity;
};

void buffer_add(struct buffer *buffer, const char *text, size_t length);
void buffer_puts(struct buffer *buffer, const char *text);
void buffer_printf(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buffer_clear(struct buffer *buffer);
void buffer_free(struct buffer *buffer);

#endif
