/* The states of a timeline, and the way of its run through them; private to
 * timeline*.c. */
#ifndef SNT_WORKBENCH_TIMELINE_PRIVATE_H
#define SNT_WORKBENCH_TIMELINE_PRIVATE_H

#include "workbench/parked.h"
#include "workbench/timeline.h"

struct stop {
	struct parked *parked;
	char *settings;		/* in force from here on */
	long step;
	bool change;
};

struct timeline {
	struct stop *stop;
	size_t stops, capacity;
	long first_interval;	/* as set */
	long interval;		/* between stops that are no changes */
	size_t limit;
	struct parked *head;	/* the run went back from here, or NULL */
	char *head_settings;
	char *settings;		/* of the learner when it last stepped */
	size_t at;		/* in the past: the stop whose path it is on */
	long version;		/* of the weights then; -1: not known */
	long commands;		/* executed then */
};

/* timeline_stops.c: takes state and settings over. */
void timeline_add_stop(struct timeline *timeline, struct parked *parked,
    char *settings, bool change);
void timeline_free_stop(struct stop *stop);
/* Thins the states out when they take too much. */
void timeline_keep_within_limit(struct timeline *timeline);
/* Steps from one state to the next where nothing changes. */
long timeline_interval(const struct timeline *timeline,
    const struct learner *learner);
/* The last stop at or before a step, or -1. */
ptrdiff_t timeline_stop_before(const struct timeline *timeline, long step);

#endif
