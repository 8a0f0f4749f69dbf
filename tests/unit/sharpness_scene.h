/*
 * Networks so small that the whole Hessian can be written down, column by
 * column from exact products, for the tests of sharpness.
 */
#ifndef SNT_TESTS_SHARPNESS_SCENE_H
#define SNT_TESTS_SHARPNESS_SCENE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "base/vector.h"
#include "sharpness/measure.h"

#ifdef SNT_DOUBLE
#define CLOSE 1e-9
#else
#define CLOSE 2e-5
#endif

enum { SAMPLES = 40, INPUTS = 4, CLASSES = 3, WORDS_MAX = 8 };

void dsyev_(const char *job, const char *triangle, const int *n, double *a,
    const int *stride, double *values, double *work, const int *work_size,
    int *info);

/* A network on some points, and the dense Hessian there. */
struct scene {
	struct pool *pool;
	struct network *network;
	struct engine *engine;
	struct dataset dataset;
	real *w, *buffers;
	size_t n;
	double *hessian;	/* (n, n) */
	double *eigenvalue;	/* ascending */
	real *gradient;
	double loss;
};

static inline void assert_close(double a, double b, double tolerance)
{
	if (!(fabs(a - b) <= tolerance))
		fail_msg("%.12g and %.12g differ by more than %g", a, b,
		    tolerance);
}

/* "conv 4 k=3", or after "@2" or "@7,2" the layers whose outputs it takes. */
static inline struct network *longer_by(const struct network *network,
    const char *line)
{
	char copy[64], *save = NULL;
	const char *word[WORDS_MAX];
	int words = 0, from[INPUTS_MAX] = {-1, -1};
	struct network *longer;
	struct error error;

	text_copy(copy, sizeof(copy), line);
	for (char *next = strtok_r(copy, " ", &save); next;
	    next = strtok_r(NULL, " ", &save)) {
		if (*next == '@')
			sscanf(next, "@%d,%d", &from[0], &from[1]);
		else
			word[words++] = next;
	}
	longer = network_insert(network, network->layers + 1,
	    from[0] < 0 ? NULL : from, words, word, &error);
	if (!longer)
		fail_msg("%s: %s", line, error.text);
	return longer;
}

static inline struct network *make_network(const char *const *lines,
    struct shape shape)
{
	struct network *network = network_new(shape, CLASSES);

	for (; *lines; lines++) {
		struct network *longer = longer_by(network, *lines);

		network_free(network);
		network = longer;
	}
	return network;
}

/* Points of three clouds. */
static inline void fill_dataset(struct dataset *dataset, struct shape shape)
{
	struct random_key key = {.seed = 11, .stream = RANDOM_DATA};
	struct split *split = &dataset->split[SPLIT_TRAIN];
	int inputs = (int)shape_size(shape);

	*dataset = (struct dataset){.shape = shape, .classes = CLASSES,
		.channels = 1};
	split->count = SAMPLES;
	split->values = xcalloc((size_t)(SAMPLES * inputs), sizeof(float));
	split->labels = xcalloc(SAMPLES, sizeof(int32_t));
	for (int i = 0; i < SAMPLES; i++) {
		split->labels[i] = i % CLASSES;
		for (int k = 0; k < inputs; k++)
			split->values[i * inputs + k] = 2 * random_uniform(key,
			    (uint64_t)(i * inputs + k)) - 1 +
			    (k == i % CLASSES);
	}
}

static inline struct evaluation evaluation_of(const struct scene *scene,
    const real *w)
{
	return (struct evaluation){.engine = scene->engine,
		.dataset = &scene->dataset, .split = SPLIT_TRAIN, .w = w,
		.buffers = scene->buffers};
}

static inline double loss_at(const struct scene *scene, const real *w)
{
	struct evaluation evaluation = evaluation_of(scene, w);

	evaluation.kind = EVALUATE_LOSS;
	evaluation_run(&evaluation);
	return evaluation.loss;
}

static inline void gradient_at(const struct scene *scene, const real *w,
    real *out)
{
	struct evaluation evaluation = evaluation_of(scene, w);

	evaluation.kind = EVALUATE_GRADIENT;
	evaluation.gradient = out;
	evaluation_run(&evaluation);
}

static inline void product_at(const struct scene *scene, const real *direction,
    real *out)
{
	struct evaluation evaluation = evaluation_of(scene, scene->w);

	evaluation.kind = EVALUATE_PRODUCT;
	evaluation.direction = direction;
	evaluation.product = out;
	evaluation_run(&evaluation);
}

static inline void fill_hessian(struct scene *scene)
{
	size_t n = scene->n;
	real *unit = reals_new(n), *column = reals_new(n);

	for (size_t i = 0; i < n; i++) {
		unit[i] = 1;
		product_at(scene, unit, column);
		unit[i] = 0;
		for (size_t k = 0; k < n; k++)
			scene->hessian[i * n + k] = (double)column[k];
	}
	reals_free(unit);
	reals_free(column);
}

/* Ascending eigenvalues of rows and columns [from, from + size) of H. */
static inline void eigenvalues(const struct scene *scene, size_t from,
    size_t size, double *value)
{
	double *a = xcalloc(size * size, sizeof(double));
	double *work = xcalloc(8 * size, sizeof(double));
	int n = (int)size, space = 8 * n, info;

	for (size_t i = 0; i < size; i++)
		memcpy(a + i * size, scene->hessian + (from + i) * scene->n +
		    from, size * sizeof(double));
	dsyev_("N", "L", &n, a, &n, value, work, &space, &info);
	assert_int_equal(info, 0);
	free(a);
	free(work);
}

