/*
 * The workbench: the state of a session, behind one queue of lines.
 *
 * Front ends submit lines of the command language; the compute thread takes
 * them out, executes them, journals them with the step at which they took
 * effect, runs jobs in small quanta, and publishes snapshots. Nothing else
 * passes between the threads. Lock order: queue, then snapshot; no lock is
 * held while computing or writing.
 */
#ifndef SNT_WORKBENCH_WORKBENCH_H
#define SNT_WORKBENCH_WORKBENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "workbench/snapshot.h"

struct workbench;

/* What happened, for printing: both forms of one event. Called on the compute
 * thread; must not call back into the workbench. */
typedef void workbench_listener(void *context, enum log_level level,
    const char *json, const char *text);

/* Draws a snapshot as the lines of a screen, free() it; styled: with escape
 * sequences. Called on the compute thread. */
typedef char *workbench_painter(const struct snapshot *snapshot, int columns,
    int rows, bool styled);

enum { THREADS_MOST = 1024 };

struct workbench_options {
	int threads;		/* 0: pool_default_threads() */
	bool screen;		/* jobs run behind the prompt; snapshots */
	const char *autosave;	/* folder for autosave before `save`; NULL */
	bool empty;		/* nothing is opened or run at first: tell
				 * what could be */
	workbench_listener *listener;
	void *context;
	workbench_painter *paint;	/* or NULL: none can be drawn */
	double progress;	/* seconds after which, and then again, a job
				 * tells how far it is; 0: it does not */
};

/* Starts the compute thread, with the default data set or the toy spiral, no
 * network. */
struct workbench *workbench_new(const struct workbench_options *options);
/* A window on the session that another process runs in a folder (NULL: the
 * newest one): its snapshots come from there, and every line but `quit` is
 * refused. NULL with a message. */
struct workbench *workbench_attach(const char *folder, struct error *error);
/* Stop jobs, save what a session is bound to, join, free. */
void workbench_free(struct workbench *workbench);

/* Queue a line; returns its ticket (> 0). `a; b` runs in order, each to its
 * end. Without a screen every line waits for the one before. `line_number`:
 * of the script, for messages; 0: none. */
uint64_t workbench_submit(struct workbench *workbench, const char *line,
    int line_number);
/* Block until the line and its jobs ended: 0, or -1 when it failed. */
int workbench_wait(struct workbench *workbench, uint64_t ticket);
/* Like wait, for at most `milliseconds`: 1 while it is still running. */
int workbench_poll(struct workbench *workbench, uint64_t ticket,
    int milliseconds);

/* Ctrl-C: stop the foreground job and forget waiting lines. Safe in any
 * thread, not in a signal handler. */
void workbench_interrupt(struct workbench *workbench);
/* TERM, HUP: save now (the bound session, or the autosave folder). Blocks. */
int workbench_save_now(struct workbench *workbench, struct error *error);

/* The newest snapshot (with a screen), valid until released. */
const struct snapshot *workbench_snapshot(struct workbench *workbench);
void workbench_release(struct workbench *workbench,
    const struct snapshot *snapshot);
/* Shall snapshots tell of the weights of the current run's layers? */
void workbench_show_weights(struct workbench *workbench, bool shown);
/* This line about the network is being typed: snapshots shall tell what it
 * would do. "": none is. */
void workbench_preview(struct workbench *workbench, const char *line);
/* Readable when a newer snapshot than the last one taken is there. */
int workbench_wake_descriptor(const struct workbench *workbench);
/* `quit` was executed; its exit status. */
bool workbench_finished(struct workbench *workbench, int *status);

#endif
