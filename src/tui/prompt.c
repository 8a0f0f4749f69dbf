#include "tui/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "tui/complete.h"
#include "tui/glyph.h"
#include "tui/help.h"
#include "tui/keys.h"
#include "tui/log_search.h"
#include "tui/ui.h"
#include "workbench/statement.h"

enum { HISTORY_LINES = 1000, QUEUE = 64, LINE_MOST = 4096 };

struct prompt {
	struct ui *ui;
	bool open, once;	/* once: closed behind its line */
	char queue[QUEUE];	/* bytes for readline, whole characters */
	int head, tail;
	FILE *nowhere;		/* what readline reads and writes otherwise */
	char *history;		/* path, or NULL: not kept */
	struct complete complete;
	char *line;		/* ended by Enter, not submitted yet */
};

static struct prompt *the_prompt;	/* readline's hooks get no context */
static const char label[] = "snt> ";

static int next_byte(FILE *stream)
{
	struct prompt *prompt = the_prompt;

	(void)stream;
	if (prompt->head == prompt->tail)
		return EOF;
	return (unsigned char)prompt->queue[prompt->head++ % QUEUE];
}

static int bytes_wait(void)
{
	return the_prompt->head != the_prompt->tail;
}

static void draw_nothing(void)
{
}

static void take_line(char *line)
{
	free(the_prompt->line);
	the_prompt->line = line;
}

/* Everything by which readline would touch the terminal is off. */
static void set_up_readline(struct prompt *prompt)
{
	rl_readline_name = "snt";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_prep_term_function = NULL;
	rl_deprep_term_function = NULL;
	prompt->nowhere = fopen("/dev/null", "r+e");
	rl_instream = rl_outstream = prompt->nowhere;
	rl_getc_function = next_byte;
	rl_input_available_hook = bytes_wait;
	rl_redisplay_function = draw_nothing;
	rl_variable_bind("bell-style", "none");
	rl_variable_bind("enable-bracketed-paste", "off");
	rl_callback_handler_install(label, take_line);
}

struct prompt *prompt_new(struct ui *ui)
{
	struct prompt *prompt = xcalloc(1, sizeof(*prompt));

	prompt->ui = ui;
	the_prompt = prompt;
	set_up_readline(prompt);
	using_history();
	stifle_history(HISTORY_LINES);
	prompt->history = file_of_state("history");
	if (prompt->history)
		read_history(prompt->history);
	return prompt;
}

/* Another line, and the history from its end again. */
static void clear_line(struct prompt *prompt, const char *text)
{
	rl_callback_sigcleanup();
	rl_free_line_state();
	rl_maybe_unsave_line();
	using_history();
	rl_replace_line(text, 1);
	rl_point = rl_end;
	complete_clear(&prompt->complete);
}

void prompt_free(struct prompt *prompt)
{
	if (!prompt)
		return;
	clear_line(prompt, "");
	if (prompt->history)
		history_truncate_file(prompt->history, HISTORY_LINES);
	rl_callback_handler_remove();
	rl_clear_history();
	complete_clear(&prompt->complete);
	if (prompt->nowhere)
		fclose(prompt->nowhere);
	rl_instream = rl_outstream = NULL;
	free(prompt->history);
	free(prompt->line);
	free(prompt);
	the_prompt = NULL;
}

void prompt_open(struct prompt *prompt, const char *text, int point)
{
	clear_line(prompt, text);
	if (point >= 0 && point <= rl_end)
		rl_point = point;
	prompt->open = true;
	prompt->once = text[0] != '\0';
}

bool prompt_is_open(const struct prompt *prompt)
{
	return prompt && prompt->open;
}

const char *prompt_text(const struct prompt *prompt)
{
	(void)prompt;
	return rl_line_buffer ? rl_line_buffer : "";
}

bool prompt_lists(const struct prompt *prompt)
{
	return complete_is_open(&prompt->complete);
}

static void close_prompt(struct prompt *prompt)
{
	clear_line(prompt, "");
	prompt->open = false;
}

