#include "shell/shell.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/signals.h"
#include "shell/output.h"
#include "shell/prompt.h"
#include "shell/reader.h"
#include "workbench/workbench.h"

enum { FAILED = 1, SIGNALLED = 128, SIGNAL_MILLISECONDS = 50,
	PROGRESS_SECONDS = 10 };

struct shell {
	struct workbench *workbench;
	struct output output;
	int interrupts;		/* Ctrl-C since the line began */
	int signal;		/* the program ends on this one */
};

/* Save what there is to save; afterwards everything winds up. */
static void leave(struct shell *shell, int signal)
{
	struct error error;

	if (shell->signal)
		return;
	shell->signal = signal;
	if (workbench_save_now(shell->workbench, &error))
		fprintf(stderr, "snt: %s\n", error.text);
	workbench_interrupt(shell->workbench);
}

static void take_signals(struct shell *shell)
{
	int signal;

	while ((signal = signals_next()) != 0) {
		if (signal == SIGWINCH || signal == SIGCONT)
			continue;
		if (signal == SIGINT && shell->interrupts++ == 0)
			workbench_interrupt(shell->workbench);
		else
			leave(shell, signal);
	}
}

static bool over(const struct shell *shell)
{
	return shell->signal || workbench_finished(shell->workbench, NULL);
}

/* Nobody reads any more, or the disk is full: computing on helps nobody. */
static void check_output(struct shell *shell)
{
	int reason = atomic_load(&shell->output.broken);

	if (reason == EPIPE)
		leave(shell, SIGPIPE);
	else if (reason)
		workbench_interrupt(shell->workbench);
}

/* 0, or -1 when the line failed, was stopped, or could not be told of. */
static int run_line(struct shell *shell, const char *line, int number)
{
	uint64_t ticket;
	int state;

	shell->interrupts = 0;
	ticket = workbench_submit(shell->workbench, line, number);
	while ((state = workbench_poll(shell->workbench, ticket,
		    SIGNAL_MILLISECONDS)) == 1) {
		take_signals(shell);
		check_output(shell);
		/* What follows `quit` on its line is never settled. */
		if (workbench_finished(shell->workbench, NULL))
			return 0;
	}
	take_signals(shell);
	check_output(shell);
	return state || atomic_load(&shell->output.broken) ? -1 : 0;
}

static bool says_nothing(const char *line)
{
	while (*line == ' ' || *line == '\t')
		line++;
	return *line == '\0' || *line == '#';
}

/* The lines of a reader until one fails; takes the reader over. */
static int run_lines(struct shell *shell, struct reader *reader)
{
	enum reader_state state = READER_LINE;
	struct error error = {""};
	const char *line;
	int status = 0;

	while (status == 0 && !over(shell)) {
		state = reader_next(reader, &line, &error);
		if (state == READER_END)
			break;
		if (state == READER_SIGNAL)
			take_signals(shell);
		else if (state == READER_FAILED)
			status = -1;
		else if (!says_nothing(line))
			status = run_line(shell, line, reader_line(reader));
		if (shell->interrupts)
			leave(shell, SIGINT);
	}
	if (state == READER_FAILED)
		output_error(&shell->output, 0, error.text);
	reader_free(reader);
	return status;
}

static int run_file(struct shell *shell, const char *path)
{
	struct error error;
	struct reader *reader = reader_open(path, &error);
	int status;

	if (!reader) {
		output_error(&shell->output, 0, error.text);
		return -1;
	}
	shell->output.source = path;
	status = run_lines(shell, reader);
	shell->output.source = NULL;
	return status;
}

static int run_source(struct shell *shell, const struct source *source)
{
	char *text;
	int status;

	if (source->kind == SOURCE_FILE)
		return run_file(shell, source->text);
	text = source_line(source);
	status = run_lines(shell, reader_text(text));
	free(text);
	/* Nobody is there to turn the pages. */
	if (source->kind == SOURCE_LESSON && status == 0 &&
	    !isatty(STDIN_FILENO))
		status = run_line(shell, "lesson all", 0);
	return status;
}

static void run_prompt(struct shell *shell)
{
	int signal;

	prompt_begin();
	while (!over(shell)) {
		char *line = prompt_read(&signal);

		if (signal)
			leave(shell, signal);
		if (!line)
			break;
		/* An empty line goes on with a lesson. */
		if (*line == '\0' || !says_nothing(line))
			run_line(shell, line, 0);
		free(line);
		if (atomic_load(&shell->output.broken))
			break;
	}
	prompt_end();
}

/* Standard input has the word when nothing else was given to do; a lesson
 * is given to a person. */
static bool wants_input(const struct options *options)
{
	bool sessions_only = true;

	for (int i = 0; i < options->sources; i++) {
		enum source_kind kind = options->source[i].kind;

		if (kind != SOURCE_FOLDER &&
		    !(kind == SOURCE_LESSON && isatty(STDIN_FILENO)))
			sessions_only = false;
	}
	return options->interactive || sessions_only;
}

static int run_all(struct shell *shell, const struct options *options)
{
	int status = 0;

	for (int i = 0; i < options->sources && status == 0 && !over(shell);
	    i++)
		status = run_source(shell, &options->source[i]);
	if (status || over(shell) || !wants_input(options))
		return status;
	if (!isatty(STDIN_FILENO))
		return run_lines(shell, reader_new(STDIN_FILENO,
			"standard input"));
	run_prompt(shell);
	return 0;
}

static int exit_status(const struct shell *shell, int status)
{
	int said = 0;

	if (shell->signal)
		return SIGNALLED + shell->signal;
	if (status || atomic_load(&shell->output.broken))
		return FAILED;
	workbench_finished(shell->workbench, &said);
	return said;
}

int shell_run(const struct options *options, const char *autosave,
    workbench_painter *paint)
{
	struct shell shell = {.output = {.json = options->json}};
	struct workbench_options setup = {.threads = options->threads,
		.listener = output_event, .context = &shell.output,
		.paint = paint};
	int status;

	if (wants_input(options) && isatty(STDIN_FILENO)) {
		setup.autosave = autosave;
		setup.progress = PROGRESS_SECONDS;
	}

	signal(SIGPIPE, SIG_IGN);
	signals_catch(SIGINT);
	signals_catch(SIGTERM);
	signals_catch(SIGHUP);
	shell.workbench = workbench_new(&setup);
	status = run_all(&shell, options);
	status = exit_status(&shell, status);
	workbench_free(shell.workbench);
	output_tell_broken(&shell.output);
	return status;
}
