/* Every optimizer with every transform: the same steps from a checkpoint and
 * on any number of threads. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "session/checkpoint.h"
#include "train/learner.h"

enum { SIDE = 5, SAMPLES = 40, CLASSES = 3, BATCH = 12, BEFORE = 4, AFTER = 4 };

static struct dataset dataset;

static void fill_dataset(void)
{
	struct random_key key = {.seed = 5, .stream = RANDOM_DATA};
	struct split *split = &dataset.split[SPLIT_TRAIN];
	size_t size = SIDE * SIDE * 2;

	dataset = (struct dataset){.shape = {.c = 2, .h = SIDE, .w = SIDE},
		.classes = CLASSES, .channels = 2};
	split->count = SAMPLES;
	split->values = xcalloc(SAMPLES * size, sizeof(float));
	split->labels = xcalloc(SAMPLES, sizeof(int32_t));
	for (int i = 0; i < SAMPLES; i++) {
		split->labels[i] = i % CLASSES;
		for (size_t k = 0; k < size; k++)
			split->values[(size_t)i * size + k] = 2 *
			    random_uniform(key, (uint64_t)i * size + k) - 1 +
			    (float)((int)k % CLASSES == i % CLASSES);
	}
}

/* A dense, a plain, a grouped and a depthwise convolution, batch norm. */
static struct network *make_network(void)
{
	static const char *const lines[] = {"conv 4 k=3 pad=1", "batchnorm", "relu",
		"conv 4 k=3 pad=1 groups=2", "conv 4 k=3 pad=1 groups=4",
		"relu", "flatten", "dense 3"};
	struct network *network = network_new(dataset.shape, CLASSES);

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		char copy[64], *save = NULL;
		const char *word[8];
		int words = 0;
		struct error error;
		struct network *longer;

		text_copy(copy, sizeof(copy), lines[i]);
		for (char *next = strtok_r(copy, " ", &save); next;
		    next = strtok_r(NULL, " ", &save))
			word[words++] = next;
		longer = network_insert(network, network->layers + 1, NULL,
		    words, word, &error);
		if (!longer)
			fail_msg("%s", error.text);
		network_free(network);
		network = longer;
	}
	return network;
}

/* What is tried: an optimizer's name, base and space; a transform. */
struct arm {
	const struct optimizer_kind *optimizer;
	const struct transform_kind *transform;
	const char *base, *space;
};

static struct learner *make_learner(const struct arm *arm, struct pool *pool)
{
	struct learner *learner = learner_new(&dataset, make_network(), 3,
	    pool);
	const char *word[3] = {arm->optimizer->name, arm->base, arm->space};
	struct option_values options;
	struct error error;

	learner_set_batch(learner, BATCH);
	options_default(arm->transform->options, &options);
	if (learner_set_transform(learner, arm->transform, &options, &error) ||
	    learner_set_optimizer(learner, arm->optimizer->wraps ? 3 : 1, word,
		&error))
		fail_msg("%s", error.text);
	if (optimizer_set(learner->optimizer, "weight_decay", "0.01", &error))
		fail_msg("%s", error.text);
	return learner;
}

static void take_steps(struct learner *learner, int count)
{
	struct learner_report report;

	for (int i = 0; i < count; i++) {
		learner_step(learner, &report);
		assert_true(report.loss > 0 && report.loss < 100);
		assert_int_equal(report.n, learner->step % 4 ? BATCH :
		    SAMPLES - 3 * BATCH);
	}
}

static void assert_same(const struct learner *a, const struct learner *b,
    const struct arm *arm, const char *what)
{
	size_t n = transform_size(a->transform);

	if (memcmp(a->theta, b->theta, n * sizeof(real)) != 0 ||
	    memcmp(learner_weights(a), learner_weights(b),
		a->network->parameters * sizeof(real)) != 0 ||
	    a->gradients != b->gradients)
		fail_msg("%s %s %s, %s: other bits %s", arm->optimizer->name,
		    arm->base, arm->space, arm->transform->name, what);
}

