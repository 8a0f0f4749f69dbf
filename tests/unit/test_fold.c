/* Folding batch norm changes a network's logits by rounding only. */
#include <math.h>

#include "unit/compress_scene.h"

#include "compress/fold.h"
#include "net/engine.h"

static void logits_of(const struct network *network, const real *w,
    const real *buffers, real out[24])
{
	struct pool *pool = pool_new(1);
	struct engine *engine = engine_new(network, 8, pool);
	struct engine_request request = {.mode = ENGINE_INFERENCE, .n = 8};
	struct engine_result result;
	struct random_key key = {.seed = 3, .stream = RANDOM_DATA};

	random_normal(key, 0, 8 * shape_size(network->input),
	    engine_input(engine));
	memset(engine_labels(engine), 0, 8 * sizeof(int32_t));
	engine_set_weights(engine, w);
	engine_set_buffers(engine, buffers);
	engine_forward(engine, &request, &result);
	memcpy(out, engine_logits(engine), 24 * sizeof(real));
	engine_free(engine);
	pool_free(pool);
}

static void test_folding_keeps_the_function(void **state)
{
	struct network *network = with_batch_norm(), *folded;
	real *w = random_weights(network, 0), *folded_w, *rest;
	real *buffers = random_statistics(network);
	real before[24], after[24];
	double tolerance = sizeof(real) == sizeof(float) ? 1e-4 : 1e-12;

	(void)state;
	folded = fold_batch_norm(network, w, buffers, &folded_w, &rest);
	/* The one behind flatten follows no layer with weights. */
	assert_int_equal(folded->layers, network->layers - 3);
	assert_true(network_has(folded, "bn"));
	assert_int_equal(folded->buffers, 2 * 48);
	logits_of(network, w, buffers, before);
	logits_of(folded, folded_w, rest, after);
	for (int i = 0; i < 24; i++)
		assert_true(fabs((double)(before[i] - after[i])) <=
		    tolerance * (1 + fabs((double)before[i])));
	assert_true(fabs((double)before[0]) > 1e-3);
	reals_free(folded_w);
	reals_free(rest);
	reals_free(w);
	reals_free(buffers);
	network_free(network);
	network_free(folded);
}

/* A layer that two read stays as it is. */
static void test_shared_layer_is_not_folded(void **state)
{
	struct network *network = plain(5, "dense 5;bn"), *longer, *folded;
	const char *word[] = {"add"};
	real *w, *buffers, *folded_w, *rest;
	struct error error;

	(void)state;
	longer = network_insert(network, 3, (int[]){2, 1}, 1, word, &error);
	if (!longer)
		fail_msg("%s", error.text);
	w = random_weights(longer, 0);
	buffers = random_statistics(longer);
	folded = fold_batch_norm(longer, w, buffers, &folded_w, &rest);
	assert_true(network_equal(folded, longer));
	assert_memory_equal(folded_w, w, longer->parameters * sizeof(real));
	assert_memory_equal(rest, buffers, longer->buffers * sizeof(real));
	reals_free(folded_w);
	reals_free(rest);
	reals_free(w);
	reals_free(buffers);
	network_free(network);
	network_free(longer);
	network_free(folded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folding_keeps_the_function),
		cmocka_unit_test(test_shared_layer_is_not_folded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
