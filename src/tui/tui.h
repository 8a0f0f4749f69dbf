/* The front end with a screen. It knows the queue and the snapshot only. */
#ifndef SNT_TUI_TUI_H
#define SNT_TUI_TUI_H

#include <stdbool.h>

#include "workbench/workbench.h"

struct tui_options {
	bool mouse;
	int color;		/* -1 never, 0 as NO_COLOR and TERM say, 1 always */
	int unicode;		/* -1 never, 0 as the locale says, 1 always */
	const char *keys;	/* a file of keys to press, or NULL */
};

/* Run until the user quits; the session is saved then, and on HUP and TERM,
 * where *exit_status becomes 128 + the signal. -1: no usable terminal. */
int tui_run(struct workbench *workbench, const struct tui_options *options,
    int *exit_status);

/* For die_set_hook(): leave the screen as fast as possible. */
void tui_restore_terminal(void);

#endif
