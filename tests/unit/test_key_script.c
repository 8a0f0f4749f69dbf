/* The screen without a terminal: keys go in, text comes out. */
#include "key_scene.h"

static void test_first_screen(void **state)
{
	(void)state;
	passes("wait Network\nwait Loss\nwait Runs\nwait Sharpness\n"
	    "wait Compression\nwait Log\nwait :net mlp 300-100\n"
	    "key ?\nwait Keys everywhere\nkey Esc\ngone Keys everywhere\n"
	    "key q\n");
}

static void test_train_by_keys(void **state)
{
	(void)state;
	passes(NETWORK "key Tab s\nwait step 1\nkey space\n"
	    "wait epoch 1\nwait accuracy\nkey n\nwait ∘\n"
	    "key m\nwait lambda\nkey x\nwait against epochs\n"
	    "key C\nwait blocks\nkey z\ngone Compression\nkey z\n"
	    "wait Compression\nkey q\n");
}

static void test_zoom_read_and_come_back(void **state)
{
	(void)state;
	passes("size 100x40\n" NETWORK "type :train 100 steps\n"
	    "key Enter Esc\nwait idle\nkey Right\nwait step 100  main \n"
	    "key Left\nwait step 99  main \nkey + +\nwait part\n"
	    "key <\nkey 0\ngone part\nkey r\n"
	    "key S\nwait as means\nwait smooth\nkey S S\ngone smooth\n"
	    "key x x x\nwait seconds of training\nkey Right\n"
	    "wait seconds 0.\nkey Esc\ngone seconds 0.\nkey x q\n");
}

/* What a line would do stands above it while it is typed. */
static void test_form_of_a_layer(void **state)
{
	(void)state;
	passes(NETWORK "key Shift-Tab a\nwait kind is missing\n"
	    "type dense 5\nwait 2 dense: 5, 45 parameters, 40 MACs, outputs "
	    "2.6kB\n"
	    "wait weights 540B, outputs of 128 samples 18kB\nkey Enter\n"
	    "wait 2 dense\nkey Esc Down e\nwait net set 2 out=5\n"
	    "type  out=0\nwait not yet: layer 2 (dense): out=0\n"
	    "key Backspace\ntype 7\nwait 2 dense: 7, \nkey Enter Esc\n"
	    "gone in all\nkey u\nwait taken back\nkey Up Home e\n"
	    "key Down e\nkey Esc q\n");
}

static void test_settings_of_the_screen(void **state)
{
	(void)state;
	passes(NETWORK "type :set plot ascii\nkey Enter\n"
	    "type get plot\nkey Enter\nwait plot ascii\n"
	    "type set theme nowhere\nkey Enter\n"
	    "wait auto, dark, light, mono\n"
	    "type set theme light\nkey Enter Esc\nwait > set theme\n"
	    "key C\nwait > set plot braille\nkey q\n");
}

static void test_study_fills_its_page(void **state)
{
	static const char plan[] = "{\"data\": \"toy spiral n=200\", "
	    "\"backbones\": [\"mlp 4\"], \"epochs\": 1, "
	    "\"arms\": [\"adam\", \"sam\"], \"seeds\": 2, "
	    "\"compression\": [\"prune 0.5\"]}";
	struct error error;

	(void)state;
	assert_int_equal(file_replace("plan.json", plan, strlen(plan),
	    &error), 0);
	passes("size 80x24\ntype :study plan.json\nkey Enter Esc\n"
	    "wait 4 of 4 runs\nwait sam - adam\nwait prune 0.5\n"
	    "wait study · ended\nkey z\nwait Loss\nkey y\n"
	    "gone sam - adam\nkey q\n");
	unlink("plan.json");
	unlink("plan.results.jsonl");
}

static void test_key_of_another_panel_says_so(void **state)
{
	(void)state;
	passes(NETWORK "key t\nwait key of the panel Runs\nkey ~\n"
	    "wait ~ means nothing here\nkey q\n");
}

