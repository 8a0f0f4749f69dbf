/*
 * The integer path on all test images: whether its logits have the bits of
 * the simulation, and its time beside that of floats, by turns on the same
 * images, in seconds of processor time of one thread.
 *
 *	integers [images [NETWORK [KERNELS]]]
 *
 * Weights are those a network begins with, in 8 bits, activations too. KERNELS:
 * auto, avx512 (with vnni), avx2 or portable, of floats and integers; those of
 * OpenBLAS, which floats of dense layers run in, are OPENBLAS_CORETYPE's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/memory.h"
#include "compress/integer_run.h"
#include "compress/quantise.h"
#include "net/engine.h"
#include "net/integers.h"
#include "net/kernels.h"

enum { BATCH = 250, WORDS_MAX = 2 };

static const char *const networks[][WORDS_MAX] = {
	{"mlp", "300-100"}, {"lenet5"}, {"vgg8"}, {"resnet20"}, {"mobilenet"},
};

struct paths {
	const struct dataset *dataset;
	struct compressed compressed;
	struct integer_form form;
	struct engine *floats, *simulation;
	struct integer_run *integers;
	real *x, *logits;
	int32_t *labels;
	long differ;			/* images whose logits do */
	double seconds[2];		/* floats, integers */
};

/* Of the whole process. */
static double processor_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void forward(struct paths *paths, struct engine *engine, int n)
{
	struct engine_request request = {.mode = ENGINE_INFERENCE, .n = n};
	struct engine_result result;

	memcpy(engine_input(engine), paths->x, (size_t)n *
	    shape_size(paths->dataset->shape) * sizeof(real));
	memcpy(engine_labels(engine), paths->labels, (size_t)n *
	    sizeof(*paths->labels));
	engine_forward(engine, &request, &result);
}

static void compare(struct paths *paths, uint32_t first, int n)
{
	size_t classes = (size_t)paths->dataset->classes;
	const real *simulated;
	double at[3];

	split_gather(paths->dataset, SPLIT_TEST, first, n, NULL, paths->x,
	    paths->labels);
	at[0] = processor_seconds();
	forward(paths, paths->floats, n);
	at[1] = processor_seconds();
	integer_run_forward(paths->integers, n, paths->x, paths->logits);
	at[2] = processor_seconds();
	paths->seconds[0] += at[1] - at[0];
	paths->seconds[1] += at[2] - at[1];
	forward(paths, paths->simulation, n);
	simulated = engine_logits(paths->simulation);
	for (int i = 0; i < n; i++)
		paths->differ += memcmp(simulated + (size_t)i * classes,
		    paths->logits + (size_t)i * classes,
		    classes * sizeof(real)) != 0;
}

static void make(struct paths *paths, const struct network *network,
    struct pool *pool)
{
	static const char *const words[] = {"8", "act=8"};
	const struct calibration images = {paths->dataset, pool};
	struct compress_settings settings = {0};
	real *w = reals_new(network->parameters);
	real *buffers = reals_new(network->buffers);
	struct error error;

	network_initialise(network, 1, w, buffers);
	compress_settings_reset(&settings, network->layers);
	if (compress_quant_line(&settings, 2, words, network, &error) ||
	    compress_make(network, w, buffers, &settings, NULL, &images,
		&paths->compressed, &error) ||
	    !integer_form_make(&paths->compressed, &paths->form, &error))
		die("%s", error.text);
	compress_settings_free(&settings);
	reals_free(w);
	reals_free(buffers);
}

static void begin(struct paths *paths, struct pool *pool)
{
	const struct compressed *c = &paths->compressed;

	paths->floats = engine_new(c->plain, BATCH, pool);
	paths->simulation = engine_new(paths->form.network, BATCH, pool);
	paths->integers = integer_run_new(&paths->form, c->buffers, pool);
	engine_set_weights(paths->floats, c->w);
	engine_set_buffers(paths->floats, c->buffers);
	engine_set_weights(paths->simulation, paths->form.w);
	engine_set_buffers(paths->simulation, c->buffers);
	paths->x = reals_new(BATCH * shape_size(paths->dataset->shape));
	paths->logits = reals_new((size_t)(BATCH * paths->dataset->classes));
	paths->labels = xcalloc(BATCH, sizeof(*paths->labels));
}

static void end(struct paths *paths)
{
	engine_free(paths->floats);
	engine_free(paths->simulation);
	integer_run_free(paths->integers);
	integer_form_free(&paths->form);
	compressed_free(&paths->compressed);
	reals_free(paths->x);
	reals_free(paths->logits);
	free(paths->labels);
}

static long measure(const struct dataset *dataset, uint32_t images,
    const char *const *word, struct pool *pool)
{
	struct paths paths = {.dataset = dataset};
	struct error error;
	struct network *network = network_named(word[1] ? 2 : 1, word,
	    dataset->shape, dataset->classes, &error);

	if (!network)
		die("%s", error.text);
	make(&paths, network, pool);
	begin(&paths, pool);
	for (uint32_t first = 0; first < images; first += BATCH)
		compare(&paths, first, (int)(images - first < BATCH ?
			images - first : BATCH));
	printf("%-10s %u images, %ld differ; floats %.2f s, %s %.2f s: "
	    "%.2f times as fast\n", word[0], images, paths.differ,
	    paths.seconds[0], integer_kernels()->name, paths.seconds[1],
	    paths.seconds[0] / paths.seconds[1]);
	fflush(stdout);
	end(&paths);
	network_free(network);
	return paths.differ;
}

int main(int count, char **word)
{
	static const char *const data[] = {"fashion-mnist"};
	struct error error;
	struct dataset *dataset = dataset_open(1, data, 1, &error);
	struct pool *pool = pool_new(1);
	uint32_t images;
	long differ = 0;

	if (!dataset)
		die("%s", error.text);
	if (count > 3 && (kernels_choose(word[3]) || integer_kernels_choose(
		strcmp(word[3], "avx512") ? word[3] : "auto")))
		die("no kernels '%s' here", word[3]);
	images = dataset->split[SPLIT_TEST].count;
	if (count > 1 && (uint32_t)atoi(word[1]) < images)
		images = (uint32_t)atoi(word[1]);
	for (size_t i = 0; i < sizeof(networks) / sizeof(networks[0]); i++) {
		if (count < 3 || strcmp(word[2], networks[i][0]) == 0)
			differ += measure(dataset, images, networks[i], pool);
	}
	pool_free(pool);
	dataset_free(dataset);
	return differ != 0;
}
