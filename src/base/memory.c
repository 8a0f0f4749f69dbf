#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/error.h"

enum { CACHE_LINE = 64, HUGE_PAGE = 2 << 20 };

void *xmalloc(size_t size)
{
	void *memory = malloc(size ? size : 1);

	if (!memory)
		die("out of memory (%zu bytes)", size);
	return memory;
}

void *xcalloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size ? size : 1);

	if (!memory)
		die("out of memory (%zu times %zu bytes)", count, size);
	return memory;
}

void *xreallocarray(void *memory, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		die("out of memory (%zu times %zu bytes)", count, size);
	memory = realloc(memory, bytes ? bytes : 1);
	if (!memory)
		die("out of memory (%zu bytes)", bytes);
	return memory;
}

char *xstrdup(const char *text)
{
	return xstrndup(text, strlen(text));
}

char *xstrndup(const char *text, size_t length)
{
	char *copy;

	length = strnlen(text, length);
	copy = xmalloc(length + 1);
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *xasprintf(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		die("out of memory");
	va_end(args);
	return text;
}

void array_grow(void *array, size_t count, size_t *capacity, size_t size)
{
	void *memory;

	if (count < *capacity)
		return;
	memcpy(&memory, array, sizeof(memory));
	*capacity = *capacity ? *capacity * 2 : 8;
	memory = xreallocarray(memory, *capacity, size);
	memcpy(array, &memory, sizeof(memory));
}

void *memory_new(size_t bytes)
{
	size_t align = bytes >= HUGE_PAGE ? (size_t)HUGE_PAGE :
	    (size_t)CACHE_LINE;
	void *memory;

	if (bytes > PTRDIFF_MAX - (size_t)HUGE_PAGE)
		die("out of memory (%zu bytes)", bytes);
	bytes = ((bytes ? bytes : 1) + align - 1) / align * align;
	memory = aligned_alloc(align, bytes);
	if (!memory)
		die("out of memory (%zu bytes)", bytes);
	if (align == HUGE_PAGE)
		madvise(memory, bytes, MADV_HUGEPAGE);
	return memory;
}

real *reals_room(size_t count)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, sizeof(real), &bytes))
		die("out of memory (%zu numbers)", count);
	return memory_new(bytes);
}

real *reals_new(size_t count)
{
	real *values = reals_room(count);

	memset(values, 0, count * sizeof(*values));
	return values;
}

real *reals_dup(const real *values, size_t count)
{
	real *copy = reals_room(count);

	reals_copy(copy, values, count);
	return copy;
}

void reals_copy(real *to, const real *from, size_t count)
{
	if (count)
		memcpy(to, from, count * sizeof(*to));
}

void reals_free(real *values)
{
	free(values);
}
