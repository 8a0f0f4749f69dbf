#include "compress/ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compress/order.h"
#include "compress/pruners.h"
#include "compress/settings.h"

static int method_of(const struct compress_settings *settings)
{
	return (int)option_value(prune_options, &settings->prune, "method");
}

static uint32_t images_of(const struct compress_settings *settings)
{
	return pruner_of(settings)->needs == NEEDS_NOTHING ? 0 : (uint32_t)
	    option_value(prune_options, &settings->prune, "calib_n");
}

static uint32_t list_prunable(const struct network *network, uint32_t *order)
{
	uint32_t count = 0;

	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];

		if (!segment_compressible(segment))
			continue;
		for (size_t i = 0; i < segment->count; i++)
			order[count++] = (uint32_t)(segment->offset + i);
	}
	return count;
}

/* Which layer each entry of the order belongs to. */
static uint16_t *label_order(const struct network *network,
    const uint32_t *order, uint32_t count)
{
	uint16_t *owner = xmalloc(network->parameters * sizeof(*owner));
	uint16_t *layer = xmalloc(count * sizeof(*layer));

	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];

		for (size_t i = 0; i < segment->count; i++)
			owner[segment->offset + i] = (uint16_t)segment->layer;
	}
	for (uint32_t i = 0; i < count; i++)
		layer[i] = owner[order[i]];
	free(owner);
	return layer;
}

static void put_in_order(struct ranking *ranking,
    const struct scoring *scoring)
{
	const struct network *network = scoring->network;
	real *score = reals_new(network->parameters);
	int count;

	ranking->order = xmalloc(network->parameters * sizeof(uint32_t));
	ranking->count = list_prunable(network, ranking->order);
	pruners(&count)[ranking->method].score(scoring, score);
	order_by_score(score, ranking->order, ranking->count);
	ranking->layer = label_order(network, ranking->order, ranking->count);
	reals_free(score);
}

struct ranking *ranking_new(const struct network *network, const real *w,
    const real *buffers, const struct compress_settings *settings,
    const struct calibration *images, struct error *error)
{
	const struct pruner *pruner = pruner_of(settings);
	struct ranking *ranking;

	if (check_finite(network->segment, network->segments, w, error))
		return NULL;
	ranking = xcalloc(1, sizeof(*ranking));
	ranking->method = method_of(settings);
	ranking->seed = settings->seed;
	ranking->calibrated = images_of(settings);
	if (pruner->units) {
		ranking->order = xcalloc(1, sizeof(uint32_t));
		return ranking;		/* chosen as they are taken out */
	}
	if (pruner->needs == NEEDS_NOTHING) {
		put_in_order(ranking, &(struct scoring){network, w,
			settings->seed, NULL, NULL});
		return ranking;
	}
	ranking->work = moments_begin(network, w, buffers, images,
	    ranking->calibrated, pruner->needs == NEEDS_PRODUCTS, error);
	if (!ranking->work) {
		free(ranking);
		error_prefix(error, "method=%s", pruner->name);
		return NULL;
	}
	ranking->network = network_copy(network);
	ranking->w = reals_new(network->parameters);
	memcpy(ranking->w, w, network->parameters * sizeof(real));
	return ranking;
}

static void make_surgeons(struct ranking *ranking,
    const struct moments *moments)
{
	const double damping = 0.01;	/* as SparseGPT has it */

	ranking->segments = moments->segments;
	ranking->surgeon = xcalloc((size_t)moments->segments,
	    sizeof(*ranking->surgeon));
	for (int k = 0; k < moments->segments; k++) {
		if (moments->segment[k].columns)
			surgeon_make(&moments->segment[k], damping,
			    &ranking->surgeon[k]);
	}
}

static int check_moments(const struct ranking *ranking,
    const struct moments *moments, struct error *error)
{
	for (int k = 0; k < moments->segments; k++) {
		const struct moment *moment = &moments->segment[k];

		for (int i = 0; i < moment->columns * moment->groups; i++) {
			if (!isfinite((real)moment->square[i]))
				return error_set(error, "calibration: what "
				    "layer %d is given grows beyond all "
				    "numbers",
				    ranking->network->segment[k].layer);
		}
	}
	return 0;
}

static int conclude(struct ranking *ranking, struct error *error)
{
	struct moments *moments = moments_end(ranking->work);
	int count, status = check_moments(ranking, moments, error);

	ranking->work = NULL;
	if (status == 0) {
		if (pruners(&count)[ranking->method].needs == NEEDS_PRODUCTS)
			make_surgeons(ranking, moments);
		put_in_order(ranking, &(struct scoring){ranking->network,
			ranking->w, ranking->seed, moments,
			ranking->surgeon});
	}
	moments_free(moments);
	network_free(ranking->network);
	reals_free(ranking->w);
	ranking->network = NULL;
	ranking->w = NULL;
	return status;
}

int ranking_advance(struct ranking *ranking, struct error *error)
{
	if (!ranking->work)
		return ranking->order ? 1 : error_set(error, "calibration "
		    "failed");
	if (!moments_advance(ranking->work))
		return 0;
	return conclude(ranking, error) ? -1 : 1;
}

void ranking_free(struct ranking *ranking)
{
	if (!ranking)
		return;
	moments_free(moments_end(ranking->work));
	for (int k = 0; k < ranking->segments; k++)
		surgeon_release(&ranking->surgeon[k]);
	free(ranking->surgeon);
	network_free(ranking->network);
	reals_free(ranking->w);
	free(ranking->order);
	free(ranking->layer);
	free(ranking);
}

bool ranking_fits(const struct ranking *ranking,
    const struct compress_settings *settings)
{
	return ranking->method == method_of(settings) &&
	    ranking->seed == settings->seed &&
	    ranking->calibrated == images_of(settings) &&
	    (ranking->order || ranking->work);
}
