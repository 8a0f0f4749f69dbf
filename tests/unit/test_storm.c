/*
 * Keys that mean nothing together, and sizes that make no sense, while a
 * network trains: nothing breaks, and the session that comes out verifies.
 * Meant for builds with sanitizers. `test_storm SEED...` tries other storms.
 */
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

#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"
#include "tui/keys.h"
#include "tui/tui.h"

enum { KEYS_IN_STORM = 2000, KEYS_PER_SIZE = 10, HUGE_EVERY = 16 };

static int seeds = 1;
static char **seed_words;

/* Steele, Lea and Flood's splitmix64: the same storm everywhere. */
static uint32_t draw(uint64_t *state, uint32_t below)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ (z >> 31)) >> 33) % below;
}

/* Many sizes are usual ones, some tiny, a few larger than any screen. */
static void add_size(struct buffer *script, uint64_t *state)
{
	uint32_t kind = draw(state, HUGE_EVERY);
	uint32_t columns = kind == 0 ? 400 : kind < 4 ? 40 : 160;
	uint32_t rows = kind == 0 ? 120 : kind < 4 ? 12 : 50;

	buffer_printf(script, "size %ux%u\n", 1 + draw(state, columns),
	    1 + draw(state, rows));
}

/* All but `q`, which would end it early; Esc and Tab more often, so that the
 * prompt does not swallow most of the rest. */
static void add_key(struct buffer *script, uint64_t *state)
{
	static const char *const named[] = {"Enter", "Tab", "Tab", "Esc",
		"Esc", "Esc", "Esc", "Shift-Tab", "Up", "Down", "Left",
		"Right", "Home", "End", "PgUp", "PgDn", "Insert", "Delete",
		"Backspace", "F1", "space", "Ctrl-R", "Ctrl-W", "Ctrl-L",
		"Ctrl-Z", "Alt-b", "Alt-d", "space", "Left", "Right"};
	enum { NAMED = sizeof(named) / sizeof(*named) };
	char letter;

	if (draw(state, 2)) {
		buffer_printf(script, "key %s\n", named[draw(state, NAMED)]);
		return;
	}
	letter = (char)('!' + draw(state, '~' - '!' + 1));
	buffer_printf(script, "key %c\n", letter == 'q' ? 'p' : letter);
}

static char *make_storm(uint64_t seed)
{
	struct buffer script = {0};

	buffer_puts(&script, "type :set threads 1; data toy spiral n=400; "
	    "set batch 32; net mlp 8-8; save storm; train 100000 epochs\n"
	    "key Enter\nwait ▶ train\nkey Esc\n");
	for (int i = 0; i < KEYS_IN_STORM; i++) {
		if (i % KEYS_PER_SIZE == 0)
			add_size(&script, &seed);
		add_key(&script, &seed);
	}
	/* Out of whatever is open, then an orderly end. */
	buffer_puts(&script, "size 80x24\nkey Esc Esc Esc n Esc Ctrl-C\n"
	    "wait ? help\ndump last\ntype :quit\nkey Enter\n");
	return script.text;
}

static int say(struct workbench *workbench, const char *line)
{
	return workbench_wait(workbench, workbench_submit(workbench, line,
	    1));
}

static void weather(uint64_t seed)
{
	struct workbench_options screen = {.threads = 2, .screen = true};
	struct workbench_options plain = {.threads = 2};
	struct tui_options options = {.keys = "script"};
	struct workbench *workbench;
	struct error error = {0};
	char *script = make_storm(seed);
	int status;

	assert_int_equal(file_replace("script", script, strlen(script),
	    &error), 0);
	free(script);
	workbench = workbench_new(&screen);
	assert_int_equal(tui_run(workbench, &options, &status), 0);
	workbench_free(workbench);
	/* It went on to its end, and left the screen drawn. */
	assert_int_equal(access("last", R_OK), 0);
	workbench = workbench_new(&plain);
	assert_int_equal(say(workbench, "verify storm"), 0);
	workbench_free(workbench);
}

static void test_storms(void **state)
{
	(void)state;
	for (int i = 0; i < seeds; i++) {
		uint64_t seed = seed_words ? strtoull(seed_words[i], NULL,
		    10) : 1;
		char folder[] = "/tmp/snt-storm.XXXXXX";

		assert_non_null(mkdtemp(folder));
		assert_int_equal(chdir(folder), 0);
		setenv("XDG_STATE_HOME", folder, 1);
		if (seed_words)
			print_message("# seed %llu in %s\n",
			    (unsigned long long)seed, folder);
		weather(seed);
		assert_int_equal(chdir("/"), 0);
		folder_remove(folder);
	}
}

int main(int count, char **words)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_storms),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
	if (count > 1) {
		seeds = count - 1;
		seed_words = words + 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
