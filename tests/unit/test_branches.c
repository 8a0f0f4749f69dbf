/* Branches of training become one convolution: the same function, and the
 * layers of the network that they were made from. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "compress/branches.h"
#include "net/engine.h"
#include "net/operation.h"

enum { SIDE = 6, CHANNELS = 4, CLASSES = 3, SAMPLES = 8, WORDS = 8 };

static struct network *make(const char *const *lines)
{
	struct network *network = network_new((struct shape){.c = CHANNELS,
		.h = SIDE, .w = SIDE}, CLASSES);

	for (; *lines; lines++) {
		char copy[64], *save = NULL;
		const char *word[WORDS];
		int words = 0;
		struct error error;
		struct network *longer;

		text_copy(copy, sizeof(copy), *lines);
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

/* Normal numbers; of statistics, positive ones. */
static real *draw(size_t n, uint64_t step, bool positive)
{
	struct random_key key = {9, RANDOM_DATA, step};
	real *x = reals_new(n);

	random_normal(key, 0, n, x);
	for (size_t i = 0; i < n; i++)
		x[i] = positive ? real_fabs(x[i]) + (real)0.3 : x[i] / 2;
	return x;
}

static void logits_of(const struct network *network, const real *w,
    const real *buffers, real *out)
{
	struct engine *engine = engine_new(network, SAMPLES, NULL);
	struct engine_request request = {.n = SAMPLES};
	struct engine_result result;
	real *x = draw((size_t)SAMPLES * CHANNELS * SIDE * SIDE, 3, false);

	engine_set_weights(engine, w);
	engine_set_buffers(engine, buffers);
	memcpy(engine_input(engine), x, (size_t)SAMPLES * CHANNELS * SIDE *
	    SIDE * sizeof(real));
	memset(engine_labels(engine), 0, SAMPLES * sizeof(int32_t));
	engine_forward(engine, &request, &result);
	memcpy(out, engine_logits(engine), (size_t)SAMPLES * CLASSES *
	    sizeof(real));
	reals_free(x);
	engine_free(engine);
}

static void assert_same_function(const struct network *a, const real *w_a,
    const real *buffers_a, const struct network *b, const real *w_b,
    const real *buffers_b)
{
	real x[SAMPLES * CLASSES], y[SAMPLES * CLASSES];
	double most = 0;

	logits_of(a, w_a, buffers_a, x);
	logits_of(b, w_b, buffers_b, y);
	for (int i = 0; i < SAMPLES * CLASSES; i++)
		most = fmax(most, fabs((double)x[i]));
	assert_true(most > 0.1);
	for (int i = 0; i < SAMPLES * CLASSES; i++)
		assert_true(fabs((double)(x[i] - y[i])) < most *
		    (sizeof(real) == 8 ? 1e-12 : 1e-5));
}

static int count_of(const struct network *network, const char *kind)
{
	int count = 0;

	for (int id = 1; id <= network->layers; id++)
		count += network->layer[id].operation == operation_find(kind);
	return count;
}

/* Same width with an identity, a stride, groups, a bias without batch norm;
 * and a 1 x 1 convolution, which is left alone. */
static const char *const lines[] = {"conv 4 k=3 pad=1 bias=off", "batchnorm",
	"relu", "conv 8 k=3 pad=1 stride=2", "relu",
	"conv 8 k=3 pad=1 groups=8", "batchnorm", "relu", "conv 4 k=1",
	"relu", "flatten", "dense 3", NULL};

static void check_blocks(bool quantisable, int adds, int norms)
{
	struct network *plain = make(lines), *branched, *merged;
	struct error error;
	real *w, *buffers, *merged_w, *merged_buffers;
	int count;

	branched = branches_add(plain, quantisable, &error);
	assert_non_null(branched);
	assert_int_equal(count_of(branched, "add"), adds);
	assert_int_equal(count_of(branched, "batchnorm"), norms);
	w = draw(branched->parameters, 1, false);
	buffers = draw(branched->buffers, 2, true);
	merged = branches_merge(branched, w, buffers, &merged_w,
	    &merged_buffers, &count);
	assert_int_equal(count, 3);
	assert_int_equal(count_of(merged, "add"), 0);
	assert_int_equal(count_of(merged, "batchnorm"), 0);
	assert_int_equal(count_of(merged, "conv"), 4);
	assert_int_equal(merged->layers, plain->layers - 2);
	assert_same_function(branched, w, buffers, merged, merged_w,
	    merged_buffers);
	reals_free(w);
	reals_free(buffers);
	reals_free(merged_w);
	reals_free(merged_buffers);
	network_free(merged);
	network_free(branched);
	network_free(plain);
}

static void blocks_become_one_convolution(void **state)
{
	(void)state;
	/* Two blocks with an identity, one without. */
	check_blocks(false, 5, 8);
	check_blocks(true, 5, 6);
}

/* A residual sum is none of one input, and stays; the blocks in it go. */
static void residual_sums_stay(void **state)
{
	static const char *const name[] = {"resnet20"};
	struct network *plain = network_named(1, name, (struct shape){
		.c = CHANNELS, .h = SIDE, .w = SIDE}, CLASSES, NULL);
	struct network *branched = branches_add(plain, false, NULL), *merged;
	real *w, *buffers, *merged_w, *merged_buffers;
	int count;

	(void)state;
	w = reals_new(branched->parameters);
	buffers = reals_new(branched->buffers);
	network_initialise(branched, 1, w, buffers);
	merged = branches_merge(branched, w, buffers, &merged_w,
	    &merged_buffers, &count);
	assert_int_equal(count, 19);
	assert_int_equal(count_of(merged, "add"), 9);
	assert_int_equal(count_of(merged, "conv"), count_of(plain, "conv"));
	assert_same_function(branched, w, buffers, merged, merged_w,
	    merged_buffers);
	reals_free(w);
	reals_free(buffers);
	reals_free(merged_w);
	reals_free(merged_buffers);
	network_free(merged);
	network_free(branched);
	network_free(plain);
}

static void nothing_to_branch_is_told(void **state)
{
	static const char *const dense[] = {"flatten", "dense 3", NULL};
	struct network *network = make(dense);
	struct error error;

	(void)state;
	assert_null(branches_add(network, false, &error));
	assert_non_null(strstr(error.text, "nothing to branch"));
	network_free(network);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_become_one_convolution),
		cmocka_unit_test(residual_sums_stay),
		cmocka_unit_test(nothing_to_branch_is_told)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
