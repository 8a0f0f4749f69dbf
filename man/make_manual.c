/*
 * Prints what is made from the tables at build time:
 *
 *	make_manual manual		snt-commands(7), in mdoc
 *	make_manual completion		completion of the program for bash
 */
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compress/compress.h"
#include "data/dataset.h"
#include "net/operation.h"
#include "sharpness/measure.h"
#include "shell/options.h"
#include "train/optimizer.h"
#include "train/schedule.h"
#include "transform/transform.h"
#include "workbench/command.h"

enum { WIDTH = 72 };

/* A word that mdoc takes literally, also at the beginning of a line. */
static void word(const char *from, size_t length, bool first)
{
	if (first && (*from == '.' || *from == '\''))
		fputs("\\&", stdout);
	for (size_t i = 0; i < length; i++) {
		if (from[i] == '\\')
			fputs("\\e", stdout);
		else
			putchar(from[i]);
	}
}

/* Sentences, each on new lines, as roff wants them. */
static void line(const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t length = strcspn(text, " ");
		bool ends = length > 2 && text[length - 1] == '.';

		if (column > 0 && column + length >= WIDTH) {
			putchar('\n');
			column = 0;
		} else if (column > 0) {
			putchar(' ');
		}
		word(text, length, column == 0);
		column += length + 1;
		text += length;
		text += strspn(text, " ");
		if (ends && isupper((unsigned char)*text)) {
			putchar('\n');
			column = 0;
		}
	}
	putchar('\n');
}

/* A help text, which has no full stop, as a sentence. */
static void sentence(const char *help)
{
	char text[512];

	snprintf(text, sizeof(text), "%s%s", help,
	    help[strlen(help) - 1] == '.' ? "" : ".");
	text[0] = (char)toupper((unsigned char)text[0]);
	line(text);
}

/* One argument of a macro. */
static void macro(const char *name, const char *words)
{
	printf("%s \"", name);
	for (const char *c = words; *c; c++) {
		if (*c == '"')
			fputs("\"\"", stdout);
		else if (*c == '\\')
			fputs("\\e", stdout);
		else
			putchar(*c);
	}
	puts("\"");
}

static void section(const char *title)
{
	printf(".Sh %s\n", title);
}

static void option_usage(const struct option *option, char *out, size_t size)
{
	char value[64];

	if (isnan(option->initial))
		snprintf(value, sizeof(value), "...");
	else
		option_print(option, option->initial, value, sizeof(value));
	snprintf(out, size, "%s=%s", option->name, value);
}

static void option_range(const struct option *option)
{
	char least[64], most[64];

	if (option->choices) {
		printf("%s of %s.\n", option->type == OPTION_SET ? "Some" :
		    "One", option->choices);
		return;
	}
	if (option->type == OPTION_SWITCH || !(option->least < option->most) ||
	    !isfinite(option->most))
		return;
	option_print(option, option->least, least, sizeof(least));
	option_print(option, option->most, most, sizeof(most));
	printf("From %s to %s.\n", least, most);
}

static void options(const struct option *table)
{
	char usage[96];

	if (!table || !table[0].name)
		return;
	puts(".Bl -tag -width Ds -compact");
	for (int i = 0; table[i].name; i++) {
		option_usage(&table[i], usage, sizeof(usage));
		macro(".It Cm", usage);
		sentence(table[i].help);
		option_range(&table[i]);
	}
	puts(".El");
}

static void thing(const char *usage, const char *help,
    const struct option *table)
{
	macro(".It Ic", usage);
	sentence(help);
	options(table);
}

static void print_command(const struct command *command)
{
	macro(".It Ic", command->usage);
	sentence(command->help);
	if (command->detail)
		line(command->detail);
	options(command->options);
	if (command->example) {
		puts(".Pp\nExample:");
		macro(".Dl", command->example);
	}
}

static void print_commands(void)
{
	const char *group = "";
	int count;
	const struct command *command = commands(&count);

	section("COMMANDS");
	for (int i = 0; i < count; i++) {
		if (strcmp(group, command[i].group) != 0) {
			if (i > 0)
				puts(".El");
			group = command[i].group;
			printf(".Ss %c%s\n", toupper((unsigned char)*group),
			    group + 1);
			puts(".Bl -tag -width Ds");
		}
		print_command(&command[i]);
	}
	puts(".El");
}

static void print_data(void)
{
	int count;
	const struct data_reader *const *reader = data_readers(&count);

	section("DATA SETS");
	puts(".Bl -tag -width Ds");
	for (int i = 0; i < count; i++)
		thing(reader[i]->usage, reader[i]->help, reader[i]->options);
	puts(".El");
}

static void print_networks(void)
{
	int count;
	const struct backbone *backbone = backbones(&count);
	const struct operation *const *operation;

	section("NETWORKS");
	puts("Named networks, for\n.Ic net :\n.Bl -tag -width Ds");
	for (int i = 0; i < count; i++)
		thing(backbone[i].usage, backbone[i].help, NULL);
	puts(".El");
	section("LAYERS");
	puts("Kinds of layers, for\n.Ic net add :\n.Bl -tag -width Ds");
	operation = operations(&count);
	for (int i = 0; i < count; i++)
		thing(operation[i]->name, operation[i]->help,
		    operation[i]->options);
	puts(".El");
}

static void print_transforms(void)
{
	int count;
	const struct transform_kind *kind = transform_kinds(&count);

	section("TRANSFORMATIONS");
	puts("For\n.Ic snt on :\n.Bl -tag -width Ds");
	for (int i = 0; i < count; i++)
		thing(kind[i].name, kind[i].help, kind[i].options);
	puts(".El");
}

