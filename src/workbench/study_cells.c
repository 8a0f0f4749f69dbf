#include "workbench/study_cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

int study_quantities(const struct study_grid *grid)
{
	return 1 + grid->compression.count + grid->sharpness.count + 1;
}

struct study_quantity study_quantity(const struct study_grid *grid, int index)
{
	const struct study_list *settings = &grid->compression;
	const struct study_list *measures = &grid->sharpness;

	if (index-- == 0)
		return (struct study_quantity){STUDY_DENSE, 0,
			"uncompressed"};
	if (index < settings->count)
		return (struct study_quantity){STUDY_COMPRESSED, index,
			settings->text[index]};
	index -= settings->count;
	if (index < measures->count)
		return (struct study_quantity){STUDY_SHARPNESS, index,
			measures->text[index]};
	return (struct study_quantity){STUDY_COST, 0, "training seconds"};
}

bool study_is_accuracy(const struct study_quantity *quantity)
{
	return quantity->kind == STUDY_DENSE ||
	    quantity->kind == STUDY_COMPRESSED;
}

static double value_of(const struct study_row *row,
    const struct study_quantity *quantity)
{
	if (!row)
		return NAN;
	switch (quantity->kind) {
	case STUDY_COMPRESSED:
		return row->compressed[quantity->index];
	case STUDY_SHARPNESS:
		return row->sharpness[quantity->index];
	case STUDY_COST:
		return row->seconds;
	default:
		return row->accuracy;
	}
}

/* (seeds) of one arm; NULL where a run is missing. */
static const struct study_row **runs(const struct study_rows *rows,
    const char *backbone, const struct study_arm *arm)
{
	const struct study_grid *grid = rows->grid;
	double rate = study_rows_rate(rows, backbone, arm);
	const struct study_row **run = xcalloc((size_t)grid->seeds + 1,
	    sizeof(*run));

	for (int i = 0; i < grid->seeds; i++)
		run[i] = study_rows_find(rows, backbone, arm->name,
		    grid->seed[i], false, rate);
	return run;
}

/* (seeds); NAN where a run is missing. */
static double *values(const struct study_grid *grid,
    const struct study_row **run, const struct study_quantity *quantity)
{
	double *value = xcalloc((size_t)grid->seeds + 1, sizeof(*value));

	for (int i = 0; i < grid->seeds; i++)
		value[i] = value_of(run[i], quantity);
	return value;
}

static bool same_machine(const struct study_row *a, const struct study_row *b)
{
	if (!a || !b || !a->machine || !b->machine)
		return a && b && a->machine == b->machine;
	return strcmp(a->machine, b->machine) == 0;
}

/* Times of one machine say nothing of those of another. */
static void forget_strangers(const struct study_grid *grid, double *mine,
    const struct study_row **run, const struct study_row **twin)
{
	for (int i = 0; i < grid->seeds; i++) {
		if (!same_machine(run[i], twin[i]))
			mine[i] = NAN;
	}
}

struct study_cell study_cell(const struct study_rows *rows,
    const char *backbone, const struct study_quantity *quantity, int arm)
{
	const struct study_grid *grid = rows->grid;
	const struct study_row **run = runs(rows, backbone, &grid->arm[arm]);
	const struct study_row **twins = runs(rows, backbone, &grid->arm[0]);
	double *mine = values(grid, run, quantity);
	double *twin = values(grid, twins, quantity);
	struct study_cell cell = {.mean = estimate_mean(grid->seeds, mine)};

	if (quantity->kind == STUDY_COST)
		forget_strangers(grid, mine, run, twins);
	if (arm > 0)
		cell.difference = estimate_difference(grid->seeds, mine, twin,
		    &cell.wins);
	free(mine);
	free(twin);
	free(run);
	free(twins);
	return cell;
}

bool study_is_clear(const struct estimate *difference)
{
	return difference->n > 1 &&
	    fabs(difference->mean) > difference->half;
}

/* Mean over the settings of the accuracy lost. */
static double accuracy_lost(const struct study_row *row, int settings)
{
	struct estimate compressed = estimate_mean(settings, row->compressed);

	return row->accuracy - compressed.mean;
}

double study_correlation(const struct study_rows *rows, const char *backbone,
    int measure, int *n)
{
	const struct study_grid *grid = rows->grid;
	int most = grid->arms * grid->seeds;
	double *x = xcalloc((size_t)most + 1, sizeof(*x));
	double *y = xcalloc((size_t)most + 1, sizeof(*y)), value;

	*n = 0;
	for (int i = 0; i < most; i++) {
		const struct study_arm *arm = &grid->arm[i / grid->seeds];
		const struct study_row *row = study_rows_find(rows, backbone,
		    arm->name, grid->seed[i % grid->seeds], false,
		    study_rows_rate(rows, backbone, arm));

		if (!row)
			continue;
		x[*n] = row->sharpness[measure];
		y[(*n)++] = accuracy_lost(row, grid->compression.count);
	}
	value = rank_correlation(*n, x, y);
	free(x);
	free(y);
	return value;
}

bool study_begun(const struct study_rows *rows, const char *backbone)
{
	for (int i = 0; i < rows->rows; i++) {
		if (!rows->row[i].search &&
		    strcmp(rows->row[i].backbone, backbone) == 0)
			return true;
	}
	return false;
}
