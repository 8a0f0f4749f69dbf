#include "tui/lesson.h"

#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "tui/ui.h"

/* Whether an answer is awaited now. */
static bool awaits_answer(const struct lesson_view *lesson)
{
	return lesson->active && (lesson->stage == LESSON_ASKING ||
	    (lesson->stage == LESSON_READING && lesson->predicts &&
	    !lesson->given));
}

bool lesson_key(struct ui *ui, int32_t code)
{
	const struct lesson_view *lesson = &ui->snapshot->lesson;
	int choice = (int)(code - '1');

	if (!awaits_answer(lesson) || choice < 0 || choice > 8 ||
	    choice >= lesson->choices)
		return false;
	ui_submit(ui, "answer %s", lesson->choice[choice]);
	return true;
}

/* The paragraph at `text` in lines of at most `width`; *text moves on. */
static void put_paragraph(struct buffer *out, const char **text, int width)
{
	const char *at = *text;
	int column = 0;

	while (*at && strncmp(at, "\n\n", 2) != 0) {
		size_t word = strcspn(at, " \n");

		if (column && column + 1 + (int)word > width) {
			buffer_puts(out, "\n");
			column = 0;
		} else if (column) {
			buffer_puts(out, " ");
			column++;
		}
		buffer_add(out, at, word);
		column += (int)word;
		at += word;
		if (*at == ' ' || (*at == '\n' && at[1] != '\n'))
			at++;
	}
	buffer_puts(out, "\n");
	*text = at + strspn(at, "\n");
}

static void put_text(struct buffer *out, const char *text, int width)
{
	while (*text) {
		put_paragraph(out, &text, width);
		if (*text)
			buffer_puts(out, "\n");
	}
}

static void put_question(struct buffer *out,
    const struct lesson_view *lesson, int width)
{
	if (out->length)
		buffer_puts(out, "\n");
	put_text(out, lesson->question, width);
	for (int i = 0; i < lesson->choices; i++)
		buffer_printf(out, "  " STYLE_SET "%d" STYLE_BACK " %s\n",
		    STYLE_TEXT(STYLE_KEY), i + 1, lesson->choice[i]);
}

static void put_lines(struct buffer *out, const char *lines)
{
	for (const char *at = lines; at && *at;) {
		size_t length = strcspn(at, "\n");

		buffer_printf(out, "  " STYLE_SET "%.*s" STYLE_BACK "\n",
		    STYLE_TEXT(STYLE_DIM), (int)length, at);
		at += length + (at[length] == '\n');
	}
}

/* What was measured, with its end however narrow the frame is. */
static void put_found(struct buffer *out, const char *lines, int width)
{
	for (const char *at = lines; at && *at;) {
		size_t length = strcspn(at, "\n");
		char line[256];
		const char *rest = line;

		text_format(line, sizeof(line), "%.*s", (int)length, at);
		put_paragraph(out, &rest, width);
		at += length + (at[length] == '\n');
	}
}

/* What the page says at its present stage. */
static void page_text(const struct lesson_view *lesson, int width,
    struct buffer *out)
{
	if (lesson->stage == LESSON_REVEALED) {
		if (lesson->said)
			buffer_printf(out, STYLE_SET "%s" STYLE_BACK "\n",
			    STYLE_TEXT(STYLE_TITLE), lesson->said);
		put_found(out, lesson->found, width);
		if (lesson->said || lesson->found)
			buffer_puts(out, "\n");
		put_text(out, lesson->reveal, width);
		return;
	}
	if (lesson->stage != LESSON_ASKING)
		put_text(out, lesson->text, width);
	if (lesson->stage == LESSON_ASKING || (lesson->predicts &&
	    lesson->question[0]))
		put_question(out, lesson, width);
	if (lesson->stage == LESSON_ASKING)
		put_found(out, lesson->found, width);
	else
		put_lines(out, lesson->lines);
}

static bool has_more(const struct lesson_place *place)
{
	return place->lines - place->first > place->rows;
}

