/* Verification: the journal is played on a second bench, out of sight, and
 * every hash is compared. */
#include "workbench/job.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/blas.h"
#include "session/checkpoint.h"
#include "workbench/player.h"

/* Of weights after training on other kernels, relative to their norm. */
static const double tolerance = 0.01;

struct verify_job {
	struct job base;
	char *folder;
	struct session_data *data;
	struct player *player;
	struct bench *inner;
	struct workbench_options options;	/* of the inner bench */
	char problem[256];
};

static void check_checkpoints(struct verify_job *job)
{
	for (int i = 0; i < job->data->entries && !job->problem[0]; i++) {
		const struct journal_entry *entry = &job->data->entry[i];
		char *folder, *path;
		struct error error;

		if (entry->kind != JOURNAL_CHECKPOINT)
			continue;
		folder = path_join(job->folder, "checkpoints");
		path = path_join(folder, entry->text);
		/* Old ones are thinned out; what is there must be right. */
		if (path_exists(path) &&
		    checkpoint_check(path, entry->hash, &error))
			text_copy(job->problem, sizeof(job->problem),
			    error.text);
		free(path);
		free(folder);
	}
}

static void check_journal(struct verify_job *job)
{
	const struct session_data *data = job->data;

	if (data->broken >= 0)
		text_format(job->problem, sizeof(job->problem),
		    "the journal was changed at entry %d", data->broken + 1);
	else if (data->problem)
		text_copy(job->problem, sizeof(job->problem), data->problem);
	else
		check_checkpoints(job);
}

/* The newest checkpoint of a run at the step where it ended, or NULL. */
static const char *last_checkpoint(const struct verify_job *job,
    const struct run *run)
{
	const char *found = NULL;

	for (int i = 0; i < job->data->entries; i++) {
		const struct journal_entry *entry = &job->data->entry[i];

		if (entry->kind == JOURNAL_CHECKPOINT &&
		    entry->step == run->learner->step &&
		    strcmp(entry->run, run->name) == 0)
			found = entry->text;
	}
	return found;
}

/* |w - w'| / |w'| of a run and its checkpoint; NAN when there is none. */
static double run_distance(const struct verify_job *job,
    const struct run *run)
{
	const char *name = last_checkpoint(job, run);
	size_t n = run->learner->network->parameters;
	const real *w = learner_weights(run->learner), *recorded;
	struct learner *learner;
	double off = 0, all = 0;
	char *folder, *path;
	struct error error;

	if (!name)
		return NAN;
	folder = path_join(job->folder, "checkpoints");
	path = path_join(folder, name);
	learner = learner_copy(run->learner);
	if (checkpoint_read(learner, path, &error))
		off = NAN;
	recorded = learner_weights(learner);
	for (size_t i = 0; i < n; i++) {
		double d = (double)w[i] - (double)recorded[i];

		off += d * d;
		all += (double)recorded[i] * (double)recorded[i];
	}
	learner_free(learner);
	free(path);
	free(folder);
	return all > 0 ? sqrt(off / all) : NAN;
}

/* Other kernels of BLAS round otherwise: then the weights in which the
 * recorded runs ended have to be near. NAN: there is nothing to compare. */
static double distance(const struct verify_job *job)
{
	double most = NAN;

	for (int i = 0; i < job->inner->runs; i++) {
		double one = run_distance(job, job->inner->run[i]);

		if (isnan(one))
			return NAN;
		most = fmax(most, one);
	}
	return most;
}

/* Whether only rounding can be the reason. */
static bool rounds_otherwise(struct verify_job *job, double *off)
{
	const char *core = blas_core();
	const char *recorded = job->data->header.core;

	*off = NAN;
	if (job->problem[0] || strcmp(core, recorded) == 0)
		return false;
	*off = distance(job);
	text_format(job->problem, sizeof(job->problem), "recorded with the "
	    "OpenBLAS core type %s, this is %s", recorded, core);
	return *off <= tolerance;
}

static int finish_verify(struct verify_job *job, struct bench *bench)
{
	struct player_outcome outcome;
	struct event *event = event_new("verify");
	double off = 0;
	bool ok, near;

	player_compare(job->player, job->inner, &outcome);
	near = outcome.differs && rounds_otherwise(job, &off);
	ok = near || (!outcome.differs && !job->problem[0]);
	event_bool(event, "ok", ok);
	event_bool(event, "exact", ok && !near);
	event_number(event, "difference", off);
	event_number(event, "hashes", outcome.hashes);
	if (outcome.differs) {
		event_text(event, "run", outcome.run);
		event_number(event, "step", (double)outcome.step);
	} else {
		event_null(event, "step");
	}
	if (outcome.tensor[0])
		event_text(event, "tensor", outcome.tensor);
	else
		event_null(event, "tensor");
	if (job->problem[0])
		event_text(event, "problem", job->problem);
	bench_emit(bench, event);
	job->base.failed = !ok;
	return 1;
}

/* The recorded data set, or no comparison makes sense. */
static bool other_data(struct verify_job *job)
{
	struct dataset *dataset = job->inner->dataset;
	const char *recorded = job->data->header.data_hash;

	if (!dataset || !recorded[0] ||
	    strcmp(dataset_hash(dataset), recorded) == 0)
		return false;
	text_format(job->problem, sizeof(job->problem),
	    "the data set %s is not the one recorded", dataset->name);
	return true;
}

static int verify_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct verify_job *job = (struct verify_job *)base;
	int status = player_advance(job->player, job->inner, error);

	base->progress = player_progress(job->player, job->inner);
	if (status == 0 && !(job->inner->tick > 0 && other_data(job)))
		return 0;
	if (status < 0 && !job->problem[0])
		text_copy(job->problem, sizeof(job->problem), error->text);
	return finish_verify(job, bench);
}

static void verify_free(struct job *base)
{
	struct verify_job *job = (struct verify_job *)base;

	player_free(job->player);
	session_data_free(job->data);
	bench_free(job->inner);
	free(job->folder);
	free(job);
}

struct job *job_verify(struct bench *bench, const char *folder,
    struct error *error)
{
	struct session_data *data = session_read(folder, error);
	struct verify_job *job;

	if (!data || session_check_format(folder, data, error)) {
		session_data_free(data);
		return NULL;
	}
	job = xcalloc(1, sizeof(*job));
	job->base = (struct job){.kind = JOB_REPLAY,
		.priority = PRIORITY_BACKGROUND, .advance = verify_advance,
		.free = verify_free};
	text_format(job->base.text, sizeof(job->base.text), "verify %s",
	    folder);
	job->folder = xstrdup(folder);
	job->data = data;
	job->player = player_new(data);
	job->inner = bench_new(&job->options, pool_threads(bench->pool));
	job->inner->silent = true;
	check_journal(job);
	return &job->base;
}
