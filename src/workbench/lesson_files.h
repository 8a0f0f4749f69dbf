/* Where lessons are: $SNT_LESSONS, the sessions beside a program that was
 * not installed, the installed ones. */
#ifndef SNT_WORKBENCH_LESSON_FILES_H
#define SNT_WORKBENCH_LESSON_FILES_H

#include "session/lesson.h"

/* Every lesson of the first of these folders that has any, by name; how
 * many. */
int lesson_each(void (*visit)(void *context, const struct lesson *lesson),
    void *context);
/* A lesson by its name, or by a path. */
struct lesson *lesson_find(const char *name, struct error *error);

#endif
