#include "workbench/player.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "session/checkpoint.h"
#include "workbench/command_table.h"
#include "workbench/job.h"
#include "workbench/recorder.h"
#include "workbench/run.h"
#include "workbench/statement.h"

struct player {
	const struct session_data *data;
	int next;		/* entry */
	long last_tick;		/* how far the journal goes */
	long stop_tick;		/* player_stop_at() */
	player_asked *ask;
	void *context;
};

struct player *player_new(const struct session_data *data)
{
	struct player *player = xcalloc(1, sizeof(*player));

	player->data = data;
	player->stop_tick = LONG_MAX;
	for (int i = 0; i < data->entries; i++) {
		if (data->entry[i].tick > player->last_tick)
			player->last_tick = data->entry[i].tick;
	}
	return player;
}

void player_free(struct player *player)
{
	free(player);
}

/* The next command, or NULL; entries of other kinds are passed over. */
static const struct journal_entry *next_command(struct player *player)
{
	while (player->next < player->data->entries) {
		const struct journal_entry *entry =
		    &player->data->entry[player->next];

		if (entry->kind == JOURNAL_COMMAND)
			return entry;
		player->next++;
	}
	return NULL;
}

/* A `stop` of what ended by itself in the meantime is no mistake then. */
static int execute(struct bench *bench, const char *text, struct error *error)
{
	struct job *job = NULL;
	bool playing = bench->playing;
	int count, status = 0;
	struct statement *statement = statements_parse(text, &count, error);

	if (!statement)
		return -1;
	bench->playing = true;
	for (int i = 0; i < count && status == 0; i++) {
		status = bench_execute(bench, &statement[i], &job, error);
		job_release(job);	/* nobody waits for it by name */
	}
	bench->playing = playing;
	statements_free(statement, count);
	return status;
}

static int execute_entry(struct player *player, struct bench *bench,
    const struct journal_entry *entry, struct error *error)
{
	if (!bench->dry)
		bench_log(bench, LOG_COMMAND, entry->text);
	if (execute(bench, entry->text, error))
		return error_prefix(error, "journal, step %ld, `%s`",
		    entry->step, entry->text);
	player->next++;
	return 0;
}

/* Nothing can run: the next command's time has come, or all is played. */
static int follow(struct player *player, struct bench *bench,
    struct error *error)
{
	const struct journal_entry *entry = next_command(player);

	if (!entry)
		return 1;
	if (entry->tick != bench->tick)
		return error_set(error, "journal: `%s` belongs to step %ld of "
		    "the session, but training ended at %ld", entry->text,
		    entry->tick, bench->tick);
	if (player->ask && !player->ask(player->context, entry))
		return PLAYER_STOPPED;
	return execute_entry(player, bench, entry, error);
}

void player_ask(struct player *player, player_asked *ask, void *context)
{
	player->ask = ask;
	player->context = context;
}

void player_stop_at(struct player *player, long tick)
{
	player->stop_tick = tick;
}

/* A quantum of training, or the next command. */
static int turn(struct player *player, struct bench *bench,
    struct error *error)
{
	const struct journal_entry *entry = next_command(player);
	long goal = entry ? entry->tick : player->last_tick;
	bool stops = player->stop_tick != LONG_MAX;
	struct job *job;
	int status;

	bench->tick_limit = goal < player->stop_tick ? goal :
	    player->stop_tick;
	job = bench_next_job(bench);
	if (job) {
		bench_work(bench, job);
		return 0;
	}
	if (goal > player->stop_tick && bench->tick == player->stop_tick)
		return PLAYER_STOPPED;
	status = follow(player, bench, error);
	return status == 0 && stops ? PLAYER_STOPPED : status;
}

int player_advance(struct player *player, struct bench *bench,
    struct error *error)
{
	double until = clock_now() + QUANTUM;
	int status;

	do {
		status = turn(player, bench, error);
	} while (status == 0 && clock_now() < until);
	if (status)
		bench->tick_limit = LONG_MAX;
	return status;
}

int player_played(const struct player *player)
{
	return player->next;
}

double player_progress(const struct player *player, const struct bench *bench)
{
	if (player->last_tick == 0)
		return (double)player->next / (player->data->entries + 1);
	return (double)bench->tick / (double)player->last_tick;
}

/* Restoring. */

/* The newest entry about a checkpoint, or -1. */
static int last_checkpoint(const struct session_data *data)
{
	for (int i = data->entries - 1; i >= 0; i--) {
		if (data->entry[i].kind == JOURNAL_CHECKPOINT)
			return i;
	}
	return -1;
}