/* One line at a time is appended, so that several programs can share it. */
static void remember(const struct prompt *prompt, const char *line)
{
	const HIST_ENTRY *last = history_length > 0 ?
	    history_get(history_base + history_length - 1) : NULL;

	if (last && strcmp(last->line, line) == 0)
		return;
	add_history(line);
	if (prompt->history)
		append_history(1, prompt->history);
}

/* "help" and "help WORD ...", which is about its first word: more than the log
 * has room for. */
static bool asks_for_help(struct prompt *prompt, const char *line)
{
	const char *at = line + strspn(line, " ");
	char word[64];
	size_t length;

	if (strncmp(at, "help", 4) != 0 || (at[4] && at[4] != ' '))
		return false;
	at += 4 + strspn(at + 4, " ");
	length = strcspn(at, " ");
	if (strpbrk(at, ";#\""))
		return false;
	text_format(word, sizeof(word), "%.*s", (int)length, at);
	help_about(prompt->ui, word);
	return true;
}

/* An empty line leaves the prompt, as Esc does; "/TEXT" searches the log. */
static void submit(struct prompt *prompt)
{
	char *line = prompt->line;

	prompt->line = NULL;
	if (line[strspn(line, " \t")] == '\0') {
		prompt->open = false;
	} else if (line[0] == '/') {
		prompt->open = false;
		log_search(prompt->ui, line + 1);
	} else {
		remember(prompt, line);
		using_history();
		if (!asks_for_help(prompt, line))
			ui_submit(prompt->ui, "%s", line);
		prompt->open = !prompt->once;
	}
	free(line);
}

static void feed(struct prompt *prompt, const char *bytes, int length)
{
	for (int i = 0; i < length; i++)
		prompt->queue[prompt->tail++ % QUEUE] = bytes[i];
	while (bytes_wait())
		rl_callback_read_char();
	if (prompt->line)
		submit(prompt);
}

/* Ctrl-C takes the line back; with nothing on it, it stops the work. */
static void interrupt(struct prompt *prompt)
{
	if (rl_end == 0 && !RL_ISSTATE(RL_STATE_ISEARCH))
		workbench_interrupt(prompt->ui->workbench);
	clear_line(prompt, "");
}

static void escape(struct prompt *prompt)
{
	if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH))
		rl_callback_sigcleanup();
	else if (complete_is_open(&prompt->complete))
		complete_clear(&prompt->complete);
	else
		close_prompt(prompt);
}

static void use_completion(struct prompt *prompt, int step)
{
	char text[LINE_MOST];
	int point = rl_point;

	text_copy(text, sizeof(text), rl_line_buffer);
	if (prompt->complete.palette) {
		complete_choose(&prompt->complete, step);
		return;
	}
	if (!complete_is_open(&prompt->complete) && complete_palette(
		&prompt->complete, prompt->ui->snapshot, text, point))
		return;
	if (!complete_step(&prompt->complete, step, prompt->ui->snapshot,
		text, sizeof(text), &point))
		return;
	rl_begin_undo_group();
	rl_delete_text(0, rl_end);
	rl_point = 0;
	rl_insert_text(text);
	rl_end_undo_group();
	rl_point = point;
}

/* Special keys as the sequences that readline's standard bindings know. */
static const char *sequence_of(int32_t code)
{
	static const struct { int32_t code; const char *bytes; } map[] = {
		{KEY_CODE_UP, "\033[A"}, {KEY_CODE_DOWN, "\033[B"},
		{KEY_CODE_RIGHT, "\033[C"}, {KEY_CODE_LEFT, "\033[D"},
		{KEY_CODE_HOME, "\033[H"}, {KEY_CODE_END, "\033[F"},
		{KEY_CODE_DELETE, "\033[3~"}, {KEY_CODE_BACKSPACE, "\177"}};

	for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++) {
		if (map[i].code == code)
			return map[i].bytes;
	}
	return NULL;
}

