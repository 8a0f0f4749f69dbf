#include "workbench/study_work.h"

#include <math.h>
#include <string.h>

#include "workbench/study_tasks.h"

/* Of the runs there are, NULL: of any network, of any arm; NAN: none. */
static double mean_seconds(const struct study_rows *rows,
    const char *backbone, const char *arm)
{
	double sum = 0;
	int count = 0;

	for (int i = 0; i < rows->rows; i++) {
		const struct study_row *row = &rows->row[i];

		if ((backbone && strcmp(row->backbone, backbone) != 0) ||
		    (arm && strcmp(row->arm, arm) != 0))
			continue;
		sum += row->seconds;
		count++;
	}
	return count ? sum / count : NAN;
}

/* What one run costs, from its own kind or the next best that is known. */
static double cost_of(const struct study_rows *rows, const char *backbone,
    const char *arm)
{
	const char *const kind[][2] = {{backbone, arm}, {backbone, NULL},
		{NULL, arm}, {NULL, NULL}};

	for (size_t i = 0; i < sizeof(kind) / sizeof(*kind); i++) {
		double seconds = mean_seconds(rows, kind[i][0], kind[i][1]);

		if (seconds > 0)
			return seconds;
	}
	return 1;
}

struct study_work study_work_of(const struct study_rows *rows)
{
	const struct study_grid *grid = rows->grid;
	struct study_work work = {0};

	for (int i = 0; i < grid->backbones.count * grid->arms; i++) {
		const char *backbone = grid->backbones.text[i / grid->arms];
		const struct study_arm *arm = &grid->arm[i % grid->arms];
		double cost = cost_of(rows, backbone, arm->name);
		int done = study_tasks_done_of(rows, backbone, arm);

		work.done += cost * done;
		work.left += cost * (study_tasks_of(grid, arm) - done);
	}
	return work;
}