/* Enter, and there is a network. */
static void test_space_without_a_network(void **state)
{
	(void)state;
	passes("type :data toy spiral n=300\nkey Enter Esc space\n"
	    "wait snt> net mlp 300-100\nkey Enter\nwait relu\n"
	    "key Esc q\n");
}

/* Found by letters, taken by Enter, run by another. */
static void test_palette(void **state)
{
	(void)state;
	passes(NETWORK "key : Tab\nwait type to filter\ntype probe_n\n"
	    "wait set probe_n\nkey Enter\nwait snt> set probe_n\n"
	    "gone type to filter\ntype 64\nkey Enter\n"
	    "wait > set probe_n 64\nkey Tab\ntype qqqq\n"
	    "wait nothing fits\nkey Esc Ctrl-C\ntype he\nkey Tab\n"
	    "wait snt> help\nkey Ctrl-C Esc q\n");
}

/* The answer has the screen to itself, at any width. */
static void test_help_about_a_word(void **state)
{
	(void)state;
	passes("size 60x24\ntype :help prune\nkey Enter\nwait ┌ Help\n"
	    "wait prune that share of the weights, to see\nwait line 1 of\n"
	    "key /\ntype example\nkey Enter\nwait n next\n"
	    "wait example: prune 0.8\nkey Esc\ngone ┌ Help\n"
	    "wait snt>\ntype help\nkey Enter\nwait Keys of the panel\n"
	    "key Esc\ntype help snt on\nkey Enter\nwait snt on [TRANSFORM]\n"
	    "key Esc\ntype help nosuch\nkey Enter\n"
	    "wait nothing is known about nosuch\nkey Esc Esc q\n");
}

static void test_search_in_the_log(void **state)
{
	(void)state;
	passes("size 80x40\n" NETWORK "type :set report 20\nkey Enter\n"
	    "type train 200 steps\nkey Enter Esc\nwait idle\n"
	    "type :/SPIRAL\nkey Enter\nwait N newer, Esc\n"
	    "wait toy spiral: 2\nkey n\nwait > data toy spiral\n"
	    "key n\nwait no older line has\n"
	    "key Esc\ngone SPIRAL\nkey /\nwait snt> /\n"
	    "type nowhere\nkey Enter\nwait nowhere is not in the log\n"
	    "key q\n");
}

static void test_undo_edits_and_snt(void **state)
{
	(void)state;
	passes(NETWORK "type :net rm 3\nkey Enter Esc\ngone 5 dense\n"
	    "key u\nwait taken back: net rm 3\nwait 5 dense\n"
	    "wait > net add dense out=8\n"
	    "type :net set 3 out=5\nkey Enter Esc\nwait 3 dense    5\n"
	    "key u\nwait 3 dense    8\n"
	    "type :net rm 77\nkey Enter Esc\nwait ! \n"
	    "key n\nwait ∘\nkey u\nwait > snt off\ngone ∘\n"
	    "key u\nwait nothing to take back\nkey q\n");
}

/* A cursor reads nothing where there is nothing. */
static void test_cursor_leaves_hints_alone(void **state)
{
	(void)state;
	passes("size 80x24\n" NETWORK "type :train 20 steps\nkey Enter Esc\n"
	    "wait step 20\nwait idle\nkey Left\nwait step 20  \n"
	    "wait not measured yet\nkey q\n");
}

static void test_layers_have_sliders(void **state)
{
	(void)state;
	passes("size 140x45\n" NETWORK "type :train 3 epochs\n"
	    "key Enter Esc\nwait idle\nkey Tab Tab Tab\nwait zeros bit\n"
	    "key ] 5 0 Enter\nwait 50.0% off own\n"
	    "key ] o\nwait layer=3\nkey R\ngone own\nkey q\n");
}

