#include "compress/pruned.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compress/prune.h"
#include "compress/pruners.h"
#include "compress/restate.h"
#include "compress/settings.h"

/* A complete ranking, all at once. */
static struct ranking *rank(const struct network *network, const real *w,
    const real *buffers, const struct compress_settings *settings,
    const struct calibration *images, struct error *error)
{
	struct ranking *ranking = ranking_new(network, w, buffers, settings,
	    images, error);
	int status = ranking ? 0 : -1;

	while (status == 0)
		status = ranking_advance(ranking, error);
	if (status > 0)
		return ranking;
	ranking_free(ranking);
	return NULL;
}

static int mask(const struct network *network, const real *w,
    const real *buffers, const struct compress_settings *settings,
    const struct ranking *ranking, const struct calibration *images,
    struct pruned *out, struct error *error)
{
	struct ranking *own = NULL;

	if (settings->pruned && !ranking) {
		ranking = own = rank(network, w, buffers, settings, images,
		    error);
		if (!own)
			return -1;
	}
	out->network = network_copy(network);
	out->w = reals_dup(w, network->parameters);
	out->buffers = reals_dup(buffers, network->buffers);
	if (settings->pruned)
		prune_weights(network, settings, ranking, images ?
		    images->pool : NULL, out->w);
	ranking_free(own);
	return 0;
}

static real *gather(const real *from, size_t *map, size_t count)
{
	real *to = reals_new(count);

	for (size_t i = 0; i < count; i++)
		to[i] = from[map[i]];
	free(map);
	return to;
}

static int shrink(const struct network *network, const real *w,
    const real *buffers, const struct compress_settings *settings,
    struct pruned *out, struct error *error)
{
	const struct pruner *pruner = pruner_of(settings);
	struct structure *structure = structure_choose(network, w, settings,
	    pruner->units, error);

	if (!structure)
		return error_prefix(error, "method=%s", pruner->name);
	out->structure = structure;
	out->network = structure_shrink(structure, network);
	out->w = gather(w, structure_map(structure, network, NULL, false),
	    out->network->parameters);
	out->buffers = gather(buffers, structure_map(structure, network, NULL,
	    true), out->network->buffers);
	return 0;
}

bool prunes_structure(const struct compress_settings *settings)
{
	return settings->pruned && pruner_of(settings)->units;
}

static int restate(const struct compress_settings *settings,
    const struct calibration *images, struct pruned *out,
    struct error *error)
{
	if (!settings_restate_pruned(settings))
		return 0;
	return restate_buffers(out->network, out->w, images,
	    (uint32_t)option_value(prune_options, &settings->prune,
		"calib_n"), out->buffers, error);
}

int pruned_make(const struct network *network, const real *w,
    const real *buffers, const struct compress_settings *settings,
    const struct ranking *ranking, const struct calibration *images,
    struct pruned *out, struct error *error)
{
	int status;

	*out = (struct pruned){0};
	status = prunes_structure(settings) ?
	    shrink(network, w, buffers, settings, out, error) :
	    mask(network, w, buffers, settings, ranking, images, out, error);
	if (status == 0)
		status = restate(settings, images, out, error);
	if (status)
		pruned_free(out);
	return status;
}

void pruned_free(struct pruned *pruned)
{
	network_free(pruned->network);
	reals_free(pruned->w);
	reals_free(pruned->buffers);
	structure_free(pruned->structure);
	*pruned = (struct pruned){0};
}
