/* A study: the runs of a grid, one after the other on a bench of their own,
 * as lines of the command language. */
#include "workbench/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "train/optimizer.h"
#include "workbench/statement.h"
#include "workbench/study_rows.h"
#include "workbench/study_table.h"

/* One run to do. */
struct task {
	const char *backbone;
	const struct study_arm *arm;
	long seed;
	double rate;		/* NAN: the optimizer's own */
	bool search;
};

/* Where the values of a line go. */
enum collects { NOTHING, TRAINING, VALIDATION, MEASURE, COMPRESSION };

struct line {
	char *text;
	enum collects collects;
	int index;
};

struct study_job {
	struct job base;
	struct study_grid *grid;
	struct study_rows *rows;
	struct bench *inner;
	struct workbench_options options;	/* of the inner bench */
	struct task task;
	struct study_row row;
	struct line *line;	/* of the task */
	int lines, next;
	struct statement *statement;	/* of the present line */
	int statements, next_statement;
	struct job *waits;
	char message[256];	/* the error a job ended with */
	double began;		/* the present line */
	int done;		/* tasks, those of earlier times too */
	int before;		/* those of earlier times */
};

static void collect(struct study_job *job, const struct event *event)
{
	const struct line *line = job->next > 0 ? &job->line[job->next - 1] :
	    NULL;
	const char *kind = event_kind(event);
	const char *split = event_get_text(event, "split");
	struct study_row *row = &job->row;

	if (strcmp(kind, "error") == 0)
		text_copy(job->message, sizeof(job->message),
		    event_get_text(event, "message"));
	if (!line || line->collects == NOTHING)
		return;
	if (strcmp(kind, "eval") == 0 && split &&
	    strcmp(split, line->collects == VALIDATION ? "validation" :
	    "test") == 0) {
		row->accuracy = event_get(event, "accuracy");
		row->loss = event_get(event, "loss");
	} else if (strcmp(kind, "sharpness") == 0 &&
	    line->collects == MEASURE && isnan(event_get(event, "layer"))) {
		row->sharpness[line->index] = event_get(event, "value");
	} else if (strcmp(kind, "compress") == 0 &&
	    line->collects == COMPRESSION) {
		row->compressed[line->index] = event_get(event, "accuracy");
		row->compressed_loss[line->index] = event_get(event, "loss");
		row->bytes[line->index] = event_get(event, "bytes");
	}
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

static bool needs_search(const struct study_job *job, const char *backbone,
    struct task *task)
{
	const struct study_grid *grid = job->grid;

	for (int a = 0; a < grid->arms; a++) {
		const struct study_arm *arm = &grid->arm[a];

		for (int i = 0; i < arm->rates && arm->rates > 1; i++) {
			if (study_rows_find(job->rows, backbone, arm->name,
				grid->seed[0], true, arm->rate[i]))
				continue;
			*task = (struct task){backbone, arm, grid->seed[0],
				arm->rate[i], true};
			return true;
		}
	}
	return false;
}

/* Twins beside each other, so that a stopped study compares what it has. */
static bool needs_run(const struct study_job *job, const char *backbone,
    struct task *task)
{
	const struct study_grid *grid = job->grid;

	for (int i = 0; i < grid->seeds * grid->arms; i++) {
		const struct study_arm *arm = &grid->arm[i % grid->arms];
		long seed = grid->seed[i / grid->arms];
		double rate;

		rate = study_rows_rate(job->rows, backbone, arm);
		if (study_rows_find(job->rows, backbone, arm->name, seed,
			false, rate))
			continue;
		*task = (struct task){backbone, arm, seed, rate, false};
		return true;
	}
	return false;
}

static bool next_task(const struct study_job *job, struct task *task)
{
	for (int i = 0; i < job->grid->backbones.count; i++) {
		const char *backbone = job->grid->backbones.text[i];

		if (needs_search(job, backbone, task) ||
		    needs_run(job, backbone, task))
			return true;
	}
	return false;
}

static int tasks_in_all(const struct study_grid *grid)
{
	int each = grid->arms * grid->seeds;

	for (int i = 0; i < grid->arms; i++)
		each += grid->arm[i].rates > 1 ? grid->arm[i].rates : 0;
	return each * grid->backbones.count;
}

/* Runs of another rate than the present one do not count. */
static int arm_done(const struct study_job *job, const char *backbone,
    const struct study_arm *arm)
{
	const struct study_grid *grid = job->grid;
	double rate = study_rows_rate(job->rows, backbone, arm);
	int done = 0;

	for (int i = 0; i < arm->rates && arm->rates > 1; i++)
		done += study_rows_find(job->rows, backbone, arm->name,
		    grid->seed[0], true, arm->rate[i]) != NULL;
	for (int i = 0; i < grid->seeds; i++)
		done += study_rows_find(job->rows, backbone, arm->name,
		    grid->seed[i], false, rate) != NULL;
	return done;
}

static int tasks_done(const struct study_job *job)
{
	const struct study_grid *grid = job->grid;
	int done = 0;

	for (int i = 0; i < grid->backbones.count * grid->arms; i++)
		done += arm_done(job, grid->backbones.text[i / grid->arms],
		    &grid->arm[i % grid->arms]);
	return done;
}

/* Takes the text over. */
static void add_line(struct study_job *job, enum collects collects, int index,
    char *text)
{
	job->line = xreallocarray(job->line, (size_t)job->lines + 1,
	    sizeof(*job->line));
	job->line[job->lines++] = (struct line){text, collects, index};
}

static void free_lines(struct study_job *job)
{
	for (int i = 0; i < job->lines; i++)
		free(job->line[i].text);
	job->lines = job->next = 0;
}

static double epochs_of(const struct study_grid *grid,
    const struct study_arm *arm)
{
	char word[32];
	const struct optimizer_kind *kind;

	text_format(word, sizeof(word), "%.*s",
	    (int)strcspn(arm->optimizer, " "), arm->optimizer);
	kind = optimizer_find(word);
	if (!grid->equal_gradients || !(kind->gradients > 0))
		return grid->epochs;
	return grid->epochs / kind->gradients;
}

static void add_data(struct study_job *job)
{
	const struct study_grid *grid = job->grid;
	struct buffer line = {0};

	buffer_printf(&line, "data %s", grid->data);
	if (grid->images > 0)
		buffer_printf(&line, " images=%ld", grid->images);
	if (grid->validation > 0)
		buffer_printf(&line, " validation=%g", grid->validation);
	add_line(job, NOTHING, 0, line.text);
}

static void add_training(struct study_job *job)
{
	const struct study_grid *grid = job->grid;
	const struct task *task = &job->task;

	add_line(job, NOTHING, 0, xasprintf("seed %ld", task->seed));
	add_data(job);
	add_line(job, NOTHING, 0, xasprintf("net %s", task->backbone));
	if (grid->batch > 0)
		add_line(job, NOTHING, 0, xasprintf("set batch %ld",
		    grid->batch));
	if (isnan(task->rate))
		add_line(job, NOTHING, 0, xasprintf("opt %s",
		    task->arm->optimizer));
	else
		add_line(job, NOTHING, 0, xasprintf("opt %s lr=%.17g",
		    task->arm->optimizer, task->rate));
	if (task->arm->transform)
		add_line(job, NOTHING, 0, xasprintf("snt on %s",
		    task->arm->transform));
	add_line(job, task->search ? NOTHING : TRAINING, 0,
	    xasprintf("train %.17g epochs", epochs_of(grid, task->arm)));
}

static void add_questions(struct study_job *job)
{
	const struct study_grid *grid = job->grid;

	for (int i = 0; i < grid->sharpness.count; i++)
		add_line(job, MEASURE, i, xasprintf("sharpness %s",
		    grid->sharpness.text[i]));
	for (int i = 0; i < grid->compression.count; i++) {
		add_line(job, NOTHING, 0, xstrdup("compress reset"));
		add_line(job, COMPRESSION, i,
		    xstrdup(grid->compression.text[i]));
	}
}

static void begin_task(struct study_job *job)
{
	const struct task *task = &job->task;

	study_row_free(&job->row);
	job->row = study_row_new(job->grid, task->backbone, task->arm->name,
	    task->seed);
	job->row.rate = task->rate;
	job->row.search = task->search;
	bench_free(job->inner);
	job->inner = bench_new(&job->options, job->options.threads);
	free_lines(job);
	add_training(job);
	if (task->search)
		add_line(job, VALIDATION, 0, xstrdup("eval validation"));
	else
		add_questions(job);
	text_format(job->base.text, sizeof(job->base.text),
	    "study: %s %s seed %ld%s", task->backbone, task->arm->name,
	    task->seed, task->search ? " (rate)" : "");
}

/* What a run cost to train, told when that line has ended. */
static void note_cost(struct study_job *job)
{
	if (strncmp(job->line[job->next - 1].text, "train ", 6) != 0)
		return;
	job->row.seconds = clock_now() - job->began;
	job->row.gradients = bench_run(job->inner)->learner->gradients;
}

static int failed(const struct study_job *job, struct error *error)
{
	const struct task *task = &job->task;

	if (job->message[0])
		error_set(error, "%s", job->message);
	return error_prefix(error, "study: %s, %s, seed %ld: `%s`",
	    task->backbone, task->arm->name, task->seed,
	    job->line[job->next - 1].text);
}

/* A plan may come from anywhere: it trains and measures, and writes no file. */
static int check_statement(const struct statement *statement,
    struct error *error)
{
	static const char *const verbs[] = {"seed", "data", "net", "set",
		"opt", "snt", "train", "eval", "sharpness", "compress",
		"prune", "quant", "finetune"};
	bool known = false;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		known = known || strcmp(statement->word[0], verbs[i]) == 0;
	if (known && strcmp(statement->word[0], "net") == 0 &&
	    statement->words > 1)
		known = strcmp(statement->word[1], "save") != 0;
	return known ? 0 : error_set(error, "`%s` has no place in a study",
	    statement->text);
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
	if (check_statement(statement, error) ||
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

/* By the pace since the study was started here. A search may choose another
 * rate than before, which takes runs back: never less than one. */
static double seconds_left(const struct study_job *job)
{
	double here = fmax(1, job->done - job->before);

	return (clock_now() - job->base.started) / here *
	    (tasks_in_all(job->grid) - job->done);
}

static void emit_row(struct study_job *job, struct bench *bench,
    const struct study_row *row)
{
	int of = tasks_in_all(job->grid);
	struct event *event = event_new("study");
	struct buffer text = {0};
	char left[32];

	text_duration(left, sizeof(left), seconds_left(job));
	event_number(event, "done", job->done);
	event_number(event, "of", of);
	event_text(event, "backbone", row->backbone);
	event_text(event, "arm", row->arm);
	event_number(event, "seed", (double)row->seed);
	event_bool(event, "search", row->search);
	event_number(event, "lr", row->rate);
	event_number(event, "accuracy", row->accuracy);
	event_number(event, "seconds", row->seconds);
	event_number(event, "seconds_left", seconds_left(job));
	buffer_printf(&text, "%d of %d: %s, %s, seed %ld", job->done, of,
	    row->backbone, row->arm, row->seed);
	if (!isnan(row->rate))
		buffer_printf(&text, ", lr %g", row->rate);
	buffer_printf(&text, ": %s accuracy %.2f%%, about %s left",
	    row->search ? "validation" : "test", 100 * row->accuracy, left);
	event_text(event, "text", text.text);
	bench_emit(bench, event);
	buffer_free(&text);
}

static int finish_task(struct study_job *job, struct bench *bench,
    struct error *error)
{
	struct study_row row = job->row;

	if (study_rows_add(job->rows, &row, error))
		return -1;
	job->row = (struct study_row){0};
	job->done = tasks_done(job);
	emit_row(job, bench, &row);
	job->task = (struct task){0};
	return 0;
}

static void show_progress(struct study_job *job)
{
	double of = tasks_in_all(job->grid);

	job->base.progress = (job->done +
	    (job->lines ? (double)job->next / (job->lines + 1) : 0)) / of;
}

static int study_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct study_job *job = (struct study_job *)base;
	double until = clock_now() + QUANTUM;
	int status = 0;

	if (!job->task.arm) {
		if (!next_task(job, &job->task)) {
			study_table(bench, job->rows);
			return 1;
		}
		begin_task(job);
	}
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
	free_lines(job);
	free(job->line);
	bench_free(job->inner);
	study_row_free(&job->row);
	study_rows_close(job->rows);
	study_grid_free(job->grid);
	free(job);
}

/* NAME.json -> NAME.results.jsonl */
static char *results_path(const char *path)
{
	size_t length = strlen(path);

	if (length > 5 && strcmp(path + length - 5, ".json") == 0)
		length -= 5;
	return xasprintf("%.*s.results.jsonl", (int)length, path);
}

struct job *job_study(struct bench *bench, const char *path,
    const char *results, struct error *error)
{
	struct study_grid *grid = study_grid_read(path, error);
	struct study_job *job;
	char *beside;

	if (!grid)
		return NULL;
	job = xcalloc(1, sizeof(*job));
	job->base = (struct job){.kind = JOB_STUDY,
		.priority = PRIORITY_BACKGROUND, .advance = study_advance,
		.free = study_free};
	text_format(job->base.text, sizeof(job->base.text), "study %s", path);
	job->grid = grid;
	job->options = (struct workbench_options){
		.threads = pool_threads(bench->pool), .listener = listen,
		.context = job};
	beside = results ? xstrdup(results) : results_path(path);
	job->rows = study_rows_open(beside, grid, error);
	free(beside);
	if (!job->rows) {
		study_free(&job->base);
		return NULL;
	}
	job->before = job->done = tasks_done(job);
	bench_note(bench, "%s: %d of %d runs are done%s",
	    grid->title ? grid->title : path, job->done,
	    tasks_in_all(grid), job->rows->foreign ?
	    "; lines of another plan are left alone" : "");
	return &job->base;
}
