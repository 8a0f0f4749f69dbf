/* The command line, and lines as they come out of files and pipes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <getopt.h>

#include "shell/options.h"
#include "shell/reader.h"

enum { WORDS_MOST = 8 };

/* As if these were the words after `snt`; the last is NULL. */
static enum options_outcome read_words(struct options *options,
    const char *first, ...)
{
	char *word[WORDS_MOST + 2] = {(char *)"snt"};
	int words = 1;
	va_list rest;

	va_start(rest, first);
	for (const char *w = first; w; w = va_arg(rest, const char *))
		word[words++] = (char *)w;
	va_end(rest);
	optind = 0;	/* getopt_long() begins anew */
	return options_read(words, word, options);
}

static void test_nothing(void **state)
{
	struct options options;

	(void)state;
	assert_int_equal(read_words(&options, NULL), OPTIONS_RUN);
	assert_int_equal(options.sources, 0);
	assert_true(options.mouse);
	assert_false(options.json);
	options_free(&options);
}

static void test_switches(void **state)
{
	struct options options;

	(void)state;
	assert_int_equal(read_words(&options, "--json", "-t", "3", "--ascii",
		"--color=never", "--no-mouse", "-p", NULL), OPTIONS_RUN);
	assert_true(options.json && options.plain && !options.mouse);
	assert_int_equal(options.threads, 3);
	assert_int_equal(options.unicode, CHOICE_NO);
	assert_int_equal(options.color, CHOICE_NO);
	options_free(&options);
}

/* A session is opened before it is asked, whatever the order of words. */
static void test_order(void **state)
{
	struct options options;
	char *line;

	(void)state;
	assert_int_equal(read_words(&options, "-c", "get seed", "/dev/null",
		"/", NULL), OPTIONS_RUN);
	assert_int_equal(options.sources, 3);
	assert_int_equal(options.source[0].kind, SOURCE_FILE);
	assert_int_equal(options.source[1].kind, SOURCE_FOLDER);
	assert_int_equal(options.source[2].kind, SOURCE_TEXT);
	line = source_line(&options.source[1]);
	assert_string_equal(line, "open \"/\"");
	free(line);
	options_free(&options);
}

static void test_subcommand(void **state)
{
	struct options options;

	(void)state;
	assert_int_equal(read_words(&options, "verify", "a \"b\\", "--json",
		NULL), OPTIONS_RUN);
	assert_true(options.json);
	assert_int_equal(options.sources, 1);
	assert_string_equal(options.source[0].text,
	    "verify \"a \\\"b\\\\\"");
	options_free(&options);
}

static void test_wrong(void **state)
{
	static const char *const wrong[][2] = {
		{"--nonsense", NULL}, {"-t", "0"}, {"-t", "two"},
		{"--color", "red"}, {"verify", NULL}, {"doctor", "me"},
		{"/no/such/file", NULL}, {"-c", NULL}};
	struct options options;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(read_words(&options, wrong[i][0],
			wrong[i][1], NULL), OPTIONS_WRONG);
		options_free(&options);
	}
}

/* `text` through a pipe, as a script would come. */
static struct reader *piped(const char *text, size_t size)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, size), (long)size);
	close(ends[1]);
	return reader_new(ends[0], "script");
}

static void expect_line(struct reader *reader, const char *text, int number)
{
	struct error error = {""};
	const char *line;

	assert_int_equal(reader_next(reader, &line, &error), READER_LINE);
	assert_string_equal(line, text);
	assert_int_equal(reader_line(reader), number);
}

static void expect_end(struct reader *reader)
{
	struct error error;
	const char *line;

	assert_int_equal(reader_next(reader, &line, &error), READER_END);
	reader_free(reader);
}

static void test_lines(void **state)
{
	static const char text[] = "one\n\ntwo\r\nlast";
	struct reader *reader = piped(text, sizeof(text) - 1);

	(void)state;
	expect_line(reader, "one", 1);
	expect_line(reader, "", 2);
	expect_line(reader, "two", 3);
	expect_line(reader, "last", 4);
	expect_end(reader);
	expect_end(piped("", 0));
	expect_end(reader_text(""));
	reader = reader_text("a\nb\n");
	expect_line(reader, "a", 1);
	expect_line(reader, "b", 2);
	expect_end(reader);
}

static void test_not_a_script(void **state)
{
	static const char text[] = "net lenet5\nn\0thing\n";
	struct reader *reader = piped(text, sizeof(text) - 1);
	struct error error;
	const char *line;

	(void)state;
	expect_line(reader, "net lenet5", 1);
	assert_int_equal(reader_next(reader, &line, &error), READER_FAILED);
	assert_non_null(strstr(error.text, "script: line 2"));
	reader_free(reader);
	assert_null(reader_open("/no/such/script", &error));
	assert_non_null(strstr(error.text, "/no/such/script"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_switches),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_subcommand),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_not_a_script),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
