/* The whole ring without a front end: lines in, events and sessions out. */
#include "unit/bench_scene.h"

#include "base/file.h"

static const char twins[] = "data toy spiral n=600; net mlp 24-24; "
    "run rename plain; run twin snt snt on; run use plain; "
    "run twin sam opt sam rho=0.05; set batch 64; set hash_every 10";

static void an_unknown_word_is_refused_with_a_guess(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);

	(void)state;
	assert_int_equal(say(w, "trian 1 epochs"), -1);
	assert_non_null(strstr(ear.heard.text, "did you mean train"));
	assert_int_equal(say(w, "train 1 epochs"), -1);
	assert_non_null(strstr(ear.heard.text, "no network yet"));
	assert_int_equal(say(w, "data toy torus"), -1);
	assert_int_equal(say(w, "data toy xor; net mlp 8; prune 2"), -1);
	assert_true(last(&ear, "error", "line") == 1);
	close_bench(w, &ear);
}

static void training_reports_and_ends_with_a_test(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 2, false);

	(void)state;
	assert_int_equal(say(w, "data toy moons n=1000; net mlp 64-64; "
	    "opt adam lr=1e-2; train 30 epochs"), 0);
	assert_true(last(&ear, "train", "step") == 30 * 8);
	assert_true(last(&ear, "eval", "step") == 30 * 8);
	assert_true(last(&ear, "eval", "n") == 250);
	assert_true(last(&ear, "eval", "accuracy") > 0.95);
	assert_int_equal(say(w, "train until loss<0.02"), 0);
	assert_true(last(&ear, "train", "loss") < 0.02);
	close_bench(w, &ear);
}

static void a_fold_changes_nothing(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 2, false);

	(void)state;
	assert_int_equal(say(w, twins), 0);
	assert_int_equal(say(w, "run use snt; train 20 steps; snt check"), 0);
	assert_true(last(&ear, "fold", "max_abs_diff") == 0);
	assert_true(last(&ear, "fold", "flips") == 0);
	close_bench(w, &ear);
}

static void compression_is_exact_and_never_destructive(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 2, false);
	double before, zeros;

	(void)state;
	assert_int_equal(say(w, twins), 0);
	assert_int_equal(say(w, "train 40 steps; eval"), 0);
	before = last(&ear, "eval", "accuracy");
	assert_int_equal(say(w, "prune 0.8"), 0);
	/* 2 x 24 + 24 x 24 + 24 x 2 = 672 weights. */
	zeros = last(&ear, "compress", "zeros");
	assert_true(zeros == floor(0.8 * 672 + 0.5));
	assert_true(last(&ear, "compress", "exact") == 1);
	assert_true(last(&ear, "compress", "n") == 150);
	assert_int_equal(say(w, "quant 4"), 0);
	assert_true(last(&ear, "compress", "prune") == 0.8);
	assert_true(last(&ear, "compress", "quant") == 4);
	assert_int_equal(say(w, "compress reset; eval"), 0);
	assert_true(last(&ear, "eval", "accuracy") == before);
	assert_int_equal(say(w, "prune 0.5; compress apply; train 5 steps; "
	    "prune 0"), 0);
	assert_true(last(&ear, "compress", "zeros") >= 336);
	close_bench(w, &ear);
}

static void packed_bytes_are_those_of_the_file(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);
	char folder[32], *path, *line, *bytes;
	size_t size;

	(void)state;
	path = path_join(new_folder(folder), "net.packed");
	line = xasprintf("prune 0.9; quant 3; export packed %s", path);
	assert_int_equal(say(w, twins), 0);
	assert_int_equal(say(w, line), 0);
	bytes = file_read(path, 1 << 20, &size, NULL);
	assert_non_null(bytes);
	assert_true(last(&ear, "compress", "bytes") == (double)size);
	free(bytes);
	free(line);
	free(path);
	close_bench(w, &ear);
	remove_folder(folder);
}

/* Save at one number of threads, with probes, a change of rate in between. */
static void record(const char *folder, int threads)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, threads, false);
	char *save = xasprintf("save %s", folder);

	assert_int_equal(say(w, twins), 0);
	assert_int_equal(say(w, "probe lambda every=7; train 25 steps "
	    "runs=all; run use snt; set lr 0.003; prune 0.5"), 0);
	assert_int_equal(say(w, save), 0);
	assert_int_equal(say(w, "train 12 steps; save"), 0);
	free(save);
	close_bench(w, &ear);
}

static void a_session_verifies_at_any_number_of_threads(void **state)
{
	char folder[32], *at, *verify;

	(void)state;
	at = path_join(new_folder(folder), "s");
	verify = xasprintf("verify %s", at);
	record(at, 2);
	for (int threads = 1; threads <= 3; threads++) {
		struct ear ear;
		struct workbench *w = open_bench(&ear, threads, false);

		assert_int_equal(say(w, verify), 0);
		assert_true(last(&ear, "verify", "ok") == 1);
		assert_true(last(&ear, "verify", "hashes") == 3 * 3 + 1);
		close_bench(w, &ear);
	}
	free(verify);
	free(at);
	remove_folder(folder);
}

