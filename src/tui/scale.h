/* An axis: from values to places 0..1, with round numbers at its ticks. */
#ifndef SNT_TUI_SCALE_H
#define SNT_TUI_SCALE_H

#include <stdbool.h>
#include <stddef.h>

enum { TICKS_MAX = 12 };

struct scale {
	bool logarithmic;
	double from, to;	/* values at the ends */
	int ticks;
	double tick[TICKS_MAX];	/* ascending, within the ends */
	double step;		/* between linear ticks, for their digits */
};

/* Round ends around least..most, with at most so many ticks (at least 2). */
void scale_fit(struct scale *scale, double least, double most,
    bool logarithmic, int ticks);
/* Keep the ends as they are given. */
void scale_set(struct scale *scale, double from, double to, bool logarithmic,
    int ticks);
/* A round number at or a little above a positive one: an end of an axis that
 * stays where it is for a while as the data grow. */
double scale_round_up(double value);
/* 0 at `from`, 1 at `to`; beyond these outside. NAN for what cannot be. */
double scale_place(const struct scale *scale, double value);
void scale_label(const struct scale *scale, double value, char *out,
    size_t size);

#endif
