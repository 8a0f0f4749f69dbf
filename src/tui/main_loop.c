/*
 * The loop of the screen: wait for keys, signals and snapshots, act, draw.
 * Keys are answered at once; snapshots are drawn a few times a second.
 */
#include "tui/tui.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/signals.h"
#include "tui/key_script.h"
#include "tui/mouse.h"
#include "tui/terminal.h"
#include "tui/theme.h"
#include "tui/ui.h"

#define FRAME_SECONDS 0.1	/* between frames */
#define GROWING_SECONDS 0.05	/* while a figure becomes surer */
/* What nobody asked for costs a line at most some 10 KB a second, however fast
 * a network learns: a cell takes about 8 bytes with the way to it. */
#define CELLS_A_SECOND 1200
#define SLOWEST_SECONDS 0.3

enum { INPUT, WAKE, SIGNALS, SOURCES };

struct loop {
	struct ui ui;
	bool keys, snapshot;	/* came since the last frame */
	double drawn;
	int changed;		/* cells of that frame */
};

/* The line dropped, or somebody ends us: save and leave. */
static void hang_up(struct ui *ui, int signal)
{
	struct error error;

	terminal_check();
	workbench_save_now(ui->workbench, &error);
	ui->exit_status = 128 + signal;
	ui->leave = true;
}

static void take_size(struct ui *ui)
{
	int rows, columns;

	terminal_refresh();
	terminal_size(&rows, &columns);
	ui_resize(ui, rows, columns);
}

static void suspend(struct ui *ui)
{
	ui->wants_suspend = false;
	if (terminal_suspend())
		take_size(ui);
	else
		ui_message(ui, "there is no shell to go back to");
}

static void take_signals(struct loop *loop)
{
	int signal;

	while ((signal = signals_next()) != 0) {
		switch (signal) {
		case SIGWINCH:
		case SIGCONT:
			take_size(&loop->ui);
			break;
		case SIGTSTP:
			loop->ui.wants_suspend = true;
			break;
		case SIGINT:
			workbench_interrupt(loop->ui.workbench);
			break;
		default:
			hang_up(&loop->ui, signal);
		}
		loop->keys = true;
	}
}

static void take_input(struct loop *loop)
{
	struct terminal_input input;
	enum terminal_event event;

	while (!loop->ui.leave &&
	    (event = terminal_read(&input)) != TERMINAL_NOTHING) {
		loop->keys = true;
		switch (event) {
		case TERMINAL_KEY:
			ui_key(&loop->ui, input.key);
			break;
		case TERMINAL_PASTE:
			ui_paste(&loop->ui, input.paste);
			break;
		case TERMINAL_CLICK:
			mouse_click(&loop->ui, input.row, input.column);
			break;
		case TERMINAL_DRAG:
			mouse_drag(&loop->ui, input.column);
			break;
		case TERMINAL_RELEASE:
			mouse_release(&loop->ui);
			break;
		case TERMINAL_WHEEL:
			mouse_wheel(&loop->ui, input.row, input.column,
			    input.lines);
			break;
		default:
			hang_up(&loop->ui, SIGHUP);
		}
	}
}

/* A frame is due at once after keys (all that wait are taken together) and
 * when it may be the first figure of a slider's position. */
static double next_frame(const struct loop *loop)
{
	bool growing = loop->ui.snapshot->compress.state == COMPRESS_ESTIMATE;

	if (loop->keys || loop->ui.slider.waits)
		return 0;
	if (growing)
		return loop->drawn + GROWING_SECONDS;
	return loop->drawn + fmax(FRAME_SECONDS, fmin(SLOWEST_SECONDS,
	    (double)loop->changed / CELLS_A_SECOND));
}

/* Milliseconds to sleep for; -1: until something comes. */
static int patience(const struct loop *loop, bool waits)
{
	double left = next_frame(loop) - clock_now();

	if (!loop->keys && !loop->snapshot)
		return waits ? 20 : -1;
	if (waits && left > 0.02)
		left = 0.02;
	/* A line that takes no more is asked again in a while. */
	if (left <= 0)
		return terminal_ready() ? 0 : 20;
	return (int)(1000 * left) + 1;
}

