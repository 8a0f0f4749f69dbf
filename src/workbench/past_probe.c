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

static bool is_of(const struct reading *reading, const struct run *was)
{
	return reading->known && reading->step == was->learner->step;
}

static void keep_curves(struct run *run, const struct run *was)
{
	for (int i = 0; i < CURVES; i++) {
		if (is_of(&was->reading[i], was))
			curve_take(&run->curve[i], &run->reading[i],
			    &was->reading[i]);
	}
	for (size_t i = 0; i < was->layers.count; i++) {
		const struct layer_curve *old = &was->layers.curve[i];
		struct layer_curve *curve;

		if (!is_of(&old->reading, was))
			continue;
		curve = layer_curves_at(&run->layers, old->name, old->layer);
		curve_take(&curve->series, &curve->reading, &old->reading);
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
	keep_curves(run, was);
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
