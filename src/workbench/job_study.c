/* A study: the runs of a grid, one after the other on a bench of their own,
 * as lines of the command language. */
#include "workbench/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/processor.h"
#include "base/text.h"
#include "workbench/study_lines.h"
#include "workbench/study_rates.h"
#include "workbench/study_rehearsal.h"
#include "workbench/study_table.h"
#include "workbench/study_work.h"

/* Seconds from one look for other processes' rows to the next, while there is
 * nothing to do but to wait for them. */
static const double look_again = 0.2;

struct study_job {
	struct job base;
	struct study_grid *grid;
	struct study_rows *rows;
	struct bench *inner;
	struct workbench_options options;	/* of the inner bench */
	struct study_task task;
	struct study_row row;
	struct study_line *line;	/* of the task */
	int lines, next;
	struct statement *statement;	/* of the present line */
	int statements, next_statement;
	struct job *waits;
	char message[256];	/* the error a job ended with */
	double began;		/* the present line */
	int done;		/* tasks, by whomever and whenever */
	double before;		/* work done when this began */
	double counted;		/* when a run was finished last, and the */
	double left;		/* seconds of work that were left then */
	double looked;		/* for other processes' rows */
};

static void collect(struct study_job *job, const struct event *event)
{
	if (strcmp(event_kind(event), "error") == 0)
		text_copy(job->message, sizeof(job->message),
		    event_get_text(event, "message"));
	if (job->next > 0)
		study_line_collect(&job->line[job->next - 1], event,
		    &job->row);
}

static void listen(void *context, enum log_level level, const char *json,
    const char *text)
{
	struct event *event = event_parse(json);

	(void)level;
	(void)text;
	if (event)
		collect(context, event);
	event_free(event);
}

/* What its seconds are of. */
static char *machine_of(const struct study_job *job)
{
	int threads = job->options.threads;
	char *model = processor_model();
	char *machine = xasprintf("%s, %d thread%s", model, threads,
	    threads == 1 ? "" : "s");

	free(model);
	return machine;
}

static void begin_task(struct study_job *job)
{
	const struct study_task *task = &job->task;

	study_row_free(&job->row);
	job->row = study_row_new(job->grid, task->backbone, task->arm->name,
	    task->seed);
	job->row.rate = task->rate;
	job->row.search = task->search;
	job->row.machine = machine_of(job);
	bench_free(job->inner);
	job->inner = bench_new(&job->options, job->options.threads);
	study_lines_free(job->line, job->lines);
	job->line = study_lines_new(job->grid, task, &job->lines);
	job->next = 0;
	text_format(job->base.text, sizeof(job->base.text),
	    "study: %s %s seed %ld%s", task->backbone, task->arm->name,
	    task->seed, task->search ? " (rate)" : "");
}

/* What a run cost to train, told when that line has ended. */
static void note_cost(struct study_job *job)
{
	if (job->line[job->next - 1].kind != LINE_TRAINING)
		return;
	job->row.seconds = clock_now() - job->began;
	job->row.gradients = bench_run(job->inner)->learner->gradients;
}

static int failed(const struct study_job *job, struct error *error)
{
	const struct study_task *task = &job->task;

	if (job->message[0])
		error_set(error, "%s", job->message);
	return error_prefix(error, "study: %s, %s, seed %ld: `%s`",
	    task->backbone, task->arm->name, task->seed,
	    job->line[job->next - 1].text);
}

/* The next statement of the task; 1 when there is none. */
static int follow(struct study_job *job, struct error *error)
{
	const struct statement *statement;

	if (job->statement && job->next_statement == job->statements) {
		note_cost(job);
		statements_free(job->statement, job->statements);
		job->statement = NULL;
	}
	if (!job->statement) {
		if (job->next == job->lines)
			return 1;
		job->next_statement = 0;
		job->message[0] = '\0';
		job->began = clock_now();
		job->statement = statements_parse(job->line[job->next++].text,
		    &job->statements, error);
		if (!job->statement)
			return failed(job, error);
	}
	if (job->statements == 0)
		return 0;
	statement = &job->statement[job->next_statement++];
	if (study_line_check(statement, error) ||
	    bench_execute(job->inner, statement, &job->waits, error))
		return failed(job, error);
	return 0;
}

