/* A measure of sharpness asked of old steps. */
#include "workbench/past.h"

#include <stdlib.h>

#include "base/memory.h"
#include "workbench/picture.h"
#include "workbench/run.h"

struct past_probe {
	struct question base;
	struct probe probe;
	struct job *measuring;	/* never scheduled */
};

static int advance(struct question *base, struct bench *bench,
    struct run *was, struct error *error)
{
	struct past_probe *question = (struct past_probe *)base;
	int status;

	if (!question->measuring) {
		question->measuring = job_probe(bench, was,
		    &question->probe, PRIORITY_BACKGROUND);
		question->measuring->references++;
	}
	status = question->measuring->advance(question->measuring, bench,
	    error);
	base->progress = question->measuring->progress;
	return status;
}

static void forget(struct past_probe *question)
{
	job_release(question->measuring);
	question->measuring = NULL;
}

static void keep_pictures(struct run *run, const struct run *was)
{
	for (int i = 0; i < PICTURES; i++) {
		const struct picture *now = run->picture[i];
		struct picture *old = was->picture[i];

		if (old && old->reading.step == was->learner->step && (!now ||
		    now->reading.step <= old->reading.step))
			run_picture(run, (enum picture_name)i,
			    picture_share(old));
	}
}

static void keep(struct question *base, struct run *run,
    const struct run *was)
{
	const struct past_probe *question = (struct past_probe *)base;
	const struct measured_value *value = measured_at(&was->measured,
	    question->probe.kind, was->learner->step);

	forget((struct past_probe *)base);
	if (value && value->step == was->learner->step)
		measured_add(&run->measured, value);
	keep_pictures(run, was);
	for (int i = 0; i < CURVES; i++) {
		const struct reading *reading = &was->reading[i];

		if (!reading->known || reading->step != was->learner->step)
			continue;
		series_insert(&run->curve[i], (double)reading->step,
		    reading->value);
		if (!run->reading[i].known ||
		    run->reading[i].step <= reading->step)
			run->reading[i] = *reading;
	}
}

static void probe_free(struct question *base)
{
	forget((struct past_probe *)base);
	free(base);
}

struct question *question_probe(const struct probe *probe)
{
	struct past_probe *question = xcalloc(1, sizeof(*question));

	question->base = (struct question){.advance = advance, .keep = keep,
		.free = probe_free};
	question->probe = *probe;
	return &question->base;
}
