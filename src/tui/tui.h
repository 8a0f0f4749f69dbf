/* The front end with a screen. It knows the queue and the snapshot only. */
#ifndef SNT_TUI_TUI_H
#define SNT_TUI_TUI_H

#include <stdbool.h>

#include "workbench/workbench.h"

struct tui_options {
	bool mouse;
	/* -1 never, 1 always, 0 as NO_COLOR and TERM say; unicode: as the
	 * locale does, unless never. */
	int color, unicode;
	const char *keys;	/* a key script to run without a terminal */
};

/* Run until the user quits. On HUP and TERM the session is saved and
 * *exit_status becomes 128 + the signal. -1 with a word on standard error:
 * the terminal cannot be used, or the key script failed. */
int tui_run(struct workbench *workbench, const struct tui_options *options,
    int *exit_status);

/* For die_set_hook(): leave the screen as fast as possible. */
void tui_restore_terminal(void);

#endif
