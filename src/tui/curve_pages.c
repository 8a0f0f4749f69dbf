/* Pages of curves: which of them are in sight, what they are called, and how
 * they are drawn. */
#include "tui/curve_plot.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "tui/figures.h"
#include "tui/layer_grid.h"

enum { EACH = 13 };	/* rows for a second plot, and a third */

void curves_legend(const struct ui *ui, char *out, size_t size)
{
	out[0] = '\0';
	for (int i = 0; i < ui->snapshot->runs; i++) {
		size_t used = strlen(out);

		text_format(out + used, size - used, "%s" STYLE_SET "%c"
		    STYLE_BACK " %s", i ? " " : "",
		    STYLE_TEXT(run_style(i)), run_mark(i),
		    ui->snapshot->run[i].name);
	}
}

struct curve_page curves_page(const struct curve_panel *panel, int index)
{
	struct curve_page page = panel->pages[index];

	page.layer = page.draw ? 0 : panel->layer;
	return page;
}

void curves_note(const struct ui *ui, const struct curve_panel *panel,
    char *out, size_t size)
{
	struct curve_page page = curves_page(panel, panel->page);
	char legend[200], layer[24] = "";

	curves_legend(ui, legend, sizeof(legend));
	if (page.layer > 0)
		text_format(layer, sizeof(layer), " · layer %d", page.layer);
	text_format(out, size, "%s%s%s%s%s%s%s", page.title,
	    page.layer == EACH_LAYER ? " · each layer" : layer,
	    panel->log_y ? " · log y" : "", ui->view.smoothing ? " · smooth" :
	    "", ui->view.width > 0 ? " · part" : "", legend[0] ? " · " : "",
	    legend);
}

/* A row of values that begins anew where it reaches the border. */
struct reader {
	const struct area *area;
	int row, column;
};

static void put_value(struct reader *reader, enum style style,
    const char *format, const char *name, double value)
{
	char number[24], text[64];

	if (isnan(value))
		return;
	figure_number(value, 4, number, sizeof(number));
	text_format(text, sizeof(text), format, name, number);
	if (reader->column + styled_width(text) > reader->area->columns) {
		reader->row++;
		reader->column = 10;
	}
	reader->column = area_puts(reader->area, reader->row, reader->column,
	    style, text);
}

/* By name where there is room for the names, else by mark. */
static void name_run(const struct ui *ui, int index, int columns, char *out,
    size_t size)
{
	bool room = 8 + 18 * ui->snapshot->runs < columns;

	if (room)
		text_copy(out, size, ui->snapshot->run[index].name);
	else
		text_format(out, size, "%c:", run_mark(index));
}

/* The values of all runs under the cursor, above the curves. */
static void draw_values(const struct ui *ui, const struct curve_page *page,
    const struct area *area, double x)
{
	struct curve_page other = *page;
	struct reader reader = {area, 0, 10};
	char value[24], name[32];

	text_format(value, sizeof(value), curve_axes[ui->x_axis].format, x);
	reader.column = area_printf(area, 0, 10, STYLE_KEY, " %s %s  ",
	    curve_axes[ui->x_axis].name, value);
	for (int i = 0; i < ui->snapshot->runs; i++) {
		name_run(ui, i, area->columns, name, sizeof(name));
		put_value(&reader, run_style(i), "%s %s  ", name,
		    curves_value(ui, page, i, x));
		if (page->marks < 0)
			continue;
		other.line = (enum curve_name)page->marks;
		put_value(&reader, run_style(i), "(%s %s)  ",
		    page->marks_name, curves_value(ui, &other, i, x));
	}
}

static bool has_points(const struct plot *plot)
{
	for (int i = 0; i < plot->count; i++) {
		if (plot->series[i].curve.count > 0)
			return true;
	}
	return false;
}

void curves_draw_cell(const struct ui *ui, const struct curve_page *page,
    const struct area *area, bool log_y)
{
	char missing[EMPTY_SIZE];
	struct plot plot = curves_plot(ui, page, log_y, missing);

	plot_draw(area, &plot);
}

static void draw_page(const struct ui *ui, const struct curve_panel *panel,
    int index, const struct area *area, bool first)
{
	struct curve_page page = curves_page(panel, index);
	char missing[EMPTY_SIZE];
	struct plot plot = curves_plot(ui, &page, panel->log_y && first,
	    missing);

	if (!isnan(panel->reference[index]))
		curves_add_line(&plot, panel->reference[index],
		    panel->label[index]);
	plot_draw(area, &plot);
	if (!isnan(plot.cursor) && has_points(&plot))
		draw_values(ui, &page, area, plot.cursor);
}

/* One of several plots, with its title unless the frame has it. */
static void draw_part(const struct ui *ui, const struct curve_panel *panel,
    int index, const struct area *area, bool first)
{
	struct curve_page page = curves_page(panel, index);
	bool below = page.describe && area->rows >= 4;
	struct area plot = area_within(area, !first, 0,
	    area->rows - below - !first, area->columns);
	char text[256];

	if (!first)
		area_puts(area, 0, 10, STYLE_DIM, page.title);
	if (page.draw)
		page.draw(ui, &plot, panel->log_y && first);
	else
		draw_page(ui, panel, index, &plot, first);
	if (!below)
		return;
	page.describe(ui, &page, text, sizeof(text));
	area_clauses(area, area->rows - 1, 1, STYLE_NORMAL, text);
}

void curves_draw_small(const struct ui *ui, const struct curve_panel *panel,
    int page, const struct area *area)
{
	draw_part(ui, panel, page, area, false);
}

static bool known(const struct ui *ui, const struct curve_page *page)
{
	for (int i = 0; i < ui->snapshot->runs; i++) {
		const struct run_view *run = &ui->snapshot->run[i];

		if (page->draw ? run->picture[page->picture] != NULL :
		    curves_find(run, (int)page->line, page->layer)->count > 0)
			return true;
	}
	return false;
}

/* The page in sight and those after it that are known; returns how many. */
static int choose(const struct ui *ui, const struct curve_panel *panel,
    int room, int *page)
{
	int count = 0;

	page[count++] = panel->page;
	for (int i = 1; i < panel->count && count < room; i++) {
		int next = (panel->page + i) % panel->count;
		struct curve_page other = curves_page(panel, next);

		if (known(ui, &other))
			page[count++] = next;
	}
	return count;
}

/* Room for more is used for more curves, not for larger ones. */
void curves_draw(const struct ui *ui, const struct curve_panel *panel,
    const struct area *area)
{
	struct curve_page first = curves_page(panel, panel->page);
	int page[CURVE_PAGES_MAX], row = 0;
	int plots = choose(ui, panel, area->rows / EACH, page);

	if (first.layer == EACH_LAYER) {
		layer_grid_draw(ui, &first, area, panel->log_y);
		return;
	}
	for (int i = 0; i < plots; i++) {
		int end = area->rows * (i + 1) / plots;
		struct area part = area_within(area, row, 0, end - row,
		    area->columns);

		draw_part(ui, panel, page[i], &part, i == 0);
		row = end;
	}
}
