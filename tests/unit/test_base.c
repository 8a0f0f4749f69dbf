#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/option.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/text.h"

static void numbers_are_whole_words_in_any_locale(void **state)
{
	static const char *const wrong[] = {"", "x", "1x", "1,5", "nan", "inf",
		" 1", "1e999", "--1"};
	double number;
	long whole;

	(void)state;
	assert_int_equal(parse_double("1e-3", &number), 0);
	assert_true(number == 1e-3);
	assert_int_equal(parse_ratio("80%", &number), 0);
	assert_true(fabs(number - 0.8) < 1e-15);
	assert_int_equal(parse_long("-12", &whole), 0);
	assert_int_equal(whole, -12);
	assert_int_equal(parse_long("1.5", &whole), -1);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(parse_double(wrong[i], &number), -1);
}

static void any_bytes_become_utf8(void **state)
{
	char text[] = "λ\n\t\xff\xcex\xed\xa0\x80";

	(void)state;
	text_make_utf8(text);
	assert_string_equal(text, "λ\n\t??x???");
}

static void nothing_a_terminal_obeys_comes_through(void **state)
{
	char out[64];

	(void)state;
	text_safe(out, sizeof(out), "a\033[31mb\x9b""c\xc2\x9b""d\xff"
	    "\xe2\x80\xae""e");
	assert_null(strchr(out, '\033'));
	assert_null(strchr(out, '\xff'));
	assert_string_equal(out, "a?[31mb?c??d????e");
	text_safe(out, sizeof(out), "λ ±0.1 → ⣿");
	assert_string_equal(out, "λ ±0.1 → ⣿");
	text_safe(out, 4, "ab\xce\xbb");	/* never half a character */
	assert_string_equal(out, "ab");
}

static void counts_and_times_are_short(void **state)
{
	char out[16];

	(void)state;
	text_short_count(out, sizeof(out), 999);
	assert_string_equal(out, "999");
	text_short_count(out, sizeof(out), 1234);
	assert_string_equal(out, "1.2k");
	text_short_count(out, sizeof(out), 431080);
	assert_string_equal(out, "431k");
	text_short_count(out, sizeof(out), 999999);
	assert_string_equal(out, "1.0M");
	text_duration(out, sizeof(out), 61.6);
	assert_string_equal(out, "1:02");
	text_duration(out, sizeof(out), 3723);
	assert_string_equal(out, "1:02:03");
}

static const struct option table[] = {
	{"out", OPTION_INTEGER, NAN, 1, 1000, NULL, "width", true},
	{"k", OPTION_INTEGER, 3, 1, 31, NULL, "kernel", false},
	{"bias", OPTION_SWITCH, 1, 0, 1, NULL, "add a bias", false},
	{"per", OPTION_CHOICE, 0, 0, 0, "channel|tensor", "scales", false},
	{"of", OPTION_SET, 1, 0, 0, "all|conv|dense", "which", false},
	{0}};

static void options_are_read_from_their_table(void **state)
{
	const char *const words[] = {"32", "k=5", "bias=off", "per=tensor"};
	struct option_values values;
	struct buffer text = {0};
	struct error error;

	(void)state;
	options_default(table, &values);
	assert_int_equal(options_complete(table, &values, &error), -1);
	assert_int_equal(options_parse(table, 4, words, &values, &error), 0);
	assert_int_equal(options_complete(table, &values, &error), 0);
	assert_true(option_value(table, &values, "k") == 5);
	options_print(table, &values, false, &text);
	assert_string_equal(text.text, "out=32 k=5 bias=off per=tensor");
	buffer_free(&text);
}

static void a_wrong_option_changes_nothing(void **state)
{
	static const char *const wrong[][2] = {{"k=9", "k=0"}, {"k=9", "k=x"},
		{"k=9", "m=1"}, {"k=9", "per=row"}, {"k=9", "bias=2"},
		{"7", "8"}, {"k=9", "k=2.5"}, {"k=9", "of=flat"},
		{"k=9", "of=1,"}, {"k=9", "of=0"}, {"k=9", "of=256"},
		{"of=2", "of="}};
	struct option_values values, before;
	struct error error;

	(void)state;
	options_default(table, &values);
	values.value[0] = 1;
	before = values;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(options_parse(table, 2, wrong[i], &values,
		    &error), -1);
		assert_memory_equal(&values, &before, sizeof(values));
	}
}

static void a_set_holds_words_and_numbers(void **state)
{
	static const char *const given[][2] = {
		{"of=all", "out=1"}, {"of=dense", "out=1 of=dense"},
		{"of=conv,dense", "out=1 of=conv,dense"},
		{"of=255,dense,1,64", "out=1 of=dense,1,64,255"},
		{"of=3,3", "out=1 of=3"}};
	struct option_values values;
	struct error error;

	(void)state;
	options_default(table, &values);
	values.value[0] = 1;
	for (size_t i = 0; i < sizeof(given) / sizeof(*given); i++) {
		struct buffer text = {0};

		assert_int_equal(options_parse(table, 1, given[i], &values,
		    &error), 0);
		options_print(table, &values, false, &text);
		assert_string_equal(text.text, given[i][1]);
		buffer_free(&text);
	}
	assert_true(option_set_number(&values, 3));
	assert_false(option_set_number(&values, 64));
	assert_false(option_set_number(&values, 1000));
	assert_false(option_set_word(table, &values, "of", "all"));
}

static void random_numbers_are_functions_of_their_place(void **state)
{
	struct random_key key = {7, RANDOM_PROBE, 3}, other = {7,
		RANDOM_PROBE, 4};
	real a[100], b[37];

	(void)state;
	random_normal(key, 0, 100, a);
	random_normal(key, 50, 37, b);
	assert_memory_equal(a + 50, b, sizeof(b));
	random_normal(other, 50, 37, b);
	assert_memory_not_equal(a + 50, b, sizeof(b));
	random_sign(key, 13, 37, b);
	for (int i = 0; i < 37; i++)
		assert_true(b[i] == 1 || b[i] == -1);
}

