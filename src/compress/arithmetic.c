#include "compress/arithmetic.h"

enum {
	ONE = 1 << 15,		/* of a probability */
	LEAST = 1 << 5,
	MEMORY = 160,		/* what odds are the mean of */
};

/* A range that is smaller has its next byte decided. */
#define SHORT (1u << 24)

/* The part of the range that a 1 has. */
static uint32_t share(uint32_t range, const struct odds *odds)
{
	return (range >> 15) * (uint32_t)(ONE / 2 + odds->lean);
}

static void adapt(struct odds *odds, int bit)
{
	int one = ONE / 2 + odds->lean;

	one += 2 * ((bit ? ONE : 0) - one) / (2 * odds->seen + 3);
	one = one < LEAST ? LEAST : one;
	one = one > ONE - LEAST ? ONE - LEAST : one;
	odds->lean = (int16_t)(one - ONE / 2);
	if (odds->seen < MEMORY)
		odds->seen++;
}

void arithmetic_begin(struct arithmetic_writer *writer, struct buffer *out)
{
	*writer = (struct arithmetic_writer){out, 0, UINT32_MAX, out->length};
}

/* One more for the bytes that are out already. */
static void carry(struct arithmetic_writer *writer)
{
	size_t at = writer->out->length;

	while (at-- > writer->first && ++writer->out->text[at] == 0)
		;
}

static void put_byte(struct arithmetic_writer *writer)
{
	char byte;

	if (writer->low >> 32)
		carry(writer);
	byte = (char)(writer->low >> 24 & 255);
	buffer_add(writer->out, &byte, 1);
	writer->low = writer->low << 8 & UINT32_MAX;
}

void arithmetic_put(struct arithmetic_writer *writer, struct odds *odds,
    int bit)
{
	uint32_t part = share(writer->range, odds);

	if (bit) {
		writer->range = part;
	} else {
		writer->low += part;
		writer->range -= part;
	}
	for (; writer->range < SHORT; writer->range <<= 8)
		put_byte(writer);
	adapt(odds, bit);
}

void arithmetic_put_bits(struct arithmetic_writer *writer, struct odds *odds,
    int modelled, int bits, uint32_t value)
{
	uint32_t node = 1;

	for (int k = bits - 1; k >= 0; k--) {
		int bit = (int)(value >> k & 1);
		struct odds even = {0};

		arithmetic_put(writer, k >= bits - modelled ? &odds[node] :
		    &even, bit);
		node = k >= bits - modelled ? 2 * node + (uint32_t)bit : node;
	}
}

/* A number of the range that ends in as many zeros as can be. */
void arithmetic_end(struct arithmetic_writer *writer)
{
	uint64_t least = writer->low, last = least + writer->range - 1;

	for (int zeros = 1; zeros < 32 && last >> zeros << zeros >= least;
	    zeros++)
		writer->low = last >> zeros << zeros;
	for (int k = 0; k < 4; k++)
		put_byte(writer);
	while (writer->out->length > writer->first &&
	    writer->out->text[writer->out->length - 1] == 0)
		writer->out->length--;
}

static uint32_t next_byte(struct arithmetic_reader *reader)
{
	const unsigned char *byte = reader->bytes.left ?
	    bytes_take(&reader->bytes, 1) : NULL;

	return byte ? *byte : 0;
}

void arithmetic_open(struct arithmetic_reader *reader, struct bytes bytes)
{
	*reader = (struct arithmetic_reader){bytes, 0, UINT32_MAX};
	for (int k = 0; k < 4; k++)
		reader->code = reader->code << 8 | next_byte(reader);
}

int arithmetic_get(struct arithmetic_reader *reader, struct odds *odds)
{
	uint32_t part = share(reader->range, odds);
	int bit = reader->code < part;

	if (bit) {
		reader->range = part;
	} else {
		reader->code -= part;
		reader->range -= part;
	}
	for (; reader->range < SHORT; reader->range <<= 8)
		reader->code = reader->code << 8 | next_byte(reader);
	adapt(odds, bit);
	return bit;
}

uint32_t arithmetic_get_bits(struct arithmetic_reader *reader,
    struct odds *odds, int modelled, int bits)
{
	uint32_t node = 1, value = 0;

	for (int k = bits - 1; k >= 0; k--) {
		struct odds even = {0};
		uint32_t bit = (uint32_t)arithmetic_get(reader,
		    k >= bits - modelled ? &odds[node] : &even);

		value = 2 * value + bit;
		node = k >= bits - modelled ? 2 * node + bit : node;
	}
	return value;
}
