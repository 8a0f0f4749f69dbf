/* The table of the runs, in the order of the tree, with what is known of each
 * in as many columns as there is room for. */
#ifndef SNT_TUI_RUN_TABLE_H
#define SNT_TUI_RUN_TABLE_H

#include "tui/ui.h"

/* There is a run. */
void run_table_draw(struct ui *ui, const struct area *area);

#endif
