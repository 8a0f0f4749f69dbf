#include "tui/pictures.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "tui/figures.h"
#include "tui/heat.h"

enum { LABEL = 8 };

/* Below the highest density, as far as it is drawn. */
static const double decades = 6;

static const struct {
	const char *value, *x_label, *empty;
} told[PICTURES] = {
	[PICTURE_SPECTRUM] = {"largest", "eigenvalue",
		"density of the eigenvalues:\nnot measured yet, e does it"},
	[PICTURE_LINE] = {"mean rise at the ends", "distance",
		"loss on a line through the weights:\n"
		"not measured yet, f does it"},
	[PICTURE_PLANE] = {"mean rise at the edge", "distance",
		"loss in a plane through the weights:\n"
		"not measured yet, F does it"},
};

static const struct picture *current(const struct ui *ui,
    enum picture_name name)
{
	const struct run_view *run = ui_run(ui);

	return run ? run->picture[name] : NULL;
}

/* Other layers have other scales. */
static const struct picture *beside(const struct ui *ui,
    enum picture_name name, int run)
{
	const struct picture *own = current(ui, name);
	const struct picture *other = ui->snapshot->run[run].picture[name];

	return other && (!own || own->layer == other->layer) ? other : NULL;
}

static void describe(const struct ui *ui, enum picture_name name, char *out,
    size_t size)
{
	const struct picture *picture = current(ui, name);
	char text[160], layer[24] = "";

	out[0] = '\0';
	if (!picture && ui_run(ui))
		text_format(out, size, "%s: not measured yet",
		    ui_run(ui)->name);
	if (!picture)
		return;
	if (picture->layer)
		text_format(layer, sizeof(layer), ", layer %d",
		    picture->layer);
	figure_reading(&picture->reading, ui_run(ui)->step, 1, text,
	    sizeof(text));
	text_format(out, size, "%s%s, step %ld: %s %s", ui_run(ui)->name,
	    layer, picture->reading.step, told[name].value, text);
}

void spectrum_describe(const struct ui *ui, const struct curve_page *page,
    char *out, size_t size)
{
	(void)page;
	describe(ui, PICTURE_SPECTRUM, out, size);
}

void line_describe(const struct ui *ui, const struct curve_page *page,
    char *out, size_t size)
{
	(void)page;
	describe(ui, PICTURE_LINE, out, size);
}

void plane_describe(const struct ui *ui, const struct curve_page *page,
    char *out, size_t size)
{
	(void)page;
	describe(ui, PICTURE_PLANE, out, size);
}

/* As (columns) points; free() them. */
static struct point *points_of(const struct picture *picture)
{
	struct point *point = xcalloc((size_t)picture->columns,
	    sizeof(*point));

	for (int i = 0; i < picture->columns; i++) {
		float y = picture->value[i];

		point[i] = (struct point){picture->at[i], y, y, y};
	}
	return point;
}

static void add_pictures(const struct ui *ui, enum picture_name name,
    struct plot *plot)
{
	for (int i = 0; i < ui->snapshot->runs && i < PLOT_SERIES_MAX; i++) {
		const struct picture *picture = beside(ui, name, i);

		if (picture)
			plot_add(plot, (struct curve){picture->columns,
				points_of(picture)}, run_style(i),
			    run_mark(i));
	}
}

/* What is far below the highest falls off the lower edge. */
static void keep_decades(struct plot *plot)
{
	double most = 0;

	for (int s = 0; s < plot->count; s++) {
		const struct curve *curve = &plot->series[s].curve;

		for (int i = 0; i < curve->count; i++)
			most = fmax(most, (double)curve->point[i].y);
	}
	if (!(most > 0) || isinf(most))
		return;
	plot->y_to = pow(10, ceil(log10(most)));
	plot->y_from = plot->y_to * pow(10, -decades);
}

static void draw_lines(const struct ui *ui, const struct area *area,
    enum picture_name name, bool log_y)
{
	struct plot plot = plot_new(ui->glyphs);

