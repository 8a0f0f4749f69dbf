#include "compress/encoding_private.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

static size_t packed_bits(size_t count, int bits)
{
	return (count * (size_t)bits + 7) / 8;
}

bool part_zero(const struct part *part, size_t i)
{
	const struct coded *coded = part->coded;

	if (coded)
		return coded->code[i] == coded->zero[coded_group(coded, i)];
	return part->w[i] == 0 && !signbit(part->w[i]);
}

/* Numbers of a few bits after one another. */
struct bit_row {
	unsigned char *data;
	size_t at;		/* bit */
};

static void put_bits(struct bit_row *row, unsigned value, int bits)
{
	for (int k = 0; k < bits; k++, row->at++)
		row->data[row->at / 8] |= (unsigned char)
		    ((value >> k & 1) << row->at % 8);
}

static unsigned get_bits(const unsigned char *data, size_t *at, int bits)
{
	unsigned value = 0;

	for (int k = 0; k < bits; k++, ++*at)
		value |= (unsigned)(data[*at / 8] >> *at % 8 & 1) << k;
	return value;
}

static void write_mask(const struct part *part, struct buffer *out)
{
	size_t size = packed_bits(part->count, 1);
	struct bit_row row = {xcalloc(size, 1), 0};

	for (size_t i = 0; i < part->count; i++)
		put_bits(&row, !part_zero(part, i), 1);
	buffer_add(out, (char *)row.data, size);
	free(row.data);
}

/* The mask stays in the file's bytes; *kept is what it lets through. */
static const unsigned char *read_mask(size_t count, size_t *kept,
    struct bytes *bytes)
{
	const unsigned char *mask = bytes_take(bytes, packed_bits(count, 1));
	size_t at = 0;

	*kept = 0;
	for (size_t i = 0; mask && i < count; i++)
		*kept += get_bits(mask, &at, 1);
	return mask;
}

static void write_codes(const struct part *part, bool sparse,
    struct buffer *out)
{
	const struct coded *coded = part->coded;
	size_t count = sparse ? part->kept : part->count;
	size_t size = packed_bits(count, coded->bits);
	struct bit_row row = {xcalloc(size, 1), 0};

	for (size_t i = 0; i < part->count; i++) {
		if (!sparse || !part_zero(part, i))
			put_bits(&row, coded->code[i], coded->bits);
	}
	buffer_add(out, (char *)row.data, size);
	free(row.data);
}

/* `stored` codes: those that the mask lets through; NULL: all. */
static int read_codes(struct target *target, const unsigned char *mask,
    size_t stored, struct bytes *bytes)
{
	struct coded *coded = target->coded;
	const unsigned char *data = bytes_take(bytes,
	    packed_bits(stored, coded->bits));
	size_t at = 0, at_mask = 0;

	if (!data)
		return -1;
	for (size_t i = 0; i < target->count; i++) {
		if (!mask || get_bits(mask, &at_mask, 1))
			coded->code[i] = (uint8_t)get_bits(data, &at,
			    coded->bits);
		else
			coded->code[i] = coded->zero[coded_group(coded, i)];
	}
	return 0;
}

static bool zeros_stored(const struct coded *coded)
{
	return scheme_zero(coded->scheme, coded->bits) < 0;
}

/* Scales, or the entries of books. */
static real *scales_of(const struct coded *coded, size_t *count)
{
	bool book = scheme_has_book(coded->scheme);

	*count = (size_t)coded->groups << (book ? coded->bits : 0);
	return book ? coded->book : coded->scale;
}

size_t scales_size(const struct coded *coded)
{
	size_t count;

	scales_of(coded, &count);
	return 4 * count + (zeros_stored(coded) ? (size_t)coded->groups : 0);
}

void scales_write(const struct coded *coded, struct buffer *out)
{
	size_t count;
	const real *scale = scales_of(coded, &count);

	put_floats(out, scale, count);
	if (zeros_stored(coded))
		buffer_add(out, (const char *)coded->zero,
		    (size_t)coded->groups);
}

int scales_read(struct coded *coded, struct bytes *bytes)
{
	size_t count, groups = (size_t)coded->groups;
	real *scale = scales_of(coded, &count);
	const unsigned char *zero = NULL;

	if (take_floats(bytes, scale, count))
		return -1;
	if (zeros_stored(coded) && !(zero = bytes_take(bytes, groups)))
		return -1;
	for (size_t k = 0; k < groups; k++) {
		coded->zero[k] = zero ? zero[k] : (uint8_t)scheme_zero(
		    coded->scheme, coded->bits);
		if (coded->zero[k] >> coded->bits)
			return -1;	/* no code: a book has no such entry */
	}
	return 0;
}

static size_t floats_size(const struct part *part)
{
	return 4 * part->count;
}

static void floats_write(const struct part *part, struct buffer *out)
{
	put_floats(out, part->w, part->count);
}

static int floats_read(struct target *target, struct bytes *bytes)
{
	return take_floats(bytes, target->w, target->count);
}

static size_t sparse_floats_size(const struct part *part)
{
	return packed_bits(part->count, 1) + 4 * part->kept;
}

static void sparse_floats_write(const struct part *part, struct buffer *out)
{
	write_mask(part, out);
	for (size_t i = 0; i < part->count; i++) {
		if (!part_zero(part, i))
			put_float(out, part->w[i]);
	}
}

static int sparse_floats_read(struct target *target, struct bytes *bytes)
{
	size_t at = 0, kept;
	const unsigned char *mask = read_mask(target->count, &kept, bytes);
	const unsigned char *data = mask ? bytes_take(bytes, 4 * kept) : NULL;

	if (!data)
		return -1;
	for (size_t i = 0; i < target->count; i++) {
		target->w[i] = 0;
		if (!get_bits(mask, &at, 1))
			continue;
		target->w[i] = get_float(data);
		data += 4;
	}
	return 0;
}

static size_t codes_size(const struct part *part)
{
	return scales_size(part->coded) +
	    packed_bits(part->count, part->coded->bits);
}

static void codes_write(const struct part *part, struct buffer *out)
{
	scales_write(part->coded, out);
	write_codes(part, false, out);
}

static int codes_read(struct target *target, struct bytes *bytes)
{
	if (scales_read(target->coded, bytes))
		return -1;
	return read_codes(target, NULL, target->count, bytes);
}

static size_t sparse_codes_size(const struct part *part)
{
	return scales_size(part->coded) + packed_bits(part->count, 1) +
	    packed_bits(part->kept, part->coded->bits);
}

static void sparse_codes_write(const struct part *part, struct buffer *out)
{
	scales_write(part->coded, out);
	write_mask(part, out);
	write_codes(part, true, out);
}

static int sparse_codes_read(struct target *target, struct bytes *bytes)
{
	const unsigned char *mask;
	size_t kept;

	if (scales_read(target->coded, bytes))
		return -1;
	mask = read_mask(target->count, &kept, bytes);
	return mask ? read_codes(target, mask, kept, bytes) : -1;
}

const struct encoding encoding_floats = {
	false, floats_size, floats_write, floats_read};
const struct encoding encoding_sparse_floats = {
	false, sparse_floats_size, sparse_floats_write, sparse_floats_read};
const struct encoding encoding_codes = {
	true, codes_size, codes_write, codes_read};
const struct encoding encoding_sparse_codes = {
	true, sparse_codes_size, sparse_codes_write, sparse_codes_read};
