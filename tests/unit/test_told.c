/* What a user is told when a measure cannot give a plain value. */
#include "unit/bench_scene.h"

#define SMOOTH "net clear; net add dense 6; net add tanh; net add dense 6; " \
	"net add tanh; net add dense 2; "

static bool told(struct ear *ear, const char *text)
{
	bool found;

	pthread_mutex_lock(&ear->lock);
	found = ear->heard.text && strstr(ear->heard.text, text);
	pthread_mutex_unlock(&ear->lock);
	return found;
}

static void expect(struct ear *ear, const char *text)
{
	if (!told(ear, text))
		fail_msg("not told \"%s\" in\n%s", text, ear->heard.text);
}

/* Labelled wrongly with confidence, the loss bends downwards most. */
static void negative_curvature_is_no_sharpness(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);

	(void)state;
	assert_int_equal(say(w, "seed 4; data toy spiral n=100; " SMOOTH
	    "opt sgd lr=30; train 2 steps; sharpness lambda tol=1e-6"), 0);
	assert_true(last(&ear, "sharpness", "value") > 0);
	expect(&ear, "negative curvature dominates: -");
	close_bench(w, &ear);
}

static void an_iteration_that_did_not_converge_says_so(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);

	(void)state;
	assert_int_equal(say(w, "data toy spiral n=100; " SMOOTH
	    "sharpness lambda most=2 tol=1e-9"), 0);
	expect(&ear, "\"converged\":false");
	expect(&ear, "stopped at 2 products");
	assert_true(last(&ear, "sharpness", "error") > 1e-9);
	close_bench(w, &ear);
}

/* Weights that have grown beyond all numbers. */
static void a_loss_that_is_no_number_is_named(void **state)
{
	static const char *const measures[] = {"lambda", "trace", "sam",
		"adaptive", "average", "worst", "spectrum", "landscape"};
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);

	(void)state;
	assert_int_equal(say(w, "data toy spiral n=100; " SMOOTH
	    "opt sgd lr=1e6 weight_decay=1e6; train 9 steps"), 0);
	for (size_t i = 0; i < sizeof(measures) / sizeof(*measures); i++) {
		char line[48];

		snprintf(line, sizeof(line), "sharpness %s", measures[i]);
		assert_int_equal(say(w, line), -1);
		snprintf(line, sizeof(line), "%s: the loss is not a number",
		    measures[i]);
		expect(&ear, line);
	}
	assert_true(isnan(last(&ear, "sharpness", "value")));
	close_bench(w, &ear);
}

static void more_than_the_data_is_all_of_it(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);
	double few;

	(void)state;
	assert_int_equal(say(w, "data toy spiral n=100; " SMOOTH
	    "set batch 5000; set probe_n 5000; train 2 steps; "
	    "sharpness sam; set probe_n 100; sharpness sam"), 0);
	expect(&ear, "batch 5000: the train split has 100 samples");
	expect(&ear, "probe_n 5000: the train split has 100 samples");
	assert_false(told(&ear, "probe_n 100:"));
	/* Two steps of one batch are two epochs. */
	assert_true(last(&ear, "train", "epoch") == 2);
	assert_true(last(&ear, "sharpness", "n") == 100);
	few = last(&ear, "sharpness", "value");
	assert_int_equal(say(w, "set probe_n 99; sharpness sam"), 0);
	assert_true(last(&ear, "sharpness", "value") != few);
	close_bench(w, &ear);
}

static void a_landscape_needs_weights(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);

	(void)state;
	assert_int_equal(say(w, "data toy spiral n=100; net clear; "
	    "net add dense 6; net add layernorm; net add relu; "
	    "net add dense 2"), 0);
	assert_int_equal(say(w, "sharpness landscape layer=2"), -1);
	expect(&ear, "layer=2: layernorm has no weights");
	assert_int_equal(say(w, "sharpness landscape layer=3"), -1);
	expect(&ear, "layer=3: relu has no weights");
	assert_int_equal(say(w, "sharpness sam layer=3"), -1);
	expect(&ear, "layer=3: relu has no parameters");
	assert_int_equal(say(w, "sharpness landscape layer=all"), 0);
	assert_true(last(&ear, "sharpness", "layer") == 4);
	assert_false(told(&ear, "\"layer\":2,"));
	assert_int_equal(say(w, "sharpness sam layer=2"), 0);
	close_bench(w, &ear);
}

/* Far from its end; nothing is told of it, and the next one is measured. */
static void a_stopped_measure_leaves_nothing_behind(void **state)
{
	static const char *const measures[] = {"trace draws=100000",
		"average draws=100000", "worst steps=100000",
		"spectrum draws=1000 steps=300",
		"landscape dim=2 points=201"};
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);

	(void)state;
	assert_int_equal(say(w, "data toy spiral n=2000; net mlp 16-16"), 0);
	for (size_t i = 0; i < sizeof(measures) / sizeof(*measures); i++) {
		char line[64];
		uint64_t ticket;

		snprintf(line, sizeof(line), "sharpness %s", measures[i]);
		ticket = workbench_submit(w, line, 1);
		assert_int_equal(workbench_poll(w, ticket, 20), 1);
		workbench_interrupt(w);
		assert_int_equal(workbench_wait(w, ticket), -1);
		assert_true(isnan(last(&ear, "sharpness", "value")));
	}
	assert_int_equal(say(w, "sharpness lambda"), 0);
	assert_true(last(&ear, "sharpness", "value") > 0);
	close_bench(w, &ear);
}

/* Composed in the space of the weights, a fold is exact; what running the
 * factors one after the other rounds is told in units in the last place. */
static void what_a_fold_changes_is_told(void **state)
{
	static const char *const transforms[] = {"expand",
		"expand depth=3 width=0.25", "expand norm=on", "wn", "ws",
		"ws mean=removed", "sn", "sn gain=learned", "jitter"};
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);
	double most = 0;

	(void)state;
	assert_int_equal(say(w, "data toy spiral n=300; net mlp 32-32"), 0);
	for (size_t i = 0; i < sizeof(transforms) / sizeof(*transforms); i++) {
		char line[64];

		snprintf(line, sizeof(line), "snt on %s; train 20 steps",
		    transforms[i]);
		assert_int_equal(say(w, line), 0);
		assert_int_equal(say(w, "snt check"), 0);
		assert_true(last(&ear, "fold", "max_abs_diff") == 0);
		assert_true(last(&ear, "fold", "ulps") == 0);
		assert_true(last(&ear, "fold", "flips") == 0);
		assert_true(last(&ear, "fold", "training_ulps") < 1000);
		most = fmax(most, last(&ear, "fold", "training_ulps"));
		assert_int_equal(say(w, "snt off"), 0);
	}
	assert_true(most > 0);
	close_bench(w, &ear);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(negative_curvature_is_no_sharpness),
		cmocka_unit_test(an_iteration_that_did_not_converge_says_so),
		cmocka_unit_test(a_loss_that_is_no_number_is_named),
		cmocka_unit_test(more_than_the_data_is_all_of_it),
		cmocka_unit_test(a_landscape_needs_weights),
		cmocka_unit_test(a_stopped_measure_leaves_nothing_behind),
		cmocka_unit_test(what_a_fold_changes_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
