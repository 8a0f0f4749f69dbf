/*
 * A lesson: a folder with a file lesson.txt that a person writes in a text
 * editor. Format only; the workbench gives it.
 *
 *     title: What pruning costs
 *     about: one line for the list of lessons
 *     minutes: 10
 *
 *     == The title of a page
 *     Text, in paragraphs.
 *     predict: a question before the lines run (or ask: after they ran)
 *     choice: plain
 *     choice: snt
 *     answer: largest lambda
 *     run: train 1 epochs runs=all
 *     reveal: what to say afterwards, up to the next page
 *
 * Lines that begin with '#' are comments. snt-lesson(5) says it all.
 */
#ifndef SNT_SESSION_LESSON_H
#define SNT_SESSION_LESSON_H

#include "base/error.h"

struct lesson_line {
	char *text;
	int number;		/* in the file */
};

enum lesson_question { LESSON_NONE, LESSON_PREDICT, LESSON_ASK };

struct lesson_page {
	char *title;
	int number;		/* line of the file where it begins */
	char *text;		/* paragraphs, lines as written; "" if none */
	enum lesson_question asks;
	char *question;
	struct lesson_line *choice;
	int choices;
	struct lesson_line answer;	/* text NULL: none */
	struct lesson_line *line;	/* to run */
	int lines;
	char *reveal;		/* "" if none */
};

struct lesson {
	char *name;		/* the folder's */
	char *title, *about;
	int minutes;		/* 0: not said */
	struct lesson_page *page;
	int pages;		/* at least 1 */
};

/* NULL with file, line and reason. */
struct lesson *lesson_read(const char *folder, struct error *error);
void lesson_free(struct lesson *lesson);

/* A new folder with a small lesson to change. */
int lesson_write_example(const char *folder, struct error *error);

#endif
