#include "session/onnx.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/operation.h"
#include "session/onnx_graph.h"
#include "session/protobuf.h"

/* Field numbers of onnx.proto. */
enum { MODEL_IR = 1, MODEL_PRODUCER = 2, MODEL_GRAPH = 7, MODEL_OPSET = 8,
	OPSET_VERSION = 2,
	GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_INITIALIZER = 5,
	GRAPH_INPUT = 11, GRAPH_OUTPUT = 12,
	NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_KIND = 4,
	NODE_ATTRIBUTE = 5,
	ATTRIBUTE_NAME = 1, ATTRIBUTE_FLOAT = 2, ATTRIBUTE_INTEGER = 3,
	ATTRIBUTE_INTEGERS = 8, ATTRIBUTE_TYPE = 20,
	TENSOR_DIMENSION = 1, TENSOR_TYPE = 2, TENSOR_NAME = 8,
	TENSOR_DATA = 9,
	VALUE_NAME = 1, VALUE_TYPE = 2, TYPE_TENSOR = 1, TENSOR_ELEMENT = 1,
	TENSOR_SHAPE = 2, SHAPE_DIMENSION = 1, DIMENSION_VALUE = 1,
	DIMENSION_NAME = 2 };
enum { TYPE_FLOAT = 1, TYPE_INTEGER = 2, TYPE_INTEGERS = 7 };
enum { IR_VERSION = 7, OPSET = 13 };

void onnx_node(struct onnx_graph *graph, const char *kind,
    const char *const *in, char out[NAME_SIZE])
{
	struct buffer node = {0};

	if (!out[0])
		text_format(out, NAME_SIZE, "t%d", ++graph->next);
	for (int i = 0; in[i]; i++)
		protobuf_text(&node, NODE_INPUT, in[i]);
	protobuf_text(&node, NODE_OUTPUT, out);
	protobuf_text(&node, NODE_NAME, out);
	protobuf_text(&node, NODE_KIND, kind);
	if (graph->attributes.length)
		buffer_add(&node, graph->attributes.text,
		    graph->attributes.length);
	buffer_free(&graph->attributes);
	protobuf_message(&graph->nodes, GRAPH_NODE, &node);
}

static void add_attribute(struct onnx_graph *graph, const char *name,
    int type, struct buffer *attribute)
{
	protobuf_text(attribute, ATTRIBUTE_NAME, name);
	protobuf_integer(attribute, ATTRIBUTE_TYPE, type);
	protobuf_message(&graph->attributes, NODE_ATTRIBUTE, attribute);
}

void onnx_integer(struct onnx_graph *graph, const char *name, int64_t value)
{
	struct buffer attribute = {0};

	protobuf_integer(&attribute, ATTRIBUTE_INTEGER, value);
	add_attribute(graph, name, TYPE_INTEGER, &attribute);
}

void onnx_integers(struct onnx_graph *graph, const char *name, int count,
    const int64_t *value)
{
	struct buffer attribute = {0};

	for (int i = 0; i < count; i++)
		protobuf_integer(&attribute, ATTRIBUTE_INTEGERS, value[i]);
	add_attribute(graph, name, TYPE_INTEGERS, &attribute);
}

void onnx_number(struct onnx_graph *graph, const char *name, double value)
{
	struct buffer attribute = {0};

	protobuf_float(&attribute, ATTRIBUTE_FLOAT, (float)value);
	add_attribute(graph, name, TYPE_FLOAT, &attribute);
}

static void add_constant(struct onnx_graph *graph, const char *name,
    enum onnx_type type, int dimensions, const int64_t *dimension,
    const void *data, size_t size)
{
	struct buffer tensor = {0};

	for (int i = 0; i < dimensions; i++)
		protobuf_integer(&tensor, TENSOR_DIMENSION, dimension[i]);
	protobuf_integer(&tensor, TENSOR_TYPE, type);
	protobuf_text(&tensor, TENSOR_NAME, name);
	protobuf_bytes(&tensor, TENSOR_DATA, data, size);
	protobuf_message(&graph->constants, GRAPH_INITIALIZER, &tensor);
}

static size_t widen(int dimensions, const int *dimension,
    int64_t wide[DIMENSIONS_MAX])
{
	size_t count = 1;

	for (int i = 0; i < dimensions; i++) {
		wide[i] = dimension[i];
		count *= (size_t)dimension[i];
	}
	return count;
}

