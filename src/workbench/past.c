#include "workbench/past.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/run.h"
#include "workbench/seek.h"
#include "workbench/timeline.h"

struct past_job {
	struct job base;
	struct question *question;
	struct past_steps steps;
	long step;		/* asked about now */
	int done, count;
	struct seek *seek;
	struct run *was;	/* its learner is the seek's */
	bool there;
};

int past_parse(const char *word, struct past_steps *steps,
    struct error *error)
{
	const struct { const char *name; long *value, least; } map[] = {
		{"from=", &steps->from, 0}, {"to=", &steps->to, 0},
		{"every=", &steps->every, 1}};

	for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++) {
		size_t length = strlen(map[i].name);

		if (strncmp(word, map[i].name, length) != 0)
			continue;
		if (parse_long(word + length, map[i].value) ||
		    *map[i].value < map[i].least)
			return error_set(error, "%s: a whole number from %ld "
			    "on", word, map[i].least);
		steps->asked |= map[i].value != &steps->every;
		return 1;
	}
	return 0;
}

static int begin_step(struct past_job *job, struct bench *bench,
    struct error *error)
{
	job->there = false;
	if (!job->seek)
		job->seek = seek_new(job->base.run);
	return seek_begin(job->seek, bench, job->step, error);
}

static void arrive(struct past_job *job)
{
	struct learner *learner = seek_learner(job->seek);

	if (!job->was)
		job->was = run_new(job->base.run->name, learner);
	job->was->learner = learner;
	run_changed(job->was, false);
	job->there = true;
}

static void show_progress(struct past_job *job)
{
	double step = job->there ? 0.5 + 0.5 * job->question->progress :
	    0.5 * seek_progress(job->seek);

	job->base.progress = (job->done + step) / job->count;
}

static int travel(struct past_job *job, struct bench *bench,
    struct error *error)
{
	int status = 0;

	if (!job->seek && begin_step(job, bench, error))
		return -1;
	status = seek_advance(job->seek, bench, error);
	if (status > 0)
		arrive(job);
	return status < 0 ? -1 : 0;
}

static int past_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct past_job *job = (struct past_job *)base;
	int status;

	if (!job->there) {
		status = travel(job, bench, error);
		show_progress(job);
		return status;
	}
	status = job->question->advance(job->question, bench, job->was, error);
	if (status <= 0) {
		show_progress(job);
		return status;
	}
	job->question->keep(job->question, base->run, job->was);
	job->step += job->steps.every;
	base->progress = (double)++job->done / job->count;
	if (job->done == job->count)
		return 1;
	return begin_step(job, bench, error);
}

static void past_free(struct job *base)
{
	struct past_job *job = (struct past_job *)base;

	job->question->free(job->question);
	if (job->was) {
		job->was->learner = NULL;	/* it is the seek's */
		run_free(job->was);
	}
	seek_free(job->seek);
	free(job);
}

/* How many steps that are; 0: none, or too many. */
static int count_steps(const struct run *run, struct past_steps *steps,
    struct error *error)
{
	long head = timeline_head(run->timeline, run->learner->step);
	long count;

	if (steps->to < 0)
		steps->to = head;
	if (steps->to > head || steps->from > steps->to) {
		error_set(error, "from=%ld to=%ld: run %s has steps 0 to %ld",
		    steps->from, steps->to, run->name, head);
		return 0;
	}
	count = (steps->to - steps->from) / steps->every + 1;
	if (count > PAST_STEPS_MOST) {
		error_set(error, "every=%ld: those are %ld steps, %d are the "
		    "most", steps->every, count, PAST_STEPS_MOST);
		return 0;
	}
	return (int)count;
}

struct job *job_past(struct run *run, const struct past_steps *steps,
    struct question *question, const char *text, struct error *error)
{
	struct past_job *job = xcalloc(1, sizeof(*job));

	job->base = (struct job){.kind = JOB_PAST, .past = true, .run = run,
		.priority = PRIORITY_BACKGROUND, .advance = past_advance,
		.free = past_free};
	job->steps = *steps;
	job->question = question;
	job->count = count_steps(run, &job->steps, error);
	if (job->count == 0) {
		past_free(&job->base);
		return NULL;
	}
	job->step = job->steps.from;
	text_format(job->base.text, sizeof(job->base.text), "%s of %s, steps "
	    "%ld to %ld", text, run->name, job->steps.from, job->steps.to);
	return &job->base;
}
