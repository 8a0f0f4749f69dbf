/*
 * The front end without a screen: scripts, -c, pipes, sub-commands and a
 * plain prompt. A line is submitted, and the next one when it has ended; in a
 * script the first line that fails is the last.
 */
#ifndef SNT_SHELL_SHELL_H
#define SNT_SHELL_SHELL_H

#include "shell/options.h"
#include "workbench/workbench.h"

/* Run everything the options name, then standard input when they say so;
 * returns the exit status. autosave: where a prompt saves on HUP and TERM;
 * paint: who can draw a screen. */
int shell_run(const struct options *options, const char *autosave,
    workbench_painter *paint);

#endif
