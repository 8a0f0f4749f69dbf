/* The bridge from sharpness to compression: predicted beside measured. */
#include "unit/bench_scene.h"

static const char begin[] = "data toy moons n=600; net mlp 16-16; "
    "opt adam lr=1e-2; train 60 steps; set probe_n 400";

/* The `key` of the damage event of a layer (0: of all). */
static double damage_of(struct ear *ear, int layer, const char *key)
{
	char *copy = xstrdup(ear->heard.text), *rest = NULL;
	double value = NAN;

	for (char *line = strtok_r(copy, "\n", &rest); line;
	    line = strtok_r(NULL, "\n", &rest)) {
		struct event *event = event_parse(line);
		double id = event_get(event, "layer");

		if (strcmp(event_kind(event), "damage") == 0 &&
		    (layer ? id == layer : isnan(id)))
			value = event_get(event, key);
		event_free(event);
	}
	free(copy);
	return value;
}

static void near(double value, double expected, double within)
{
	if (!(fabs(value - expected) <= within))
		fail_msg("%.9g instead of %.9g", value, expected);
}

static void all_layers_are_what_the_slider_says(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);

	(void)state;
	assert_int_equal(say(w, begin), 0);
	assert_int_equal(say(w, "prune 0.3; compress show layers"), 0);
	near(damage_of(&ear, 0, "predicted"),
	    last(&ear, "compress", "predicted"), 1e-5);
	near(damage_of(&ear, 0, "measured"),
	    last(&ear, "compress", "measured"), 1e-5);
	assert_true(isnan(damage_of(&ear, 0, "predicted_noise")));
	assert_true(isnan(last(&ear, "compress", "predicted_noise")));
	close_bench(w, &ear);
}

/* With one layer compressed its row is the total. */
static void a_layer_alone_is_the_total(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);

	(void)state;
	assert_int_equal(say(w, begin), 0);
	assert_int_equal(say(w, "prune 0.5 layer=3; compress show layers"),
	    0);
	near(damage_of(&ear, 3, "measured"), damage_of(&ear, 0, "measured"),
	    1e-9);
	near(damage_of(&ear, 3, "predicted"),
	    damage_of(&ear, 0, "predicted"), 1e-9);
	assert_true(isnan(damage_of(&ear, 1, "measured")));
	assert_int_equal(say(w, "compress reset; compress show layers"), -1);
	assert_int_equal(say(w, "compress show nothing"), -1);
	close_bench(w, &ear);
}

/* Many draws against a few: the same expectation, within its error; and the
 * compress event has it once it was asked for. */
static void noise_is_predicted_from_the_trace(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);
	double many, few, error;

	(void)state;
	assert_int_equal(say(w, begin), 0);
	assert_int_equal(say(w, "quant 4; compress show layers draws=400"),
	    0);
	many = damage_of(&ear, 0, "predicted_noise");
	assert_true(last(&ear, "compress", "predicted_noise") == many);
	assert_int_equal(say(w, "compress show layers draws=30"), 0);
	few = damage_of(&ear, 0, "predicted_noise");
	error = damage_of(&ear, 0, "noise_error");
	assert_true(many > 0 && error > 0);
	near(few, many, 4 * error);
	/* A sum of its layers. */
	near(few, damage_of(&ear, 1, "predicted_noise") +
	    damage_of(&ear, 3, "predicted_noise") +
	    damage_of(&ear, 5, "predicted_noise"), 1e-6);
	/* A quarter of the step, a sixteenth of the noise. */
	assert_int_equal(say(w, "quant 6; compress show layers draws=400"),
	    0);
	near(damage_of(&ear, 0, "predicted_noise") / many, 1.0 / 19.6, 0.02);
	close_bench(w, &ear);
}

/* The step of 6 bits is 7 / 31 of that of 4; one draw has no error; and what
 * is pruned is not noise. */
static void the_spread_goes_with_the_step(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);
	double coarse;

	(void)state;
	assert_int_equal(say(w, begin), 0);
	assert_int_equal(say(w, "quant 4; compress show layers draws=1"), 0);
	coarse = damage_of(&ear, 0, "noise_spread");
	assert_true(coarse > 0);
	assert_true(isnan(damage_of(&ear, 0, "noise_error")));
	assert_null(strstr(ear.heard.text, "nan"));
	near(pow(coarse, 2), pow(damage_of(&ear, 1, "noise_spread"), 2) +
	    pow(damage_of(&ear, 3, "noise_spread"), 2) +
	    pow(damage_of(&ear, 5, "noise_spread"), 2), 1e-6 * coarse);
	assert_int_equal(say(w, "quant 6; compress show layers draws=1"), 0);
	near(damage_of(&ear, 0, "noise_spread") / coarse, 7.0 / 31, 1e-6);
	assert_null(strstr(ear.heard.text, "not pruned"));
	assert_int_equal(say(w, "prune 0.5; compress show layers"), 0);
	assert_true(isnan(damage_of(&ear, 0, "noise_spread")));
	assert_non_null(strstr(ear.heard.text, "not pruned"));
	close_bench(w, &ear);
}

static void a_sweep_tells_where_the_model_breaks(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);

	(void)state;
	assert_int_equal(say(w, begin), 0);
	assert_int_equal(say(w, "sweep quant 8:2"), 0);
	assert_true(last(&ear, "bridge", "holds_to") >= 2 &&
	    last(&ear, "bridge", "holds_to") <= 6);
	assert_non_null(strstr(ear.heard.text, "\"predicted_ratio\":["));
	close_bench(w, &ear);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_layers_are_what_the_slider_says),
		cmocka_unit_test(a_layer_alone_is_the_total),
		cmocka_unit_test(noise_is_predicted_from_the_trace),
		cmocka_unit_test(the_spread_goes_with_the_step),
		cmocka_unit_test(a_sweep_tells_where_the_model_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
