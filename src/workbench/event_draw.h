/* What a sharpness event has beyond its value, drawn with letters: lists of
 * eigenvalues, densities and losses as bars, a grid of losses as shades. */
#ifndef SNT_WORKBENCH_EVENT_DRAW_H
#define SNT_WORKBENCH_EVENT_DRAW_H

#include "workbench/event.h"

/* Appends lines, each with a newline in front. */
void event_draw(const struct event *event, struct buffer *out);

#endif
