#include "tui/slider.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

enum { NOTCH = 10, ALL = 1000, PLACES = 7 /* of the bits slider */ };

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

static void remember_layer(struct slider_state *slider, int layer, bool more)
{
	if (slider->undos == SLIDER_UNDO) {
		memmove(slider->undo, slider->undo + 1,
		    (SLIDER_UNDO - 1) * sizeof(*slider->undo));
		slider->undos--;
	}
	slider->redos = 0;
	slider->undo[slider->undos++] = (struct slider_move){layer,
		slider->tenths[layer], slider->bits[layer],
		slider->linked[layer], more, clock_now()};
}

/* Does this other layer move when the chosen one does? */
static bool moves_along(const struct slider_state *slider, int layer)
{
	return slider->layer && slider->linked[slider->layer] &&
	    layer != slider->layer && slider->linked[layer];
}

/* The chosen layer is taken back last: it is the one to be shown again. */
static void remember(struct slider_state *slider)
{
	remember_layer(slider, slider->layer, false);
	for (int i = 1; i < SLIDER_LAYERS; i++) {
		if (moves_along(slider, i))
			remember_layer(slider, i, true);
	}
}

static void set_ratio_of(struct slider_state *slider, int layer, int tenths)
{
	slider->tenths[layer] = tenths < 0 ? 0 : tenths > ALL ? ALL : tenths;
	slider->moved_ratio[layer] = true;
}

static void set_tenths(struct slider_state *slider, int tenths)
{
	int by = tenths - slider_tenths(slider);

	for (int i = 1; i < SLIDER_LAYERS; i++) {
		if (moves_along(slider, i))
			set_ratio_of(slider, i, slider->tenths[i] + by);
	}
	set_ratio_of(slider, slider->layer, tenths);
}

/* Places of the bits slider: off, 8, 7, ... 2. */
static int place_of(int bits)
{
	return bits ? 9 - bits : 0;
}

static void set_place_of(struct slider_state *slider, int layer, int place)
{
	place = place < 0 ? 0 : place > PLACES ? PLACES : place;
	slider->bits[layer] = place ? 9 - place : 0;
	slider->moved_bits[layer] = true;
}

static void set_place(struct slider_state *slider, int place)
{
	int by = place - place_of(slider_bits(slider));

	for (int i = 1; i < SLIDER_LAYERS; i++) {
		if (moves_along(slider, i) && slider->bits[i] != AS_ALL)
			set_place_of(slider, i, place_of(slider->bits[i]) +
			    by);
	}
	set_place_of(slider, slider->layer, place);
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

static void move_bits(struct slider_state *slider, int notches)
{
	set_place(slider, place_of(slider_bits(slider)) + notches);
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
	if (slider->chosen == SLIDER_BITS)
		set_place(slider, (int)lround(share * PLACES));
	else
		set_tenths(slider, (int)lround(share * 100) * NOTCH);
}

void slider_point(struct slider_state *slider, enum slider_name name,
    double share)
{
	slider->chosen = name;
	slider->typed[0] = '\0';
	remember(slider);
	slider_drag(slider, share);
}

bool slider_is_own(const struct slider_state *slider, int layer)
{
	return layer > 0 && layer < SLIDER_LAYERS &&
	    (slider->tenths[layer] != AS_ALL || slider->bits[layer] != AS_ALL);
}

/* To a value of its own, or to AS_ALL. */
static void give(struct slider_state *slider, int layer, int tenths, int bits)
{
	slider->moved_ratio[layer] |= slider->tenths[layer] != tenths;
	slider->moved_bits[layer] |= slider->bits[layer] != bits;
	slider->tenths[layer] = tenths;
	slider->bits[layer] = bits;
}

void slider_lock(struct slider_state *slider, const struct layer_view *layer,
    bool locked)
{
	int bits = layer->bits > 8 ? 0 : layer->bits;

	remember_layer(slider, layer->id, false);
	if (!locked) {
		give(slider, layer->id, AS_ALL, AS_ALL);
		slider->linked[layer->id] = false;
		return;
	}
	give(slider, layer->id, (int)lround(1000 * layer->ratio),
	    slider->bits[0] ? bits : slider->bits[layer->id]);
}

void slider_link(struct slider_state *slider, const struct layer_view *layer,
    bool linked)
{
	if (slider->tenths[layer->id] == AS_ALL)
		slider_lock(slider, layer, true);
	else
		remember_layer(slider, layer->id, false);
	slider->linked[layer->id] = linked;
}

/* Where the layer is now, and where it was, change places. */
static void change_places(struct slider_state *slider,
    struct slider_move *move)
{
	struct slider_move now = *move;

	now.tenths = slider->tenths[move->layer];
	now.bits = slider->bits[move->layer];
	now.linked = slider->linked[move->layer];
	slider->layer = move->layer;
	slider->linked[move->layer] = move->linked;
	give(slider, move->layer, move->tenths, move->bits);
	*move = now;
}

bool slider_undo(struct slider_state *slider)
{
	struct slider_move *move;

	if (slider->undos == 0)
		return false;
	do {
		move = &slider->undo[--slider->undos];
		slider->redos++;
		change_places(slider, move);
	} while (move->more && slider->undos > 0);
	return true;
}

bool slider_redo(struct slider_state *slider)
{
	int chosen = slider->undo[slider->undos].layer;

	if (slider->redos == 0)
		return false;
	do {
		change_places(slider, &slider->undo[slider->undos++]);
		slider->redos--;
	} while (slider->redos > 0 && slider->undo[slider->undos].more);
	slider->layer = chosen;
	return true;
}

double slider_moved_at(const struct slider_state *slider)
{
	return slider->undos ? slider->undo[slider->undos - 1].at : -1;
}

double slider_taken_back_at(const struct slider_state *slider)
{
	return slider->redos ? slider->undo[slider->undos].at : -1;
}

void slider_type(struct slider_state *slider, char digit)
{
	size_t length = strlen(slider->typed);

	if (length + 1 < sizeof(slider->typed)) {
		slider->typed[length] = digit;
		slider->typed[length + 1] = '\0';
	}
}

/* One line is enough: its answer is about all of the position. */
bool slider_again(struct slider_state *slider)
{
	for (int i = 0; i < SLIDER_LAYERS; i++) {
		slider->moved_ratio[i] |= slider->tenths[i] > 0;
		slider->moved_bits[i] |= slider->tenths[i] <= 0 &&
		    slider->bits[i] > 0;
		if (slider->moved_ratio[i] || slider->moved_bits[i])
			return true;
	}
	return false;
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
		set_place(slider, place_of((int)value));
		return NULL;
	}
	if (wrong || value < 0 || value > 100)
		return "0 to 100 percent";
	remember(slider);
	/* 0.8 is what lines call 80%. */
	set_tenths(slider, (int)lround((fraction ? 1000 : 10) * value));
	return NULL;
}
