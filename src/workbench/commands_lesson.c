/* lesson, answer */
#include "workbench/command_table.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "workbench/lesson_answer.h"
#include "workbench/lesson_files.h"
#include "workbench/recorder.h"
#include "workbench/statement.h"
#include "workbench/tutor.h"

static void list_one(void *context, const struct lesson *lesson)
{
	struct bench *bench = context;
	struct event *event = event_new("lesson");
	char *text = xasprintf("%-16s %s", lesson->name, lesson->about ?
	    lesson->about : lesson->title);

	event_text(event, "name", lesson->name);
	event_text(event, "title", lesson->title);
	event_number(event, "pages", lesson->pages);
	event_number(event, "minutes", lesson->minutes);
	event_text(event, "text", text);
	bench_emit(bench, event);
	free(text);
}

static int list_lessons(struct call *call)
{
	if (lesson_each(list_one, call->bench) == 0)
		return error_set(call->error, "no lessons are installed; "
		    "`lesson FOLDER` takes one from a folder");
	bench_note(call->bench, "`lesson NAME` begins one");
	return 0;
}

/* A lesson begins with an empty bench; what was there is saved first where
 * it has a folder. */
static int on_lesson(struct call *call)
{
	struct bench *bench = call->bench;
	struct lesson *lesson;

	if (call_words(call, 0, 1))
		return -1;
	if (call->words == 0)
		return list_lessons(call);
	if (bench_training(bench, NULL))
		return error_set(call->error, "a run is being trained: `stop` "
		    "it first");
	lesson = lesson_find(call->word[0], call->error);
	if (!lesson)
		return -1;
	recorder_tend(bench, true);
	bench_reset(bench);
	call->run = NULL;
	tutor_begin(bench, lesson);
	return 0;
}

static int on_next(struct call *call)
{
	if (call_words(call, 0, 0))
		return -1;
	return tutor_next(call->bench, false, call->error);
}

static int on_all(struct call *call)
{
	if (call_words(call, 0, 0))
		return -1;
	return tutor_next(call->bench, true, call->error);
}

static int on_back(struct call *call)
{
	if (call_words(call, 0, 0))
		return -1;
	return tutor_back(call->bench, call->error);
}

static int on_shown(struct call *call)
{
	if (call_words(call, 0, 0))
		return -1;
	return tutor_shown(call->bench, call->error);
}

static int on_end(struct call *call)
{
	if (call_words(call, 0, 0))
		return -1;
	if (!call->bench->tutor)
		return error_set(call->error, "no lesson is being given");
	tutor_end(call->bench);
	bench_note(call->bench, "the lesson is over; its runs stay");
	return 0;
}

static int on_new(struct call *call)
{
	char *folder;
	int status;

	if (call_words(call, 1, 1))
		return -1;
	folder = path_expand(call->word[0]);
	status = lesson_write_example(folder, call->error);
	if (status == 0)
		bench_note(call->bench, "%s/lesson.txt: change it in a text "
		    "editor, then `lesson check %s`", folder, folder);
	free(folder);
	return status;
}

static int check_line(struct bench *bench, const struct lesson_line *line)
{
	struct error error = {""};
	int count, used, status = 0;
	struct statement *statement = statements_parse(line->text, &count,
	    &error);

	for (int i = 0; statement && i < count && status == 0; i++) {
		if (!command_find(statement[i].words,
			(const char *const *)statement[i].word, &used,
			&error))
			status = -1;
	}
	if (!statement)
		status = -1;
	else
		statements_free(statement, count);
	if (status)
		bench_note(bench, "line %d: %s", line->number, error.text);
	return status != 0;
}

/* How many mistakes were found; each is told. */
static int check_lesson(struct bench *bench, const struct lesson *lesson)
{
	int mistakes = 0;

	for (int i = 0; i < lesson->pages; i++) {
		const struct lesson_page *page = &lesson->page[i];
		struct error error = {""};

		for (int j = 0; j < page->lines; j++)
			mistakes += check_line(bench, &page->line[j]);
		if (page->answer.text && lesson_answer_check(page, &error)) {
			bench_note(bench, "line %d: %s", page->answer.number,
			    error.text);
			mistakes++;
		}
	}
	return mistakes;
}

static int on_check(struct call *call)
{
	struct lesson *lesson;
	int mistakes;

	if (call_words(call, 1, 1))
		return -1;
	lesson = lesson_find(call->word[0], call->error);
	if (!lesson)
		return -1;
	mistakes = check_lesson(call->bench, lesson);
	if (mistakes == 0)
		bench_note(call->bench, "%s: %d pages, no mistake found",
		    lesson->name, lesson->pages);
	else
		error_set(call->error, "%s: %d mistake%s", lesson->name,
		    mistakes, mistakes == 1 ? "" : "s");
	lesson_free(lesson);
	return mistakes ? -1 : 0;
}

static int on_answer(struct call *call)
{
	struct buffer text = {0};
	int status;

	if (call_words(call, 1, 64))
		return -1;
	for (int i = 0; i < call->words; i++)
		buffer_printf(&text, "%s%s", i ? " " : "", call->word[i]);
	status = tutor_answer(call->bench, text.text, call->error);
	buffer_free(&text);
	return status;
}

const struct command commands_lesson[] = {
	{"lesson", NULL, "lesson [NAME|FOLDER]", "lessons",
	    "list the lessons, or begin one",
	    "A lesson is a folder with a lesson.txt, see snt-lesson(5): text, "
	    "predictions to make, lines to run, questions. It begins with "
	    "everything empty. With `snt lesson NAME` and no terminal it runs "
	    "to its end by itself.", "lesson", {{WORD_LESSON, NULL}}, NULL, 0,
	    on_lesson},
	{"lesson", "next", "lesson next", "lessons",
	    "go on: run the page's lines, see the answer, turn the page",
	    "At a prompt an empty line does the same.", NULL, {{0}}, NULL, 0,
	    on_next},
	{"lesson", "back", "lesson back", "lessons", "turn one page back",
	    NULL, NULL, {{0}}, NULL, 0, on_back},
	{"lesson", "all", "lesson all", "lessons",
	    "run the rest of the lesson without stopping", NULL, NULL, {{0}},
	    NULL, 0, on_all},
	{"lesson", "shown", "lesson shown", "lessons",
	    "said by a lesson itself when the lines of a page have run", NULL,
	    NULL, {{0}}, NULL, 0, on_shown},
	{"lesson", "end", "lesson end", "lessons",
	    "leave the lesson; its runs stay", NULL, NULL, {{0}}, NULL, 0,
	    on_end},
	{"lesson", "new", "lesson new FOLDER", "lessons",
	    "write a small lesson to change in a text editor", NULL, NULL,
	    {{WORD_FOLDER, NULL}}, NULL, 0, on_new},
	{"lesson", "check", "lesson check NAME|FOLDER", "lessons",
	    "find mistakes in a lesson", NULL, NULL, {{WORD_LESSON, NULL}},
	    NULL, 0, on_check},
	{"answer", NULL, "answer TEXT", "lessons",
	    "answer what the lesson asks", NULL, NULL, {{WORD_TEXT, NULL}},
	    NULL, COMMAND_RAW, on_answer},
	{0},
};
