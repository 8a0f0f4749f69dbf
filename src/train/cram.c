/*
 * CrAM, compression-aware minimisation (Peste et al. 2023, arXiv 2207.14200):
 * the ascent is followed by a compression C, and the gradient is that of the
 * compressed network, so that what is left of it later is good,
 *
 *   w_c = C(w + rho g),   g_c = mask * grad L(w_c),
 *   g' = g + g_c (CrAM+; plus=off: g' = g_c).
 *
 * C zeroes the smallest magnitudes of all weight matrices together; the share
 * is drawn anew at each step from 50, 70 and 90%, unless it is given. As in
 * the authors' code g is not divided by its norm.
 */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "net/kernels.h"
#include "train/ascent.h"

static const struct option options[] = {
	{"rho", OPTION_REAL, 0.05, 0, 1e3, NULL, "length of the ascent step, "
	    "times the gradient", false},
	METHOD_BASE_OPTION, METHOD_SPACE_OPTION(1),
	{"sparsity", OPTION_CHOICE, 0, 0, 0, "drawn|0.5|0.7|0.9",
	    "share of the weights that the compression takes", false},
	{"plus", OPTION_SWITCH, 1, 0, 1, NULL,
	    "add the gradient of the dense network (CrAM+)", false},
	{0}};

enum { SPARSITY = METHOD_OWN, PLUS };
enum { POINT, PLAIN, STATES };

static const double shares[] = {0.5, 0.7, 0.9};

static double share_of(const struct method_step *step)
{
	struct random_key key = {step->source->seed, RANDOM_OPTIMIZER,
		(uint64_t)step->source->step};
	int choice = (int)step->options->value[SPARSITY];

	return choice ? shares[choice - 1] : shares[random_bits(key, 0) % 3];
}

/* Magnitudes of single precision are in the order of their bits. */
static uint32_t magnitude(real x)
{
	float value = (float)real_fabs(x);
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

/* Every number below the threshold goes, and the first `ties` equal to it. */
struct cut {
	uint32_t threshold;
	size_t ties;
};

static bool is_matrix(const struct segment *segment)
{
	return segment->role == ROLE_WEIGHT && segment->dimensions >= 2;
}

/* How often each value of the bits below `high`, shifted, is found among the
 * magnitudes that begin with `prefix`. */
static void count_digits(const struct ascent *ascent, const real *point,
    uint32_t prefix, int high, int shift, size_t *found)
{
	uint32_t digits = (1u << (high - shift)) - 1;

	memset(found, 0, (digits + 1) * sizeof(*found));
	for (int i = 0; i < ascent->segments; i++) {
		const struct segment *segment = &ascent->segment[i];
		const real *x = point + segment->offset;

		for (size_t j = 0; is_matrix(segment) && j < segment->count;
		    j++) {
			uint32_t bits = magnitude(x[j]);

			if ((uint64_t)bits >> high == (uint64_t)prefix >> high)
				found[bits >> shift & digits]++;
		}
	}
}

/* The smallest `rank` magnitudes, by three rounds of counting 11 bits. */
static struct cut find_cut(const struct ascent *ascent, const real *point,
    size_t rank)
{
	struct cut cut = {0, rank};
	size_t found[1 << 11];

	for (int high = 32, shift = 21; high > 0; high = shift,
	    shift = shift > 11 ? shift - 11 : 0) {
		uint32_t digit = 0;

		count_digits(ascent, point, cut.threshold, high, shift, found);
		for (; found[digit] < cut.ties; digit++)
			cut.ties -= found[digit];
		cut.threshold |= digit << shift;
	}
	return cut;
}

static void zero_below(const struct ascent *ascent, struct cut cut,
    real *point)
{
	for (int i = 0; i < ascent->segments; i++) {
		const struct segment *segment = &ascent->segment[i];
		real *x = point + segment->offset;

		for (size_t j = 0; is_matrix(segment) && j < segment->count;
		    j++) {
			uint32_t bits = magnitude(x[j]);

			if (bits > cut.threshold || (bits == cut.threshold &&
			    cut.ties == 0))
				continue;
			cut.ties -= bits == cut.threshold;
			x[j] = 0;
		}
	}
}

static void compress(const struct ascent *ascent, real *point)
{
	size_t all = 0, rank;

	for (int i = 0; i < ascent->segments; i++) {
		if (is_matrix(&ascent->segment[i]))
			all += ascent->segment[i].count;
	}
	rank = (size_t)floor(share_of(ascent->step) * (double)all + 0.5);
	if (rank > 0)
		zero_below(ascent, find_cut(ascent, point, rank), point);
}

/* g = 0 where the compressed point is. */
static void mask_gradient(const struct ascent *ascent, const real *point,
    real *g)
{
	for (int i = 0; i < ascent->segments; i++) {
		const struct segment *segment = &ascent->segment[i];

		for (size_t j = segment->offset; is_matrix(segment) &&
		    j < segment->offset + segment->count; j++) {
			if (point[j] == 0)
				g[j] = 0;
		}
	}
}

/* step->g = the masked gradient at the compressed point, in theta. */
static void compressed_gradient(const struct ascent *ascent,
    const real *point)
{
	const struct method_step *step = ascent->step;
	const struct gradient_source *source = step->source;

	if (ascent->in_w) {
		mask_gradient(ascent, point, source->gradient_w(
		    source->context, point, 1));
		source->pull_back(source->context, step->g);
	} else {
		source->gradient(source->context, point, 1, step->g);
		mask_gradient(ascent, point, step->g);
	}
}

static void gradient(const struct method_step *step)
{
	struct ascent ascent = ascent_begin(step);
	real *point = step->state[POINT], *plain = step->state[PLAIN];
	const real *g = ascent_first(&ascent, plain);

	kernels()->scale(ascent.n, (real)step->options->value[METHOD_RADIUS],
	    g, point);
	kernels()->add(ascent.n, ascent.at, point);
	compress(&ascent, point);
	compressed_gradient(&ascent, point);
	if (step->options->value[PLUS] != 0)
		kernels()->add(step->n, plain, step->g);
}

const struct optimizer_row optimizer_cram = {
	{"cram", "compression-aware: trains what magnitude pruning leaves of "
	    "the network as well; 2 gradients a step", options, STATES,
	    {NULL}, 2, true},
	.gradient = gradient};
