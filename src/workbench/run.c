#include "workbench/run.h"

#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/job.h"
#include "workbench/picture.h"
#include "workbench/slide.h"
#include "workbench/timeline.h"

struct run *run_new(const char *name, struct learner *learner)
{
	struct run *run = xcalloc(1, sizeof(*run));

	text_copy(run->name, sizeof(run->name), name);
	run->learner = learner;
	run->loss = run->accuracy = NAN;
	run->hashed_step = -1;
	run->probed_step = -1;
	run->saved_version = -1;
	run->slides = slide_cache_new();
	run->timeline = timeline_new();
	return run;
}

static void forget_warm(struct run *run)
{
	for (int i = 0; i < PROBES_MAX; i++)
		reals_free(run->warm[i].vector);
	memset(run->warm, 0, sizeof(run->warm));
}

static void forget_views(struct run *run)
{
	for (int i = 0; i < PICTURES; i++)
		run_picture(run, (enum picture_name)i, NULL);
	for (int i = 0; i < 2; i++) {
		map_clear(&run->map[i]);
		map_clear(&run->sensitivity[i]);
	}
}

void run_free(struct run *run)
{
	if (!run)
		return;
	forget_warm(run);
	for (int i = 0; i < CURVES; i++)
		series_clear(&run->curve[i]);
	layer_curves_clear(&run->layers);
	slide_cache_free(run->slides);
	timeline_free(run->timeline);
	marks_clear(&run->marks);
	marks_clear(&run->notes);
	measured_clear(&run->measured);
	forget_views(run);
	learner_free(run->learner);
	free(run);
}

static void copy_warm(struct run *to, const struct run *from)
{
	size_t n = from->learner->network->parameters;

	for (int i = 0; i < PROBES_MAX && from->warm[i].vector; i++) {
		to->warm[i] = from->warm[i];
		to->warm[i].vector = reals_new(n);
		memcpy(to->warm[i].vector, from->warm[i].vector,
		    n * sizeof(real));
	}
}

struct run *run_fork(const struct run *run, const char *name)
{
	struct run *fork = run_new(name, learner_copy(run->learner));

	for (int i = 0; i < CURVES; i++) {
		series_copy(&fork->curve[i], &run->curve[i]);
		series_cut(&fork->curve[i], (double)run->learner->step);
		if (run->reading[i].step <= run->learner->step)
			fork->reading[i] = run->reading[i];
	}
	layer_curves_copy(&fork->layers, &run->layers, run->learner->step);
	fork->trained = series_last(&fork->curve[CURVE_SECONDS]);
	copy_warm(fork, run);
	timeline_free(fork->timeline);
	fork->timeline = timeline_branch(run->timeline, run->learner);
	marks_copy(&fork->marks, &run->marks, run->learner->step);
	marks_copy(&fork->notes, &run->notes, run->learner->step);
	measured_copy(&fork->measured, &run->measured, run->learner->step);
	for (int i = 0; i < 2; i++) {
		map_copy(&fork->map[i], &run->map[i], run->learner->step);
		fork->sensitivity_step[i] = run->sensitivity_step[i];
		if (run->sensitivity_step[i] <= run->learner->step)
			map_copy(&fork->sensitivity[i], &run->sensitivity[i],
			    LONG_MAX);
	}
	for (int i = 0; i < PICTURES; i++) {
		if (run->picture[i] &&
		    run->picture[i]->reading.step <= run->learner->step)
			fork->picture[i] = picture_share(run->picture[i]);
	}
	text_copy(fork->parent, sizeof(fork->parent), run->name);
	fork->parent_step = run->learner->step;
	text_copy(fork->position, sizeof(fork->position), run->position);
	fork->loss = run->loss;
	fork->accuracy = run->accuracy;
	return fork;
}

void run_changed(struct run *run, bool restart)
{
	run->version++;
	if (!restart)
		return;
	timeline_clear(run->timeline);
	marks_clear(&run->marks);
	marks_clear(&run->notes);
	measured_clear(&run->measured);
	forget_views(run);
	for (int i = 0; i < CURVES; i++) {
		series_clear(&run->curve[i]);
		run->reading[i] = (struct reading){0};
	}
	layer_curves_clear(&run->layers);
	forget_warm(run);
	run->loss_sum = run->correct_sum = run->judged = 0;
	run->samples = run->seconds = 0;
	run->trained = 0;
	run->loss = run->accuracy = NAN;
	run->hashed_step = -1;
	run->probed_step = -1;
	run->chain[0] = '\0';
}

static int copy_optimizer(const struct learner *from, struct learner *to,
    struct error *error)
{
	char *line = optimizer_line(from->optimizer);
	const char *word[OPTIONS_MAX * 2];
	int words = 0, status;

	for (char *rest = NULL, *w = strtok_r(line, " ", &rest);
	    w && words < OPTIONS_MAX * 2; w = strtok_r(NULL, " ", &rest))
		word[words++] = w;
	status = learner_set_optimizer(to, words, word, error);
	free(line);
	return status;
}

int learner_like(const struct learner *like, struct learner *learner,
    struct error *error)
{
	learner->shuffle = like->shuffle;
	learner->decay_factors = like->decay_factors;
	learner->schedule = like->schedule;
	learner->gradual = like->gradual;
	learner->after_step = like->after_step;
	learner_set_batch(learner, like->batch);
	if (learner_set_transform(learner, transform_kind_of(like->transform),
		transform_options(like->transform), error))
		return -1;
	return copy_optimizer(like, learner, error);
}

