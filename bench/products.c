/*
 * What an exact Hessian-vector product costs, in gradients of the same
 * images: both by turns, in the chunks that the measures of sharpness use,
 * in seconds of processor time, medians.
 *
 *	products [images [threads [rounds [NETWORK]]]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "net/evaluation.h"
#include "net/kernels.h"

enum { CLASSES = 10, CAPACITY = 256, WORDS_MAX = 2 };

static const char *const networks[][WORDS_MAX] = {
	{"mlp", "300-100"}, {"lenet5"}, {"vgg8"}, {"resnet20"}, {"mobilenet"},
	{"vit"},
};

/* Of the whole process. */
static double processor_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Noise of the shape of Fashion-MNIST. */
static void make_images(struct dataset *images, uint32_t count)
{
	struct split *train = &images->split[SPLIT_TRAIN];
	struct random_key key = {1, RANDOM_DATA, 0};
	size_t size;

	images->shape = (struct shape) {1, 28, 28, false};
	images->classes = CLASSES;
	size = shape_size(images->shape) * count;
	train->count = count;
	train->values = xcalloc(size, sizeof(*train->values));
	train->labels = xcalloc(count, sizeof(*train->labels));
	for (size_t i = 0; i < size; i++)
		train->values[i] = 2 * random_uniform(key, i) - 1;
	for (uint32_t i = 0; i < count; i++)
		train->labels[i] = (int32_t)(i % CLASSES);
}

struct subject {
	struct evaluation gradient, product;
	uint64_t held;
	real *w, *buffers, *direction, *answer;
};

static void make_subject(struct subject *s, struct engine *engine,
    const struct dataset *images)
{
	const struct network *network = engine_network(engine);
	size_t n = network->parameters;

	*s = (struct subject) {
		.w = reals_new(n),
		.buffers = reals_new(network->buffers),
		.direction = reals_new(n),
		.answer = reals_new(n),
	};
	network_initialise(network, 1, s->w, s->buffers);
	random_normal((struct random_key) {1, RANDOM_PROBE, 0}, 0, n,
	    s->direction);
	s->gradient = (struct evaluation) {
		.kind = EVALUATE_GRADIENT,
		.engine = engine,
		.dataset = images,
		.split = SPLIT_TRAIN,
		.w = s->w,
		.buffers = s->buffers,
		.gradient = s->answer,
	};
	s->product = s->gradient;
	s->product.kind = EVALUATE_PRODUCT;
	s->product.gradient = NULL;
	s->product.product = s->answer;
	s->product.direction = s->direction;
	s->product.held = &s->held;
}

static void free_subject(struct subject *s)
{
	reals_free(s->w);
	reals_free(s->buffers);
	reals_free(s->direction);
	reals_free(s->answer);
}

static double seconds_of(struct evaluation *evaluation, int chunk)
{
	double start = processor_seconds();

	evaluation_begin(evaluation);
	while (!evaluation_advance(evaluation, chunk))
		;
	return processor_seconds() - start;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, int count)
{
	qsort(values, (size_t)count, sizeof(*values), by_size);
	return values[count / 2];
}

static void measure(const char *const *word, const struct dataset *images,
    struct pool *pool, int rounds)
{
	struct network *network = network_named(word[1] ? 2 : 1, word,
	    images->shape, CLASSES, NULL);
	struct engine *engine = engine_new(network, CAPACITY, pool);
	double *gradient = xcalloc((size_t)rounds, sizeof(*gradient));
	double *product = xcalloc((size_t)rounds, sizeof(*product));
	int chunk = evaluation_chunk(network);
	struct subject s;

	make_subject(&s, engine, images);
	for (int i = -1; i < rounds; i++) {
		double a = seconds_of(&s.gradient, chunk);
		double b = seconds_of(&s.product, chunk);

		if (i >= 0)
			gradient[i] = a, product[i] = b;
	}
	printf("%-12s %5d  %9.2f  %9.2f  %5.2f  %7.1f\n", network->name, chunk,
	    1e3 * median(gradient, rounds), 1e3 * median(product, rounds),
	    median(product, rounds) / median(gradient, rounds),
	    (double)engine_bytes(engine) / (1 << 20));
	fflush(stdout);
	free_subject(&s);
	free(gradient);
	free(product);
	engine_free(engine);
	network_free(network);
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 1024;
	int threads = argc > 2 ? atoi(argv[2]) : 1;
	int rounds = argc > 3 ? atoi(argv[3]) : 5;
	struct pool *pool = pool_new(threads);
	struct dataset images = {0};

	if (count < 1 || rounds < 1)
		die("usage: products [images [threads [rounds [NETWORK]]]]");
	make_images(&images, (uint32_t)count);
	printf("kernels %s, %d images, %d threads, processor time\n",
	    kernels_name(), count, threads);
	printf("%-12s %5s  %9s  %9s  %5s  %7s\n", "network", "chunk",
	    "gradient", "product", "ratio", "MiB");
	for (size_t i = 0; i < sizeof(networks) / sizeof(networks[0]); i++)
		if (argc < 5 || strcmp(argv[4], networks[i][0]) == 0)
			measure(networks[i], &images, pool, rounds);
	free(images.split[SPLIT_TRAIN].values);
	free(images.split[SPLIT_TRAIN].labels);
	pool_free(pool);
	return 0;
}
