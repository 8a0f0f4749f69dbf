/* Transforms at work, piece by piece: from theta to w, gradients back,
 * directions forward; and the noise in front of them. */
#include "transform/transform.h"

#include <string.h>

#include "transform/noise.h"
#include "transform/transform_private.h"

static real noise_of(const struct transform *transform)
{
	const struct option *table = transform->kind->options;
	int i = table ? option_find(table, "noise") : -1;

	return i < 0 ? 0 : (real)transform->options.value[i];
}

bool transform_is_noisy(const struct transform *transform)
{
	return noise_of(transform) > 0;
}

/* Matrices alone: not the gains beside them, nor what is not transformed. */
static void add_noise(const struct transform *transform,
    const struct piece *piece, struct random_key key, const real *theta,
    real *noisy, struct pool *pool)
{
	for (size_t i = 0; i < transform->segments; i++) {
		const struct segment *s = &transform->segment[i];

		if (s->offset >= piece->offset && s->dimensions == 2 &&
		    s->offset < piece->offset + piece->count)
			noise_add(key, s->offset, noise_of(transform),
			    s->dimension[0], s->dimension[1],
			    theta + s->offset, noisy + s->offset, pool);
	}
}

void transform_add_noise(const struct transform *transform, long step,
    const real *theta, real *noisy, struct pool *pool)
{
	struct random_key key = {transform->seed, RANDOM_NOISE,
		(uint64_t)step};

	memcpy(noisy, theta, transform->size * sizeof(real));
	for (int i = 0; i < transform->pieces; i++) {
		const struct piece *piece = &transform->piece[i];

		if (piece->transformed)
			add_noise(transform, piece, key, theta, noisy, pool);
	}
}

/* w: where the piece's own begins */
static void compose_piece(struct transform *transform,
    const struct piece *piece, const real *theta, real *w, struct pool *pool)
{
	if (piece->transformed)
		piece_functions_of(transform)->compose(piece,
		    theta + piece->offset, w, transform->work, pool);
	else if (w != theta + piece->offset)
		memcpy(w, theta + piece->offset, piece->count * sizeof(real));
}

static void pull_back_piece(struct transform *transform,
    const struct piece *piece, const real *theta, const real *g_w,
    real *g_theta, struct pool *pool)
{
	if (piece->transformed)
		piece_functions_of(transform)->pull_back(piece,
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

		if (piece->transformed)
			piece_functions_of(transform)->push_forward(piece,
			    theta + piece->offset, d_theta + piece->offset,
			    to, transform->work, pool);
		else if (to != d_theta + piece->offset)
			memcpy(to, d_theta + piece->offset,
			    piece->count * sizeof(real));
	}
}
