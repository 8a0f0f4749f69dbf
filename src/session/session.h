/*
 * A session folder:
 *
 *   session.json       format, build, seed, core type, data hash, networks
 *   journal.jsonl      what was done, a line each, chained by hashes
 *   metrics.jsonl      what was measured: the events of --json
 *   checkpoints/       safetensors
 *
 * Formats only: this module knows no commands. The journal and the metrics
 * are appended and synced at most once a second, whole files are replaced
 * atomically. Nothing is ever written outside the folder.
 *
 * Journal lines (each also has "chain": XXH3 of the chain before and of
 * the line without it):
 *   {"tick":1200,"run":"main","step":1200,"cmd":"set lr 0.01"}
 *   {"tick":1300,"run":"main","step":1300,"hash":"...","tensors":{"1.weight":"..."}}
 *   {"tick":1300,"run":"main","step":1300,"checkpoint":"main-1300.safetensors","hash":"..."}
 * A tick is one training step of any run.
 */
#ifndef SNT_SESSION_SESSION_H
#define SNT_SESSION_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"

/* A mark says how far training had got; it has nothing but tick, run, step:
 *   {"tick":1350,"run":"main","step":1350,"mark":true} */
enum journal_kind { JOURNAL_COMMAND, JOURNAL_HASH, JOURNAL_CHECKPOINT,
	JOURNAL_MARK };

struct journal_tensor {
	char name[40];
	char hash[17];		/* 8 bytes, hex */
};

struct journal_entry {
	enum journal_kind kind;
	long tick, step;
	char run[32];
	char *text;		/* the command, or the checkpoint's file name */
	char hash[HASH_TEXT];	/* of the weights, chained; of the file */
	struct journal_tensor *tensor;
	int tensors;
};

struct session_header {
	int format;		/* SESSION_FORMAT; another is only read */
	char version[32];	/* of the program that made it */
	char core[32];		/* OpenBLAS core type */
	char kernels[32];	/* instruction set of our kernels */
	uint64_t seed;
	char data_hash[HASH_TEXT];
	char *title;		/* free text or NULL */
};

/* Format 1 had BLAKE2b where this one has XXH3. */
enum { SESSION_FORMAT = 2 };

struct session_data {		/* what a folder holds */
	struct session_header header;
	struct journal_entry *entry;
	int entries;
	bool cut;		/* the last journal line was incomplete */
	int broken;		/* first entry whose chain does not fit; -1 */
	char *problem;		/* what could not be read, or NULL */
};

/* Of another format too, as far as it reads like one of ours. */
struct session_data *session_read(const char *folder, struct error *error);
/* -1, and what can be told of it, for another format: whoever would write
 * there, or judge, keeps away from it. */
int session_check_format(const char *folder, const struct session_data *data,
    struct error *error);
void session_data_free(struct session_data *data);

/* Hand each complete line of metrics.jsonl to `take`, in order. A missing
 * file is no error. */
int session_read_metrics(const char *folder,
    void (*take)(void *context, const char *line), void *context,
    struct error *error);

/* Writing. */
struct session;

/* Whether there is one, and nobody, in this process or another, is writing
 * there. */
bool session_is_free(const char *folder);
/* A new session in an empty or missing folder; refuses a folder that holds
 * anything else. */
struct session *session_create(const char *folder,
    const struct session_header *header, struct error *error);
/* Go on with an existing one, cutting an incomplete last line off. */
struct session *session_append(const char *folder, struct error *error);
/* Sync, close, free. */
int session_close(struct session *session, struct error *error);
const char *session_folder(const struct session *session);

/* Append in memory; written by session_flush() (or when much is waiting). */
void session_journal(struct session *session,
    const struct journal_entry *entry);
void session_metric(struct session *session, const char *json_line);
/* Write and sync what is waiting. A full disk is told once and tried again
 * at the next call; nothing waiting is lost. */
int session_flush(struct session *session, struct error *error);
/* The path of a new checkpoint file (free() it). */
char *session_checkpoint_path(const struct session *session,
    const char *name);

#endif
