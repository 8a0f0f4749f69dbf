#include "workbench/svg_plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { WIDTH = 560, HEIGHT = 260, LEFT = 62, RIGHT = 12, TOP = 28,
	BOTTOM = 36, TICKS = 5 };

struct range {
	double low, high;
};

void html_text(struct buffer *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<':
			buffer_puts(out, "&lt;");
			break;
		case '>':
			buffer_puts(out, "&gt;");
			break;
		case '&':
			buffer_puts(out, "&amp;");
			break;
		case '"':
			buffer_puts(out, "&quot;");
			break;
		default:
			if ((unsigned char)*text >= ' ' || *text == '\n')
				buffer_add(out, text, 1);
		}
	}
}

static struct svg_line *line_of(struct svg_plot *plot, const char *name)
{
	for (int i = 0; i < plot->lines; i++) {
		if (strcmp(plot->line[i].name, name) == 0)
			return &plot->line[i];
	}
	if (plot->lines == SVG_LINES)
		return NULL;
	plot->line[plot->lines].name = name;
	return &plot->line[plot->lines++];
}

void svg_plot_point(struct svg_plot *plot, const char *name, double x,
    double y)
{
	struct svg_line *line = line_of(plot, name);
	size_t count;

	if (!line)
		return;
	count = (size_t)line->count + 1;
	line->x = xreallocarray(line->x, count, sizeof(*line->x));
	line->y = xreallocarray(line->y, count, sizeof(*line->y));
	line->x[line->count] = x;
	line->y[line->count++] = y;
}

void svg_plot_free(struct svg_plot *plot)
{
	for (int i = 0; i < plot->lines; i++) {
		free(plot->line[i].x);
		free(plot->line[i].y);
	}
	plot->lines = 0;
}

static double scaled(const struct svg_plot *plot, double y)
{
	if (!plot->log_y)
		return y;
	return y > 0 ? log10(y) : NAN;
}

static void widen(struct range *range, double value)
{
	if (isfinite(value)) {
		range->low = fmin(range->low, value);
		range->high = fmax(range->high, value);
	}
}

/* How many points can be drawn; 0 when they lie above one another. */
static int ranges(const struct svg_plot *plot, struct range *x,
    struct range *y)
{
	int count = 0;

	*x = *y = (struct range){INFINITY, -INFINITY};
	for (int i = 0; i < plot->lines; i++) {
		for (int j = 0; j < plot->line[i].count; j++) {
			double value = scaled(plot, plot->line[i].y[j]);

			if (!isfinite(value))
				continue;
			widen(x, plot->line[i].x[j]);
			widen(y, value);
			count++;
		}
	}
	if (y->high - y->low < 1e-9 * (1 + fabs(y->high))) {
		y->low -= 0.5;
		y->high += 0.5;
	}
	return x->high > x->low ? count : 0;
}

static double across(const struct range *x, double value)
{
	return LEFT + (WIDTH - LEFT - RIGHT) * (value - x->low) /
	    (x->high - x->low);
}

static double down(const struct range *y, double value)
{
	return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) *
	    (value - y->low) / (y->high - y->low);
}

/* A step of 1, 2 or 5 times a power of ten: at most TICKS + 1 of them. */
static double tick_step(const struct range *range)
{
	double rough = (range->high - range->low) / TICKS;
	double power = pow(10, floor(log10(rough)));

	return power * (rough <= power ? 1 : rough <= 2 * power ? 2 :
	    rough <= 5 * power ? 5 : 10);
}

static void print_value(const struct svg_plot *plot, double value, char *out,
    size_t size)
{
	if (plot->log_y)
		text_format(out, size, "%.3g", pow(10, value));
	else if (plot->percent)
		text_format(out, size, "%g%%", round(1e4 * value) / 100);
	else
		text_format(out, size, "%.4g", value);
}

static void draw_y_tick(const struct svg_plot *plot, const struct range *y,
    double at, struct buffer *out)
{
	char text[32];

	if (at < y->low || at > y->high)
		return;
	print_value(plot, at, text, sizeof(text));
	buffer_printf(out, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" "
	    "y1=\"%.1f\" y2=\"%.1f\"/><text x=\"%d\" y=\"%.1f\" "
	    "text-anchor=\"end\">%s</text>\n", LEFT, WIDTH - RIGHT,
	    down(y, at), down(y, at), LEFT - 6, down(y, at) + 4, text);
}

