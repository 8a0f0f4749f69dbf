/* The recorder's inside: its journal and its checkpoints; private to
 * recorder*.c. */
#ifndef SNT_WORKBENCH_RECORDER_PRIVATE_H
#define SNT_WORKBENCH_RECORDER_PRIVATE_H

#include "workbench/recorder.h"

struct checkpoint_file {
	char run[32];
	char *path;
};

struct recorder {
	struct journal_entry *entry;
	size_t entries, capacity;
	char **metric;
	size_t metrics, metric_capacity;
	struct session *session;
	struct checkpoint_file *file;
	size_t files, file_capacity;
	double flushed, checkpointed, cost;	/* times; seconds of the last */
	double seconds;		/* all that recording took */
	long marked_tick, checkpoint_tick;
	bool muted, pending, complained;
};

/* An entry about this moment; of no run when that is NULL. */
struct journal_entry recorder_entry_at(const struct bench *bench,
    const struct run *run, enum journal_kind kind);
/* Takes the entry's memory over. */
void recorder_append(struct recorder *recorder,
    const struct journal_entry *entry);
void recorder_entry_free(struct journal_entry *entry);

/* recorder_checkpoints.c: of all runs that have changed since their last. */
int recorder_checkpoint(struct bench *bench, struct error *error);
/* Are they due at this time? */
bool recorder_checkpoint_due(const struct bench *bench, double time);
/* Entries about checkpoints of another folder do not belong in this one. */
void recorder_drop_checkpoints(struct recorder *recorder);

#endif
