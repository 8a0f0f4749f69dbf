#include "tui/theme.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

enum { FILE_MOST = 1 << 16, WORDS_MOST = 16, NO_COLOR = -1, COLORS_16 = 16 };

struct row {
	unsigned plain;		/* without colour */
	unsigned flags;		/* with it */
	int color16, color256;
};

/* The colours of 256 are of medium lightness: they stand out from black and
 * from white, and from each other for most colour-blind eyes. */
static const struct row usual[STYLES] = {
	[STYLE_NORMAL] = {0, 0, -1, -1},
	[STYLE_DIM] = {LOOK_DIM, LOOK_DIM, -1, -1},
	[STYLE_BOLD] = {LOOK_BOLD, LOOK_BOLD, -1, -1},
	[STYLE_BORDER] = {LOOK_DIM, LOOK_DIM, -1, -1},
	[STYLE_FOCUS] = {LOOK_BOLD, LOOK_BOLD, 6, 32},
	[STYLE_TITLE] = {0, 0, -1, -1},
	[STYLE_SELECTED] = {LOOK_REVERSE, LOOK_REVERSE, -1, -1},
	[STYLE_KEY] = {LOOK_BOLD, LOOK_BOLD, 6, 32},
	[STYLE_GOOD] = {LOOK_BOLD, 0, 2, 35},
	[STYLE_WARN] = {LOOK_UNDERLINE, 0, 3, 172},
	[STYLE_BAD] = {LOOK_BOLD, LOOK_BOLD, 1, 160},
	[STYLE_BAR] = {LOOK_BOLD, 0, 6, 32},
	[STYLE_SERIES1] = {0, 0, 6, 32},
	[STYLE_SERIES2] = {LOOK_BOLD, 0, 3, 172},
	[STYLE_SERIES3] = {0, 0, 2, 36},
	[STYLE_SERIES4] = {LOOK_BOLD, 0, 5, 63},
	[STYLE_SERIES5] = {0, 0, 1, 160},
	[STYLE_SERIES6] = {LOOK_BOLD, 0, 4, 107},
	/* From cold to hot, in order of lightness. */
	[STYLE_HEAT1] = {0, 0, 4, 55},
	[STYLE_HEAT2] = {0, 0, 4, 61},
	[STYLE_HEAT3] = {0, 0, 6, 67},
	[STYLE_HEAT4] = {0, 0, 6, 73},
	[STYLE_HEAT5] = {0, 0, 2, 78},
	[STYLE_HEAT6] = {0, 0, 2, 114},
	[STYLE_HEAT7] = {0, 0, 3, 179},
	[STYLE_HEAT8] = {0, 0, 3, 220},
};

static const char *const style_names[STYLES] = {
	"normal", "dim", "bold", "border", "focus", "title", "selected",
	"key", "good", "warn", "bad", "bar", "series1", "series2", "series3",
	"series4", "series5", "series6", "heat1", "heat2", "heat3", "heat4",
	"heat5", "heat6", "heat7", "heat8"};

static const char *const color_names[COLORS_16] = {
	"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
	"bright-black", "bright-red", "bright-green", "bright-yellow",
	"bright-blue", "bright-magenta", "bright-cyan", "bright-white"};

static const struct { const char *name; unsigned flag; } flag_names[] = {
	{"plain", 0}, {"bold", LOOK_BOLD}, {"dim", LOOK_DIM},
	{"reverse", LOOK_REVERSE}, {"underline", LOOK_UNDERLINE}};

/* The built-in themes are written as a user would write one. The series are
 * chosen for the largest least distance between any two of them, for common
 * eyes and for those that lack a kind of cones (tests/unit/test_theme.c). */
static const struct { const char *name, *text; } built_in[] = {
	{"dark",
	    "focus bold cyan 74\nkey bold cyan 74\nbar cyan 74\n"
	    "good green 72\nwarn yellow 214\nbad bold red 203\n"
	    "series1 cyan 74\nseries2 yellow 214\nseries3 green 85\n"
	    "series4 blue 33\nseries5 red 167\nseries6 white 123\n"},
	{"light",
	    "focus bold blue 25\nkey bold blue 25\nbar blue 25\n"
	    "good green 29\nwarn red 130\nbad bold red 124\n"
	    "series1 blue 25\nseries2 red 166\nseries3 cyan 30\n"
	    "series4 magenta 93\nseries5 green 131\nseries6 black 88\n"},
	{"mono", ""},
};

static struct row looks[STYLES];
static bool chosen, mono;