/* Within half a decade, such steps as a plain axis has. */
static void draw_narrow_ticks(const struct svg_plot *plot,
    const struct range *y, struct buffer *out)
{
	const struct range value = {pow(10, y->low), pow(10, y->high)};
	double step = tick_step(&value);

	for (double at = ceil(value.low / step) * step; at <= value.high;
	    at += step)
		draw_y_tick(plot, y, log10(at), out);
}

/* 1, 2, 5, 10, ..., or the powers of ten alone where there are many. */
static void draw_log_ticks(const struct svg_plot *plot, const struct range *y,
    struct buffer *out)
{
	bool many = y->high - y->low > 2.5;

	if (y->high - y->low < 0.5) {
		draw_narrow_ticks(plot, y, out);
		return;
	}
	for (double power = floor(y->low); power <= y->high; power++) {
		draw_y_tick(plot, y, power, out);
		if (many)
			continue;
		draw_y_tick(plot, y, power + log10(2), out);
		draw_y_tick(plot, y, power + log10(5), out);
	}
}

static void draw_y_axis(const struct svg_plot *plot, const struct range *y,
    struct buffer *out)
{
	double step = tick_step(y);

	if (plot->log_y) {
		draw_log_ticks(plot, y, out);
		return;
	}
	for (double at = ceil(y->low / step) * step; at <= y->high;
	    at += step)
		draw_y_tick(plot, y, at, out);
}

static void draw_x_axis(const struct svg_plot *plot, const struct range *x,
    struct buffer *out)
{
	double step = tick_step(x);

	for (double at = ceil(x->low / step) * step; at <= x->high + step / 1e6;
	    at += step)
		buffer_printf(out, "<text x=\"%.1f\" y=\"%d\" "
		    "text-anchor=\"middle\">%.6g</text>\n", across(x, at),
		    HEIGHT - BOTTOM + 16, at + 0.0);
	buffer_printf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">",
	    WIDTH - RIGHT, HEIGHT - 4);
	html_text(out, plot->x_name);
	buffer_puts(out, "</text>\n");
}

static void draw_line(const struct svg_plot *plot, int index,
    const struct range *x, const struct range *y, struct buffer *out)
{
	const struct svg_line *line = &plot->line[index];
	bool drawing = false;

	buffer_printf(out, "<path class=\"line s%d\" d=\"", index);
	for (int i = 0; i < line->count; i++) {
		double value = scaled(plot, line->y[i]);

		if (isfinite(value))
			buffer_printf(out, "%c%.1f %.1f",
			    drawing ? 'L' : 'M', across(x, line->x[i]),
			    down(y, value));
		drawing = isfinite(value);
	}
	buffer_puts(out, "\"/>\n");
}

/* Names along the top, each behind a piece of its line. */
static void draw_legend(const struct svg_plot *plot, struct buffer *out)
{
	int room = (WIDTH - LEFT - RIGHT) / (plot->lines ? plot->lines : 1);

	for (int i = 0; i < plot->lines; i++) {
		int x = LEFT + i * (room < 130 ? room : 130);

		buffer_printf(out, "<path class=\"line s%d\" d=\"M%d 16H%d\"/>"
		    "<text x=\"%d\" y=\"20\">", i, x, x + 22, x + 27);
		html_text(out, plot->line[i].name);
		buffer_puts(out, "</text>\n");
	}
}

void svg_plot_draw(const struct svg_plot *plot, struct buffer *out)
{
	struct range x, y;

	if (ranges(plot, &x, &y) < 2)
		return;
	buffer_puts(out, "<figure><figcaption>");
	html_text(out, plot->title);
	buffer_printf(out, "</figcaption>\n<svg viewBox=\"0 0 %d %d\" "
	    "role=\"img\">\n", WIDTH, HEIGHT);
	draw_y_axis(plot, &y, out);
	draw_x_axis(plot, &x, out);
	for (int i = 0; i < plot->lines; i++)
		draw_line(plot, i, &x, &y, out);
	draw_legend(plot, out);
	buffer_puts(out, "</svg></figure>\n");
}
