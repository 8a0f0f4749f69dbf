/* Transforms at work, piece by piece: from theta to w, gradients back,
 * directions forward; and the noise behind them. */
#include "transform/transform.h"

#include <math.h>
#include <string.h>

#include "net/kernels.h"
#include "transform/by_rows.h"
#include "transform/noise.h"
#include "transform/transform_private.h"

static real amount(const struct transform *transform, const char *name)
{
	const struct option *table = transform->kind->options;
	int i = table ? option_find(table, name) : -1;

	return i < 0 ? 0 : (real)transform->options.value[i];
}

bool transform_is_noisy(const struct transform *transform)
{
	return amount(transform, "noise") > 0 || amount(transform, "cut") > 0;
}

/* In the middle, so that a run of a round number of steps ends with the loss
 * of a step without. */
bool transform_is_noisy_at(const struct transform *transform, long step)
{
	long every = (long)amount(transform, "every");

	return transform_is_noisy(transform) && step % every == every / 2;
}

bool transform_is_always_noisy(const struct transform *transform)
{
	return transform_is_noisy(transform) && amount(transform, "every") == 1;
}

/* The mean of |w| over all weights that are transformed. */
static double usual_size(const struct transform *transform, const real *w)
{
	double sum = 0, count = 0;

	for (int i = 0; i < transform->pieces; i++) {
		const struct piece *piece = &transform->piece[i];

		if (!piece->transformed)
			continue;
		sum += kernels()->sum_sizes(piece_size(piece),
		    w + piece->segment->offset);
		count += (double)piece_size(piece);
	}
	return count > 0 ? sum / count : 0;
}

/* Below which a step leaves weights out. */
static real threshold(const struct transform *transform,
    struct random_key key, const real *w)
{
	real cut = amount(transform, "cut");

	key.stream = RANDOM_CUT;
	return cut > 0 ? cut * (real)usual_size(transform, w) *
	    (real)random_uniform(key, 0) : 0;
}

void transform_add_noise(const struct transform *transform, long step,
    const real *w, real *noisy, struct pool *pool)
{
	struct random_key key = {transform->seed, RANDOM_NOISE,
		(uint64_t)step};
	struct noise noise = {amount(transform, "noise"),
		threshold(transform, key, w)};

	for (int i = 0; i < transform->pieces; i++) {
		const struct piece *piece = &transform->piece[i];
		size_t at = piece->segment->offset;

		if (piece->transformed)
			noise_add(key, at, noise, piece->rows, piece->columns,
			    w + at, noisy + at, pool);
		else
			memcpy(noisy + at, w + at, piece->count * sizeof(real));
	}
}

static bool is_by_rows(const struct piece *piece)
{
	return piece->transformed && piece->functions->compose_row;
}

/* w: where the piece's own begins */
static void compose_piece(struct transform *transform,
    const struct piece *piece, const real *theta, real *w, struct pool *pool)
{
	if (is_by_rows(piece))
		by_rows_compose(piece, theta + piece->offset, w, pool);
	else if (piece->transformed)
		piece->functions->compose(piece,
		    theta + piece->offset, w, transform->work, pool);
	else if (w != theta + piece->offset)
		memcpy(w, theta + piece->offset, piece->count * sizeof(real));
}

static void pull_back_piece(struct transform *transform,
    const struct piece *piece, const real *theta, const real *g_w,
    real *g_theta, struct pool *pool)
{
	if (is_by_rows(piece))
		by_rows_pull_back(piece, theta + piece->offset, g_w,
		    g_theta + piece->offset, pool);
	else if (piece->transformed)
		piece->functions->pull_back(piece,
		    theta + piece->offset, g_w, g_theta + piece->offset,
		    transform->work, pool);
	else if (g_w != g_theta + piece->offset)
		memcpy(g_theta + piece->offset, g_w,
		    piece->count * sizeof(real));
}

void transform_compose(struct transform *transform, const real *theta,
    real *w, struct pool *pool)
{
	for (int i = 0; i < transform->pieces; i++) {
		const struct piece *piece = &transform->piece[i];

		compose_piece(transform, piece, theta,
		    w + piece->segment->offset, pool);
	}
}

void transform_pull_back(struct transform *transform, const real *theta,
    const real *g_w, real *g_theta, struct pool *pool)
{
	for (int i = 0; i < transform->pieces; i++) {
		const struct piece *piece = &transform->piece[i];

		pull_back_piece(transform, piece, theta,
		    g_w + piece->segment->offset, g_theta, pool);
	}
}

void transform_compose_layer(struct transform *transform, int layer,
    const real *theta, real *w, struct pool *pool)
{
	const struct layer *of = &transform->network->layer[layer];

	for (int i = of->segment; i < of->segment + of->segments; i++) {
		const struct piece *piece = &transform->piece[i];

		compose_piece(transform, piece, theta,
		    w + piece->segment->offset - of->parameter, pool);
	}
}

void transform_pull_back_layer(struct transform *transform, int layer,
    const real *theta, const real *g_w, real *g_theta, struct pool *pool)
{
	const struct layer *of = &transform->network->layer[layer];

	for (int i = of->segment; i < of->segment + of->segments; i++) {
		const struct piece *piece = &transform->piece[i];

		pull_back_piece(transform, piece, theta,
		    g_w + piece->segment->offset - of->parameter, g_theta,
		    pool);
	}
}

void transform_push_forward(struct transform *transform, const real *theta,
    const real *d_theta, real *d_w, struct pool *pool)
{
	for (int i = 0; i < transform->pieces; i++) {
		const struct piece *piece = &transform->piece[i];
		real *to = d_w + piece->segment->offset;

		if (is_by_rows(piece))
			by_rows_push_forward(piece, theta + piece->offset,
			    d_theta + piece->offset, to, pool);
		else if (piece->transformed)
			piece->functions->push_forward(piece,
			    theta + piece->offset, d_theta + piece->offset,
			    to, transform->work, pool);
		else if (to != d_theta + piece->offset)
			memcpy(to, d_theta + piece->offset,
			    piece->count * sizeof(real));
	}
}
