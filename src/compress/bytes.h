/* Little-endian numbers in a buffer, and out of one that is not trusted. */
#ifndef SNT_COMPRESS_BYTES_H
#define SNT_COMPRESS_BYTES_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/real.h"

/* Bytes not yet read; NULL and nothing left once too many were asked for. */
struct bytes {
	const unsigned char *data;
	size_t left;
};

/* The next `size` bytes, or NULL. */
const unsigned char *bytes_take(struct bytes *bytes, size_t size);

void put_u32(struct buffer *out, uint32_t value);
/* -1: there are no four bytes. */
int take_u32(struct bytes *bytes, uint32_t *value);
/* Of float32. */
uint32_t float_bits(real value);
real bits_float(uint32_t bits);
/* As float32. */
void put_float(struct buffer *out, real value);
real get_float(const unsigned char *data);
void put_floats(struct buffer *out, const real *values, size_t count);
int take_floats(struct bytes *bytes, real *values, size_t count);

#endif
