/* The timeline as the screen shows it: walked by keys, at any speed. */
#include "key_scene.h"

#define TRAINED NETWORK "type :set checkpoint_every 50\nkey Enter\n" \
	"type step 200\nkey Enter\nwait 200/200\nwait idle\n" \
	"type set lr 0.01; note \"looks flat\"\nkey Enter\n" \
	"wait looks flat\ntype step 200\nkey Enter\nwait 400/400\nwait idle\n" \
	"key Esc\n"

static void test_nothing_to_walk_is_not_shown(void **state)
{
	(void)state;
	passes(NETWORK "gone ( ) walks\nkey (\nwait main has no past yet\n"
	    "key s\nwait 1/1\nkey q\n");
}

static void test_notches_ends_and_marks(void **state)
{
	(void)state;
	passes(TRAINED "key (\nwait goto 390\nwait step 390 of 400\n"
	    "key {\nwait step 290 of 400\nkey `\nwait step 200 of 400\n"
	    "wait set lr 0.01\nkey ` )\nwait  10/400\n"
	    "wait step 10 of 400\nkey '\nwait step 200 of 400\n"
	    "key $\nwait 400/400\nwait goto 400\nwait step 400  e\n"
	    "key ^\nwait step 0 of 400\nkey (\nwait step 0 of 400\nkey q\n");
}

/* The row has the kept states, the change, the remark and the place. */
static void test_the_line_as_text(void **state)
{
	char *text;

	(void)state;
	passes(TRAINED "key { ( ( ( ( ( (\nwait step 240 of 400\n"
	    "dump screen\nkey q\n");
	text = screen();
	assert_non_null(strstr(text,
	    " 240/400 ┷━━━━━┷━━━━━━┷━━━━━┷━━━━━▲━━━━●┴──────┴─────┴──"));
	free(text);
}

static void test_in_ascii(void **state)
{
	char *text;
	int status;

	(void)state;
	assert_int_equal(run(TRAINED "key { ( ( ( ( ( (\n"
	    "wait step 240 of 400\ndump screen\nkey q\n", -1, &status), 0);
	text = screen();
	assert_non_null(strstr(text, "=====+=====^====O+------+"));
	free(text);
}

/* One wish at a time: the last one counts. */
static void test_the_newest_wish_wins(void **state)
{
	char *text;

	(void)state;
	passes(TRAINED "key ( ( ( ( ( ( ( (\nwait step 320 of 400\n"
	    "gone 330/\ndump screen\nkey q\n");
	text = screen();
	assert_null(strstr(text, "error"));
	free(text);
}

/* Training along the recorded path, at a speed, with a pause. */
static void test_speed_and_pause(void **state)
{
	(void)state;
	passes(TRAINED "key V\nwait 200 steps/s\nkey V\nwait 50 steps/s\nkey V\nwait 10 steps/s\n"
	    "key V\ngone steps/s\ntype :set replay_speed 15; goto 0\n"
	    "key Enter\nwait step 0 of 400\n"
	    "type train until step>=400\nkey Enter Esc\nwait   6/400\n"
	    "key space\nwait paused\nkey space\ngone paused\nwait  10/400\n"
	    "type :set replay_speed max\nkey Enter Esc\nwait 400/400\n"
	    "wait idle\nkey q\n");
}

static void test_a_run_in_training_stays(void **state)
{
	(void)state;
	passes(NETWORK "type :train 100000 epochs\nkey Enter Esc\n"
	    "wait /\nkey (\nwait main is being trained\nkey Ctrl-C\n"
	    "wait idle\nkey q\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_to_walk_is_not_shown),
		cmocka_unit_test(test_notches_ends_and_marks),
		cmocka_unit_test(test_the_line_as_text),
		cmocka_unit_test(test_in_ascii),
		cmocka_unit_test(test_the_newest_wish_wins),
		cmocka_unit_test(test_speed_and_pause),
		cmocka_unit_test(test_a_run_in_training_stays),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
