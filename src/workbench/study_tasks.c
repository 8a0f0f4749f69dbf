#include "workbench/study_tasks.h"

#include "base/text.h"

static bool is_done(const struct study_rows *rows,
    const struct study_task *task)
{
	return study_rows_find(rows, task->backbone, task->arm->name,
	    task->seed, task->search, task->rate) != NULL;
}

/* How often a rate of the arm is tried: not at all where there is no choice. */
static int trials(const struct study_grid *grid, const struct study_arm *arm)
{
	return arm->rates > 1 ? arm->rates * grid->choose_seeds : 0;
}

/* All rates from one seed, then from the next. */
static struct study_task trial(const struct study_grid *grid,
    const char *backbone, const struct study_arm *arm, int index)
{
	return (struct study_task){backbone, arm,
		grid->seed[index / arm->rates], arm->rate[index % arm->rates],
		true};
}

static int trials_done(const struct study_rows *rows, const char *backbone,
    const struct study_arm *arm)
{
	int done = 0;

	for (int i = 0; i < trials(rows->grid, arm); i++) {
		struct study_task task = trial(rows->grid, backbone, arm, i);

		done += is_done(rows, &task);
	}
	return done;
}

static void name_task(const struct study_task *task, char *name, size_t size)
{
	text_format(name, size, "%s|%s|%ld|%.17g|%d", task->backbone,
	    task->arm->name, task->seed, task->rate, task->search);
}

/* Undone, and nobody is at it: it may have been done between the last look
 * and the claim. */
static bool take(struct study_rows *rows, const struct study_task *task,
    int *status, struct error *error)
{
	char name[512];

	if (*status || is_done(rows, task))
		return false;
	name_task(task, name, sizeof(name));
	if (!study_rows_claim(rows, name))
		return false;
	*status = study_rows_refresh(rows, error);
	if (*status == 0 && !is_done(rows, task))
		return true;
	study_rows_release(rows, name);
	return false;
}

static bool take_search(struct study_rows *rows, const char *backbone,
    struct study_task *task, int *status, struct error *error)
{
	const struct study_grid *grid = rows->grid;

	for (int a = 0; a < grid->arms; a++) {
		const struct study_arm *arm = &grid->arm[a];

		for (int i = 0; i < trials(grid, arm); i++) {
			*task = trial(grid, backbone, arm, i);
			if (take(rows, task, status, error))
				return true;
		}
	}
	return false;
}

static bool take_run(struct study_rows *rows, const char *backbone, long seed,
    struct study_task *task, int *status, struct error *error)
{
	const struct study_grid *grid = rows->grid;

	for (int i = 0; i < grid->arms; i++) {
		const struct study_arm *arm = &grid->arm[i];

		*task = (struct study_task){backbone, arm, seed,
			study_rows_rate(rows, backbone, arm), false};
		if (trials_done(rows, backbone, arm) == trials(grid, arm) &&
		    take(rows, task, status, error))
			return true;
	}
	return false;
}

bool study_tasks_claim(struct study_rows *rows, struct study_task *task,
    int *status, struct error *error)
{
	const struct study_grid *grid = rows->grid;
	const int count = grid->backbones.count;

	*status = study_rows_refresh(rows, error);
	/* Twins beside each other and seed after seed, so that a stopped
	 * study compares all backbones by the seeds it has. */
	for (int i = 0; *status == 0 && i < grid->seeds * count; i++) {
		const char *backbone = grid->backbones.text[i % count];

		if ((i < count && take_search(rows, backbone, task, status,
			error)) || take_run(rows, backbone,
			grid->seed[i / count], task, status, error))
			return true;
	}
	*task = (struct study_task){0};
	return false;
}

void study_tasks_release(struct study_rows *rows,
    const struct study_task *task)
{
	char name[512];

	if (!task->arm)
		return;
	name_task(task, name, sizeof(name));
	study_rows_release(rows, name);
}

int study_tasks_of(const struct study_grid *grid, const struct study_arm *arm)
{
	return trials(grid, arm) + grid->seeds;
}

int study_tasks_in_all(const struct study_grid *grid)
{
	int each = 0;

	for (int i = 0; i < grid->arms; i++)
		each += study_tasks_of(grid, &grid->arm[i]);
	return each * grid->backbones.count;
}

int study_tasks_done_of(const struct study_rows *rows, const char *backbone,
    const struct study_arm *arm)
{
	const struct study_grid *grid = rows->grid;
	struct study_task task = {backbone, arm, 0,
		study_rows_rate(rows, backbone, arm), false};
	int done = trials_done(rows, backbone, arm);

	for (int i = 0; i < grid->seeds; i++) {
		task.seed = grid->seed[i];
		done += is_done(rows, &task);
	}
	return done;
}

int study_tasks_done(const struct study_rows *rows)
{
	const struct study_grid *grid = rows->grid;
	int done = 0;

	for (int i = 0; i < grid->backbones.count * grid->arms; i++)
		done += study_tasks_done_of(rows, grid->backbones.text[i / grid->arms],
		    &grid->arm[i % grid->arms]);
	return done;
}