/* Locked and linked by keys, moved together, taken back; and typed. */
static void test_layers_lock_and_link(void **state)
{
	(void)state;
	passes("size 140x45\n" NETWORK "key Tab Tab Tab 5 0 Enter\n"
	    "wait 50%\nwait exact\nkey ] &\nwait % off link\n"
	    "key ] 2 5 Enter\nwait 25.0% off own\nkey &\n"
	    "wait 25.0% off link\nkey L\n"
	    "wait layer=1; prune 0.35 layer=3\n"
	    "key u\nwait 25.0% off link\nkey o\ngone 25.0% off\n"
	    "wait prune follow layer=3\nkey R\ngone link\n"
	    "type :prune 0.2; prune 0.8 layer=5\nkey Enter Esc\n"
	    "wait 81.2% off own\n"
	    "type :prune follow layer=5\nkey Enter Esc\ngone off own\n"
	    "key q\n");
}

static void test_weights_are_shown_where_there_is_room(void **state)
{
	(void)state;
	passes("size 140x60\n" NETWORK "wait weights of 1 \n"
	    "wait 8 channels reach\nkey Shift-Tab Down Down Down\n"
	    "wait weights of 5 \nsize 80x24\ngone weights of\n"
	    "key q\n");
}

static void test_quit_asks_while_training(void **state)
{
	(void)state;
	passes(NETWORK "type :train 100000 epochs\nkey Enter Esc\n"
	    "wait ▶ train\nkey q\nwait (y/n)\nkey n\ngone (y/n)\n"
	    "key space\nwait paused\nkey space\ngone paused\n"
	    "key Ctrl-C\nwait stopped\ngone ▶ train\nkey q\n");
}

static void test_slide_type_and_undo(void **state)
{
	(void)state;
	passes("size 100x40\n" NETWORK "type :train 3 epochs\n"
	    "key Enter Esc\nwait idle\n"
	    "key Tab Tab Tab Right Right\nwait > prune 0.0\nwait 2% global\n"
	    "wait exact\nkey 9 0\nwait value 90_\nkey Enter\n"
	    "wait 90% global\nwait exact\nkey Down 4 Enter\n"
	    "wait 4   channel\nwait exact\nkey u u\nwait 2% global\n"
	    "gone 4   channel\nkey w\nwait └2─\nkey R\n"
	    "wait > compress reset\nwait ← → move it, or type\nkey q\n");
}

/* Old steps as a map; its cursor reads it and goes there. */
static void test_walk_through_a_map(void **state)
{
	char *text;

	(void)state;
	passes(NETWORK "type :train 300 steps\nkey Enter\nwait epoch 100\n"
	    "gone ▶ train\nkey Esc Tab Tab Tab t\n"
	    "wait accuracy at old steps\nkey W z\nwait   225\nwait idle\n"
	    "wait step 0, 0% pruned\n"
	    "key Down Down Down Right Right\nwait step 45, 10% pruned\n"
	    "dump screen\nkey Enter\nwait step 45 of 300\n"
	    "key t\ngone 10% pruned\nkey z q\n");
	text = screen();
	assert_non_null(strstr(text, ">    45"));
	assert_non_null(strstr(text, "██"));
	free(text);
}

/* The newest of each run, laid over each other; how old they are is said. */
static void test_eigenvalues_and_losses_around(void **state)
{
	char *text;

	(void)state;
	passes("size 100x40\n" NETWORK "type :train 100 steps\n"
	    "key Enter\nwait epoch 3\n"
	    "type run twin b snt on; train 50 steps\nkey Enter Esc\n"
	    "wait b · \nwait idle\nkey Tab Tab z\n"
	    "key Down Down Down Down Down Down\nwait e does it\nkey e\n"
	    "wait b, step 50: largest\nwait 1e\nwait eigenvalue\n"
	    "gone stale\nkey s\nwait stale @50\n"
	    "key f\nwait b, step 51: mean rise at the ends\n"
	    "wait distance\nwait idle\nkey C C\ndump screen\n"
	    "key F\nwait b, step 51: mean rise at the edge\nwait ██\n"
	    "wait log of the rise\nkey r\nwait over the steps\n"
	    "key Up Up\nwait stale @50\n"
	    "key Up Up Up Up Up Up\nwait lambda\n"
	    "key z q\n");
	text = screen();
	assert_non_null(strstr(text, "11"));
	assert_non_null(strstr(text, "22"));
	free(text);
	passes("size 100x40\n" NETWORK "key Tab Tab T\n"
	    "wait trains the weights themselves\nkey n\nwait ∘\n"
	    "key T z\nwait in theta\nwait not to compare\nkey z q\n");
	passes(NETWORK "key Tab Tab e\nwait largest\n"
	    "type :sharpness landscape dim=2 points=5 layer=3\nkey Enter\n"
	    "key Esc Down Down z\nwait main, layer 3, step 0\nkey q\n");
}

