/*
 * The main loop of the screen: wait for keys, signals and snapshots; act on
 * all keys that wait; draw once. The compute thread is never waited for, but
 * when saving at the end.
 */
#include "tui/tui.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/signals.h"
#include "base/text.h"
#include "tui/help.h"
#include "tui/keys.h"
#include "tui/prompt.h"
#include "tui/screen.h"
#include "tui/slider.h"
#include "tui/terminal.h"
#include "tui/ui.h"

#define FRAME_SECONDS 0.05

uint64_t ui_submit(struct ui *ui, const char *format, ...)
{
	char line[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	ui->message[0] = '\0';
	return workbench_submit(ui->workbench, line, 0);
}

void ui_message(struct ui *ui, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(ui->message, sizeof(ui->message), format, args);
	va_end(args);
}

const struct run_view *ui_run(const struct ui *ui)
{
	const struct snapshot *s = ui->snapshot;

	return s->current < 0 ? NULL : &s->run[s->current];
}

bool ui_busy(const struct ui *ui)
{
	return ui->snapshot->jobs > 0;
}

/* Everything between two paste marks is text, whatever it looks like. */
static void take_paste(struct ui *ui)
{
	struct buffer text = {0};
	int32_t key;
	double until = clock_now() + 1;

	while ((key = terminal_key()) != KEY_CODE_PASTE_END &&
	    clock_now() < until) {
		char byte = (char)key;

		if (key == 0) {
			usleep(1000);
			continue;
		}
		if (key < 0)
			break;
		if (key < 0x80)
			buffer_add(&text, &byte, 1);
	}
	if (prompt_is_open(ui->prompt) && text.text)
		prompt_paste(ui->prompt, text.text);
	buffer_free(&text);
}

/* The answer to "Quit? (y/n)": a second q is a yes too. */
static void answer_quit(struct ui *ui, int32_t key)
{
	ui->asked_to_quit = false;
	ui->message[0] = '\0';
	if (key == 'y' || key == 'Y' || key == 'q')
		ui_submit(ui, "quit");
}

static void press(struct ui *ui, int32_t key)
{
	if (ui->asked_to_quit)
		answer_quit(ui, key);
	else if (key == KEY_CODE_PASTE)
		take_paste(ui);
	else if (!ui->layout.fits && key != 'q')
		return;
	else if (key == 26)
		terminal_suspend();
	else if (prompt_is_open(ui->prompt))
		prompt_key(ui->prompt, key);
	else if (!(ui->help_open && help_key(ui, key)))
		keys_press(ui, key);
}

/* The line is gone, or we were told to go: one path for all of them. */
static void leave_by(struct ui *ui, int signal)
{
	struct error error;

	if (signal == SIGHUP)
		terminal_abandon();
	workbench_save_now(ui->workbench, &error);
	ui->exit_status = 128 + signal;
	ui->leave = true;
}

static void take_signals(struct ui *ui)
{
	int signal;

	while ((signal = signals_next())) {
		switch (signal) {
		case SIGWINCH:
		case SIGCONT:
			terminal_refresh();
			break;
		case SIGTSTP:
			terminal_suspend();
			break;
		case SIGINT:
			workbench_interrupt(ui->workbench);
			break;
		default:
			leave_by(ui, signal);
		}
	}
}

/* True when any key was pressed. */
static bool take_keys(struct ui *ui)
{
	bool any = false;
	int32_t key;

	while (!ui->leave && (key = terminal_key()) != 0) {
		if (key < 0) {
			leave_by(ui, SIGHUP);
			break;
		}
		press(ui, key);
		any = true;
	}
	return any;
}

static bool take_snapshot(struct ui *ui)
{
	const struct snapshot *newest = workbench_snapshot(ui->workbench);
	bool newer = newest && (!ui->snapshot ||
	    newest->number != ui->snapshot->number);

	if (!newest)
		return false;
	if (ui->snapshot)
		workbench_release(ui->workbench, ui->snapshot);
	ui->snapshot = newest;
	if (workbench_finished(ui->workbench, &ui->exit_status))
		ui->leave = true;
	return newer;
}

static void draw(struct ui *ui)
{
	int rows, columns, row, column;

	terminal_size(&rows, &columns);
	screen_draw(ui, rows, columns, &row, &column);
	terminal_show(&ui->canvas, row, column);
}

static void wait_for_news(struct ui *ui, bool waiting)
{
	struct pollfd from[3] = {
		{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = workbench_wake_descriptor(ui->workbench),
			.events = POLLIN},
		{.fd = signals_descriptor(), .events = POLLIN}};

	if (poll(from, 3, waiting ? 20 : 500) < 0 && errno != EINTR)
		die("poll: %s", strerror(errno));
	if (from[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		leave_by(ui, SIGHUP);
}

/* Keys are answered at once; snapshots at most 20 times a second. */
static void loop(struct ui *ui)
{
	double drawn = 0;
	bool dirty = true;

	while (!ui->leave) {
		bool pressed;

		wait_for_news(ui, dirty || slider_waits(&ui->slider));
		take_signals(ui);
		if (ui->leave)
			break;
		pressed = take_keys(ui);
		dirty |= take_snapshot(ui) | pressed;
		slider_tend(ui, clock_now());
		if (ui->leave || !dirty)
			continue;
		if (!pressed && clock_now() - drawn < FRAME_SECONDS)
			continue;
		draw(ui);
		drawn = clock_now();
		dirty = false;
	}
}

static void catch_signals(void)
{
	static const int caught[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGINT,
		SIGTERM, SIGHUP};

	for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++)
		signals_catch(caught[i]);
}

int tui_run(struct workbench *workbench, const struct tui_options *options,
    int *exit_status)
{
	struct ui ui = {.workbench = workbench, .cursor = 1};
	struct error error;

	if (terminal_open(options, &error)) {
		fprintf(stderr, "snt: %s\n", error.text);
		return -1;
	}
	die_set_hook(tui_restore_terminal);
	catch_signals();
	ui.unicode = terminal_unicode();
	ui.glyphs = ui.unicode ? PLOT_BRAILLE : PLOT_ASCII;
	ui.log_y[PANEL_LOSS] = true;
	ui.prompt = prompt_new(&ui);
	while (!take_snapshot(&ui))
		usleep(1000);
	loop(&ui);
	prompt_free(ui.prompt);
	terminal_close();
	die_set_hook(NULL);
	workbench_release(workbench, ui.snapshot);
	canvas_free(&ui.canvas);
	*exit_status = ui.exit_status;
	return 0;
}
