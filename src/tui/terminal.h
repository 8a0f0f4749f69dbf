/* The terminal: the only module that calls ncurses. */
#ifndef SNT_TUI_TERMINAL_H
#define SNT_TUI_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "tui/canvas.h"
#include "tui/tui.h"

int terminal_open(const struct tui_options *options, struct error *error);
void terminal_close(void);
/* After a hang-up: is the line gone? Then nothing is written any more. */
void terminal_check(void);
bool terminal_unicode(void);
bool terminal_color(void);
void terminal_size(int *rows, int *columns);

/* The Linux console, whose fonts have what a PC's code page 437 had. */
bool terminal_console(void);
/* The theme is another one. */
void terminal_restyle(void);
void terminal_mouse(bool on);

/* After a change of size or a stop: ask for the size, draw everything anew. */
void terminal_refresh(void);
/* Give the terminal back, stop, and take it again when continued. False:
 * nobody could continue us. */
bool terminal_suspend(void);

/* Does the line take more? A slow one misses frames, none are queued. */
bool terminal_ready(void);
/* Bring the canvas to the screen, with the cursor at (row, column); row -1
 * hides it. How many cells have changed. */
int terminal_show(const struct canvas *canvas, int row, int column);

enum terminal_event { TERMINAL_NOTHING, TERMINAL_KEY, TERMINAL_PASTE,
	TERMINAL_CLICK, TERMINAL_DRAG, TERMINAL_RELEASE, TERMINAL_WHEEL,
	TERMINAL_END };

struct terminal_input {
	int32_t key;
	int row, column, lines;	/* of the mouse; lines of the wheel */
	const char *paste;	/* valid until the next call */
};

/* What came in next; never waits. */
enum terminal_event terminal_read(struct terminal_input *input);

#endif
