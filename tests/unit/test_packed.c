/* Packed files: back bit for bit, sizes, damage. */
#include <stdlib.h>
#include <zlib.h>

#include "unit/compress_scene.h"

#include "compress/arithmetic.h"
#include "compress/packed.h"

static void round_trip(const struct network *network, const real *w,
    const real *buffers, const char *lines)
{
	const char *text = "{\"format\":1}";
	struct compress_settings settings = settings_of(network, lines);
	struct compressed c = make(network, w, buffers, lines);
	struct buffer file = {0}, print = {0};
	char *description, *recipe;
	real *back, *rest;
	struct error error;

	packed_write(&c, &settings, text, &file);
	assert_int_equal(file.length, packed_size(&c, &settings, text));
	description = packed_describe(file.text, file.length, &recipe, &error);
	assert_string_equal(description, text);
	compress_settings_print(&settings, &print);
	assert_string_equal(recipe, print.text ? print.text : "");
	assert_int_equal(packed_read(file.text, file.length, c.network, &back,
	    &rest, &error), 0);
	for (size_t i = 0; i < c.network->parameters; i++)
		assert_true(back[i] == (real)(float)c.w[i]);
	for (size_t i = 0; i < c.network->buffers; i++)
		assert_true(rest[i] == (real)(float)c.buffers[i]);
	if (sizeof(real) == sizeof(float))
		assert_memory_equal(back, c.w,
		    c.network->parameters * sizeof(real));
	free(description);
	free(recipe);
	reals_free(back);
	reals_free(rest);
	buffer_free(&file);
	buffer_free(&print);
	compressed_free(&c);
	compress_settings_free(&settings);
}

static void test_packed_round_trip(void **state)
{
	static const char *const lines[] = {"", "prune 0.5", "prune 0.97",
		"prune 1", "quant 8", "quant 2", "quant 5 per=tensor",
		"quant 3 scheme=affine", "quant 2 per=group group=7",
		"quant 3 scheme=codebook", "prune 0.5;quant 2 scheme=codebook "
		"per=tensor", "quant 4 scheme=codebook per=group",
		"quant 3 per=group group=5 scheme=affine;prune 0.5", "quant 4 scheme=affine per=tensor",
		"prune 0.9;quant 4", "prune 0.3;quant 7 scheme=affine",
		"prune 1;quant 3", "quant 3;quant off layer=1;quant 6 layer=4"};
	struct network *network = with_batch_norm();
	real *w = random_weights(network, 0);
	real *buffers = random_statistics(network);

	(void)state;
	for (size_t k = 0; k < sizeof(lines) / sizeof(lines[0]); k++) {
#ifdef SNT_DOUBLE
		if (strstr(lines[k], "quant"))
			continue;	/* scales are float32 in the file */
#endif
		round_trip(network, w, buffers, lines[k]);
	}
	reals_free(w);
	reals_free(buffers);
	network_free(network);
}

static size_t size_of(const struct network *network, const real *w,
    const char *lines)
{
	struct compress_settings settings = settings_of(network, "");
	struct compressed c = make(network, w, NULL, lines);
	size_t size = packed_size(&c, &settings, "");

	compressed_free(&c);
	compress_settings_free(&settings);
	return size;
}

/* 24 bytes of head, text lengths and checksum; 80 x 64 and 3 x 80 weights and
 * their biases; four heads of 4 each. Few numbers, such as biases, go by the
 * odds of their highest bits. */
