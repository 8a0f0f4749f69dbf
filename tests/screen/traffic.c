/*
 * What a screen costs while three runs train: bytes to the terminal, and the
 * processor time of the thread that draws.
 *
 *	traffic PROGRAM ROWS COLUMNS
 *
 * Prints bytes a second and the share of one processor in percent.
 */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

static const double warm_up = 4, measured = 8;	/* seconds */

/* Read and throw away; the bytes that came. */
static size_t listen_for(int master, double seconds)
{
	double end = clock_now() + seconds;
	char bytes[65536];
	size_t count = 0;

	while (clock_now() < end) {
		struct pollfd wait = {.fd = master, .events = POLLIN};
		ssize_t came;

		if (poll(&wait, 1, 50) <= 0)
			continue;
		came = read(master, bytes, sizeof(bytes));
		if (came <= 0)
			break;
		count += (size_t)came;
	}
	return count;
}

/* Of the first thread, which draws; -1: it has gone. */
static double processor_seconds(pid_t child)
{
	char path[64], text[1024], *at;
	unsigned long user = 0, system = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", (int)child,
	    (int)child);
	file = fopen(path, "r");
	if (!file)
		return -1;
	at = fgets(text, sizeof(text), file) ? strrchr(text, ')') : NULL;
	fclose(file);
	if (!at || sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
		"%lu %lu", &user, &system) != 2)
		return -1;
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static void type(int master, const char *text)
{
	if (write(master, text, strlen(text)) < 0)
		perror("write");
}

static int measure(int master, pid_t child)
{
	double before, began, seconds;
	size_t bytes;

	listen_for(master, 1);
	type(master, ":net mlp 300-100; run twin b snt on; run twin c opt sam"
	    "; probe lambda every=100; probe sam every=50; set report 20\r");
	listen_for(master, 1);
	type(master, "train 10000 epochs runs=all\r\033");
	listen_for(master, warm_up);
	before = processor_seconds(child);
	began = clock_now();
	bytes = listen_for(master, measured);
	seconds = clock_now() - began;
	if (before < 0 || processor_seconds(child) < 0)
		return 1;
	printf("%.0f %.2f\n", (double)bytes / seconds, 100 *
	    (processor_seconds(child) - before) / seconds);
	return 0;
}

int main(int words, char **word)
{
	struct winsize size = {0};
	int master, status;
	pid_t child;

	if (words != 4)
		return 2;
	size.ws_row = (unsigned short)atoi(word[2]);
	size.ws_col = (unsigned short)atoi(word[3]);
	child = forkpty(&master, NULL, NULL, &size);
	if (child < 0) {
		perror("forkpty");
		return 1;
	}
	if (child == 0) {
		setenv("TERM", "xterm-256color", 1);
		execl(word[1], word[1], (char *)NULL);
		_exit(127);
	}
	status = measure(master, child);
	kill(child, SIGTERM);
	listen_for(master, 2);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return status;
}
