#include "tui/palette.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"

/* In this order: at its beginning, at that of one of its words, anywhere,
 * with other letters between, in its help. */
enum { BEGINS, BEGINS_WORD, WITHIN, SCATTERED, HELPS };

struct found {
	struct completion item;
	int misfit, place;
};

struct search {
	const char *query;
	struct found *found;
	size_t count, capacity;
};

/* All letters of the word, in this order, with others between. */
static bool scattered(const char *letters, size_t length, const char *text)
{
	size_t i = 0;

	for (; *text && i < length; text++)
		i += strncasecmp(text, letters + i, 1) == 0;
	return i == length;
}

static const char *within(const char *text, const char *word, size_t length)
{
	for (; *text; text++) {
		if (strncasecmp(text, word, length) == 0)
			return text;
	}
	return NULL;
}

static int misfit_of_word(const char *word, size_t length, const char *entry,
    const char *help)
{
	const char *at = within(entry, word, length);

	if (at == entry)
		return BEGINS;
	for (; at; at = within(at + 1, word, length)) {
		if (strchr(" _-", at[-1]))
			return BEGINS_WORD;
	}
	if (within(entry, word, length))
		return WITHIN;
	if (scattered(word, length, entry))
		return SCATTERED;
	return within(help, word, length) ? HELPS : -1;
}

int palette_misfit(const char *query, const char *word, const char *help)
{
	int sum = 0;

	for (query += strspn(query, " "); *query;
	    query += strspn(query, " ")) {
		size_t length = strcspn(query, " ");
		int misfit = misfit_of_word(query, length, word, help);

		if (misfit < 0)
			return -1;
		sum += misfit;
		query += length;
	}
	return sum;
}

static void offer(struct search *search, const char *word, const char *help)
{
	int misfit = palette_misfit(search->query, word, help);

	if (misfit < 0)
		return;
	array_grow(&search->found, search->count, &search->capacity,
	    sizeof(*search->found));
	search->found[search->count] = (struct found){{xstrdup(word),
		xstrdup(help), true}, misfit, (int)search->count};
	search->count++;
}

static void offer_commands(struct search *search)
{
	int count;
	const struct command *row = commands(&count);
	char word[64];

	for (int i = 0; i < count; i++) {
		text_format(word, sizeof(word), "%s%s%s", row[i].verb,
		    row[i].object ? " " : "",
		    row[i].object ? row[i].object : "");
		offer(search, word, row[i].help);
	}
}

static bool is_offered(const struct search *search, const char *word)
{
	size_t i = 0;

	while (i < search->count &&
	    strcmp(search->found[i].item.word, word) != 0)
		i++;
	return i < search->count;
}

/* What may stand behind these words, but for options. */
static void offer_behind(struct search *search,
    const struct snapshot *snapshot, const char *begin)
{
	int count, from;
	struct completion *item = command_complete(begin, (int)strlen(begin),
	    snapshot, &from, &count);
	char word[96];

	for (int i = 0; i < count; i++) {
		text_format(word, sizeof(word), "%s%s", begin, item[i].word);
		if (item[i].final && !strchr(item[i].word, '=') &&
		    !is_offered(search, word))
			offer(search, word, item[i].help);
	}
	completions_free(item, count);
}

/* Optimizers, measures, networks and the like: who looks for one knows its
 * name, not the command. */
static void offer_kinds(struct search *search,
    const struct snapshot *snapshot)
{
	int count;
	const struct command *row = commands(&count);
	char begin[64];

	for (int i = 0; i < count; i++) {
		enum word_kind kind = row[i].place[0].kind;

		if (kind < WORD_DATA || kind > WORD_MEASURE)
			continue;
		text_format(begin, sizeof(begin), "%s %s%s", row[i].verb,
		    row[i].object ? row[i].object : "",
		    row[i].object ? " " : "");
		offer_behind(search, snapshot, begin);
	}
}

static void offer_runs(struct search *search, const struct snapshot *snapshot)
{
	char word[64], help[100];

	for (int i = 0; i < snapshot->runs; i++) {
		const struct run_view *run = &snapshot->run[i];

		text_format(word, sizeof(word), "run use %s", run->name);
		text_format(help, sizeof(help), "the run %s: %s", run->name,
		    run->arm);
		offer(search, word, help);
	}
}

static int by_misfit(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return x->misfit != y->misfit ? x->misfit - y->misfit :
	    x->place - y->place;
}

struct completion *palette_find(const struct snapshot *snapshot,
    const char *query, int *count)
{
	struct search search = {.query = query};
	struct completion *item;

	offer_commands(&search);
	offer_behind(&search, snapshot, "set ");
	offer_runs(&search, snapshot);
	if (query[0])	/* they would make the list long */
		offer_kinds(&search, snapshot);
	if (search.count)
		qsort(search.found, search.count, sizeof(*search.found),
		    by_misfit);
	item = xcalloc(search.count + 1, sizeof(*item));
	for (size_t i = 0; i < search.count; i++)
		item[i] = search.found[i].item;
	free(search.found);
	*count = (int)search.count;
	return item;
}