static void test_packed_sizes(void **state)
{
	struct network *network = plain(64, "dense 80;relu;dense 3");
	real *w = random_weights(network, 0);
	size_t large = 80 * 64, few = 3 * 80 + 83, n = 83 * 64;
	size_t fixed = 8 + 4 + 4 + 4 + 4 + 4 * 4;

	(void)state;
	assert_in_range(size_of(network, w, ""), fixed + 4 * large +
	    3 * few, fixed + 4 * (large + few));
	assert_in_range(size_of(network, w, "prune 0.5"), fixed + large / 8 +
	    2 * large + 1, fixed + large / 8 + 2 * large + 4 * few);
	/* Large codes are rare among normal weights. */
	assert_in_range(size_of(network, w, "quant 4"), fixed + 3 * 83 + n / 3,
	    fixed + 8 * 83 + n / 2 - 1);
	assert_in_range(size_of(network, w, "quant 4 per=tensor"),
	    fixed + 3 * 83 + n / 3, fixed + 4 * 83 + n / 2 - 1);
	assert_true(size_of(network, w, "prune 0.9;quant 4") <
	    fixed + 8 * 83 + n / 8 + n / 20);
	reals_free(w);
	network_free(network);
}

/* What pruning and few bits promise: a fortieth of floats, with room for the
 * network's description, and scales and biases of 4 bytes or nearly. */
static void test_packed_fortieth(void **state)
{
	static const char *const lines[] = {"prune 0.9;quant 4",
		"prune 0.9;quant 4 per=tensor"};
	const char *const word[] = {"lenet5"};
	struct network *network = network_named(1, word,
	    (struct shape){.c = 1, .h = 28, .w = 28}, 10, NULL);
	real *w = reals_new(network->parameters);

	(void)state;
	network_initialise(network, 1, w, NULL);
	for (int k = 0; k < network->segments; k++) {
		const struct segment *s = &network->segment[k];

		if (s->role == ROLE_BIAS)
			random_normal((struct random_key){.seed = 1,
				.stream = RANDOM_DATA}, s->offset, s->count,
			    w + s->offset);
	}
	for (int i = 0; i < 2; i++)
		assert_in_range(size_of(network, w, lines[i]), 1,
		    4 * network->parameters / 40 - 300);
	reals_free(w);
	network_free(network);
}

/* Odds as they come: even, lopsided, and carries through many bytes. */
static void test_arithmetic(void **state)
{
	enum { BITS = 40000, KINDS = 6 };
	struct random_key key = {.seed = 5, .stream = RANDOM_DATA};

	(void)state;
	for (uint32_t kind = 0; kind < KINDS; kind++) {
		struct arithmetic_writer writer;
		struct arithmetic_reader reader;
		struct buffer out = {0};
		struct odds odds[KINDS] = {{0}}, again[KINDS] = {{0}};
		const uint32_t limit[KINDS] = {0, 1, 30, 128, 255, 256};

		buffer_puts(&out, "before");
		arithmetic_begin(&writer, &out);
		for (uint32_t i = 0; i < BITS; i++)
			arithmetic_put(&writer, &odds[i % (kind + 1)],
			    (random_bits(key, i) & 255) < limit[kind]);
		arithmetic_end(&writer);
		assert_memory_equal(out.text, "before", 6);
		assert_true(out.length < 7 + BITS / 8 + BITS / 400);
		arithmetic_open(&reader, (struct bytes){(void *)(out.text +
		    6), out.length - 6});
		for (uint32_t i = 0; i < BITS; i++)
			assert_int_equal(arithmetic_get(&reader,
			    &again[i % (kind + 1)]),
			    (random_bits(key, i) & 255) < limit[kind]);
		assert_int_equal(reader.bytes.left, 0);
		buffer_free(&out);
	}
}

/* Weights on one layer of which a trait of the encodings shows: a distance of
 * more than a byte, an end in zeros, nothing at all. */
static void test_packed_distances(void **state)
{
	static const size_t places[][2] = {{0, 4095}, {255, 256}, {254, 255},
		{511, 1022}, {3000, 3000}, {9999, 9999}};
	struct network *network = plain(64, "dense 64 bias=0;relu;dense 3");

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		real *w = random_weights(network, i);

		for (size_t k = 0; k < 4096; k++)
			w[k] = k == places[i][0] || k == places[i][1] ?
			    (real)(k + 1) : 0;
		round_trip(network, w, NULL, "prune 0.1");
#ifndef SNT_DOUBLE	/* scales are float32 in the file */
		round_trip(network, w, NULL, "prune 0.1;quant 4");
		round_trip(network, w, NULL,
		    "prune 0.1;quant 5 scheme=affine per=tensor");
#endif
		reals_free(w);
	}
	network_free(network);
}

