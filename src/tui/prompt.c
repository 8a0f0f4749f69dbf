#include "tui/prompt.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "tui/terminal.h"
#include "workbench/command.h"

enum { HISTORY_LINES = 1000, QUEUE = 64 };

/* readline has no context argument: there is one prompt. */
struct prompt {
	struct ui *ui;
	bool open;
	char queue[QUEUE];
	int head, tail;
	FILE *nowhere;		/* for what readline wants to print */
	char *history_path;
	struct completion *completion;
	int completions, completion_start;
	bool listing;		/* the completions are shown */
	char *line;		/* a finished line, to be submitted */
};

static struct prompt *the_prompt;
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
	struct prompt *prompt = the_prompt;

	free(prompt->line);
	prompt->line = line;
	if (!line)
		prompt->open = false;
}

static void forget_completions(struct prompt *prompt)
{
	completions_free(prompt->completion, prompt->completions);
	prompt->completion = NULL;
	prompt->completions = 0;
	prompt->listing = false;
}

static char *offer(const char *text, int state)
{
	static int next;
	const struct prompt *prompt = the_prompt;

	(void)text;
	if (!state)
		next = 0;
	return next < prompt->completions ?
	    strdup(prompt->completion[next++].word) : NULL;
}

static char **complete(const char *text, int start, int end)
{
	struct prompt *prompt = the_prompt;
	char **matches;

	forget_completions(prompt);
	prompt->completion = command_complete(rl_line_buffer, end,
	    prompt->ui->snapshot, &prompt->completion_start,
	    &prompt->completions);
	(void)start;
	rl_attempted_completion_over = 1;
	rl_completion_append_character = prompt->completions == 1 &&
	    !prompt->completion[0].final ? '\0' : ' ';
	matches = rl_completion_matches(text, offer);
	return matches;
}

static void list_matches(char **matches, int count, int longest)
{
	(void)matches;
	(void)count;
	(void)longest;
	the_prompt->listing = true;
}

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
	rl_attempted_completion_function = complete;
	rl_completion_display_matches_hook = list_matches;
	rl_completer_word_break_characters = (char *)" \t;";
	rl_completer_quote_characters = "";
	rl_variable_bind("show-all-if-ambiguous", "on");
	rl_variable_bind("bell-style", "none");
	rl_variable_bind("enable-bracketed-paste", "off");
	rl_callback_handler_install("", take_line);
}

static void read_history_file(struct prompt *prompt)
{
	char *folder = path_xdg("XDG_STATE_HOME", ".local/state");

	using_history();
	stifle_history(HISTORY_LINES);
	prompt->history_path = path_join(folder, "history");
	if (folder_make(folder, NULL) == 0)
		read_history(prompt->history_path);
	free(folder);
}

struct prompt *prompt_new(struct ui *ui)
{
	struct prompt *prompt = xcalloc(1, sizeof(*prompt));

	prompt->ui = ui;
	the_prompt = prompt;
	set_up_readline(prompt);
	read_history_file(prompt);
	return prompt;
}

static void write_history_file(const struct prompt *prompt)
{
	int descriptor = open(prompt->history_path, O_WRONLY | O_CREAT |
	    O_CLOEXEC, 0600);

	if (descriptor >= 0)
		close(descriptor);
	write_history(prompt->history_path);
}

void prompt_free(struct prompt *prompt)
{
	write_history_file(prompt);
	rl_callback_handler_remove();
	clear_history();
	forget_completions(prompt);
	if (prompt->nowhere)
		fclose(prompt->nowhere);
	free(prompt->history_path);
	free(prompt->line);
	free(prompt);
	the_prompt = NULL;
}

void prompt_open(struct prompt *prompt, const char *text)
{
	prompt->open = true;
	prompt->ui->message[0] = '\0';
	rl_replace_line(text, 1);
	rl_point = rl_end;
	forget_completions(prompt);
}

bool prompt_is_open(const struct prompt *prompt)
{
	return prompt->open;
}

static void close_prompt(struct prompt *prompt)
{
	rl_callback_sigcleanup();
	rl_replace_line("", 1);
	prompt->open = false;
	forget_completions(prompt);
}

static bool is_blank(const char *line)
{
	return line[strspn(line, " \t")] == '\0';
}

/* A line is submitted; an empty one leaves the prompt. */
static void submit(struct prompt *prompt)
{
	char *line = prompt->line;

	prompt->line = NULL;
	if (is_blank(line)) {
		prompt->open = false;
	} else {
		HIST_ENTRY *last = history_length > 0 ?
		    history_get(history_base + history_length - 1) : NULL;

		if (!last || strcmp(last->line, line) != 0)
			add_history(line);
		ui_submit(prompt->ui, "%s", line);
	}
	free(line);
}