/* Of the present rate, whatever changed it; of no other optimizer, and not of
 * factors. */
static void test_stability_follows_the_rate(void **state)
{
	(void)state;
	passes("size 100x40\n" NETWORK "type :sharpness lambda; opt sgd lr=0.1\n"
	    "key Enter\nwait 2/lr = 20\ntype set lr 0.01\nkey Enter\n"
	    "wait 2/lr = 200\ntype set momentum 0.9\nkey Enter\n"
	    "wait 2(1+m)/lr = 380\n"
	    "type set schedule step every=1 gamma=0.5; train 2 epochs\n"
	    "key Enter\nwait 2(1+m)/lr = 1520\n"
	    "type opt sgd lr=0.1 momentum=0.9 nesterov=on; "
	    "set schedule constant\nkey Enter\n"
	    "wait 2(1+m)/(1+2m)lr = 13.6\n"
	    "type opt adam\nkey Enter\ngone lr = \n"
	    "type opt sgd lr=1\nkey Enter\nwait 2/lr = 2.00\n"
	    "type snt on\nkey Enter\ngone lr = \n"
	    "type snt off\nkey Enter\nwait 2/lr = 2.00\nkey Esc q\n");
}

static void test_prompt_completes_and_remembers(void **state)
{
	(void)state;
	passes("type :noth\nkey Enter\nwait ! noth\nkey Up\nwait snt> noth\n"
	    "key Ctrl-C\ntype tra\nkey Tab\nwait snt> train\n"
	    "key Ctrl-U\ntype sn\nkey Tab\ntype o\nkey Tab\n"
	    "wait Tab: next of\nkey Esc\ngone Tab: next of\nwait snt> snt o\n"
	    "key Ctrl-U Ctrl-R\ntype oth\nwait (reverse-i-search)\n"
	    "key Ctrl-C\ngone reverse\nkey Esc\ngone snt>\nkey q\n");
}

/* A newline in pasted text runs nothing; outside the prompt none is taken. */
static void test_paste_runs_nothing(void **state)
{
	(void)state;
	passes("paste q\nwait press : first\ntype :\npaste quit\tquit\n"
	    "wait snt> quit quit\nkey Ctrl-C Esc\nwait idle\nkey q\n");
	/* Carriage returns are what a terminal makes of newlines. */
	passes("type :\npaste # two\r\r  note a \"#\"  # 1\rnote b;\rnote c\r\n"
	    "wait snt> note a \"#\"; note b; note c\nkey Enter\n"
	    "gone snt> note\nwait > note a \"#\"; note b; note c\nkey Esc q\n");
}

static void test_edit_the_network_by_keys(void **state)
{
	(void)state;
	passes(NETWORK "key Shift-Tab Down a\nwait snt> net add  at=3\n"
	    "type dense 5\nkey Enter\nwait 5 dense\nkey Esc Down d\n"
	    "wait > net rm 3\nkey q\n");
}

