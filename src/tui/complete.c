#include "tui/complete.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tui/glyph.h"
#include "tui/palette.h"

enum { ROWS_MOST = 10, WORD_MOST = 24 };

void complete_clear(struct complete *complete)
{
	completions_free(complete->item, complete->count);
	*complete = (struct complete){.chosen = -1};
}

bool complete_is_open(const struct complete *complete)
{
	return complete->count > 1 || complete->palette;
}

void complete_follow(struct complete *complete,
    const struct snapshot *snapshot, const char *line)
{
	complete_clear(complete);
	complete->palette = true;
	complete->chosen = 0;
	complete->item = palette_find(snapshot, line, &complete->count);
}

/* One verb that begins so is completed as anywhere else. */
bool complete_palette(struct complete *complete,
    const struct snapshot *snapshot, const char *line, int point)
{
	int start, count;
	struct completion *usual;

	if (line[point] || strcspn(line, " ;") < (size_t)point)
		return false;
	usual = command_complete(line, point, snapshot, &start, &count);
	completions_free(usual, count);
	if (count == 1)
		return false;
	complete_follow(complete, snapshot, line);
	return true;
}

void complete_choose(struct complete *complete, int step)
{
	if (complete->count)
		complete->chosen = (complete->chosen + step +
		    complete->count) % complete->count;
}

const char *complete_taken(const struct complete *complete, const char *line)
{
	const char *word;

	if (!complete->palette || complete->count == 0)
		return NULL;
	word = complete->item[complete->chosen].word;
	return strncmp(line, word, strlen(word)) == 0 ? NULL : word;
}

/* Bytes that all candidates begin with. */
static int shared(const struct complete *complete)
{
	const char *first = complete->item[0].word;
	int length = (int)strlen(first);

	for (int i = 1; i < complete->count; i++) {
		int same = 0;

		while (same < length &&
		    complete->item[i].word[same] == first[same])
			same++;
		length = same;
	}
	return length;
}

/* Put the word in the place of what stands between its start and *point. */
static bool replace(int start, const char *word, int length, bool space,
    char *line, size_t size, int *point)
{
	char *rest = xstrdup(line + *point);
	int used = start + length + space;
	bool fits = (size_t)used + strlen(rest) < size;

	if (fits) {
		memcpy(line + start, word, (size_t)length);
		if (space)
			line[start + length] = ' ';
		text_copy(line + used, size - (size_t)used,
		    space && rest[0] == ' ' ? rest + 1 : rest);
		*point = used;
	}
	free(rest);
	return fits;
}

static bool begin(struct complete *complete, const struct snapshot *snapshot,
    char *line, size_t size, int *point)
{
	const struct completion *only;

	complete_clear(complete);
	complete->item = command_complete(line, *point, snapshot,
	    &complete->start, &complete->count);
	if (complete->count == 0)
		return false;
	only = complete->count == 1 ? complete->item : NULL;
	return replace(complete->start, complete->item[0].word,
	    shared(complete), only && only->final, line, size, point);
}

bool complete_step(struct complete *complete, int step,
    const struct snapshot *snapshot, char *line, size_t size, int *point)
{
	const char *word;

	if (!complete_is_open(complete))
		return begin(complete, snapshot, line, size, point);
	if (complete->chosen < 0 && step < 0)
		complete->chosen = 0;
	complete->chosen = (complete->chosen + step + complete->count) %
	    complete->count;
	word = complete->item[complete->chosen].word;
	return replace(complete->start, word, (int)strlen(word), false, line,
	    size, point);
}

static int widest(const struct complete *complete)
{
	int width = 8;

	for (int i = 0; i < complete->count; i++) {
		int columns = text_width(complete->item[i].word);

		if (columns > width)
			width = columns;
	}
	return width < WORD_MOST ? width : WORD_MOST;
}

static void draw_item(const struct area *area, int row,
    const struct completion *item, int width, bool chosen)
{
	enum style style = chosen ? STYLE_SELECTED : STYLE_NORMAL;
	int end;

	area_fill(area, row, style);
	end = area_puts(area, row, 2, chosen ? style : STYLE_KEY, item->word);
	area_puts(area, row, end > width + 3 ? end + 2 : width + 4, style,
	    item->help);
}

void complete_draw(const struct complete *complete, const struct area *area)
{
	int most = area->rows - 1 < ROWS_MOST ? area->rows - 1 : ROWS_MOST;
	int rows = complete->count < most ? complete->count : most;
	int first = complete->chosen - rows + 1;
	int top = area->rows - rows;
	char note[64];

	if (complete->palette && complete->count == 0) {
		area_fill(area, area->rows - 1, STYLE_NORMAL);
		area_puts(area, area->rows - 1, 2, STYLE_WARN,
		    "nothing fits; Esc leaves the list");
	}
	if (!complete_is_open(complete) || rows < 1)
		return;
	if (first < 0)
		first = 0;
	for (int i = 0; i < area->columns; i++)
		area_put(area, top - 1, i, STYLE_FOCUS, 0x2500);
	text_format(note, sizeof(note), complete->palette ?
	    " type to filter these %d, Enter takes one " : " Tab: next of %d ",
	    complete->count);
	area_puts(area, top - 1, 2, STYLE_FOCUS, note);
	for (int i = 0; i < rows; i++)
		draw_item(area, top + i, &complete->item[first + i],
		    widest(complete), first + i == complete->chosen);
}

/* The command that a line begins with, and how many words name it. */
static const struct command *command_of(const char *text, int *words)
{
	const struct command *found = NULL;
	char verb[32] = "", object[32] = "";
	size_t length = strcspn(text, " ");
	int count;
	const struct command *row = commands(&count);

	text_format(verb, sizeof(verb), "%.*s", (int)length, text);
	text += length + strspn(text + length, " ");
	text_format(object, sizeof(object), "%.*s", (int)strcspn(text, " "),
	    text);
	for (int i = 0; i < count; i++) {
		bool named = row[i].object && strcmp(row[i].object, object) ==
		    0;

		if (strcmp(row[i].verb, verb) != 0 || (row[i].object &&
		    !named) || (found && !named))
			continue;
		found = &row[i];
		*words = 1 + named;
	}
	return found;
}

static int count_words(const char *text)
{
	int words = 0;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		words++;
		text += strcspn(text, " ");
	}
	return words;
}

void complete_usage(const struct area *line, int column, const char *text)
{
	const char *last = strrchr(text, ';');
	const struct command *command;
	int words = 0;

	if (last)
		text = last + 1;
	text += strspn(text, " ");
	command = *text ? command_of(text, &words) : NULL;
	if (!command || count_words(text) > words)
		return;
	area_printf(line, 0, column + 3, STYLE_DIM, "%s: %s", command->usage,
	    command->help);
}
