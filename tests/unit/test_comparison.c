/* Runs side by side: at the same cost, on the same images. */
#include "unit/bench_scene.h"

#include "workbench/statistics.h"

static const char two[] = "data toy spiral n=800; net mlp 16-16; set batch 64; "
    "run rename plain; run twin sam opt sam rho=0.05; run use plain; "
    "train 60 steps; run use sam; train 40 steps";

static void near(double value, double expected, double within)
{
	if (!(fabs(value - expected) <= within))
		fail_msg("%.9g instead of %.9g", value, expected);
}

/* Computed by hand: a = 11/102, b = 5/102. */
static void the_interval_is_bonett_and_prices(void **state)
{
	double low, high;

	(void)state;
	paired_interval(10, 4, 100, &low, &high);
	near(low, -0.017187, 1e-5);
	near(high, 0.134834, 1e-5);
	paired_interval(0, 0, 50, &low, &high);
	assert_true(low < 0 && high > 0);
	near(low + high, 0, 1e-12);
	near(mcnemar(1, 8), 20.0 / 512, 1e-12);
	near(mcnemar(8, 1), 20.0 / 512, 1e-12);
	near(mcnemar(0, 0), 1, 1e-12);
}

static void at_equal_gradients_a_sam_run_has_half_the_steps(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);

	(void)state;
	assert_int_equal(say(w, two), 0);
	assert_int_equal(say(w, "compare plain sam at=gradients"), 0);
	assert_true(last(&ear, "compare", "amount") == 60);
	assert_true(last(&ear, "compare", "step") == 30);
	assert_true(last(&ear, "compare", "gradients") == 60);
	assert_int_equal(say(w, "compare plain sam at=steps"), 0);
	assert_true(last(&ear, "compare", "step") == 40);
	assert_int_equal(say(w, "compare sam plain at=seconds"), 0);
	assert_true(last(&ear, "compare", "seconds") <=
	    last(&ear, "compare", "amount") * (1 + 1e-6));
	close_bench(w, &ear);
}

/* What is shown of a step gone by is what the run was there. */
static void a_past_step_is_what_goto_finds(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);
	double loss, accuracy, pruned;

	(void)state;
	assert_int_equal(say(w, two), 0);
	assert_int_equal(say(w, "set checkpoint_every 20; "
	    "compare plain sam at=gradients prune=0.7 quant=3"), 0);
	loss = last(&ear, "compare", "loss");
	accuracy = last(&ear, "compare", "accuracy");
	pruned = last(&ear, "compare", "accuracy_pruned");
	assert_int_equal(say(w, "run use sam; goto 30; eval"), 0);
	assert_true(last(&ear, "eval", "loss") == loss);
	assert_true(last(&ear, "eval", "accuracy") == accuracy);
	assert_int_equal(say(w, "prune 0.7"), 0);
	assert_true(last(&ear, "compress", "accuracy") == pruned);
	/* Looking changed nothing. */
	assert_int_equal(say(w, "goto 40; compare sam"), 0);
	assert_true(last(&ear, "compare", "step") == 40);
	close_bench(w, &ear);
}

static void a_copy_differs_in_nothing(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);

	(void)state;
	assert_int_equal(say(w, two), 0);
	assert_int_equal(say(w, "run fork copy; compare sam copy"), 0);
	assert_true(last(&ear, "difference", "difference") == 0);
	assert_true(last(&ear, "difference", "won") == 0);
	assert_true(last(&ear, "difference", "lost") == 0);
	assert_true(last(&ear, "difference", "p") == 1);
	assert_int_equal(say(w, "compare sam nobody"), -1);
	assert_int_equal(say(w, "compare sam sam"), -1);
	close_bench(w, &ear);
}

/* Measures of any kind, with the step they are from; an opened session has
 * them too. */
static void measures_are_shown_from_before_the_step(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);
	char folder[32], line[160];
	double adaptive;

	(void)state;
	assert_int_equal(say(w, two), 0);
	assert_int_equal(say(w, "sharpness adaptive; train 5 steps; "
	    "compare sam"), 0);
	adaptive = last(&ear, "sharpness", "value");
	assert_true(last(&ear, "compare", "adaptive") == adaptive);
	assert_true(last(&ear, "compare", "adaptive_step") == 40);
	assert_int_equal(say(w, "compare plain sam at=gradients"), 0);
	assert_true(isnan(last(&ear, "compare", "adaptive")));
	snprintf(line, sizeof(line), "save %s/s; open %s/s; compare sam",
	    new_folder(folder), folder);
	assert_int_equal(say(w, line), 0);
	near(last(&ear, "compare", "adaptive"), adaptive, 1e-6);
	close_bench(w, &ear);
	remove_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_interval_is_bonett_and_prices),
		cmocka_unit_test(
		    at_equal_gradients_a_sam_run_has_half_the_steps),
		cmocka_unit_test(a_past_step_is_what_goto_finds),
		cmocka_unit_test(a_copy_differs_in_nothing),
		cmocka_unit_test(measures_are_shown_from_before_the_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
