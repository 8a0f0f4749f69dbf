/* Training through factors: the same as through the composed weights, but
 * for rounding. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "train/learner.h"

struct scene {
	struct dataset *dataset;
	struct network *network;
};

static struct scene scene_new(const char *dropout)
{
	static const char *const toy[] = {"toy", "spiral", "n=200"};
	static const char *const mlp[] = {"mlp", "24-16"};
	const char *add[] = {"dropout", dropout};
	struct scene scene;
	struct network *plain;

	scene.dataset = dataset_open(3, toy, 1, NULL);
	plain = network_named(2, mlp, scene.dataset->shape,
	    scene.dataset->classes, NULL);
	if (!dropout) {
		scene.network = plain;
		return scene;
	}
	/* The last layer but one. */
	scene.network = network_insert(plain, plain->layers, NULL, 2, add,
	    NULL);
	network_free(plain);
	assert_non_null(scene.network);
	return scene;
}

static void scene_free(struct scene *scene)
{
	network_free(scene->network);
	dataset_free(scene->dataset);
}

/* A mask of ones changes nothing but the path: factors know no mask. */
static struct learner *begin(const struct scene *scene, int depth,
    double width, int batch, bool composed)
{
	const struct transform_kind *kind = transform_find("expand");
	struct learner *learner = learner_new(scene->dataset,
	    network_copy(scene->network), 5, NULL);
	struct option_values options;

	options_default(kind->options, &options);
	options.value[option_find(kind->options, "depth")] = depth;
	options.value[option_find(kind->options, "width")] = width;
	learner_set_batch(learner, batch);
	assert_int_equal(learner_set_transform(learner, kind, &options, NULL),
	    0);
	if (composed) {
		learner->mask = xmalloc(learner->network->parameters);
		memset(learner->mask, 1, learner->network->parameters);
	}
	return learner;
}

static double largest_difference(const real *a, const real *b, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs((double)a[i] - (double)b[i]));
	return most;
}

static void check_paths(const struct scene *scene, int depth,
    const char *const *optimizer, int words)
{
	struct learner *factored = begin(scene, depth, 1, 16, false);
	struct learner *composed = begin(scene, depth, 1, 16, true);
	struct learner_report a, b;

	assert_non_null(factored->factored);
	assert_int_equal(learner_set_optimizer(factored, words, optimizer,
	    NULL), 0);
	assert_int_equal(learner_set_optimizer(composed, words, optimizer,
	    NULL), 0);
	for (int i = 0; i < 8; i++) {
		learner_step(factored, &a);
		learner_step(composed, &b);
		assert_true(fabs(a.loss - b.loss) < 1e-5 * (1 + b.loss));
	}
	assert_true(largest_difference(factored->theta, composed->theta,
	    transform_size(factored->transform)) < 1e-5);
	assert_true(largest_difference(learner_weights(factored),
	    learner_weights(composed), scene->network->parameters) < 1e-5);
	learner_free(factored);
	learner_free(composed);
}

static const char *const sgd[] = {"sgd", "lr=0.1", "momentum=0.9",
	"weight_decay=0.01"};
static const char *const sam[] = {"sam", "rho=0.05", "base=sgd", "lr=0.1"};
static const char *const sam_w[] = {"sam", "rho=0.05", "base=sgd", "lr=0.1",
	"space=w"};

static void both_paths_take_the_same_steps(void **state)
{
	struct scene scene = scene_new(NULL);

	(void)state;
	for (int depth = 2; depth <= 4; depth++)
		check_paths(&scene, depth, sgd, 4);
	check_paths(&scene, 2, sam, 4);
	check_paths(&scene, 2, sam_w, 5);
	scene_free(&scene);
}

static void both_paths_drop_the_same_numbers(void **state)
{
	struct scene scene = scene_new("0.5");

	(void)state;
	check_paths(&scene, 3, sgd, 4);
	scene_free(&scene);
}

static void a_large_batch_composes(void **state)
{
	struct scene scene = scene_new(NULL);
	struct learner *learner = begin(&scene, 2, 2, 180, false);
	struct fold_report report;

	(void)state;
	learner_check_fold(learner, SPLIT_TRAIN, &report);
	assert_null(learner->factored);
	assert_true(report.training.max_abs_diff == 0);
	learner_set_batch(learner, 16);
	assert_non_null(learner->factored);
	learner_check_fold(learner, SPLIT_TRAIN, &report);
	assert_true(report.composed.max_abs_diff == 0);
	assert_int_equal(report.composed.flips, 0);
	assert_true(report.training.max_abs_diff > 0);
	assert_true(report.training.max_abs_diff < 1e-4);
	learner_free(learner);
	scene_free(&scene);
}

/* A row's length is one of the product, which factors alone do not give. */
static void a_normalised_product_is_composed(void **state)
{
	struct scene scene = scene_new(NULL);
	struct learner *learner = begin(&scene, 2, 1, 16, false);
	struct option_values options = *transform_options(learner->transform);
	const struct transform_kind *kind = transform_kind_of(
	    learner->transform);
	struct fold_report report;

	(void)state;
	assert_non_null(learner->factored);
	options.value[option_find(kind->options, "norm")] = 1;
	assert_int_equal(learner_set_transform(learner, kind, &options, NULL),
	    0);
	assert_null(learner->factored);
	learner_check_fold(learner, SPLIT_TRAIN, &report);
	assert_true(report.composed.max_abs_diff == 0);
	assert_int_equal(report.composed.flips, 0);
	learner_free(learner);
	scene_free(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_paths_take_the_same_steps),
		cmocka_unit_test(both_paths_drop_the_same_numbers),
		cmocka_unit_test(a_large_batch_composes),
		cmocka_unit_test(a_normalised_product_is_composed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
