#include "compress/encoding.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

enum { HEAD = 4 };	/* bytes before a segment's payload */

/* How scales are shared, as the file has it. */
static const char packed_per[PER_COUNT] = {
	[PER_TENSOR] = 0, [PER_CHANNEL] = 1, [PER_GROUP] = 2};

static int find_per(int packed)
{
	for (int per = 0; per < PER_COUNT; per++) {
		if (packed_per[per] == packed)
			return per;
	}
	return -1;
}

/* A segment to be written ... */
struct part {
	size_t count;
	const real *w;
	const struct coded *coded;	/* NULL: not quantised */
	size_t kept;			/* entries that are not zero */
};

/* ... and one being read: into w, or into the codes of one that is not. */
struct target {
	size_t count;
	real *w;
	struct coded *coded;
};

static size_t packed_bits(size_t count, int bits)
{
	return (count * (size_t)bits + 7) / 8;
}

/* Is an entry exactly zero, in its codes or as a number (of positive sign:
 * reading gives that one back)? */
static bool is_zero(const struct part *part, size_t i)
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
		put_bits(&row, !is_zero(part, i), 1);
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
		if (!sparse || !is_zero(part, i))
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

static size_t scales_size(const struct coded *coded)
{
	size_t count;

	scales_of(coded, &count);
	return 4 * count + (zeros_stored(coded) ? (size_t)coded->groups : 0);
}

static void write_scales(const struct coded *coded, struct buffer *out)
{
	size_t count;
	const real *scale = scales_of(coded, &count);

	put_floats(out, scale, count);
	if (zeros_stored(coded))
		buffer_add(out, (const char *)coded->zero,
		    (size_t)coded->groups);
}

static int read_scales(struct coded *coded, struct bytes *bytes)
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
		if (!is_zero(part, i))
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
	write_scales(part->coded, out);
	write_codes(part, false, out);
}

static int codes_read(struct target *target, struct bytes *bytes)
{
	if (read_scales(target->coded, bytes))
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
	write_scales(part->coded, out);
	write_mask(part, out);
	write_codes(part, true, out);
}

static int sparse_codes_read(struct target *target, struct bytes *bytes)
{
	const unsigned char *mask;
	size_t kept;

	if (read_scales(target->coded, bytes))
		return -1;
	mask = read_mask(target->count, &kept, bytes);
	return mask ? read_codes(target, mask, kept, bytes) : -1;
}

/* A row's place is its number in the file: append only. */
static const struct encoding {
	bool coded;
	size_t (*size)(const struct part *part);
	void (*write)(const struct part *part, struct buffer *out);
	int (*read)(struct target *target, struct bytes *bytes);
} encodings[] = {
	{false, floats_size, floats_write, floats_read},
	{false, sparse_floats_size, sparse_floats_write, sparse_floats_read},
	{true, codes_size, codes_write, codes_read},
	{true, sparse_codes_size, sparse_codes_write, sparse_codes_read},
};

enum { ENCODINGS = sizeof(encodings) / sizeof(encodings[0]) };

static size_t count_kept(const struct part *part)
{
	size_t kept = 0;

	for (size_t i = 0; i < part->count; i++)
		kept += !is_zero(part, i);
	return kept;
}

static struct part part_of(const struct segment *segment, const real *w,
    const struct coded *coded)
{
	struct part part = {.count = segment->count,
		.w = w + segment->offset,
		.coded = coded && coded->bits ? coded : NULL};

	part.kept = count_kept(&part);
	return part;
}

/* The first of the smallest. */
static int choose(const struct part *part)
{
	int best = -1;

	for (int k = 0; k < ENCODINGS; k++) {
		if (encodings[k].coded != (part->coded != NULL))
			continue;
		if (best < 0 ||
		    encodings[k].size(part) < encodings[best].size(part))
			best = k;
	}
	return best;
}

/* Bytes that say how large a group is. */
static size_t group_size(const struct coded *coded)
{
	return coded && coded->per == PER_GROUP ? 4 : 0;
}

size_t segment_packed_size(const struct segment *segment, const real *w,
    const struct coded *coded)
{
	struct part part = part_of(segment, w, coded);

	return HEAD + group_size(part.coded) +
	    encodings[choose(&part)].size(&part);
}

void segment_write(const struct segment *segment, const real *w,
    const struct coded *coded, struct buffer *out)
{
	struct part part = part_of(segment, w, coded);
	int encoding = choose(&part);
	char head[HEAD] = {(char)encoding, 0, 0, 0};

	if (part.coded) {
		head[1] = (char)coded->bits;
		head[2] = (char)coded->scheme;
		head[3] = packed_per[coded->per];
	}
	buffer_add(out, head, HEAD);
	if (group_size(part.coded))
		put_u32(out, (uint32_t)coded->group);
	encodings[encoding].write(&part, out);
}

/* Check a segment's head and make room for its codes. */
static int read_head(const struct segment *segment, struct bytes *bytes,
    struct coded *coded, struct error *error)
{
	const unsigned char *head = bytes_take(bytes, HEAD);
	uint32_t group = 0;
	int per;

	if (!head)
		return error_set(error, "%s: the file ends before it",
		    segment->name);
	if (head[0] >= ENCODINGS)
		return error_set(error, "%s: unknown encoding %d",
		    segment->name, head[0]);
	if (!encodings[head[0]].coded)
		return head[0];
	if (head[1] < BITS_LEAST || head[1] > BITS_MOST ||
	    head[2] >= scheme_count() || (per = find_per(head[3])) < 0)
		return error_set(error, "%s: unknown codes (%d bits, scheme "
		    "%d)", segment->name, head[1], head[2]);
	if (per == PER_GROUP && (take_u32(bytes, &group) || group < 1 ||
	    group > 1 << 20))
		return error_set(error, "%s: no size of its groups",
		    segment->name);
	coded_allocate(coded, segment, head[1], head[2], per, (int)group);
	return head[0];
}

static int check_finite(const struct segment *segment, const real *w,
    struct error *error)
{
	for (size_t i = 0; i < segment->count; i++) {
		if (!isfinite(w[i]))
			return error_set(error, "%s: entry %zu is not a "
			    "number", segment->name, i);
	}
	return 0;
}

int segment_read(const struct segment *segment, struct bytes *bytes, real *w,
    struct error *error)
{
	struct coded coded = {0};
	struct target target = {segment->count, w + segment->offset, &coded};
	int encoding = read_head(segment, bytes, &coded, error), status;

	if (encoding < 0)
		return -1;
	status = encodings[encoding].read(&target, bytes);
	if (status)
		error_set(error, "%s: the file ends within it or has "
		    "codes that are none", segment->name);
	if (!status && coded.bits)
		coded_decode(&coded, target.w);
	coded_release(&coded);
	return status ? status : check_finite(segment, target.w, error);
}
