/* Presentation: replays that stop before what is done in mid-run, pages that
 * type themselves, and one key to go on with. */
#include "key_scene.h"

#define SESSION NETWORK "type :step 30\nkey Enter\nwait 30/30\nwait idle\n" \
	"type note \"now the rate\"\nkey Enter\nwait note\n" \
	"type set lr 0.02\nkey Enter\nwait set lr\n" \
	"type step 30\nkey Enter\nwait 60/60\nwait idle\n" \
	"type save session; export weights straight\nkey Enter\n" \
	"wait written to\n"

static char *content(const char *path)
{
	struct error error;
	size_t size;

	return file_read(path, 1 << 20, &size, &error);
}

static void test_replay_stops_and_types(void **state)
{
	char *straight, *shown;
	int status = system("rm -rf session");

	(void)state;
	assert_int_equal(status, 0);
	passes(SESSION "type set presentation on\nkey Enter\n"
	    "type replay session\nkey Enter Esc\n"
	    "wait snt> no\nwait now the rate\nwait Enter goes on\n"
	    "wait paused replay\nkey PgDn\nwait snt> set lr 0.02\n"
	    "wait Enter goes on\nkey Enter\nwait snt> st\n"
	    "key space\nwait snt> step 30\nkey space\nwait 60/60\n"
	    "wait replayed session\ntype :set presentation off\nkey Enter\n"
	    "type export weights shown\nkey Enter\nwait written to shown\n"
	    "key Esc\nwait Network\nkey q\n");
	straight = content("straight");
	shown = content("shown");
	assert_non_null(straight);
	assert_non_null(shown);
	assert_string_equal(straight, shown);
	free(straight);
	free(shown);
	assert_int_equal(system("rm -rf session straight shown"), 0);
}

static void test_a_replay_has_a_speed_and_a_pause(void **state)
{
	(void)state;
	passes(SESSION "type set replay_speed 10; replay session\n"
	    "key Enter Esc\nwait 15/15\nkey space\nwait paused\n"
	    "type :set batch 7\nkey Enter Esc\n"
	    "wait a session is being played\nkey space\ngone paused\n"
	    "type :set replay_speed max\nkey Enter Esc\n"
	    "wait replayed session\nwait 60/60\nkey q\n");
	assert_int_equal(system("rm -rf session straight"), 0);
}

/* The first key shows the whole page, the next goes on. */
static void test_a_lesson_types_itself(void **state)
{
	(void)state;
	passes("size 80x30\ntype :lesson new mine; set presentation on\n"
	    "key Enter\nwait > lesson\ntype lesson mine\nkey Enter Esc\n"
	    "wait mine 1/\ngone N goes on  e\ndump first\nkey PgDn\n"
	    "dump second\nkey PgDn\nwait What to look at now\nkey Tab q\n");
	assert_int_equal(system("[ \"$(wc -w <first)\" -lt "
	    "\"$(wc -w <second)\" ] && rm -rf mine first second"), 0);
}

static void test_the_layout_comes_back(void **state)
{
	(void)state;
	passes(NETWORK "type :set presentation on\nkey Enter Esc\n"
	    "wait set presentation\nkey 3\nwait layout 3\n"
	    "type :set presentation off\nkey Enter Esc\nwait Runs\nkey q\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replay_stops_and_types),
		cmocka_unit_test(test_a_replay_has_a_speed_and_a_pause),
		cmocka_unit_test(test_a_lesson_types_itself),
		cmocka_unit_test(test_the_layout_comes_back),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
