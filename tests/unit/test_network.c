/*
 * Networks: shapes and parameters of the named ones, segments in PyTorch's
 * layout, edits, and refusals that name the layer and the shapes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/vector.h"
#include "net/operation.h"

enum { WORDS_MAX = 12 };

static const struct shape image = {1, 28, 28, false};
static const struct shape colour = {3, 32, 32, false};
static const struct shape plain = {2, 1, 1, false};

static int split(char *text, const char **word)
{
	char *save = NULL;
	int words = 0;

	for (char *p = strtok_r(text, " ", &save); p && words < WORDS_MAX;
	    p = strtok_r(NULL, " ", &save))
		word[words++] = p;
	return words;
}

static struct network *try_named(struct shape input, int classes,
    const char *text, struct error *error)
{
	const char *word[WORDS_MAX];
	char copy[128];

	snprintf(copy, sizeof(copy), "%s", text);
	return network_named(split(copy, word), word, input, classes, error);
}

static struct network *named(struct shape input, int classes, const char *text)
{
	struct error error = {{0}};
	struct network *network = try_named(input, classes, text, &error);

	if (!network)
		fail_msg("%s", error.text);
	assert_int_equal(network_check_output(network, &error), 0);
	return network;
}

static struct network *try_insert(const struct network *network, int position,
    const int *from, const char *text, struct error *error)
{
	const char *word[WORDS_MAX];
	char copy[128];

	snprintf(copy, sizeof(copy), "%s", text);
	return network_insert(network, position, from, split(copy, word), word,
	    error);
}

/* The network after an edit, which replaces it. */
static void replace(struct network **network, struct network *next,
    const struct error *error)
{
	if (!next)
		fail_msg("%s", error->text);
	network_free(*network);
	*network = next;
}

static void insert(struct network **network, int position, const int *from,
    const char *text)
{
	struct error error = {{0}};

	replace(network, try_insert(*network, position, from, text, &error),
	    &error);
}

static void remove_layer(struct network **network, int id)
{
	struct error error = {{0}};

	replace(network, network_remove(*network, id, &error), &error);
}

/* "flatten<0 dense<1 relu<2": kinds and inputs. */
static void check_graph(const struct network *network, const char *expected)
{
	struct buffer text = {0};

	for (int id = 1; id <= network->layers; id++) {
		const struct layer *layer = &network->layer[id];

		assert_int_equal(layer->id, id);
		buffer_printf(&text, "%s%s<%d", id > 1 ? " " : "",
		    layer->operation->name, layer->from[0]);
		if (layer->from[1] >= 0)
			buffer_printf(&text, ",%d", layer->from[1]);
	}
	assert_string_equal(text.text, expected);
	buffer_free(&text);
}

static void check_refused(struct network *refused, const struct error *error,
    const char *const *parts)
{
	assert_null(refused);
	for (int i = 0; parts[i]; i++)
		if (!strstr(error->text, parts[i]))
			fail_msg("'%s' is not in '%s'", parts[i], error->text);
}

#define REFUSED(call, ...) do {						\
	struct error error = {{0}};					\
	struct network *refused = call;					\
									\
	check_refused(refused, &error,					\
	    (const char *const[]) {__VA_ARGS__, NULL});			\
} while (0)

static void test_named(void **state)
{
	static const struct {
		const char *name;
		struct shape input;
		int layers;
		size_t parameters, buffers;
		double macs;
	} expected[] = {
		{"mlp 300-100", {1, 28, 28, false}, 6, 266610, 0, 266200},
		{"mlp 16", {2, 1, 1, false}, 3, 218, 0, 192},
		{"lenet5", {1, 28, 28, false}, 10, 431080, 0, 2293000},
		{"vgg8", {1, 28, 28, false}, 18, 468010, 384, 18691840},
		{"resnet20", {1, 28, 28, false}, 72, 272186, 1568, 31021952},
		{"mobilenet", {1, 28, 28, false}, 35, 36874, 1472, 3290944},
		{"vit", {1, 28, 28, false}, 37, 138890, 0, 7702656},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		struct network *network = named(expected[i].input, 10,
		    expected[i].name);

		assert_string_equal(network->name, expected[i].name);
		assert_int_equal(network->layers, expected[i].layers);
		assert_int_equal(network->parameters, expected[i].parameters);
		assert_int_equal(network->buffers, expected[i].buffers);
		assert_true(network->macs == expected[i].macs);
		network_free(network);
	}
}

