/* Completion of a line, from the tables. */
#include "workbench/command.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/dataset.h"
#include "net/operation.h"
#include "sharpness/measure.h"
#include "train/optimizer.h"
#include "transform/transform.h"
#include "workbench/lesson_files.h"
#include "workbench/snapshot.h"

struct candidates {
	struct completion *item;
	size_t count, capacity;
	const char *prefix;		/* what is typed of the word */
	const struct snapshot *snapshot;
};

static void offer(struct candidates *list, const char *word,
    const char *help, bool final)
{
	if (strncmp(word, list->prefix, strlen(list->prefix)) != 0)
		return;
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->item[i].word, word) == 0)
			return;
	}
	array_grow(&list->item, list->count, &list->capacity,
	    sizeof(*list->item));
	list->item[list->count++] = (struct completion){xstrdup(word),
		xstrdup(help ? help : ""), final};
}

static void offer_choices(struct candidates *list, const char *choices,
    const char *help)
{
	char word[64];

	while (choices && *choices) {
		size_t length = strcspn(choices, "|");

		text_format(word, sizeof(word), "%.*s", (int)length, choices);
		offer(list, word, help, true);
		choices += length + (choices[length] == '|');
	}
}

static void offer_verbs(struct candidates *list)
{
	int count;
	const struct command *command = commands(&count);

	for (int i = 0; i < count; i++)
		offer(list, command[i].verb, command[i].object ?
		    command[i].group : command[i].help, true);
}

static void offer_objects(struct candidates *list, const char *verb)
{
	int count;
	const struct command *command = commands(&count);

	for (int i = 0; i < count; i++) {
		if (command[i].object && strcmp(command[i].verb, verb) == 0)
			offer(list, command[i].object, command[i].help, true);
	}
}

static void offer_option_names(struct candidates *list,
    const struct option *options)
{
	char word[64];

	for (int i = 0; options && options[i].name; i++) {
		text_format(word, sizeof(word), "%s=", options[i].name);
		offer(list, word, options[i].help, false);
	}
}

/* "per=" was typed: its choices. */
static void offer_option_values(struct candidates *list,
    const struct option *options)
{
	const char *equals = strchr(list->prefix, '=');
	char name[32], word[96];

	if (!equals)
		return;
	text_format(name, sizeof(name), "%.*s",
	    (int)(equals - list->prefix), list->prefix);
	for (int i = 0; options && options[i].name; i++) {
		const char *choice = options[i].type == OPTION_SWITCH ?
		    "on|off" : options[i].choices;

		if (strcmp(options[i].name, name) != 0)
			continue;
		while (choice && *choice) {
			size_t length = strcspn(choice, "|");

			text_format(word, sizeof(word), "%s=%.*s", name,
			    (int)length, choice);
			offer(list, word, options[i].help, true);
			choice += length + (choice[length] == '|');
		}
	}
}

static void offer_options(struct candidates *list,
    const struct option *options)
{
	offer_option_names(list, options);
	offer_option_values(list, options);
}

static void offer_path(struct candidates *list, const char *folder,
    const char *shown, const char *name)
{
	struct stat about;
	char *path = path_join(folder, name);
	char *word;
	bool is_folder = stat(path, &about) == 0 && S_ISDIR(about.st_mode);

	word = xasprintf("%s%s%s", shown, name, is_folder ? "/" : "");
	offer(list, word, is_folder ? "folder" : "file", !is_folder);
	free(word);
	free(path);
}

static void offer_files(struct candidates *list)
{
	const char *slash = strrchr(list->prefix, '/');
	size_t length = slash ? (size_t)(slash - list->prefix) + 1 : 0;
	char *shown = xstrndup(list->prefix, length);
	char *folder = path_expand(length ? shown : ".");
	DIR *stream = opendir(folder);
	struct dirent *entry;

	while (stream && (entry = readdir(stream))) {
		if (entry->d_name[0] != '.' ||
		    list->prefix[length] == '.')
			offer_path(list, folder, shown, entry->d_name);
	}
	if (stream)
		closedir(stream);
	free(folder);
	free(shown);
}

