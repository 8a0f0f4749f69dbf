#include "workbench/tutor.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "workbench/bench.h"
#include "workbench/event.h"
#include "workbench/lesson_answer.h"

enum { FOUND_MOST = 6 };

struct tutor {
	struct lesson *lesson;
	int page;
	enum lesson_stage stage;
	char *given;		/* answer to the page's question, or NULL */
	char *said;		/* what was said of it, or NULL */
	char *found[FOUND_MOST];	/* what the page's lines measured */
	int founds;
	int asked, right;
	struct facts facts;
};

static const struct lesson_page *page_of(const struct tutor *tutor)
{
	return &tutor->lesson->page[tutor->page];
}

static void forget_found(struct tutor *tutor)
{
	while (tutor->founds > 0)
		free(tutor->found[--tutor->founds]);
}

static void free_tutor(struct tutor *tutor)
{
	if (!tutor)
		return;
	forget_found(tutor);
	lesson_free(tutor->lesson);
	facts_free(&tutor->facts);
	free(tutor->given);
	free(tutor->said);
	free(tutor);
}

/* The question as it is asked, with its choices and how to go on. */
static void print_question(const struct lesson_page *page,
    struct buffer *out)
{
	buffer_printf(out, "\n%s %s\n", page->asks == LESSON_PREDICT ?
	    "Predict:" : "Question:", page->question);
	for (int i = 0; i < page->choices; i++)
		buffer_printf(out, "  - %s\n", page->choice[i].text);
	buffer_puts(out, "`answer ...` answers");
}

static void print_lines(const struct lesson_page *page, struct buffer *out)
{
	buffer_puts(out, "\nTo run:\n");
	for (int i = 0; i < page->lines; i++)
		buffer_printf(out, "  %s\n", page->line[i].text);
}

static void print_page(const struct tutor *tutor, struct buffer *out)
{
	const struct lesson_page *page = page_of(tutor);
	bool predicts = page->asks == LESSON_PREDICT;

	buffer_printf(out, "%s, page %d of %d: %s\n", tutor->lesson->name,
	    tutor->page + 1, tutor->lesson->pages, page->title);
	if (*page->text)
		buffer_printf(out, "\n%s\n", page->text);
	if (page->lines)
		print_lines(page, out);
	if (predicts)
		print_question(page, out);
	buffer_printf(out, "%s`lesson next` %s", predicts ? ", " : "",
	    page->lines ? "runs the lines" : "goes on");
}

/* Tell where the lesson stands, with a text for people. */
static void emit(struct bench *bench, const char *stage, const char *text)
{
	const struct tutor *tutor = bench->tutor;
	const struct lesson_page *page = page_of(tutor);
	struct event *event = event_new("lesson");

	event_text(event, "name", tutor->lesson->name);
	event_number(event, "page", tutor->page + 1);
	event_number(event, "pages", tutor->lesson->pages);
	event_text(event, "stage", stage);
	event_text(event, "title", page->title);
	if (page->asks != LESSON_NONE)
		event_text(event, "question", page->question);
	event_text(event, "text", text);
	bench_emit(bench, event);
}

static void show_page(struct bench *bench, int page)
{
	struct tutor *tutor = bench->tutor;
	struct buffer text = {0};

	tutor->page = page;
	tutor->stage = LESSON_READING;
	free(tutor->given);
	free(tutor->said);
	tutor->given = tutor->said = NULL;
	forget_found(tutor);
	print_page(tutor, &text);
	emit(bench, "page", text.text);
	buffer_free(&text);
}

void tutor_begin(struct bench *bench, struct lesson *lesson)
{
	tutor_end(bench);
	bench->tutor = xcalloc(1, sizeof(*bench->tutor));
	bench->tutor->lesson = lesson;
	show_page(bench, 0);
}

void tutor_end(struct bench *bench)
{
	free_tutor(bench->tutor);
	bench->tutor = NULL;
	bench->changed = true;
}

