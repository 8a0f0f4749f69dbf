/* The ladder of `diagnose` names what was planted. */
#include "unit/bench_scene.h"

#include "session/network_json.h"

/* The same function, but for rounding: what a hidden unit of the first layer
 * gives grows by `factor`, and the second layer takes it back. */
static void plant_outlier(struct network *network, real *w, int unit,
    real factor)
{
	const struct segment *first = &network->segment[0];
	const struct segment *bias = &network->segment[1];
	const struct segment *second = &network->segment[2];
	int row = first->dimension[1], units = second->dimension[1];

	assert_string_equal(second->name, "3.weight");
	for (int i = 0; i < row; i++)
		w[first->offset + (size_t)(unit * row + i)] *= factor;
	w[bias->offset + (size_t)unit] *= factor;
	for (int k = 0; k < second->dimension[0]; k++)
		w[second->offset + (size_t)(k * units + unit)] /= factor;
}

static void load_planted(struct workbench *w, const char *folder)
{
	struct error error;
	char path[128], line[160];
	real *weights, *buffers;
	struct network *network;

	snprintf(path, sizeof(path), "%s/n.safetensors", folder);
	snprintf(line, sizeof(line), "net save %s", path);
	assert_int_equal(say(w, line), 0);
	network = network_import(path, &weights, &buffers, &error);
	assert_non_null(network);
	plant_outlier(network, weights, 2, 60);
	assert_int_equal(network_export(network, weights, buffers, path,
		&error), 0);
	snprintf(line, sizeof(line), "net load %s", path);
	assert_int_equal(say(w, line), 0);
	network_free(network);
	reals_free(weights);
	reals_free(buffers);
}

static bool heard(struct ear *ear, const char *what)
{
	bool found;

	pthread_mutex_lock(&ear->lock);
	found = ear->heard.text && strstr(ear->heard.text, what);
	buffer_clear(&ear->heard);
	pthread_mutex_unlock(&ear->lock);
	return found;
}

static void a_planted_outlier_is_named(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);
	char folder[32];

	(void)state;
	assert_int_equal(say(w, "data toy moons n=400; net mlp 24-16; opt "
		"adam lr=0.01; train 20 epochs"), 0);
	load_planted(w, new_folder(folder));
	assert_int_equal(say(w, "quant 5 per=tensor; diagnose n=0"), 0);
	assert_true(last(&ear, "diagnosis", "layer") == 1);
	assert_true(heard(&ear, "\"why\":\"outlier channel\""));
	/* A scale for each channel takes it away. */
	assert_int_equal(say(w, "quant 8 per=channel; diagnose n=0"), 0);
	assert_true(heard(&ear, "\"what\":\"none\""));
	remove_folder(folder);
	close_bench(w, &ear);
}

static void parts_are_told_apart(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, false);

	(void)state;
	assert_int_equal(say(w, "data toy moons n=400; net mlp 24-16; opt "
		"adam lr=0.01; train 20 epochs"), 0);
	assert_int_equal(say(w, "diagnose"), -1);
	assert_int_equal(say(w, "quant 8 act=4; diagnose"), 0);
	assert_true(heard(&ear, "\"rung\":\"layer input\",\"layer\":5"));
	assert_int_equal(say(w, "quant 8 act=8; prune 0.97; diagnose"), 0);
	assert_true(heard(&ear, "\"what\":\"pruning\""));
	assert_int_equal(say(w, "prune off; quant 2; diagnose n=0"), 0);
	assert_true(heard(&ear, "\"what\":\"weights\""));
	close_bench(w, &ear);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_planted_outlier_is_named),
		cmocka_unit_test(parts_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
