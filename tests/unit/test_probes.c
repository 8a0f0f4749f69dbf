/* Live probes: on their steps or within their budget, and never in the way. */
#include "unit/bench_scene.h"

#include "base/file.h"

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

/* The file of the weights after training, free() it; the last measure. */
static char *weights_after(const char *probes, bool screen, size_t *size,
    double *measured)
{
	char path[] = "/tmp/snt-probes.XXXXXX", line[64], *weights;
	int descriptor = mkstemp(path);
	struct workbench *w;
	struct error error;
	struct ear ear;

	assert_true(descriptor >= 0);
	close(descriptor);
	w = open_bench(&ear, 2, screen);
	assert_int_equal(say(w, begin), 0);
	assert_int_equal(say(w, probes), 0);
	assert_int_equal(say(w, "train 1500 steps"), 0);
	snprintf(line, sizeof(line), "export weights %s", path);
	assert_int_equal(say(w, line), 0);
	*measured = last(&ear, "sharpness", "value");
	close_bench(w, &ear);
	weights = file_read(path, 1 << 20, size, &error);
	assert_non_null(weights);
	unlink(path);
	return weights;
}

static void training_does_not_notice(void **state)
{
	static const struct {
		const char *line;
		bool screen;	/* has probes by itself */
	} probes[] = {{"probe lambda; probe budget 100%", false},
		{"probe sam every=7", false}, {"set shuffle on", true}};
	size_t size, other;
	double measured;
	char *plain = weights_after("probe off", true, &size, &measured);

	(void)state;
	assert_true(isnan(measured));
	for (size_t i = 0; i < sizeof(probes) / sizeof(*probes); i++) {
		char *weights = weights_after(probes[i].line,
		    probes[i].screen, &other, &measured);

		assert_true(measured > 0);
		assert_int_equal(other, size);
		assert_memory_equal(weights, plain, size);
		free(weights);
	}
	free(plain);
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

static bool both_wait(const struct snapshot *snapshot)
{
	return strncmp(snapshot->probes_waiting, "lambda in ", 10) == 0 &&
	    strstr(snapshot->probes_waiting, ", sam in ");
}

static bool none_waits(const struct snapshot *snapshot)
{
	return snapshot->probes_waiting[0] == '\0';
}

/* What cannot be paid for yet says when, and no more once it was measured. */
static void a_probe_that_waits_says_how_long(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, true);

	(void)state;
	assert_int_equal(say(w, begin), 0);
	assert_int_equal(say(w, "probe budget 0.001%; train 50 steps; "
	    "probe budget"), 0);
	assert_int_equal(count(&ear, "\"waiting\":\"lambda in "), 1);
	workbench_release(w, wait_for_snapshot(w, both_wait));
	assert_int_equal(say(w, "probe budget 100%; train 2000 steps"), 0);
	assert_true(last(&ear, "sharpness", "value") > 0);
	workbench_release(w, wait_for_snapshot(w, none_waits));
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
		cmocka_unit_test(a_probe_that_waits_says_how_long),
		cmocka_unit_test(a_screen_probes_by_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
