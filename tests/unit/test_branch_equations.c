/*
 * Blocks of branches, RepVGG's and QARepVGG's, against their equations:
 * logits, gradient, steps of training, and the one convolution they become.
 */
#include <stdlib.h>

#include "unit/compress_scene.h"

#include "compress/branches.h"
#include "train/learner.h"
#include "unit/branches_by_hand.h"

enum { STEPS = 3 };

#ifdef SNT_DOUBLE
#define CLOSE 1e-10
#else
#define CLOSE 2e-4
#endif

/* With the input itself, and where stride or channels forbid it. */
static const struct block blocks[] = {
	{false, 2, 1}, {false, 3, 2}, {true, 2, 1}, {true, 3, 2}};

static struct dataset dataset;
static struct map images = {IN, SIDE, {{{{0}}}}};
static int labels[SAMPLES];

static void fill_dataset(void)
{
	struct random_key key = {5, RANDOM_DATA, 0};
	struct split *split = &dataset.split[SPLIT_TRAIN];
	int i = 0;

	dataset = (struct dataset){.shape = {.c = IN, .h = SIDE, .w = SIDE},
		.classes = CLASSES, .channels = IN};
	split->count = SAMPLES;
	split->values = xcalloc(SAMPLES * SIDE * SIDE * IN, sizeof(float));
	split->labels = xcalloc(SAMPLES, sizeof(int32_t));
	for (int n = 0; n < SAMPLES; n++)
		labels[n] = split->labels[n] = n % CLASSES;
	EACH(&images, n, c, row, column) {
		float value = 2 * random_uniform(key, (uint64_t)i++) - 1;

		split->values[((n * SIDE + row) * SIDE + column) * IN + c] =
		    value;
		images.at[n][c][row][column] = (double)value;
	}
}

/* QARepVGG's block makes the batch norm behind its sum itself when there is
 * none yet. */
static struct network *make_branched(const struct block *block)
{
	const char *norm = block->quantisable && block->stride == 2 ? "" :
	    "batchnorm;";
	struct network *plain, *branched;
	struct error error;
	char layers[128];

	text_format(layers, sizeof(layers), "conv %d k=1;conv %d k=3 pad=1 "
	    "stride=%d;%srelu;flatten;dense %d", IN, block->out,
	    block->stride, norm, CLASSES);
	plain = make_network(dataset.shape, CLASSES, layers);
	branched = branches_add(plain, block->quantisable, &error);
	network_free(plain);
	if (!branched)
		fail_msg("%s", error.text);
	return branched;
}

/* One block learning, and what it ought to be. */
struct trial {
	const struct block *block;
	struct learner *learner;
	struct plan plan;
	struct state state;
	double w[PARAMETERS_MOST], statistics[STATISTICS_MOST];
	double g[PARAMETERS_MOST];
	double m[PARAMETERS_MOST], v[PARAMETERS_MOST];
	long step;
};

static void begin(struct trial *t, const struct block *block)
{
	struct random_key key = {6, RANDOM_DATA, 0};
	real w[PARAMETERS_MOST];

	*t = (struct trial){.block = block, .plan = plan_of(block)};
	t->learner = learner_new(&dataset, make_branched(block), 7, NULL);
	t->learner->shuffle = false;
	assert_int_equal(t->learner->network->parameters, t->plan.count);
	assert_int_equal(t->learner->network->buffers, t->plan.statistics);
	random_normal(key, 0, (size_t)t->plan.count, w);
	assert_int_equal(learner_set_weights(t->learner, w, NULL), 0);
	for (int i = 0; i < t->plan.count; i++)
		t->w[i] = (double)w[i];
	for (int i = 0; i < t->plan.statistics; i++)
		t->statistics[i] = (double)t->learner->buffers[i];
}

static void assert_numbers(const struct trial *t, const real *got,
    const double *expected, int n, const char *what)
{
	for (int i = 0; i < n; i++) {
		if (!(fabs((double)got[i] - expected[i]) <= CLOSE *
			(1 + fabs(expected[i]))))
			fail_msg("%s of %d channels, step %ld: %s[%d] is "
			    "%.12g, expected %.12g", t->block->quantisable ?
			    "rep-qa" : "rep", t->block->out, t->step, what, i,
			    (double)got[i], expected[i]);
	}
}

/* t->g = the gradient at w; t->state is of there. */
static double look_at(struct trial *t, const double *w)
{
	run_by_hand(t->block, w, &images, labels, &t->state);
	gradient_by_hand(t->block, w, &images, &t->state, t->g);
	return t->state.loss;
}

static void engine_takes_batch(struct engine *engine)
{
	const struct split *split = &dataset.split[SPLIT_TRAIN];

	for (int i = 0; i < SAMPLES * SIDE * SIDE * IN; i++)
		engine_input(engine)[i] = (real)split->values[i];
	memcpy(engine_labels(engine), split->labels,
	    SAMPLES * sizeof(int32_t));
}