static void test_every_size_draws(void **state)
{
	char script[20000];
	size_t used = (size_t)snprintf(script, sizeof(script), NETWORK
	    "type :run twin snt snt on; train 2 epochs runs=all\n"
	    "key Enter Esc\nwait idle\n");

	(void)state;
	for (int i = 0; i < 300; i++)
		used += (size_t)snprintf(script + used, sizeof(script) - used,
		    "size %dx%d\nkey Tab Down %s\n", 1 + i * 37 % 211,
		    1 + i * 13 % 67, i % 3 ? "Right" : "z");
	snprintf(script + used, sizeof(script) - used, "size 80x24\n"
	    "wait main\nkey q\n");
	passes(script);
}

static void test_too_small_takes_only_quit(void **state)
{
	(void)state;
	passes(NETWORK "size 20x5\nwait too small\nwait 20x5\nkey s\n"
	    "type :step\nkey Enter\nsize 80x24\nwait step 0\nsize 10x3\n"
	    "key q\n");
}

static void test_ascii(void **state)
{
	int status;
	char *text;

	(void)state;
	assert_int_equal(run(NETWORK "key space\nwait idle\nkey m\n"
	    "wait products\ndump screen\nkey q\n", -1, &status), 0);
	text = screen();
	for (const char *c = text; *c; c++)
		assert_in_range(*c, '\n', '~');
	free(text);
}

static void test_dump_has_every_row(void **state)
{
	char *text;
	int rows = 0;

	(void)state;
	passes("size 100x30\ndump screen\nkey q\n");
	text = screen();
	for (const char *c = text; *c; c++)
		rows += *c == '\n';
	assert_int_equal(rows, 30);
	free(text);
}

static void test_a_command_dumps_what_is_seen(void **state)
{
	char *text;
	size_t size;
	struct error error;

	(void)state;
	passes("size 100x30\nkey z\ntype :screen dump screen\nkey Enter\n"
	    "wait the screen is in screen\nkey Esc q\n");
	text = file_read("screen", 1 << 16, &size, &error);
	assert_non_null(text);
	assert_null(strstr(text, " Network "));
	assert_non_null(strstr(text, " Loss "));
	free(text);
}

static void test_wrong_scripts_fail(void **state)
{
	int status;

	(void)state;
	assert_int_equal(run("press q\n", 0, &status), -1);
	assert_int_equal(run("key NoSuchKey\n", 0, &status), -1);
	assert_int_equal(run("size huge\n", 0, &status), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_screen),
		cmocka_unit_test(test_train_by_keys),
		cmocka_unit_test(test_zoom_read_and_come_back),
		cmocka_unit_test(test_form_of_a_layer),
		cmocka_unit_test(test_settings_of_the_screen),
		cmocka_unit_test(test_study_fills_its_page),
		cmocka_unit_test(test_key_of_another_panel_says_so),
		cmocka_unit_test(test_space_without_a_network),
		cmocka_unit_test(test_palette),
		cmocka_unit_test(test_help_about_a_word),
		cmocka_unit_test(test_search_in_the_log),
		cmocka_unit_test(test_undo_edits_and_snt),
		cmocka_unit_test(test_cursor_leaves_hints_alone),
		cmocka_unit_test(test_layers_have_sliders),
		cmocka_unit_test(test_layers_lock_and_link),
		cmocka_unit_test(test_weights_are_shown_where_there_is_room),
		cmocka_unit_test(test_quit_asks_while_training),
		cmocka_unit_test(test_slide_type_and_undo),
		cmocka_unit_test(test_walk_through_a_map),
		cmocka_unit_test(test_eigenvalues_and_losses_around),
		cmocka_unit_test(test_stability_follows_the_rate),
		cmocka_unit_test(test_prompt_completes_and_remembers),
		cmocka_unit_test(test_paste_runs_nothing),
		cmocka_unit_test(test_edit_the_network_by_keys),
		cmocka_unit_test(test_every_size_draws),
		cmocka_unit_test(test_too_small_takes_only_quit),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_dump_has_every_row),
		cmocka_unit_test(test_a_command_dumps_what_is_seen),
		cmocka_unit_test(test_wrong_scripts_fail),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
