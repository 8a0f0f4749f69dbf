/*
 * How long the screen takes to answer while all processors train. The program
 * runs in a pseudo-terminal whose screen is kept here, so that looking at it
 * costs nothing.
 *
 *	latency keys PROGRAM	a character typed at the prompt, until it
 *				stands there
 *	latency slider PROGRAM	a notch of the pruning slider, until a figure
 *				of the new position stands there
 *
 * Prints median, 95th percentile and maximum in milliseconds.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "screen/grid.h"

enum { ANSWERS_MOST = 100, KEYS = 100, NOTCHES = 20, FIGURE = 40 };

static const double patience = 30;	/* seconds for anything at all */

struct terminal {
	int master;
	pid_t child;
	struct grid grid;
};

static int start(struct terminal *terminal, char *program)
{
	struct winsize size = {.ws_row = GRID_ROWS, .ws_col = GRID_COLUMNS};
	char *const words[] = {program, NULL};

	grid_clear(&terminal->grid);
	terminal->child = forkpty(&terminal->master, NULL, NULL, &size);
	if (terminal->child < 0)
		return -1;
	if (terminal->child > 0)
		return 0;
	setenv("TERM", "vt100", 1);
	execv(program, words);
	_exit(127);
}

/* Read what comes within `seconds`; false when the program has gone. */
static bool listen_for(struct terminal *terminal, double seconds)
{
	struct pollfd wait = {.fd = terminal->master, .events = POLLIN};
	char bytes[4096];
	ssize_t count;

	if (poll(&wait, 1, (int)(seconds * 1000) + 1) <= 0)
		return true;
	count = read(terminal->master, bytes, sizeof(bytes));
	if (count <= 0)
		return count < 0 && errno == EINTR;
	grid_write(&terminal->grid, bytes, (size_t)count);
	return true;
}

static void pass_time(struct terminal *terminal, double seconds)
{
	double end = clock_now() + seconds;

	while (clock_now() < end && listen_for(terminal, end - clock_now()))
		continue;
}

/* Wait until `text` stands on the screen, or does not. */
static bool wait_text(struct terminal *terminal, const char *text, bool there)
{
	double end = clock_now() + patience;

	while ((grid_find(&terminal->grid, text) != NULL) != there) {
		if (clock_now() > end || !listen_for(terminal, 0.01))
			return false;
	}
	return true;
}

static void type(struct terminal *terminal, const char *text)
{
	if (write(terminal->master, text, strlen(text)) < 0)
		perror("write");
}

static bool begin_training(struct terminal *terminal)
{
	if (!wait_text(terminal, "Compression", true))
		return false;
	type(terminal, ":");
	pass_time(terminal, 0.2);
	type(terminal, "net mlp 300-100\r");
	if (!wait_text(terminal, "relu", true))
		return false;
	type(terminal, "train 1 epochs\r");
	if (!wait_text(terminal, "step 469", true))
		return false;
	type(terminal, "train 100000 epochs\r");
	return wait_text(terminal, "step 5", true);
}

/* A character behind the prompt and away again: seconds until it came, or
 * negative. */
static double answer_key(struct terminal *terminal)
{
	static const char typed[] = "snt> @";
	double before = clock_now();

	type(terminal, "@");
	if (!wait_text(terminal, typed, true))
		return -1;
	before = clock_now() - before;
	type(terminal, "\x7f");
	return wait_text(terminal, typed, false) ? before : -1;
}

/* "acc 84.1 +-2.0  n 1280 of 10000" */
static void read_figure(const struct terminal *terminal, char out[FIGURE])
{
	const char *figure = grid_find(&terminal->grid, "acc ");

	text_copy(out, FIGURE, figure ? figure : "");
}

static bool prepare_slider(struct terminal *terminal)
{
	type(terminal, "\x1b");
	for (int i = 0; i < 8 && !grid_find(&terminal->grid, ">prune"); i++) {
		pass_time(terminal, 0.3);
		type(terminal, "\t");
		pass_time(terminal, 0.3);
	}
	if (!grid_find(&terminal->grid, ">prune"))
		return false;
	type(terminal, "80\r");
	return wait_text(terminal, " 80% ", true) &&
	    wait_text(terminal, " exact", true);
}

static double answer_notch(struct terminal *terminal)
{
	char before[FIGURE], now[FIGURE];
	double started = clock_now();

	read_figure(terminal, before);
	type(terminal, "l");
	do {
		if (clock_now() > started + patience ||
		    !listen_for(terminal, 0.01))
			return -1;
		read_figure(terminal, now);
	} while (strcmp(before, now) == 0 || now[4] < '0' || now[4] > '9');
	started = clock_now() - started;
	return wait_text(terminal, " exact", true) ? started : -1;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static bool measure(struct terminal *terminal, int count,
    double (*answer)(struct terminal *terminal))
{
	double seconds[ANSWERS_MOST];

	for (int i = 0; i < count; i++) {
		/* Not in time with the program's own frames. */
		pass_time(terminal, 0.05 + 0.05 * (double)(random() % 1000) /
		    1000);
		seconds[i] = answer(terminal);
		if (seconds[i] < 0)
			return false;
	}
	qsort(seconds, (size_t)count, sizeof(*seconds), ascending);
	printf("%.1f %.1f %.1f\n", 1000 * seconds[count / 2],
	    1000 * seconds[count * 95 / 100 - 1], 1000 * seconds[count - 1]);
	return true;
}

static bool run(struct terminal *terminal, bool slider)
{
	if (!begin_training(terminal)) {
		fputs("it does not train\n", stderr);
		return false;
	}
	if (slider && !prepare_slider(terminal)) {
		fputs("no slider was found\n", stderr);
		return false;
	}
	if (measure(terminal, slider ? NOTCHES : KEYS, slider ? answer_notch :
		answer_key))
		return true;
	fputs("there was no answer\n", stderr);
	return false;
}

static void show(const struct terminal *terminal)
{
	for (int i = 0; i < GRID_ROWS; i++)
		fprintf(stderr, "|%s|\n", terminal->grid.cell[i]);
}

int main(int words, char **word)
{
	struct terminal terminal;
	bool measured;

	if (words != 3)
		return 2;
	if (start(&terminal, word[2])) {
		perror("forkpty");
		return 1;
	}
	measured = run(&terminal, strcmp(word[1], "slider") == 0);
	if (!measured)
		show(&terminal);
	kill(terminal.child, SIGTERM);
	pass_time(&terminal, 2);
	kill(terminal.child, SIGKILL);
	waitpid(terminal.child, NULL, 0);
	return measured ? 0 : 1;
}
