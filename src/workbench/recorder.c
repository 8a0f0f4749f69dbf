#include "config.h"

#include "workbench/recorder_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/blas.h"
#include "net/kernels.h"

struct recorder *recorder_new(void)
{
	struct recorder *recorder = xcalloc(1, sizeof(*recorder));

	recorder->marked_tick = recorder->checkpoint_tick = -1;
	return recorder;
}

void recorder_entry_free(struct journal_entry *entry)
{
	free(entry->text);
	free(entry->tensor);
}

void recorder_clear(struct recorder *recorder)
{
	struct error error;

	if (recorder->session)
		session_close(recorder->session, &error);
	for (size_t i = 0; i < recorder->entries; i++)
		recorder_entry_free(&recorder->entry[i]);
	for (size_t i = 0; i < recorder->metrics; i++)
		free(recorder->metric[i]);
	for (size_t i = 0; i < recorder->files; i++)
		free(recorder->file[i].path);
	free(recorder->entry);
	free(recorder->metric);
	free(recorder->file);
	*recorder = (struct recorder){.marked_tick = -1,
		.checkpoint_tick = -1};
}

void recorder_free(struct recorder *recorder)
{
	recorder_clear(recorder);
	free(recorder);
}

void recorder_append(struct recorder *recorder,
    const struct journal_entry *entry)
{
	array_grow(&recorder->entry, recorder->entries, &recorder->capacity,
	    sizeof(*recorder->entry));
	recorder->entry[recorder->entries++] = *entry;
	if (recorder->session)
		session_journal(recorder->session, entry);
	recorder->pending = true;
}

struct journal_entry recorder_entry_at(const struct bench *bench,
    const struct run *run, enum journal_kind kind)
{
	struct journal_entry entry = {.kind = kind, .tick = bench->tick};

	if (run) {
		entry.step = run->learner->step;
		text_copy(entry.run, sizeof(entry.run), run->name);
	}
	return entry;
}

void recorder_command(struct bench *bench, const char *text)
{
	struct journal_entry entry = recorder_entry_at(bench, bench_run(bench),
	    JOURNAL_COMMAND);

	if (bench->recorder->muted)
		return;
	entry.text = xstrdup(text);
	recorder_append(bench->recorder, &entry);
}

void recorder_metric(struct bench *bench, const char *json)
{
	struct recorder *recorder = bench->recorder;
	double started = clock_now();

	if (recorder->muted)
		return;
	array_grow(&recorder->metric, recorder->metrics,
	    &recorder->metric_capacity, sizeof(*recorder->metric));
	recorder->metric[recorder->metrics++] = xstrdup(json);
	if (recorder->session)
		session_metric(recorder->session, json);
	recorder->pending = true;
	recorder->seconds += clock_now() - started;
}

static void hash_segments(const struct segment *segment, int segments,
    const real *values, struct journal_tensor *tensor)
{
	char text[HASH_TEXT];

	for (int i = 0; i < segments; i++) {
		hash_of(values + segment[i].offset,
		    segment[i].count * sizeof(real), text);
		text_copy(tensor[i].name, sizeof(tensor[i].name),
		    segment[i].name);
		text_format(tensor[i].hash, sizeof(tensor[i].hash), "%.16s",
		    text);
	}
}

/* The next link: of the chain so far and of every tensor. */
static void hash_run(struct bench *bench, struct run *run)
{
	const struct network *network = run->learner->network;
	struct journal_entry entry = recorder_entry_at(bench, run, JOURNAL_HASH);
	struct hash *hash = hash_new();
	double started = clock_now();

	entry.tensors = network->segments + network->buffer_segments;
	entry.tensor = xcalloc((size_t)entry.tensors, sizeof(*entry.tensor));
	hash_segments(network->segment, network->segments,
	    learner_weights(run->learner), entry.tensor);
	hash_segments(network->buffer_segment, network->buffer_segments,
	    run->learner->buffers, entry.tensor + network->segments);
	hash_add(hash, run->chain, strlen(run->chain));
	for (int i = 0; i < entry.tensors; i++)
		hash_add(hash, entry.tensor[i].hash,
		    strlen(entry.tensor[i].hash));
	hash_finish(hash, run->chain);
	text_copy(entry.hash, sizeof(entry.hash), run->chain);
	run->hashed_step = run->learner->step;
	if (bench->recorder->muted)
		recorder_entry_free(&entry);
	else
		recorder_append(bench->recorder, &entry);
	bench->recorder->seconds += clock_now() - started;
}

void recorder_begin(struct bench *bench, struct run *run)
{
	if (run->learner->step == 0 && run->hashed_step != 0)
		hash_run(bench, run);
}

void recorder_step(struct bench *bench, struct run *run)
{
	if (run->learner->step % bench->set.hash_every == 0)
		hash_run(bench, run);
}

void recorder_mute(struct recorder *recorder, bool mute)
{
	recorder->muted = mute;
}

const char *recorder_folder(const struct recorder *recorder)
{
	return recorder->session ? session_folder(recorder->session) : NULL;
}

