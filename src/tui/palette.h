/* All that can be said, to be found by a few letters: commands, settings,
 * runs. */
#ifndef SNT_TUI_PALETTE_H
#define SNT_TUI_PALETTE_H

#include "workbench/command.h"
#include "workbench/snapshot.h"

/* What every word of the query is found in, the best first: each with what a
 * line of it begins with, and a one-line help. completions_free() it. */
struct completion *palette_find(const struct snapshot *snapshot,
    const char *query, int *count);

/* How badly a query fits an entry: 0 best; -1: not at all. */
int palette_misfit(const char *query, const char *word, const char *help);

#endif
