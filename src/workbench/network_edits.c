#include "workbench/network_edits.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "workbench/statement.h"

static int parse_id(const char *text, const char *what, int *id,
    struct error *error)
{
	long number;

	if (parse_long(text, &number) || number < 1 || number > 100000)
		return error_set(error, "%s %s: not the number of a layer",
		    what, text);
	*id = (int)number;
	return 0;
}

static int parse_from(const char *text, int from[INPUTS_MAX],
    struct error *error)
{
	char first[16];
	const char *comma = strchr(text, ',');
	long a, b = -1;

	text_format(first, sizeof(first), "%.*s",
	    (int)(comma ? comma - text : (long)strlen(text)), text);
	if (parse_long(first, &a) || (comma && parse_long(comma + 1, &b)))
		return error_set(error, "from=%s: one or two numbers of "
		    "layers, e.g. from=3,7", text);
	from[0] = (int)a;
	from[1] = (int)b;
	return 0;
}

/* "at=N" and "from=A,B" are for the graph, the rest is for the layer. */
static int sort_add_words(const struct call *call, const char **kept,
    int *words, int *position, int *from, bool *has_from)
{
	for (int i = 0; i < call->words; i++) {
		const char *word = call->word[i];

		if (strncmp(word, "at=", 3) == 0) {
			if (parse_id(word + 3, "at", position, call->error))
				return -1;
		} else if (strncmp(word, "from=", 5) == 0) {
			*has_from = true;
			if (parse_from(word + 5, from, call->error))
				return -1;
		} else {
			kept[(*words)++] = word;
		}
	}
	return 0;
}

static struct network *insert(struct call *call, const struct network *old,
    int *shown)
{
	const char **kept = xcalloc((size_t)call->words + 1, sizeof(*kept));
	int words = 0, position = old->layers + 1;
	int from[INPUTS_MAX] = {-1, -1};
	struct network *edited = NULL;
	bool has_from = false;

	if (call->words == 0)
		error_set(call->error, "add what? e.g. `net add conv 32 k=3`");
	else if (sort_add_words(call, kept, &words, &position, from,
		&has_from) == 0)
		edited = network_insert(old, position,
		    has_from ? from : NULL, words, kept, call->error);
	free(kept);
	*shown = position;
	return edited;
}

static struct network *edit_add(struct call *call, int *shown)
{
	struct bench *bench = call->bench;
	struct network *empty = NULL, *edited;

	if (bench_need_data(bench, call->error))
		return NULL;
	if (!call->run)
		empty = network_new(bench->dataset->shape,
		    bench->dataset->classes);
	edited = insert(call, empty ? empty : call->run->learner->network,
	    shown);
	network_free(empty);
	return edited;
}

static struct network *edit_remove(struct call *call, int *shown)
{
	int id = 0;

	*shown = 0;
	if (call_words(call, 1, 1) || parse_id(call->word[0], "rm", &id,
		call->error))
		return NULL;
	return network_remove(call->run->learner->network, id, call->error);
}

static struct network *edit_move(struct call *call, int *shown)
{
	int id = 0;

	if (call_words(call, 2, 2) ||
	    parse_id(call->word[0], "move", &id, call->error) ||
	    parse_id(call->word[1], "move to", shown, call->error))
		return NULL;
	return network_move(call->run->learner->network, id, *shown,
	    call->error);
}

static struct network *edit_set(struct call *call, int *shown)
{
	if (call->words < 2) {
		error_set(call->error, "`net set LAYER OPTION=VALUE`");
		return NULL;
	}
	if (parse_id(call->word[0], "set", shown, call->error))
		return NULL;
	return network_set(call->run->learner->network, *shown,
	    call->words - 1, call->word + 1, call->error);
}

static const struct {
	const char *object;
	struct network *(*edit)(struct call *call, int *shown);
} edits[] = {
	{"add", edit_add}, {"rm", edit_remove}, {"move", edit_move},
	{"set", edit_set},
};

enum { EDITS = sizeof(edits) / sizeof(*edits) };