/* Every row of the table makes a network for each kind of image. */
static void test_table(void **state)
{
	int count;
	const struct backbone *table = backbones(&count);

	(void)state;
	assert_int_equal(count, 6);
	for (int i = 0; i < count; i++) {
		const char *name = i == 0 ? "mlp 50" : table[i].name;

		assert_non_null(table[i].help);
		network_free(named(image, 10, name));
		network_free(named(colour, 100, name));
		network_free(named((struct shape) {1, 30, 25, false}, 2,
		    name));
	}
}

static void test_graphs(void **state)
{
	struct network *mlp = named(plain, 2, "mlp 8-8");
	struct network *lenet = named(image, 10, "lenet5");
	struct network *resnet = named(image, 10, "resnet20");

	(void)state;
	check_graph(mlp, "dense<0 relu<1 dense<2 relu<3 dense<4");
	check_graph(lenet, "conv<0 relu<1 maxpool<2 conv<3 relu<4 maxpool<5 "
	    "flatten<6 dense<7 relu<8 dense<9");
	/* The first block, and the one whose shortcut is projected: main
	 * path, shortcut, sum. */
	assert_int_equal(resnet->layer[4].from[0], 3);
	assert_string_equal(resnet->layer[9].operation->name, "add");
	assert_int_equal(resnet->layer[9].from[0], 8);
	assert_int_equal(resnet->layer[9].from[1], 3);
	assert_int_equal(resnet->layer[30].from[0], 24);
	assert_int_equal(resnet->layer[30].out.h, 14);
	assert_string_equal(resnet->layer[32].operation->name, "add");
	assert_int_equal(resnet->layer[32].from[0], 29);
	assert_int_equal(resnet->layer[32].from[1], 31);
	network_free(mlp);
	network_free(lenet);
	network_free(resnet);
}

static void check_segment(const struct segment *segment, const char *name,
    enum role role, size_t offset, int d0, int d1, int d2)
{
	assert_string_equal(segment->name, name);
	assert_int_equal(segment->role, role);
	assert_int_equal(segment->offset, offset);
	assert_int_equal(segment->dimension[0], d0);
	assert_int_equal(segment->dimension[1], d1);
	assert_int_equal(segment->dimension[2], d2);
}

static void test_segments(void **state)
{
	struct network *lenet = named(image, 10, "lenet5");
	struct network *vgg = named(colour, 10, "vgg8");

	(void)state;
	assert_int_equal(lenet->segments, 8);
	check_segment(&lenet->segment[0], "1.weight", ROLE_WEIGHT, 0, 20, 1,
	    5);
	check_segment(&lenet->segment[1], "1.bias", ROLE_BIAS, 500, 20, 0, 0);
	check_segment(&lenet->segment[2], "4.weight", ROLE_WEIGHT, 520, 50,
	    20, 5);
	check_segment(&lenet->segment[4], "8.weight", ROLE_WEIGHT, 25570, 500,
	    800, 0);
	check_segment(&lenet->segment[7], "10.bias", ROLE_BIAS, 431070, 10, 0,
	    0);
	assert_int_equal(lenet->layer[8].segment, 4);
	assert_int_equal(lenet->layer[8].segments, 2);
	assert_int_equal(lenet->layer[8].parameter, 25570);
	assert_int_equal(lenet->layer[8].parameters, 400500);
	/* Convolutions before batch norm have no bias. */
	check_segment(&vgg->segment[0], "1.weight", ROLE_WEIGHT, 0, 32, 3, 3);
	check_segment(&vgg->segment[1], "2.weight", ROLE_NORM, 864, 32, 0, 0);
	check_segment(&vgg->buffer_segment[3], "5.running_var",
	    ROLE_STATISTIC, 96, 32, 0, 0);
	assert_true(segment_compressible(&vgg->segment[0]));
	assert_false(segment_compressible(&vgg->segment[1]));
	network_free(lenet);
	network_free(vgg);
}

