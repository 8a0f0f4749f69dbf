#include "tui/paint.h"

#include "base/buffer.h"
#include "tui/glyph.h"
#include "tui/ui.h"

enum { COLORS_256 = 256 };

/* Select Graphic Rendition (ECMA-48, 8.3.117), from the terminal's own. */
static void put_look(struct buffer *out, enum style style)
{
	static const struct { unsigned flag; int code; } map[] = {
		{LOOK_BOLD, 1}, {LOOK_DIM, 2}, {LOOK_UNDERLINE, 4},
		{LOOK_REVERSE, 7}};
	struct look look = theme_look(style, COLORS_256);

	buffer_puts(out, "\033[0");
	for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++) {
		if (look.flags & map[i].flag)
			buffer_printf(out, ";%d", map[i].code);
	}
	if (look.color >= 0)
		buffer_printf(out, ";38;5;%d", look.color);
	buffer_puts(out, "m");
}

static void put_row(struct buffer *out, const struct cell *cell, int columns)
{
	enum style style = STYLE_NORMAL;
	char bytes[4];

	for (int i = 0; i < columns; i++) {
		if (!cell[i].character)
			continue;
		if (cell[i].style != style)
			put_look(out, cell[i].style);
		style = cell[i].style;
		buffer_add(out, bytes, (size_t)utf8_put(cell[i].character,
		    bytes));
	}
	if (style != STYLE_NORMAL)
		put_look(out, STYLE_NORMAL);
	buffer_puts(out, "\n");
}

static char *styled_text(const struct canvas *canvas)
{
	struct buffer out = {0};

	for (int row = 0; row < canvas->rows; row++)
		put_row(&out, canvas->cell + (size_t)row *
		    (size_t)canvas->columns, canvas->columns);
	return out.text;
}

char *tui_paint(const struct snapshot *snapshot, int columns, int rows,
    bool styled)
{
	struct ui ui;
	char *text;

	ui_init_picture(&ui, snapshot);
	ui_resize(&ui, rows, columns);
	ui_draw(&ui);
	text = styled ? styled_text(&ui.canvas) : canvas_text(&ui.canvas);
	canvas_free(&ui.canvas);
	return text;
}
