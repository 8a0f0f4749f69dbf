#include "tui/slider.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "tui/glyph.h"

/* Patience with an answer: to send the next position, to give up waiting. */
#define ANSWER_SECONDS 0.12
#define GIVE_UP_SECONDS 1.0

enum { NAME_WIDTH = 8, VALUE_WIDTH = 13, LEAST_BAR = 6, NOTCH = 10,
	ALL = 1000 };

void slider_init(struct slider_state *slider)
{
	*slider = (struct slider_state){0};
	for (int i = 1; i < SLIDER_LAYERS; i++)
		slider->tenths[i] = slider->bits[i] = AS_ALL;
}

int slider_tenths(const struct slider_state *slider)
{
	int own = slider->tenths[slider->layer];

	return own == AS_ALL ? slider->tenths[0] : own;
}

int slider_bits(const struct slider_state *slider)
{
	int own = slider->bits[slider->layer];

	return own == AS_ALL ? slider->bits[0] : own;
}

static void remember(struct slider_state *slider)
{
	if (slider->undos == SLIDER_UNDO) {
		memmove(slider->undo, slider->undo + 1,
		    (SLIDER_UNDO - 1) * sizeof(*slider->undo));
		slider->undos--;
	}
	slider->undo[slider->undos++] = (struct slider_move){slider->layer,
		slider_tenths(slider), slider_bits(slider), clock_now()};
}

static void set_tenths(struct slider_state *slider, int tenths)
{
	slider->tenths[slider->layer] = tenths < 0 ? 0 : tenths > ALL ? ALL :
	    tenths;
	slider->moved[SLIDER_PRUNE] = true;
}

static void set_bits(struct slider_state *slider, int bits)
{
	slider->bits[slider->layer] = bits;
	slider->moved[SLIDER_BITS] = true;
}

/* To whole percents: from 85.5 one notch more is 86. */
static void move_ratio(struct slider_state *slider, int notches)
{
	int tenths = slider_tenths(slider);

	if (notches > 0)
		set_tenths(slider, tenths - tenths % NOTCH + notches * NOTCH);
	else
		set_tenths(slider, tenths + (NOTCH - tenths % NOTCH) % NOTCH +
		    notches * NOTCH);
}

/* Places of the bits slider: off, 8, 7, ... 2. */
static int place_of(int bits)
{
	return bits ? 9 - bits : 0;
}

static void move_bits(struct slider_state *slider, int notches)
{
	int place = place_of(slider_bits(slider)) + notches;

	place = place < 0 ? 0 : place > 7 ? 7 : place;
	set_bits(slider, place ? 9 - place : 0);
}

static void move_layer(struct slider_state *slider, int step,
    const struct snapshot *snapshot)
{
	int id = slider->layer;

	do {
		id += step > 0 ? 1 : -1;
		if (id <= 0) {
			slider->layer = 0;
			return;
		}
		if (id > snapshot->layers || id >= SLIDER_LAYERS)
			return;
	} while (!snapshot->layer[id - 1].compressible);
	slider->layer = id;
}

void slider_move(struct slider_state *slider, int notches,
    const struct snapshot *snapshot)
{
	slider->typed[0] = '\0';
	if (slider->chosen == SLIDER_LAYER) {
		move_layer(slider, notches, snapshot);
		return;
	}
	remember(slider);
	if (slider->chosen == SLIDER_BITS)
		move_bits(slider, notches);
	else
		move_ratio(slider, notches);
}

void slider_drag(struct slider_state *slider, double share)
{
	if (slider->chosen == SLIDER_BITS) {
		int place = (int)lround(share * 7);

		set_bits(slider, place ? 9 - place : 0);
	} else {
		set_tenths(slider, (int)lround(share * 100) * NOTCH);
	}
}

void slider_point(struct slider_state *slider, enum slider_name name,
    double share)
{
	slider->chosen = name;
	slider->typed[0] = '\0';
	remember(slider);
	slider_drag(slider, share);
}

