/* When checkpoints are written, and which of them stay. */
#include "workbench/recorder_private.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "session/checkpoint.h"

/* Checkpoints may take one part in this many of the time, and come no more
 * often than every so many seconds; that many are kept of each run. */
enum { COST_SHARE = 100, CHECKPOINT_SECONDS = 10, CHECKPOINTS_KEPT = 3 };

/* Old automatic checkpoints of a run go when there are enough newer ones. */
static void thin_checkpoints(struct recorder *recorder, const char *name)
{
	size_t of_run = 0, kept = 0;

	for (size_t i = 0; i < recorder->files; i++)
		of_run += strcmp(recorder->file[i].run, name) == 0;
	for (size_t i = 0; i < recorder->files; i++) {
		struct checkpoint_file *file = &recorder->file[i];

		if (of_run > CHECKPOINTS_KEPT &&
		    strcmp(file->run, name) == 0) {
			unlink(file->path);
			free(file->path);
			of_run--;
		} else {
			recorder->file[kept++] = *file;
		}
	}
	recorder->files = kept;
}

static void keep_file(struct recorder *recorder, const char *run, char *path)
{
	struct checkpoint_file *file;

	array_grow(&recorder->file, recorder->files,
	    &recorder->file_capacity, sizeof(*recorder->file));
	file = &recorder->file[recorder->files++];
	text_copy(file->run, sizeof(file->run), run);
	file->path = path;
	thin_checkpoints(recorder, run);
}

static int checkpoint_run(struct bench *bench, struct run *run,
    struct error *error)
{
	struct recorder *recorder = bench->recorder;
	struct journal_entry entry = recorder_entry_at(bench, run,
	    JOURNAL_CHECKPOINT);
	char *path;

	entry.text = xasprintf("%s-%ld.safetensors", run->name,
	    run->learner->step);
	path = session_checkpoint_path(recorder->session, entry.text);
	if (checkpoint_write(run->learner, path, entry.hash, error)) {
		free(entry.text);
		free(path);
		return -1;
	}
	recorder_append(recorder, &entry);
	run->saved_version = run->version;
	keep_file(recorder, run->name, path);
	return 0;
}

int recorder_checkpoint(struct bench *bench, struct error *error)
{
	double started = clock_now();

	for (int i = 0; i < bench->runs; i++) {
		struct run *run = bench->run[i];

		/* What starts at step 0 the journal's commands make again. */
		if (run->learner->step > 0 &&
		    run->saved_version != run->version &&
		    checkpoint_run(bench, run, error))
			return -1;
	}
	bench->recorder->checkpointed = clock_now();
	bench->recorder->cost = bench->recorder->checkpointed - started;
	bench->recorder->checkpoint_tick = bench->tick;
	return 0;
}

bool recorder_checkpoint_due(const struct bench *bench, double time)
{
	const struct recorder *recorder = bench->recorder;

	return bench->tick != recorder->checkpoint_tick &&
	    time - recorder->checkpointed > CHECKPOINT_SECONDS &&
	    time - recorder->checkpointed > COST_SHARE * recorder->cost;
}

void recorder_drop_checkpoints(struct recorder *recorder)
{
	size_t kept = 0;

	for (size_t i = 0; i < recorder->entries; i++) {
		if (recorder->entry[i].kind == JOURNAL_CHECKPOINT)
			recorder_entry_free(&recorder->entry[i]);
		else
			recorder->entry[kept++] = recorder->entry[i];
	}
	recorder->entries = kept;
	for (size_t i = 0; i < recorder->files; i++)
		free(recorder->file[i].path);
	recorder->files = 0;
}
