#define NCURSES_WIDECHAR 1
#include "tui/terminal.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <curses.h>

#include "base/memory.h"

enum { PASTE_BEGIN = 0700, PASTE_END = 0701 };

static struct {
	bool open, abandoned, unicode, color;
	SCREEN *screen;
	struct cell *shown;	/* what the screen has */
	int rows, columns;
	attr_t attribute[STYLES];
	short pair[STYLES];
} terminal;

/* Meaning to look: never colour alone, so that monochrome says the same. */
static const struct look {
	attr_t attribute;	/* with and without colour */
	short color;		/* foreground; -1: the default */
} looks[STYLES] = {
	[STYLE_NORMAL] = {A_NORMAL, -1}, [STYLE_DIM] = {A_NORMAL, 8},
	[STYLE_BOLD] = {A_BOLD, -1}, [STYLE_BORDER] = {A_NORMAL, 8},
	[STYLE_FOCUS] = {A_BOLD, COLOR_CYAN}, [STYLE_TITLE] = {A_BOLD, -1},
	[STYLE_SELECTED] = {A_REVERSE, -1}, [STYLE_KEY] = {A_BOLD,
	    COLOR_CYAN}, [STYLE_GOOD] = {A_BOLD, COLOR_GREEN},
	[STYLE_WARN] = {A_NORMAL, COLOR_YELLOW},
	[STYLE_BAD] = {A_BOLD, COLOR_RED}, [STYLE_BAR] = {A_NORMAL,
	    COLOR_CYAN}, [STYLE_SERIES1] = {A_NORMAL, COLOR_CYAN},
	[STYLE_SERIES2] = {A_BOLD, COLOR_YELLOW},
	[STYLE_SERIES3] = {A_NORMAL, COLOR_MAGENTA},
	[STYLE_SERIES4] = {A_NORMAL, COLOR_GREEN},
	[STYLE_SERIES5] = {A_NORMAL, COLOR_RED},
	[STYLE_SERIES6] = {A_NORMAL, COLOR_BLUE}};

static bool wants_color(const struct tui_options *options)
{
	const char *no_color = getenv("NO_COLOR");

	if (options->color)
		return options->color > 0;
	return has_colors() && !(no_color && no_color[0]);
}

static void set_looks(const struct tui_options *options)
{
	terminal.color = wants_color(options);
	if (terminal.color) {
		start_color();
		use_default_colors();
	}
	for (int i = 0; i < STYLES; i++) {
		short color = looks[i].color;

		terminal.attribute[i] = looks[i].attribute;
		if (!terminal.color || color < 0)
			continue;
		/* With 8 colours there is no grey: dim, not black. */
		if (color >= COLORS) {
			terminal.attribute[i] |= A_DIM;
			continue;
		}
		terminal.pair[i] = (short)(i + 1);
		init_pair(terminal.pair[i], color, -1);
	}
}

static void set_modes(void)
{
	raw();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	set_escdelay(30);
	define_key("\033[200~", PASTE_BEGIN);
	define_key("\033[201~", PASTE_END);
}

static void bracketed_paste(bool on)
{
	fputs(on ? "\033[?2004h" : "\033[?2004l", stdout);
	fflush(stdout);
}

int terminal_open(const struct tui_options *options, struct error *error)
{
	const char *codeset = nl_langinfo(CODESET);

	terminal.screen = newterm(NULL, stdout, stdin);
	if (!terminal.screen)
		return error_set(error, "terminal type %s is not known",
		    getenv("TERM") ? getenv("TERM") : "(none)");
	set_term(terminal.screen);
	terminal.unicode = options->unicode ? options->unicode > 0 :
	    strcasecmp(codeset, "UTF-8") == 0;
	set_modes();
	set_looks(options);
	bracketed_paste(true);
	terminal.open = true;
	terminal_refresh();
	return 0;
}

void terminal_close(void)
{
	if (!terminal.open || terminal.abandoned)
		return;
	terminal.open = false;
	bracketed_paste(false);
	endwin();
	delscreen(terminal.screen);
	free(terminal.shown);
	terminal.shown = NULL;
}

