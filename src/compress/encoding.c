#include "compress/encoding.h"

#include <math.h>

#include "compress/encoding_private.h"

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

/* A row's place is its number in the file: append only. */
static const struct encoding *const encodings[] = {
	&encoding_floats, &encoding_sparse_floats, &encoding_codes,
	&encoding_sparse_codes, &encoding_gap_floats,
	&encoding_deflated_codes, &encoding_gap_codes,
	&encoding_arithmetic_codes, &encoding_arithmetic_floats,
};

enum { ENCODINGS = sizeof(encodings) / sizeof(encodings[0]) };

static size_t count_kept(const struct part *part)
{
	size_t kept = 0;

	for (size_t i = 0; i < part->count; i++)
		kept += !part_zero(part, i);
	return kept;
}

size_t written_size(const struct encoding *encoding, const struct part *part)
{
	struct buffer out = {0};
	size_t size;

	encoding->write(part, &out);
	size = out.length;
	buffer_free(&out);
	return size;
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

/* The first of the smallest, and its size. */
static int choose(const struct part *part, size_t *size)
{
	int best = -1;

	for (int k = 0; k < ENCODINGS; k++) {
		size_t its;

		if (encodings[k]->coded != (part->coded != NULL))
			continue;
		its = encodings[k]->size(part);
		if (best >= 0 && its >= *size)
			continue;
		best = k;
		*size = its;
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
	size_t size;

	choose(&part, &size);
	return HEAD + group_size(part.coded) + size;
}

void segment_write(const struct segment *segment, const real *w,
    const struct coded *coded, struct buffer *out)
{
	struct part part = part_of(segment, w, coded);
	size_t size;
	int encoding = choose(&part, &size);
	char head[HEAD] = {(char)encoding, 0, 0, 0};

	if (part.coded) {
		head[1] = (char)coded->bits;
		head[2] = (char)coded->scheme;
		head[3] = packed_per[coded->per];
	}
	buffer_add(out, head, HEAD);
	if (group_size(part.coded))
		put_u32(out, (uint32_t)coded->group);
	encodings[encoding]->write(&part, out);
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
	if (!encodings[head[0]]->coded)
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

static int check_numbers(const struct segment *segment, const real *w,
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
	status = encodings[encoding]->read(&target, bytes);
	if (status)
		error_set(error, "%s: the file ends within it or has "
		    "codes that are none", segment->name);
	if (!status && coded.bits)
		coded_decode(&coded, target.w);
	coded_release(&coded);
	return status ? status : check_numbers(segment, target.w, error);
}