static void test_edits(void **state)
{
	struct network *network = network_new(image, 10);
	struct error error = {{0}};
	const char *out[] = {"out=40"};

	(void)state;
	insert(&network, 1, NULL, "flatten");
	insert(&network, 2, NULL, "dense 10");
	insert(&network, 2, NULL, "relu");
	insert(&network, 2, NULL, "dense 30 bias=off");
	check_graph(network, "flatten<0 dense<1 relu<2 dense<3");
	assert_int_equal(network->parameters, 784 * 30 + 310);
	replace(&network, network_set(network, 2, 1, out, &error), &error);
	assert_int_equal(network->layer[4].in[0].c, 40);
	assert_int_equal(network->parameters, 784 * 40 + 410);
	replace(&network, network_move(network, 3, 2, &error), &error);
	check_graph(network, "flatten<0 relu<1 dense<2 dense<3");
	replace(&network, network_move(network, 2, 3, &error), &error);
	check_graph(network, "flatten<0 dense<1 relu<2 dense<3");
	remove_layer(&network, 3);
	check_graph(network, "flatten<0 dense<1 dense<2");
	assert_string_equal(network->segment[1].name, "3.weight");
	assert_string_equal(network->name, "custom");
	network_free(network);
}

/* In a block: main path, shortcut, sum, put together one by one. */
static void test_branch_edits(void **state)
{
	struct network *network = network_new(image, 10);
	struct error error = {{0}};

	(void)state;
	insert(&network, 1, NULL, "conv 4 k=3 pad=1");
	insert(&network, 2, NULL, "relu");
	insert(&network, 3, NULL, "conv 4 k=3 pad=1");
	insert(&network, 4, (const int[]) {2, -1}, "conv 4 k=1");
	check_graph(network, "conv<0 relu<1 conv<2 conv<2");
	assert_int_equal(network_check_output(network, &error), -1);
	assert_non_null(strstr(error.text, "layer 3 (conv 3x3): no later"));
	insert(&network, 5, (const int[]) {3, 4}, "add");
	insert(&network, 6, NULL, "globalavg");
	insert(&network, 7, NULL, "dense 10");
	assert_int_equal(network_check_output(network, &error), 0);
	/* Within the main path, before both branches, and in the shortcut. */
	insert(&network, 4, NULL, "bn");
	check_graph(network, "conv<0 relu<1 conv<2 batchnorm<3 conv<2 "
	    "add<4,5 globalavg<6 dense<7");
	insert(&network, 3, NULL, "relu");
	check_graph(network, "conv<0 relu<1 relu<2 conv<3 batchnorm<4 conv<3 "
	    "add<5,6 globalavg<7 dense<8");
	insert(&network, 7, NULL, "bn");
	check_graph(network, "conv<0 relu<1 relu<2 conv<3 batchnorm<4 conv<3 "
	    "batchnorm<6 add<5,7 globalavg<8 dense<9");
	remove_layer(&network, 6);
	remove_layer(&network, 6);
	check_graph(network, "conv<0 relu<1 relu<2 conv<3 batchnorm<4 "
	    "add<5,3 globalavg<6 dense<7");
	remove_layer(&network, 6);
	check_graph(network, "conv<0 relu<1 relu<2 conv<3 batchnorm<4 "
	    "globalavg<5 dense<6");
	network_free(network);
}

static void test_names_of_edited(void **state)
{
	struct network *network = named(image, 10, "mlp 20");
	struct network *copy = network_copy(network);

	(void)state;
	assert_true(network_equal(network, copy));
	insert(&network, 4, NULL, "dropout 0.2");
	remove_layer(&network, 4);
	assert_string_equal(network->name, "mlp 20 (edited)");
	assert_true(network_equal(network, copy));
	insert(&network, 3, NULL, "dropout 0.2");
	assert_false(network_equal(network, copy));
	assert_true(network_has(network, "dropout"));
	assert_false(network_has(copy, "dropout"));
	network_free(network);
	network_free(copy);
}

static struct network *set(const struct network *network, int id,
    const char *word, struct error *error)
{
	return network_set(network, id, 1, &word, error);
}

static struct network *conv_stack(struct error *error)
{
	struct network *network = network_new(image, 10);

