#include "workbench/study_figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/study_cells.h"
#include "workbench/svg_plot.h"

enum { ACROSS = 3, FIELD = 200, GAP = 16, LETTER = 7, HEAD = 44, TITLE = 22,
	LINE = 15, FOOT = 30, COLORS = 5 };

/* Told apart by colour-blind eyes (Okabe and Ito 2008). */
static const char *const color[COLORS] = {"#0072b2", "#d55e00", "#009e73",
	"#cc79a7", "#e69f00"};

struct figure {
	const struct study_rows *rows;
	int settings;		/* lines of a field */
	int label;		/* width of their names, left of it */
	double low, high;	/* points at the ends of a field */
	struct buffer *out;
};

/* Of quantities they come first: uncompressed, and compressed. */
static int count_settings(const struct study_grid *grid)
{
	return 1 + grid->compression.count;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* What lies on one side of 0: of each difference how far its mean is there, and
 * its interval. */
struct reach {
	double *end;
	int count;
	double most;
};

static void reach_add(struct reach *reach, const struct estimate *e, int side)
{
	double mean = 100 * side * e->mean;

	reach->most = fmax(reach->most, mean);
	reach->end[reach->count++] = fmax(0, mean +
	    (isnan(e->half) ? 0 : 100 * e->half));
}

/* Wide enough for all means and nine of ten intervals; longer ones are cut
 * and dashed. */
static double reach_end(struct reach *reach)
{
	double most = reach->most;

	qsort(reach->end, (size_t)reach->count, sizeof(*reach->end), by_size);
	if (reach->count)
		most = fmax(most, reach->end[reach->count * 9 / 10]);
	return ceil(most);
}

/* How far the differences go to one side, at least a point. */
static double find_end(const struct study_rows *rows, int side)
{
	const struct study_grid *grid = rows->grid;
	size_t cells = (size_t)(grid->backbones.count * grid->arms *
	    count_settings(grid));
	struct reach reach = {xcalloc(cells, sizeof(double)), 0, 1};
	double end;

	for (int b = 0; b < grid->backbones.count; b++) {
		for (int i = 0; i < count_settings(grid) * grid->arms; i++) {
			struct study_quantity quantity = study_quantity(grid,
			    i / grid->arms);
			struct estimate e = study_cell(rows,
			    grid->backbones.text[b], &quantity,
			    i % grid->arms).difference;

			if (i % grid->arms > 0 && e.n > 0)
				reach_add(&reach, &e, side);
		}
	}
	end = reach_end(&reach);
	free(reach.end);
	return end;
}

/* The longest name and some air, in letters of a usual width. */
static int label_width(const struct study_grid *grid)
{
	size_t most = 0;

	for (int i = 0; i < count_settings(grid); i++) {
		size_t letters = strlen(study_quantity(grid, i).name);

		most = letters > most ? letters : most;
	}
	return (int)(most + 4) * LETTER;
}

static void text_at(struct figure *figure, double x, double y,
    const char *style, const char *text)
{
	buffer_printf(figure->out, "<text x=\"%.1f\" y=\"%.1f\"%s>", x, y,
	    style);
	html_text(figure->out, text);
	buffer_puts(figure->out, "</text>\n");
}

static double across(const struct figure *figure, double left, double points)
{
	double share = (points - figure->low) / (figure->high - figure->low);

	return left + FIELD * fmax(0, fmin(1, share));
}

static void draw_arm(struct figure *figure, double left, double y, int arm,
    const struct estimate *difference)
{
	double mean = 100 * difference->mean;
	double half = isnan(difference->half) ? 0 : 100 * difference->half;
	double low = across(figure, left, mean - half);
	double high = across(figure, left, mean + half);
	const char *paint = color[(arm - 1) % COLORS];

	buffer_printf(figure->out, "<path d=\"M%.1f %.1fH%.1f\" stroke=\"%s\""
	    "%s/><circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.4\" fill=\"%s\" "
	    "stroke=\"%s\"/>\n", low, y, high, paint,
	    mean - half < figure->low || mean + half > figure->high ?
	    " stroke-dasharray=\"3 2\"" : "",
	    across(figure, left, mean), y, difference->n < 2 ? "#fff" : paint,
	    paint);
}

static void draw_line(struct figure *figure, const char *backbone, int setting,
    double left, double y)
{
	const struct study_grid *grid = figure->rows->grid;
	struct study_quantity quantity = study_quantity(grid, setting);

	for (int arm = 1; arm < grid->arms; arm++) {
		struct study_cell cell = study_cell(figure->rows, backbone,
		    &quantity, arm);
		double down = (arm - grid->arms / 2.0) * (LINE - 3) /
		    (grid->arms - 1);

		if (cell.difference.n > 0)
			draw_arm(figure, left, y + down, arm,
			    &cell.difference);
	}
}

/* A round number of points, so that a field has seven lines at most. */
static double tick_of(const struct figure *figure)
{
	static const double steps[] = {1, 2, 5, 10, 20};
	size_t i = 0;

	while (i + 1 < sizeof(steps) / sizeof(*steps) &&
	    figure->high - figure->low > 7 * steps[i])
		i++;
	return steps[i];
}

static void draw_ticks(struct figure *figure, double left, double top,
    double height)
{
	double tick = tick_of(figure);
	char text[32];

	for (double at = ceil(figure->low / tick) * tick; at <= figure->high;
	    at += tick) {
		double x = across(figure, left, at);

		buffer_printf(figure->out, "<path d=\"M%.1f %.0fv%.0f\" "
		    "stroke=\"%s\"/>\n", x, top, height,
		    at == 0 ? "#888" : "#e5e5e5");
		text_copy(text, sizeof(text), "0");
		if (at != 0)
			text_format(text, sizeof(text), "%+g", at);
		text_at(figure, x, top + height + 12,
		    " text-anchor=\"middle\"", text);
	}
}

/* Every second line is grey, for eyes that come from the names. */
static void draw_frame(struct figure *figure, double left, double top)
{
	double height = figure->settings * LINE;

	for (int i = 1; i < figure->settings; i += 2)
		buffer_printf(figure->out, "<rect x=\"%.0f\" y=\"%.0f\" "
		    "width=\"%d\" height=\"%d\" fill=\"#f6f6f6\"/>\n", left,
		    top + i * LINE, FIELD, LINE);
	draw_ticks(figure, left, top, height);
	buffer_printf(figure->out, "<rect x=\"%.0f\" y=\"%.0f\" width=\"%d\" "
	    "height=\"%.0f\" fill=\"none\" stroke=\"#bbb\"/>\n", left, top,
	    FIELD, height);
}

/* Whether there is anything to be drawn of a network. */
static bool has_results(const struct study_rows *rows, const char *backbone)
{
	struct study_quantity quantity = study_quantity(rows->grid, 0);
	bool found = false;

	for (int arm = 1; arm < rows->grid->arms; arm++)
		found = found || study_cell(rows, backbone, &quantity,
		    arm).difference.n > 0;
	return found;
}

static void draw_field(struct figure *figure, const char *backbone,
    double left, double top)
{
	text_at(figure, left, top - 6, " font-weight=\"bold\"", backbone);
	draw_frame(figure, left, top);
	for (int i = 0; i < figure->settings; i++)
		draw_line(figure, backbone, i, left, top + LINE * (i + 0.5));
}

static void draw_labels(struct figure *figure, double top)
{
	for (int i = 0; i < figure->settings; i++)
		text_at(figure, figure->label - 8, top + LINE * i + 11,
		    " text-anchor=\"end\"", study_quantity(
		    figure->rows->grid, i).name);
}

static void draw_legend(struct figure *figure)
{
	const struct study_grid *grid = figure->rows->grid;
	char text[120];

	text_format(text, sizeof(text), "accuracy, points above %s (95%% "
	    "intervals; hollow: one pair, no interval)", grid->arm[0].name);
	text_at(figure, figure->label, 14, "", text);
	for (int arm = 1; arm < grid->arms; arm++) {
		double x = figure->label + 16 + (arm - 1) * 80;

		buffer_printf(figure->out, "<circle cx=\"%.0f\" cy=\"28\" "
		    "r=\"4\" fill=\"%s\"/>\n", x, color[(arm - 1) % COLORS]);
		text_at(figure, x + 8, 32, "", grid->arm[arm].name);
	}
}

static int networks_with_results(const struct study_rows *rows,
    const char **name)
{
	const struct study_list *all = &rows->grid->backbones;
	int count = 0;

	for (int i = 0; i < all->count; i++) {
		if (has_results(rows, all->text[i]))
			name[count++] = all->text[i];
	}
	return count;
}

void study_figure(const struct study_rows *rows, struct buffer *out)
{
	const struct study_grid *grid = rows->grid;
	struct figure figure = {rows, count_settings(grid),
		label_width(grid), -find_end(rows, -1), find_end(rows, 1),
		out};
	const char **name = xcalloc((size_t)grid->backbones.count,
	    sizeof(*name));
	int fields = networks_with_results(rows, name);
	int down = (fields + ACROSS - 1) / ACROSS;
	int row = TITLE + figure.settings * LINE + FOOT;
	int width = figure.label + (fields < ACROSS ? 2 : ACROSS) * (FIELD + GAP);
	int height = HEAD + down * row;

	buffer_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
	    "font-family=\"sans-serif\" font-size=\"11\" fill=\"#222\" "
	    "stroke-width=\"1.5\">\n<rect width=\"%d\" height=\"%d\" "
	    "fill=\"#fff\"/>\n", width, height, width, height, width, height);
	draw_legend(&figure);
	for (int i = 0; i < fields; i++) {
		double top = HEAD + TITLE + (i / ACROSS) * row;

		if (i % ACROSS == 0)
			draw_labels(&figure, top);
		draw_field(&figure, name[i], figure.label + (i % ACROSS) *
		    (FIELD + GAP), top);
	}
	buffer_puts(out, "</svg>\n");
	free(name);
}
