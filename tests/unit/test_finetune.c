/* Fine-tuning that knows of quantisation: where its gradient is taken, and
 * that a session restores and verifies it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit/compress_scene.h"

#include "base/buffer.h"
#include "base/file.h"
#include "compress/aware.h"
#include "compress/fold.h"
#include "session/checkpoint.h"
#include "train/learner.h"
#include "workbench/event.h"
#include "workbench/workbench.h"

enum { SAMPLES = 60 };

struct scene {
	struct dataset data;
	struct pool *pool;
	float value[SAMPLES * 4];
	int32_t label[SAMPLES];
};

static void scene_make(struct scene *scene)
{
	struct random_key key = {.seed = 2, .stream = RANDOM_DATA};
	real noise[SAMPLES * 4];

	random_normal(key, 0, SAMPLES * 4, noise);
	for (int i = 0; i < SAMPLES * 4; i++)
		scene->value[i] = (float)noise[i];
	for (int i = 0; i < SAMPLES; i++)
		scene->label[i] = i % 3;
	scene->data = (struct dataset){
		.shape = {.c = 4, .h = 1, .w = 1}, .classes = 3};
	scene->data.split[SPLIT_TRAIN] = (struct split){.count = SAMPLES,
		.values = scene->value, .labels = scene->label};
	scene->pool = pool_new(2);
}

/* To halves; nothing to release. */
static void to_halves(void *context, const real *w, const real *buffers,
    real *rounded)
{
	size_t *n = context;

	(void)buffers;
	for (size_t i = 0; i < *n; i++)
		rounded[i] = (real)(rint(2 * (double)w[i]) / 2);
}

static void keep(void *context)
{
	(void)context;
}

static struct learner *learner_on(struct scene *scene)
{
	static const char *const sgd[] = {"sgd", "lr=0.25"};
	struct learner *learner = learner_new(&scene->data,
	    plain(4, "dense 5;relu;dense 3"), 3, scene->pool);
	struct error error;

	assert_int_equal(learner_set_optimizer(learner, 2, sgd, &error), 0);
	return learner;
}

static void set_straight(struct learner *learner, struct network *network,
    size_t *n)
{
	struct straight *straight = xcalloc(1, sizeof(*straight));

	*straight = (struct straight){1, xstrdup("halves"), network,
		to_halves, keep, n};
	learner_set_straight(learner, straight);
}

/* w moves by what the gradient at Q(w) says, and pruned weights stay. */
static void test_gradient_is_taken_at_rounded_weights(void **state)
{
	struct scene scene;
	struct learner *a, *b;
	struct learner_report report[2];
	struct error error;
	real *w, *q;
	size_t n;

	(void)state;
	scene_make(&scene);
	a = learner_on(&scene);
	b = learner_on(&scene);
	n = a->network->parameters;
	w = reals_new(n);
	q = reals_new(n);
	memcpy(w, learner_weights(a), n * sizeof(real));
	w[0] = 0;
	assert_int_equal(learner_set_weights(a, w, &error), 0);
	learner_keep_zeros(a, w);
	to_halves(&n, w, NULL, q);
	assert_int_equal(learner_set_weights(b, q, &error), 0);
	set_straight(a, network_copy(a->network), &n);
	learner_step(a, &report[0]);
	learner_step(b, &report[1]);
	assert_true(report[0].loss == report[1].loss);
	assert_true(learner_weights(a)[0] == 0);
	for (size_t i = 1; i < n; i++) {
		double moved = (double)learner_weights(a)[i] - (double)w[i];
		double wanted = (double)learner_weights(b)[i] - (double)q[i];

		assert_true(fabs(moved - wanted) < 1e-6);
	}
	reals_free(w);
	reals_free(q);
	learner_free(a);
	learner_free(b);
	pool_free(scene.pool);
}

/* Folding what training sees gives what would be shipped. */
static void test_rounds_as_shipped(void **state)
{
	static const char *const lines[] = {"quant 3", "quant 4 per=tensor",
		"quant 3 scheme=affine per=tensor", "quant 4 layer=1",
		"quant 4 per=tensor equalise=on", "quant 3 per=group group=4",
		"prune 0.5;quant 3", "quant 2 scheme=codebook"};
	struct network *network = with_batch_norm();
	real *buffers = random_statistics(network);

	(void)state;
	for (size_t k = 0; k < sizeof(lines) / sizeof(*lines); k++) {
		struct compress_settings settings = settings_of(network,
		    lines[k]);
		real *w = random_weights(network, 1), *folded, *statistics;
		real *rounded = reals_new(network->parameters);
		struct compressed c = make(network, w, buffers, lines[k]);
		struct aware *aware = aware_new(network, &settings);
		struct network *shorter;
		double most = 0;

		/* aware_round() is for weights that are pruned already. */
		for (size_t i = 0; settings.pruned && i < network->parameters;
		    i++)
			w[i] = (double)fabsf((float)w[i]) < 0.6 ? 0 : w[i];
		compressed_free(&c);
		c = make(network, w, buffers, strstr(lines[k], "quant"));
		aware_round(aware, w, buffers, rounded);
		shorter = fold_batch_norm(network, rounded, buffers, &folded,
		    &statistics);
		for (int s = 0; s < shorter->segments; s++) {
			const struct segment *segment = &shorter->segment[s];

			/* Equalised ranges are shared anew on the way. */
			if (!segment_compressible(segment) ||
			    strstr(lines[k], "equalise"))
				continue;
			for (size_t i = segment->offset;
			    i < segment->offset + segment->count; i++)
				most = fmax(most, fabs((double)folded[i] -
				    (double)c.w[i]));
		}
		if (most > 1e-5)
			fail_msg("%s: differs by %g", lines[k], most);
		for (int s = 0; s < network->segments; s++) {
			const struct segment *segment = &network->segment[s];

			if (!segment_compressible(segment))
				assert_memory_equal(rounded + segment->offset,
				    w + segment->offset, segment->count *
				    sizeof(real));
		}
		aware_free(aware);
		compressed_free(&c);
		compress_settings_free(&settings);
		network_free(shorter);
		reals_free(folded);
		reals_free(statistics);
		reals_free(rounded);
		reals_free(w);
	}
	reals_free(buffers);
	network_free(network);
}

