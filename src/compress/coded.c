/* The codes of one segment: levels, books, encoding and decoding. */
#include "compress/quantise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compress/codebook.h"

static int symmetric_zero(int bits)
{
	return (1 << (bits - 1)) - 1;
}

/* In the order of QUANT_SCHEMES, which files keep: append only. */
static const struct {
	int (*zero)(int bits);		/* NULL: depends on the weights */
	bool book;
} schemes[] = {
	{symmetric_zero, false},
	{NULL, false},
	{NULL, true},
};

int scheme_count(void)
{
	return sizeof(schemes) / sizeof(schemes[0]);
}

int scheme_zero(int scheme, int bits)
{
	return schemes[scheme].zero ? schemes[scheme].zero(bits) : -1;
}

bool scheme_has_book(int scheme)
{
	return schemes[scheme].book;
}

size_t coded_span(const struct coded *coded, size_t g, size_t *first)
{
	size_t in_row = (coded->row + coded->size - 1) / coded->size;
	size_t at = g % in_row * coded->size;
	size_t left = coded->row - at;

	*first = g / in_row * coded->row + at;
	return left < coded->size ? left : coded->size;
}

void coded_allocate(struct coded *coded, const struct segment *segment,
    int bits, int scheme, int per, int group)
{
	size_t rows = per == PER_TENSOR ? 1 : (size_t)segment->dimension[0];
	size_t groups;

	coded->bits = bits;
	coded->scheme = scheme;
	coded->per = per;
	coded->group = group;
	coded->count = segment->count;
	coded->row = coded->count / rows;
	coded->size = per == PER_GROUP && (size_t)group < coded->row ?
	    (size_t)group : coded->row;
	groups = rows * ((coded->row + coded->size - 1) / coded->size);
	coded->groups = (int)groups;
	coded->scale = reals_new(groups);
	if (schemes[scheme].book)
		coded->book = reals_new(groups << bits);
	coded->zero = xcalloc(groups, 1);
	coded->code = xcalloc(coded->count, 1);
}

void coded_release(struct coded *coded)
{
	reals_free(coded->scale);
	reals_free(coded->book);
	free(coded->zero);
	free(coded->code);
	*coded = (struct coded){0};
}

int coded_top(const struct coded *coded)
{
	return scheme_zero(coded->scheme, coded->bits) < 0 ?
	    (1 << coded->bits) - 1 : 2 * symmetric_zero(coded->bits);
}

static struct levels levels_of(const struct coded *coded, size_t group)
{
	return (struct levels){coded->scale[group], coded->zero[group],
		coded_top(coded)};
}

static void fit_group(struct coded *coded, size_t g, const real *w,
    size_t count)
{
	struct levels levels;

	if (coded->book) {
		coded->zero[g] = codebook_fit(w, count, coded->bits,
		    coded->book + (g << coded->bits));
		return;
	}
	levels = levels_fit((enum level_scheme)coded->scheme, w, count,
	    coded->bits);
	coded->scale[g] = levels.scale;
	coded->zero[g] = (uint8_t)levels.zero;
}

void coded_fit(struct coded *coded, const real *w)
{
	for (size_t g = 0; g < (size_t)coded->groups; g++) {
		size_t first, count = coded_span(coded, g, &first);

		fit_group(coded, g, w + first, count);
	}
}

uint8_t coded_code(const struct coded *coded, size_t group, real x)
{
	if (coded->book)
		return codebook_code(coded->book + (group << coded->bits),
		    coded->bits, x);
	return levels_code(levels_of(coded, group), x);
}

real coded_value(const struct coded *coded, size_t group, uint8_t code)
{
	if (coded->book)
		return coded->book[(group << coded->bits) + code];
	return (real)(code - coded->zero[group]) * coded->scale[group];
}

void coded_encode(struct coded *coded, const real *w)
{
	for (size_t g = 0; g < (size_t)coded->groups; g++) {
		size_t first, count = coded_span(coded, g, &first);

		for (size_t i = first; i < first + count; i++)
			coded->code[i] = coded_code(coded, g, w[i]);
	}
}

void coded_decode(const struct coded *coded, real *w)
{
	for (size_t g = 0; g < (size_t)coded->groups; g++) {
		size_t first, count = coded_span(coded, g, &first);

		for (size_t i = first; i < first + count; i++)
			w[i] = coded_value(coded, g, coded->code[i]);
	}
}