static void feed(struct prompt *prompt, const char *bytes)
{
	for (; *bytes; bytes++)
		prompt->queue[prompt->tail++ % QUEUE] = *bytes;
	while (bytes_wait())
		rl_callback_read_char();
	if (prompt->line)
		submit(prompt);
}

static void feed_character(struct prompt *prompt, uint32_t code)
{
	char bytes[5] = {0};

	if (code < 0x80) {
		bytes[0] = (char)code;
	} else if (code < 0x800) {
		bytes[0] = (char)(0xc0 | code >> 6);
		bytes[1] = (char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		bytes[0] = (char)(0xe0 | code >> 12);
		bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
		bytes[2] = (char)(0x80 | (code & 0x3f));
	} else {
		bytes[0] = (char)(0xf0 | code >> 18);
		bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
		bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
		bytes[3] = (char)(0x80 | (code & 0x3f));
	}
	feed(prompt, bytes);
}

/* Ctrl-C takes the line back; on an empty line it stops the work. */
static void interrupt(struct prompt *prompt)
{
	if (rl_end == 0)
		workbench_interrupt(prompt->ui->workbench);
	rl_callback_sigcleanup();
	rl_replace_line("", 1);
	forget_completions(prompt);
}

void prompt_key(struct prompt *prompt, int32_t code)
{
	static const struct { int32_t code; const char *bytes; } map[] = {
		{KEY_CODE_UP, "\033[A"}, {KEY_CODE_DOWN, "\033[B"},
		{KEY_CODE_RIGHT, "\033[C"}, {KEY_CODE_LEFT, "\033[D"},
		{KEY_CODE_HOME, "\001"}, {KEY_CODE_END, "\005"},
		{KEY_CODE_DELETE, "\033[3~"}, {KEY_CODE_BACKSPACE, "\177"}};

	if (code != '\t')
		forget_completions(prompt);
	if (code == 27) {
		close_prompt(prompt);
		return;
	}
	if (code == 3) {
		interrupt(prompt);
		return;
	}
	for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++) {
		if (map[i].code == code) {
			feed(prompt, map[i].bytes);
			return;
		}
	}
	if (code < KEYS_BEGIN)
		feed_character(prompt, (uint32_t)code);
}

void prompt_paste(struct prompt *prompt, const char *text)
{
	char *line = xstrdup(text);

	for (char *at = line; *at; at++) {
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = ' ';
	}
	rl_insert_text(line);
	forget_completions(prompt);
	free(line);
}

/* Columns up to the cursor; the line is shifted so that it is visible. */
static int width_before(const char *text, int bytes)
{
	char *part = xstrndup(text, (size_t)bytes);
	int width = text_width(part);

	free(part);
	return width;
}

static void draw_list(const struct prompt *prompt, const struct area *above)
{
	int count = prompt->completions;
	int rows = count < above->rows ? count : above->rows;

	for (int i = 0; i < rows; i++) {
		int row = above->rows - rows + i;

		area_fill(above, row, STYLE_SELECTED);
		area_printf(above, row, 0, STYLE_SELECTED, " %-18s %s",
		    prompt->completion[i].word, prompt->completion[i].help);
	}
	if (rows < count)
		area_printf(above, above->rows - 1, above->columns - 12,
		    STYLE_SELECTED, " %d more ", count - rows);
}

void prompt_draw(struct prompt *prompt, const struct area *line,
    const struct area *above, int *column)
{
	const char *text = rl_line_buffer ? rl_line_buffer : "";
	int begin = (int)strlen(label);
	int at = width_before(text, rl_point);
	int shift = at - (line->columns - begin - 2);
	struct area rest = area_within(line, 0, begin, 1,
	    line->columns - begin);

	area_puts(line, 0, 0, STYLE_KEY, label);
	if (rl_readline_state & (RL_STATE_ISEARCH | RL_STATE_NSEARCH))
		area_puts(line, 0, 0, STYLE_WARN, "^R>  ");
	if (shift < 0)
		shift = 0;
	for (int skipped = 0; skipped < shift && *text;) {
		uint32_t character;

		skipped += utf8_next(&text, &character);
	}
	area_puts(&rest, 0, 0, STYLE_NORMAL, text);
	*column = begin + at - shift;
	if (prompt->listing && prompt->completions > 1)
		draw_list(prompt, above);
}
