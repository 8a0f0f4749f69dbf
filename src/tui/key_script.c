#include "tui/key_script.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "tui/glyph.h"
#include "tui/keys.h"

enum { ROWS = 24, COLUMNS = 80, SIZE_MOST = 1000, SCRIPT_MOST = 1 << 20 };

#define PATIENCE 20.0		/* seconds for a text to appear */

int screen_dump(const struct ui *ui, const char *path, struct error *error)
{
	char *text = canvas_text(&ui->canvas);
	int status = 0;

	if (strcmp(path, "-") == 0) {
		fputs(text, stdout);
		fflush(stdout);
	} else {
		status = file_replace(path, text, strlen(text), error);
	}
	free(text);
	return status;
}

/* A turn of the main loop without a terminal. */
static void turn(struct ui *ui, int milliseconds)
{
	struct pollfd wake = {.fd = workbench_wake_descriptor(ui->workbench),
		.events = POLLIN};

	poll(&wake, 1, milliseconds);
	ui_take_snapshot(ui);
	ui_tend(ui, clock_now());
	if (workbench_finished(ui->workbench, &ui->exit_status))
		ui->leave = true;
	ui_draw(ui);
}

static bool shows(const struct ui *ui, const char *text)
{
	char *screen = canvas_text(&ui->canvas);
	bool found = strstr(screen, text) != NULL;

	free(screen);
	return found;
}

static int wait_until(struct ui *ui, const char *text, bool shown,
    struct error *error)
{
	double end = clock_now() + PATIENCE;
	char *screen;

	while (shows(ui, text) != shown) {
		if (clock_now() > end || ui->leave) {
			screen = canvas_text(&ui->canvas);
			fputs(screen, stderr);
			free(screen);
			return error_set(error, "%s `%s` in vain",
			    shown ? "waited for" : "waited for the end of",
			    text);
		}
		turn(ui, 20);
	}
	return 0;
}

static int run_wait(struct ui *ui, const char *rest, struct error *error)
{
	return wait_until(ui, rest, true, error);
}

static int run_gone(struct ui *ui, const char *rest, struct error *error)
{
	return wait_until(ui, rest, false, error);
}

static int run_key(struct ui *ui, const char *rest, struct error *error)
{
	char name[32];

	while (*rest) {
		size_t length = strcspn(rest, " ");
		int32_t code;

		text_format(name, sizeof(name), "%.*s", (int)length, rest);
		code = keys_code(name);
		if (code == KEY_CODE_NONE)
			return error_set(error, "no such key: %s", name);
		ui_key(ui, code);
		turn(ui, 0);
		rest += length + strspn(rest + length, " ");
	}
	return 0;
}

static int run_type(struct ui *ui, const char *rest, struct error *error)
{
	(void)error;
	while (*rest) {
		uint32_t character;

		utf8_next(&rest, &character);
		ui_key(ui, (int32_t)character);
	}
	turn(ui, 0);
	return 0;
}

static int run_paste(struct ui *ui, const char *rest, struct error *error)
{
	(void)error;
	ui_paste(ui, rest);
	turn(ui, 0);
	return 0;
}

static int run_dump(struct ui *ui, const char *rest, struct error *error)
{
	turn(ui, 0);
	return screen_dump(ui, rest, error);
}

static int run_size(struct ui *ui, const char *rest, struct error *error)
{
	int columns, rows;

	if (sscanf(rest, "%dx%d", &columns, &rows) != 2 || columns < 1 ||
	    rows < 1 || columns > SIZE_MOST || rows > SIZE_MOST)
		return error_set(error, "%s: COLUMNSxROWS expected", rest);
	ui_resize(ui, rows, columns);
	turn(ui, 0);
	return 0;
}

static const struct {
	const char *word;
	int (*run)(struct ui *ui, const char *rest, struct error *error);
} verbs[] = {
	{"key", run_key}, {"type", run_type}, {"paste", run_paste},
	{"wait", run_wait}, {"gone", run_gone}, {"dump", run_dump},
	{"size", run_size}, {"resize", run_size},
};

static int run_line(struct ui *ui, const char *line, struct error *error)
{
	size_t length = strcspn(line, " ");
	const char *rest = line + length + (line[length] == ' ');

	if (line[0] == '\0' || line[0] == '#')
		return 0;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strlen(verbs[i].word) == length &&
		    strncmp(verbs[i].word, line, length) == 0)
			return verbs[i].run(ui, rest, error);
	}
	return error_set(error, "%.*s: key, type, paste, wait, gone, dump or "
	    "size expected", (int)length, line);
}

int key_script_run(struct ui *ui, const char *path, struct error *error)
{
	size_t size;
	char *text = file_read(path, SCRIPT_MOST, &size, error);
	int number = 0, status = 0;

	if (!text)
		return -1;
	ui_resize(ui, ROWS, COLUMNS);
	turn(ui, 0);
	for (char *line = text, *next; line && status == 0 && !ui->leave;
	    line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		number++;
		status = run_line(ui, line, error);
		if (status)
			error_prefix(error, "%s:%d", path, number);
	}
	free(text);
	return status;
}
