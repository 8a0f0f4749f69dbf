#define NCURSES_WIDECHAR 1
#include "tui/terminal.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <curses.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "tui/glyph.h"
#include "tui/keys.h"
#include "tui/theme.h"

enum { PASTE_BEGIN = 0700, PASTE_END = 0701, PASTE_MOST = 1 << 16,
	WHEEL_LINES = 3 };

/* One terminal, as curses has it. */
static struct {
	bool open, abandoned, unicode, mouse, console;
	int colors;		/* used; 0: none */
	SCREEN *screen;
	struct cell *shown;	/* what curses was given */
	int rows, columns;
	attr_t attribute[STYLES];
	short pair[STYLES];
	struct buffer paste;
} terminal;

static void choose_colors(const struct tui_options *options)
{
	bool wanted = options->color ? options->color > 0 :
	    has_colors() && !theme_no_color();

	terminal.colors = 0;
	if (!wanted || start_color() == ERR)
		return;
	use_default_colors();
	terminal.colors = COLORS;
}

static void set_looks(void)
{
	static const struct { unsigned flag; attr_t attribute; } map[] = {
		{LOOK_BOLD, A_BOLD}, {LOOK_DIM, A_DIM},
		{LOOK_REVERSE, A_REVERSE}, {LOOK_UNDERLINE, A_UNDERLINE}};

	for (int i = 0; i < STYLES; i++) {
		struct look look = theme_look((enum style)i, terminal.colors);

		terminal.attribute[i] = A_NORMAL;
		for (size_t j = 0; j < sizeof(map) / sizeof(*map); j++) {
			if (look.flags & map[j].flag)
				terminal.attribute[i] |= map[j].attribute;
		}
		terminal.pair[i] = 0;
		if (look.color >= 0) {
			terminal.pair[i] = (short)(i + 1);
			init_pair(terminal.pair[i], (short)look.color, -1);
		}
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

/* What curses does not know of: pastes, and moves of the mouse while its
 * button is held. */
static void private_modes(bool on)
{
	fputs(on ? "\033[?2004h" : "\033[?2004l", stdout);
	if (terminal.mouse)
		fputs(on ? "\033[?1002h" : "\033[?1002l", stdout);
	fflush(stdout);
}

void terminal_mouse(bool on)
{
	const mmask_t wanted = BUTTON1_PRESSED | BUTTON1_RELEASED |
	    BUTTON4_PRESSED | BUTTON5_PRESSED | REPORT_MOUSE_POSITION;

	private_modes(false);
	terminal.mouse = mousemask(on ? wanted : 0, NULL) != 0;
	mouseinterval(0);
	private_modes(true);
}

/* Where the terminal has no second screen, what is drawn stays: whatever comes
 * next begins on an empty line. */
static void leave_screen(void)
{
	private_modes(false);
	move(terminal.rows - 1, 0);
	clrtoeol();
	refresh();
	endwin();
}

int terminal_open(const struct tui_options *options, struct error *error)
{
	terminal.screen = newterm(NULL, stdout, stdin);
	if (!terminal.screen)
		return error_set(error, "terminal type %s is not known here; "
		    "`TERM=xterm-256color snt` may do, `snt --plain` does",
		    getenv("TERM") ? getenv("TERM") : "(none)");
	set_term(terminal.screen);
	terminal.unicode = options->unicode >= 0 &&
	    strcasecmp(nl_langinfo(CODESET), "UTF-8") == 0;
	terminal.console = strncmp(termname(), "linux", 5) == 0;
	set_modes();
	choose_colors(options);
	set_looks();
	terminal_mouse(options->mouse);
	terminal.open = true;
	terminal.abandoned = false;
	terminal_refresh();
	return 0;
}

void terminal_close(void)
{
	if (!terminal.open)
		return;
	terminal.open = false;
	if (!terminal.abandoned)
		leave_screen();
	delscreen(terminal.screen);
	free(terminal.shown);
	terminal.shown = NULL;
	buffer_free(&terminal.paste);
}

void terminal_check(void)
{
	struct termios modes;

	if (tcgetattr(STDOUT_FILENO, &modes))
		terminal.abandoned = true;
}

void tui_restore_terminal(void)
{
	if (!terminal.open || terminal.abandoned)
		return;
	private_modes(false);
	endwin();
}

bool terminal_unicode(void)
{
	return terminal.unicode;
}

bool terminal_console(void)
{
	return terminal.console;
}

bool terminal_color(void)
{
	return terminal.colors >= 8;
}

void terminal_size(int *rows, int *columns)
{
	*rows = terminal.rows;
	*columns = terminal.columns;
}

void terminal_refresh(void)
{
	struct winsize size;
	size_t cells;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row &&
	    size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	getmaxyx(stdscr, terminal.rows, terminal.columns);
	cells = (size_t)terminal.rows * (size_t)terminal.columns;
	terminal.shown = xreallocarray(terminal.shown, cells + 1,
	    sizeof(*terminal.shown));
	for (size_t i = 0; i < cells; i++)
		terminal.shown[i] = (struct cell){' ', STYLE_NORMAL};
	erase();
	clearok(curscr, TRUE);
}

void terminal_restyle(void)
{
	set_looks();
	terminal_refresh();
}

bool terminal_suspend(void)
{
	struct sigaction standard = {.sa_handler = SIG_DFL}, before;

	if (getsid(0) == getpid())
		return false;
	def_prog_mode();
	leave_screen();
	sigaction(SIGTSTP, &standard, &before);
	kill(0, SIGTSTP);
	sigaction(SIGTSTP, &before, NULL);
	reset_prog_mode();
	private_modes(true);
	terminal_refresh();
	return true;
}

bool terminal_ready(void)
{
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
	int waiting = 0;

	if (poll(&out, 1, 0) == 1 && !(out.revents & POLLOUT))
		return false;
	return ioctl(STDOUT_FILENO, TIOCOUTQ, &waiting) != 0 ||
	    waiting < 8 * terminal.rows * terminal.columns;
}

static void put_cell(int row, int column, const struct cell *cell)
{
	wchar_t text[2] = {(wchar_t)(terminal.console ?
		character_console(cell->character) : cell->character), 0};
	cchar_t glyph;

	setcchar(&glyph, text, terminal.attribute[cell->style],
	    terminal.pair[cell->style], NULL);
	mvadd_wch(row, column, &glyph);
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
	return a->character == b->character && a->style == b->style;
}

/* Only what changed goes to curses, which writes only what the terminal does
 * not show yet. */
int terminal_show(const struct canvas *canvas, int row, int column)
{
	int changed = 0;

	if (terminal.abandoned || canvas->rows != terminal.rows ||
	    canvas->columns != terminal.columns)
		return 0;
	for (int i = 0; i < canvas->rows * canvas->columns; i++) {
		const struct cell *cell = &canvas->cell[i];

		if (same_cell(cell, &terminal.shown[i]))
			continue;
		if (cell->character)
			put_cell(i / canvas->columns, i % canvas->columns,
			    cell);
		terminal.shown[i] = *cell;
		changed++;
	}
	curs_set(row >= 0);
	if (row >= 0)
		move(row, column);
	wnoutrefresh(stdscr);
	doupdate();
	return changed;
}

static int32_t special(wint_t key)
{
	static const struct { wint_t curses; int32_t code; } map[] = {
		{KEY_UP, KEY_CODE_UP}, {KEY_DOWN, KEY_CODE_DOWN},
		{KEY_LEFT, KEY_CODE_LEFT}, {KEY_RIGHT, KEY_CODE_RIGHT},
		{KEY_HOME, KEY_CODE_HOME}, {KEY_END, KEY_CODE_END},
		{KEY_PPAGE, KEY_CODE_PAGE_UP}, {KEY_NPAGE, KEY_CODE_PAGE_DOWN},
		{KEY_SRIGHT, KEY_CODE_PAGE_UP}, {KEY_SLEFT, KEY_CODE_PAGE_DOWN},
		{KEY_IC, KEY_CODE_INSERT}, {KEY_DC, KEY_CODE_DELETE},
		{KEY_BACKSPACE, KEY_CODE_BACKSPACE},
		{KEY_BTAB, KEY_CODE_BACK_TAB}, {KEY_F(1), KEY_CODE_F1},
		{KEY_F(3), KEY_CODE_F3}, {KEY_F(10), KEY_CODE_F10},
		{KEY_ENTER, KEY_CODE_ENTER}};

	for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++) {
		if (map[i].curses == key)
			return map[i].code;
	}
	return KEY_CODE_OTHER;
}

static enum terminal_event read_mouse(struct terminal_input *input)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return TERMINAL_NOTHING;
	input->row = event.y;
	input->column = event.x;
	if (event.bstate & BUTTON1_PRESSED)
		return TERMINAL_CLICK;
	if (event.bstate & REPORT_MOUSE_POSITION)
		return TERMINAL_DRAG;
	if (event.bstate & BUTTON1_RELEASED)
		return TERMINAL_RELEASE;
	input->lines = event.bstate & BUTTON4_PRESSED ? -WHEEL_LINES :
	    WHEEL_LINES;
	return TERMINAL_WHEEL;
}