static void normals_have_mean_0_and_variance_1(void **state)
{
	enum { COUNT = 200000 };
	struct random_key key = {1, RANDOM_WEIGHTS, 0};
	real *values = reals_new(COUNT);
	double sum = 0, squares = 0;

	(void)state;
	random_normal(key, 0, COUNT, values);
	for (int i = 0; i < COUNT; i++) {
		sum += (double)values[i];
		squares += (double)values[i] * (double)values[i];
	}
	/* Four standard errors. */
	assert_true(fabs(sum / COUNT) < 4 / sqrt(COUNT));
	assert_true(fabs(squares / COUNT - 1) < 4 * sqrt(2.0 / COUNT));
	reals_free(values);
}

static void a_permutation_has_everything_once(void **state)
{
	enum { COUNT = 5000 };
	struct random_key key = {1, RANDOM_SHUFFLE, 0};
	uint32_t order[COUNT];
	bool seen[COUNT] = {false};
	int fixed = 0;

	(void)state;
	random_permutation(key, COUNT, order);
	for (uint32_t i = 0; i < COUNT; i++) {
		assert_true(order[i] < COUNT && !seen[order[i]]);
		seen[order[i]] = true;
		fixed += order[i] == i;
	}
	assert_true(fixed < 10);	/* 1 is expected */
}

struct tally {
	atomic_int units[1000];
	atomic_int strangers;
	int threads;
};

static void count_unit(void *argument, int unit, int worker)
{
	struct tally *tally = argument;

	atomic_fetch_add(&tally->units[unit], 1);
	if (worker < 0 || worker >= tally->threads)
		atomic_fetch_add(&tally->strangers, 1);
}

static void every_unit_is_done_once_by_any_number_of_threads(void **state)
{
	static const int threads[] = {1, 2, 3, 7};
	struct pool *pool = pool_new(1);

	(void)state;
	for (size_t t = 0; t < sizeof(threads) / sizeof(*threads); t++) {
		static struct tally tally;

		memset(&tally, 0, sizeof(tally));
		tally.threads = threads[t];
		pool_set_threads(pool, threads[t]);
		for (int round = 1; round <= 300; round++) {
			int units = 1 + round * 3 % 1000;

			pool_run(pool, units, count_unit, &tally);
			if (round % 50 == 0)
				usleep(20000);	/* let the workers sleep */
		}
		for (int i = 0; i < 1000; i++) {
			int expected = 0;

			for (int round = 1; round <= 300; round++)
				expected += i < 1 + round * 3 % 1000;
			assert_int_equal(tally.units[i], expected);
		}
		assert_int_equal(tally.strangers, 0);
	}
	pool_free(pool);
}

static void a_failed_replacement_keeps_the_old_file(void **state)
{
	char folder[] = "/tmp/snt-test.XXXXXX", *path, *data;
	struct file_writer *writer;
	struct error error;
	size_t size;

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = path_join(folder, "x");
	assert_int_equal(file_replace(path, "old", 3, &error), 0);
	writer = file_writer_new(path, &error);
	file_writer_add(writer, "new", 3);
	file_writer_abandon(writer);
	data = file_read(path, 100, &size, &error);
	assert_string_equal(data, "old");
	free(data);
	assert_null(file_read(path, 2, &size, &error));
	assert_non_null(strstr(error.text, path));
	assert_int_equal(file_replace("/nowhere/at/all", "x", 1, &error), -1);
	assert_non_null(strstr(error.text, "/nowhere/at/all"));
	unlink(path);
	rmdir(folder);
	free(path);
}

/* The reading of a device would have no end. */
static void a_file_is_read_whole_and_a_device_refused(void **state)
{
	struct error error;
	size_t size;
	char *data = file_read("/proc/self/maps", 1 << 20, &size, &error);

	(void)state;
	/* Its size is said to be 0. */
	assert_non_null(data);
	assert_true(size > 1000 && size == strlen(data));
	free(data);
	assert_null(file_read("/dev/zero", (size_t)1 << 40, &size, &error));
	assert_non_null(strstr(error.text, "/dev/zero: a device"));
	assert_null(file_read("/tmp", 1 << 20, &size, &error));
	assert_non_null(strstr(error.text, "/tmp: "));
}

static void digests_are_xxh3(void **state)
{
	char text[HASH_TEXT];

	(void)state;
	/* XXH3 of "abc" as computed by `xxh128sum`. */
	hash_of("abc", 3, text);
	assert_string_equal(text, "06b05ab6733a618578af5f94892f3950");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_whole_words_in_any_locale),
		cmocka_unit_test(nothing_a_terminal_obeys_comes_through),
		cmocka_unit_test(any_bytes_become_utf8),
		cmocka_unit_test(counts_and_times_are_short),
		cmocka_unit_test(options_are_read_from_their_table),
		cmocka_unit_test(a_wrong_option_changes_nothing),
		cmocka_unit_test(a_set_holds_words_and_numbers),
		cmocka_unit_test(random_numbers_are_functions_of_their_place),
		cmocka_unit_test(normals_have_mean_0_and_variance_1),
		cmocka_unit_test(a_permutation_has_everything_once),
		cmocka_unit_test(
		    every_unit_is_done_once_by_any_number_of_threads),
		cmocka_unit_test(a_failed_replacement_keeps_the_old_file),
		cmocka_unit_test(a_file_is_read_whole_and_a_device_refused),
		cmocka_unit_test(digests_are_xxh3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
