#include "workbench/study_lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "train/optimizer.h"

struct lines {
	const struct study_grid *grid;
	const struct study_task *task;
	struct study_line *line;
	int count;
};

/* Takes the text over. */
static void add(struct lines *lines, int kind, int index, char *text)
{
	lines->line = xreallocarray(lines->line, (size_t)lines->count + 1,
	    sizeof(*lines->line));
	lines->line[lines->count++] = (struct study_line){text, kind, index};
}

static void add_word(struct lines *lines, const char *text)
{
	add(lines, LINE_OTHER, 0, xstrdup(text));
}

void study_lines_free(struct study_line *line, int count)
{
	for (int i = 0; i < count; i++)
		free(line[i].text);
	free(line);
}

static double epochs_of(const struct study_grid *grid,
    const struct study_arm *arm)
{
	char word[32];
	const struct optimizer_kind *kind;

	text_format(word, sizeof(word), "%.*s",
	    (int)strcspn(arm->optimizer, " "), arm->optimizer);
	kind = optimizer_find(word);
	if (!grid->equal_gradients || !(kind->gradients > 0))
		return grid->epochs;
	return grid->epochs / kind->gradients;
}

static void add_data(struct lines *lines)
{
	const struct study_grid *grid = lines->grid;
	struct buffer line = {0};

	buffer_printf(&line, "data %s", grid->data);
	if (grid->images > 0)
		buffer_printf(&line, " images=%ld", grid->images);
	if (grid->test > 0)
		buffer_printf(&line, " test=%ld", grid->test);
	if (grid->validation > 0)
		buffer_printf(&line, " validation=%g", grid->validation);
	add(lines, LINE_DATA, 0, line.text);
}

static void add_optimizer(struct lines *lines)
{
	const struct study_task *task = lines->task;
	struct buffer line = {0};

	buffer_printf(&line, "opt %s", task->arm->optimizer);
	if (!isnan(task->rate))
		buffer_printf(&line, " lr=%.17g", task->rate);
	add(lines, LINE_OTHER, 0, line.text);
}

/* "decay factors; batch 64", a line each. */
static void add_settings(struct lines *lines)
{
	const char *at = lines->task->arm->settings;

	while (at && *at) {
		int length = (int)strcspn(at, ";");

		add(lines, LINE_OTHER, 0, xasprintf("set %.*s", length, at));
		at += length + (at[length] == ';');
	}
}

static void add_epochs(struct lines *lines, double epochs)
{
	add(lines, LINE_TRAINING, 0, xasprintf("train %.17g epochs", epochs));
}

static void add_run(struct lines *lines, double epochs)
{
	const struct study_arm *arm = lines->task->arm;
	double plain = arm->from * epochs;

	if (plain > 0)
		add_epochs(lines, plain);
	if (arm->transform)
		add(lines, LINE_OTHER, 0, xasprintf("snt on %s",
		    arm->transform));
	add_epochs(lines, epochs - plain);
}

/* Growing and falling take the run together. */
static void add_schedule(struct lines *lines, double epochs)
{
	double share = lines->grid->warmup;
	struct buffer line = {0};

	buffer_printf(&line, "set schedule cosine epochs=%.17g",
	    epochs * (1 - share));
	if (share > 0)
		buffer_printf(&line, " warmup=%.17g", epochs * share);
	add(lines, LINE_OTHER, 0, line.text);
}

static void add_training(struct lines *lines)
{
	const struct study_grid *grid = lines->grid;
	const struct study_task *task = lines->task;
	double epochs = epochs_of(grid, task->arm);

	add(lines, LINE_OTHER, 0, xasprintf("seed %ld", task->seed));
	add_data(lines);
	add(lines, LINE_OTHER, 0, xasprintf("net %s", task->backbone));
	/* A row holds accuracies and bytes. */
	add_word(lines, "set compress_damage off");
	if (grid->batch > 0)
		add(lines, LINE_OTHER, 0, xasprintf("set batch %ld",
		    grid->batch));
	add_optimizer(lines);
	add_settings(lines);
	if (grid->cosine)
		add_schedule(lines, epochs);
	add_run(lines, epochs);
}

static void add_compressions(struct lines *lines)
{
	const struct study_list *settings = &lines->grid->compression;

	for (int i = 0; i < settings->count; i++) {
		add_word(lines, "compress reset");
		add(lines, LINE_COMPRESSION, i, xstrdup(settings->text[i]));
	}
}

static const char *const validation_split = "set compress_split validation";

/* A rate is judged on the validation split alone. */
static void add_judgement(struct lines *lines)
{
	add(lines, LINE_ACCURACY, 0, xstrdup("eval validation"));
	if (!lines->grid->choose_compressed)
		return;
	add_word(lines, validation_split);
	add_compressions(lines);
}

static void add_questions(struct lines *lines)
{
	const struct study_list *measures = &lines->grid->sharpness;

	add(lines, LINE_ACCURACY, 0, xasprintf("eval %s",
	    lines->grid->on_validation ? "validation" : "test"));
	if (lines->grid->on_validation)
		add_word(lines, validation_split);
	if (lines->grid->probe > 0)
		add(lines, LINE_OTHER, 0, xasprintf("set probe_n %ld",
		    lines->grid->probe));
	for (int i = 0; i < measures->count; i++)
		add(lines, LINE_MEASURE, i, xasprintf("sharpness %s",
		    measures->text[i]));
	add_compressions(lines);
}

struct study_line *study_lines_new(const struct study_grid *grid,
    const struct study_task *task, int *count)
{
	struct lines lines = {grid, task, NULL, 0};

	add_training(&lines);
	if (task->search)
		add_judgement(&lines);
	else
		add_questions(&lines);
	*count = lines.count;
	return lines.line;
}

int study_line_check(const struct statement *statement, struct error *error)
{
	static const char *const verbs[] = {"seed", "data", "net", "set",
		"opt", "snt", "train", "eval", "sharpness", "compress",
		"prune", "quant", "finetune"};
	bool known = false;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		known = known || strcmp(statement->word[0], verbs[i]) == 0;
	if (known && strcmp(statement->word[0], "net") == 0 &&
	    statement->words > 1)
		known = strcmp(statement->word[1], "save") != 0;
	return known ? 0 : error_set(error, "`%s` has no place in a study",
	    statement->text);
}

void study_line_collect(const struct study_line *line,
    const struct event *event, struct study_row *row)
{
	const char *kind = event_kind(event);

	if (line->kind == LINE_ACCURACY && strcmp(kind, "eval") == 0) {
		row->accuracy = event_get(event, "accuracy");
		row->loss = event_get(event, "loss");
	} else if (line->kind == LINE_MEASURE &&
	    strcmp(kind, "sharpness") == 0 &&
	    isnan(event_get(event, "layer"))) {
		row->sharpness[line->index] = event_get(event, "value");
	} else if (line->kind == LINE_COMPRESSION &&
	    strcmp(kind, "compress") == 0) {
		row->compressed[line->index] = event_get(event, "accuracy");
		row->compressed_loss[line->index] = event_get(event, "loss");
		row->bytes[line->index] = event_get(event, "bytes");
	}
}
