#include "session/network_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "compress/packed.h"
#include "net/operation.h"
#include "session/json.h"
#include "session/weights_npz.h"

enum { FORMAT = 1, LAYERS_MOST = 10000, TEXT_MOST = 16 << 20 };

static void add_option(cJSON *object, const struct option *option,
    double value)
{
	char text[64];

	if (option->type == OPTION_SWITCH) {
		cJSON_AddBoolToObject(object, option->name, value != 0);
	} else if (option->type == OPTION_CHOICE) {
		option_print(option, value, text, sizeof(text));
		cJSON_AddStringToObject(object, option->name, text);
	} else {
		text_format(text, sizeof(text), "%.9g", value);
		cJSON_AddRawToObject(object, option->name, text);
	}
}

static cJSON *layer_object(const struct layer *layer)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *from;
	const struct option *options = layer->operation->options;

	cJSON_AddNumberToObject(object, "id", layer->id);
	cJSON_AddStringToObject(object, "kind", layer->operation->name);
	from = cJSON_AddArrayToObject(object, "from");
	for (int i = 0; i < layer->operation->inputs; i++)
		cJSON_AddItemToArray(from, cJSON_CreateNumber(layer->from[i]));
	for (int i = 0; options && options[i].name; i++)
		add_option(object, &options[i], layer->options.value[i]);
	return object;
}

char *network_to_json(const struct network *network)
{
	cJSON *object = cJSON_CreateObject();
	int input[3] = {network->input.c, network->input.h, network->input.w};
	cJSON *layers;
	char *text;

	cJSON_AddNumberToObject(object, "format", FORMAT);
	cJSON_AddStringToObject(object, "name", network->name);
	cJSON_AddItemToObject(object, "input", cJSON_CreateIntArray(input, 3));
	cJSON_AddNumberToObject(object, "classes", network->classes);
	layers = cJSON_AddArrayToObject(object, "layers");
	for (int i = 1; i <= network->layers; i++)
		cJSON_AddItemToArray(layers, layer_object(&network->layer[i]));
	text = cJSON_PrintUnformatted(object);
	cJSON_Delete(object);
	if (!text)
		die("out of memory (network)");
	return text;
}

/* As the words a user would type, so that the same checks apply. */
static int take_option(const struct option *table, const cJSON *item,
    struct option_values *values, struct error *error)
{
	char word[128];
	const char *words[1] = {word};

	if (cJSON_IsBool(item))
		text_format(word, sizeof(word), "%s=%s", item->string,
		    cJSON_IsTrue(item) ? "on" : "off");
	else if (cJSON_IsNumber(item))
		text_format(word, sizeof(word), "%s=%.9g", item->string,
		    item->valuedouble);
	else if (cJSON_IsString(item))
		text_format(word, sizeof(word), "%s=%s", item->string,
		    item->valuestring);
	else
		return error_set(error, "%.40s: a number, text or truth value "
		    "is expected", item->string);
	return options_parse(table, 1, words, values, error);
}

static int take_from(const cJSON *list, int from[INPUTS_MAX],
    struct error *error)
{
	int count = cJSON_GetArraySize(list);

	from[0] = from[1] = -1;
	if (!cJSON_IsArray(list) || count < 1 || count > INPUTS_MAX)
		return error_set(error, "from: one or two layers");
	for (int i = 0; i < count; i++) {
		const cJSON *item = cJSON_GetArrayItem(list, i);

		if (!cJSON_IsNumber(item) || item->valuedouble < 0 ||
		    item->valuedouble > LAYERS_MOST)
			return error_set(error, "from: not the number of a "
			    "layer");
		from[i] = item->valueint;
	}
	return 0;
}

static struct network *append_layer(const struct network *network,
    const cJSON *object, struct error *error)
{
	const char *kind = json_text(object, "kind");
	const struct operation *operation = kind ? operation_find(kind) :
	    NULL;
	struct option_values values;
	const cJSON *item;
	int from[INPUTS_MAX];

	if (!operation) {
		error_set(error, "kind %.40s is not known",
		    kind ? kind : "(none)");
		return NULL;
	}
	options_default(operation->options, &values);
	cJSON_ArrayForEach(item, object) {
		if (strcmp(item->string, "id") == 0 ||
		    strcmp(item->string, "kind") == 0 ||
		    strcmp(item->string, "from") == 0)
			continue;
		if (take_option(operation->options, item, &values, error))
			return NULL;
	}
	if (take_from(json_item(object, "from"), from, error))
		return NULL;
	return network_append(network, kind, from, &values, error);
}

static int take_input(const cJSON *list, struct shape *shape,
    struct error *error)
{
	int size[3];

	for (int i = 0; i < 3; i++) {
		const cJSON *item = cJSON_GetArrayItem(list, i);

		if (!cJSON_IsNumber(item) || item->valuedouble < 1 ||
		    item->valuedouble > 4096 || cJSON_GetArraySize(list) != 3)
			return error_set(error, "input: three sizes, channels "
			    "first");
		size[i] = item->valueint;
	}
	*shape = (struct shape){.c = size[0], .h = size[1], .w = size[2]};
	return 0;
}

static struct network *append_all(struct network *network,
    const cJSON *layers, struct error *error)
{
	const cJSON *item;
	int id = 1;

	cJSON_ArrayForEach(item, layers) {
		struct network *longer = NULL;

		if (id > LAYERS_MOST || json_whole(item, "id") != id)
			error_set(error, "id must be %d", id);
		else
			longer = append_layer(network, item, error);
		network_free(network);
		if (!longer) {
			error_prefix(error, "layer %d", id);
			return NULL;
		}
		network = longer;
		id++;
	}
	return network;
}

