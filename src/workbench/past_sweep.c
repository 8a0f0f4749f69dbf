/* Accuracy at each value of a slider, asked of old steps. */
#include "workbench/past.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "workbench/slide.h"

struct past_sweep {
	struct question base;
	struct compress_settings settings;	/* the other slider's */
	bool bits;
	int count, next, rows;
	double value[SWEEP_MOST];
	double accuracy[SWEEP_MOST], low[SWEEP_MOST], high[SWEEP_MOST];
	struct slide *slide;
};

static void emit_row(const struct past_sweep *question, struct bench *bench,
    const struct run *was, uint32_t n)
{
	struct event *event = event_new("map");

	event_text(event, "run", was->name);
	event_number(event, "step", (double)was->learner->step);
	event_text(event, "kind", question->bits ? "quant" : "prune");
	event_number(event, "row", question->rows);
	event_numbers(event, "at", question->count, question->value);
	event_numbers(event, "accuracy", question->count, question->accuracy);
	event_numbers(event, "low", question->count, question->low);
	event_numbers(event, "high", question->count, question->high);
	event_number(event, "n", n);
	bench_emit(bench, event);
}

/* The test set says all that a map shows; damage and time are left out. */
static int measure(struct past_sweep *question, struct bench *bench,
    struct run *was, struct error *error)
{
	double value = question->value[question->next];
	const double until = clock_now() + QUANTUM;
	int status = 0;

	if (!question->slide) {
		if (question->bits)
			compress_set_bits(&question->settings, (int)value);
		else
			compress_set_ratio(&question->settings, value);
		question->slide = slide_new(bench, was, &question->settings);
	}
	while (status == 0 && !slide_result(question->slide)->exact &&
	    clock_now() < until)
		status = slide_advance(question->slide, error);
	return status < 0 ? -1 : slide_result(question->slide)->exact;
}

static int advance(struct question *base, struct bench *bench,
    struct run *was, struct error *error)
{
	struct past_sweep *question = (struct past_sweep *)base;
	int status = measure(question, bench, was, error);
	const struct slide_result *result = slide_result(question->slide);
	uint32_t n = result->n;

	base->progress = (double)question->next / question->count;
	if (status <= 0)
		return status;
	question->accuracy[question->next] = result->accuracy;
	question->low[question->next] = result->low;
	question->high[question->next] = result->high;
	slide_free(question->slide);
	question->slide = NULL;
	if (++question->next < question->count)
		return 0;
	emit_row(question, bench, was, n);
	question->next = 0;
	question->rows++;
	return 1;
}

static void keep(struct question *base, struct run *run,
    const struct run *was)
{
	const struct past_sweep *question = (struct past_sweep *)base;

	map_add(&run->map[question->bits], was->learner->step,
	    question->count, question->value, question->accuracy);
}

static void sweep_free(struct question *base)
{
	struct past_sweep *question = (struct past_sweep *)base;

	slide_free(question->slide);
	compress_settings_free(&question->settings);
	free(question);
}

struct question *question_sweep(const struct bench *bench, bool bits,
    int count, const double *value)
{
	struct past_sweep *question = xcalloc(1, sizeof(*question));

	question->base = (struct question){.advance = advance, .keep = keep,
		.free = sweep_free};
	compress_settings_copy(&question->settings, &bench->compress);
	question->bits = bits;
	question->count = count;
	memcpy(question->value, value, (size_t)count * sizeof(*value));
	return &question->base;
}
