#include "session/lesson.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

enum { LESSON_LIMIT = 1 << 20, MINUTES_MOST = 600 };

static const char file_name[] = "lesson.txt";

/* What the reader is in the middle of. */
struct reading {
	const char *path;
	int number;		/* of the present line */
	struct lesson *lesson;
	struct lesson_page *page;	/* NULL before the first */
	struct buffer *text;		/* of the page, or what it reveals */
	struct buffer body, reveal;
};

static int mistake(const struct reading *r, struct error *error,
    const char *what, const char *word)
{
	return error_set(error, "%s: line %d: %s%s%s", r->path, r->number,
	    what, word ? ": " : "", word ? word : "");
}

/* Without blanks at both ends; within `line`. */
static char *trimmed(char *line)
{
	char *end;

	line += strspn(line, " \t");
	end = line + strlen(line);
	while (end > line && strchr(" \t\r", end[-1]))
		*--end = '\0';
	return line;
}

/* A text of paragraphs, without empty lines at its end. */
static char *taken(struct buffer *text)
{
	char *out = text->text ? text->text : xstrdup("");
	size_t length = strlen(out);

	while (length > 0 && out[length - 1] == '\n')
		out[--length] = '\0';
	*text = (struct buffer){0};
	return out;
}

static void end_page(struct reading *r)
{
	if (!r->page)
		return;
	r->page->text = taken(&r->body);
	r->page->reveal = taken(&r->reveal);
	if (!r->page->question)
		r->page->question = xstrdup("");
	r->page = NULL;
}

static int begin_page(struct reading *r, const char *title)
{
	struct lesson *lesson = r->lesson;

	end_page(r);
	lesson->page = xreallocarray(lesson->page, (size_t)lesson->pages + 1,
	    sizeof(*lesson->page));
	r->page = &lesson->page[lesson->pages++];
	*r->page = (struct lesson_page){.title = xstrdup(title),
		.number = r->number};
	r->text = &r->body;
	return 0;
}

static void add_line(struct reading *r, struct lesson_line **list, int *count,
    const char *text)
{
	*list = xreallocarray(*list, (size_t)*count + 1, sizeof(**list));
	(*list)[(*count)++] = (struct lesson_line){xstrdup(text), r->number};
}

static int take_title(struct reading *r, char *value, struct error *error)
{
	(void)error;
	free(r->lesson->title);
	r->lesson->title = xstrdup(value);
	return 0;
}

static int take_about(struct reading *r, char *value, struct error *error)
{
	(void)error;
	free(r->lesson->about);
	r->lesson->about = xstrdup(value);
	return 0;
}

static int take_minutes(struct reading *r, char *value, struct error *error)
{
	long minutes;

	if (parse_long(value, &minutes) || minutes < 1 ||
	    minutes > MINUTES_MOST)
		return mistake(r, error, "minutes: a number from 1 to 600",
		    NULL);
	r->lesson->minutes = (int)minutes;
	return 0;
}

static int take_question(struct reading *r, enum lesson_question asks,
    const char *value, struct error *error)
{
	if (r->page->asks != LESSON_NONE)
		return mistake(r, error, "a page asks one question; begin "
		    "another page", NULL);
	r->page->asks = asks;
	r->page->question = xstrdup(value);
	return 0;
}

static int take_predict(struct reading *r, char *value, struct error *error)
{
	if (r->page->lines)
		return mistake(r, error, "predict: comes before the lines to "
		    "run (or is it ask: ?)", NULL);
	return take_question(r, LESSON_PREDICT, value, error);
}

static int take_ask(struct reading *r, char *value, struct error *error)
{
	return take_question(r, LESSON_ASK, value, error);
}

static int take_choice(struct reading *r, char *value, struct error *error)
{
	if (r->page->asks == LESSON_NONE)
		return mistake(r, error, "choice: without a question before "
		    "it", NULL);
	add_line(r, &r->page->choice, &r->page->choices, value);
	return 0;
}

static int take_answer(struct reading *r, char *value, struct error *error)
{
	if (r->page->asks == LESSON_NONE)
		return mistake(r, error, "answer: without a question before "
		    "it", NULL);
	if (r->page->answer.text)
		return mistake(r, error, "a second answer", NULL);
	r->page->answer = (struct lesson_line){xstrdup(value), r->number};
	return 0;
}

static int take_run(struct reading *r, char *value, struct error *error)
{
	(void)error;
	add_line(r, &r->page->line, &r->page->lines, value);
	return 0;
}

static int take_reveal(struct reading *r, char *value, struct error *error)
{
	(void)error;
	r->text = &r->reveal;
	buffer_printf(&r->reveal, "%s\n", value);
	return 0;
}

static const struct key {
	const char *name;
	bool in_page;		/* else before the first page */
	int (*take)(struct reading *r, char *value, struct error *error);
} keys[] = {
	{"title", false, take_title},
	{"about", false, take_about},
	{"minutes", false, take_minutes},
	{"predict", true, take_predict},
	{"ask", true, take_ask},
	{"choice", true, take_choice},
	{"answer", true, take_answer},
	{"run", true, take_run},
	{"reveal", true, take_reveal},
};

/* The key that begins the line; *value: what follows its colon. */
static const struct key *key_of(char *line, char **value)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		size_t length = strlen(keys[i].name);

		if (strncmp(line, keys[i].name, length) != 0 ||
		    line[length] != ':')
			continue;
		*value = trimmed(line + length + 1);
		return &keys[i];
	}
	return NULL;
}