void onnx_floats(struct onnx_graph *graph, const char *name, int dimensions,
    const int *dimension, const real *value)
{
	int64_t wide[DIMENSIONS_MAX];
	size_t count = widen(dimensions, dimension, wide);
	float *single = xcalloc(count, sizeof(*single));

	for (size_t i = 0; i < count; i++)
		single[i] = (float)value[i];
	add_constant(graph, name, ONNX_FLOAT, dimensions, wide, single,
	    count * sizeof(*single));
	free(single);
}

void onnx_bytes(struct onnx_graph *graph, const char *name,
    enum onnx_type type, int dimensions, const int *dimension,
    const void *value)
{
	int64_t wide[DIMENSIONS_MAX];
	size_t count = widen(dimensions, dimension, wide);

	add_constant(graph, name, type, dimensions, wide, value, count);
}

void onnx_longs(struct onnx_graph *graph, const char *name, int count,
    const int64_t *value)
{
	const int64_t dimension[1] = {count};

	add_constant(graph, name, ONNX_INT64, 1, dimension, value,
	    (size_t)count * sizeof(*value));
}

/* N samples of this shape, as the input or output of that name. */
static void add_value(struct buffer *graph, int field, const char *name,
    struct shape shape)
{
	const int size[3] = {shape.c, shape.h, shape.w};
	bool plain = shape.h * shape.w == 1;
	struct buffer dimensions = {0}, tensor = {0}, type = {0}, value = {0};
	struct buffer batch = {0};

	protobuf_text(&batch, DIMENSION_NAME, "N");
	protobuf_message(&dimensions, SHAPE_DIMENSION, &batch);
	for (int i = 0; i < (plain ? 1 : 3); i++) {
		struct buffer one = {0};

		protobuf_integer(&one, DIMENSION_VALUE, size[i]);
		protobuf_message(&dimensions, SHAPE_DIMENSION, &one);
	}
	protobuf_integer(&tensor, TENSOR_ELEMENT, ONNX_FLOAT);
	protobuf_message(&tensor, TENSOR_SHAPE, &dimensions);
	protobuf_message(&type, TYPE_TENSOR, &tensor);
	protobuf_text(&value, VALUE_NAME, name);
	protobuf_message(&value, VALUE_TYPE, &type);
	protobuf_message(graph, field, &value);
}

static int add_layers(struct onnx_graph *graph, struct error *error)
{
	const struct network *network = graph->network;
	char (*name)[NAME_SIZE] = xcalloc((size_t)network->layers + 1,
	    sizeof(*name));
	int status = 0;

	text_copy(name[0], NAME_SIZE, "input");
	for (int id = 1; id <= network->layers && status == 0; id++) {
		const struct layer *layer = &network->layer[id];
		const char *in[INPUTS_MAX + 1] = {NULL};

		for (int i = 0; i < layer->operation->inputs; i++)
			in[i] = name[layer->from[i]];
		if (id == network->layers)
			text_copy(name[id], NAME_SIZE, "logits");
		status = onnx_layer(graph, layer, in, name[id], error);
	}
	free(name);
	return status;
}

static void finish(struct onnx_graph *graph, struct buffer *out)
{
	struct buffer whole = {0}, opset = {0};
	const struct network *network = graph->network;

	buffer_add(&whole, graph->nodes.text, graph->nodes.length);
	protobuf_text(&whole, GRAPH_NAME, network->name[0] ? network->name :
	    "network");
	if (graph->constants.length)
		buffer_add(&whole, graph->constants.text,
		    graph->constants.length);
	add_value(&whole, GRAPH_INPUT, "input", network->input);
	add_value(&whole, GRAPH_OUTPUT, "logits",
	    network->layer[network->layers].out);
	protobuf_integer(&opset, OPSET_VERSION, OPSET);
	protobuf_integer(out, MODEL_IR, IR_VERSION);
	protobuf_text(out, MODEL_PRODUCER, "snt");
	protobuf_message(out, MODEL_GRAPH, &whole);
	protobuf_message(out, MODEL_OPSET, &opset);
}

int onnx_write(const struct network *network, const real *w,
    const real *buffers, const struct quantised *quantised, struct buffer *out,
    struct error *error)
{
	struct onnx_graph graph = {.network = network, .w = w,
		.buffers = buffers, .quantised = quantised};
	int status = network->layers ? add_layers(&graph, error) :
	    error_set(error, "the network has no layers");

	if (status == 0)
		finish(&graph, out);
	buffer_free(&graph.nodes);
	buffer_free(&graph.constants);
	buffer_free(&graph.attributes);
	return status;
}