static void feed_key(struct prompt *prompt, int32_t code)
{
	const char *sequence = sequence_of(code);
	char bytes[8] = "\033";
	bool palette = prompt->complete.palette;

	complete_clear(&prompt->complete);
	if (sequence) {
		feed(prompt, sequence, (int)strlen(sequence));
	} else if (code & KEY_CODE_ALT) {
		bytes[1] = (char)(code & 0x7f);
		feed(prompt, bytes, 2);
	} else if (code < 0x80 || (code < KEY_CODE_FIRST && MB_CUR_MAX > 1)) {
		feed(prompt, bytes, utf8_put((uint32_t)code, bytes));
	}
	if (palette && prompt->open && code != KEY_CODE_ENTER)
		complete_follow(&prompt->complete, prompt->ui->snapshot,
		    rl_line_buffer);
}

/* In the list of the palette. */
static bool palette_key(struct prompt *prompt, int32_t code)
{
	const char *taken = code == KEY_CODE_ENTER ? complete_taken(
	    &prompt->complete, rl_line_buffer) : NULL;
	char line[80];

	if (!prompt->complete.palette)
		return false;
	if (code == KEY_CODE_UP || code == KEY_CODE_DOWN) {
		complete_choose(&prompt->complete, code == KEY_CODE_UP ? -1 :
		    1);
		return true;
	}
	if (!taken)
		return false;
	text_format(line, sizeof(line), "%s ", taken);
	clear_line(prompt, line);
	return true;
}

/* No line begins with these: whoever presses them means the panels' keys. */
static bool key_of_empty_line(struct prompt *prompt, int32_t code)
{
	if (rl_end > 0 || RL_ISSTATE(RL_STATE_ISEARCH) || !strchr(":? ",
		code > 0 && code < 0x80 ? (int)code : 'x'))
		return false;
	if (code == '?')
		help_show(prompt->ui);
	if (code == ' ')
		ui_message(prompt->ui, "this is the prompt: Esc leads back "
		    "to the panels, where space trains");
	return true;
}

void prompt_key(struct prompt *prompt, int32_t code)
{
	enum { CTRL_C = 3, CTRL_D = 4 };

	if (key_of_empty_line(prompt, code))
		return;
	if (code == '\t')
		use_completion(prompt, 1);
	else if (code == KEY_CODE_BACK_TAB)
		use_completion(prompt, -1);
	else if (code == KEY_CODE_ESCAPE)
		escape(prompt);
	else if (code == CTRL_C)
		interrupt(prompt);
	else if (code == CTRL_D && rl_end == 0)
		close_prompt(prompt);
	else if (!palette_key(prompt, code))
		feed_key(prompt, code);
}

void prompt_paste(struct prompt *prompt, const char *text)
{
	char *line = strpbrk(text, "\r\n") ? statements_joined(text) :
	    xstrdup(text);
	char *safe = xmalloc(strlen(line) + 1);

	for (char *at = strchr(line, '\t'); at; at = strchr(at, '\t'))
		*at = ' ';
	text_safe(safe, strlen(line) + 1, line);
	rl_insert_text(safe);
	complete_clear(&prompt->complete);
	free(safe);
	free(line);
}

static int width_of(const char *text, int bytes)
{
	char *part = xstrndup(text, (size_t)bytes);
	int width = text_width(part);

	free(part);
	return width;
}

/* The text is shifted so that the cursor stays in sight. */
int prompt_draw(struct prompt *prompt, const struct area *line,
    const struct area *above)
{
	const char *before = rl_display_prompt ? rl_display_prompt : label;
	const char *text = rl_line_buffer ? rl_line_buffer : "";
	int begin = area_puts(line, 0, 0, STYLE_KEY, before);
	int at = width_of(text, rl_point);
	int shift, skipped = 0;
	struct area rest;

	if (begin > line->columns / 2)
		begin = line->columns / 2;
	rest = area_within(line, 0, begin, 1, line->columns - begin);
	shift = at - (rest.columns - 2);
	while (skipped < shift && *text) {
		uint32_t character;

		skipped += utf8_next(&text, &character);
	}
	area_fill(&rest, 0, STYLE_NORMAL);
	area_puts(&rest, 0, 0, STYLE_NORMAL, text);
	complete_draw(&prompt->complete, above);
	if (!complete_is_open(&prompt->complete) && rl_point == rl_end)
		complete_usage(&rest, at - skipped, rl_line_buffer);
	return begin + at - skipped;
}