static int take_key(struct reading *r, const struct key *key, char *value,
    struct error *error)
{
	if (key->in_page && !r->page)
		return mistake(r, error, "belongs into a page, below a line "
		    "== TITLE", key->name);
	if (!key->in_page && r->page)
		return mistake(r, error, "belongs above the first page",
		    key->name);
	if (*value == '\0' && key->take != take_reveal)
		return mistake(r, error, "nothing is said after", key->name);
	return key->take(r, value, error);
}

static int take_line(struct reading *r, char *line, struct error *error)
{
	const struct key *key;
	char *value;

	if (*line == '#')
		return 0;
	if (strncmp(line, "==", 2) == 0)
		return begin_page(r, trimmed(line + 2));
	key = key_of(line, &value);
	if (key)
		return take_key(r, key, value, error);
	value = trimmed(line);
	if (!r->page)
		return *value ? mistake(r, error, "text above the first page; "
		    "a page begins with == TITLE", NULL) : 0;
	if (*value || (r->text->length > 0))
		buffer_printf(r->text, "%s\n", value);
	return 0;
}

static int check_page(struct reading *r, const struct lesson_page *page,
    struct error *error)
{
	r->number = page->number;
	if (*page->title == '\0')
		return mistake(r, error, "a page without a title", NULL);
	if (page->asks != LESSON_NONE && !page->answer.text)
		return mistake(r, error, "this page asks without an answer:",
		    page->title);
	if (page->asks == LESSON_PREDICT && page->lines == 0)
		return mistake(r, error, "this page predicts, and runs "
		    "nothing", page->title);
	return 0;
}

static int check_whole(struct reading *r, struct error *error)
{
	if (!r->lesson->title)
		return error_set(error, "%s: no line title: ...", r->path);
	if (r->lesson->pages == 0)
		return error_set(error, "%s: no page (a line == TITLE begins "
		    "one)", r->path);
	for (int i = 0; i < r->lesson->pages; i++) {
		if (check_page(r, &r->lesson->page[i], error))
			return -1;
	}
	return 0;
}

static int read_lines(struct reading *r, char *text, struct error *error)
{
	char *next;

	for (char *line = text; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		r->number++;
		if (take_line(r, line, error))
			return -1;
	}
	end_page(r);
	return check_whole(r, error);
}

static char *last_component(const char *folder)
{
	size_t end = strlen(folder), begin;

	while (end > 1 && folder[end - 1] == '/')
		end--;
	for (begin = end; begin > 0 && folder[begin - 1] != '/'; begin--)
		;
	return xasprintf("%.*s", (int)(end - begin), folder + begin);
}

struct lesson *lesson_read(const char *folder, struct error *error)
{
	char *path = path_join(folder, file_name);
	size_t size;
	char *text = file_read(path, LESSON_LIMIT, &size, error);
	struct reading r = {.path = path};
	struct lesson *lesson = NULL;

	if (text && strlen(text) != size) {
		error_set(error, "%s: not a text", path);
	} else if (text) {
		lesson = r.lesson = xcalloc(1, sizeof(*lesson));
		lesson->name = last_component(folder);
		if (read_lines(&r, text, error)) {
			end_page(&r);
			buffer_free(&r.body);
			buffer_free(&r.reveal);
			lesson_free(lesson);
			lesson = NULL;
		}
	}
	free(text);
	free(path);
	return lesson;
}

static void free_lines(struct lesson_line *line, int count)
{
	for (int i = 0; i < count; i++)
		free(line[i].text);
	free(line);
}

void lesson_free(struct lesson *lesson)
{
	if (!lesson)
		return;
	for (int i = 0; i < lesson->pages; i++) {
		struct lesson_page *page = &lesson->page[i];

		free(page->title);
		free(page->text);
		free(page->question);
		free(page->answer.text);
		free(page->reveal);
		free_lines(page->choice, page->choices);
		free_lines(page->line, page->lines);
	}
	free(lesson->page);
	free(lesson->name);
	free(lesson->title);
	free(lesson->about);
	free(lesson);
}

int lesson_write_example(const char *folder, struct error *error)
{
	static const char example[] =
	    "# A lesson. `lesson check FOLDER` finds mistakes in it;\n"
	    "# `lesson FOLDER` gives it.\n"
	    "title: My first lesson\n"
	    "about: what it is about, in one line\n"
	    "minutes: 5\n"
	    "\n"
	    "== A network learns\n"
	    "Some text. `lesson next` (or Enter) runs the lines below.\n"
	    "\n"
	    "run: data toy spiral n=1000\n"
	    "run: net mlp 32-32\n"
	    "run: train 20 epochs\n"
	    "reveal: What to look at now.\n"
	    "\n"
	    "== A prediction\n"
	    "Text before the prediction.\n"
	    "\n"
	    "predict: Will the accuracy with half of the weights be above "
	    "0.9?\n"
	    "choice: yes\n"
	    "choice: no\n"
	    "answer: yes\n"
	    "run: prune 0.5\n"
	    "reveal: Small weights do little.\n"
	    "\n"
	    "== A question\n"
	    "ask: How many weights are zero now?\n"
	    "answer: zeros of main within 1%\n"
	    "run: compress show\n"
	    "reveal: Half of those of the dense layers; biases stay.\n";
	char *path;
	int status = -1;

	if (path_exists(folder))
		return error_set(error, "%s: is there already", folder);
	if (folder_make(folder, error))
		return -1;
	path = path_join(folder, file_name);
	status = file_replace(path, example, sizeof(example) - 1, error);
	free(path);
	return status;
}