int run_set_network(struct bench *bench, struct run *run,
    struct network *network, struct error *error)
{
	struct learner *old = run->learner;
	struct learner *learner = learner_new(bench->dataset, network,
	    old->seed, bench->pool);

	if (learner_like(old, learner, error)) {
		learner_free(learner);
		return -1;
	}
	run->learner = learner;
	run_changed(run, true);
	learner_free(old);
	return 0;
}

bool run_transformed(const struct run *run)
{
	const struct transform_kind *kind =
	    transform_kind_of(run->learner->transform);

	return strcmp(kind->name, "none") != 0;
}

void run_arm(const struct run *run, char *out, size_t size)
{
	const struct learner *learner = run->learner;
	const struct transform_kind *kind =
	    transform_kind_of(learner->transform);
	double lr = NAN, rho = NAN, base = 0;
	struct buffer text = {0};

	optimizer_get(learner->optimizer, "lr", &lr);
	buffer_printf(&text, "%s lr=%g", optimizer_name(learner->optimizer),
	    lr);
	if (optimizer_get(learner->optimizer, "rho", &rho) == 0)
		buffer_printf(&text, " rho=%g", rho);
	if (optimizer_get(learner->optimizer, "base", &base) == 0 && base > 0)
		buffer_puts(&text, " base=sgd");
	if (run_transformed(run)) {
		buffer_printf(&text, ", %s", kind->name);
		options_print(kind->options,
		    transform_options(learner->transform), false, &text);
	}
	text_copy(out, size, text.text);
	buffer_free(&text);
}

void run_watch(struct run *run, const char *position)
{
	if (strcmp(run->position, position) == 0)
		return;
	text_copy(run->position, sizeof(run->position), position);
	series_clear(&run->curve[CURVE_COMPRESSED]);
	run->reading[CURVE_COMPRESSED] = (struct reading){0};
}

void run_recall(struct run *run)
{
	double step = (double)run->learner->step;

	run->loss = series_at(&run->curve[CURVE_LOSS], step);
	run->accuracy = series_at(&run->curve[CURVE_ACCURACY], step);
}

void run_forget_ahead(struct run *run)
{
	double head = (double)timeline_head(run->timeline,
	    run->learner->step);

	for (int i = 0; i < CURVES; i++)
		curve_forget(&run->curve[i], &run->reading[i], head);
	for (size_t i = 0; i < run->layers.count; i++)
		curve_forget(&run->layers.curve[i].series,
		    &run->layers.curve[i].reading, head);
}

void run_sensitivity(struct run *run, bool bits, long step, int layer,
    int columns, const double *at, const double *accuracy)
{
	if (run->sensitivity_step[bits] != step)
		map_clear(&run->sensitivity[bits]);
	run->sensitivity_step[bits] = step;
	map_add(&run->sensitivity[bits], layer, columns, at, accuracy);
}

void run_picture(struct run *run, enum picture_name name,
    struct picture *picture)
{
	picture_release(run->picture[name]);
	run->picture[name] = picture;
}

real *run_warm_vector(struct run *run, const struct measure_kind *kind,
    int layer)
{
	for (int i = 0; i < PROBES_MAX; i++) {
		struct warm_vector *warm = &run->warm[i];

		if (warm->vector && (warm->kind != kind ||
		    warm->layer != layer))
			continue;
		if (!warm->vector)
			*warm = (struct warm_vector){kind, layer, reals_new(
			    run->learner->network->parameters)};
		return warm->vector;
	}
	return NULL;
}

int bench_check_name(const struct bench *bench, const char *name,
    struct error *error)
{
	size_t length = strlen(name);

	if (length == 0 || length >= sizeof(bench->run[0]->name))
		return error_set(error,
		    "run name: 1 to %zu characters", sizeof(bench->run[0]->name)
		    - 1);
	for (size_t i = 0; i < length; i++) {
		if (!isalnum((unsigned char)name[i]) &&
		    !strchr("-_.+", name[i]))
			return error_set(error, "run name %s: letters, digits "
			    "and - _ . + only", name);
	}
	if (name[0] == '.' || name[0] == '-')
		return error_set(error, "run name %s: begins with %c", name,
		    name[0]);
	if (bench_find_run(bench, name))
		return error_set(error, "there is a run %s already", name);
	if (bench->runs == RUNS_MAX)
		return error_set(error, "there are %d runs, no more fit: "
		    "remove one with `run rm NAME`", RUNS_MAX);
	return 0;
}

int bench_add_run(struct bench *bench, struct run *run, struct error *error)
{
	if (bench_check_name(bench, run->name, error))
		return -1;
	timeline_limit(run->timeline, (size_t)bench->set.checkpoint_limit <<
	    20, bench->set.checkpoint_every);
	bench->run[bench->runs] = run;
	bench->current = bench->runs++;
	bench->changed = true;
	return 0;
}

void bench_remove_run(struct bench *bench, struct run *run)
{
	int at = 0;

	bench_cancel_run(bench, run);
	while (bench->run[at] != run)
		at++;
	bench->runs--;
	for (int i = at; i < bench->runs; i++)
		bench->run[i] = bench->run[i + 1];
	if (bench->current > at || bench->current == bench->runs)
		bench->current--;
	run_free(run);
	bench->changed = true;
}

struct run *bench_run(const struct bench *bench)
{
	return bench->current < 0 ? NULL : bench->run[bench->current];
}

struct run *bench_find_run(const struct bench *bench, const char *name)
{
	for (int i = 0; i < bench->runs; i++) {
		if (strcmp(bench->run[i]->name, name) == 0)
			return bench->run[i];
	}
	return NULL;
}
