/*
 * Numbers of few bits as zlib's Huffman codes, and places of the entries that
 * are not zero as distances (compressed rows with relative indices, and
 * Huffman coding: Han, Mao and Dally 2016, "Deep compression").
 *
 * A distance is the number of zeros before an entry, a byte; 255 stands for
 * 255 zeros and no entry. What is deflated has its length before it, u32.
 */
#include "compress/encoding_private.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/error.h"
#include "base/memory.h"

enum { FURTHER = 255, WINDOW = 15, MEMORY = 9 };

/* Bytes being made, at most as many as the segment has numbers. */
struct row {
	unsigned char *byte;
	size_t count;
};

static struct row row_new(size_t most)
{
	return (struct row){xcalloc(most + 1, 1), 0};
}

/* Nothing in weights repeats but how often a value occurs: no matches are
 * looked for, which is also quick enough for a slider. */
static void put_deflated(const struct row *row, struct buffer *out)
{
	z_stream stream = {0};
	unsigned char *data;
	size_t size;

	if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, -WINDOW,
		MEMORY, Z_HUFFMAN_ONLY) != Z_OK)
		die("zlib does not begin");
	size = deflateBound(&stream, row->count);
	data = xmalloc(size);
	stream.next_in = row->byte;
	stream.avail_in = (uInt)row->count;
	stream.next_out = data;
	stream.avail_out = (uInt)size;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
		die("zlib does not end");
	put_u32(out, (uint32_t)stream.total_out);
	buffer_add(out, (char *)data, stream.total_out);
	deflateEnd(&stream);
	free(data);
}

/* Exactly `count` bytes; -1: they are not there. */
static int take_deflated(struct bytes *bytes, size_t count, struct row *row)
{
	z_stream stream = {0};
	uint32_t size;
	const unsigned char *data;
	int status;

	*row = (struct row){NULL, 0};
	if (take_u32(bytes, &size) || !(data = bytes_take(bytes, size)))
		return -1;
	if (inflateInit2(&stream, -WINDOW) != Z_OK)
		die("zlib does not begin");
	*row = row_new(count);
	row->count = count;
	stream.next_in = (unsigned char *)(uintptr_t)data;
	stream.avail_in = size;
	stream.next_out = row->byte;
	stream.avail_out = (uInt)count + 1;
	status = inflate(&stream, Z_FINISH);
	inflateEnd(&stream);
	return status == Z_STREAM_END && stream.total_out == count &&
	    stream.avail_in == 0 ? 0 : -1;
}

static void put_gaps(const struct part *part, struct buffer *out)
{
	struct row row = row_new(part->count);
	int gap = 0;

	for (size_t i = 0; i < part->count; i++) {
		bool zero = part_zero(part, i);

		if (!zero)
			row.byte[row.count++] = (unsigned char)gap;
		gap = zero ? gap + 1 : 0;
		if (gap == FURTHER) {
			row.byte[row.count++] = FURTHER;
			gap = 0;
		}
	}
	put_u32(out, (uint32_t)row.count);
	put_deflated(&row, out);
	free(row.byte);
}

/* Places of the entries, in order; NULL: some are outside. */
static size_t *take_gaps(struct bytes *bytes, size_t count, size_t *entries)
{
	struct row row = {0};
	uint32_t distances;
	size_t *place = NULL, at = 0;
	bool fits = !take_u32(bytes, &distances) && distances <= count &&
	    !take_deflated(bytes, distances, &row);

	*entries = 0;
	if (fits)
		place = xcalloc(count + 1, sizeof(*place));
	for (size_t i = 0; fits && i < row.count; i++) {
		at += row.byte[i];
		fits = at <= count;
		if (row.byte[i] == FURTHER || !fits)
			continue;
		fits = at < count;
		place[(*entries)++] = at++;
	}
	free(row.byte);
	if (fits)
		return place;
	free(place);
	return NULL;
}

static void gap_floats_write(const struct part *part, struct buffer *out)
{
	put_gaps(part, out);
	for (size_t i = 0; i < part->count; i++) {
		if (!part_zero(part, i))
			put_float(out, part->w[i]);
	}
}

static size_t gap_floats_size(const struct part *part)
{
	return written_size(&encoding_gap_floats, part);
}

static int gap_floats_read(struct target *target, struct bytes *bytes)
{
	size_t entries, *place = take_gaps(bytes, target->count, &entries);
	const unsigned char *data = place ? bytes_take(bytes, 4 * entries) :
	    NULL;

	for (size_t i = 0; data && i < target->count; i++)
		target->w[i] = 0;
	for (size_t i = 0; data && i < entries; i++)
		target->w[place[i]] = get_float(data + 4 * i);
	free(place);
	return data ? 0 : -1;
}

/* Codes of those that are not zero, or of all. */
static void put_codes(const struct part *part, bool all, struct buffer *out)
{
	struct row row = row_new(part->count);

	for (size_t i = 0; i < part->count; i++) {
		if (all || !part_zero(part, i))
			row.byte[row.count++] = part->coded->code[i];
	}
	put_deflated(&row, out);
	free(row.byte);
}

/* place: of each of `count` codes; NULL: one after the other. */
static int take_codes(struct target *target, const size_t *place,
    size_t count, struct bytes *bytes)
{
	struct coded *coded = target->coded;
	struct row row;
	int status = take_deflated(bytes, count, &row);

	for (size_t i = 0; status == 0 && i < count; i++) {
		if (row.byte[i] >> coded->bits)
			status = -1;
		coded->code[place ? place[i] : i] = row.byte[i];
	}
	free(row.byte);
	return status;
}

static void deflated_codes_write(const struct part *part, struct buffer *out)
{
	scales_write(part->coded, out);
	put_codes(part, true, out);
}

static size_t deflated_codes_size(const struct part *part)
{
	return written_size(&encoding_deflated_codes, part);
}

static int deflated_codes_read(struct target *target, struct bytes *bytes)
{
	if (scales_read(target->coded, bytes))
		return -1;
	return take_codes(target, NULL, target->count, bytes);
}

static void gap_codes_write(const struct part *part, struct buffer *out)
{
	scales_write(part->coded, out);
	put_gaps(part, out);
	put_codes(part, false, out);
}

static size_t gap_codes_size(const struct part *part)
{
	return written_size(&encoding_gap_codes, part);
}

static int gap_codes_read(struct target *target, struct bytes *bytes)
{
	struct coded *coded = target->coded;
	size_t entries, *place;
	int status;

	if (scales_read(coded, bytes) ||
	    !(place = take_gaps(bytes, target->count, &entries)))
		return -1;
	for (size_t i = 0; i < target->count; i++)
		coded->code[i] = coded->zero[coded_group(coded, i)];
	status = take_codes(target, place, entries, bytes);
	free(place);
	return status;
}

const struct encoding encoding_gap_floats = {
	false, gap_floats_size, gap_floats_write, gap_floats_read};
const struct encoding encoding_deflated_codes = {
	true, deflated_codes_size, deflated_codes_write, deflated_codes_read};
const struct encoding encoding_gap_codes = {
	true, gap_codes_size, gap_codes_write, gap_codes_read};
