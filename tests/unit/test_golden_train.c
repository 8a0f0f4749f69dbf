/*
 * Twenty training steps of every named network against PyTorch in double
 * precision: the loss before each step, and the running statistics at the
 * end. Batches are the samples in file order.
 */
#include "unit/golden.h"

#include "base/pool.h"
#include "train/learner.h"

enum { STEPS = 20, STEP_BATCH = 16, WORDS_MAX = 8 };

/*
 * Batch norm over 16 samples makes training chaotic: a relu that rounding
 * tips over changes the loss in the third digit a few steps later, and
 * PyTorch's own single precision strays as far. In double precision all stay
 * close.
 */
static const struct reference {
	const char *name;
	double tolerance;
} references[] = {
	{"mlp-32-16", 1e-3},
	{"mlp-300-100", 1e-3},
	{"lenet5", 1e-3},
	{"lenet5-colour", 1e-3},
	{"vgg8", 1e-2},
	{"vgg8-odd", 1e-2},
	{"resnet20", 1e-2},
	{"resnet20-odd", 1e-2},
	{"mobilenet", 1e-2},
	{"vit", 1e-3},
	{"vit-colour", 1e-3},
};

enum { REFERENCES = sizeof(references) / sizeof(*references) };

static double tolerance_of(const struct reference *r)
{
	return sizeof(real) == sizeof(double) ? 1e-6 : r->tolerance;
}

static void set_optimizer(struct learner *learner, const char *line)
{
	char text[128];
	const char *word[WORDS_MAX];
	int words = 0;
	struct error error = {{0}};

	snprintf(text, sizeof(text), "%s", line);
	for (char *at = strtok(text, " "); at; at = strtok(NULL, " "))
		word[words++] = at;
	if (learner_set_optimizer(learner, words, word, &error))
		fail_msg("%s: %s", line, error.text);
}

static struct learner *begin(const struct golden *g, const char *line,
    struct pool *pool)
{
	struct learner *learner = learner_new(&g->dataset,
	    network_copy(g->network), 1, pool);
	struct error error = {{0}};

	learner->shuffle = false;
	learner_set_batch(learner, STEP_BATCH);
	set_optimizer(learner, line);
	if (learner_set_weights(learner, g->w, &error))
		fail_msg("%s: %s", g->name, error.text);
	for (size_t i = 0; i < g->network->buffers; i++)
		learner->buffers[i] = g->buffers[i];
	return learner;
}

static void check_losses(const struct golden *g, struct learner *learner,
    const cJSON *losses, double tolerance)
{
	assert_int_equal(cJSON_GetArraySize(losses), STEPS);
	for (int i = 0; i < STEPS; i++) {
		struct learner_report report;
		char what[32];

		snprintf(what, sizeof(what), "loss of step %d", i);
		learner_step(learner, &report);
		golden_close(g, what, report.loss, golden_at(losses, i), 0,
		    tolerance);
	}
}

static void check_statistics(const struct golden *g,
    const struct learner *learner, const cJSON *sums, double tolerance)
{
	const struct network *network = learner->network;

	assert_int_equal(cJSON_GetArraySize(sums), network->buffer_segments);
	for (int i = 0; i < network->buffer_segments; i++) {
		const struct segment *segment = &network->buffer_segment[i];
		const cJSON *expected = cJSON_GetObjectItemCaseSensitive(sums,
		    segment->name);
		double sum = 0;

		assert_true(cJSON_IsNumber(expected));
		for (size_t j = 0; j < segment->count; j++)
			sum += (double)learner->buffers[segment->offset + j];
		golden_close(g, segment->name, sum, expected->valuedouble,
		    (double)segment->count, tolerance);
	}
}

static void test_curves(void **state)
{
	const struct reference *r = *state;
	struct golden *g = golden_new(r->name, STEPS * STEP_BATCH);
	struct pool *pool = pool_new(2);
	const cJSON *curve;

	cJSON_ArrayForEach(curve, cJSON_GetObjectItemCaseSensitive(g->json,
	    "curves")) {
		struct learner *learner = begin(g, curve->string, pool);

		check_losses(g, learner, cJSON_GetObjectItemCaseSensitive(
		    curve, "losses"), tolerance_of(r));
		check_statistics(g, learner, cJSON_GetObjectItemCaseSensitive(
		    curve, "statistics"), tolerance_of(r));
		learner_free(learner);
	}
	pool_free(pool);
	golden_free(g);
}

int main(void)
{
	struct CMUnitTest tests[REFERENCES];

	for (int i = 0; i < REFERENCES; i++)
		tests[i] = (struct CMUnitTest) {
			.name = references[i].name,
			.test_func = test_curves,
			.initial_state = (void *)&references[i],
		};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