static int turn(struct study_job *job, struct error *error)
{
	if (!job->waits)
		return follow(job, error);
	if (!job->waits->finished) {
		bench_turn(job->inner);
		return 0;
	}
	if (job->waits->failed) {
		error_set(error, "it failed");
		return failed(job, error);
	}
	job_release(job->waits);
	job->waits = NULL;
	return 0;
}

/* What is done and left, in runs and in seconds: by the pace since the study
 * was started here, before its first run by what runs have taken. A search may
 * choose another rate than before, which takes runs back: never less than the
 * last one. */
static void count_work(struct study_job *job)
{
	struct study_work work = study_work_of(job->rows);
	double here = fmax(job->row.seconds, work.done - job->before);

	job->done = study_tasks_done(job->rows);
	job->counted = clock_now();
	job->left = here > 0 ? (job->counted - job->base.started) / here *
	    work.left : NAN;
}

static void count_work_before(struct study_job *job)
{
	struct study_work work = study_work_of(job->rows);

	job->done = study_tasks_done(job->rows);
	job->before = work.done;
	job->counted = clock_now();
	job->left = job->rows->rows > 0 ? work.left : NAN;
}

static double study_left(const struct job *base)
{
	const struct study_job *job = (const struct study_job *)base;

	return isnan(job->left) ? NAN :
	    fmax(0, job->left - (clock_now() - job->counted));
}

static void emit_row(struct study_job *job, struct bench *bench,
    const struct study_row *row)
{
	int of = study_tasks_in_all(job->grid);
	const char *split = row->search || job->grid->on_validation ?
	    "validation" : "test";
	struct event *event = event_new("study");
	struct buffer text = {0};
	char left[32];

	text_duration(left, sizeof(left), job->left);
	event_number(event, "done", job->done);
	event_number(event, "of", of);
	event_text(event, "backbone", row->backbone);
	event_text(event, "arm", row->arm);
	event_number(event, "seed", (double)row->seed);
	event_bool(event, "search", row->search);
	event_number(event, "lr", row->rate);
	event_text(event, "split", split);
	event_number(event, "accuracy", row->accuracy);
	event_number(event, "seconds", row->seconds);
	event_number(event, "seconds_left", job->left);
	buffer_printf(&text, "%d of %d: %s, %s, seed %ld", job->done, of,
	    row->backbone, row->arm, row->seed);
	if (!isnan(row->rate))
		buffer_printf(&text, ", lr %g", row->rate);
	buffer_printf(&text, ": %s %.2f%%, ~%s left",
	    split, 100 * row->accuracy, left);
	event_text(event, "text", text.text);
	bench_emit(bench, event);
	buffer_free(&text);
}

/* The table as it fills, for a screen. */
static void show_table(const struct study_job *job, struct bench *bench)
{
	struct buffer text = {0};

	if (!bench->options->screen)
		return;
	buffer_printf(&text, "%d of %d runs are done", job->done,
	    study_tasks_in_all(job->grid));
	study_table_text(job->rows, &text);
	study_rates_text(job->rows, &text);
	free(bench->study);
	bench->study = text.text;
	bench->changed = true;
}

static int finish_task(struct study_job *job, struct bench *bench,
    struct error *error)
{
	if (study_rows_add(job->rows, &job->row, error))
		return -1;
	study_tasks_release(job->rows, &job->task);
	job->task = (struct study_task){0};
	count_work(job);
	emit_row(job, bench, &job->row);
	show_table(job, bench);
	return 0;
}

static void show_progress(struct study_job *job)
{
	double of = study_tasks_in_all(job->grid);

	job->base.progress = (job->done +
	    (job->lines ? (double)job->next / (job->lines + 1) : 0)) / of;
}

