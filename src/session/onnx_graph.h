/* The graph of an ONNX file while it is made; private to onnx*.c. */
#ifndef SNT_SESSION_ONNX_GRAPH_H
#define SNT_SESSION_ONNX_GRAPH_H

#include "session/onnx.h"

enum onnx_type { ONNX_FLOAT = 1, ONNX_UINT8 = 2, ONNX_INT8 = 3,
	ONNX_INT64 = 7 };

enum { NAME_SIZE = 48 };

struct onnx_graph {
	const struct network *network;
	const real *w, *buffers;
	const struct quantised *quantised;
	struct buffer nodes;		/* fields of a GraphProto */
	struct buffer constants;
	struct buffer attributes;	/* of the next node */
	int next;			/* numbers of tensors without a name */
};

/* A node with these inputs (NULL ends them); its output gets the name `out`,
 * or one of its own, which is written there, when that is "". Attributes are
 * given before. */
void onnx_node(struct onnx_graph *graph, const char *kind,
    const char *const *in, char out[NAME_SIZE]);
void onnx_integer(struct onnx_graph *graph, const char *name, int64_t value);
void onnx_integers(struct onnx_graph *graph, const char *name, int count,
    const int64_t *value);
void onnx_number(struct onnx_graph *graph, const char *name, double value);

/* Constants. Names must be new. dimension: `dimensions` of them. */
void onnx_floats(struct onnx_graph *graph, const char *name, int dimensions,
    const int *dimension, const real *value);
void onnx_bytes(struct onnx_graph *graph, const char *name,
    enum onnx_type type, int dimensions, const int *dimension,
    const void *value);
void onnx_longs(struct onnx_graph *graph, const char *name, int count,
    const int64_t *value);

/* onnx_layers.c: the nodes of one layer, from tensors in[] to `out`. */
int onnx_layer(struct onnx_graph *graph, const struct layer *layer,
    const char *const *in, char out[NAME_SIZE], struct error *error);

#endif
