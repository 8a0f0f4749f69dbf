#ifndef SNT_WORKBENCH_EVENT_MAP_H
#define SNT_WORKBENCH_EVENT_MAP_H

#include "workbench/event.h"

/* The row of a `map` event; its first row with a head above. */
void event_describe_map(const struct event *event, struct buffer *out);

#endif
