/* The session as a film: its journal is played on a bench of its own, and the
 * screen drawn at regular steps and after each command. */
#include "workbench/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/cast.h"
#include "workbench/player.h"
#include "workbench/publish.h"
#include "workbench/recorder.h"

#define FRAMES_PER_SECOND 5.0
#define COMMAND_SECONDS 0.7	/* to read what was typed */
#define LAST_SECONDS 2.0

struct cast_job {
	struct job base;
	struct cast_plan plan;
	struct session_data journal;	/* entries are the recorder's */
	struct player *player;
	struct bench *inner;
	struct workbench_options options;
	struct cast *cast;
	double now;		/* seconds of the film */
	long every, next;	/* ticks between frames; of the next one */
	long commands;		/* executed at the last frame */
	uint64_t frames;
};

static void draw(struct cast_job *job, struct bench *bench, double seconds)
{
	struct snapshot *snapshot = snapshot_make(job->inner, ++job->frames);
	char *lines = bench->options->paint(snapshot, job->plan.columns,
	    job->plan.rows, true);

	snapshot_free(snapshot);
	cast_add(job->cast, job->now, lines);
	job->now += seconds;
	free(lines);
}

/* Playing has stopped: for a command, or where a frame is due. */
static void take_frame(struct cast_job *job, struct bench *bench)
{
	bool command = job->inner->commands != job->commands;

	job->commands = job->inner->commands;
	draw(job, bench, command ? COMMAND_SECONDS : 1 / FRAMES_PER_SECOND);
	if (job->inner->tick < job->next)
		return;
	job->next = (job->inner->tick / job->every + 1) * job->every;
	player_stop_at(job->player, job->next);
}

static int finish(struct cast_job *job, struct bench *bench,
    struct error *error)
{
	draw(job, bench, LAST_SECONDS);
	draw(job, bench, 0);
	if (cast_write(job->cast, job->plan.path, error))
		return -1;
	bench_note(bench, "written to %s: %.0f seconds of %dx%d",
	    job->plan.path, job->now, job->plan.columns, job->plan.rows);
	return 1;
}

static int cast_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct cast_job *job = (struct cast_job *)base;
	int status = player_advance(job->player, job->inner, error);

	base->progress = player_progress(job->player, job->inner);
	if (status == PLAYER_STOPPED)
		take_frame(job, bench);
	else if (status == 1)
		return finish(job, bench, error);
	return status < 0 ? -1 : 0;
}

static void cast_job_free(struct job *base)
{
	struct cast_job *job = (struct cast_job *)base;

	player_free(job->player);
	bench_free(job->inner);
	free(job->journal.entry);
	cast_free(job->cast);
	free(job->plan.path);
	free(job);
}

/* With a mark at its end: training goes on to where it is now. */
static void copy_journal(struct cast_job *job, const struct bench *bench)
{
	const struct journal_entry *entry;
	int entries = recorder_entries(bench->recorder, &entry);

	job->journal.entry = xcalloc((size_t)entries + 1, sizeof(*entry));
	if (entries)
		memcpy(job->journal.entry, entry,
		    (size_t)entries * sizeof(*entry));
	job->journal.entry[entries] = (struct journal_entry){
		.kind = JOURNAL_MARK, .tick = bench->tick};
	job->journal.entries = entries + 1;
}

struct job *job_cast(struct bench *bench, const struct cast_plan *plan,
    struct error *error)
{
	struct cast_job *job;

	if (!bench->options->paint) {
		error_set(error, "there is no screen that could be drawn");
		return NULL;
	}
	job = xcalloc(1, sizeof(*job));
	job->base = (struct job){.kind = JOB_REPLAY,
		.priority = PRIORITY_BACKGROUND, .advance = cast_advance,
		.free = cast_job_free};
	text_format(job->base.text, sizeof(job->base.text), "film for %s",
	    plan->path);
	job->plan = *plan;
	job->every = (long)ceil((double)bench->tick /
	    (FRAMES_PER_SECOND * plan->seconds));
	if (job->every < 1)
		job->every = 1;
	copy_journal(job, bench);
	job->player = player_new(&job->journal);
	player_stop_at(job->player, job->next);
	job->inner = bench_new(&job->options, pool_threads(bench->pool));
	job->cast = cast_new(plan->columns, plan->rows, "snt");
	return &job->base;
}
