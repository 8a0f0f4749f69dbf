/*
 * Events: what the workbench tells the world. One object serves as JSON line,
 * as text, and as metric. Numbers are printed with the digits that matter;
 * NaN and infinity become null.
 */
#ifndef SNT_WORKBENCH_EVENT_H
#define SNT_WORKBENCH_EVENT_H

#include <stdbool.h>

#include "base/buffer.h"

struct event;

struct event *event_new(const char *kind);
void event_free(struct event *event);
void event_text(struct event *event, const char *key, const char *value);
void event_number(struct event *event, const char *key, double value);
void event_bool(struct event *event, const char *key, bool value);
void event_null(struct event *event, const char *key);
void event_numbers(struct event *event, const char *key, int count,
    const double *value);
/* A list of `rows` lists. */
void event_grid(struct event *event, const char *key, int rows, int columns,
    const double *value);

const char *event_kind(const struct event *event);
/* NAN when absent or null; NULL when absent. */
double event_get(const struct event *event, const char *key);
/* An entry of a list, row by row of a list of lists; NAN when absent or past
 * the end. */
double event_get_at(const struct event *event, const char *key, int index);
/* Entries of a list (rows of a list of lists); 0 when absent. */
int event_count(const struct event *event, const char *key);
/* Whether it is of a whole network in its own weights, as what is compared
 * between runs has to be. */
bool event_compares(const struct event *event);
const char *event_get_text(const struct event *event, const char *key);

/* One line, free() it. */
char *event_json(const struct event *event);
struct event *event_parse(const char *json);
/* The same for people, without a newline at the end. */
void event_describe(const struct event *event, struct buffer *out);

#endif
