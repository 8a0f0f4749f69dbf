#include "net/operation.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/operations.h"

static const struct operation *const table[] = {
	&operation_dense,
	&operation_conv,
	&operation_maxpool,
	&operation_avgpool,
	&operation_globalavg,
	&operation_batchnorm,
	&operation_layernorm,
	&operation_relu,
	&operation_gelu,
	&operation_tanh,
	&operation_dropout,
	&operation_flatten,
	&operation_add,
	&operation_positions,
	&operation_attention,
	&operation_tokenmean,
	&operation_quantise,
	&operation_rescale,
};

enum { OPERATIONS = sizeof(table) / sizeof(*table) };

const struct operation *const *operations(int *count)
{
	*count = OPERATIONS;
	return table;
}

const struct operation *operation_find(const char *name)
{
	for (int i = 0; i < OPERATIONS; i++) {
		if (strcmp(table[i]->name, name) == 0 || (table[i]->alias &&
		    strcmp(table[i]->alias, name) == 0))
			return table[i];
	}
	return NULL;
}

double layer_option(const struct layer *layer, const char *name)
{
	return option_value(layer->operation->options, &layer->options, name);
}

int layer_integer(const struct layer *layer, const char *name)
{
	return (int)layer_option(layer, name);
}

static void segment_fill(struct segment *segment, const char *name, int layer,
    enum role role, const int *dimension)
{
	*segment = (struct segment) {.layer = layer, .role = role, .count = 1};
	text_format(segment->name, sizeof(segment->name), "%d.%s", layer,
	    name);
	for (int i = 0; i < DIMENSIONS_MAX && dimension[i]; i++) {
		segment->dimension[i] = dimension[i];
		segment->dimensions++;
		segment->count *= (size_t)dimension[i];
	}
}

void segment_add(struct segment_list *list, const char *name, enum role role,
    int d0, int d1, int d2, int d3)
{
	const int dimension[DIMENSIONS_MAX] = {d0, d1, d2, d3};
	struct segment segment;

	segment_fill(&segment, name, list->layer, role, dimension);
	if (role == ROLE_STATISTIC) {
		array_grow(&list->buffer_segment,
		    (size_t)list->buffer_segments, &list->buffer_capacity,
		    sizeof(segment));
		segment.offset = list->buffers;
		list->buffers += segment.count;
		list->buffer_segment[list->buffer_segments++] = segment;
	} else {
		array_grow(&list->segment, (size_t)list->segments,
		    &list->capacity, sizeof(segment));
		segment.offset = list->parameters;
		list->parameters += segment.count;
		list->segment[list->segments++] = segment;
	}
}