static void a_changed_session_does_not_verify(void **state)
{
	struct ear ear;
	struct workbench *w;
	char folder[32], *at, *verify, *journal, *text, *found;
	size_t size;

	(void)state;
	at = path_join(new_folder(folder), "s");
	verify = xasprintf("verify %s", at);
	record(at, 1);
	journal = path_join(at, "journal.jsonl");
	text = file_read(journal, 1 << 20, &size, NULL);
	found = strstr(text, "0.003");
	assert_non_null(found);
	found[4] = '4';
	assert_int_equal(file_replace(journal, text, size, NULL), 0);
	w = open_bench(&ear, 1, false);
	assert_int_equal(say(w, verify), -1);
	assert_true(last(&ear, "verify", "ok") == 0);
	/* Up to the change all agrees; the run after it differs. */
	assert_true(last(&ear, "verify", "hashes") == 9);
	close_bench(w, &ear);
	free(text);
	free(journal);
	free(verify);
	free(at);
	remove_folder(folder);
}

static void an_opened_session_goes_on_bit_for_bit(void **state)
{
	struct ear ear, straight;
	struct workbench *w, *v;
	char folder[32], *at, *open, *verify;

	(void)state;
	at = path_join(new_folder(folder), "s");
	open = xasprintf("open %s; train 30 steps; eval; save", at);
	verify = xasprintf("verify %s", at);
	record(at, 2);
	w = open_bench(&ear, 1, false);
	assert_int_equal(say(w, open), 0);
	assert_int_equal(say(w, verify), 0);
	assert_true(last(&ear, "verify", "hashes") == 3 * 3 + 1 + 3);
	v = open_bench(&straight, 2, false);
	assert_int_equal(say(v, twins), 0);
	assert_int_equal(say(v, "train 25 steps runs=all; run use snt; "
	    "set lr 0.003; train 42 steps; eval"), 0);
	assert_true(last(&ear, "eval", "loss") ==
	    last(&straight, "eval", "loss"));
	close_bench(v, &straight);
	close_bench(w, &ear);
	free(verify);
	free(open);
	free(at);
	remove_folder(folder);
}

static bool is_training(const struct snapshot *s)
{
	return s->runs == 1 && s->run[0].training && s->run[0].step > 20;
}

static bool has_answer(const struct snapshot *s)
{
	return s->compress.state == COMPRESS_EXACT && s->compress.pruned;
}

static bool is_idle(const struct snapshot *s)
{
	return s->jobs == 0;
}

static bool has_spectrum(const struct snapshot *snapshot)
{
	return snapshot->runs == 3 &&
	    snapshot->run[2].picture[PICTURE_SPECTRUM];
}

static void same_picture(const struct picture *a, const struct picture *b)
{
	assert_non_null(a);
	assert_non_null(b);
	assert_int_equal(a->rows, b->rows);
	assert_int_equal(a->columns, b->columns);
	assert_int_equal(a->layer, b->layer);
	assert_string_equal(a->reading.text, b->reading.text);
	for (int i = 0; i < a->rows * a->columns; i++)
		assert_float_equal(a->value[i], b->value[i], 1e-6);
	for (int i = 0; i < a->columns; i++)
		assert_float_equal(a->at[i], b->at[i], 1e-6);
}

static void an_opened_session_shows_what_was_seen(void **state)
{
	struct ear ear, again;
	struct workbench *w = open_bench(&ear, 1, true);
	struct workbench *v = open_bench(&again, 1, true);
	const struct snapshot *seen, *shown;
	char folder[32], *at, *save, *open;

	(void)state;
	at = path_join(new_folder(folder), "s");
	save = xasprintf("%s; train 9 steps; sharpness landscape dim=2 "
	    "points=5; sharpness landscape points=7; sharpness spectrum "
	    "draws=1 steps=5 layer=1; save %s; save %s.other", twins, at, at);
	open = xasprintf("open %s", at);
	assert_int_equal(say(w, save), 0);
	assert_int_equal(say(v, open), 0);
	seen = wait_for_snapshot(w, has_spectrum);
	shown = wait_for_snapshot(v, has_spectrum);
	assert_int_equal(seen->run[2].step, 9);
	for (int i = 0; i < PICTURES; i++)
		same_picture(seen->run[2].picture[i],
		    shown->run[2].picture[i]);
	workbench_release(w, seen);
	workbench_release(v, shown);
	close_bench(w, &ear);
	close_bench(v, &again);
	free(open);
	free(save);
	free(at);
	remove_folder(folder);
}

static bool all_are_slid(const struct snapshot *snapshot)
{
	int exact = 0;

	for (int i = 0; i < snapshot->runs; i++)
		exact += snapshot->run[i].slid.state == COMPRESS_EXACT &&
		    snapshot->run[i].ratio_points == 4;
	return exact == 3;
}

