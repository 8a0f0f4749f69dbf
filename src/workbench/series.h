/*
 * A curve that never grows beyond a fixed number of points: when it is full,
 * neighbours are merged, keeping mean and extremes, so that no spike is lost.
 */
#ifndef SNT_WORKBENCH_SERIES_H
#define SNT_WORKBENCH_SERIES_H

#include "workbench/snapshot.h"

enum { SERIES_POINTS = 1024 };

struct series {
	struct point *point;
	int count;		/* finished points */
	int merge;		/* values a point, 1, 2, 4, ... */
	int waiting;		/* values in the unfinished last point */
};

/* The x of the newest point; -INFINITY when there are none. */
double series_end(const struct series *series);
/* A point before the last one is known already, and left out. */
void series_add(struct series *series, double x, double y);
/* A value between others; one at the same place gives way where values are
 * not merged. */
void series_insert(struct series *series, double x, double y);
/* Forget what lies beyond x (going back in time). */
void series_cut(struct series *series, double x);
void series_clear(struct series *series);
void series_copy(struct series *to, const struct series *from);
/* Points to draw, the unfinished one included. */
int series_size(const struct series *series);
/* The value at the last point up to x; NAN: there is none. */
double series_at(const struct series *series, double x);
/* The greatest value at the newest point; 0 when there are none. */
double series_last(const struct series *series);

#endif