bool slider_undo(struct slider_state *slider)
{
	const struct slider_move *move;

	if (slider->undos == 0)
		return false;
	move = &slider->undo[--slider->undos];
	slider->layer = move->layer;
	if (slider_tenths(slider) != move->tenths)
		set_tenths(slider, move->tenths);
	if (slider_bits(slider) != move->bits)
		set_bits(slider, move->bits);
	return true;
}

double slider_moved_at(const struct slider_state *slider)
{
	return slider->undos ? slider->undo[slider->undos - 1].at : -1;
}

void slider_type(struct slider_state *slider, char digit)
{
	size_t length = strlen(slider->typed);

	if (length + 1 < sizeof(slider->typed)) {
		slider->typed[length] = digit;
		slider->typed[length + 1] = '\0';
	}
}

static const char *take_layer(struct slider_state *slider, double value,
    const struct snapshot *snapshot)
{
	int id = (int)value;

	if (id != value || id < 0 || id > snapshot->layers ||
	    id >= SLIDER_LAYERS ||
	    (id && !snapshot->layer[id - 1].compressible))
		return "0 for all, or the number of a layer with weights";
	slider->layer = id;
	return NULL;
}

const char *slider_take(struct slider_state *slider,
    const struct snapshot *snapshot)
{
	double value;
	int wrong = parse_double(slider->typed, &value);
	bool fraction = !wrong && value < 1 && strchr(slider->typed, '.');

	slider->typed[0] = '\0';
	if (slider->chosen == SLIDER_LAYER)
		return wrong ? "a number" : take_layer(slider, value,
		    snapshot);
	if (slider->chosen == SLIDER_BITS) {
		if (wrong || value != floor(value) ||
		    (value != 0 && (value < 2 || value > 8)))
			return "2 to 8 bits, or 0 for off";
		remember(slider);
		set_bits(slider, (int)value);
		return NULL;
	}
	if (wrong || value < 0 || value > 100)
		return "0 to 100 percent";
	remember(slider);
	/* 0.8 is what lines call 80%. */
	set_tenths(slider, (int)lround((fraction ? 1000 : 10) * value));
	return NULL;
}

bool slider_pending(const struct slider_state *slider)
{
	return slider->moved[SLIDER_PRUNE] || slider->moved[SLIDER_BITS];
}

static int view_tenths(const struct compress_view *view)
{
	return (int)lround(1000 * view->ratio);
}

/* A first figure for the position that was told last. */
static bool answered(const struct slider_state *slider,
    const struct compress_view *view)
{
	return !slider->waits || (view_tenths(view) == slider->tenths[0] &&
	    view->bits == slider->bits[0] && slider->layer == 0 &&
	    view->state != COMPRESS_WORKING);
}

bool slider_due(const struct slider_state *slider,
    const struct compress_view *view, double now)
{
	return slider_pending(slider) && (answered(slider, view) ||
	    now - slider->told > ANSWER_SECONDS);
}

/* Words that say how, kept as they are; defaults are left out. */
static void manner(const char *name, const char *value, const char *usual,
    char *line, size_t size)
{
	size_t used = strlen(line);

	if (value[0] && strcmp(value, usual) != 0)
		text_format(line + used, size - used, " %s=%s", name, value);
}

static void print_layer(const struct slider_state *slider, char *line,
    size_t size)
{
	size_t used = strlen(line);

	if (slider->layer)
		text_format(line + used, size - used, " layer=%d",
		    slider->layer);
}

static void tell_ratio(const struct slider_state *slider,
    const struct compress_view *view, char *line, size_t size)
{
	int tenths = slider_tenths(slider);

	text_format(line, size, tenths % NOTCH ? "prune %.3f" : "prune %.2f",
	    tenths / 1000.0);
	if (slider->layer == 0) {
		manner("method", view->method, "magnitude", line, size);
		manner("scope", view->scope, "global", line, size);
	}
	print_layer(slider, line, size);
}