static const char *what_next(const struct ui *ui)
{
	const struct lesson_view *lesson = &ui->snapshot->lesson;

	if (has_more(&ui->lesson))
		return "N reads on";
	if (lesson->stage == LESSON_READING && lesson->lines &&
	    !awaits_answer(lesson))
		return "N runs the lines";
	return "N goes on";
}

/* How to go on. A prediction stands there until it is judged. */
static void print_note(const struct ui *ui, char *out, size_t size)
{
	const struct lesson_view *lesson = &ui->snapshot->lesson;
	const char *next = what_next(ui);

	if (lesson->stage == LESSON_RUNNING)
		text_format(out, size, "running ...");
	else if (awaits_answer(lesson))
		text_format(out, size, "%s · %s", lesson->choices ?
		    "a digit answers" : ":answer ... answers", next);
	else if (lesson->given && !lesson->said)
		text_format(out, size, "you say %s · %s", lesson->given, next);
	else
		text_format(out, size, "%s · B back", next);
}

static void draw_lines(const struct area *area, const char *text, int first,
    int letters)
{
	char line[512];

	for (int row = -first; *text && row < area->rows && letters > 0;
	    row++) {
		size_t length = strcspn(text, "\n");

		text_format(line, sizeof(line), "%.*s", (int)length, text);
		letters -= styled_width(line);
		if (letters < 0)
			styled_cut(line, styled_width(line) + letters);
		if (row >= 0)
			area_puts(area, row, 1, STYLE_NORMAL, line);
		text += length + (text[length] == '\n');
	}
}

/* What draw_lines() has to draw in all. */
static int count_letters(const char *text)
{
	char line[512];
	int letters = 0;

	while (*text) {
		size_t length = strcspn(text, "\n");

		text_format(line, sizeof(line), "%.*s", (int)length, text);
		letters += styled_width(line);
		text += length + (text[length] == '\n');
	}
	return letters;
}

/* As much of the page as an audience has been shown. */
static int letters_shown(struct ui *ui, const char *text)
{
	const struct lesson_view *lesson = &ui->snapshot->lesson;
	enum lesson_stage stage = lesson->stage == LESSON_RUNNING ?
	    LESSON_READING : lesson->stage;
	char name[64];

	text_format(name, sizeof(name), "%s %d %d", lesson->name,
	    lesson->page, (int)stage);
	return present_letters(ui, name, count_letters(text));
}

/* Another page, or stage of it, begins at its top. */
static void find_place(struct ui *ui, const char *text, int rows)
{
	const struct lesson_view *lesson = &ui->snapshot->lesson;
	struct lesson_place *place = &ui->lesson;
	char page[64];

	text_format(page, sizeof(page), "%s %d %d", lesson->name,
	    lesson->page, (int)lesson->stage);
	if (strcmp(page, place->page) != 0)
		*place = (struct lesson_place){0};
	text_copy(place->page, sizeof(place->page), page);
	place->lines = 0;
	for (const char *at = text; *at; at++)
		place->lines += *at == '\n';
	place->rows = rows;
	if (place->first >= place->lines)
		place->first = 0;
}

bool lesson_turn(struct ui *ui, bool back)
{
	struct lesson_place *place = &ui->lesson;

	if (back ? place->first == 0 : !has_more(place))
		return false;
	place->first += back ? -place->rows : place->rows;
	if (place->first < 0)
		place->first = 0;
	ui->wants_draw = true;
	return true;
}

void lesson_draw(struct ui *ui, const struct area *area)
{
	const struct lesson_view *lesson = &ui->snapshot->lesson;
	struct buffer text = {0};
	char title[128], note[96];
	struct area inside;

	text_format(title, sizeof(title), "%s %d/%d: %s", lesson->name,
	    lesson->page, lesson->pages, lesson->title);
	page_text(lesson, area->columns - 4, &text);
	buffer_puts(&text, "");
	find_place(ui, text.text, area->rows - 2);
	print_note(ui, note, sizeof(note));
	inside = area_frame(area, FRAME_BOX, false, title, note);
	draw_lines(&inside, text.text, ui->lesson.first,
	    letters_shown(ui, text.text));
	buffer_free(&text);
}