static void check_gradient(const struct block *block)
{
	const struct engine_request request = {.mode = ENGINE_TRAINING,
		.n = SAMPLES};
	struct engine_result result;
	struct trial t;
	struct engine *engine;
	real g[PARAMETERS_MOST] = {0};

	begin(&t, block);
	engine = engine_new(t.learner->network, SAMPLES, NULL);
	engine_takes_batch(engine);
	engine_set_weights(engine, learner_weights(t.learner));
	engine_set_buffers(engine, t.learner->buffers);
	engine_gradient(engine, &request, NULL, 1.0 / SAMPLES, g, &result);
	look_at(&t, t.w);
	assert_numbers(&t, engine_logits(engine), t.state.logits[0],
	    SAMPLES * CLASSES, "logits");
	assert_numbers(&t, g, t.g, t.plan.count, "gradient");
	engine_free(engine);
	learner_free(t.learner);
}

static void a_block_is_that_of_the_equations(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++)
		check_gradient(&blocks[i]);
}

/* Momentum, and decay in the gradient. */
static void apply_sgd(struct trial *t)
{
	for (int i = 0; i < t->plan.count; i++) {
		t->m[i] = 0.9 * t->m[i] + t->g[i] + 0.1 * t->w[i];
		t->w[i] -= 0.1 * t->m[i];
	}
}

/* AdamW. */
static void apply_adam(struct trial *t)
{
	double s = (double)t->step + 1;

	for (int i = 0; i < t->plan.count; i++) {
		t->m[i] = 0.9 * t->m[i] + 0.1 * t->g[i];
		t->v[i] = 0.999 * t->v[i] + 0.001 * t->g[i] * t->g[i];
		t->w[i] -= 0.02 * 0.1 * t->w[i];
		t->w[i] -= 0.02 * t->m[i] / (1 - pow(0.9, s)) /
		    (sqrt(t->v[i] / (1 - pow(0.999, s))) + 0.01);
	}
}

static const struct arm {
	const char *words;
	bool climbs;		/* SAM: the gradient of w + 0.1 g / |g| */
	void (*apply)(struct trial *t);
} arms[] = {
	{"sgd lr=0.1 momentum=0.9 weight_decay=0.1", false, apply_sgd},
	{"adam lr=0.02 eps=0.01 weight_decay=0.1", false, apply_adam},
	{"sam rho=0.1 base=sgd lr=0.1 momentum=0.9 weight_decay=0.1", true,
	    apply_sgd}};

static void climb(struct trial *t)
{
	double point[PARAMETERS_MOST], square = 0;

	for (int i = 0; i < t->plan.count; i++)
		square += t->g[i] * t->g[i];
	for (int i = 0; i < t->plan.count; i++)
		point[i] = t->w[i] + 0.1 * t->g[i] / sqrt(square);
	look_at(t, point);
}

/* The loss before it. The statistics are those of the first pass alone. */
static double step_by_hand(struct trial *t, const struct arm *arm)
{
	double loss = look_at(t, t->w);

	move_statistics(t->block, &t->state, t->statistics);
	if (arm->climbs)
		climb(t);
	arm->apply(t);
	t->step++;
	return loss;
}

static void take_steps(struct trial *t, const struct arm *arm)
{
	struct learner_report report;
	const char *word[WORDS_MAX];
	char words[128];

	assert_int_equal(learner_set_optimizer(t->learner, split(arm->words,
	    words, sizeof(words), word), word, NULL), 0);
	for (int i = 0; i < STEPS; i++) {
		double loss = step_by_hand(t, arm);

		learner_step(t->learner, &report);
		assert_true(fabs(report.loss - loss) <= CLOSE * (1 + loss));
		assert_numbers(t, learner_weights(t->learner), t->w,
		    t->plan.count, arm->words);
		assert_numbers(t, t->learner->buffers, t->statistics,
		    t->plan.statistics, "statistics");
	}
}

/* The stem and the classifier stay what they are. */
static void check_merged(struct trial *t)
{
	double kernel[OUT_MOST * IN * 9], bias[OUT_MOST];
	int stem = t->plan.large, dense = t->plan.count - t->plan.dense;
	int taps = t->block->out * IN * 9, sums;
	real *w, *buffers;
	struct network *merged = branches_merge(t->learner->network,
	    learner_weights(t->learner), t->learner->buffers, &w, &buffers,
	    &sums);

	assert_int_equal(sums, 1);
	assert_int_equal(merged->layers, 5);
	assert_int_equal(merged->parameters, stem + taps + t->block->out +
	    dense);
	merge_by_hand(t->block, t->w, t->statistics, kernel, bias);
	assert_numbers(t, w, t->w, stem, "stem");
	assert_numbers(t, w + stem, kernel, taps, "kernel");
	assert_numbers(t, w + stem + taps, bias, t->block->out, "bias");
	assert_numbers(t, w + stem + taps + t->block->out,
	    t->w + t->plan.dense, dense, "dense");
	reals_free(w);
	reals_free(buffers);
	network_free(merged);
}

static void steps_and_kernel_are_those_of_the_equations(void **state)
{
	enum { BLOCKS = sizeof(blocks) / sizeof(*blocks),
		ARMS = sizeof(arms) / sizeof(*arms) };
	struct trial t;

	(void)state;
	for (int i = 0; i < BLOCKS * ARMS; i++) {
		begin(&t, &blocks[i / ARMS]);
		take_steps(&t, &arms[i % ARMS]);
		check_merged(&t);
		learner_free(t.learner);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_is_that_of_the_equations),
		cmocka_unit_test(steps_and_kernel_are_those_of_the_equations)};

	fill_dataset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
