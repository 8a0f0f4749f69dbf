#include "tui/help.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "tui/keys.h"
#include "tui/panels.h"
#include "tui/terminal.h"
#include "workbench/command.h"

static void add_keys(int panel, const char *title, struct buffer *out)
{
	int count;
	const struct key_row *row = key_rows(&count);

	buffer_printf(out, "%s\n", title);
	for (int i = 0; i < count; i++) {
		int pad;

		if (row[i].panel != panel || !row[i].name)
			continue;
		pad = 12 - text_width(row[i].name);
		buffer_printf(out, "  %s%*s%s\n", row[i].name,
		    pad > 0 ? pad : 1, "", row[i].help);
	}
	buffer_puts(out, "\n");
}

/* The panel in focus first, then what works everywhere, the other panels,
 * the commands. */
static char *help_text(const struct ui *ui)
{
	struct buffer out = {0};

	add_keys((int)ui->focus, panels[ui->focus].title, &out);
	add_keys(-1, "Everywhere", &out);
	for (int i = 0; i < PANELS; i++) {
		if (i != (int)ui->focus)
			add_keys(i, panels[i].title, &out);
	}
	buffer_puts(&out, "Commands, at the prompt (: opens it)\n");
	command_help(NULL, &out);
	return out.text;
}

static int count_lines(const char *text)
{
	int lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

void help_draw(struct ui *ui, const struct area *area)
{
	struct area inner = area_frame(area, true, "Help",
	    "↑↓ scroll · ? closes");
	char *text = help_text(ui), *rest = text;
	int most = count_lines(text) - inner.rows;

	if (ui->help_first > most)
		ui->help_first = most;
	if (ui->help_first < 0)
		ui->help_first = 0;
	for (int line = 0; rest && *rest; line++) {
		char *next = strchr(rest, '\n');

		if (next)
			*next++ = '\0';
		if (line >= ui->help_first)
			area_puts(&inner, line - ui->help_first, 1,
			    rest[0] == ' ' ? STYLE_NORMAL : STYLE_TITLE,
			    rest);
		rest = next;
	}
	free(text);
}

bool help_key(struct ui *ui, int32_t code)
{
	switch (code) {
	case KEY_CODE_UP:
	case 'k':
		ui->help_first--;
		return true;
	case KEY_CODE_DOWN:
	case 'j':
		ui->help_first++;
		return true;
	case KEY_CODE_PAGE_UP:
		ui->help_first -= 10;
		return true;
	case KEY_CODE_PAGE_DOWN:
	case ' ':
		ui->help_first += 10;
		return true;
	case '?':
	case 'q':
	case 27:
	case KEY_CODE_HELP:
		ui->help_open = false;
		return true;
	default:
		return false;
	}
}
