/*
 * Steps of every optimizer through every transform, with weight decay on w
 * and on the factors, against the equations of their papers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "unit/methods_by_hand.h"

enum { STEPS = 3, WORDS = 8 };

#ifdef SNT_DOUBLE
#define CLOSE 1e-10
#else
#define CLOSE 2e-4
#endif

/* Momentum, and decay in the gradient. */
static void apply_sgd(struct trial *t, const double *decay, const double *g)
{
	for (int i = 0; i < t->hand->n; i++) {
		t->m[i] = 0.9 * t->m[i] + g[i] + 0.1 * decay[i];
		t->theta[i] -= 0.2 * t->m[i];
	}
}

/* AdamW. */
static void apply_adam(struct trial *t, const double *decay, const double *g)
{
	double s = (double)t->step + 1;

	for (int i = 0; i < t->hand->n; i++) {
		t->m[i] = 0.9 * t->m[i] + 0.1 * g[i];
		t->v[i] = 0.999 * t->v[i] + 0.001 * g[i] * g[i];
		t->theta[i] -= 0.02 * 0.1 * decay[i];
		t->theta[i] -= 0.02 * t->m[i] / (1 - pow(0.9, s)) /
		    (sqrt(t->v[i] / (1 - pow(0.999, s))) + 0.01);
	}
}

static const struct base {
	const char *words[5];
	void (*apply)(struct trial *t, const double *decay, const double *g);
} bases[] = {
	{{"sgd", "lr=0.2", "momentum=0.9", "weight_decay=0.1"}, apply_sgd},
	{{"adam", "lr=0.02", "eps=0.01", "weight_decay=0.1"}, apply_adam}};

static const struct method {
	const char *words[4];		/* none: the base alone */
	void (*expect)(struct trial *t, double *out);
} methods[] = {
	{{NULL}, expect_plain},
	{{"sam", "rho=0.1"}, expect_sam},
	{{"asam", "rho=0.1"}, expect_asam},
	{{"gsam", "rho=0.1"}, expect_gsam},
	{{"looksam", "rho=0.1", "k=2"}, expect_looksam},
	{{"esam", "rho=0.1"}, expect_esam},
	{{"cram", "rho=0.1", "sparsity=0.5"}, expect_cram},
	{{"noise", "sigma=0.1"}, expect_noise}};

enum { HANDS = sizeof(hands) / sizeof(*hands),
	METHODS = sizeof(methods) / sizeof(*methods) };

static void fill_dataset(void)
{
	struct random_key key = {5, RANDOM_DATA, 0};
	struct split *split = &dataset.split[SPLIT_TRAIN];

	dataset = (struct dataset){.shape = {.c = IN, .h = 1, .w = 1},
		.classes = OUT, .channels = 1};
	split->count = SAMPLES;
	split->values = xcalloc(SAMPLES * IN, sizeof(float));
	split->labels = xcalloc(SAMPLES, sizeof(int32_t));
	for (int i = 0; i < SAMPLES; i++)
		split->labels[i] = i % OUT;
	for (int k = 0; k < SAMPLES * IN; k++)
		split->values[k] = 2 * random_uniform(key, (uint64_t)k) - 1;
}

static struct learner *make_learner(void)
{
	const char *dense[] = {"dense", "3"};
	struct network *empty = network_new(dataset.shape, OUT);
	struct network *network = network_insert(empty, 1, NULL, 2, dense,
	    NULL);
	struct learner *learner = learner_new(&dataset, network, SEED, NULL);
	struct random_key key = {6, RANDOM_DATA, 0};
	real w[PARAMETERS];

	network_free(empty);
	random_normal(key, 0, PARAMETERS, w);
	assert_int_equal(learner_set_weights(learner, w, NULL), 0);
	learner->shuffle = false;
	return learner;
}

static void set_transform(struct trial *t)
{
	const struct transform_kind *kind = transform_find(t->hand->words[0]);
	struct option_values options;
	size_t states;
	real *state;

	options_default(kind->options, &options);
	if (t->hand->words[1])
		assert_int_equal(options_parse(kind->options, 1,
		    t->hand->words + 1, &options, NULL), 0);
	assert_int_equal(learner_set_transform(t->learner, kind, &options,
	    NULL), 0);
	assert_int_equal(transform_size(t->learner->transform), t->hand->n);
	state = transform_state(t->learner->transform, &states);
	assert_int_equal(states > 0, t->hand->take != NULL);
	if (states)
		t->hand->take(state);
	for (int i = 0; i < t->hand->n; i++)
		t->theta[i] = (double)t->learner->theta[i];
}

