/*
 * Codes, scales and biases bit by bit, each by the odds that those before it
 * leave. Weights near a scale's end are rarer the larger the scale, so groups
 * are taken in the order of their scales and the odds drift along with them.
 * What is coded has its length before it, u32.
 */
#include "compress/encoding_private.h"

#include <stdlib.h>

#include "base/memory.h"
#include "compress/arithmetic.h"
#include "compress/order.h"

enum {
	HIGH = 12,		/* bits of a float that have odds */
	BYTE = 8,
	FLOATS_MOST = 4096,	/* more take too long for what is saved */
};

struct code_odds {
	struct odds scale[1 << HIGH], zero[1 << BYTE], code[1 << BYTE];
	struct odds there;	/* that a code is not the one of zero */
};

/* Groups by their scale as the file has it, then by number; free(). */
static uint32_t *groups_in_order(const struct coded *coded)
{
	size_t count = (size_t)coded->groups;
	uint32_t *order = xcalloc(count, sizeof(*order));
	real *scale = reals_new(count);

	for (size_t g = 0; g < count; g++) {
		order[g] = (uint32_t)g;
		scale[g] = (real)(float)coded->scale[g];
	}
	order_by_score(scale, order, (uint32_t)count);
	reals_free(scale);
	return order;
}

static void put_scales(const struct coded *coded, struct code_odds *odds,
    struct arithmetic_writer *writer)
{
	for (int g = 0; g < coded->groups; g++)
		arithmetic_put_bits(writer, odds->scale, HIGH, 32,
		    float_bits(coded->scale[g]));
	for (int g = 0; g < coded->groups; g++)
		if (coded->scheme == SCHEME_AFFINE)
			arithmetic_put_bits(writer, odds->zero, BYTE, BYTE,
			    coded->zero[g]);
}

static void put_group(const struct coded *coded, size_t g,
    struct code_odds *odds, struct arithmetic_writer *writer)
{
	size_t first, count = coded_span(coded, g, &first);

	for (size_t i = first; i < first + count; i++) {
		int there = coded->code[i] != coded->zero[g];

		arithmetic_put(writer, &odds->there, there);
		if (there)
			arithmetic_put_bits(writer, odds->code, coded->bits,
			    coded->bits, coded->code[i]);
	}
}

static void put_coded(struct buffer *coded, struct buffer *out)
{
	put_u32(out, (uint32_t)coded->length);
	buffer_add(out, coded->text, coded->length);
	buffer_free(coded);
}

static void codes_write(const struct part *part, struct buffer *out)
{
	const struct coded *coded = part->coded;
	struct code_odds odds = {0};
	struct arithmetic_writer writer;
	struct buffer bits = {0};
	uint32_t *order = groups_in_order(coded);

	arithmetic_begin(&writer, &bits);
	put_scales(coded, &odds, &writer);
	for (int k = 0; k < coded->groups; k++)
		put_group(coded, order[k], &odds, &writer);
	arithmetic_end(&writer);
	put_coded(&bits, out);
	free(order);
}

static size_t codes_size(const struct part *part)
{
	return part->coded->book ? NO_SIZE :
	    written_size(&encoding_arithmetic_codes, part);
}

/* -1: it is not there. */
static int open_coded(struct bytes *bytes, struct arithmetic_reader *reader)
{
	struct bytes coded = {0};
	uint32_t size;

	if (take_u32(bytes, &size) || !(coded.data = bytes_take(bytes, size)))
		return -1;
	coded.left = size;
	arithmetic_open(reader, coded);
	return 0;
}

static void take_scales(struct coded *coded, struct code_odds *odds,
    struct arithmetic_reader *reader)
{
	for (int g = 0; g < coded->groups; g++)
		coded->scale[g] = bits_float(arithmetic_get_bits(reader,
		    odds->scale, HIGH, 32));
	for (int g = 0; g < coded->groups; g++)
		coded->zero[g] = (uint8_t)(coded->scheme == SCHEME_AFFINE ?
		    (int)arithmetic_get_bits(reader, odds->zero, BYTE, BYTE) :
		    scheme_zero(coded->scheme, coded->bits));
}

static void take_group(struct coded *coded, size_t g, struct code_odds *odds,
    struct arithmetic_reader *reader)
{
	size_t first, count = coded_span(coded, g, &first);

	for (size_t i = first; i < first + count; i++)
		coded->code[i] = arithmetic_get(reader, &odds->there) ?
		    (uint8_t)arithmetic_get_bits(reader, odds->code,
		    coded->bits, coded->bits) : coded->zero[g];
}

static int codes_read(struct target *target, struct bytes *bytes)
{
	struct coded *coded = target->coded;
	struct code_odds odds = {0};
	struct arithmetic_reader reader;
	uint32_t *order;

	if (coded->book || open_coded(bytes, &reader))
		return -1;
	take_scales(coded, &odds, &reader);
	order = groups_in_order(coded);
	for (int k = 0; k < coded->groups; k++)
		take_group(coded, order[k], &odds, &reader);
	free(order);
	return reader.bytes.left ? -1 : 0;
}

static void floats_write(const struct part *part, struct buffer *out)
{
	struct odds odds[1 << HIGH] = {{0}};
	struct arithmetic_writer writer;
	struct buffer bits = {0};

	arithmetic_begin(&writer, &bits);
	for (size_t i = 0; i < part->count; i++)
		arithmetic_put_bits(&writer, odds, HIGH, 32,
		    float_bits(part->w[i]));
	arithmetic_end(&writer);
	put_coded(&bits, out);
}

static size_t floats_size(const struct part *part)
{
	return part->count > FLOATS_MOST ? NO_SIZE :
	    written_size(&encoding_arithmetic_floats, part);
}

static int floats_read(struct target *target, struct bytes *bytes)
{
	struct odds odds[1 << HIGH] = {{0}};
	struct arithmetic_reader reader;

	if (open_coded(bytes, &reader))
		return -1;
	for (size_t i = 0; i < target->count; i++)
		target->w[i] = bits_float(arithmetic_get_bits(&reader, odds,
		    HIGH, 32));
	return reader.bytes.left ? -1 : 0;
}

const struct encoding encoding_arithmetic_codes = {
	true, codes_size, codes_write, codes_read};
const struct encoding encoding_arithmetic_floats = {
	false, floats_size, floats_write, floats_read};
