#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "workbench/expression.h"

static const char names[] = "loss|acc|epoch|lambda";

static double value(const void *context, const char *name)
{
	const double *values = context;

	return strcmp(name, "loss") == 0 ? values[0] :
	    strcmp(name, "acc") == 0 ? values[1] :
	    strcmp(name, "epoch") == 0 ? values[2] : NAN;
}

static bool holds(const char *text, double loss, double acc, double epoch)
{
	double values[] = {loss, acc, epoch};
	struct expression expression;
	struct error error;

	assert_int_equal(expression_parse(text, names, &expression, &error),
	    0);
	return expression_holds(&expression, value, values);
}

static void comparisons_mean_what_they_say(void **state)
{
	(void)state;
	assert_true(holds("acc>0.9", 0, 0.95, 0));
	assert_false(holds("acc>0.9", 0, 0.9, 0));
	assert_true(holds("acc>=90%", 0, 0.9, 0));
	assert_true(holds("loss < 0.3", 0.2, 0, 0));
	assert_false(holds("loss<=0.1", 0.2, 0, 0));
	assert_true(holds("epoch==2", 0, 0, 2));
	assert_true(holds("epoch!=2", 0, 0, 3));
	assert_false(holds("epoch!=2", 0, 0, 2));
}

static void all_parts_must_hold(void **state)
{
	(void)state;
	assert_true(holds("loss<0.3 and epoch>=2", 0.2, 0, 2));
	assert_false(holds("loss<0.3 and epoch>=2", 0.2, 0, 1));
}

static void a_limit_may_lie_over_a_value(void **state)
{
	(void)state;
	assert_true(holds("loss>2/epoch", 0.6, 0, 4));
	assert_false(holds("loss>2/epoch", 0.4, 0, 4));
	assert_false(holds("loss<2/acc", 0.4, NAN, 4));
}

static void an_unknown_value_never_holds(void **state)
{
	(void)state;
	assert_false(holds("lambda>0", 0, 0, 0));
	assert_false(holds("lambda!=0", 0, 0, 0));
	assert_false(holds("loss<1", NAN, 0, 0));
}

static void nonsense_is_refused_by_name(void **state)
{
	static const char *const wrong[] = {"", "acc", "acc>", "acc>x",
		"speed>3", "acc=>1", "acc>>1", ">1", "acc>2/",
		"acc>2/speed", "acc>/loss",
		"acc>1 and acc>1 and acc>1 and acc>1 and acc>1"};
	struct expression expression;
	struct error error;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(expression_parse(wrong[i], names,
		    &expression, &error), -1);
	expression_parse("speed>3", names, &expression, &error);
	assert_non_null(strstr(error.text, "speed"));
	assert_non_null(strstr(error.text, "lambda"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparisons_mean_what_they_say),
		cmocka_unit_test(all_parts_must_hold),
		cmocka_unit_test(a_limit_may_lie_over_a_value),
		cmocka_unit_test(an_unknown_value_never_holds),
		cmocka_unit_test(nonsense_is_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
