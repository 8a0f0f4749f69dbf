/*
 * Whoever knows htop and vi, but not this program, at 80x24: the keys that
 * such fingers press do what they mean, or a word says what does.
 */
#include "key_scene.h"

static void test_space_makes_a_network_and_trains_it(void **state)
{
	(void)state;
	passes("size 80x24\nwait space train\nkey space\n"
	    "wait Enter makes this one\nwait Enter run\nkey Ctrl-U\n"
	    "type data toy spiral n=300\nkey Enter\ngone Enter run\n"
	    "key space Ctrl-U\ntype net mlp 8-8\nkey Enter\nwait relu\n"
	    "key space\nwait epoch 1.00\nwait test loss\n"
	    "type :train 100000 epochs\nkey Enter Esc\n"
	    "wait space pause\nkey space\nwait space go on\nkey space\n"
	    "wait space pause\nkey Ctrl-C\nwait space train\nkey q\n");
}

/* What the bar shows is what the keys do. */
static void test_bar_of_the_prompt_and_the_help(void **state)
{
	(void)state;
	passes(NETWORK "size 80x24\nkey :\nwait Esc to the panels\n"
	    "gone space train\nkey space\nwait Esc leads back\nkey :\n"
	    "type eval\nkey Enter\nwait test loss\ngone └-0.5\nwait │1  \nwait Esc to the panels\n"
	    "key ?\nwait Keys everywhere\nwait / search\ngone Enter run\n"
	    "key Esc\nwait Enter run\nkey Esc\nwait space train\nkey q\n");
}

static void test_search_in_the_help(void **state)
{
	(void)state;
	passes(NETWORK "size 80x24\nkey F1\nwait Keys of the panel\n"
	    "key /\ntype undo\nwait >  u  \nkey Enter\nwait /undo\n"
	    "key n\nwait not further down\nkey / Esc\ngone /undo\n"
	    "key G\nwait help WORD\nkey g\nwait Keys of the panel\n"
	    "key Ctrl-D\ngone Keys of the panel\nkey F10\ngone Help\n"
	    "key q\n");
}

static void test_snt_and_one_more_run(void **state)
{
	(void)state;
	passes(NETWORK "size 80x24\nkey n\nwait u takes it back\nwait ∘\n"
	    "key u\nwait taken back: snt on\ngone ∘\n"
	    "key Ctrl-R\nwait done again: snt on\nwait ∘\n"
	    "key Ctrl-R\nwait nothing was taken back\nkey u\ngone ∘\n"
	    "key Tab t\nwait give it a name\nkey Enter\ngone Enter run\n"
	    "wait *2 snt\nkey g Enter\nwait *1 main\nkey G Enter\n"
	    "wait *2 snt\nkey q\n");
}

static void test_prune_read_take_back(void **state)
{
	(void)state;
	passes(NETWORK "size 80x24\nkey s s s s\nwait step 4  \nkey h h h\n"
	    "wait step 2  main \nkey Esc Tab Tab Tab\nwait ←→ slide\n"
	    "key 9 0 Enter\nwait 90% global\nwait exact\n"
	    "key u\nwait  0% global\nkey Ctrl-R\nwait 90% global\n"
	    "key l\nwait 91% global\nkey u u\nwait  0% global\n"
	    "key Ctrl-R Ctrl-R Ctrl-R\nwait 91% global\nwait exact\n"
	    "key q\n");
}

static void test_a_stale_figure_says_what_helps(void **state)
{
	(void)state;
	passes(NETWORK "size 80x24\nkey s\nwait step 1  \n"
	    "key Tab Tab Tab 9 0 Enter\nwait exact\nkey s s\n"
	    "wait step 3  \nwait stale @1, Enter measures\nkey Enter\n"
	    "gone stale\nwait main · step 3\nwait 90% global\nkey q\n");
}

static void test_all_runs_come_to_the_slider(void **state)
{
	(void)state;
	passes(NETWORK "size 80x24\ntype :run twin b\nkey Enter Esc\n"
	    "wait *2 b\nkey Tab Tab Tab 5 0 Enter\nwait exact\nkey A\n"
	    "wait slid%\ngone  -││\nkey q\n");
}

static void test_search_from_anywhere(void **state)
{
	(void)state;
	passes(NETWORK "size 80x24\nkey /\ntype spiral\nkey Enter\n"
	    "wait n older, N newer\nkey Esc F3\nwait snt> /\nkey Esc\n"
	    "gone snt>\nkey q\n");
}

static void leaves_by(const char *keys)
{
	char script[200];

	snprintf(script, sizeof(script), NETWORK "%s", keys);
	passes(script);
	if (!left)
		fail_msg("stayed after %s", keys);
}

static void test_ways_out(void **state)
{
	(void)state;
	leaves_by("key q\n");
	leaves_by("key F10\n");
	leaves_by("key Z\nwait quit? (y/n)\nkey Z\n");
	leaves_by("key :\ntype :q\nkey Enter\n");
	leaves_by("key :\ntype wq\nkey Enter\n");
	leaves_by("type :train 100000 epochs\nkey Enter Esc\nwait ▶\n"
	    "key F10\nwait stop it and quit\nkey n\ngone (y/n)\n"
	    "key F10 F10\n");
	passes(NETWORK "key Z x Z Esc\ngone (y/n)\n");
	assert_false(left);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_space_makes_a_network_and_trains_it),
		cmocka_unit_test(test_bar_of_the_prompt_and_the_help),
		cmocka_unit_test(test_search_in_the_help),
		cmocka_unit_test(test_snt_and_one_more_run),
		cmocka_unit_test(test_prune_read_take_back),
		cmocka_unit_test(test_a_stale_figure_says_what_helps),
		cmocka_unit_test(test_all_runs_come_to_the_slider),
		cmocka_unit_test(test_search_from_anywhere),
		cmocka_unit_test(test_ways_out),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