	insert(&network, 1, NULL, "conv 8 k=5");
	insert(&network, 2, NULL, "maxpool 4");
	replace(&network, network_insert(network, 3, NULL, 3,
	    (const char *const[]) {"conv", "9", "k=5"}, error), error);
	return network;
}

static void test_refusals(void **state)
{
	struct error problem = {{0}};
	struct network *convs = conv_stack(&problem);
	struct network *lenet = named(image, 10, "lenet5");
	struct network *resnet = named(image, 10, "resnet20");

	(void)state;
	REFUSED(try_insert(convs, 4, NULL, "dense 10", &error), "layer 4",
	    "dense", "layer 3 (conv 5x5)", "9x2x2", "36", "add flatten");
	REFUSED(try_insert(convs, 4, NULL, "conv 3 k=3", &error),
	    "layer 4 (conv 3x3)", "3x3", "9x2x2");
	REFUSED(set(convs, 1, "k=30", &error), "layer 1 (conv 30x30)",
	    "30x30", "1x28x28");
	REFUSED(set(convs, 1, "q=3", &error), "layer 1 (conv 5x5)", "q");
	REFUSED(set(convs, 1, "k=0", &error), "layer 1", "k=0");
	REFUSED(set(resnet, 7, "out=8", &error), "layer 9 (add)", "8x28x28",
	    "16x28x28");
	REFUSED(network_remove(lenet, 7, &error), "layer 7", "50x4x4", "800",
	    "add flatten");
	REFUSED(network_remove(lenet, 11, &error), "11", "1 to 10");
	REFUSED(network_move(lenet, 3, 20, &error), "20", "1 to 10");
	REFUSED(network_move(lenet, 8, 1, &error), "layer 1", "1x28x28",
	    "add flatten");
	REFUSED(try_insert(convs, 9, NULL, "relu", &error), "position 9");
	REFUSED(try_insert(convs, 1, NULL, "blur 3", &error), "blur", "conv");
	REFUSED(try_insert(convs, 1, NULL, "conv", &error), "conv", "out");
	REFUSED(try_insert(convs, 2, NULL, "add", &error), "layer 2 (add)",
	    "2 inputs");
	REFUSED(try_insert(convs, 2, (const int[]) {1, 3}, "add", &error),
	    "layer 2 (add)", "3");
	REFUSED(try_insert(convs, 2, (const int[]) {1, 0}, "relu", &error),
	    "layer 2 (relu)", "1 input");
	network_free(convs);
	network_free(lenet);
	network_free(resnet);
}

static void test_named_refusals(void **state)
{
	(void)state;
	REFUSED(try_named(plain, 2, "lenet5", &error), "lenet5",
	    "layer 1 (conv 5x5)", "5x5", "2");
	REFUSED(try_named(image, 10, "mlp", &error), "mlp 300-100");
	REFUSED(try_named(image, 10, "mlp 30-x", &error), "30-x");
	REFUSED(try_named(image, 10, "mlp 8--8", &error), "'' is no width");
	REFUSED(try_named(image, 10, "mlp 8-", &error), "'' is no width");
	REFUSED(try_named(image, 10, "lenet5 3", &error), "3");
	REFUSED(try_named(image, 10, "lenet", &error), "lenet", "lenet5");
	REFUSED(try_named(image, 10, "mlp 1000000-1000000", &error),
	    "parameters");
	REFUSED(try_named((struct shape) {1, 8, 8, false}, 10, "lenet5",
	    &error), "layer 4 (conv 5x5)", "20x2x2");
}

static void test_output(void **state)
{
	struct network *network = network_new(image, 10);
	struct error error = {{0}};

	(void)state;
	assert_int_equal(network_check_output(network, &error), -1);
	insert(&network, 1, NULL, "flatten");
	insert(&network, 2, NULL, "dense 12");
	assert_int_equal(network_check_output(network, &error), -1);
	assert_non_null(strstr(error.text, "layer 2 (dense)"));
	assert_non_null(strstr(error.text, "gives 12"));
	assert_non_null(strstr(error.text, "10 classes"));
	network_free(network);
}

static struct network *adapted(struct network *network, struct shape input,
    int classes)
{
	struct error error = {{0}};
	struct network *next = network_adapt(network, input, classes, &error);

	if (!next)
		fail_msg("%s", error.text);
	assert_int_equal(network_check_output(next, &error), 0);
	network_free(network);
	return next;
}