void terminal_abandon(void)
{
	terminal.abandoned = true;
}

void tui_restore_terminal(void)
{
	if (!terminal.open || terminal.abandoned)
		return;
	bracketed_paste(false);
	endwin();
}

bool terminal_unicode(void)
{
	return terminal.unicode;
}

void terminal_size(int *rows, int *columns)
{
	*rows = terminal.rows;
	*columns = terminal.columns;
}

void terminal_refresh(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row &&
	    size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	getmaxyx(stdscr, terminal.rows, terminal.columns);
	terminal.shown = xreallocarray(terminal.shown,
	    (size_t)terminal.rows * (size_t)terminal.columns + 1,
	    sizeof(*terminal.shown));
	memset(terminal.shown, 0xff, (size_t)terminal.rows *
	    (size_t)terminal.columns * sizeof(*terminal.shown));
	clearok(stdscr, TRUE);
}

void terminal_suspend(void)
{
	struct sigaction standard = {.sa_handler = SIG_DFL}, before;

	bracketed_paste(false);
	def_prog_mode();
	endwin();
	sigaction(SIGTSTP, &standard, &before);
	kill(0, SIGTSTP);
	sigaction(SIGTSTP, &before, NULL);
	reset_prog_mode();
	bracketed_paste(true);
	terminal_refresh();
}

static void put_cell(int row, int column, const struct cell *cell)
{
	wchar_t text[2] = {(wchar_t)cell->character, 0};
	cchar_t glyph;

	setcchar(&glyph, text, terminal.attribute[cell->style],
	    terminal.pair[cell->style], NULL);
	mvadd_wch(row, column, &glyph);
}

/* Only what changed goes to curses; curses in turn writes only what the
 * terminal does not show yet. */
void terminal_show(const struct canvas *canvas, int row, int column)
{
	if (terminal.abandoned)
		return;
	for (int i = 0; i < canvas->rows * canvas->columns; i++) {
		const struct cell *cell = &canvas->cell[i];

		if (cell->character == 0 ||
		    (cell->character == terminal.shown[i].character &&
			cell->style == terminal.shown[i].style))
			continue;
		put_cell(i / canvas->columns, i % canvas->columns, cell);
		terminal.shown[i] = *cell;
	}
	curs_set(row >= 0);
	if (row >= 0)
		move(row, column);
	wnoutrefresh(stdscr);
	doupdate();
}

static int32_t special(wint_t key)
{
	static const struct { wint_t curses; int32_t code; } map[] = {
		{KEY_UP, KEY_CODE_UP}, {KEY_DOWN, KEY_CODE_DOWN},
		{KEY_LEFT, KEY_CODE_LEFT}, {KEY_RIGHT, KEY_CODE_RIGHT},
		{KEY_HOME, KEY_CODE_HOME}, {KEY_END, KEY_CODE_END},
		{KEY_PPAGE, KEY_CODE_PAGE_UP}, {KEY_NPAGE, KEY_CODE_PAGE_DOWN},
		{KEY_DC, KEY_CODE_DELETE}, {KEY_BACKSPACE, KEY_CODE_BACKSPACE},
		{KEY_BTAB, KEY_CODE_BACK_TAB}, {KEY_F(1), KEY_CODE_HELP},
		{KEY_ENTER, '\r'}, {PASTE_BEGIN, KEY_CODE_PASTE},
		{PASTE_END, KEY_CODE_PASTE_END}};

	for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++) {
		if (map[i].curses == key)
			return map[i].code;
	}
	return KEY_CODE_OTHER;
}

int32_t terminal_key(void)
{
	wint_t key;
	int kind;

	errno = 0;
	kind = get_wch(&key);
	if (kind == ERR)
		return errno == EIO ? -1 : 0;
	if (kind == KEY_CODE_YES)
		return special(key);
	return key == 127 ? KEY_CODE_BACKSPACE : (int32_t)key;
}