/* Right or wrong, as an event, once for a page. */
static int judge(struct bench *bench, struct error *error)
{
	struct tutor *tutor = bench->tutor;
	const struct lesson_page *page = page_of(tutor);
	struct event *event;
	char expected[128];
	int right = lesson_answer_judge(page, &tutor->facts, tutor->given,
	    expected, sizeof(expected), error);

	if (right < 0)
		return -1;
	if (tutor->given) {
		tutor->asked++;
		tutor->right += right;
	}
	tutor->said = tutor->given ? xasprintf("%s: you said %s, it is %s",
	    right ? "right" : "not so", tutor->given, expected) :
	    xasprintf("it is %s", expected);
	event = event_new("answer");
	event_text(event, "name", tutor->lesson->name);
	event_number(event, "page", tutor->page + 1);
	if (tutor->given)
		event_text(event, "given", tutor->given);
	else
		event_null(event, "given");
	event_text(event, "expected", expected);
	event_bool(event, "right", right);
	event_text(event, "text", tutor->said);
	bench_emit(bench, event);
	return 0;
}

static int reveal(struct bench *bench, struct error *error)
{
	struct tutor *tutor = bench->tutor;
	const struct lesson_page *page = page_of(tutor);

	if (page->asks != LESSON_NONE && judge(bench, error))
		return -1;
	tutor->stage = LESSON_REVEALED;
	if (*page->reveal)
		emit(bench, "reveal", page->reveal);
	return 0;
}

static int ask_or_reveal(struct bench *bench, struct error *error)
{
	struct tutor *tutor = bench->tutor;
	struct buffer text = {0};

	if (page_of(tutor)->asks != LESSON_ASK)
		return reveal(bench, error);
	tutor->stage = LESSON_ASKING;
	print_question(page_of(tutor), &text);
	emit(bench, "question", text.text + 1);
	buffer_free(&text);
	return 0;
}

static void leave_lines(struct bench *bench, bool all)
{
	const struct lesson_page *page = page_of(bench->tutor);
	struct buffer lines = {0};

	for (int i = 0; i < page->lines; i++)
		buffer_printf(&lines, "%s\n", page->line[i].text);
	buffer_puts(&lines, all ? "lesson shown\nlesson all" :
	    "lesson shown");
	free(bench->sourced);
	bench->sourced = lines.text;
	bench->tutor->stage = LESSON_RUNNING;
	forget_found(bench->tutor);
}

static void finish(struct bench *bench)
{
	struct tutor *tutor = bench->tutor;
	char *text = tutor->asked ? xasprintf("The end of the lesson: %d of "
	    "%d answers were right", tutor->right, tutor->asked) :
	    xstrdup("The end of the lesson");

	emit(bench, "end", text);
	free(text);
	tutor_end(bench);
}

static int no_lesson(struct error *error)
{
	return error_set(error, "no lesson is being given; `lesson` lists "
	    "them");
}

/* One stop further; 1 when lines have to run first, 0 when it stopped. */
static int advance(struct bench *bench, bool all, struct error *error)
{
	struct tutor *tutor = bench->tutor;

	switch (tutor->stage) {
	case LESSON_RUNNING:
		if (bench->jobs > 0)
			return error_set(error, "the lines of this page are "
			    "still running");
		/* They failed, or were stopped: once more. */
		__attribute__((fallthrough));
	case LESSON_READING:
		if (page_of(tutor)->lines == 0)
			return ask_or_reveal(bench, error);
		leave_lines(bench, all);
		return 1;
	case LESSON_ASKING:
		return reveal(bench, error);
	case LESSON_REVEALED:
		break;
	}
	if (tutor->page + 1 < tutor->lesson->pages)
		show_page(bench, tutor->page + 1);
	else
		finish(bench);
	return 0;
}

/* A page that has nothing to run or to reveal is left by one `next`. */
static bool has_nothing_left(const struct tutor *tutor)
{
	return tutor && tutor->stage == LESSON_REVEALED &&
	    *page_of(tutor)->reveal == '\0' &&
	    page_of(tutor)->asks == LESSON_NONE &&
	    page_of(tutor)->lines == 0;
}

int tutor_next(struct bench *bench, bool all, struct error *error)
{
	int status;

	if (!bench->tutor)
		return no_lesson(error);
	do {
		status = advance(bench, all, error);
	} while (status == 0 && bench->tutor &&
	    (all || has_nothing_left(bench->tutor)));
	return status < 0 ? -1 : 0;
}

