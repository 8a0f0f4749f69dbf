/* Pruning as lines of a session: fine-tuning, gradually, what each layer can
 * spare, and all of it restored. */
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

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "workbench/event.h"
#include "workbench/workbench.h"

/* Events come one at a time while a line is waited for. */
static void listen(void *context, enum log_level level, const char *json,
    const char *text)
{
	struct buffer *heard = context;

	(void)level;
	(void)text;
	buffer_puts(heard, json);
	buffer_puts(heard, "\n");
}

static struct workbench *open_bench(struct buffer *heard)
{
	struct workbench_options options = {.threads = 2, .listener = listen,
		.context = heard};

	*heard = (struct buffer){0};
	return workbench_new(&options);
}

static int say(struct workbench *workbench, const char *line)
{
	return workbench_wait(workbench, workbench_submit(workbench, line,
	    1));
}

static void must(struct workbench *workbench, const struct buffer *heard,
    const char *line)
{
	if (say(workbench, line) != 0)
		fail_msg("%s\n%s", line, heard->text);
}

/* The last event of a kind, or NULL. */
static struct event *last(const struct buffer *heard, const char *kind)
{
	char *copy = xstrdup(heard->text ? heard->text : ""), *rest = NULL;
	struct event *found = NULL;

	for (char *line = strtok_r(copy, "\n", &rest); line;
	    line = strtok_r(NULL, "\n", &rest)) {
		struct event *event = event_parse(line);

		if (strcmp(event_kind(event), kind) == 0) {
			event_free(found);
			found = event;
		} else {
			event_free(event);
		}
	}
	free(copy);
	return found;
}

static double figure(const struct buffer *heard, const char *kind,
    const char *key)
{
	struct event *event = last(heard, kind);
	double value = event ? event_get(event, key) : NAN;

	event_free(event);
	return value;
}

/* Of 32 + 256 + 32 weights; biases and batch norm are no weights. */
static const char network[] = "data toy spiral n=400; net mlp 16-16; "
    "net add bn at=2; train 20 steps";

/* What was pruned by any method is still zero after training on. */
static void test_finetune_keeps_the_mask(void **state)
{
	static const char *const prunings[] = {"prune 0.5",
		"prune 0.5 method=random", "prune 0.5 method=wanda",
		"prune 0.5 method=obs", "prune 2:4 method=obs",
		"prune 0.25 layer=4; prune 0.5 layer=1"};
	static const double zeros[] = {160, 160, 160, 160, 144, 80};

	(void)state;
	for (size_t k = 0; k < sizeof(prunings) / sizeof(*prunings); k++) {
		struct buffer heard;
		struct workbench *workbench = open_bench(&heard);

		must(workbench, &heard, network);
		must(workbench, &heard, prunings[k]);
		assert_true(figure(&heard, "compress", "zeros") == zeros[k]);
		must(workbench, &heard, "finetune 2 epochs; prune off");
		assert_true(figure(&heard, "compress", "zeros") == zeros[k]);
		workbench_free(workbench);
		buffer_free(&heard);
	}
}

/* Batch norm is still there to train on, and the network is smaller. */
static void test_finetune_smaller(void **state)
{
	struct buffer heard;
	struct workbench *workbench = open_bench(&heard);

	(void)state;
	must(workbench, &heard, network);
	must(workbench, &heard, "prune 0.5 method=units");
	must(workbench, &heard, "finetune 2 epochs; net show");
	assert_non_null(strstr(heard.text, "batchnorm"));
	must(workbench, &heard, "quant 8");
	assert_true(figure(&heard, "compress", "float_bytes") < 4 * 320);
	assert_true(isnan(figure(&heard, "compress", "prune")));
	workbench_free(workbench);
	buffer_free(&heard);
}

/* (1 - (1 - 20/40)^3) 80% at half way, 80% from the end on. */
static void test_gradual(void **state)
{
	struct buffer heard;
	struct workbench *workbench = open_bench(&heard);
	double half = floor(320 * 0.8 * (1 - 0.125) + 0.5);

	(void)state;
	must(workbench, &heard, "data toy spiral n=400; net mlp 16-16; "
	    "set gradual 0.8 steps=40 every=10; train 29 steps; prune 0");
	assert_true(figure(&heard, "compress", "zeros") == half);
	must(workbench, &heard, "train 31 steps; prune 0");
	assert_true(figure(&heard, "compress", "zeros") == 256);
	assert_int_not_equal(say(workbench, "set gradual 1.5"), 0);
	workbench_free(workbench);
	buffer_free(&heard);
}

static void test_sensitivity(void **state)
{
	struct buffer heard;
	struct workbench *workbench = open_bench(&heard);
	struct event *event;

	(void)state;
	must(workbench, &heard, network);
	must(workbench, &heard, "sensitivity prune method=wanda n=50");
	event = last(&heard, "sensitivity");
	assert_true(event_get(event, "layer") == 6);
	assert_true(event_get(event, "weights") == 32);
	assert_true(event_get_at(event, "prune", 1) == 0.5);
	assert_true(event_get_at(event, "accuracy", 5) >= 0);
	assert_true(event_get(event, "n") == 50);
	event_free(event);
	assert_null(last(&heard, "compress"));
	must(workbench, &heard, "sensitivity prune target=0.6");
	assert_true(fabs(figure(&heard, "compress", "zeros") - 192) <= 2);
	workbench_free(workbench);
	buffer_free(&heard);
}

/* The shapes depend on weights that a restored run has only in the end. */
static void test_restored(void **state)
{
	char folder[] = "/tmp/snt-test-XXXXXX", line[128];
	struct buffer heard;
	struct workbench *workbench = open_bench(&heard);
	double loss;

	(void)state;
	assert_non_null(mkdtemp(folder));
	must(workbench, &heard, network);
	must(workbench, &heard, "prune 0.6 method=units; finetune 1 epochs; "
	    "prune 0.4 method=obs; compress apply; train 5 steps; eval");
	loss = figure(&heard, "eval", "loss");
	text_format(line, sizeof(line), "save %s/s", folder);
	must(workbench, &heard, line);
	workbench_free(workbench);
	buffer_free(&heard);
	workbench = open_bench(&heard);
	text_format(line, sizeof(line), "open %s/s; eval", folder);
	must(workbench, &heard, line);
	assert_true(figure(&heard, "eval", "loss") == loss);
	text_format(line, sizeof(line), "verify %s/s", folder);
	must(workbench, &heard, line);
	workbench_free(workbench);
	buffer_free(&heard);
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finetune_keeps_the_mask),
		cmocka_unit_test(test_finetune_smaller),
		cmocka_unit_test(test_gradual),
		cmocka_unit_test(test_sensitivity),
		cmocka_unit_test(test_restored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
