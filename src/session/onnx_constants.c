/* The weights of a layer, and its numbers, as constants of ONNX. */
#include "session/onnx_constants.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* "3.weight", by what follows the dot; of the parameters or statistics. */
static const struct segment *segment_of(const struct emit *e,
    const char *suffix, bool statistic)
{
	const struct network *network = e->graph->network;
	const struct layer *layer = e->layer;
	const struct segment *list = statistic ?
	    network->buffer_segment + layer->buffer_segment :
	    network->segment + layer->segment;
	int count = statistic ? layer->buffer_segments : layer->segments;

	for (int k = 0; k < count; k++) {
		const char *dot = strchr(list[k].name, '.');

		if (dot && strcmp(dot + 1, suffix) == 0)
			return &list[k];
	}
	return NULL;
}

const char *onnx_constant(const struct emit *e, const char *suffix,
    bool statistic)
{
	const struct segment *s = segment_of(e, suffix, statistic);

	if (!s)
		return "";
	onnx_floats(e->graph, s->name, s->dimensions, s->dimension,
	    (statistic ? e->graph->buffers : e->graph->w) + s->offset);
	return s->name;
}

void onnx_scalar(const struct emit *e, const char *suffix, double value,
    char name[NAME_SIZE])
{
	real number = (real)value;

	text_format(name, NAME_SIZE, "%d.%s", e->layer->id, suffix);
	onnx_floats(e->graph, name, 0, NULL, &number);
}

void onnx_indices(const struct emit *e, const char *suffix, int count,
    const int64_t *value, char name[NAME_SIZE])
{
	text_format(name, NAME_SIZE, "%d.%s", e->layer->id, suffix);
	onnx_longs(e->graph, name, count, value);
}

static const struct coded *codes_of(const struct emit *e,
    const struct segment *segment)
{
	const struct quantised *q = e->graph->quantised;
	const struct coded *coded = q ?
	    &q->segment[segment - e->graph->network->segment] : NULL;

	/* One scale a channel or one in all, and codes of 8 bits. */
	return coded && coded->bits && !coded->book &&
	    coded->size == coded->row ? coded : NULL;
}

/* The weight as integers: symmetric codes signed, affine ones as they are. */
static void quantised_weight(const struct emit *e,
    const struct segment *s, const struct coded *coded, char out[NAME_SIZE])
{
	bool is_signed = coded->scheme == SCHEME_SYMMETRIC;
	enum onnx_type type = is_signed ? ONNX_INT8 : ONNX_UINT8;
	int dimensions = coded->groups > 1 ? 1 : 0;
	char codes[NAME_SIZE], scale[NAME_SIZE], zero[NAME_SIZE];
	uint8_t *byte = xcalloc(coded->count, 1);
	uint8_t *zeros = xcalloc((size_t)coded->groups, 1);

	for (size_t i = 0; i < coded->count; i++)
		byte[i] = (uint8_t)(coded->code[i] - (is_signed ?
		    coded->zero[coded_group(coded, i)] : 0));
	for (int g = 0; g < coded->groups && !is_signed; g++)
		zeros[g] = coded->zero[g];
	text_format(codes, sizeof(codes), "%s.codes", s->name);
	text_format(scale, sizeof(scale), "%s.scale", s->name);
	text_format(zero, sizeof(zero), "%s.zero", s->name);
	onnx_bytes(e->graph, codes, type, s->dimensions, s->dimension, byte);
	onnx_floats(e->graph, scale, dimensions, &coded->groups,
	    coded->scale);
	onnx_bytes(e->graph, zero, type, dimensions, &coded->groups, zeros);
	if (dimensions)
		onnx_integer(e->graph, "axis", 0);
	onnx_node(e->graph, "DequantizeLinear", INPUTS(codes, scale, zero),
	    out);
	free(byte);
	free(zeros);
}

const char *onnx_weight(const struct emit *e, char name[NAME_SIZE])
{
	const struct segment *s = segment_of(e, "weight", false);
	const struct coded *coded = codes_of(e, s);

	text_copy(name, NAME_SIZE, s->name);
	if (coded)
		quantised_weight(e, s, coded, name);
	else
		onnx_constant(e, "weight", false);
	return name;
}
