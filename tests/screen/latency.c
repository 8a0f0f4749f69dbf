/*
 * How long a key takes until it is on the screen, with all processors busy
 * training: the program runs in a pseudo-terminal, a character that stands
 * nowhere else on the screen is typed, and the time until it comes back is
 * taken.
 *
 *	latency PROGRAM		prints median, 95th percentile and maximum, in ms
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

enum { KEYS = 100, COLUMNS = 80, ROWS = 24 };

static const double patience = 20;	/* seconds for anything at all */

struct terminal {
	int master;
	pid_t child;
	char seen[1 << 16];	/* output since forget() */
	size_t length;
};

static int start(struct terminal *terminal, char *program)
{
	struct winsize size = {.ws_row = ROWS, .ws_col = COLUMNS};
	char *const words[] = {program, NULL};

	terminal->child = forkpty(&terminal->master, NULL, NULL, &size);
	if (terminal->child < 0)
		return -1;
	if (terminal->child > 0)
		return 0;
	setenv("TERM", "xterm-256color", 1);
	execv(program, words);
	_exit(127);
}

static void forget(struct terminal *terminal)
{
	terminal->length = 0;
	terminal->seen[0] = '\0';
}

/* Read what comes within `seconds`; false when the program has gone. */
static bool listen(struct terminal *terminal, double seconds)
{
	struct pollfd wait = {.fd = terminal->master, .events = POLLIN};
	size_t room = sizeof(terminal->seen) - 1 - terminal->length;
	ssize_t count;

	if (poll(&wait, 1, (int)(seconds * 1000) + 1) <= 0)
		return true;
	if (room < 4096) {
		forget(terminal);
		room = sizeof(terminal->seen) - 1;
	}
	count = read(terminal->master, terminal->seen + terminal->length,
	    room);
	if (count <= 0)
		return count < 0 && errno == EINTR;
	terminal->length += (size_t)count;
	terminal->seen[terminal->length] = '\0';
	return true;
}

static bool appears(struct terminal *terminal, const char *text)
{
	double end = clock_now() + patience;

	while (!strstr(terminal->seen, text)) {
		if (clock_now() > end || !listen(terminal, 0.01))
			return false;
	}
	return true;
}

static void drain(struct terminal *terminal, double seconds)
{
	double end = clock_now() + seconds;

	while (clock_now() < end && listen(terminal, end - clock_now()))
		continue;
	forget(terminal);
}

static void type(struct terminal *terminal, const char *text)
{
	forget(terminal);
	if (write(terminal->master, text, strlen(text)) < 0)
		perror("# write");
}

static bool begin_training(struct terminal *terminal)
{
	if (!appears(terminal, "Compression"))
		return false;
	type(terminal, ":");
	drain(terminal, 0.2);
	type(terminal, "net mlp 300-100\r");
	if (!appears(terminal, "relu"))
		return false;
	type(terminal, "train 100000 epochs\r");
	return appears(terminal, "step");
}

/* One character there and away again: seconds until it came, or negative. */
static double measure_key(struct terminal *terminal)
{
	double before;

	/* Not in time with the program's own frames. */
	drain(terminal, 0.02 + 0.03 * (double)(random() % 1000) / 1000);
	before = clock_now();
	type(terminal, "@");
	if (!appears(terminal, "@"))
		return -1;
	before = clock_now() - before;
	type(terminal, "\x7f");
	return before;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static bool measure(struct terminal *terminal)
{
	double seconds[KEYS];

	drain(terminal, 1);
	for (int i = 0; i < KEYS; i++) {
		seconds[i] = measure_key(terminal);
		if (seconds[i] < 0)
			return false;
	}
	qsort(seconds, KEYS, sizeof(*seconds), ascending);
	printf("%.1f %.1f %.1f\n", 1000 * seconds[KEYS / 2],
	    1000 * seconds[KEYS * 95 / 100 - 1], 1000 * seconds[KEYS - 1]);
	return true;
}

int main(int words, char **word)
{
	struct terminal terminal = {0};
	bool measured = false;

	if (words != 2)
		return 2;
	if (start(&terminal, word[1])) {
		perror("forkpty");
		return 1;
	}
	if (!begin_training(&terminal))
		fputs("it does not train\n", stderr);
	else if (!measure(&terminal))
		fputs("a key was never answered\n", stderr);
	else
		measured = true;
	kill(terminal.child, SIGTERM);
	drain(&terminal, 1);
	kill(terminal.child, SIGKILL);
	waitpid(terminal.child, NULL, 0);
	return measured ? 0 : 1;
}
