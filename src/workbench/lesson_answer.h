/*
 * Answers to the questions of lessons, judged by what was measured:
 *
 *     answer: snt                       one of the choices, or a word
 *     answer: largest lambda            the choice (a run) where it is
 *     answer: smallest compressed
 *     answer: lambda of sam within 10%  a number
 *     answer: 0.02 within 0.002
 */
#ifndef SNT_WORKBENCH_LESSON_ANSWER_H
#define SNT_WORKBENCH_LESSON_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "session/lesson.h"

struct event;

/* The last value of everything that was measured, by run. */
struct facts {
	struct fact {
		char run[32], name[24];
		double value;
	} *fact;
	int count;
};

void facts_observe(struct facts *facts, const struct event *event);
void facts_free(struct facts *facts);

/* Whether the page's answer can be judged at all. */
int lesson_answer_check(const struct lesson_page *page, struct error *error);
/* Right or not, and what is right as text. -1: it cannot be told, because
 * the lesson has not measured it. given NULL: nothing was answered. */
int lesson_answer_judge(const struct lesson_page *page,
    const struct facts *facts, const char *given, char *expected,
    size_t size, struct error *error);

#endif
