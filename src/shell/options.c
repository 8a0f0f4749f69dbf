#include "shell/options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "config.h"
#include "net/integers.h"
#include "net/kernels.h"
#include "workbench/workbench.h"

enum { USAGE_WIDTH = 22, ROWS_MOST = 32 };

const struct subcommand *subcommands(int *count)
{
	static const struct subcommand rows[] = {
		{"replay", "replay FOLDER", "run a saved session again", 1, 1,
		    SOURCE_TEXT},
		{"verify", "verify FOLDER",
		    "run it again and compare every hash", 1, 1,
		    SOURCE_TEXT},
		{"study", "study PLAN [RESULTS]",
		    "run a study, see snt-study(7)", 1, 4, SOURCE_TEXT},
		{"lesson", "lesson [NAME]", "list the lessons, or take one", 0,
		    1, SOURCE_LESSON},
		{"attach", "attach [FOLDER]",
		    "watch a session that is being run, the newest one", 0, 1,
		    SOURCE_ATTACH},
		{"doctor", "doctor", "check BLAS, data, terminal and processor",
		    0, 0, SOURCE_TEXT},
	};

	*count = sizeof(rows) / sizeof(*rows);
	return rows;
}

static void print_row(const char *usage, const char *help)
{
	printf("  %-*s  %s\n", USAGE_WIDTH, usage, help);
}

static void print_help(void)
{
	char usage[64];
	int count;
	const struct option_row *row = option_rows(&count);
	const struct subcommand *word;

	puts("Usage: snt [OPTION]...                    open the workbench\n"
	    "       snt [OPTION]... FOLDER             open a saved session\n"
	    "       snt [OPTION]... FILE.snt           run a script\n"
	    "       snt [OPTION]... -c 'LINE; LINE'    run these lines\n"
	    "       snt [OPTION]... COMMAND [WORD]\n\n"
	    "A workbench for one question: what makes a network easy to "
	    "compress?\n\nOptions:");
	for (int i = 0; i < count; i++) {
		text_format(usage, sizeof(usage), "%c%c%s--%s%s%s",
		    row[i].letter ? '-' : ' ',
		    row[i].letter ? row[i].letter : ' ',
		    row[i].letter ? ", " : "  ", row[i].name,
		    row[i].argument ? " " : "",
		    row[i].argument ? row[i].argument : "");
		print_row(usage, row[i].help);
	}
	puts("\nCommands:");
	word = subcommands(&count);
	for (int i = 0; i < count; i++)
		print_row(word[i].usage, word[i].help);
	puts("\nLines piped to standard input are run too. Exit status: 0 when "
	    "every line\nsucceeded, 1 when one failed, 2 on wrong usage, "
	    "128+n on signal n.");
}

__attribute__((format(printf, 1, 2)))
static enum options_outcome wrong(const char *format, ...)
{
	char text[300], safe[300];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	text_safe(safe, sizeof(safe), text);
	fprintf(stderr, "snt: %s\nTry `snt --help`.\n", safe);
	return OPTIONS_WRONG;
}

static void add_source(struct options *options, enum source_kind kind,
    bool screen, char *text)
{
	options->source = xreallocarray(options->source,
	    (size_t)options->sources + 1, sizeof(*options->source));
	options->source[options->sources++] = (struct source){kind, screen,
		text};
}

static enum options_outcome take_command(struct options *options,
    const char *value)
{
	add_source(options, SOURCE_TEXT, false, xstrdup(value));
	return OPTIONS_RUN;
}

static enum options_outcome take_interactive(struct options *options,
    const char *value)
{
	(void)value;
	options->interactive = true;
	return OPTIONS_RUN;
}

static enum options_outcome take_json(struct options *options,
    const char *value)
{
	(void)value;
	options->json = true;
	return OPTIONS_RUN;
}

static enum options_outcome take_plain(struct options *options,
    const char *value)
{
	(void)value;
	options->plain = true;
	return OPTIONS_RUN;
}

static enum options_outcome take_threads(struct options *options,
    const char *value)
{
	long threads;

	if (parse_long(value, &threads) || threads < 1 ||
	    threads > THREADS_MOST)
		return wrong("--threads %s: not a number from 1 to %d",
		    value, THREADS_MOST);
	options->threads = (int)threads;
	return OPTIONS_RUN;
}

