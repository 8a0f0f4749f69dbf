/*
 * When a live probe is to run: every so many steps, or as often as a share of
 * the training time allows. The clock decides the latter, so which steps are
 * looked at differs from one time to the next, and with it where an iteration
 * starts; training does not notice either way.
 */
#ifndef SNT_WORKBENCH_PROBES_H
#define SNT_WORKBENCH_PROBES_H

#include "workbench/bench.h"

/* The probes of a new bench: lambda and sam within a tenth on a screen. */
void probes_default(struct bench *bench);
/* A share of the training time for all probes without `every=` together,
 * counted from now on; 0: no budget. */
void probes_budget(struct bench *bench, double share);
/* Whether it is the budget that says when. */
bool probe_within_budget(const struct bench *bench,
    const struct probe *probe);
/* "lambda"; "compressed" for the one that is no measure of sharpness. */
#define PROBE_COMPRESSED "compressed"
bool probe_same(const struct probe *a, const struct probe *b);
const char *probe_name(const struct probe *probe);
/* "prune 0.8; quant 4": where its sliders are. */
void probe_position(const struct compress_settings *settings, char *out,
    size_t size);
bool probe_due(const struct bench *bench, const struct probe *probe,
    long step);
/* What a training step and a probe took. */
void probes_trained(struct bench *bench, double seconds);
void probe_spent(struct bench *bench, const struct probe *probe,
    double seconds);
/* A probe is complete. */
void probe_ended(struct bench *bench, const struct probe *probe);
/* "lambda in 9:50, sam in 0:48", or "": those that the budget has let measure
 * nothing yet, and after how much more training it will; not what comes within
 * a second. */
void probes_waiting(const struct bench *bench, char *out, size_t size);
/* Of all within the budget, over the training time; NAN: there is none. */
double probes_share_spent(const struct bench *bench);

#endif
