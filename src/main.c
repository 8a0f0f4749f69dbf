/* snt: which front end to start. */
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "shell/attach.h"
#include "shell/core_type.h"
#include "shell/options.h"
#include "shell/shell.h"
#include "tui/paint.h"
#include "tui/tui.h"
#include "workbench/workbench.h"

enum { EXIT_USAGE = 2 };

/* Closed standard descriptors would be given to the next files opened, and
 * what is printed would end in them. */
static void hold_descriptors(void)
{
	int descriptor;

	do {
		descriptor = open("/dev/null", O_RDONLY);
	} while (descriptor >= 0 && descriptor <= STDERR_FILENO);
	if (descriptor >= 0)
		close(descriptor);
}

/* Where a session lives that nobody has named: a folder of its own. */
static char *autosave_folder(void)
{
	char *state = path_xdg("XDG_STATE_HOME", ".local/state");
	time_t now = time(NULL);
	struct tm local;
	char date[32];
	char *folder;

	localtime_r(&now, &local);
	strftime(date, sizeof(date), "%Y-%m-%d-%H%M%S", &local);
	folder = xasprintf("%s/session-%s-%ld", state, date, (long)getpid());
	free(state);
	return folder;
}

static bool terminal_draws(void)
{
	const char *term = getenv("TERM");

	return term && *term && strcmp(term, "dumb") != 0;
}

/* The screen: on a terminal, unless something was asked that ends by itself
 * or that is better read as plain text. */
static bool wants_screen(const struct options *options)
{
	if (options->plain || options->json || !isatty(STDIN_FILENO) ||
	    !isatty(STDOUT_FILENO))
		return false;
	for (int i = 0; i < options->sources && !options->interactive; i++) {
		if (!options->source[i].screen)
			return false;
	}
	if (terminal_draws())
		return true;
	fputs("snt: this terminal cannot draw (TERM is not set, or dumb): "
	    "plain prompt, `help` helps\n", stderr);
	return false;
}

/* On the screen until the user leaves; takes the workbench over. */
static int show(const struct options *options, struct workbench *workbench)
{
	struct tui_options tui = {.mouse = options->mouse,
		.color = (options->color == CHOICE_YES) -
		    (options->color == CHOICE_NO),
		.unicode = (options->unicode == CHOICE_YES) -
		    (options->unicode == CHOICE_NO)};
	int status = EXIT_SUCCESS;

	if (tui_run(workbench, &tui, &status))
		status = EXIT_FAILURE;
	workbench_free(workbench);
	return status;
}

static int run_screen(const struct options *options, const char *autosave)
{
	struct workbench_options setup = {.threads = options->threads,
		.screen = true, .autosave = autosave, .paint = tui_paint,
		.empty = options->sources == 0};
	struct workbench *workbench = workbench_new(&setup);

	for (int i = 0; i < options->sources; i++) {
		char *line = source_line(&options->source[i]);

		workbench_submit(workbench, line, 0);
		free(line);
	}
	return show(options, workbench);
}

/* Watch what another process runs, and nothing else. */
static int run_attach(const struct options *options)
{
	const char *text = options->source[0].text;
	const char *folder = *text ? text : NULL;
	struct workbench *workbench;
	struct error error;

	if (!wants_screen(options))
		return attach_run(folder, options->json);
	workbench = workbench_attach(folder, &error);
	if (workbench)
		return show(options, workbench);
	fprintf(stderr, "snt: %s\n", error.text);
	return EXIT_FAILURE;
}

static int run(const struct options *options)
{
	char *autosave;
	int status;

	if (options->sources && options->source[0].kind == SOURCE_ATTACH)
		return run_attach(options);
	autosave = autosave_folder();
	status = wants_screen(options) ? run_screen(options, autosave) :
	    shell_run(options, autosave, tui_paint);
	free(autosave);
	return status;
}

/* --unicode in a locale that codes no such characters, where curses would
 * write blanks. readline takes the locale from the environment once more. */
static void take_utf8(void)
{
	static const char *const names[] = {"C.UTF-8", "en_US.UTF-8"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names) &&
	    strcasecmp(nl_langinfo(CODESET), "UTF-8") != 0; i++) {
		if (setlocale(LC_CTYPE, names[i]))
			setenv("LC_ALL", names[i], 1);
	}
}

int main(int words, char **word)
{
	struct options options;
	int status = EXIT_SUCCESS;

	hold_descriptors();
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");	/* numbers are the same everywhere */
	switch (options_read(words, word, &options)) {
	case OPTIONS_RUN:
		if (options.unicode == CHOICE_YES)
			take_utf8();
		status = core_type_settle(&options, word) ? EXIT_FAILURE :
		    run(&options);
		break;
	case OPTIONS_WRONG:
		status = EXIT_USAGE;
		break;
	case OPTIONS_DONE:
		if (fflush(stdout) || ferror(stdout))
			status = EXIT_FAILURE;
		break;
	}
	options_free(&options);
	return status;
}