static void offer_data(struct candidates *list)
{
	int count;
	const struct data_reader *const *reader = data_readers(&count);

	for (int i = 0; i < count; i++)
		offer(list, reader[i]->name, reader[i]->help, true);
}

static void offer_networks(struct candidates *list)
{
	int count;
	const struct backbone *backbone = backbones(&count);

	for (int i = 0; i < count; i++)
		offer(list, backbone[i].name, backbone[i].help, true);
}

static void offer_operations(struct candidates *list)
{
	int count;
	const struct operation *const *operation = operations(&count);

	for (int i = 0; i < count; i++)
		offer(list, operation[i]->name, operation[i]->help, true);
}

static void offer_transforms(struct candidates *list)
{
	int count;
	const struct transform_kind *kind = transform_kinds(&count);

	for (int i = 0; i < count; i++)
		offer(list, kind[i].name, kind[i].help, true);
}

static void offer_optimizers(struct candidates *list)
{
	int count;
	const struct optimizer_kind *const *kind = optimizer_kinds(&count);

	for (int i = 0; i < count; i++)
		offer(list, kind[i]->name, kind[i]->help, true);
}

static void offer_measures(struct candidates *list)
{
	int count;
	const struct measure_kind *kind = measure_kinds(&count);

	for (int i = 0; i < count; i++)
		offer(list, kind[i].name, kind[i].title, true);
}

/* "adam lr=0.001 ..., expand": what the run's optimizer has, as it is now. */
static void offer_optimizer_options(struct candidates *list)
{
	const struct snapshot *snapshot = list->snapshot;
	const char *at = snapshot && snapshot->current >= 0 &&
	    snapshot->current < snapshot->runs ?
	    snapshot->run[snapshot->current].arm : "";
	size_t end = strcspn(at, ",");
	char word[64], name[64], help[96];

	for (size_t i = 0; i < end; i += strspn(at + i, " ")) {
		size_t length = strcspn(at + i, " ,");
		size_t equal = strcspn(at + i, "=");

		text_format(word, sizeof(word), "%.*s", (int)length, at + i);
		text_format(name, sizeof(name), "%.*s", (int)equal, word);
		text_format(help, sizeof(help), "%s of the run's optimizer, "
		    "now %s", strcmp(name, "lr") == 0 ? "learning rate" :
		    name, word + equal + 1);
		if (equal < length)
			offer(list, name, help, true);
		i += length;
	}
}

static void offer_settings(struct candidates *list)
{
	int count;
	const struct setting *setting = settings(&count);

	offer_optimizer_options(list);
	for (int i = 0; i < count; i++)
		offer(list, setting[i].name, setting[i].help, true);
}

static void offer_runs(struct candidates *list)
{
	for (int i = 0; list->snapshot && i < list->snapshot->runs; i++)
		offer(list, list->snapshot->run[i].name,
		    list->snapshot->run[i].arm, true);
}

static void offer_layers(struct candidates *list)
{
	char word[16];

	for (int i = 0; list->snapshot && i < list->snapshot->layers; i++) {
		text_format(word, sizeof(word), "%d",
		    list->snapshot->layer[i].id);
		offer(list, word, list->snapshot->layer[i].text, true);
	}
}

static void offer_lesson(void *list, const struct lesson *lesson)
{
	offer(list, lesson->name, lesson->title, true);
}

static void offer_lessons(struct candidates *list)
{
	lesson_each(offer_lesson, list);
	offer_files(list);
}

