#include "session/protobuf.h"

#include <string.h>

/* Wire types of the encoding. */
enum { VARINT = 0, LENGTH = 2, FIXED32 = 5 };

static void put_varint(struct buffer *out, uint64_t value)
{
	do {
		char byte = (char)(value & 127);

		value >>= 7;
		if (value)
			byte = (char)(byte | -128);
		buffer_add(out, &byte, 1);
	} while (value);
}

static void put_key(struct buffer *out, int field, int type)
{
	put_varint(out, (uint64_t)(field << 3 | type));
}

void protobuf_integer(struct buffer *out, int field, int64_t value)
{
	put_key(out, field, VARINT);
	put_varint(out, (uint64_t)value);
}

void protobuf_float(struct buffer *out, int field, float value)
{
	uint32_t bits;
	char byte[4];

	memcpy(&bits, &value, sizeof(bits));
	for (int k = 0; k < 4; k++)
		byte[k] = (char)(bits >> 8 * k & 255);
	put_key(out, field, FIXED32);
	buffer_add(out, byte, sizeof(byte));
}

void protobuf_bytes(struct buffer *out, int field, const void *data,
    size_t size)
{
	put_key(out, field, LENGTH);
	put_varint(out, size);
	if (size)
		buffer_add(out, data, size);
}

void protobuf_text(struct buffer *out, int field, const char *text)
{
	protobuf_bytes(out, field, text, strlen(text));
}

void protobuf_message(struct buffer *out, int field, struct buffer *message)
{
	protobuf_bytes(out, field, message->text, message->length);
	buffer_free(message);
}
