#include "tui/plot.h"

#include <math.h>
#include <stdlib.h>

#include "tui/glyph.h"
#include "tui/plot_view.h"

enum { LABEL_MAX = 8, X_TICKS = 6, X_TICKS_SET = 4 };

static bool make_scales(struct plot_view *view)
{
	const struct plot *plot = view->plot;
	int y_ticks = (view->whole.rows + 1) / 2;
	int x_ticks = view->whole.columns / 10;
	double from, to, first, last;

	if (!plot_y_range(plot, view->values, &from, &to) ||
	    !plot_x_range(plot, &first, &last))
		return false;
	if (plot->y_from < plot->y_to)
		scale_set(&view->y, plot->y_from, plot->y_to, plot->log_y,
		    y_ticks);
	else
		scale_fit(&view->y, from, to, plot->log_y, y_ticks);
	if (plot->x_from < plot->x_to)
		scale_set(&view->x, plot->x_from, plot->x_to, false,
		    x_ticks > X_TICKS_SET ? x_ticks : X_TICKS_SET);
	else
		scale_fit(&view->x, first, last, false,
		    x_ticks > X_TICKS ? x_ticks : X_TICKS);
	return true;
}

/* Columns that the labels of y take, one for the axis included. */
static int label_width(const struct plot_view *view)
{
	char text[16];
	int width = 2;

	for (int i = 0; i < view->y.ticks; i++) {
		scale_label(&view->y, view->y.tick[i], text, sizeof(text));
		if (text_width(text) > width)
			width = text_width(text);
	}
	return (width < LABEL_MAX ? width : LABEL_MAX) + 1;
}

static void draw_all(struct plot_view *view)
{
	const struct plot *plot = view->plot;
	int width = label_width(view);

	view->body = area_within(&view->whole, 0, width, view->whole.rows - 1,
	    view->whole.columns - width);
	raster_new(&view->raster, &view->body, plot->glyphs);
	plot_draw_axes(view);
	plot_draw_lines(view);
	for (int s = 0; s < plot->count; s++) {
		if (!plot->series[s].marks_only)
			plot_draw_series(view, s);
	}
	plot_put_raster(view);
	plot_put_marks(view);
	plot_name_lines(view);
	raster_free(&view->raster);
}

void plot_draw(const struct area *area, const struct plot *plot)
{
	struct plot_view view = {.plot = plot, .whole = *area};

	if (area->rows < 3 || area->columns < 12)
		return;
	for (int s = 0; s < plot->count; s++)
		view.values[s] = plot_values(plot, &plot->series[s]);
	if (make_scales(&view))
		draw_all(&view);
	else
		area_middle(area, STYLE_DIM, plot->empty ? plot->empty : "");
	for (int s = 0; s < plot->count; s++)
		free(view.values[s].x);
}