	plot.log_y = log_y;
	plot.marks = !ui->color;
	plot.means = true;
	plot.x_label = told[name].x_label;
	plot.empty = told[name].empty;
	add_pictures(ui, name, &plot);
	if (name == PICTURE_SPECTRUM)
		keep_decades(&plot);
	/* Where the weights are, and where curvature changes its sign. */
	plot.event[plot.events++] = 0;
	plot_draw(area, &plot);
	for (int s = 0; s < plot.count; s++)
		free((void *)plot.series[s].curve.point);
}

void spectrum_draw(const struct ui *ui, const struct area *area, bool log_y)
{
	(void)log_y;
	draw_lines(ui, area, PICTURE_SPECTRUM, true);
}

void line_draw(const struct ui *ui, const struct area *area, bool log_y)
{
	draw_lines(ui, area, PICTURE_LINE, log_y);
}

/* A square of cells, which are about twice as high as wide. */
struct square {
	const struct picture *picture;
	struct area cells;
	double low, high;
};

static struct square square_of(const struct picture *picture,
    const struct area *area)
{
	int rows = area->rows - 2, width = area->columns - LABEL - 1;
	int columns = 2 * rows < width ? 2 * rows : width;
	struct square square = {.picture = picture, .low = INFINITY,
		.high = -INFINITY, .cells = area_within(area, 1, LABEL, rows,
		    columns)};

	for (int i = 0; i < picture->rows * picture->columns; i++) {
		square.low = fmin(square.low, (double)picture->value[i]);
		square.high = fmax(square.high, (double)picture->value[i]);
	}
	return square;
}

/* The nearest of `points`, ends on ends. */
static int spread(int cell, int cells, int points)
{
	return (int)lround((double)cell * (points - 1) / (cells - 1));
}

/* Losses far from a minimum grow beyond all others, so shades follow the
 * logarithm of the rise. */
static double share_at(const struct square *square, int row, int column)
{
	const struct picture *picture = square->picture;
	int i = spread(square->cells.rows - 1 - row, square->cells.rows,
	    picture->rows);
	int j = spread(column, square->cells.columns, picture->columns);
	double value = (double)picture->value[i * picture->columns + j];

	return square->high > square->low ? log1p(value - square->low) /
	    log1p(square->high - square->low) : 0;
}

static void draw_frame(const struct square *square, const struct area *area)
{
	int rows = square->cells.rows, columns = square->cells.columns;
	double range = (double)square->picture->at[square->picture->columns -
	    1];
	char low[24], high[24];

	figure_number(square->low, 4, low, sizeof(low));
	figure_number(square->high, 4, high, sizeof(high));
	area_printf(area, 0, 1, STYLE_DIM, "loss %s to %s, log of the rise; + "
	    "the weights", low, high);
	area_printf(area, 1, 0, STYLE_DIM, "%*.3g", LABEL - 1, range);
	area_printf(area, 1 + rows / 2, 0, STYLE_DIM, "%*d", LABEL - 1, 0);
	area_printf(area, rows, 0, STYLE_DIM, "%*.3g", LABEL - 1, -range);
	area_printf(area, rows + 1, LABEL, STYLE_DIM, "%.3g", -range);
	area_printf(area, rows + 1, LABEL + columns / 2, STYLE_DIM, "0");
	area_printf(area, rows + 1, LABEL + columns - 1, STYLE_DIM, "%.3g",
	    range);
}

void plane_draw(const struct ui *ui, const struct area *area, bool log_y)
{
	const struct picture *picture = current(ui, PICTURE_PLANE);
	struct square square;

	(void)log_y;
	if (!picture) {
		area_middle(area, STYLE_DIM, told[PICTURE_PLANE].empty);
		return;
	}
	square = square_of(picture, area);
	if (square.cells.rows < 3 || square.cells.columns < 6) {
		area_middle(area, STYLE_DIM, "z shows it");
		return;
	}
	draw_frame(&square, area);
	for (int i = 0; i < square.cells.rows; i++) {
		for (int j = 0; j < square.cells.columns; j++)
			heat_put(ui, &square.cells, i, j, share_at(&square, i,
				j));
	}
	area_put(&square.cells, square.cells.rows / 2, square.cells.columns /
	    2, STYLE_SELECTED, '+');
}
