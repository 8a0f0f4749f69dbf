/*
 * The compression sliders: what keys do to their positions, and when the
 * newest position is told to the workbench. Knows neither screen nor queue.
 */
#ifndef SNT_TUI_SLIDER_H
#define SNT_TUI_SLIDER_H

#include <stdbool.h>
#include <stddef.h>

#include "workbench/snapshot.h"

enum slider_name { SLIDER_PRUNE, SLIDER_BITS, SLIDER_LAYER, SLIDERS };

enum { SLIDER_LAYERS = 256, SLIDER_UNDO = 64, AS_ALL = -1 };

struct slider_state {
	enum slider_name chosen;
	int layer;			/* 0: all */
	/* Of all (0) and of layers by number; AS_ALL: none of its own. */
	int tenths[SLIDER_LAYERS];	/* of a percent pruned, 0 to 1000 */
	int bits[SLIDER_LAYERS];	/* 0: off, 2 to 8 */
	/* These move together: one by as much as the other. They have values
	 * of their own. */
	bool linked[SLIDER_LAYERS];
	char typed[8];			/* a value being typed */
	bool moved_ratio[SLIDER_LAYERS];	/* and not told yet */
	bool moved_bits[SLIDER_LAYERS];
	double told;			/* when a line was last submitted */
	bool waits;			/* for the answer to that line */
	struct slider_move {
		int layer, tenths, bits;	/* AS_ALL: none of its own */
		bool linked;
		bool more;		/* the one before belongs to it */
		double at;		/* clock_now() */
	} undo[SLIDER_UNDO];
	int undos, redos;		/* those taken back follow the others */
};

void slider_init(struct slider_state *slider);
/* The positions shown: those of the layer, or else of all. */
int slider_tenths(const struct slider_state *slider);
int slider_bits(const struct slider_state *slider);

/* By notches: 1% or one bit; positive is more compression. On the layer
 * slider to the next layer that can be compressed. */
void slider_move(struct slider_state *slider, int notches,
    const struct snapshot *snapshot);
/* The layer keeps the share of zeros and the bits that it has, whatever those
 * of all do; or goes with them again. */
void slider_lock(struct slider_state *slider, const struct layer_view *layer,
    bool locked);
/* It moves with the others that are linked, or no more. */
void slider_link(struct slider_state *slider, const struct layer_view *layer,
    bool linked);
bool slider_is_own(const struct slider_state *slider, int layer);
/* Take back the last move; false: there is none. */
bool slider_undo(struct slider_state *slider);
/* And make it again; false: nothing was taken back since the last move. */
bool slider_redo(struct slider_state *slider);
/* When those were made; -1: there is none. */
double slider_moved_at(const struct slider_state *slider);
double slider_taken_back_at(const struct slider_state *slider);
/* To a share 0..1 of the bar, as the mouse points at it. */
void slider_point(struct slider_state *slider, enum slider_name name,
    double share);
/* On from there while the button is held: one move for slider_undo(). */
void slider_drag(struct slider_state *slider, double share);
/* A digit or '.' of a value; slider_take() then moves there. NULL, or what
 * was expected instead. */
void slider_type(struct slider_state *slider, char digit);
const char *slider_take(struct slider_state *slider,
    const struct snapshot *snapshot);

/* Ask for what is left at the present position once more: the run may have
 * gone on. False: nothing is compressed. */
bool slider_again(struct slider_state *slider);

/* Something was moved and not told yet. */
bool slider_pending(const struct slider_state *slider);
/* Is it time to tell? One position at a time, the newest. */
bool slider_due(const struct slider_state *slider,
    const struct compress_view *view, double now);
/* The command line of what was moved, as much as it holds; that counts as
 * told. */
void slider_tell(struct slider_state *slider,
    const struct compress_view *view, double now, char *line, size_t size);
/* Follow the workbench where nothing is on its way. True: it has moved. */
bool slider_follow(struct slider_state *slider,
    const struct compress_view *view, double now);
/* Layers' own values, where nothing is on its way either. */
void slider_follow_layers(struct slider_state *slider,
    const struct snapshot *snapshot);

#endif