static inline void fill_weights(struct scene *scene, uint64_t draw,
    double scale)
{
	struct random_key key = {.seed = 3, .stream = RANDOM_WEIGHTS,
		.step = draw};

	random_normal(key, 0, scene->n, scene->w);
	vector_scale(scene->w, scale, scene->n);
	scene->loss = loss_at(scene, scene->w);
	gradient_at(scene, scene->w, scene->gradient);
	fill_hessian(scene);
	eigenvalues(scene, 0, scene->n, scene->eigenvalue);
}

/* Means and variances that batch norm might have met. */
static inline void fill_buffers(struct scene *scene)
{
	struct random_key key = {.seed = 4, .stream = RANDOM_WEIGHTS};

	for (size_t i = 0; i < scene->network->buffers; i++)
		scene->buffers[i] = (real)0.4 +
		    (real)random_uniform(key, i);
}

static inline struct scene *scene_shaped(const char *const *lines,
    struct shape shape, double scale, int threads, int capacity)
{
	struct scene *scene = xcalloc(1, sizeof(*scene));

	scene->pool = pool_new(threads);
	scene->network = make_network(lines, shape);
	scene->engine = engine_new(scene->network, capacity, scene->pool);
	scene->n = scene->network->parameters;
	fill_dataset(&scene->dataset, shape);
	scene->w = reals_new(scene->n);
	scene->buffers = reals_new(scene->network->buffers);
	fill_buffers(scene);
	scene->gradient = reals_new(scene->n);
	scene->hessian = xcalloc(scene->n * scene->n, sizeof(double));
	scene->eigenvalue = xcalloc(scene->n, sizeof(double));
	fill_weights(scene, 0, scale);
	return scene;
}

static inline struct scene *scene_sized(const char *const *lines, int threads,
    int capacity)
{
	return scene_shaped(lines, (struct shape){.c = INPUTS, .h = 1,
		.w = 1}, 0.7, threads, capacity);
}

static const char *const smooth[] = {"dense 6", "tanh", "dense 5", "tanh",
	"dense 3", NULL};
static const char *const kinked[] = {"dense 8", "relu", "dense 3", NULL};

static inline struct scene *scene_new(const char *const *lines)
{
	return scene_sized(lines, 1, 64);
}

static inline void scene_free(struct scene *scene)
{
	engine_free(scene->engine);
	network_free(scene->network);
	pool_free(scene->pool);
	free(scene->dataset.split[SPLIT_TRAIN].values);
	free(scene->dataset.split[SPLIT_TRAIN].labels);
	reals_free(scene->w);
	reals_free(scene->buffers);
	reals_free(scene->gradient);
	free(scene->hessian);
	free(scene->eigenvalue);
	free(scene);
}

/* "lambda tol=1e-6" */
static inline struct measure_request request_of(const struct scene *scene,
    const char *line)
{
	struct measure_request request = {.engine = scene->engine,
		.dataset = &scene->dataset, .split = SPLIT_TRAIN,
		.count = 1024, .w = scene->w, .buffers = scene->buffers,
		.seed = 7};
	char copy[64], *save = NULL;
	const char *word[WORDS_MAX];
	int words = 0;
	struct error error;

	text_copy(copy, sizeof(copy), line);
	request.kind = measure_find(strtok_r(copy, " ", &save));
	assert_non_null(request.kind);
	for (char *next; (next = strtok_r(NULL, " ", &save)) != NULL;)
		word[words++] = next;
	options_default(request.kind->options, &request.options);
	if (options_parse(request.kind->options, words, word,
		&request.options, &error))
		fail_msg("%s", error.text);
	return request;
}

/* To its end; the note is copied, as it goes with the measure. */
static inline struct measure_result run(const struct measure_request *request,
    char note[128])
{
	struct measure *measure = measure_new(request);
	struct measure_result result;
	struct error error;
	int status;

	while ((status = measure_advance(measure, &result, &error)) == 0)
		assert_true(measure_progress(measure) <= 1);
	if (status < 0)
		fail_msg("%s", error.text);
	assert_true(measure_progress(measure) == 1);
	if (note)
		text_copy(note, 128, result.note ? result.note : "");
	measure_free(measure);
	return result;
}

/* To its end, with the measure alive for its lists. */
static inline struct measure *finished(const struct scene *scene, const char *line,
    struct measure_result *result)
{
	struct measure_request request = request_of(scene, line);
	struct measure *measure = measure_new(&request);
	struct error error;
	int status;

	while ((status = measure_advance(measure, result, &error)) == 0)
		;
	if (status < 0)
		fail_msg("%s", error.text);
	return measure;
}

static inline const struct measure_list *list_named(const struct measure_result *from,
    const char *name)
{
	for (int i = 0; i < MEASURE_LISTS && from->list[i].name; i++) {
		if (strcmp(from->list[i].name, name) == 0)
			return &from->list[i];
	}
	fail_msg("no list %s", name);
	return NULL;
}

/* Mass of eigenvalues up to x: of the dense Hessian, of the quadrature. */
static inline double exact_mass(const struct scene *scene, double x)
{
	size_t below = 0;

	while (below < scene->n && scene->eigenvalue[below] <= x)
		below++;
	return (double)below / (double)scene->n;
}

static inline double found_mass(const struct measure_result *result, double x)
{
	const struct measure_list *values = list_named(result, "values");
	const struct measure_list *weights = list_named(result, "weights");
	double mass = 0;

	for (int i = 0; i < values->columns; i++) {
		if (values->value[i] <= x)
			mass += weights->value[i];
	}
	return mass;
}

static inline struct measure_result measure(const struct scene *scene,
    const char *line)
{
	struct measure_request request = request_of(scene, line);

	return run(&request, NULL);
}

#endif
