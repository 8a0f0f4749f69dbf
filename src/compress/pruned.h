/* A network that is pruned and nothing else: masked, or really smaller. */
#ifndef SNT_COMPRESS_PRUNED_H
#define SNT_COMPRESS_PRUNED_H

#include "compress/structure.h"

struct pruned {
	struct network *network;
	real *w, *buffers;
	struct structure *structure;	/* what was taken out, or NULL */
};

/* As compress_make(), before anything is folded or quantised. */
int pruned_make(const struct network *network, const real *w,
    const real *buffers, const struct compress_settings *settings,
    const struct ranking *ranking, const struct calibration *images,
    struct pruned *out, struct error *error);
void pruned_free(struct pruned *pruned);

/* Does the method take whole neurons and channels out? */
bool prunes_structure(const struct compress_settings *settings);

#endif
