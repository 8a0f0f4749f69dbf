/*
 * Which curves there are, and where their values come from: the fields of
 * the events that a run reports while it trains and is measured.
 */
#ifndef SNT_WORKBENCH_CURVE_H
#define SNT_WORKBENCH_CURVE_H

#include "workbench/event.h"
#include "workbench/snapshot.h"

struct curve_kind {
	const char *name;	/* in exported files; NULL: not there */
	const char *word;	/* in conditions; NULL: not there */
	const char *event, *field;
	const char *key, *text;	/* which of these events; NULL: all */
	const char *space;	/* of a sharpness: w or theta */
};

extern const struct curve_kind curve_kinds[CURVES];

/* Of a measure of sharpness, in w or in the factors; CURVES: it has none. */
enum curve_name curve_of_measure(const char *measure, bool in_theta);

/* Of one that files have: "lambda", "lambda_theta_layer3"; layer 0: all. */
void curve_print_name(enum curve_name name, int layer, char *out,
    size_t size);

/* The layer that an event is about; 0: all of them. */
int curve_layer(const struct event *event);
/* What the event says for the curve, of that layer; NAN: nothing. */
double curve_value(enum curve_name name, const struct event *event);

#endif