int tutor_back(struct bench *bench, struct error *error)
{
	struct tutor *tutor = bench->tutor;

	if (!tutor)
		return no_lesson(error);
	if (tutor->stage == LESSON_READING && tutor->page == 0)
		return error_set(error, "this is the first page");
	show_page(bench, tutor->stage == LESSON_READING ? tutor->page - 1 :
	    tutor->page);
	return 0;
}

int tutor_answer(struct bench *bench, const char *text, struct error *error)
{
	struct tutor *tutor = bench->tutor;
	const struct lesson_page *page;

	if (!tutor)
		return no_lesson(error);
	page = page_of(tutor);
	if (!(tutor->stage == LESSON_ASKING ||
	    (tutor->stage == LESSON_READING && page->asks == LESSON_PREDICT)))
		return error_set(error, "nothing is asked here; `lesson next` "
		    "goes on");
	free(tutor->given);
	tutor->given = xstrdup(text);
	if (tutor->stage == LESSON_ASKING)
		return reveal(bench, error);
	bench_note(bench, "noted: %s; `lesson next` runs the lines", text);
	return 0;
}

int tutor_shown(struct bench *bench, struct error *error)
{
	if (!bench->tutor || bench->tutor->stage != LESSON_RUNNING)
		return error_set(error, "a lesson says this itself after its "
		    "lines");
	return ask_or_reveal(bench, error);
}

static bool is_finding(const struct event *event)
{
	static const char *const kinds[] = {"eval", "sharpness", "compress",
		"fold"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(event_kind(event), kinds[i]) == 0)
			return true;
	}
	return false;
}

/* What the reader is to look at; the first lines of a long list go. */
static void keep_found(struct tutor *tutor, const struct event *event)
{
	struct buffer text = {0};
	char line[192];

	event_describe(event, &text);
	text_safe(line, sizeof(line), text.text ? text.text : "");
	if (tutor->founds == FOUND_MOST) {
		free(tutor->found[0]);
		memmove(tutor->found, tutor->found + 1,
		    (size_t)--tutor->founds * sizeof(*tutor->found));
	}
	tutor->found[tutor->founds++] = xstrdup(line);
	buffer_free(&text);
}

void tutor_observe(struct bench *bench, const struct event *event,
    bool logged)
{
	struct tutor *tutor = bench->tutor;

	if (!tutor)
		return;
	facts_observe(&tutor->facts, event);
	if (logged && tutor->stage == LESSON_RUNNING && is_finding(event))
		keep_found(tutor, event);
}

static char *copy_or_null(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

void tutor_view(const struct bench *bench, struct lesson_view *view)
{
	const struct tutor *tutor = bench->tutor;
	const struct lesson_page *page;
	struct buffer lines = {0}, found = {0};

	*view = (struct lesson_view){0};
	if (!tutor)
		return;
	page = page_of(tutor);
	*view = (struct lesson_view){.active = true, .page = tutor->page + 1,
		.pages = tutor->lesson->pages, .stage = tutor->stage,
		.predicts = page->asks == LESSON_PREDICT,
		.asked = tutor->asked, .right = tutor->right};
	text_copy(view->name, sizeof(view->name), tutor->lesson->name);
	text_copy(view->title, sizeof(view->title), page->title);
	view->text = xstrdup(page->text);
	view->question = xstrdup(page->question);
	view->reveal = xstrdup(page->reveal);
	view->given = copy_or_null(tutor->given);
	view->said = copy_or_null(tutor->said);
	for (int i = 0; i < page->lines; i++)
		buffer_printf(&lines, "%s\n", page->line[i].text);
	view->lines = lines.text;
	for (int i = 0; i < tutor->founds; i++)
		buffer_printf(&found, "%s\n", tutor->found[i]);
	view->found = found.text;
	view->choices = page->choices;
	view->choice = xcalloc((size_t)page->choices + 1,
	    sizeof(*view->choice));
	for (int i = 0; i < page->choices; i++)
		view->choice[i] = xstrdup(page->choice[i].text);
}

void tutor_view_free(struct lesson_view *view)
{
	for (int i = 0; i < view->choices; i++)
		free(view->choice[i]);
	free(view->choice);
	free(view->text);
	free(view->question);
	free(view->reveal);
	free(view->given);
	free(view->said);
	free(view->lines);
	free(view->found);
}
