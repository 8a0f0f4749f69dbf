#include "tui/slider.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define SUBMIT_SECONDS 0.04

void slider_draw(const struct area *area, int row, const char *name,
    double share, const char *value, bool chosen)
{
	int width = area->columns - 8 - 14;
	int at;

	area_printf(area, row, 0, chosen ? STYLE_KEY : STYLE_NORMAL,
	    "%c%-6s", chosen ? '>' : ' ', name);
	if (width < 5)
		width = 5;
	at = (int)lround(share * (width - 1));
	area_put(area, row, 7, STYLE_DIM, 0x251c);
	for (int i = 0; i < width; i++)
		area_put(area, row, 8 + i, i == at ? STYLE_KEY : i < at ?
		    STYLE_BAR : STYLE_DIM, i == at ? 0x25cf : i < at ?
		    0x2501 : 0x2500);
	area_put(area, row, 8 + width, STYLE_DIM, 0x2524);
	area_puts(area, row, 10 + width, chosen ? STYLE_BOLD : STYLE_NORMAL,
	    value);
}

static void remember(struct slider_state *slider)
{
	int most = sizeof(slider->undo) / sizeof(*slider->undo);

	if (slider->undos == most) {
		memmove(slider->undo, slider->undo + 1,
		    (size_t)(most - 1) * sizeof(*slider->undo));
		slider->undos--;
	}
	slider->undo[slider->undos].percent = slider->percent;
	slider->undo[slider->undos++].bits = slider->bits;
}

/* Places of the bits slider: off, 8, 7, ... 2. */
static int place_of(int bits)
{
	return bits ? 9 - bits : 0;
}

static int bits_at(int place)
{
	place = place < 0 ? 0 : place > 7 ? 7 : place;
	return place ? 9 - place : 0;
}

void slider_move(struct slider_state *slider, int notches)
{
	int percent = slider->percent + notches;

	remember(slider);
	if (slider->chosen == SLIDER_BITS) {
		slider->bits = bits_at(place_of(slider->bits) +
		    (notches > 0 ? 1 : -1));
		slider->moved[SLIDER_BITS] = true;
		return;
	}
	slider->percent = percent < 0 ? 0 : percent > 100 ? 100 : percent;
	slider->moved[SLIDER_PRUNE] = true;
}

bool slider_undo(struct slider_state *slider)
{
	if (slider->undos == 0)
		return false;
	slider->undos--;
	slider->moved[SLIDER_PRUNE] =
	    slider->percent != slider->undo[slider->undos].percent;
	slider->moved[SLIDER_BITS] =
	    slider->bits != slider->undo[slider->undos].bits;
	slider->percent = slider->undo[slider->undos].percent;
	slider->bits = slider->undo[slider->undos].bits;
	return true;
}

void slider_type(struct slider_state *slider, char digit)
{
	size_t length = strlen(slider->typed);

	if (length + 1 < sizeof(slider->typed) && length < 3) {
		slider->typed[length] = digit;
		slider->typed[length + 1] = '\0';
	}
}

bool slider_take_typed(struct slider_state *slider)
{
	int value = atoi(slider->typed);
	bool bits = slider->chosen == SLIDER_BITS;
	bool possible = bits ? value == 0 || (value >= 2 && value <= 8) :
	    value <= 100;

	slider->typed[0] = '\0';
	if (!possible)
		return false;
	remember(slider);
	if (bits)
		slider->bits = value;
	else
		slider->percent = value;
	slider->moved[slider->chosen] = true;
	return true;
}

bool slider_waits(const struct slider_state *slider)
{
	return slider->moved[SLIDER_PRUNE] || slider->moved[SLIDER_BITS];
}

static void submit(struct ui *ui)
{
	struct slider_state *slider = &ui->slider;

	if (slider->moved[SLIDER_PRUNE])
		slider->ticket = ui_submit(ui, "prune %.2f",
		    slider->percent / 100.0);
	if (slider->moved[SLIDER_BITS] && slider->bits)
		slider->ticket = ui_submit(ui, "quant %d", slider->bits);
	else if (slider->moved[SLIDER_BITS])
		slider->ticket = ui_submit(ui, "quant off");
	slider->moved[SLIDER_PRUNE] = slider->moved[SLIDER_BITS] = false;
}

void slider_tend(struct ui *ui, double now)
{
	struct slider_state *slider = &ui->slider;
	const struct compress_view *view;

	if (slider_waits(slider)) {
		if (now - slider->submitted < SUBMIT_SECONDS)
			return;
		slider->submitted = now;
		submit(ui);
		return;
	}
	if (!ui->snapshot || (slider->ticket && now - slider->submitted < 0.5))
		return;
	view = &ui->snapshot->compress;
	slider->percent = (int)lround(100 * view->ratio);
	slider->bits = view->bits;
}
