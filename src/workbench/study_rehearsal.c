#include "workbench/study_rehearsal.h"

#include <math.h>
#include <stdlib.h>

#include "workbench/job.h"
#include "workbench/study_lines.h"

/* Executed for what it says, not for what it would do. */
static int try_statement(struct bench *bench,
    const struct statement *statement, struct error *error)
{
	struct job *job = NULL;

	if (study_line_check(statement, error) ||
	    bench_execute(bench, statement, &job, error))
		return -1;
	if (job)
		bench_cancel(bench, job);
	job_release(job);
	return 0;
}

static int try_line(struct bench *bench, const char *text,
    struct error *error)
{
	int count = 0, status = 0;
	struct statement *statement = statements_parse(text, &count, error);

	if (!statement)
		return -1;
	for (int i = 0; i < count && status == 0; i++)
		status = try_statement(bench, &statement[i], error);
	statements_free(statement, count);
	return status;
}

/* The run that stands there when all lines have been said. */
static void note_costs(const struct bench *bench, struct study_grid *grid,
    int backbone, int arm)
{
	const struct learner *learner = bench_run(bench)->learner;

	grid->macs[backbone] = fmax(1, learner->network->macs);
	grid->arm[arm].gradients = optimizer_cost(learner->optimizer);
}

static int try_run(struct bench *bench, struct study_grid *grid,
    int backbone, int arm, struct error *error)
{
	const struct study_task task = {grid->backbones.text[backbone],
		&grid->arm[arm], grid->seed[0],
		grid->arm[arm].rates ? grid->arm[arm].rate[0] : NAN, false};
	int count, status = 0;
	struct study_line *line = study_lines_new(grid, &task, &count);

	for (int i = 0; i < count && status == 0; i++) {
		if (line[i].kind == LINE_TRAINING ||
		    (line[i].kind == LINE_DATA && bench->dataset))
			continue;
		status = try_line(bench, line[i].text, error);
		if (status)
			error_prefix(error, "%s, %s: `%s`", task.backbone,
			    task.arm->name, line[i].text);
	}
	study_lines_free(line, count);
	if (status == 0)
		note_costs(bench, grid, backbone, arm);
	return status;
}

/* Each network with the first arm, and each arm on the first network. */
int study_rehearse(struct study_grid *grid,
    const struct workbench_options *options, struct error *error)
{
	struct bench *bench = bench_new(options, options->threads);
	int status = 0;

	for (int i = 0; i < grid->backbones.count && status == 0; i++)
		status = try_run(bench, grid, i, 0, error);
	for (int i = 1; i < grid->arms && status == 0; i++)
		status = try_run(bench, grid, 0, i, error);
	bench_free(bench);
	return status;
}