static void listen(void *context, enum log_level level, const char *json,
    const char *text)
{
	(void)level, (void)text;
	buffer_puts(context, json);
	buffer_puts(context, "\n");
}

static struct workbench *open_bench(struct buffer *heard, int threads)
{
	struct workbench_options options = {.threads = threads,
		.listener = listen, .context = heard};

	*heard = (struct buffer){0};
	return workbench_new(&options);
}

static void must(struct workbench *workbench, const struct buffer *heard,
    const char *line)
{
	if (workbench_wait(workbench, workbench_submit(workbench, line, 1)))
		fail_msg("%s\n%s", line, heard->text);
}

static void close_bench(struct workbench *workbench, struct buffer *heard)
{
	workbench_free(workbench);
	buffer_free(heard);
}

/* The last event of a kind. */
static double figure(const struct buffer *heard, const char *kind,
    const char *key)
{
	char *copy = xstrdup(heard->text ? heard->text : ""), *rest = NULL;
	double value = NAN;

	for (char *line = strtok_r(copy, "\n", &rest); line;
	    line = strtok_r(NULL, "\n", &rest)) {
		struct event *event = event_parse(line);

		if (strcmp(event_kind(event), kind) == 0)
			value = event_get(event, key);
		event_free(event);
	}
	free(copy);
	return value;
}

static const char trained[] = "data toy moons n=600; net mlp 16-16; "
    "net add bn at=2; opt adam lr=0.01; train 8 epochs";

static void test_finetune_helps(void **state)
{
	struct buffer heard;
	struct workbench *workbench = open_bench(&heard, 2);
	double before, after;

	(void)state;
	must(workbench, &heard, trained);
	must(workbench, &heard, "prune 0.5; quant 2 act=4 calib_n=200");
	before = figure(&heard, "compress", "loss");
	must(workbench, &heard, "finetune 8 epochs");
	after = figure(&heard, "compress", "loss");
	assert_true(after < 0.8 * before);
	assert_true(figure(&heard, "compress", "quant") == 2);
	assert_true(figure(&heard, "compress", "zeros") >= 160);
	/* What training reported is what the quantised network does. */
	assert_true(fabs(figure(&heard, "train", "loss") - after) <
	    0.5 * before);
	must(workbench, &heard, "quant off; finetune 1 epochs");
	assert_true(isnan(figure(&heard, "compress", "quant")));
	close_bench(workbench, &heard);
}

/* Left in the middle, opened and trained on: as in one go. */
static void test_restored(void **state)
{
	char folder[] = "/tmp/snt-test-XXXXXX", line[160];
	struct buffer heard;
	struct workbench *workbench = open_bench(&heard, 1);
	double loss;

	(void)state;
	assert_non_null(mkdtemp(folder));
	must(workbench, &heard, trained);
	must(workbench, &heard, "quant 3 act=4 calib_n=200; finetune 3 epochs;"
	    " goto 45; goto end");
	text_format(line, sizeof(line), "save %s/s; finetune 1 epochs; "
	    "train 5 steps; eval", folder);
	must(workbench, &heard, line);
	loss = figure(&heard, "eval", "loss");
	close_bench(workbench, &heard);
	workbench = open_bench(&heard, 3);
	text_format(line, sizeof(line), "open %s/s; eval; goto 47; goto end;"
	    " verify %s/s", folder, folder);
	must(workbench, &heard, line);
	assert_true(figure(&heard, "eval", "loss") == loss);
	assert_true(figure(&heard, "verify", "hashes") > 0);
	close_bench(workbench, &heard);
	folder_remove(folder);
}

/* Levels come back with the checkpoint: they were calibrated at weights that
 * nobody has any more. */
static void test_checkpoint_keeps_levels(void **state)
{
	static const char *const level[] = {"quantise", "4", "scale=0.5",
		"zero=3"};
	char path[] = "/tmp/snt-test-XXXXXX", hash[HASH_TEXT];
	struct scene scene;
	struct learner *a, *b;
	struct learner_report report[2];
	struct error error;
	size_t n;

	(void)state;
	scene_make(&scene);
	close(mkstemp(path));
	a = learner_on(&scene);
	b = learner_on(&scene);
	n = a->network->parameters;
	set_straight(a, network_insert(a->network, 1, NULL, 4, level, &error),
	    &n);
	set_straight(b, network_copy(b->network), &n);
	learner_step(a, &report[0]);
	assert_int_equal(checkpoint_write(a, path, hash, &error), 0);
	assert_int_equal(checkpoint_read(b, path, &error), 0);
	learner_step(a, &report[0]);
	learner_step(b, &report[1]);
	assert_true(report[0].loss == report[1].loss);
	assert_memory_equal(learner_weights(a), learner_weights(b),
	    n * sizeof(real));
	unlink(path);
	learner_free(a);
	learner_free(b);
	pool_free(scene.pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gradient_is_taken_at_rounded_weights),
		cmocka_unit_test(test_rounds_as_shipped),
		cmocka_unit_test(test_finetune_helps),
		cmocka_unit_test(test_restored),
		cmocka_unit_test(test_checkpoint_keeps_levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
