/*
 * A training step asks for no memory: every optimizer, every transform and
 * every operation, once the first epoch has been through. Counted in place
 * of the C library's functions, so not under sanitizers, which do the same.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "unit/compress_scene.h"

#include "train/learner.h"

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define COUNTING 1
#else
#define COUNTING 0
#endif

static atomic_bool counting;
static atomic_long counted;

#if COUNTING

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t align, size_t size);

static void count(void)
{
	if (atomic_load(&counting))
		atomic_fetch_add(&counted, 1);
}

void *malloc(size_t size)
{
	count();
	return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	count();
	return __libc_calloc(n, size);
}

void *realloc(void *memory, size_t size)
{
	count();
	return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t align, size_t size)
{
	count();
	return __libc_memalign(align, size);
}

int posix_memalign(void **memory, size_t align, size_t size)
{
	count();
	*memory = __libc_memalign(align, size);
	return *memory ? 0 : ENOMEM;
}

#endif

enum { SIDE = 8, SAMPLES = 41, BATCH = 16, WARM = 3, COUNTED = 9 };

struct scene {
	struct dataset data;
	struct pool *pool;
	uint8_t bytes[SAMPLES * SIDE * SIDE];
	int32_t label[SAMPLES];
};

static int set_up(void **state)
{
	struct scene *scene = xcalloc(1, sizeof(*scene));

	for (int i = 0; i < SAMPLES * SIDE * SIDE; i++)
		scene->bytes[i] = (uint8_t)((unsigned)i * 2654435761u >> 13);
	for (int i = 0; i < SAMPLES; i++)
		scene->label[i] = i % 3;
	scene->data = (struct dataset){.channels = 1, .classes = 3,
		.shape = {.c = 1, .h = SIDE, .w = SIDE}};
	for (int i = 0; i < BYTES_AT_ONCE; i++) {
		scene->data.factor[i] = 1 / (real)64;
		scene->data.term[i] = 2;
	}
	scene->data.split[SPLIT_TRAIN] = (struct split){.count = SAMPLES,
		.bytes = scene->bytes, .labels = scene->label};
	scene->pool = pool_new(2);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	pool_free(scene->pool);
	free(scene);
	return 0;
}

/* Three epochs and more, the last batch of each ragged. Takes the learner
 * over. */
static void check_steps(struct learner *learner, const char *what)
{
	struct learner_report report;

	learner_set_batch(learner, BATCH);
	for (int i = 0; i < WARM; i++)
		learner_step(learner, &report);
	atomic_store(&counted, 0);
	atomic_store(&counting, true);
	for (int i = 0; i < COUNTED; i++)
		learner_step(learner, &report);
	atomic_store(&counting, false);
	if (atomic_load(&counted) != 0)
		fail_msg("%s: %ld allocations in %d steps", what,
		    atomic_load(&counted), COUNTED);
	learner_free(learner);
}

static struct learner *learner_of(struct scene *scene, struct network *network)
{
	return learner_new(&scene->data, network, 3, scene->pool);
}

static const char small[] = "conv 4 k=3; bn; relu; flatten; dense 6; tanh; "
    "dense 3";

static void test_it_counts(void **state)
{
	void *volatile memory;

	(void)state;
	atomic_store(&counted, 0);
	atomic_store(&counting, true);
	memory = malloc(10);
	atomic_store(&counting, false);
	free(memory);
	assert_int_equal(atomic_load(&counted), 1);
}

static void test_optimizers(void **state)
{
	struct scene *scene = *state;
	int kinds;
	const struct optimizer_kind *const *kind = optimizer_kinds(&kinds);

	for (int i = 0; i < 2 * kinds; i++) {
		const char *word[] = {kind[i / 2]->name, "base=sgd"};
		struct learner *learner;
		struct error error;

		if (i % 2 && !kind[i / 2]->wraps)
			continue;
		learner = learner_of(scene, make_network(scene->data.shape, 3,
		    small));
		assert_int_equal(learner_set_optimizer(learner, 1 + i % 2,
		    word, &error), 0);
		check_steps(learner, word[0]);
	}
}

static void test_transforms(void **state)
{
	struct scene *scene = *state;
	int kinds;
	const struct transform_kind *kind = transform_kinds(&kinds);

	for (int i = 0; i < kinds; i++) {
		struct learner *learner = learner_of(scene,
		    make_network(scene->data.shape, 3, small));
		struct option_values options;
		struct error error;

		options_default(kind[i].options, &options);
		if (option_find(kind[i].options, "noise") >= 0) {
			options.value[option_find(kind[i].options,
			    "noise")] = 0.125;
			options.value[option_find(kind[i].options,
			    "drop")] = 1;
		}
		assert_int_equal(learner_set_transform(learner, &kind[i],
		    &options, &error), 0);
		check_steps(learner, kind[i].name);
	}
}

static void test_operations(void **state)
{
	static const char *const named[] = {"lenet5", "vgg8", "resnet20",
		"mobilenet", "vit"};
	struct scene *scene = *state;

	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++) {
		struct shape shape = scene->data.shape;
		struct error error;
		struct network *network;

		if (i == 0)	/* two 5x5 kernels do not fit */
			network = make_network(shape, 3, "conv 4 k=5 pad=2; "
			    "relu; maxpool 2; avgpool 2; tanh; dropout 0.3; "
			    "flatten; dense 3");
		else
			network = network_named(1, &named[i], shape, 3,
			    &error);
		assert_non_null(network);
		check_steps(learner_of(scene, network), named[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_counts),
		cmocka_unit_test(test_optimizers),
		cmocka_unit_test(test_transforms),
		cmocka_unit_test(test_operations),
	};

	if (!COUNTING) {
		puts("1..0 # SKIP a sanitizer is in the place of the counter");
		return 0;
	}
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