static void try_arm(const struct arm *arm, struct pool *one,
    struct pool *three)
{
	char path[] = "/tmp/snt-rivals-XXXXXX", hash[HASH_TEXT];
	int fd = mkstemp(path);
	struct learner *first = make_learner(arm, one);
	struct learner *second = make_learner(arm, three), *copy;
	struct error error;

	assert_true(fd >= 0);
	close(fd);
	take_steps(first, BEFORE);
	if (checkpoint_write(first, path, hash, &error) ||
	    checkpoint_read(second, path, &error))
		fail_msg("%s", error.text);
	unlink(path);
	copy = learner_copy(first);
	take_steps(first, AFTER);
	take_steps(second, AFTER);
	take_steps(copy, AFTER);
	assert_same(first, second, arm, "from a checkpoint, on 3 threads");
	assert_same(first, copy, arm, "from a copy");
	learner_free(copy);
	learner_free(second);
	learner_free(first);
}

static void each_base_and_space(struct arm *arm, struct pool *one,
    struct pool *three)
{
	static const char *const base[] = {"base=adam", "base=sgd"};
	static const char *const space[] = {"space=theta", "space=w"};

	for (int i = 0; i < (arm->optimizer->wraps ? 4 : 1); i++) {
		arm->base = base[i / 2];
		arm->space = space[i % 2];
		try_arm(arm, one, three);
	}
}

static void test_whole_tables(void **state)
{
	struct pool *one = pool_new(1), *three = pool_new(3);
	int optimizers, transforms;
	const struct optimizer_kind *const *optimizer =
	    optimizer_kinds(&optimizers);
	const struct transform_kind *transform = transform_kinds(&transforms);

	(void)state;
	for (int i = 0; i < optimizers * transforms; i++) {
		struct arm arm = {.optimizer = optimizer[i / transforms],
			.transform = &transform[i % transforms]};

		each_base_and_space(&arm, one, three);
	}
	pool_free(one);
	pool_free(three);
}

/* As a version without the option would have written it. */
static void blank_out(const char *path, const char *option)
{
	char text[1 << 16];
	FILE *file = fopen(path, "r+b");
	size_t size = fread(text, 1, sizeof(text), file);
	char *found = memmem(text, size, option, strlen(option));

	assert_non_null(found);
	memset(found, ' ', strlen(option));
	rewind(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	fclose(file);
}

static void test_older_checkpoints(void **state)
{
	struct arm arm = {optimizer_find("adam"), transform_find("expand"),
		NULL, NULL};
	char path[] = "/tmp/snt-rivals-XXXXXX", hash[HASH_TEXT];
	int fd = mkstemp(path);
	struct learner *learner = make_learner(&arm, NULL);
	struct error error;

	(void)state;
	close(fd);
	if (checkpoint_write(learner, path, hash, &error))
		fail_msg("%s", error.text);
	blank_out(path, " norm=off");
	assert_int_equal(checkpoint_read(learner, path, &error), 0);
	blank_out(path, "depth=2");
	assert_int_equal(checkpoint_read(learner, path, &error), 0);
	blank_out(path, "expand");
	assert_int_equal(checkpoint_read(learner, path, &error), -1);
	unlink(path);
	learner_free(learner);
}

/* What really happened is counted: steps 1 and 6 of looksam climb. */
static void test_cost_is_counted(void **state)
{
	static const struct {
		const char *name;
		double gradients;	/* of the first 4 steps */
	} expected[] = {{"adam", 4}, {"sam", 8}, {"looksam", 5}, {"cram", 8},
		{"esam", 4 + 4.0 / 3 + 2}, {"noise", 4}};
	struct pool *pool = pool_new(1);

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		struct arm arm = {optimizer_find(expected[i].name),
			transform_find("none"), "base=sgd", "space=theta"};
		struct learner *learner = make_learner(&arm, pool);

		take_steps(learner, 4);
		assert_true(fabs(learner->gradients - expected[i].gradients) <
		    1e-9);
		learner_free(learner);
	}
	pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_tables),
		cmocka_unit_test(test_older_checkpoints),
		cmocka_unit_test(test_cost_is_counted)};

	fill_dataset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
