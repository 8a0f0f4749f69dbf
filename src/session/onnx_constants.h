/* What the rows of onnx_layers.c have in common; private to onnx*.c. */
#ifndef SNT_SESSION_ONNX_CONSTANTS_H
#define SNT_SESSION_ONNX_CONSTANTS_H

#include "session/onnx_graph.h"

/* What a row works on. */
struct emit {
	struct onnx_graph *graph;
	const struct layer *layer;
	const char *const *in;
	char *out;
};

#define INPUTS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The layer's segment "3.weight", by what follows the dot, as a constant of its
 * own name; of the parameters or statistics. "" when there is none. */
const char *onnx_constant(const struct emit *e, const char *suffix,
    bool statistic);
/* The layer's weight, stored as codes where it was quantised; `name` is the
 * tensor's, and is returned. */
const char *onnx_weight(const struct emit *e, char name[NAME_SIZE]);
/* A number that the layer needs, and whole ones: a shape, axes, where a slice
 * begins; the constant's name is made from the suffix. */
void onnx_scalar(const struct emit *e, const char *suffix, double value,
    char name[NAME_SIZE]);
void onnx_indices(const struct emit *e, const char *suffix, int count,
    const int64_t *value, char name[NAME_SIZE]);

#endif
