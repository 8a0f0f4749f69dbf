#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "workbench/statement.h"

static void statements_are_split_by_semicolons_and_lines(void **state)
{
	struct error error;
	int count;
	struct statement *s = statements_parse("seed 1; net mlp 300-100\n"
	    "  train 1 epochs  ", &count, &error);

	(void)state;
	assert_non_null(s);
	assert_int_equal(count, 3);
	assert_string_equal(s[0].text, "seed 1");
	assert_string_equal(s[1].word[2], "300-100");
	assert_string_equal(s[2].text, "train 1 epochs");
	assert_int_equal(s[2].words, 3);
	statements_free(s, count);
}

static void comments_and_empty_statements_are_nothing(void **state)
{
	struct error error;
	int count;
	struct statement *s = statements_parse(";; # a remark; still\n"
	    "prune 0.8 # eighty\n\n;", &count, &error);

	(void)state;
	assert_non_null(s);
	assert_int_equal(count, 1);
	assert_string_equal(s[0].text, "prune 0.8");
	statements_free(s, count);
}

static void quotes_hold_blanks_and_separators(void **state)
{
	struct error error;
	int count;
	struct statement *s = statements_parse(
	    "note \"a; b # c\" x\\ \"\\\"\\\\\"", &count, &error);

	(void)state;
	assert_non_null(s);
	assert_int_equal(count, 1);
	assert_int_equal(s[0].words, 4);
	assert_string_equal(s[0].word[1], "a; b # c");
	assert_string_equal(s[0].word[2], "x\\");
	assert_string_equal(s[0].word[3], "\"\\");
	statements_free(s, count);
}

static void what_cannot_be_read_is_refused(void **state)
{
	struct error error;
	int count;

	(void)state;
	assert_null(statements_parse("note \"open", &count, &error));
	assert_non_null(strstr(error.text, "quote"));
	assert_null(statements_parse("note a\033[2J", &count, &error));
	assert_non_null(strstr(error.text, "0x1b"));
}

static void an_empty_text_has_no_statement(void **state)
{
	struct error error;
	int count = -1;
	struct statement *s = statements_parse("", &count, &error);

	(void)state;
	assert_non_null(s);
	assert_int_equal(count, 0);
	statements_free(s, count);
}

static void lines_become_one(void **state)
{
	char *line = statements_joined("# begin\n\n\tnet mlp 8 # small\r\n"
	    "note \"a \\\" # b\" # c\ntrain 1 steps;\n  eval\n");

	(void)state;
	assert_string_equal(line,
	    "net mlp 8; note \"a \\\" # b\"; train 1 steps; eval");
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_are_split_by_semicolons_and_lines),
		cmocka_unit_test(comments_and_empty_statements_are_nothing),
		cmocka_unit_test(quotes_hold_blanks_and_separators),
		cmocka_unit_test(what_cannot_be_read_is_refused),
		cmocka_unit_test(an_empty_text_has_no_statement),
		cmocka_unit_test(lines_become_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