/* Faster or slower, with the same bits. */
static enum options_outcome take_kernels(struct options *options,
    const char *value)
{
	(void)options;
	if (kernels_choose(value) == 0 && integer_kernels_choose(
		strcmp(value, "avx512") == 0 ? "auto" : value) == 0)
		return OPTIONS_RUN;
	return wrong("--kernels %s: auto, avx512, avx2 or portable, as far "
	    "as the processor has them", value);
}

static enum options_outcome take_ascii(struct options *options,
    const char *value)
{
	(void)value;
	options->unicode = CHOICE_NO;
	return OPTIONS_RUN;
}

static enum options_outcome take_unicode(struct options *options,
    const char *value)
{
	(void)value;
	options->unicode = CHOICE_YES;
	return OPTIONS_RUN;
}

static enum options_outcome take_color(struct options *options,
    const char *value)
{
	static const char *const when[] = {
		[CHOICE_AUTO] = "auto",
		[CHOICE_NO] = "never",
		[CHOICE_YES] = "always",
	};

	for (int i = CHOICE_AUTO; i <= CHOICE_YES; i++) {
		if (strcmp(value, when[i]) == 0) {
			options->color = (enum choice)i;
			return OPTIONS_RUN;
		}
	}
	return wrong("--color=%s: auto, always or never", value);
}

static enum options_outcome take_no_mouse(struct options *options,
    const char *value)
{
	(void)value;
	options->mouse = false;
	return OPTIONS_RUN;
}

static enum options_outcome take_help(struct options *options,
    const char *value)
{
	(void)options;
	(void)value;
	print_help();
	return OPTIONS_DONE;
}

static enum options_outcome take_version(struct options *options,
    const char *value)
{
	(void)options;
	(void)value;
	puts("snt " PACKAGE_VERSION);
	return OPTIONS_DONE;
}

const struct option_row *option_rows(int *count)
{
	static const struct option_row rows[] = {
		{"command", 'c', "LINES", "run these lines", take_command},
		{"interactive", 'i', NULL,
		    "open the screen after scripts and -c", take_interactive},
		{"json", 'j', NULL, "print events as JSON, one object a line",
		    take_json},
		{"plain", 'p', NULL,
		    "never open a screen; a prompt instead", take_plain},
		{"threads", 't', "N", "compute with N threads", take_threads},
		{"kernels", 0, "NAME", "auto, avx512, avx2 or portable: the "
		    "same bits", take_kernels},
		{"ascii", 0, NULL, "draw with ASCII characters only",
		    take_ascii},
		{"unicode", 0, NULL,
		    "draw with Unicode whatever the locale says",
		    take_unicode},
		{"color", 0, "WHEN", "colours: auto, always or never",
		    take_color},
		{"no-mouse", 0, NULL, "leave the mouse to the terminal",
		    take_no_mouse},
		{"help", 'h', NULL, "print this help", take_help},
		{"version", 'V', NULL, "print the version", take_version},
	};

	*count = sizeof(rows) / sizeof(*rows);
	return rows;
}

/* A word of the command line as a word of the command language. */
static void quote(struct buffer *line, const char *word)
{
	buffer_puts(line, " \"");
	for (const char *c = word; *c; c++) {
		if (*c == '"' || *c == '\\')
			buffer_add(line, "\\", 1);
		buffer_add(line, c, 1);
	}
	buffer_puts(line, "\"");
}

static enum options_outcome take_subcommand(const struct subcommand *row,
    int words, char **word, struct options *options)
{
	struct buffer line = {0};

	if (words < row->least || words > row->most)
		return wrong("usage: snt %s", row->usage);
	if (row->kind == SOURCE_ATTACH) {
		add_source(options, row->kind, true,
		    words ? path_expand(word[0]) : xstrdup(""));
		return OPTIONS_RUN;
	}
	buffer_puts(&line, row->name);
	for (int i = 0; i < words; i++)
		quote(&line, word[i]);
	add_source(options, words > 0 ? row->kind : SOURCE_TEXT,
	    words > 0 && row->kind == SOURCE_LESSON, line.text);
	return OPTIONS_RUN;
}

