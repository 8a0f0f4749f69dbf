#include "workbench/map.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void map_clear(struct map *map)
{
	free(map->at);
	free(map->step);
	free(map->accuracy);
	*map = (struct map){0};
}

static bool same_columns(const struct map *map, int columns, const double *at)
{
	bool same = map->columns == columns;

	for (int i = 0; same && i < columns; i++)
		same = fabs((double)map->at[i] - at[i]) < 1e-6;
	return same;
}

static void begin(struct map *map, int columns, const double *at)
{
	size_t width = (size_t)columns;

	map_clear(map);
	map->columns = columns;
	map->at = xcalloc(width, sizeof(*map->at));
	map->step = xcalloc(MAP_ROWS, sizeof(*map->step));
	map->accuracy = xcalloc(MAP_ROWS * width, sizeof(*map->accuracy));
	for (int i = 0; i < columns; i++)
		map->at[i] = (float)at[i];
}

/* Room for a row at its place; -1 when there is none. */
static int open_row(struct map *map, long step)
{
	size_t width = (size_t)map->columns * sizeof(*map->accuracy);
	int row = map->rows;

	while (row > 0 && map->step[row - 1] >= step)
		row--;
	if (row < map->rows && map->step[row] == step)
		return row;
	if (map->rows == MAP_ROWS)
		return -1;
	memmove(map->step + row + 1, map->step + row,
	    (size_t)(map->rows - row) * sizeof(*map->step));
	memmove(map->accuracy + (row + 1) * map->columns,
	    map->accuracy + row * map->columns,
	    (size_t)(map->rows - row) * width);
	map->step[row] = step;
	map->rows++;
	return row;
}

void map_add(struct map *map, long step, int columns, const double *at,
    const double *accuracy)
{
	int row;

	if (!same_columns(map, columns, at))
		begin(map, columns, at);
	row = open_row(map, step);
	for (int i = 0; row >= 0 && i < columns; i++)
		map->accuracy[row * columns + i] = (float)accuracy[i];
}

static void *copied(const void *from, size_t size)
{
	void *to = xmalloc(size + 1);

	if (size)
		memcpy(to, from, size);
	return to;
}

void map_copy(struct map *to, const struct map *from, long step)
{
	map_clear(to);
	if (!from->columns)
		return;
	to->columns = from->columns;
	to->at = copied(from->at, (size_t)from->columns * sizeof(*to->at));
	to->step = copied(from->step, MAP_ROWS * sizeof(*to->step));
	to->accuracy = copied(from->accuracy, MAP_ROWS *
	    (size_t)from->columns * sizeof(*to->accuracy));
	while (to->rows < from->rows && from->step[to->rows] <= step)
		to->rows++;
}

void map_view(const struct map *map, struct map_view *view)
{
	struct map copy = {0};

	map_copy(&copy, map, LONG_MAX);
	*view = (struct map_view){copy.columns, copy.rows, copy.at, copy.step,
		copy.accuracy};
}

void map_view_free(struct map_view *view)
{
	free((void *)view->at);
	free((void *)view->step);
	free((void *)view->accuracy);
}