/* Scales, activations and so on stay as they are. */
static void add_how(const struct compress_view *view, char *line, size_t size)
{
	size_t used;

	manner("per", view->per, "channel", line, size);
	used = strlen(line);
	if (view->how[0])
		text_format(line + used, size - used, " %s", view->how);
}

static void tell_bits(const struct slider_state *slider,
    const struct compress_view *view, char *line, size_t size)
{
	int bits = slider_bits(slider);

	if (bits == 0) {
		text_copy(line, size, "quant off");
	} else {
		text_format(line, size, "quant %d", bits);
		if (slider->layer == 0)
			add_how(view, line, size);
	}
	print_layer(slider, line, size);
}

void slider_tell(struct slider_state *slider,
    const struct compress_view *view, double now, char *line, size_t size)
{
	size_t used = 0;

	line[0] = '\0';
	if (slider->moved[SLIDER_PRUNE])
		tell_ratio(slider, view, line, size);
	if (slider->moved[SLIDER_BITS]) {
		used = strlen(line);
		text_copy(line + used, size - used, used ? "; " : "");
		used = strlen(line);
		tell_bits(slider, view, line + used, size - used);
	}
	memset(slider->moved, 0, sizeof(slider->moved));
	slider->told = now;
	slider->waits = true;
}

bool slider_follow(struct slider_state *slider,
    const struct compress_view *view, double now)
{
	int tenths = slider->tenths[0], bits = slider->bits[0];

	if (slider_pending(slider))
		return false;
	if (!answered(slider, view) && now - slider->told < GIVE_UP_SECONDS)
		return false;
	slider->waits = false;
	slider->tenths[0] = view_tenths(view);
	slider->bits[0] = view->bits;
	for (int i = 1; i < SLIDER_LAYERS; i++) {
		if (!view->pruned)
			slider->tenths[i] = AS_ALL;
		if (!view->quantised)
			slider->bits[i] = AS_ALL;
	}
	return slider->tenths[0] != tenths || slider->bits[0] != bits;
}

static int bar_width(const struct area *area)
{
	int width = area->columns - NAME_WIDTH - VALUE_WIDTH - 1;

	return width < LEAST_BAR ? LEAST_BAR : width;
}

static int bar_column(const struct area *area, double share)
{
	return (int)lround(fmin(1, fmax(0, share)) * (bar_width(area) - 1));
}

void slider_draw(const struct area *area, int row, const char *name,
    double share, const char *value, bool chosen)
{
	int width = bar_width(area);
	int at = bar_column(area, share);

	area_printf(area, row, 0, chosen ? STYLE_KEY : STYLE_NORMAL,
	    "%s%s", chosen ? ">" : " ", name);
	area_put(area, row, NAME_WIDTH - 1, STYLE_DIM, 0x251c);
	for (int i = 0; i < width; i++)
		area_put(area, row, NAME_WIDTH + i, i == at ? STYLE_KEY :
		    i < at ? STYLE_BAR : STYLE_DIM, i == at ? 0x25cf : i < at ?
		    0x2501 : 0x2500);
	area_put(area, row, NAME_WIDTH + width, STYLE_DIM, 0x2524);
	area_puts(area, row, NAME_WIDTH + width + 2, chosen ? STYLE_BOLD :
	    STYLE_NORMAL, value);
}

void slider_mark(const struct area *area, int row, double mark, double share)
{
	int at = bar_column(area, mark);

	if (at != bar_column(area, share))
		area_put(area, row, NAME_WIDTH + at, STYLE_KEY, 0x253f);
}

double slider_share(const struct area *area, int column)
{
	int width = bar_width(area);

	column -= NAME_WIDTH;
	return column < 0 || column >= width ? NAN :
	    (double)column / (width - 1);
}
