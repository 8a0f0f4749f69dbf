/* Edits of a network by the words of `net add|rm|move|set`. */
#ifndef SNT_WORKBENCH_NETWORK_EDITS_H
#define SNT_WORKBENCH_NETWORK_EDITS_H

#include "workbench/command_table.h"

/* What the call's words make of the current run's network; NULL with the
 * reason. Nothing is changed yet. */
struct network *network_edited(struct call *call);

/* What such a line would make of it, while it is being typed. */
void network_preview(struct bench *bench, const char *line,
    struct preview *preview);

#endif
