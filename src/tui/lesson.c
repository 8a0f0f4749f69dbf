#include "tui/lesson.h"

#include <string.h>

#include "base/buffer.h"
#include "base/text.h"

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

/* What the page says at its present stage. */
static void page_text(const struct lesson_view *lesson, int width,
    struct buffer *out)
{
	if (lesson->stage == LESSON_REVEALED) {
		if (lesson->said)
			buffer_printf(out, STYLE_SET "%s" STYLE_BACK "\n\n",
			    STYLE_TEXT(STYLE_TITLE), lesson->said);
		put_text(out, lesson->reveal, width);
		return;
	}
	if (lesson->stage != LESSON_ASKING)
		put_text(out, lesson->text, width);
	if (lesson->stage == LESSON_ASKING || (lesson->predicts &&
	    lesson->question[0]))
		put_question(out, lesson, width);
	if (lesson->stage != LESSON_ASKING && lesson->lines)
		put_lines(out, lesson->lines);
}

static const char *hint(const struct lesson_view *lesson)
{
	if (lesson->stage == LESSON_RUNNING)
		return "running ...";
	if (awaits_answer(lesson))
		return lesson->choices ? "a digit answers · N goes on" :
		    ":answer ... answers · N goes on";
	if (lesson->stage == LESSON_READING && lesson->lines)
		return "N runs the lines · B back";
	return "N goes on · B back";
}

static void draw_lines(const struct area *area, const char *text, int letters)
{
	char line[512];

	for (int row = 0; *text && row < area->rows && letters > 0; row++) {
		size_t length = strcspn(text, "\n");

		text_format(line, sizeof(line), "%.*s", (int)length, text);
		letters -= styled_width(line);
		if (letters < 0)
			styled_cut(line, styled_width(line) + letters);
		area_puts(area, row, 1, STYLE_NORMAL, line);
		text += length + (text[length] == '\n');
		if (*text && row + 1 == area->rows)
			area_right(area, row, STYLE_DIM, "more: `lesson` in "
			    "a larger window");
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

void lesson_draw(struct ui *ui, const struct area *area)
{
	const struct lesson_view *lesson = &ui->snapshot->lesson;
	struct buffer text = {0};
	char title[128], note[96];
	struct area inside;

	text_format(title, sizeof(title), "%s %d/%d: %s", lesson->name,
	    lesson->page, lesson->pages, lesson->title);
	text_format(note, sizeof(note), "%s", hint(lesson));
	inside = area_frame(area, FRAME_BOX, false, title, note);
	page_text(lesson, inside.columns - 2, &text);
	if (text.text)
		draw_lines(&inside, text.text, letters_shown(ui, text.text));
	buffer_free(&text);
}