bool recorder_pending(const struct recorder *recorder)
{
	return recorder->session && recorder->pending;
}

double recorder_seconds(const struct recorder *recorder)
{
	return recorder->seconds;
}

int recorder_entries(const struct recorder *recorder,
    const struct journal_entry **entries)
{
	*entries = recorder->entry;
	return (int)recorder->entries;
}

void recorder_continue_chain(struct run *run, const char *chain, long step)
{
	text_copy(run->chain, sizeof(run->chain), chain);
	run->hashed_step = step;
}

/* How far training got, so that a killed session can be brought there. */
static void mark(struct bench *bench)
{
	struct recorder *recorder = bench->recorder;
	struct journal_entry entry = recorder_entry_at(bench, bench_run(bench),
	    JOURNAL_MARK);

	if (recorder->marked_tick == bench->tick)
		return;
	recorder->marked_tick = bench->tick;
	recorder_append(recorder, &entry);
}

static int flush(struct bench *bench, bool checkpoints, struct error *error)
{
	struct recorder *recorder = bench->recorder;
	int status = 0;

	if (checkpoints)
		status = recorder_checkpoint(bench, error);
	mark(bench);
	recorder->flushed = clock_now();
	if (session_flush(recorder->session, error))
		status = -1;
	if (status == 0)
		recorder->pending = false;
	return status;
}

static void fill_header(const struct bench *bench,
    struct session_header *header)
{
	*header = (struct session_header){.format = SESSION_FORMAT,
		.seed = bench->seed};
	text_copy(header->version, sizeof(header->version), PACKAGE_VERSION);
	text_copy(header->core, sizeof(header->core), blas_core());
	text_copy(header->kernels, sizeof(header->kernels), kernels_name());
	if (bench->dataset)
		text_copy(header->data_hash, sizeof(header->data_hash),
		    dataset_hash(bench->dataset));
}

static void write_everything(struct recorder *recorder)
{
	for (size_t i = 0; i < recorder->entries; i++)
		session_journal(recorder->session, &recorder->entry[i]);
	for (size_t i = 0; i < recorder->metrics; i++)
		session_metric(recorder->session, recorder->metric[i]);
}

static int bind(struct bench *bench, const char *folder, struct error *error)
{
	struct recorder *recorder = bench->recorder;
	struct session_header header;
	struct session *session;

	fill_header(bench, &header);
	session = session_create(folder, &header, error);
	if (!session)
		return -1;
	if (recorder->session)
		session_close(recorder->session, NULL);
	recorder->session = session;
	recorder_drop_checkpoints(recorder);
	for (int i = 0; i < bench->runs; i++)
		bench->run[i]->saved_version = -1;
	write_everything(recorder);
	return 0;
}

int recorder_save(struct bench *bench, const char *folder,
    struct error *error)
{
	struct recorder *recorder = bench->recorder;
	const char *bound = recorder_folder(recorder);

	if (!folder && !bound)
		return error_set(error, "save where? `save FOLDER`");
	if (folder && (!bound || strcmp(folder, bound) != 0) &&
	    bind(bench, folder, error))
		return -1;
	return flush(bench, true, error);
}

static struct journal_entry entry_copy(const struct journal_entry *from)
{
	struct journal_entry entry = *from;
	size_t size = (size_t)entry.tensors * sizeof(*entry.tensor);

	if (entry.text)
		entry.text = xstrdup(entry.text);
	if (entry.tensor) {
		entry.tensor = xmalloc(size);
		memcpy(entry.tensor, from->tensor, size);
	}
	return entry;
}

void recorder_adopt(struct bench *bench, const struct session_data *data,
    int entries)
{
	struct recorder *recorder = bench->recorder;

	recorder_clear(recorder);
	for (int i = 0; i < entries && data->entry[i].tick <= bench->tick;
	    i++) {
		struct journal_entry entry = entry_copy(&data->entry[i]);

		recorder_append(recorder, &entry);
	}
}

int recorder_resume(struct bench *bench, const char *folder,
    struct error *error)
{
	struct recorder *recorder = bench->recorder;

	recorder->session = session_append(folder, error);
	recorder->pending = false;
	return recorder->session ? 0 : -1;
}

/* A failing disk is told once; what waits is tried again. */
static void complain(struct bench *bench, int status,
    const struct error *error)
{
	struct recorder *recorder = bench->recorder;

	if (status == 0) {
		recorder->complained = false;
		return;
	}
	if (!recorder->complained)
		bench_note(bench, "NOT SAVED: %s (will be tried again)",
		    error->text);
	recorder->complained = true;
}

void recorder_tend(struct bench *bench, bool now)
{
	struct recorder *recorder = bench->recorder;
	double time = clock_now();
	struct error error = {""};
	bool due;

	if (!recorder->session || recorder->muted)
		return;
	due = recorder_checkpoint_due(bench, time);
	if (!now && !due && (time - recorder->flushed < 1 ||
	    (!recorder->pending && recorder->marked_tick == bench->tick)))
		return;
	complain(bench, flush(bench, now || due, &error), &error);
	recorder->seconds += clock_now() - time;
}
