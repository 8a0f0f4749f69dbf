#include "compress/bytes.h"

#include <string.h>

const unsigned char *bytes_take(struct bytes *bytes, size_t size)
{
	const unsigned char *data = bytes->data;

	if (size > bytes->left) {
		*bytes = (struct bytes){0};
		return NULL;
	}
	bytes->data += size;
	bytes->left -= size;
	return data;
}

void put_u32(struct buffer *out, uint32_t value)
{
	char byte[4];

	for (int k = 0; k < 4; k++)
		byte[k] = (char)(value >> 8 * k & 255);
	buffer_add(out, byte, sizeof(byte));
}

static uint32_t get_u32(const unsigned char *data)
{
	return (uint32_t)data[0] | (uint32_t)data[1] << 8 |
	    (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
}

int take_u32(struct bytes *bytes, uint32_t *value)
{
	const unsigned char *data = bytes_take(bytes, 4);

	if (!data)
		return -1;
	*value = get_u32(data);
	return 0;
}

uint32_t float_bits(real value)
{
	float single = (float)value;
	uint32_t bits;

	memcpy(&bits, &single, sizeof(bits));
	return bits;
}

real bits_float(uint32_t bits)
{
	float single;

	memcpy(&single, &bits, sizeof(bits));
	return (real)single;
}

void put_float(struct buffer *out, real value)
{
	put_u32(out, float_bits(value));
}

real get_float(const unsigned char *data)
{
	return bits_float(get_u32(data));
}

void put_floats(struct buffer *out, const real *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put_float(out, values[i]);
}

int take_floats(struct bytes *bytes, real *values, size_t count)
{
	const unsigned char *data = bytes_take(bytes, 4 * count);

	if (!data)
		return -1;
	for (size_t i = 0; i < count; i++)
		values[i] = get_float(data + 4 * i);
	return 0;
}