static void set_optimizer(struct trial *t, const struct method *method,
    const struct base *base)
{
	const char *word[WORDS];
	int words = 0;

	for (int i = 0; method->words[i]; i++)
		word[words++] = method->words[i];
	if (words) {
		word[words++] = t->in_w ? "space=w" : "space=theta";
		word[words++] = base == bases ? "base=sgd" : "base=adam";
	}
	for (int i = words ? 1 : 0; base->words[i]; i++)
		word[words++] = base->words[i];
	assert_int_equal(learner_set_optimizer(t->learner, words, word, NULL),
	    0);
}

static void step_by_hand(struct trial *t, const struct method *method,
    const struct base *base)
{
	double g[THETA_MOST], decay[THETA_MOST];

	for (t->count = 0; t->count < SAMPLES; t->count++)
		t->chosen[t->count] = t->count;
	t->hand->compose(t->theta, t->w);
	if (t->learner->decay_factors)
		memcpy(decay, t->theta, sizeof(decay));
	else
		t->hand->pull_back(t->theta, t->w, decay);
	method->expect(t, g);
	base->apply(t, decay, g);
	if (t->hand->compose == sn_compose)
		spectral_advance(t->theta);
	t->step++;
}

static void assert_numbers(const struct trial *t, const real *got,
    const double *expected, int n, const char *what,
    const struct method *method)
{
	for (int i = 0; i < n; i++) {
		if (!(fabs((double)got[i] - expected[i]) <= CLOSE *
			(1 + fabs(expected[i]))))
			fail_msg("%s %s, %s%s, step %ld: %s[%d] is %.12g, "
			    "expected %.12g", t->hand->words[0],
			    t->hand->words[1] ? t->hand->words[1] : "",
			    method->words[0] ? method->words[0] : "plain",
			    t->in_w ? " in w" : "", t->step, what, i,
			    (double)got[i], expected[i]);
	}
}

static void try_arm(const struct hand *hand, const struct method *method,
    const struct base *base, bool in_w, bool decay_factors)
{
	struct trial t = {.learner = make_learner(), .hand = hand,
		.in_w = in_w};
	struct learner_report report;

	set_transform(&t);
	set_optimizer(&t, method, base);
	t.learner->decay_factors = decay_factors;
	for (int i = 0; i < STEPS; i++) {
		step_by_hand(&t, method, base);
		learner_step(t.learner, &report);
		assert_numbers(&t, t.learner->theta, t.theta, hand->n,
		    "theta", method);
		hand->compose(t.theta, t.w);
		assert_numbers(&t, learner_weights(t.learner), t.w,
		    PARAMETERS, "w", method);
	}
	learner_free(t.learner);
}

static void steps_are_those_of_the_equations(void **state)
{
	(void)state;
	for (int h = 0; h < HANDS; h++) {
		for (int m = 0; m < METHODS; m++) {
			for (int k = 0; k < 8; k++)
				try_arm(&hands[h], &methods[m], &bases[k % 2],
				    k & 2, k & 4);
		}
	}
}

static bool is_method(const char *name)
{
	for (int m = 1; m < METHODS; m++) {
		if (strcmp(methods[m].words[0], name) == 0)
			return true;
	}
	return strcmp(name, "sgd") == 0 || strcmp(name, "adam") == 0;
}

/* What has no equations here would go untested. */
static void none_is_forgotten(void **state)
{
	int count;
	const struct optimizer_kind *const *optimizer =
	    optimizer_kinds(&count);
	const struct transform_kind *transform;

	(void)state;
	for (int i = 0; i < count; i++) {
		if (!is_method(optimizer[i]->name))
			fail_msg("%s has no equations", optimizer[i]->name);
	}
	transform = transform_kinds(&count);
	for (int i = 0; i < count; i++) {
		bool there = false;

		for (int h = 0; h < HANDS; h++)
			there = there || strcmp(hands[h].words[0],
			    transform[i].name) == 0;
		if (!there)
			fail_msg("%s has no equations", transform[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_are_those_of_the_equations),
		cmocka_unit_test(none_is_forgotten)};

	fill_dataset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