/* Up to the end of the paste; the rest of it may still be on its way. */
static enum terminal_event read_paste(struct terminal_input *input)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	char bytes[4];
	wint_t key;

	buffer_clear(&terminal.paste);
	buffer_puts(&terminal.paste, "");
	for (;;) {
		int kind = get_wch(&key);

		if (kind == ERR && poll(&in, 1, 500) <= 0)
			break;
		if (kind == KEY_CODE_YES && key == PASTE_END)
			break;
		if (kind == OK && key && terminal.paste.length < PASTE_MOST)
			buffer_add(&terminal.paste, bytes,
			    (size_t)utf8_put((uint32_t)key, bytes));
	}
	input->paste = terminal.paste.text;
	return TERMINAL_PASTE;
}

/* Alt sends the key after an Esc, in one breath. */
static int32_t after_escape(void)
{
	wint_t key;
	int kind = get_wch(&key);

	if (kind == ERR)
		return KEY_CODE_ESCAPE;
	if (kind == OK && key > ' ' && key <= 0x7f)
		return KEY_CODE_ALT | (int32_t)key;
	if (kind == OK)
		unget_wch((wchar_t)key);
	else
		ungetch((int)key);
	return KEY_CODE_ESCAPE;
}

enum terminal_event terminal_read(struct terminal_input *input)
{
	wint_t key;
	int kind;

	errno = 0;
	kind = get_wch(&key);
	if (kind == ERR)
		return errno == EIO ? TERMINAL_END : TERMINAL_NOTHING;
	if (kind == KEY_CODE_YES && key == PASTE_BEGIN)
		return read_paste(input);
	if (kind == KEY_CODE_YES && key == KEY_MOUSE)
		return read_mouse(input);
	input->key = kind == KEY_CODE_YES ? special(key) : key == 0x7f ||
	    key == 8 ? KEY_CODE_BACKSPACE : key == 27 ? after_escape() :
	    (int32_t)key;
	return TERMINAL_KEY;
}
