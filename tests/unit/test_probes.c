/* Live probes: on their steps or within their budget, and never in the way. */
#include "unit/bench_scene.h"

static const char begin[] = "data toy spiral n=2000; net mlp 64-64; "
    "set batch 64; set probe_n 500; ";

static long count(struct ear *ear, const char *text)
{
	long found = 0;

	pthread_mutex_lock(&ear->lock);
	for (const char *at = ear->heard.text; (at = strstr(at, text)); at++)
		found++;
	pthread_mutex_unlock(&ear->lock);
	return found;
}

static double loss_after(const char *probes, double *lambda)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 2, false);
	double loss;

	assert_int_equal(say(w, begin), 0);
	assert_int_equal(say(w, probes), 0);
	assert_int_equal(say(w, "train 1500 steps"), 0);
	loss = last(&ear, "eval", "loss");
	*lambda = last(&ear, "sharpness", "value");
	close_bench(w, &ear);
	return loss;
}

static void training_does_not_notice(void **state)
{
	double lambda, plain = loss_after("probe off", &lambda);

	(void)state;
	assert_true(isnan(lambda));
	assert_true(loss_after("probe lambda; probe budget 100%", &lambda) ==
	    plain);
	assert_true(lambda > 0);
	assert_true(loss_after("probe sam every=7", &lambda) == plain);
}

static void steps_are_kept_where_they_are_asked_for(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);

	(void)state;
	assert_int_equal(say(w, begin), 0);
	assert_int_equal(say(w, "probe sam every=10; probe lambda; "
	    "probe budget 10%; train 100 steps"), 0);
	assert_int_equal(count(&ear, "\"kind\":\"sam\""), 10);
	assert_int_equal(say(w, "probe off; probe budget off; probe sam; "
	    "train 200 steps"), 0);
	assert_int_equal(count(&ear, "\"kind\":\"sam\""), 12);
	assert_int_equal(say(w, "probe budget 0"), -1);
	assert_int_equal(say(w, "probe budget lots"), -1);
	close_bench(w, &ear);
}

static void the_budget_is_kept(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);

	(void)state;
	assert_int_equal(say(w, begin), 0);
	assert_int_equal(say(w, "probe lambda; probe sam; probe budget 10%; "
	    "train 4000 steps; probe budget"), 0);
	assert_true(last(&ear, "budget", "share") == 0.1);
	assert_true(last(&ear, "budget", "spent") > 0);
	/* Estimates are rough where a step takes microseconds. */
	assert_true(last(&ear, "budget", "spent") <= 0.15);
	assert_true(count(&ear, "\"kind\":\"sam\"") >= 1);
	close_bench(w, &ear);
}

/* On a screen it is the default, and silent in the log. */
static void a_screen_probes_by_itself(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, true);
	const struct snapshot *snapshot;

	(void)state;
	assert_int_equal(say(w, begin), 0);
	assert_int_equal(say(w, "train 4000 steps"), 0);
	assert_true(last(&ear, "sharpness", "value") > 0);
	assert_int_equal(say(w, "probe budget; probe off"), 0);
	assert_true(last(&ear, "budget", "share") == 0.1);
	snapshot = workbench_snapshot(w);
	for (int i = 0; i < snapshot->log_lines; i++)
		assert_null(strstr(snapshot->log[i].text, " lambda "));
	workbench_release(w, snapshot);
	close_bench(w, &ear);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(training_does_not_notice),
		cmocka_unit_test(steps_are_kept_where_they_are_asked_for),
		cmocka_unit_test(the_budget_is_kept),
		cmocka_unit_test(a_screen_probes_by_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
