/* Checked allocation: these never return NULL and die when memory ends. */
#ifndef SNT_BASE_MEMORY_H
#define SNT_BASE_MEMORY_H

#include <stddef.h>

#include "base/real.h"

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xreallocarray(void *memory, size_t count, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t length);
char *xasprintf(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Grow *array (count elements used, *capacity allocated) so that one more
 * element of `size` bytes fits; capacity doubles. */
void array_grow(void *array, size_t count, size_t *capacity, size_t size);

/* Aligned to 64 bytes, 2 MiB and huge pages when large: first touch of small
 * pages dominates otherwise. Release with free(). */
void *memory_new(size_t bytes);

/* `count` zeroed numbers in such memory; or of any content, the memory as yet
 * untouched where it is fresh. Release with reals_free(). */
real *reals_new(size_t count);
real *reals_room(size_t count);
real *reals_dup(const real *values, size_t count);
/* Also none, where there is nothing. */
void reals_copy(real *to, const real *from, size_t count);
void reals_free(real *values);

#endif