static void print_training(void)
{
	int count;
	const struct optimizer_kind *const *kind = optimizer_kinds(&count);
	const struct schedule_kind *schedule;

	section("OPTIMIZERS");
	puts("For\n.Ic opt :\n.Bl -tag -width Ds");
	for (int i = 0; i < count; i++)
		thing(kind[i]->name, kind[i]->help, kind[i]->options);
	puts(".El");
	section("SCHEDULES");
	puts(".Bl -tag -width Ds");
	schedule = schedule_kinds(&count);
	for (int i = 0; i < count; i++)
		thing(schedule[i].name, schedule[i].help, schedule[i].options);
	puts(".El");
}

static void print_measures(void)
{
	int count;
	const struct measure_kind *kind = measure_kinds(&count);

	section("MEASURES OF SHARPNESS");
	puts("For\n.Ic sharpness\nand\n.Ic probe :\n.Bl -tag -width Ds");
	for (int i = 0; i < count; i++)
		thing(kind[i].name, kind[i].help, kind[i].options);
	puts(".El");
}

static void print_settings(void)
{
	int count;
	const struct setting *setting = settings(&count);

	section("SETTINGS");
	puts("For\n.Ic set\nand\n.Ic get :\n.Bl -tag -width Ds");
	for (int i = 0; i < count; i++) {
		char usage[160];

		snprintf(usage, sizeof(usage), "%s %s", setting[i].name,
		    setting[i].usage);
		macro(".It Cm", usage);
		sentence(setting[i].help);
		printf("Default: %s.\n", setting[i].initial);
	}
	puts(".El");
}

static void print_manual(void)
{
	puts(".\\\" Made from the tables of the program by make_manual.c.\n"
	    ".Dd November 24, 2026\n.Dt SNT-COMMANDS 7\n.Os\n.Sh NAME\n"
	    ".Nm snt-commands\n.Nd the command language of the snt workbench\n"
	    ".Sh DESCRIPTION\nEverything\n.Xr snt 1\ndoes is a line of this "
	    "language, whether it was typed,\nmade by a key or a slider, read "
	    "from a script, or read back from a\nsession.\nA line is\n"
	    ".Ar verb Op Ar object Op Ar value Op Ar key Ns = Ns Ar value .\n"
	    "A semicolon separates two commands on a line,\n.Sq #\nbegins a "
	    "comment, and double quotes keep blanks in a word.\nRatios are "
	    "fractions; a percentage such as 80% is taken too.");
	print_commands();
	print_data();
	print_networks();
	print_transforms();
	print_training();
	print_measures();
	print_settings();
	puts(".Sh SEE ALSO\n.Xr snt 1 ,\n.Xr snt-session 5");
}

static void print_verbs(void)
{
	int count;
	const struct command *command = commands(&count);

	for (int i = 0; i < count; i++) {
		if (i == 0 || strcmp(command[i].verb, command[i - 1].verb))
			printf("%s%s", i ? " " : "", command[i].verb);
	}
}

/* Options that take the next word, for the script to leave it alone. */
static void print_argument_options(void)
{
	int count;
	const struct option_row *row = option_rows(&count);
	const char *between = "";

	for (int i = 0; i < count; i++) {
		if (!row[i].argument)
			continue;
		printf("%s--%s", between, row[i].name);
		between = "|";
		if (row[i].letter)
			printf("|-%c", row[i].letter);
	}
}

static void print_completion(void)
{
	int count;
	const struct option_row *row;
	const struct subcommand *first;

	puts("# Completion of snt for bash, made from the tables of the "
	    "program.\n_snt()\n{\n\tlocal word=${COMP_WORDS[COMP_CWORD]}\n"
	    "\tlocal before=${COMP_WORDS[COMP_CWORD-1]}\n\n"
	    "\tCOMPREPLY=()\n\tcase $before in\n\t-c|--command)");
	fputs("\t\tmapfile -t COMPREPLY < <(compgen -W '", stdout);
	print_verbs();
	puts("' -- \"$word\")\n\t\treturn ;;\n\t--color)\n\t\tmapfile -t "
	    "COMPREPLY < <(compgen -W 'auto always never' -- \"$word\")\n"
	    "\t\treturn ;;");
	fputs("\t", stdout);
	print_argument_options();
	puts(")\n\t\treturn ;;\n\tesac\n\tif [[ $word == -* ]]; then");
	fputs("\t\tmapfile -t COMPREPLY < <(compgen -W '", stdout);
	row = option_rows(&count);
	for (int i = 0; i < count; i++)
		printf("%s--%s", i ? " " : "", row[i].name);
	puts("' -- \"$word\")\n\t\treturn\n\tfi");
	fputs("\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
	    "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
	    "\t\tmapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < \\\n"
	    "\t\t    <(compgen -W '", stdout);
	first = subcommands(&count);
	for (int i = 0; i < count; i++)
		printf("%s%s", i ? " " : "", first[i].name);
	puts("' -- \"$word\")\n\tfi\n}\ncomplete -o filenames -F _snt snt");
}

int main(int count, char **argument)
{
	if (count == 2 && strcmp(argument[1], "manual") == 0)
		print_manual();
	else if (count == 2 && strcmp(argument[1], "completion") == 0)
		print_completion();
	else
		return 2;
	return fflush(stdout) || ferror(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
