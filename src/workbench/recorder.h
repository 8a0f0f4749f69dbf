/*
 * The recorder: journal, metrics, hash chain and checkpoints of a bench. It
 * keeps the whole journal in memory, so that `save` can write it at any time,
 * and appends to the session folder once there is one.
 */
#ifndef SNT_WORKBENCH_RECORDER_H
#define SNT_WORKBENCH_RECORDER_H

#include "workbench/bench.h"

struct recorder *recorder_new(void);
/* Close the session, if any. */
void recorder_free(struct recorder *recorder);
/* Forget the journal; unbind. */
void recorder_clear(struct recorder *recorder);

/* A command took effect now. */
void recorder_command(struct bench *bench, const char *text);
/* A run is about to train (hashes step 0), took a step (hashes every so
 * many). */
void recorder_begin(struct bench *bench, struct run *run);
void recorder_step(struct bench *bench, struct run *run);
void recorder_metric(struct bench *bench, const char *json);

/* Nothing is recorded while muted (restoring a session). */
void recorder_mute(struct recorder *recorder, bool mute);

int recorder_save(struct bench *bench, const char *folder,
    struct error *error);
/* A session was read and played: so many of its entries, as far as the bench
 * has come, are the journal now. */
void recorder_adopt(struct bench *bench, const struct session_data *data,
    int entries);
/* Go on writing in the folder that journal and metrics were read from. */
int recorder_resume(struct bench *bench, const char *folder,
    struct error *error);
const char *recorder_folder(const struct recorder *recorder);	/* or NULL */
bool recorder_pending(const struct recorder *recorder);

/* Called often: flushes every second and checkpoints now and then, so that
 * recording stays below 2% of the time. `now`: everything, at once. */
void recorder_tend(struct bench *bench, bool now);

/* What hashing, writing and waiting for the disk have taken so far. */
double recorder_seconds(const struct recorder *recorder);

/* The journal, for verify. */
int recorder_entries(const struct recorder *recorder,
    const struct journal_entry **entries);
/* Restoring: the chain and step of the hashes of a run go on from here. */
void recorder_continue_chain(struct run *run, const char *chain, long step);

#endif
