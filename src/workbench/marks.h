/* Marks on the timeline of a run: where a line changed how it goes on, and
 * apart from these, what was remarked there. */
#ifndef SNT_WORKBENCH_MARKS_H
#define SNT_WORKBENCH_MARKS_H

#include <stddef.h>

#include "workbench/snapshot.h"

struct bench;
struct run;

struct marks {
	struct mark *mark;	/* steps ascend */
	size_t count, capacity;
};

void marks_add(struct marks *marks, long step, const char *text);
void marks_clear(struct marks *marks);
/* Those up to a step. */
void marks_copy(struct marks *to, const struct marks *from, long last);

/* How a run stood before a line was executed; `run` may be NULL. */
struct mark_watch {
	const struct run *run;
	char *settings;		/* NULL: there is nothing to watch */
	long step, version;
};
struct mark_watch mark_watch_begin(const struct run *run);
/* Marks the run if the line changed it; frees what the watch holds. */
void mark_watch_end(struct mark_watch *watch, struct bench *bench,
    const char *text);

#endif
