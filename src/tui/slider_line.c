/* Sliders and the workbench: what is told, and what is taken back from it. */
#include "tui/slider.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

/* Patience with an answer: to send the next position, to give up waiting. */
#define ANSWER_SECONDS 0.12
#define GIVE_UP_SECONDS 1.0

enum { NOTCH = 10 };	/* whole percents, in tenths */

bool slider_pending(const struct slider_state *slider)
{
	for (int i = 0; i < SLIDER_LAYERS; i++) {
		if (slider->moved_ratio[i] || slider->moved_bits[i])
			return true;
	}
	return false;
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

static void print_layer(int layer, char *line, size_t size)
{
	size_t used = strlen(line);

	if (layer)
		text_format(line + used, size - used, " layer=%d", layer);
}

static void tell_ratio(const struct slider_state *slider, int layer,
    const struct compress_view *view, char *line, size_t size)
{
	int tenths = slider->tenths[layer];

	if (tenths == AS_ALL)
		text_copy(line, size, "prune follow");
	else
		text_format(line, size, tenths % NOTCH ? "prune %.3f" :
		    "prune %.2f", tenths / 1000.0);
	if (layer == 0) {
		manner("method", view->method, "magnitude", line, size);
		manner("scope", view->scope, "global", line, size);
	}
	print_layer(layer, line, size);
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

static void tell_bits(const struct slider_state *slider, int layer,
    const struct compress_view *view, char *line, size_t size)
{
	int bits = slider->bits[layer];

	if (bits == AS_ALL || bits == 0)
		text_copy(line, size, bits ? "quant follow" : "quant off");
	else
		text_format(line, size, "quant %d", bits);
	if (layer == 0 && bits)
		add_how(view, line, size);
	print_layer(layer, line, size);
}

/* A statement behind the others, or false: no room for it. */
static bool add(char *line, size_t size, const char *statement)
{
	size_t used = strlen(line);

	if (used + strlen(statement) + 3 > size)
		return false;
	text_format(line + used, size - used, "%s%s", used ? "; " : "",
	    statement);
	return true;
}

void slider_tell(struct slider_state *slider,
    const struct compress_view *view, double now, char *line, size_t size)
{
	char statement[160];

	line[0] = '\0';
	for (int i = 0; i < SLIDER_LAYERS; i++) {
		tell_ratio(slider, i, view, statement, sizeof(statement));
		if (slider->moved_ratio[i] && add(line, size, statement))
			slider->moved_ratio[i] = false;
		tell_bits(slider, i, view, statement, sizeof(statement));
		if (slider->moved_bits[i] && add(line, size, statement))
			slider->moved_bits[i] = false;
	}
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

void slider_follow_layers(struct slider_state *slider,
    const struct snapshot *snapshot)
{
	if (slider_pending(slider) || slider->waits)
		return;
	for (int i = 0; i < snapshot->layers && i + 1 < SLIDER_LAYERS; i++) {
		const struct layer_view *layer = &snapshot->layer[i];
		int id = layer->id;

		slider->tenths[id] = isnan(layer->own_ratio) ? AS_ALL :
		    (int)lround(1000 * layer->own_ratio);
		slider->bits[id] = layer->own_bits == 0 ? AS_ALL :
		    layer->own_bits > 8 ? 0 : layer->own_bits;
		slider->linked[id] = slider->linked[id] &&
		    slider_is_own(slider, id);
	}
}
