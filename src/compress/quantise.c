#include "compress/quantise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compress/settings.h"

/* The levels of a channel: (code - zero) * scale, code 0 .. top. */
struct grid {
	real scale;
	int zero, top;
};

/* The largest code on one side of zero. */
static int half_range(int bits)
{
	return (1 << (bits - 1)) - 1;
}

static int symmetric_zero(int bits)
{
	return half_range(bits);
}

/* s = max|x| / (2^(b-1) - 1); codes from -(2^(b-1) - 1), so that the range
 * is as wide on both sides. */
static struct grid fit_symmetric(real least, real most, int bits)
{
	int half = half_range(bits);
	real largest = -least > most ? -least : most;

	return (struct grid){largest / (real)half, half, 2 * half};
}

/* From the least to the most, widened so that 0 is a level of its own
 * (Jacob et al. 2018). */
static struct grid fit_affine(real least, real most, int bits)
{
	int top = (1 << bits) - 1;
	real low = least < 0 ? least : 0, high = most > 0 ? most : 0;
	real scale = (high - low) / (real)top;
	int zero = scale > 0 ? (int)rint((double)(-low / scale)) : 0;

	return (struct grid){scale, zero < top ? zero : top, top};
}

/* In the order of QUANT_SCHEMES. */
static const struct {
	struct grid (*fit)(real least, real most, int bits);
	int (*zero)(int bits);		/* NULL: depends on the weights */
} schemes[] = {
	{fit_symmetric, symmetric_zero},
	{fit_affine, NULL},
};

int scheme_count(void)
{
	return sizeof(schemes) / sizeof(schemes[0]);
}

int scheme_zero(int scheme, int bits)
{
	return schemes[scheme].zero ? schemes[scheme].zero(bits) : -1;
}

static struct grid fit_channel(const real *w, size_t count, int scheme,
    int bits)
{
	real least = 0, most = 0;
	struct grid grid;

	for (size_t i = 0; i < count; i++) {
		least = w[i] < least ? w[i] : least;
		most = w[i] > most ? w[i] : most;
	}
	grid = schemes[scheme].fit(least, most, bits);
	if (!(grid.scale > 0))	/* all zero, or too small to divide */
		grid.scale = 1;
	return grid;
}

/* rint() rounds half to even, the rounding mode that C starts with. */
static uint8_t encode(struct grid grid, real x)
{
	double code = rint((double)(x / grid.scale)) + grid.zero;

	return (uint8_t)(code < 0 ? 0 : code > grid.top ? grid.top : code);
}

/* The codes of group g: from *first, how many. */
static size_t group_span(const struct coded *coded, int g, size_t *first)
{
	size_t in_row = (coded->row + coded->size - 1) / coded->size;
	size_t at = (size_t)g % in_row * coded->size;
	size_t left = coded->row - at;

	*first = (size_t)g / in_row * coded->row + at;
	return left < coded->size ? left : coded->size;
}

static void encode_group(struct coded *coded, int g, const real *w)
{
	size_t first, count = group_span(coded, g, &first);
	struct grid grid = fit_channel(w + first, count, coded->scheme,
	    coded->bits);

	coded->scale[g] = grid.scale;
	coded->zero[g] = (uint8_t)grid.zero;
	for (size_t i = first; i < first + count; i++)
		coded->code[i] = encode(grid, w[i]);
}

void coded_allocate(struct coded *coded, const struct segment *segment,
    int bits, int scheme, int per, int group)
{
	size_t rows = per == PER_TENSOR ? 1 : (size_t)segment->dimension[0];

	coded->bits = bits;
	coded->scheme = scheme;
	coded->per = per;
	coded->group = group;
	coded->count = segment->count;
	coded->row = coded->count / rows;
	coded->size = per == PER_GROUP && (size_t)group < coded->row ?
	    (size_t)group : coded->row;
	coded->groups = (int)(rows *
	    ((coded->row + coded->size - 1) / coded->size));
	coded->scale = reals_new((size_t)coded->groups);
	coded->zero = xcalloc((size_t)coded->groups, 1);
	coded->code = xcalloc(coded->count, 1);
}

void coded_release(struct coded *coded)
{
	reals_free(coded->scale);
	free(coded->zero);
	free(coded->code);
	*coded = (struct coded){0};
}

void coded_decode(const struct coded *coded, real *w)
{
	for (int g = 0; g < coded->groups; g++) {
		size_t first, count = group_span(coded, g, &first);
		real scale = coded->scale[g];
		int zero = coded->zero[g];

		for (size_t i = first; i < first + count; i++)
			w[i] = (real)(coded->code[i] - zero) * scale;
	}
}

static struct quantised *quantised_new(const struct network *network)
{
	struct quantised *quantised = xcalloc(1, sizeof(*quantised));

	quantised->segments = network->segments;
	quantised->segment = xcalloc((size_t)network->segments,
	    sizeof(struct coded));
	return quantised;
}

void quantised_free(struct quantised *quantised)
{
	if (!quantised)
		return;
	for (int k = 0; k < quantised->segments; k++)
		coded_release(&quantised->segment[k]);
	free(quantised->segment);
	free(quantised);
}

static int segment_bits(const struct segment *segment,
    const struct compress_settings *settings, const int *original)
{
	int own = settings_layer_bits(settings, original[segment->layer]);

	if (!segment_compressible(segment))
		return BITS_FLOAT;
	return own ? own : (int)option_value(quant_options, &settings->quant,
	    "bits");
}

static int setting(const struct compress_settings *settings, const char *name)
{
	return (int)option_value(quant_options, &settings->quant, name);
}

struct quantised *quantise_weights(const struct network *network,
    const int *original, const struct compress_settings *settings, real *w)
{
	struct quantised *quantised = quantised_new(network);

	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];
		struct coded *coded = &quantised->segment[k];
		int bits = segment_bits(segment, settings, original);
		real *weights = w + segment->offset;

		if (bits == BITS_FLOAT)
			continue;
		coded_allocate(coded, segment, bits,
		    setting(settings, "scheme"), setting(settings, "per"),
		    setting(settings, "group"));
		for (int g = 0; g < coded->groups; g++)
			encode_group(coded, g, weights);
		coded_decode(coded, weights);
	}
	return quantised;
}

double quantised_bits(const struct network *network,
    const struct quantised *quantised)
{
	double bits = 0, weights = 0;

	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];
		int own = quantised ? quantised->segment[k].bits : 0;

		if (!segment_compressible(segment))
			continue;
		weights += (double)segment->count;
		bits += (double)segment->count * (own ? own : BITS_FLOAT);
	}
	return weights > 0 ? bits / weights : BITS_FLOAT;
}