static void damage(const char *file, size_t size,
    const struct network *network)
{
	real *w, *buffers;
	struct error error = {""};

	assert_int_equal(packed_read(file, size, network, &w, &buffers,
	    &error), -1);
	assert_true(error.text[0] != '\0');
	assert_null(packed_describe(file, size, NULL, &error));
}

static void test_damaged_files(void **state)
{
	struct network *network = plain(6, "dense 4;relu;dense 3");
	struct network *other = plain(7, "dense 4;relu;dense 3");
	real *w = random_weights(network, 0), *back, *rest;
	struct compress_settings settings = settings_of(network,
	    "prune 0.6;quant 4");
	struct compressed c = make(network, w, NULL, "prune 0.6;quant 4");
	struct buffer file = {0};
	struct error error;

	(void)state;
	packed_write(&c, &settings, "{}", &file);
	for (size_t size = 0; size < file.length; size++) {
		char *copy = xmalloc(size);

		memcpy(copy, file.text, size);
		damage(copy, size, network);
		free(copy);
	}
	for (size_t i = 0; i < file.length; i++) {
		file.text[i] ^= 0x40;
		damage(file.text, file.length, network);
		file.text[i] ^= 0x40;
	}
	assert_int_equal(packed_read(file.text, file.length, other, &back,
	    &rest, &error), -1);
	assert_null(back);
	buffer_free(&file);
	compressed_free(&c);
	compress_settings_free(&settings);
	reals_free(w);
	network_free(network);
	network_free(other);
}

/* Whatever a file with a right checksum says, reading it ends well. */
static void change_every_byte(int inputs, const char *lines)
{
	struct network *network = plain(inputs, "dense 4;relu;dense 3");
	real *w = random_weights(network, 0), *back, *rest;
	struct compress_settings settings = settings_of(network, lines);
	struct compressed c = make(network, w, NULL, lines);
	struct buffer file = {0};
	struct error error;
	size_t body;

	packed_write(&c, &settings, "{}", &file);
	body = file.length - 4;
	for (size_t i = 8; i < body; i++) {
		for (unsigned value = 0; value < 256; value += 15) {
			char kept = file.text[i];
			uint32_t sum;

			file.text[i] = (char)value;
			sum = (uint32_t)crc32(0, (void *)file.text,
			    (uInt)body);
			memcpy(file.text + body, &sum, 4);
			if (packed_read(file.text, file.length, network,
				&back, &rest, &error) == 0) {
				reals_free(back);
				reals_free(rest);
			}
			file.text[i] = kept;
		}
	}
	buffer_free(&file);
	compressed_free(&c);
	compress_settings_free(&settings);
	reals_free(w);
	network_free(network);
}

static void test_hostile_files(void **state)
{
	(void)state;
	change_every_byte(6, "prune 0.6;quant 4");
	change_every_byte(6, "prune 0.6;quant 2 scheme=affine");
	change_every_byte(6, "prune 0.9;quant 2 scheme=codebook");
	/* Large enough to be deflated. */
	change_every_byte(900, "prune 0.98");
	change_every_byte(900, "prune 0.95;quant 4");
	change_every_byte(900, "quant 4 per=tensor");
	change_every_byte(40, "prune 0.5;quant 3 scheme=affine per=group "
	    "group=8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packed_round_trip),
		cmocka_unit_test(test_packed_sizes),
		cmocka_unit_test(test_arithmetic),
		cmocka_unit_test(test_packed_fortieth),
		cmocka_unit_test(test_packed_distances),
		cmocka_unit_test(test_damaged_files),
		cmocka_unit_test(test_hostile_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