/* Of processes that were started together (mpirun, srun) one shows the table:
 * the one that is told it is number 0, or is told nothing. */
static bool shows_table(void)
{
	static const char *const rank[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK",
		"PMI_RANK", "SLURM_PROCID"};

	for (size_t i = 0; i < sizeof(rank) / sizeof(*rank); i++) {
		const char *number = getenv(rank[i]);

		if (number)
			return strcmp(number, "0") == 0;
	}
	return true;
}

/* 1: the study is done. Else there is a task now, or another process is at
 * the last ones: should it end before they are done, they are taken over. */
static int find_task(struct study_job *job, struct bench *bench,
    struct error *error)
{
	int status = 0;

	if (clock_now() < job->looked + look_again) {
		clock_sleep(QUANTUM);
		return 0;
	}
	if (study_tasks_claim(job->rows, &job->task, &status, error)) {
		begin_task(job);
		return 0;
	}
	job->done = study_tasks_done(job->rows);
	job->looked = clock_now();
	text_format(job->base.text, sizeof(job->base.text),
	    "study: others are at the last runs");
	if (status || job->done < study_tasks_in_all(job->grid))
		return status;
	if (shows_table())
		study_table(bench, job->rows);
	return 1;
}

static int study_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct study_job *job = (struct study_job *)base;
	double until = clock_now() + QUANTUM;
	int status = 0;

	if (!job->task.arm)
		return find_task(job, bench, error);
	while (status == 0 && clock_now() < until)
		status = turn(job, error);
	show_progress(job);
	return status > 0 ? finish_task(job, bench, error) : status;
}

static void study_free(struct job *base)
{
	struct study_job *job = (struct study_job *)base;

	job_release(job->waits);
	if (job->statement)
		statements_free(job->statement, job->statements);
	study_lines_free(job->line, job->lines);
	bench_free(job->inner);
	study_row_free(&job->row);
	study_rows_close(job->rows);
	study_grid_free(job->grid);
	free(job);
}

static int rehearse(const struct study_job *job, const char *path,
    struct error *error)
{
	const struct workbench_options quiet = {
		.threads = job->options.threads};

	if (study_rehearse(job->grid, &quiet, error))
		return error_prefix(error, "%s", path);
	return 0;
}

/* A plan that cannot be run makes no file; a finished study only shows its
 * table: nothing of its plan will be run. */
static int open_rows(struct study_job *job, const char *path,
    const char *results, struct error *error)
{
	bool begun = path_exists(results);

	if (!begun && rehearse(job, path, error))
		return -1;
	job->rows = study_rows_open(results, job->grid, error);
	if (!job->rows)
		return -1;
	if (begun && study_tasks_done(job->rows) <
	    study_tasks_in_all(job->grid) && rehearse(job, path, error))
		return -1;
	count_work_before(job);
	return 0;
}

struct job *job_study(struct bench *bench, const char *path,
    const char *results, struct error *error)
{
	struct study_grid *grid = study_grid_read(path, error);
	struct study_job *job;

	if (!grid)
		return NULL;
	job = xcalloc(1, sizeof(*job));
	job->base = (struct job){.kind = JOB_STUDY,
		.priority = PRIORITY_BACKGROUND, .advance = study_advance,
		.free = study_free, .left = study_left};
	text_format(job->base.text, sizeof(job->base.text), "study %s", path);
	job->grid = grid;
	job->options = (struct workbench_options){
		.threads = pool_threads(bench->pool), .listener = listen,
		.context = job};
	if (open_rows(job, path, results, error)) {
		study_free(&job->base);
		return NULL;
	}
	bench_note(bench, "%s: %d of %d runs are done%s",
	    grid->title ? grid->title : path, job->done,
	    study_tasks_in_all(grid), job->rows->foreign ?
	    "; lines of another plan are left alone" : "");
	show_table(job, bench);
	return &job->base;
}
