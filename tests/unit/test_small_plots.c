/*
 * What a large screen shows besides the usual panels, and what is left of it
 * on a small one: what each layer can spare, how its weights and gradients
 * lie, the landscape; and the layouts that lead there.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "tui/tui.h"

static char folder[] = "/tmp/snt-small.XXXXXX";

static const char script[] =
    "size 200x60\n"
    "type :data toy spiral n=200; net mlp 8-8; "
    "set target_accuracy 0.6\nkey Enter\nwait relu\n"
    "wait no step yet\ndump before\n"
    "type train 20 steps\nkey Enter\nwait step 20\nwait idle\n"
    "type sensitivity prune; sensitivity quant least=3\nkey Enter\n"
    "wait ─ bits\ngone measuring\nwait idle\nkey Esc\n"
    "dump large\n"
    "type :step\nkey Enter\nwait step 21\nwait idle\nkey Esc\ndump later\n"
    "key Down\ndump accuracy\n"
    /* From Loss back to Network, then on: past what there is no room for. */
    "size 80x24\nkey 3 Shift-Tab Shift-Tab Tab Tab Tab Tab Tab Tab\n"
    "dump table\nkey End Enter\ndump slider\n"
    "key Shift-Tab 5 Tab Tab Tab Tab\ndump landscape\n"
    "key Tab 6\ndump teach\nkey q\n";

static void play(void)
{
	struct workbench_options setup = {.threads = 1, .screen = true};
	struct tui_options options = {.keys = "script", .unicode = 1,
		.color = 1};
	struct workbench *workbench = workbench_new(&setup);
	int status = -1;

	assert_int_equal(file_replace("script", script, strlen(script),
	    NULL), 0);
	assert_int_equal(tui_run(workbench, &options, &status), 0);
	assert_int_equal(status, 0);
	workbench_free(workbench);
	unlink("script");
}

static int set_up(void **state)
{
	(void)state;
	setlocale(LC_ALL, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
	if (!mkdtemp(folder) || chdir(folder))
		return -1;
	setenv("XDG_STATE_HOME", folder, 1);
	setenv("XDG_CONFIG_HOME", folder, 1);
	play();
	return 0;
}

static int tear_down(void **state)
{
	static const char *const dumps[] = {"before", "large", "later",
		"accuracy",
		"table", "slider", "landscape", "teach"};

	(void)state;
	for (size_t i = 0; i < sizeof(dumps) / sizeof(*dumps); i++)
		unlink(dumps[i]);
	unlink("snt/history");
	rmdir("snt");
	return chdir("/") || rmdir(folder);
}

static void check_shown(const char *dump, const char *const *texts,
    bool shown)
{
	size_t size;
	char *screen = file_read(dump, 1 << 20, &size, NULL);

	assert_non_null(screen);
	for (; *texts; texts++) {
		if ((strstr(screen, *texts) != NULL) != shown)
			fail_msg("%s %s \"%s\":\n%s", dump, shown ? "lacks" :
			    "has", *texts, screen);
	}
	free(screen);
}

#define SHOWS(dump, ...) check_shown(dump, (const char *const []){ \
	__VA_ARGS__, NULL}, true)
#define LACKS(dump, ...) check_shown(dump, (const char *const []){ \
	__VA_ARGS__, NULL}, false)

static void test_layers_have_plots(void **state)
{
	(void)state;
	SHOWS("before", "what each layer can spare", "w prunes them");
	SHOWS("large", "┌ Layers ─", " 1 dense", " 3 dense", " 5 dense",
	    "─ bits", "main · step 20");
	LACKS("large", "step 20 stale", "w prunes them");
	SHOWS("later", "step 20 stale");
}

static void test_weights_and_gradients(void **state)
{
	(void)state;
	SHOWS("before", "no step yet",
	    "8 channels reach");
	SHOWS("large", "gradients", "3 dense");
	LACKS("large", "no step yet");
}

static void test_table_where_it_is_small(void **state)
{
	(void)state;
	SHOWS("table", "┌ Layers ═", "98%", "3b", ">");
	SHOWS("slider", "layer 5 dense", "┌ Compression ═");
}

static void test_target_is_a_line(void **state)
{
	(void)state;
	SHOWS("accuracy", "accuracy %", " target 60");
}

static void test_landscape_is_a_layout(void **state)
{
	(void)state;
	SHOWS("landscape", "┌ Landscape ", "eigenvalues", "loss on a line");
	SHOWS("teach", "layout 6: teaching", "┌ Loss ", "┌ Sharpness ",
	    "┌ Compression ", "┌ Runs ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layers_have_plots),
		cmocka_unit_test(test_weights_and_gradients),
		cmocka_unit_test(test_table_where_it_is_small),
		cmocka_unit_test(test_target_is_a_line),
		cmocka_unit_test(test_landscape_is_a_layout),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
