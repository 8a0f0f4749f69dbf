/*
 * How long a notch of the pruning slider takes while training goes on: until
 * a first figure, until the exact one, and for a notch seen before. Through
 * the workbench's queue and snapshots, as a screen asks.
 *
 *	slider [NETWORK [THREADS]]	e.g. slider 'mlp 300-100' 2
 *
 * Prints median and maximum of each in milliseconds.
 */
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "workbench/workbench.h"

enum { NOTCHES = 12 };

static const double patience = 60;

/* A figure of this ratio: estimated, or exact. */
static bool shows(const struct snapshot *snapshot, double ratio, bool exact)
{
	const struct compress_view *view = &snapshot->compress;

	return fabs(view->ratio - ratio) < 1e-6 && (view->state == COMPRESS_EXACT ||
	    (!exact && view->state == COMPRESS_ESTIMATE));
}

/* Milliseconds from `started` until the figure is there. */
static double wait_for(struct workbench *workbench, double ratio, bool exact,
    double started)
{
	struct pollfd wake = {.fd = workbench_wake_descriptor(workbench),
		.events = POLLIN};

	while (clock_now() - started < patience) {
		const struct snapshot *snapshot =
		    workbench_snapshot(workbench);
		bool there = shows(snapshot, ratio, exact);

		workbench_release(workbench, snapshot);
		if (there)
			return 1e3 * (clock_now() - started);
		poll(&wake, 1, 20);
	}
	fprintf(stderr, "slider: no answer\n");
	exit(1);
}

static double move_to(struct workbench *workbench, double ratio)
{
	char line[64];

	text_format(line, sizeof(line), "prune %.2f", ratio);
	workbench_submit(workbench, line, 0);
	return clock_now();
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print(const char *what, double *ms)
{
	qsort(ms, NOTCHES, sizeof(*ms), compare);
	printf("  %-22s median %7.1f  most %7.1f ms\n", what,
	    ms[NOTCHES / 2], ms[NOTCHES - 1]);
}

/* Weights change with each step, so nothing that is known of a notch serves
 * the next while training goes on; known notches are asked for at rest. */
static void measure(struct workbench *workbench)
{
	double first[NOTCHES], exact[NOTCHES], again[NOTCHES];

	for (int i = 0; i < NOTCHES; i++) {
		double ratio = 0.5 + 0.02 * i;
		double started = move_to(workbench, ratio);

		first[i] = wait_for(workbench, ratio, false, started);
		exact[i] = wait_for(workbench, ratio, true, started);
	}
	print("first, training", first);
	print("exact, training", exact);
	workbench_wait(workbench, workbench_submit(workbench, "stop", 0));
	for (int i = 0; i < 2 * NOTCHES; i++) {
		double ratio = 0.5 + 0.02 * (i % NOTCHES);
		double started = move_to(workbench, ratio);
		double ms = wait_for(workbench, ratio, true, started);

		if (i < NOTCHES)
			exact[i] = ms;
		else
			again[i - NOTCHES] = ms;
	}
	print("exact, at rest", exact);
	print("seen before", again);
}

int main(int count, char **word)
{
	struct workbench_options options = {.screen = true,
		.threads = count > 2 ? atoi(word[2]) : 0};
	const char *network = count > 1 ? word[1] : "mlp 300-100";
	struct workbench *workbench = workbench_new(&options);
	char line[128];

	text_format(line, sizeof(line), "net %s; train 100 steps", network);
	if (workbench_wait(workbench, workbench_submit(workbench, line, 0)))
		return 1;
	workbench_submit(workbench, "train 1000 epochs", 0);
	printf("%s:\n", network);
	measure(workbench);
	workbench_free(workbench);
	return 0;
}
