/* The terminal: the only module that calls ncurses. */
#ifndef SNT_TUI_TERMINAL_H
#define SNT_TUI_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "tui/canvas.h"
#include "tui/tui.h"

/* Keys that are no characters. */
enum key_code {
	KEYS_BEGIN = 0x200000, KEY_CODE_UP, KEY_CODE_DOWN, KEY_CODE_LEFT,
	KEY_CODE_RIGHT, KEY_CODE_HOME, KEY_CODE_END, KEY_CODE_PAGE_UP,
	KEY_CODE_PAGE_DOWN, KEY_CODE_DELETE, KEY_CODE_BACKSPACE,
	KEY_CODE_BACK_TAB, KEY_CODE_HELP, KEY_CODE_PASTE, KEY_CODE_PASTE_END,
	KEY_CODE_OTHER
};

int terminal_open(const struct tui_options *options, struct error *error);
void terminal_close(void);
/* The line is gone (hang-up): nothing is written any more. */
void terminal_abandon(void);
bool terminal_unicode(void);
void terminal_size(int *rows, int *columns);
/* After SIGWINCH or SIGCONT: ask for the size again, draw everything anew. */
void terminal_refresh(void);
/* Give the terminal back, stop, and take it again when continued. */
void terminal_suspend(void);
/* Bring the canvas to the screen; cursor at (row, column), or hidden when
 * row is -1. */
void terminal_show(const struct canvas *canvas, int row, int column);
/* The next key, or 0 when there is none; -1: the input has ended. */
int32_t terminal_key(void);

#endif
