#include "session/checkpoint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "session/network_json.h"
#include "session/safetensors.h"

#ifdef SNT_DOUBLE
#error "checkpoints hold single precision"
#endif

/* A tensor of the state: where it lies in the learner, and its name. */
struct item {
	char name[48];
	const char *dtype;
	void *data;
	size_t count, size;
};

enum { ITEMS_MAX = 5 + STATES_MAX };

static void add_item(struct item *item, int *items, const char *name,
    const char *dtype, void *data, size_t count, size_t size)
{
	struct item *added = &item[(*items)++];

	*added = (struct item){.dtype = dtype, .data = data, .count = count,
		.size = size};
	text_copy(added->name, sizeof(added->name), name);
}

/* Everything but the mask, which may be there or not. */
static int list_items(struct learner *learner, struct item *item)
{
	const struct network *network = learner->network;
	size_t n = transform_size(learner->transform);
	const char *name[STATES_MAX];
	real *state[STATES_MAX];
	int states = optimizer_states(learner->optimizer, name, state);
	size_t transform_states;
	real *transform_own = transform_state(learner->transform,
	    &transform_states);
	char text[48];
	int items = 0;

	learner_weights(learner);
	add_item(item, &items, "w", "F32", learner->composed,
	    network->parameters, sizeof(real));
	if (learner->theta != learner->composed)
		add_item(item, &items, "theta", "F32", learner->theta, n,
		    sizeof(real));
	if (transform_states)
		add_item(item, &items, "transform", "F32", transform_own,
		    transform_states, sizeof(real));
	add_item(item, &items, "buffers", "F32", learner->buffers,
	    network->buffers, sizeof(real));
	for (int i = 0; i < states; i++) {
		text_format(text, sizeof(text), "optimizer.%s", name[i]);
		add_item(item, &items, text, "F32", state[i], n,
		    sizeof(real));
	}
	return items;
}