static int find(const char *const *list, int count, const char *word)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(list[i], word) == 0)
			return i;
	}
	return -1;
}

static int read_flag(const char *word, unsigned *flags)
{
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(*flag_names); i++) {
		if (strcmp(flag_names[i].name, word) == 0) {
			*flags |= flag_names[i].flag;
			return 0;
		}
	}
	return -1;
}

/* A name is one of 16 colours; a number from 16 on is for terminals of 256,
 * beside the name for those that have fewer. */
static int read_color(const char *word, struct row *row)
{
	int named = find(color_names, COLORS_16, word);
	long number = named;

	if (strcmp(word, "default") == 0)
		number = NO_COLOR;
	else if (named < 0 && (parse_long(word, &number) || number < 0 ||
		number > 255))
		return -1;
	if (number < COLORS_16)
		row->color16 = (int)number;
	if (number >= COLORS_16 || row->color256 < COLORS_16)
		row->color256 = (int)number;
	return 0;
}

static int read_words(int words, char **word, struct row *table,
    struct error *error)
{
	int style = find(style_names, STYLES, word[0]);
	struct row row = {0, 0, NO_COLOR, NO_COLOR};

	if (style < 0)
		return error_set(error, "key %s is not known", word[0]);
	for (int i = 1; i < words; i++) {
		if (read_flag(word[i], &row.flags) &&
		    read_color(word[i], &row))
			return error_set(error, "%s %s: a colour by name or "
			    "from 0 to 255, default, plain, bold, dim, "
			    "reverse or underline", word[0], word[i]);
	}
	row.plain = table[style].plain;
	table[style] = row;
	return 0;
}

/* "KEY [=] WORD...", '#' begins a comment. */
static int read_line(char *line, struct row *table, struct error *error)
{
	char *word[WORDS_MOST], *rest = NULL;
	int words = 0;

	line[strcspn(line, "#\r")] = '\0';
	for (char *at = strtok_r(line, " \t=", &rest); at && words <
	    WORDS_MOST; at = strtok_r(NULL, " \t=", &rest))
		word[words++] = at;
	return words ? read_words(words, word, table, error) : 0;
}

static int read_text(char *text, struct row *table, struct error *error)
{
	char safe[256];
	int number = 1;

	for (char *line = text; line; number++) {
		char *next = strchr(line, '\n');

		if (next)
			*next++ = '\0';
		if (read_line(line, table, error)) {
			text_safe(safe, sizeof(safe), error->text);
			return error_set(error, "line %d: %s", number, safe);
		}
		line = next;
	}
	return 0;
}

static int read_file(const char *path, struct row *table,
    struct error *error)
{
	char *full = path_expand(path), *text;
	size_t size;
	int status;

	text = file_read(full, FILE_MOST, &size, error);
	status = text ? read_text(text, table, error) : -1;
	if (text && status)
		error_prefix(error, "theme %s", path);
	free(text);
	free(full);
	return status;
}

static int read_own(struct row *table, struct error *error)
{
	char *folder = path_xdg("XDG_CONFIG_HOME", ".config");
	char *path = path_join(folder, "theme");
	int status = path_exists(path) ? read_file(path, table, error) : 0;

	free(path);
	free(folder);
	return status;
}

static int read_built_in(const char *name, struct row *table,
    struct error *error)
{
	for (size_t i = 0; i < sizeof(built_in) / sizeof(*built_in); i++) {
		char *text;
		int status;

		if (strcmp(built_in[i].name, name) != 0)
			continue;
		text = xstrdup(built_in[i].text);
		status = read_text(text, table, error);
		free(text);
		return status;
	}
	return read_file(name, table, error);
}

int theme_choose(const char *name, struct error *error)
{
	struct row table[STYLES];
	int status;

	memcpy(table, usual, sizeof(table));
	status = strcmp(name, "auto") == 0 ? read_own(table, error) :
	    read_built_in(name, table, error);
	if (status)
		return -1;
	memcpy(looks, table, sizeof(looks));
	mono = strcmp(name, "mono") == 0;
	chosen = true;
	return 0;
}

struct look theme_look(enum style style, int colors)
{
	const struct row *row = chosen ? &looks[style] : &usual[style];

	if (colors < 8 || mono)
		return (struct look){row->plain, -1};
	if (colors >= 256)
		return (struct look){row->flags, row->color256};
	return (struct look){row->flags, row->color16 < colors ?
	    row->color16 : row->color16 - 8};
}

bool theme_no_color(void)
{
	const char *value = getenv("NO_COLOR");

	return value && value[0];
}