static enum options_outcome take_path(struct options *options,
    const char *path)
{
	if (path_is_folder(path))
		add_source(options, SOURCE_FOLDER, true, xstrdup(path));
	else if (path_exists(path))
		add_source(options, SOURCE_FILE, false, xstrdup(path));
	else
		return wrong("%s: no such file, folder or command", path);
	return OPTIONS_RUN;
}

/* The words that are not options: a command and its words, or paths. */
static enum options_outcome take_words(int words, char **word,
    struct options *options)
{
	int count;
	const struct subcommand *row = subcommands(&count);

	for (int i = 0; i < count && words > 0; i++) {
		if (strcmp(row[i].name, word[0]) == 0)
			return take_subcommand(&row[i], words - 1, word + 1,
			    options);
	}
	for (int i = 0; i < words; i++) {
		if (take_path(options, word[i]) != OPTIONS_RUN)
			return OPTIONS_WRONG;
	}
	return OPTIONS_RUN;
}

/* The rows in the form of getopt_long(); codes are row numbers from 256. */
static void make_getopt(const struct option_row *row, int count,
    struct option *long_option, char *letters)
{
	for (int i = 0; i < count; i++) {
		int argument = row[i].argument ? required_argument :
		    no_argument;

		long_option[i] = (struct option){row[i].name, argument, NULL,
			256 + i};
		if (row[i].letter)
			*letters++ = (char)row[i].letter;
		if (row[i].letter && row[i].argument)
			*letters++ = ':';
	}
	long_option[count] = (struct option){0};
	*letters = '\0';
}

static const struct option_row *row_of(const struct option_row *row,
    int count, int code)
{
	for (int i = 0; i < count; i++) {
		if (code == 256 + i || code == row[i].letter)
			return &row[i];
	}
	return NULL;
}

static enum options_outcome take_options(int words, char **word,
    struct options *options)
{
	struct option long_option[ROWS_MOST + 1];
	char letters[2 * ROWS_MOST + 1];
	enum options_outcome outcome = OPTIONS_RUN;
	int count, code;
	const struct option_row *rows = option_rows(&count);

	make_getopt(rows, count, long_option, letters);
	while (outcome == OPTIONS_RUN && (code = getopt_long(words, word,
		    letters, long_option, NULL)) != -1) {
		const struct option_row *row = row_of(rows, count, code);

		if (row) {
			outcome = row->take(options, optarg);
		} else {	/* getopt_long() has said what is wrong */
			fputs("Try `snt --help`.\n", stderr);
			outcome = OPTIONS_WRONG;
		}
	}
	return outcome;
}

/* Paths and commands first, then -c: a session is opened, then asked. */
static void paths_first(struct options *options, int taken)
{
	int paths = options->sources - taken;
	struct source *sorted = xcalloc((size_t)options->sources + 1,
	    sizeof(*sorted));

	for (int i = 0; i < options->sources; i++)
		sorted[i < taken ? paths + i : i - taken] =
		    options->source[i];
	free(options->source);
	options->source = sorted;
}

enum options_outcome options_read(int words, char **word,
    struct options *options)
{
	enum options_outcome outcome;
	int taken;

	*options = (struct options){.mouse = true};
	outcome = take_options(words, word, options);
	if (outcome != OPTIONS_RUN)
		return outcome;
	taken = options->sources;
	outcome = take_words(words - optind, word + optind, options);
	paths_first(options, taken);
	if (outcome == OPTIONS_RUN && options->sources > 1 &&
	    options->source[0].kind == SOURCE_ATTACH)
		return wrong("%s only watches: no other lines, please",
		    "attach");
	return outcome;
}

char *source_line(const struct source *source)
{
	struct buffer line = {0};

	if (source->kind == SOURCE_TEXT || source->kind == SOURCE_LESSON)
		return xstrdup(source->text);
	buffer_puts(&line, source->kind == SOURCE_FILE ? "source" : "open");
	quote(&line, source->text);
	return line.text;
}

void options_free(struct options *options)
{
	for (int i = 0; i < options->sources; i++)
		free(options->source[i].text);
	free(options->source);
}