/* Plain, SNT and SAM under one slider, each as it is slid alone. */
static void all_runs_are_slid_together(void **state)
{
	static const char *const names[] = {"plain", "snt", "sam"};
	struct ear ear;
	struct workbench *w = open_bench(&ear, 2, true);
	const struct snapshot *s;
	double together[3];

	(void)state;
	assert_int_equal(say(w, twins), 0);
	assert_int_equal(say(w, "train 30 steps runs=all; run use snt; "
	    "set slide_runs all; sweep prune 0:0.8:0.4; prune 0.7"), 0);
	s = wait_for_snapshot(w, all_are_slid);
	for (int i = 0; i < 3; i++)
		together[i] = s->run[i].slid.accuracy;
	workbench_release(w, s);
	/* Whichever of them is the current one. */
	assert_int_equal(say(w, "run use plain"), 0);
	s = wait_for_snapshot(w, all_are_slid);
	assert_int_equal(s->compress.state, COMPRESS_EXACT);
	for (int i = 0; i < 3; i++)
		assert_true(s->run[i].slid.accuracy == together[i]);
	workbench_release(w, s);
	assert_int_equal(say(w, "set slide_runs current; "
	    "train 1 steps runs=all; back 1"), 0);
	for (int i = 0; i < 3; i++) {
		char line[64];

		snprintf(line, sizeof(line), "run use %s; goto 30; prune 0.7",
		    names[i]);
		assert_int_equal(say(w, line), 0);
		assert_float_equal(last(&ear, "compress", "accuracy"),
		    together[i], 1e-6);
	}
	close_bench(w, &ear);
}

/* As from a key held down: each line adds what it says, and too many at once
 * are refused. */
static void lines_that_train_add_up(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, true);
	uint64_t ticket = 0;

	(void)state;
	assert_int_equal(say(w, twins), 0);
	workbench_submit(w, "train 50 steps", 0);
	for (int i = 0; i < 5; i++)
		ticket = workbench_submit(w, "step", 0);
	assert_int_equal(workbench_wait(w, ticket), 0);
	assert_true(last(&ear, "train", "step") == 55);
	for (int i = 0; i < 100; i++)
		ticket = workbench_submit(w, "train 1000 epochs", 0);
	assert_int_equal(workbench_wait(w, ticket), -1);
	assert_int_equal(say(w, "stop"), 0);
	assert_non_null(strstr(ear.heard.text, "waiting to be done"));
	close_bench(w, &ear);
}

/* At a prompt without a screen. */
static void a_long_job_tells_how_far_it_is(void **state)
{
	struct ear ear = {.lock = PTHREAD_MUTEX_INITIALIZER};
	const struct workbench_options options = {.threads = 1,
		.listener = listen, .context = &ear, .progress = 1e-3};
	struct workbench *w = workbench_new(&options);

	(void)state;
	assert_int_equal(say(w, "data toy spiral n=2000; net mlp 32-32; "
	    "train 400 steps"), 0);
	assert_true(last(&ear, "job", "progress") > 0);
	assert_true(last(&ear, "job", "progress") <= 1);
	assert_true(last(&ear, "job", "seconds_left") >= 0);
	assert_non_null(strstr(ear.heard.text, "\"train 400 steps: "));
	close_bench(w, &ear);
}

static void a_slider_moves_while_training_goes_on(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 2, true);
	const struct snapshot *s;
	uint64_t training;

	(void)state;
	assert_int_equal(say(w, "data toy spiral n=2000; net mlp 32-32"), 0);
	training = workbench_submit(w, "train 100000 epochs", 0);
	workbench_release(w, wait_for_snapshot(w, is_training));
	for (int i = 1; i <= 20; i++) {
		char line[32];

		snprintf(line, sizeof(line), "prune 0.%02d", 4 * i);
		workbench_submit(w, line, 0);
	}
	s = wait_for_snapshot(w, has_answer);
	assert_true(s->compress.ratio > 0 && s->compress.n == 500);
	assert_true(s->run[0].training);
	workbench_release(w, s);
	assert_int_equal(workbench_poll(w, training, 0), 1);
	workbench_interrupt(w);
	assert_int_equal(workbench_wait(w, training), -1);
	workbench_release(w, wait_for_snapshot(w, is_idle));
	close_bench(w, &ear);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_word_is_refused_with_a_guess),
		cmocka_unit_test(training_reports_and_ends_with_a_test),
		cmocka_unit_test(a_fold_changes_nothing),
		cmocka_unit_test(compression_is_exact_and_never_destructive),
		cmocka_unit_test(packed_bytes_are_those_of_the_file),
		cmocka_unit_test(a_session_verifies_at_any_number_of_threads),
		cmocka_unit_test(a_changed_session_does_not_verify),
		cmocka_unit_test(an_opened_session_shows_what_was_seen),
		cmocka_unit_test(an_opened_session_goes_on_bit_for_bit),
		cmocka_unit_test(all_runs_are_slid_together),
		cmocka_unit_test(lines_that_train_add_up),
		cmocka_unit_test(a_long_job_tells_how_far_it_is),
		cmocka_unit_test(a_slider_moves_while_training_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
