#include "shell/prompt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/signals.h"
#include "workbench/command.h"

enum { HISTORY_LINES = 1000 };

/* readline's callback has no argument, so what it hands over lies here. */
static struct {
	char *history;		/* path, or NULL: not kept */
	char *line;
	bool done;
} prompt;

static char **complete(const char *word, int start, int end)
{
	int from, count;
	struct completion *found = command_complete(rl_line_buffer, end, NULL,
	    &from, &count);
	char **match = NULL;

	(void)word;
	rl_attempted_completion_over = 1;
	if (count > 0 && from == start) {
		match = xcalloc((size_t)count + 2, sizeof(*match));
		for (int i = 0; i < count; i++)
			match[i + 1] = xstrdup(found[i].word);
		match[0] = xstrdup(match[1]);
		for (int i = 1; i < count; i++) {
			size_t same = 0;

			while (match[0][same] &&
			    match[0][same] == match[i + 1][same])
				same++;
			match[0][same] = '\0';
		}
		rl_completion_suppress_append = count > 1 || !found[0].final;
	}
	completions_free(found, count);
	return match;
}

void prompt_begin(void)
{
	rl_readline_name = "snt";
	rl_outstream = isatty(STDOUT_FILENO) ? stdout : stderr;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_completer_word_break_characters = " \t;";
	rl_attempted_completion_function = complete;
	rl_ignore_completion_duplicates = 0;
	using_history();
	stifle_history(HISTORY_LINES);
	prompt.history = file_of_state("history");
	if (prompt.history)
		read_history(prompt.history);
	signals_catch(SIGWINCH);
	signals_catch(SIGCONT);
}

void prompt_end(void)
{
	if (prompt.history)
		history_truncate_file(prompt.history, HISTORY_LINES);
	free(prompt.history);
	prompt.history = NULL;
	clear_history();
}

static void remember(const char *line)
{
	const HIST_ENTRY *last = history_get(history_base + history_length -
	    1);

	if (line[strspn(line, " \t")] == '\0' ||
	    (last && strcmp(last->line, line) == 0))
		return;
	add_history(line);
	if (prompt.history)
		append_history(1, prompt.history);
}

static void take_line(char *line)
{
	/* Off before the line runs: output then meets a plain terminal, and
	 * Ctrl-C is a signal. */
	rl_callback_handler_remove();
	prompt.line = line;
	prompt.done = true;
}

static void clear_line(void)
{
	rl_callback_sigcleanup();
	rl_replace_line("", 1);
	fputs("^C\n", rl_outstream);
	rl_on_new_line();
	rl_redisplay();
}

/* True when the signal ends the prompt. */
static bool act_on(int signal)
{
	switch (signal) {
	case SIGINT:
		clear_line();
		return false;
	case SIGWINCH:
		rl_resize_terminal();
		return false;
	case SIGCONT:
		rl_reset_after_signal();
		rl_forced_update_display();
		return false;
	default:
		return true;
	}
}

/* Readable input, a signal that ends the prompt, or a terminal that went. */
static int wait_for_input(void)
{
	struct pollfd wait[2] = {
		{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = signals_descriptor(), .events = POLLIN},
	};
	int signal;

	if (poll(wait, 2, -1) < 0 && errno != EINTR)
		return SIGHUP;
	while ((signal = signals_next()) != 0) {
		if (act_on(signal))
			return signal;
	}
	if (wait[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		return SIGHUP;
	if (wait[0].revents & POLLIN)
		rl_callback_read_char();
	return 0;
}

char *prompt_read(int *signal)
{
	prompt.line = NULL;
	prompt.done = false;
	*signal = 0;
	rl_callback_handler_install("snt> ", take_line);
	while (!prompt.done && *signal == 0)
		*signal = wait_for_input();
	if (!prompt.done)
		rl_callback_handler_remove();
	if (prompt.line)
		remember(prompt.line);
	else if (*signal == 0)
		fputs("\n", rl_outstream);
	return prompt.line;
}