static void offer_place(struct candidates *list,
    const struct word_place *place)
{
	static void (*const offers[])(struct candidates *) = {
		[WORD_COMMAND] = offer_verbs, [WORD_DATA] = offer_data,
		[WORD_NETWORK] = offer_networks,
		[WORD_OPERATION] = offer_operations,
		[WORD_TRANSFORM] = offer_transforms,
		[WORD_OPTIMIZER] = offer_optimizers,
		[WORD_MEASURE] = offer_measures,
		[WORD_SETTING] = offer_settings, [WORD_RUN] = offer_runs,
		[WORD_LAYER] = offer_layers, [WORD_LESSON] = offer_lessons,
		[WORD_FILE] = offer_files,
		[WORD_FOLDER] = offer_files, [WORD_TEXT] = NULL};

	if (place->kind == WORD_CHOICE)
		offer_choices(list, place->words, NULL);
	else if (offers[place->kind])
		offers[place->kind](list);
}

/* The options of what was chosen by name: a layer, an optimizer, ... */
static const struct option *chosen_options(const struct command *command,
    const char *name)
{
	const struct operation *operation = operation_find(name);
	const struct optimizer_kind *optimizer = optimizer_find(name);
	const struct transform_kind *transform = transform_find(name);
	const struct measure_kind *measure = measure_find(name);

	switch (command->place[0].kind) {
	case WORD_OPERATION:
		return operation ? operation->options : NULL;
	case WORD_OPTIMIZER:
		return optimizer ? optimizer->options : NULL;
	case WORD_TRANSFORM:
		return transform ? transform->options : NULL;
	case WORD_MEASURE:
		return measure ? measure->options : NULL;
	default:
		return command->options;
	}
}

enum { WORDS_MAX = 32 };

/* Words of the statement that the cursor is in; the last is being typed. */
static int split(char *line, char *word[WORDS_MAX])
{
	char *from = strrchr(line, ';');
	char *rest = NULL;
	size_t length = strlen(line);
	bool fresh = length == 0 || strchr(" \t;", line[length - 1]);
	int words = 0;

	from = from ? from + 1 : line;
	for (char *w = strtok_r(from, " \t", &rest); w && words <
	    WORDS_MAX - 1; w = strtok_r(NULL, " \t", &rest))
		word[words++] = w;
	if (fresh || words == 0)
		word[words++] = line + length;
	return words;
}

static void offer_words(struct candidates *list, int words, char **word)
{
	const struct command *command = NULL;
	int count, place;
	const struct command *all = commands(&count);

	if (words == 1) {
		offer_verbs(list);
		return;
	}
	if (words == 2)
		offer_objects(list, word[0]);
	for (int i = 0; i < count; i++) {
		bool object = all[i].object && words > 2 &&
		    strcmp(all[i].object, word[1]) == 0;

		if (strcmp(all[i].verb, word[0]) == 0 && (object ||
		    (!all[i].object && !command)))
			command = &all[i];
	}
	if (!command)
		return;
	place = words - 2 - (command->object != NULL);
	if (place >= 0 && place < PLACES_MAX)
		offer_place(list, &command->place[place]);
	offer_options(list, place > 0 ? chosen_options(command,
	    word[1 + (command->object != NULL)]) : command->options);
}

static int by_word(const void *a, const void *b)
{
	return strcmp(((const struct completion *)a)->word,
	    ((const struct completion *)b)->word);
}

struct completion *command_complete(const char *line, int point,
    const struct snapshot *snapshot, int *start, int *count)
{
	char *text = xstrndup(line, point > 0 ? (size_t)point : 0);
	char *word[WORDS_MAX];
	int words = split(text, word);
	struct candidates list = {.prefix = word[words - 1],
		.snapshot = snapshot};

	*start = (int)(word[words - 1] - text);
	offer_words(&list, words, word);
	if (list.count)
		qsort(list.item, list.count, sizeof(*list.item), by_word);
	free(text);
	*count = (int)list.count;
	return list.item;
}

void completions_free(struct completion *completion, int count)
{
	for (int i = 0; i < count; i++) {
		free(completion[i].word);
		free(completion[i].help);
	}
	free(completion);
}