static void wait_for_something(struct loop *loop, bool waits)
{
	struct pollfd source[SOURCES] = {
		[INPUT] = {.fd = STDIN_FILENO, .events = POLLIN},
		[WAKE] = {.events = POLLIN},
		[SIGNALS] = {.fd = signals_descriptor(), .events = POLLIN}};

	/* A picture that waits to be drawn need not be announced again. */
	source[WAKE].fd = loop->snapshot ? -1 :
	    workbench_wake_descriptor(loop->ui.workbench);
	if (poll(source, SOURCES, patience(loop, waits)) < 0)
		return;
	if (source[WAKE].revents)
		loop->snapshot = true;
	if (source[SIGNALS].revents)
		take_signals(loop);
	if (source[INPUT].revents & POLLIN)
		take_input(loop);
	else if (source[INPUT].revents & (POLLHUP | POLLERR | POLLNVAL))
		hang_up(&loop->ui, SIGHUP);
}

/* What was set for the screen and only the terminal can do. */
static void follow_settings(struct ui *ui)
{
	if (ui->wants_restyle)
		terminal_restyle();
	if (ui->wants_mouse)
		terminal_mouse(ui->wants_mouse > 0);
	ui->wants_restyle = false;
	ui->wants_mouse = 0;
}

static void draw(struct loop *loop)
{
	struct ui *ui = &loop->ui;

	if (clock_now() < next_frame(loop) || !terminal_ready())
		return;
	if (loop->snapshot)
		ui_take_snapshot(ui);
	follow_settings(ui);
	ui_tend(ui, clock_now());
	ui_draw(ui);
	loop->changed = terminal_show(&ui->canvas, ui->cursor_row,
	    ui->cursor_column);
	loop->keys = loop->snapshot = false;
	loop->drawn = clock_now();
}

static void run_loop(struct loop *loop)
{
	struct ui *ui = &loop->ui;
	bool waits = false;

	take_size(ui);
	loop->keys = true;
	while (!ui->leave) {
		if (loop->keys || loop->snapshot)
			draw(loop);
		wait_for_something(loop, waits || ui->present.unfinished);
		if (ui->wants_suspend)
			suspend(ui);
		if (ui->wants_redraw)
			take_size(ui);
		ui->wants_redraw = false;
		waits = ui_tend(ui, clock_now());
		loop->keys = loop->keys || ui->wants_draw;
		ui->wants_draw = false;
		if (workbench_finished(ui->workbench, &ui->exit_status))
			ui->leave = true;
	}
}

static int run_on_terminal(struct loop *loop,
    const struct tui_options *options, struct error *error)
{
	static const int caught[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGHUP,
		SIGTERM, SIGINT};

	if (terminal_open(options, error))
		return -1;
	die_set_hook(tui_restore_terminal);
	for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++)
		signals_catch(caught[i]);
	loop->ui.unicode = terminal_unicode();
	loop->ui.color = terminal_color();
	if (terminal_console())
		loop->ui.glyphs = loop->ui.usual_glyphs = PLOT_BLOCK;
	run_loop(loop);
	terminal_close();
	die_set_hook(NULL);
	return 0;
}

int tui_run(struct workbench *workbench, const struct tui_options *options,
    int *exit_status)
{
	struct loop loop = {0};
	struct error error;
	int status;

	ui_init(&loop.ui, workbench);
	if (theme_choose("auto", &error))
		ui_message(&loop.ui, "%s", error.text);
	if (options->keys) {
		loop.ui.unicode = options->unicode >= 0;
		loop.ui.color = options->color >= 0;
		status = key_script_run(&loop.ui, options->keys, &error);
	} else {
		status = run_on_terminal(&loop, options, &error);
	}
	*exit_status = loop.ui.exit_status;
	ui_free(&loop.ui);
	if (status)
		fprintf(stderr, "snt: %s\n", error.text);
	return status;
}
