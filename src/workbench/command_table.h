/* The inside of a command: what its function gets, and how it answers. */
#ifndef SNT_WORKBENCH_COMMAND_TABLE_H
#define SNT_WORKBENCH_COMMAND_TABLE_H

#include "workbench/bench.h"
#include "workbench/command.h"
#include "workbench/job.h"
#include "workbench/run.h"

enum command_flags {
	COMMAND_JOURNAL = 1,	/* changes the session or asks a question */
	COMMAND_RUN = 2,	/* needs a current run */
	COMMAND_IDLE = 4,	/* not while the current run is training */
	COMMAND_JOB = 8,	/* only starts work: skipped when restoring */
	COMMAND_RAW = 16,	/* parses all its words itself */
	COMMAND_REPLAYING = 32	/* allowed while a session is replayed */
};

struct call {
	struct bench *bench;
	const struct command *command;
	struct run *run;		/* current, or NULL */
	int words;			/* after verb and object */
	const char *const *word;
	struct option_values options;	/* of command->options */
	const char *text;		/* the whole statement */
	struct job *job;		/* out: what has to end first */
	bool unrecorded;		/* out: the session has not changed */
	struct error *error;
};

/* The rows, by group: one file each. Each table ends with a NULL verb. */
extern const struct command commands_data[], commands_network[],
    commands_snt[], commands_train[], commands_run[], commands_compare[],
    commands_time[], commands_sharpness[], commands_compress[],
    commands_sweep[], commands_apply[], commands_ratios[], commands_show[],
    commands_session[], commands_screen[], commands_lesson[],
    commands_study[], commands_other[];

/* The row for these words; *used: how many name the command (1 or 2). */
const struct command *command_find(int words, const char *const *word,
    int *used, struct error *error);

/* Begin a job that the line has to wait for. */
int call_start(struct call *call, struct job *job);
/* Refuse more or fewer words than fit. */
int call_words(const struct call *call, int least, int most);

/* The data set, opened by default when none was chosen. */
int bench_need_data(struct bench *bench, struct error *error);
/* Another data set (taken over): runs begin anew on it. */
int bench_set_data(struct bench *bench, struct dataset *dataset,
    struct error *error);

/* `set KEY VALUE`; also reads it back as text for `get`. */
int setting_set(struct call *call, const char *key, const char *value);
int setting_get(const struct bench *bench, const char *key, char *out,
    size_t size, struct error *error);

/* `open`, `replay`: begins; the thread drives it through bench_turn(). */
int bench_play(struct bench *bench, const char *folder, bool restore,
    struct job **job, struct error *error);

#endif