static void test_adapt(void **state)
{
	struct network *mlp = named(plain, 2, "mlp 8");
	struct network *edited = named(image, 10, "mlp 8");
	struct network *lenet = named(image, 10, "lenet5");

	(void)state;
	mlp = adapted(mlp, image, 10);
	check_graph(mlp, "flatten<0 dense<1 relu<2 dense<3");
	assert_string_equal(mlp->name, "mlp 8");
	insert(&edited, 3, NULL, "tanh");
	edited = adapted(edited, colour, 7);
	check_graph(edited, "flatten<0 dense<1 tanh<2 relu<3 dense<4");
	assert_int_equal(edited->layer[2].in[0].c, 3072);
	assert_int_equal(edited->layer[5].out.c, 7);
	REFUSED(network_adapt(lenet, plain, 2, &error), "layer 1 (conv 5x5)");
	network_free(mlp);
	network_free(edited);
	network_free(lenet);
}

/* What a reader of files does: the same network, layer by layer. */
static void test_append(void **state)
{
	struct network *vit = named(image, 10, "vit");
	struct network *copy = network_new(image, 10);
	struct error problem = {{0}};

	(void)state;
	for (int id = 1; id <= vit->layers; id++) {
		const struct layer *layer = &vit->layer[id];

		replace(&copy, network_append(copy, layer->operation->name,
		    layer->from, &layer->options, &problem), &problem);
	}
	assert_true(network_equal(copy, vit));
	assert_int_equal(copy->parameters, vit->parameters);
	REFUSED(network_append(copy, "blur", NULL, &vit->layer[1].options,
	    &error), "blur");
	network_free(vit);
	network_free(copy);
}

static double deviation(const struct network *network, int index,
    const real *w)
{
	const struct segment *segment = &network->segment[index];

	return vector_norm(w + segment->offset, segment->count) /
	    __builtin_sqrt((double)segment->count);
}

static void test_initialise(void **state)
{
	struct network *network = named(image, 10, "vgg8");
	real *w = reals_new(network->parameters);
	real *again = reals_new(network->parameters);
	real *buffers = reals_new(network->buffers);
	const struct segment *bias;

	(void)state;
	network_initialise(network, 1, w, buffers);
	network_initialise(network, 1, again, buffers);
	assert_memory_equal(w, again, network->parameters * sizeof(*w));
	network_initialise(network, 2, again, buffers);
	assert_memory_not_equal(w, again, network->parameters * sizeof(*w));
	/* He: sqrt(2 / fan-in); Xavier at the end: sqrt(2 / (in + out)). */
	assert_true(__builtin_fabs(deviation(network, 3, w) /
	    __builtin_sqrt(2.0 / 288) - 1) < 0.05);
	assert_true(__builtin_fabs(deviation(network, 14, w) /
	    __builtin_sqrt(2.0 / 138) - 1) < 0.1);
	bias = &network->segment[13];
	assert_string_equal(bias->name, "16.bias");
	assert_true(vector_zero(w + bias->offset, bias->count));
	assert_true(w[network->segment[1].offset] == 1);
	assert_true(buffers[0] == 0 && buffers[32] == 1);
	reals_free(w);
	reals_free(again);
	reals_free(buffers);
	network_free(network);
}

static void test_operations(void **state)
{
	int count;
	const struct operation *const *table = operations(&count);

	(void)state;
	assert_int_equal(count, 18);
	assert_ptr_equal(operation_find("bn"), operation_find("batchnorm"));
	assert_null(operation_find("input"));
	for (int i = 0; i < count; i++) {
		assert_ptr_equal(operation_find(table[i]->name), table[i]);
		assert_non_null(table[i]->help);
		assert_non_null(table[i]->forward);
		assert_non_null(table[i]->backward);
		assert_non_null(table[i]->tangent_forward);
		assert_non_null(table[i]->tangent_backward);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_graphs),
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_branch_edits),
		cmocka_unit_test(test_names_of_edited),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_named_refusals),
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_adapt),
		cmocka_unit_test(test_append),
		cmocka_unit_test(test_initialise),
		cmocka_unit_test(test_operations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
