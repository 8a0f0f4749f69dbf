#include "workbench/study_work.h"

#include <string.h>

#include "workbench/study_tasks.h"

static int index_of(const struct study_grid *grid, const char *arm)
{
	for (int i = 0; i < grid->arms; i++) {
		if (strcmp(grid->arm[i].name, arm) == 0)
			return i;
	}
	return -1;
}

/* What a run costs before one like it is known, in units that are the same
 * for all: multiply-adds of the network times gradients a step. */
static double size_of(const struct study_grid *grid, int backbone, int arm)
{
	return grid->macs[backbone] * grid->arm[arm].gradients;
}

/* The runs there are of a network, with that arm or (-1) any. */
struct spent {
	double seconds, size;
	int runs;
};

static struct spent spent_on(const struct study_rows *rows, int backbone,
    int arm)
{
	const struct study_grid *grid = rows->grid;
	struct spent spent = {0};

	for (int i = 0; i < rows->rows; i++) {
		const struct study_row *row = &rows->row[i];
		int of = index_of(grid, row->arm);

		if (of < 0 || (arm >= 0 && of != arm) ||
		    strcmp(row->backbone, grid->backbones.text[backbone]) != 0)
			continue;
		spent.seconds += row->seconds;
		spent.size += size_of(grid, backbone, of);
		spent.runs++;
	}
	return spent;
}

static struct spent spent_on_all(const struct study_rows *rows)
{
	struct spent all = {0};

	for (int i = 0; i < rows->grid->backbones.count; i++) {
		struct spent spent = spent_on(rows, i, -1);

		all.seconds += spent.seconds;
		all.size += spent.size;
	}
	return all;
}

/* Seconds for each unit of size: of that network, else of all. */
static double pace_of(const struct study_rows *rows, int backbone)
{
	struct spent spent = spent_on(rows, backbone, -1);

	if (spent.runs == 0)
		spent = spent_on_all(rows);
	return spent.seconds > 0 ? spent.seconds / spent.size : 1;
}

static double cost_of(const struct study_rows *rows, int backbone, int arm)
{
	struct spent own = spent_on(rows, backbone, arm);

	return own.seconds > 0 ? own.seconds / own.runs :
	    pace_of(rows, backbone) * size_of(rows->grid, backbone, arm);
}

struct study_work study_work_of(const struct study_rows *rows)
{
	const struct study_grid *grid = rows->grid;
	struct study_work work = {0};

	for (int i = 0; i < grid->backbones.count * grid->arms; i++) {
		const char *backbone = grid->backbones.text[i / grid->arms];
		const struct study_arm *arm = &grid->arm[i % grid->arms];
		double cost = cost_of(rows, i / grid->arms, i % grid->arms);
		int done = study_tasks_done_of(rows, backbone, arm);

		work.done += cost * done;
		work.left += cost * (study_tasks_of(grid, arm) - done);
	}
	return work;
}