static void write_text(struct safetensors_writer *writer, const char *key,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

static void write_text(struct safetensors_writer *writer, const char *key,
    const char *format, ...)
{
	char text[64];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	safetensors_writer_metadata(writer, key, text);
}

static char *transform_line(const struct transform_kind *kind,
    const struct option_values *values)
{
	struct buffer text = {0};

	buffer_puts(&text, kind->name);
	options_print(kind->options, values, true, &text);
	return text.text;
}

/* What must be equal for the tensors to make sense: the transform's line,
 * then the network. */
static char *identity(const struct learner *learner)
{
	char *network = network_to_json(learner->network);
	char *transform = transform_line(transform_kind_of(learner->transform),
	    transform_options(learner->transform));
	char *both = xasprintf("%s\n%s", transform, network);

	free(network);
	free(transform);
	return both;
}

int checkpoint_write(const struct learner *learner, const char *path,
    char hash[HASH_TEXT], struct error *error)
{
	struct safetensors_writer *writer = safetensors_writer_new();
	struct item item[ITEMS_MAX];
	int items = list_items((struct learner *)learner, item);
	char *text = identity(learner), *line;
	long count = (long)learner->network->parameters;

	safetensors_writer_metadata(writer, "identity", text);
	free(text);
	line = optimizer_line(learner->optimizer);
	safetensors_writer_metadata(writer, "optimizer", line);
	free(line);
	write_text(writer, "step", "%ld", learner->step);
	write_text(writer, "optimizer_steps", "%ld",
	    optimizer_steps(learner->optimizer));
	write_text(writer, "gradients", "%.17g", learner->gradients);
	write_text(writer, "seed", "%llu", (unsigned long long)learner->seed);
	for (int i = 0; i < items; i++) {
		long size = (long)item[i].count;

		safetensors_writer_tensor(writer, item[i].name, item[i].dtype,
		    1, &size, item[i].data);
	}
	if (learner->mask)
		safetensors_writer_tensor(writer, "mask", "U8", 1, &count,
		    learner->mask);
	if (learner->straight) {
		text = network_to_json(learner->straight->network);
		safetensors_writer_metadata(writer, "straight", text);
		free(text);
	}
	return safetensors_writer_finish(writer, path, hash, error);
}

/* The line as this version would write it: options that it does not name
 * have their default, for it may come from a version without them. NULL:
 * not a line of that kind. */
static char *line_completed(const struct transform_kind *kind, char *line)
{
	struct option_values values;
	char *save = NULL;
	const char *word = strtok_r(line, " ", &save);

	if (!word || strcmp(word, kind->name) != 0)
		return NULL;
	options_default(kind->options, &values);
	while ((word = strtok_r(NULL, " ", &save))) {
		if (options_parse(kind->options, 1, &word, &values, NULL))
			return NULL;
	}
	return transform_line(kind, &values);
}

static bool same_identity(const struct learner *learner, const char *claimed)
{
	size_t length = claimed ? strcspn(claimed, "\n") : 0;
	char *line = xstrndup(claimed ? claimed : "", length);
	char *completed = line_completed(transform_kind_of(
	    learner->transform), line);
	char *mine = identity(learner);
	size_t own = strcspn(mine, "\n");
	bool same = completed && strlen(completed) == own &&
	    strncmp(completed, mine, own) == 0 &&
	    strcmp(claimed + length, mine + own) == 0;

	free(mine);
	free(completed);
	free(line);
	return same;
}

static int need_number(const struct safetensors *file, const char *key,
    double *value, struct error *error)
{
	const char *text = safetensors_metadata(file, key);

	if (!text || parse_double(text, value) || *value < 0)
		return error_set(error, "%s is missing or no number", key);
	return 0;
}

static int check_items(const struct safetensors *file,
    const struct item *item, int items, struct error *error)
{
	for (int i = 0; i < items; i++) {
		const struct tensor_entry *entry = safetensors_find(file,
		    item[i].name);

		if (!entry || strcmp(entry->dtype, item[i].dtype) != 0 ||
		    entry->bytes != item[i].count * item[i].size)
			return error_set(error, "tensor %s is missing or not "
			    "%zu numbers", item[i].name, item[i].count);
	}
	return 0;
}

static int check_file(const struct safetensors *file, struct learner *learner,
    const struct item *item, int items, double number[3],
    struct error *error)
{
	const struct tensor_entry *mask = safetensors_find(file, "mask");

	if (!same_identity(learner, safetensors_metadata(file, "identity")))
		return error_set(error, "of another network or transform");
	if (mask && (strcmp(mask->dtype, "U8") != 0 ||
	    mask->bytes != learner->network->parameters))
		return error_set(error, "tensor mask is of another size");
	if (need_number(file, "step", &number[0], error) ||
	    need_number(file, "optimizer_steps", &number[1], error) ||
	    need_number(file, "gradients", &number[2], error))
		return -1;
	return check_items(file, item, items, error);
}

static void take_items(const struct safetensors *file,
    const struct item *item, int items)
{
	for (int i = 0; i < items; i++) {
		const struct tensor_entry *entry = safetensors_find(file,
		    item[i].name);

		if (entry->bytes)
			memcpy(item[i].data, entry->data, entry->bytes);
	}
}

static void take_mask(const struct safetensors *file, struct learner *learner)
{
	const struct tensor_entry *mask = safetensors_find(file, "mask");

	free(learner->mask);
	learner->mask = NULL;
	if (!mask)
		return;
	learner->mask = xmalloc(mask->bytes);
	memcpy(learner->mask, mask->data, mask->bytes);
}

/* Levels of activations, calibrated at weights that are gone. How weights are
 * rounded, the journal's commands have said already. NULL: there is none. */
static int read_straight(const struct safetensors *file,
    const struct learner *learner, struct network **network,
    struct error *error)
{
	const char *text = safetensors_metadata(file, "straight");

	*network = NULL;
	if (!learner->straight || !text)
		return 0;
	*network = network_from_json(text, error);
	if (*network && (*network)->parameters == learner->network->parameters
	    && (*network)->buffers == learner->network->buffers)
		return 0;
	network_free(*network);
	return error_set(error, "straight is no network like the learner's");
}

static void take_straight(struct learner *learner, struct network *network)
{
	if (!network)
		return;
	network_free(learner->straight->network);
	learner->straight->network = network;
	learner_set_straight(learner, straight_share(learner->straight));
}

int checkpoint_check(const char *path, const char *hash, struct error *error)
{
	char found[HASH_TEXT];
	size_t size;
	char *bytes = file_read(path, SIZE_MAX / 4, &size, error);

	if (!bytes)
		return -1;
	hash_of(bytes, size, found);
	free(bytes);
	if (strcmp(found, hash) != 0)
		return error_set(error, "%s was changed", path);
	return 0;
}

struct network *checkpoint_network(const char *path, struct error *error)
{
	struct safetensors *file = safetensors_read(path, error);
	const char *claimed, *text;
	struct network *network = NULL;

	if (!file)
		return NULL;
	claimed = safetensors_metadata(file, "identity");
	text = claimed ? strchr(claimed, '\n') : NULL;
	if (text)
		network = network_from_json(text + 1, error);
	else
		error_set(error, "identity is missing");
	if (!network)
		error_prefix(error, "%s", path);
	safetensors_free(file);
	return network;
}

int checkpoint_read(struct learner *learner, const char *path,
    struct error *error)
{
	struct safetensors *file = safetensors_read(path, error);
	struct item item[ITEMS_MAX];
	int items = list_items(learner, item);
	struct network *network;
	double number[3];

	if (!file)
		return -1;
	if (check_file(file, learner, item, items, number, error) ||
	    read_straight(file, learner, &network, error)) {
		safetensors_free(file);
		return error_prefix(error, "%s", path);
	}
	take_items(file, item, items);
	learner->composed_fits = true;
	take_mask(file, learner);
	take_straight(learner, network);
	learner->step = (long)number[0];
	learner->gradients = number[2];
	optimizer_set_steps(learner->optimizer, (long)number[1]);
	safetensors_free(file);
	return 0;
}
