/* Accuracy over steps and the values of a slider, for a heat map. */
#ifndef SNT_WORKBENCH_MAP_H
#define SNT_WORKBENCH_MAP_H

#include <stddef.h>

#include "workbench/snapshot.h"

enum { MAP_ROWS = 256 };

struct map {
	int columns, rows;
	float *at;		/* (columns), ascending or descending */
	long *step;		/* (rows), ascending */
	float *accuracy;	/* (rows, columns) */
};

/* A step's row; one for the same step gives way. Other values of the slider
 * than those before begin another map. Rows beyond MAP_ROWS are left out. */
void map_add(struct map *map, long step, int columns, const double *at,
    const double *accuracy);
void map_clear(struct map *map);
/* Rows up to a step. */
void map_copy(struct map *to, const struct map *from, long step);

/* For the screen; free with map_view_free(). */
void map_view(const struct map *map, struct map_view *view);
void map_view_free(struct map_view *view);

#endif