static struct network *from_object(const cJSON *object, struct error *error)
{
	const cJSON *layers = json_item(object, "layers");
	long format = json_whole(object, "format");
	long classes = json_whole(object, "classes");
	const char *name = json_text(object, "name");
	struct network *network;
	struct shape input;

	if (format != FORMAT) {
		error_set(error, "network format %ld; this program reads %d",
		    format, FORMAT);
		return NULL;
	}
	if (classes < 1 || classes > 100000 || !cJSON_IsArray(layers)) {
		error_set(error, "network: classes or layers are missing");
		return NULL;
	}
	if (take_input(json_item(object, "input"), &input, error))
		return NULL;
	network = append_all(network_new(input, (int)classes), layers, error);
	if (network && name)
		text_safe(network->name, sizeof(network->name), name);
	return network;
}

struct network *network_from_json(const char *text, struct error *error)
{
	cJSON *object = json_parse(text, strlen(text), error);
	struct network *network;

	if (!object)
		return NULL;
	network = from_object(object, error);
	cJSON_Delete(object);
	return network;
}

static void add_segments(struct safetensors_writer *writer,
    const struct segment *segment, int segments, const real *values)
{
	for (int i = 0; i < segments; i++) {
		long dimension[DIMENSIONS_MAX];

		for (int j = 0; j < segment[i].dimensions; j++)
			dimension[j] = segment[i].dimension[j];
		safetensors_writer_tensor(writer, segment[i].name, "F32",
		    segment[i].dimensions, dimension,
		    values + segment[i].offset);
	}
}

int network_export(const struct network *network, const real *w,
    const real *buffers, const char *path, struct error *error)
{
	struct safetensors_writer *writer;
	char *text;

	if (text_ends(path, ".npz"))
		return npz_export(network, w, buffers, path, error);
	writer = safetensors_writer_new();
	text = network_to_json(network);
	safetensors_writer_metadata(writer, "snt", text);
	free(text);
	add_segments(writer, network->segment, network->segments, w);
	add_segments(writer, network->buffer_segment,
	    network->buffer_segments, buffers);
	return safetensors_writer_finish(writer, path, NULL, error);
}

static int take_segments(const struct safetensors *file,
    const struct segment *segment, int segments, real *values,
    struct error *error)
{
	for (int i = 0; i < segments; i++) {
		const struct tensor_entry *entry = safetensors_find(file,
		    segment[i].name);

		if (!entry || strcmp(entry->dtype, "F32") != 0 ||
		    entry->bytes != segment[i].count * sizeof(float))
			return error_set(error, "tensor %s is missing, or not "
			    "%zu numbers of type F32", segment[i].name,
			    segment[i].count);
		for (size_t j = 0; j < segment[i].count; j++) {
			float value;

			memcpy(&value, (const char *)entry->data +
			    j * sizeof(value), sizeof(value));
			values[segment[i].offset + j] = value;
		}
	}
	return 0;
}

static struct network *import_safetensors(const struct safetensors *file,
    real **w, real **buffers, struct error *error)
{
	const char *text = safetensors_metadata(file, "snt");
	struct network *network;

	if (!text) {
		error_set(error, "no description of a network (metadata key "
		    "snt)");
		return NULL;
	}
	network = network_from_json(text, error);
	if (!network)
		return NULL;
	*w = reals_new(network->parameters);
	*buffers = reals_new(network->buffers);
	if (take_segments(file, network->segment, network->segments, *w,
		error) || take_segments(file, network->buffer_segment,
		network->buffer_segments, *buffers, error)) {
		reals_free(*w);
		reals_free(*buffers);
		*w = *buffers = NULL;
		network_free(network);
		return NULL;
	}
	return network;
}

static struct network *import_packed(const char *bytes, size_t size, real **w,
    real **buffers, struct error *error)
{
	char *text = packed_describe(bytes, size, NULL, error);
	struct network *network = text ? network_from_json(text, error) :
	    NULL;

	free(text);
	if (network && packed_read(bytes, size, network, w, buffers, error)) {
		network_free(network);
		return NULL;
	}
	return network;
}

static struct network *import_bytes(char *bytes, size_t size,
    const char *path, real **w, real **buffers, struct error *error)
{
	struct safetensors *file;
	struct network *network;

	if (size && bytes[0] == '{') {
		network = network_from_json(bytes, error);
		free(bytes);
		return network;
	}
	if (packed_recognise(bytes, size)) {
		network = import_packed(bytes, size, w, buffers, error);
		free(bytes);
		return network;
	}
	if (npz_recognise(bytes, size)) {
		network = npz_import(bytes, size, w, buffers, error);
		free(bytes);
		return network;
	}
	file = safetensors_parse(bytes, size, path, error);
	if (!file)
		return NULL;
	network = import_safetensors(file, w, buffers, error);
	safetensors_free(file);
	return network;
}

struct network *network_import(const char *path, real **w, real **buffers,
    struct error *error)
{
	size_t size;
	char *bytes = file_read(path, (size_t)1 << 32, &size, error);
	struct network *network;

	*w = *buffers = NULL;
	if (!bytes)
		return NULL;
	network = import_bytes(bytes, size, path, w, buffers, error);
	if (!network && strncmp(error->text, path, strlen(path)) != 0)
		error_prefix(error, "%s", path);
	return network;
}
