/* The whole screen, as layout and panels have it. */
#include "tui/ui.h"

#include <string.h>

#include "base/text.h"
#include "tui/help.h"
#include "tui/key_script.h"
#include "tui/lesson.h"
#include "tui/panel.h"
#include "tui/prompt.h"
#include "tui/status.h"

static struct area part(struct ui *ui, const struct rectangle *at)
{
	struct area whole = area_of(&ui->canvas, ui->unicode);

	return area_within(&whole, at->row, at->column, at->rows,
	    at->columns);
}

static void draw_panel(struct ui *ui, enum panel_name name)
{
	const struct panel *panel = panel_of(name);
	struct area area = part(ui, &ui->layout.panel[name]), inside;
	bool focus = ui->wish.focus == name && !prompt_is_open(ui->prompt);
	char text[512];

	if (area.rows == 0)
		return;
	if (ui->layout.frame[name] == FRAME_LINE) {
		inside = area_frame(&area, FRAME_LINE, focus, panel->title,
		    "");
		panel->line(ui, text, sizeof(text));
		area_puts(&inside, 0, 0, STYLE_NORMAL, text);
		return;
	}
	panel->note(ui, text, sizeof(text));
	inside = area_frame(&area, ui->layout.frame[name], focus,
	    panel->title, text);
	panel->draw(ui, &inside);
}

/* The prompt's line while there is nothing else to say. What a key did is
 * shown as what would have been typed. */
static void say_state(struct ui *ui, const struct area *line)
{
	const struct snapshot *snapshot = ui->snapshot;

	if (present_draw_marker(ui, line))
		return;
	if (snapshot->watching) {
		area_printf(line, 0, 1, STYLE_DIM, "watching %s: only looking, "
		    "q leaves", snapshot->session);
		return;
	}
	if (ui->issued[0])
		area_printf(line, 0, 0, STYLE_KEY, "snt> " STYLE_SET "%s",
		    STYLE_TEXT(STYLE_NORMAL), ui->issued);
	else if (snapshot->data_note[0])
		area_puts(line, 0, 1, STYLE_WARN, snapshot->data_note);
	else
		area_puts(line, 0, 1, STYLE_DIM, ": types a command, "
		    "? helps");
	/* It is, each second: a word that came and went would only disturb. */
	if (snapshot->session[0] && line->columns >= 60)
		area_right(line, 0, STYLE_DIM, "autosaved");
}

/* The snapshot's answer to the line that is being typed; NULL: none yet. */
static const struct preview *preview_of(struct ui *ui)
{
	const struct preview *preview = &ui->snapshot->preview;
	const char *line = prompt_is_open(ui->prompt) ?
	    prompt_text(ui->prompt) : "";

	if (strncmp(line, "net ", 4) != 0)
		line = "";
	if (ui->workbench)	/* a picture has none */
		workbench_preview(ui->workbench, line);
	return line[0] && preview->text[0] && !ui->help.open &&
	    !prompt_lists(ui->prompt) && strncmp(preview->line, line,
	    sizeof(preview->line) - 1) == 0 ? preview : NULL;
}

/* What it would make of the network, at the bottom of the panels. */
static void draw_preview(struct ui *ui, const struct area *above)
{
	const struct preview *preview = preview_of(ui);
	enum style style = preview && preview->refused ? STYLE_WARN :
	    STYLE_GOOD;
	const char *all;
	struct area rows;

	if (!preview || above->rows < 4)
		return;
	all = strchr(preview->text, '\n');
	rows = area_within(above, above->rows - (all ? 2 : 1), 0, all ? 2 : 1,
	    above->columns);
	for (int i = 0; i < rows.rows; i++)
		area_fill(&rows, i, STYLE_NORMAL);
	area_printf(&rows, 0, 1, style, "%s%.*s", preview->refused ?
	    "not yet: " : "", (int)strcspn(preview->text, "\n"),
	    preview->text);
	if (all)
		area_puts(&rows, 1, 1, style, all + 1);
}

static void draw_prompt(struct ui *ui)
{
	struct area line = part(ui, &ui->layout.prompt);
	struct area above = part(ui, &ui->layout.body);
	const struct log_line *error = ui_error(ui);

	ui->cursor_row = -1;
	draw_preview(ui, &above);
	if (prompt_is_open(ui->prompt) && !ui->asked) {
		ui->cursor_column = prompt_draw(ui->prompt, &line, &above);
		ui->cursor_row = ui->help.open ? -1 : line.row;
	}
	if (prompt_is_open(ui->prompt) && !ui->asked && (ui->message[0] ||
		error) && above.rows > 1 && !ui->help.open &&
	    !prompt_lists(ui->prompt)) {
		line = area_within(&above, above.rows - 1, 0, 1,
		    above.columns);
		area_fill(&line, 0, STYLE_NORMAL);
	} else if (prompt_is_open(ui->prompt) && !ui->asked) {
		return;
	}
	if (ui->message[0])
		area_printf(&line, 0, 1, STYLE_WARN, "%s", ui->message);
	else if (error)
		area_printf(&line, 0, 1, STYLE_BAD, "! %s", error->text);
	else
		say_state(ui, &line);
}

static void say_too_small(struct ui *ui)
{
	struct area whole = area_of(&ui->canvas, ui->unicode);
	char text[120];

	text_format(text, sizeof(text), "too small:\n%dx%d is needed,\n"
	    "%dx%d is here\n%s", LEAST_COLUMNS, LEAST_ROWS, whole.columns,
	    whole.rows, ui->asked ? "quit? (y/n)" : "q quits");
	area_middle(&whole, STYLE_NORMAL, text);
	ui->cursor_row = -1;
}

/* `screen dump FILE` */
static void dump_when_asked(struct ui *ui)
{
	const char *path = ui->snapshot->dump;
	struct error error;

	if (!ui->workbench || ui->snapshot->dumps == ui->dumps)
		return;
	ui->dumps = ui->snapshot->dumps;
	if (screen_dump(ui, path, &error))
		ui_message(ui, "%s", error.text);
	else
		ui_message(ui, "the screen is in %s", path);
	ui->wants_draw = true;
}

void ui_draw(struct ui *ui)
{
	struct area area;

	canvas_clear(&ui->canvas);
	ui->sliders = (struct area){0};
	ui->shows_weights = false;
	ui->present.unfinished = false;
	ui->wish.lesson = ui->snapshot->lesson.active;
	ui->wish.timeline = scrub_shown(ui);
	layout_compute(ui->canvas.rows, ui->canvas.columns, &ui->wish,
	    &ui->layout);
	if (!ui->layout.fits) {
		say_too_small(ui);
		return;
	}
	area = part(ui, &ui->layout.status);
	status_draw(ui, &area);
	for (int i = 0; i < PANELS; i++)
		draw_panel(ui, (enum panel_name)i);
	area = part(ui, &ui->layout.lesson);
	if (area.rows)
		lesson_draw(ui, &area);
	area = part(ui, &ui->layout.timeline);
	if (area.rows)
		scrub_draw(ui, &area);
	area = part(ui, &ui->layout.body);
	if (ui->help.open)
		help_draw(ui, &area);
	draw_prompt(ui);
	if (ui->workbench)
		workbench_show_weights(ui->workbench, ui->shows_weights);
	area = part(ui, &ui->layout.keys);
	if (area.rows)
		keys_bar(ui, &area);
	dump_when_asked(ui);
}
