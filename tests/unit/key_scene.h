/* The screen without a terminal, for tests: a script of keys goes in, text
 * comes out. */
#ifndef SNT_TESTS_KEY_SCENE_H
#define SNT_TESTS_KEY_SCENE_H

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/file.h"
#include "tui/tui.h"

static char folder[] = "/tmp/snt-keys.XXXXXX";

static inline int set_up(void **state)
{
	(void)state;
	setlocale(LC_ALL, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
	if (!mkdtemp(folder))
		return -1;
	setenv("XDG_STATE_HOME", folder, 1);
	setenv("XDG_CONFIG_HOME", folder, 1);
	return chdir(folder);
}

static inline int tear_down(void **state)
{
	(void)state;
	unlink("script");
	unlink("screen");
	unlink("snt/history");
	rmdir("snt");
	return chdir("/") || rmdir(folder);
}

/* The last script left the program. */
static bool left;

/* `quit` is done by the other thread. */
static inline bool finishes(struct workbench *workbench)
{
	for (int i = 0; i < 100 && !workbench_finished(workbench, NULL); i++)
		usleep(10000);
	return workbench_finished(workbench, NULL);
}

/* Run the script with one thread and no autosave; its exit status. */
static inline int play(const char *script, const struct tui_options *options,
    int *status)
{
	struct workbench_options setup = {.threads = 1, .screen = true};
	struct workbench *workbench;
	struct error error;
	int outcome;

	assert_int_equal(file_replace("script", script, strlen(script),
	    &error), 0);
	workbench = workbench_new(&setup);
	outcome = tui_run(workbench, options, status);
	left = outcome == 0 && finishes(workbench);
	workbench_free(workbench);
	return outcome;
}

static inline int run(const char *script, int unicode, int *status)
{
	const struct tui_options options = {.keys = "script",
		.unicode = unicode};

	return play(script, &options, status);
}

static inline void passes(const char *script)
{
	int status = -1;

	assert_int_equal(run(script, 0, &status), 0);
	assert_int_equal(status, 0);
}

static inline char *screen(void)
{
	struct error error;
	size_t size;
	char *text = file_read("screen", 1 << 20, &size, &error);

	assert_non_null(text);
	return text;
}

#define NETWORK "type :data toy spiral n=300\nkey Enter\n" \
	"type net mlp 8-8\nkey Enter\nwait relu\nkey Esc\n"

#endif
