/* `help`: made from the tables. */
#include "workbench/command.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "compress/compress.h"
#include "data/dataset.h"
#include "net/operation.h"
#include "sharpness/measure.h"
#include "train/optimizer.h"
#include "transform/transform.h"

static void name_of(const struct command *command, struct buffer *out)
{
	buffer_puts(out, command->verb);
	if (command->object)
		buffer_printf(out, " %s", command->object);
}

static void list_commands(struct buffer *out)
{
	const char *group = "";
	int count;
	const struct command *command = commands(&count);

	for (int i = 0; i < count; i++) {
		struct buffer name = {0};

		if (strcmp(group, command[i].group) != 0)
			buffer_printf(out, "%s:\n", command[i].group);
		group = command[i].group;
		name_of(&command[i], &name);
		buffer_printf(out, "  %-20s %s\n", name.text,
		    command[i].help);
		buffer_free(&name);
	}
	buffer_puts(out, "`help WORD` tells more about a command, setting, "
	    "layer, optimizer, transform or measure.\n");
}

static void describe_options(const struct option *options, struct buffer *out)
{
	char initial[64];

	for (int i = 0; options && options[i].name; i++) {
		option_print(&options[i], isnan(options[i].initial) ? 0 :
		    options[i].initial, initial, sizeof(initial));
		buffer_printf(out, "    %s=%s  %s%s%s\n", options[i].name,
		    isnan(options[i].initial) ? "..." : initial,
		    options[i].help,
		    options[i].choices ? ": " : "",
		    options[i].choices ? options[i].choices : "");
	}
}

static void describe_command(const struct command *command,
    struct buffer *out)
{
	buffer_printf(out, "%s\n    %s\n", command->usage, command->help);
	if (command->detail)
		buffer_printf(out, "    %s\n", command->detail);
	describe_options(command->options, out);
	if (command->example)
		buffer_printf(out, "    example: %s\n", command->example);
}

static void describe_thing(const char *what, const char *name,
    const char *help, const struct option *options, struct buffer *out)
{
	buffer_printf(out, "%s %s\n    %s\n", what, name, help);
	describe_options(options, out);
}

static void describe_commands(const char *word, struct buffer *out)
{
	int count;
	const struct command *command = commands(&count);

	for (int i = 0; i < count; i++) {
		if (strcmp(command[i].verb, word) == 0 || (command[i].object &&
		    strcmp(command[i].object, word) == 0))
			describe_command(&command[i], out);
	}
}

static void describe_settings(const char *word, struct buffer *out)
{
	bool all = strcmp(word, "set") == 0;
	int count;
	const struct setting *setting = settings(&count);

	for (int i = 0; i < count; i++) {
		if (all || strcmp(setting[i].name, word) == 0)
			buffer_printf(out, "set %s %s\n    %s (default: %s)\n",
			    setting[i].name, setting[i].usage,
			    setting[i].help, setting[i].initial);
	}
}

/* `all`: the word names the whole family ("opt" lists every optimizer). */
static void describe_optimizers(const char *word, struct buffer *out)
{
	bool all = strcmp(word, "opt") == 0;
	int count;
	const struct optimizer_kind *const *kind = optimizer_kinds(&count);

	for (int i = 0; i < count; i++) {
		if (all || strcmp(kind[i]->name, word) == 0)
			describe_thing("opt", kind[i]->name, kind[i]->help,
			    kind[i]->options, out);
	}
}

/* "lr": an option of several. */
static void describe_optimizer_option(const char *word, struct buffer *out)
{
	int count;
	const struct optimizer_kind *const *kind = optimizer_kinds(&count);
	bool found = false;

	for (int i = 0; i < count; i++) {
		int option = option_find(kind[i]->options, word);

		if (option < 0)
			continue;
		if (!found)
			buffer_printf(out, "set %s VALUE\n", word);
		found = true;
		buffer_printf(out, "    of opt %s: %s\n", kind[i]->name,
		    kind[i]->options[option].help);
	}
}

static void describe_transforms(const char *word, struct buffer *out)
{
	bool all = strcmp(word, "snt") == 0;
	int count;
	const struct transform_kind *kind = transform_kinds(&count);

	for (int i = 0; i < count; i++) {
		if (all || strcmp(kind[i].name, word) == 0)
			describe_thing("snt on", kind[i].name, kind[i].help,
			    kind[i].options, out);
	}
}

static void describe_measures(const char *word, struct buffer *out)
{
	bool all = strcmp(word, "sharpness") == 0;
	int count;
	const struct measure_kind *kind = measure_kinds(&count);

	for (int i = 0; i < count; i++) {
		if (all || strcmp(kind[i].name, word) == 0)
			describe_thing("sharpness", kind[i].name, kind[i].help,
			    kind[i].options, out);
	}
}

static void describe_layers(const char *word, struct buffer *out)
{
	int count;
	const struct operation *const *operation = operations(&count);
	const struct operation *one = operation_find(word);

	for (int i = 0; i < count; i++) {
		if (operation[i] == one || strcmp(word, "net") == 0 ||
		    strcmp(word, "add") == 0)
			describe_thing("net add", operation[i]->name,
			    operation[i]->help, operation[i]->options, out);
	}
}

static void describe_networks(const char *word, struct buffer *out)
{
	bool all = strcmp(word, "net") == 0;
	int count;
	const struct backbone *backbone = backbones(&count);

	for (int i = 0; i < count; i++) {
		if (all || strcmp(backbone[i].name, word) == 0)
			buffer_printf(out, "net %s\n    %s\n",
			    backbone[i].usage, backbone[i].help);
	}
}

static void describe_data(const char *word, struct buffer *out)
{
	bool all = strcmp(word, "data") == 0;
	int count;
	const struct data_reader *const *reader = data_readers(&count);

	for (int i = 0; i < count; i++) {
		if (all || strcmp(reader[i]->name, word) == 0)
			describe_thing("data", reader[i]->usage,
			    reader[i]->help, reader[i]->options, out);
	}
}

static void describe(const char *word, struct buffer *out)
{
	static void (*const parts[])(const char *, struct buffer *) = {
		describe_commands, describe_settings, describe_optimizers,
		describe_optimizer_option, describe_transforms,
		describe_measures, describe_networks, describe_layers,
		describe_data};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		parts[i](word, out);
}

bool command_usage(const char *word, char *out, size_t size)
{
	struct buffer text = {0};
	bool known;

	describe(word, &text);
	known = text.length > 0;
	if (known)
		text_format(out, size, "%.*s", (int)strcspn(text.text, "\n"),
		    text.text);
	buffer_free(&text);
	return known;
}

void command_help(const char *word, struct buffer *out)
{
	if (word)
		describe(word, out);
	else
		list_commands(out);
	if (out->length == 0)
		buffer_printf(out, "nothing is known about %s; `help` lists "
		    "the commands\n", word);
}
