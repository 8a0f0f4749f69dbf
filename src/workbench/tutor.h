/*
 * The tutor gives a lesson: it shows a page, takes a prediction, has the
 * page's lines run, asks, judges the answer by what was measured, and turns
 * the page. What it says is events; where it stands is in the snapshot.
 */
#ifndef SNT_WORKBENCH_TUTOR_H
#define SNT_WORKBENCH_TUTOR_H

#include "session/lesson.h"
#include "workbench/snapshot.h"

struct bench;
struct event;
struct tutor;

/* Takes the lesson over and shows its first page. */
void tutor_begin(struct bench *bench, struct lesson *lesson);
void tutor_end(struct bench *bench);
/* One stop further, or (all) to the end; the lines that have to run for that
 * are left in bench->sourced. */
int tutor_next(struct bench *bench, bool all, struct error *error);
int tutor_back(struct bench *bench, struct error *error);
int tutor_answer(struct bench *bench, const char *text, struct error *error);
/* The page's lines have run. */
int tutor_shown(struct bench *bench, struct error *error);

void tutor_observe(struct bench *bench, const struct event *event,
    bool logged);
/* Texts are new; free them with tutor_view_free(). */
void tutor_view(const struct bench *bench, struct lesson_view *view);
void tutor_view_free(struct lesson_view *view);

#endif
