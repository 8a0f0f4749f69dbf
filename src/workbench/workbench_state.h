/* What the two sides of a workbench share: front ends that call it, and the
 * thread behind it. */
#ifndef SNT_WORKBENCH_WORKBENCH_STATE_H
#define SNT_WORKBENCH_WORKBENCH_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "workbench/queue.h"
#include "workbench/workbench.h"

struct bench;
struct live;
struct publisher;
struct script;
struct watch;

struct workbench {
	struct workbench_options options;	/* as the bench sees them: */
	workbench_listener *listener;	/* this one is called in between */
	void *context;
	struct queue *queue;
	struct publisher *publisher;
	pthread_t thread;
	atomic_bool quit, interrupt, save, shows_weights;
	atomic_int status;	/* exit status + 1 once `quit` was executed */
	pthread_mutex_t lock;	/* of what follows, up to save_error */
	char typed[200];	/* see workbench_preview() */
	/* The answer to workbench_save_now(): */
	pthread_cond_t saved;
	bool save_done;
	int save_status;
	struct error save_error;
	/* Of the thread: the compute thread has a bench, */
	struct bench *bench;
	struct script *script;
	uint64_t snapshots;
	double published;
	double told;		/* when a job last told how far it is */
	bool pending;		/* something waited to be written then */
	struct live *live;	/* tells watchers, or NULL */
	char *live_folder;	/* where it was tried last */
	/* that of a window on another process' session what it watches. */
	struct watch *watch;
};

/* Threads: the argument is the workbench. */
void *workbench_compute(void *argument);
void *workbench_watch(void *argument);
/* The listener of the bench. */
void workbench_hear(void *context, enum log_level level, const char *json,
    const char *text);

#endif