static struct network *edited_by(struct call *call, const char *object,
    int *shown)
{
	for (int i = 0; i < EDITS; i++) {
		if (strcmp(edits[i].object, object) == 0)
			return edits[i].edit(call, shown);
	}
	return NULL;
}

struct network *network_edited(struct call *call)
{
	int shown;

	return edited_by(call, call->command->object, &shown);
}

/* What a layer gives for a batch, which training keeps for its gradient. */
static double bytes_out(const struct layer *layer, int batch)
{
	return (double)sizeof(float) * batch * (double)shape_size(layer->out);
}

/* "2 dense: 64, 50k parameters, 50k MACs, outputs 33kB" and a newline. */
static void tell_layer(const struct network *network, int id, int batch,
    struct buffer *out)
{
	const struct layer *layer = &network->layer[id];
	char kind[32], shape[32], own[16], macs[16], bytes[16];

	layer_describe(layer, kind, sizeof(kind));
	shape_print(layer->out, shape, sizeof(shape));
	text_short_count(own, sizeof(own), (double)layer->parameters);
	text_short_count(macs, sizeof(macs), layer->macs);
	text_short_count(bytes, sizeof(bytes), bytes_out(layer, batch));
	buffer_printf(out, "%d %s: %s, %s parameters, %s MACs, outputs %sB\n",
	    id, kind, shape, own, macs, bytes);
}

/* "in all 55k parameters, 55k MACs, weights 220kB, outputs of 128 samples
 * 1.1MB" */
static void tell_all(const struct network *network, int batch,
    struct buffer *out)
{
	char all[16], macs[16], weights[16], outputs[16];
	double bytes = 0;

	for (int id = 1; id <= network->layers; id++)
		bytes += bytes_out(&network->layer[id], batch);
	text_short_count(all, sizeof(all), (double)network->parameters);
	text_short_count(macs, sizeof(macs), network->macs);
	text_short_count(weights, sizeof(weights), (double)sizeof(float) *
	    (double)network->parameters);
	text_short_count(outputs, sizeof(outputs), bytes);
	buffer_printf(out, "in all %s parameters, %s MACs, weights %sB, "
	    "outputs of %d samples %sB", all, macs, weights, batch, outputs);
}

static int batch_of(const struct bench *bench)
{
	long data = (long)bench->dataset->split[SPLIT_TRAIN].count;

	return (int)(bench->set.batch < data ? bench->set.batch : data);
}

static void tell(const struct bench *bench, const struct network *network,
    int shown, struct preview *preview)
{
	struct buffer text = {0};

	if (shown >= 1 && shown <= network->layers)
		tell_layer(network, shown, batch_of(bench), &text);
	tell_all(network, batch_of(bench), &text);
	text_copy(preview->text, sizeof(preview->text), text.text);
	buffer_free(&text);
}

/* A word of the statement may still be half typed; then its error says what
 * is missing. */
static void try_statement(struct bench *bench,
    const struct statement *statement, struct preview *preview)
{
	const char *const *word = (const char *const *)statement->word;
	struct error error = {{0}};
	struct call call = {.bench = bench, .run = bench_run(bench),
		.words = statement->words - 2, .word = word + 2,
		.text = statement->text, .error = &error};
	struct network *network;
	int used, shown = 0;

	if (statement->words < 3 || strcmp(word[0], "net") != 0 || (!call.run
		&& strcmp(word[1], "add") != 0))
		return;
	call.command = command_find(statement->words, word, &used, &error);
	network = edited_by(&call, word[1], &shown);
	preview->refused = !network;
	if (network)
		tell(bench, network, shown, preview);
	else
		text_copy(preview->text, sizeof(preview->text), error.text);
	network_free(network);
}

void network_preview(struct bench *bench, const char *line,
    struct preview *preview)
{
	struct error error;
	int count = 0;
	struct statement *statement;

	*preview = (struct preview){0};
	text_copy(preview->line, sizeof(preview->line), line);
	if (!line[0] || !bench->dataset)
		return;
	statement = statements_parse(line, &count, &error);
	if (statement && count == 1)
		try_statement(bench, &statement[0], preview);
	statements_free(statement, count);
}