/* The last entry of a kind about a run up to a tick. */
static const struct journal_entry *last_about(const struct session_data *data,
    const char *run, enum journal_kind kind, long tick)
{
	for (int i = data->entries - 1; i >= 0; i--) {
		const struct journal_entry *entry = &data->entry[i];

		if (entry->kind == kind && entry->tick <= tick &&
		    strcmp(entry->run, run) == 0)
			return entry;
	}
	return NULL;
}

/* What a method of pruning takes out depends on weights that a restored run
 * never had: the checkpoint knows the network. */
static int restore_network(struct bench *bench, struct run *run,
    const char *path, struct error *error)
{
	struct network *network = checkpoint_network(path, error);
	long step = run->learner->step;

	if (!network)
		return -1;
	if (network_equal(network, run->learner->network)) {
		network_free(network);
		return 0;
	}
	if (run_set_network(bench, run, network, error))
		return -1;
	run->learner->step = step;
	return 0;
}

static int restore_run(const struct session_data *data, struct bench *bench,
    struct run *run, const char *folder, long tick, struct error *error)
{
	const struct journal_entry *file = last_about(data, run->name,
	    JOURNAL_CHECKPOINT, tick);
	const struct journal_entry *hash = last_about(data, run->name,
	    JOURNAL_HASH, tick);
	char *folder_of = path_join(folder, "checkpoints");
	char *path = NULL;
	int status = -1;

	long step = run->learner->step;

	if (step == 0 && !file) {
		status = 0;
	} else if (file && file->step != step) {
		error_set(error, "run %s is at step %ld, its checkpoint at %ld",
		    run->name, step, file->step);
	} else if (file) {
		path = path_join(folder_of, file->text);
		status = checkpoint_check(path, file->hash, error);
		if (status == 0)
			status = restore_network(bench, run, path, error);
		if (status == 0)
			status = checkpoint_read(run->learner, path, error);
	} else {
		error_set(error, "no checkpoint of run %s", run->name);
	}
	if (status == 0 && file) {
		run_changed(run, false);
		run->saved_version = run->version;
		if (hash)
			recorder_continue_chain(run, hash->hash, hash->step);
	}
	free(path);
	free(folder_of);
	return status;
}

/* Everything but the work, up to an entry: commands are executed, training
 * only counts its steps. */
static int walk(struct player *player, struct bench *bench, int to,
    struct error *error)
{
	long tick = player->data->entry[to].tick;
	int status = 0;

	while (status == 0) {
		const struct journal_entry *entry = next_command(player);
		bool more = entry && player->next < to;
		struct job *job;

		bench->tick_limit = more ? entry->tick : tick;
		job = bench_next_job(bench);
		if (job)
			bench_work(bench, job);
		else if (more)
			status = follow(player, bench, error);
		else
			break;
	}
	if (status == 0 && bench->tick != tick)
		status = error_set(error, "the journal leads to step %ld, its "
		    "checkpoint is of step %ld", bench->tick, tick);
	return status;
}

bool player_can_restore(const struct player *player)
{
	return last_checkpoint(player->data) >= 0;
}

int player_restore(struct player *player, struct bench *bench,
    const char *folder, struct error *error)
{
	int at = last_checkpoint(player->data);
	int status;

	if (at < 0)
		return error_set(error, "no checkpoint");
	bench->dry = true;
	status = walk(player, bench, at, error);
	bench->dry = false;
	for (int i = 0; i < bench->runs && status == 0; i++)
		status = restore_run(player->data, bench, bench->run[i], folder,
		    bench->tick, error);
	return status;
}

/* Comparing. */

static const struct journal_entry *next_hash(const struct journal_entry *entry,
    int entries, int *at)
{
	while (*at < entries) {
		if (entry[(*at)++].kind == JOURNAL_HASH)
			return &entry[*at - 1];
	}
	return NULL;
}

static void differ(const struct journal_entry *a,
    const struct journal_entry *b, struct player_outcome *outcome)
{
	outcome->differs = true;
	outcome->step = a->step;
	text_copy(outcome->run, sizeof(outcome->run), a->run);
	for (int i = 0; b && i < a->tensors && i < b->tensors; i++) {
		if (strcmp(a->tensor[i].hash, b->tensor[i].hash) != 0) {
			text_copy(outcome->tensor, sizeof(outcome->tensor),
			    a->tensor[i].name);
			return;
		}
	}
}

void player_compare(const struct player *player, const struct bench *bench,
    struct player_outcome *outcome)
{
	const struct journal_entry *entry, *a, *b;
	int entries = recorder_entries(bench->recorder, &entry);
	int at = 0, of = 0;

	*outcome = (struct player_outcome){0};
	while ((a = next_hash(player->data->entry, player->data->entries,
	    &at))) {
		b = next_hash(entry, entries, &of);
		if (!b || a->tick != b->tick ||
		    strcmp(a->hash, b->hash) != 0) {
			differ(a, b, outcome);
			return;
		}
		outcome->hashes++;
	}
}
