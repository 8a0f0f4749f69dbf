/* study */
#include "workbench/command_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "workbench/job.h"
#include "workbench/study_figure.h"
#include "workbench/study_rates.h"
#include "workbench/study_table.h"

/* NAME.json -> NAME.results.jsonl, unless a file is named. */
static char *results_path(const char *plan, const char *results)
{
	size_t length = strlen(plan);

	if (results)
		return path_expand(results);
	if (text_ends(plan, ".json"))
		length -= 5;
	return xasprintf("%.*s.results.jsonl", (int)length, plan);
}

static const char *word_or_null(const struct call *call, int index)
{
	return call->words > index ? call->word[index] : NULL;
}

static int run_study(struct call *call)
{
	struct job *job;
	char *plan, *results;

	if (call_words(call, 1, 2))
		return -1;
	plan = path_expand(call->word[0]);
	results = results_path(plan, word_or_null(call, 1));
	job = job_study(call->bench, plan, results, call->error);
	free(plan);
	free(results);
	return job ? call_start(call, job) : -1;
}

/* What there is of a study, without running anything; *grid is the plan's,
 * to be freed after the rows. */
static struct study_rows *read_study(struct call *call,
    const char *results_word, struct study_grid **grid)
{
	const char *plan_word = call->word[0];
	char *plan = path_expand(plan_word);
	char *results = results_path(plan, results_word);
	struct study_rows *rows = NULL;

	*grid = study_grid_read(plan, call->error);
	if (*grid && !path_exists(results))
		error_set(call->error, "%s: no such file; `study %s` makes it",
		    results, plan_word);
	else if (*grid)
		rows = study_rows_look(results, *grid, call->error);
	if (rows && rows->foreign)
		bench_note(call->bench, "%d lines of another plan or arm are "
		    "left alone: %s", rows->foreign, results);
	if (!rows)
		study_grid_free(*grid);
	free(plan);
	free(results);
	return rows;
}

static int tell(struct call *call,
    void (*what)(struct bench *bench, const struct study_rows *rows))
{
	struct study_grid *grid;
	struct study_rows *rows;

	if (call_words(call, 1, 2))
		return -1;
	rows = read_study(call, word_or_null(call, 1), &grid);
	if (!rows)
		return -1;
	what(call->bench, rows);
	study_rows_close(rows);
	study_grid_free(grid);
	return 0;
}

static int show_study(struct call *call)
{
	return tell(call, study_table);
}

static int show_rates(struct call *call)
{
	return tell(call, study_rates);
}

static const struct {
	const char *suffix;
	void (*write)(const struct study_rows *rows, struct buffer *out);
} formats[] = {
	{".md", study_table_markdown},
	{".svg", study_figure},
};

enum { FORMATS = sizeof(formats) / sizeof(*formats) };

static int format_of(const char *path)
{
	const char *dot = strrchr(path, '.');
	int format = 0;

	while (format < FORMATS && (!dot || strcmp(dot,
		formats[format].suffix) != 0))
		format++;
	return format;
}

static int write_study(const struct study_rows *rows, const char *path,
    struct error *error)
{
	struct buffer out = {0};
	int status;

	formats[format_of(path)].write(rows, &out);
	status = file_replace(path, out.text, out.length, error);
	buffer_free(&out);
	return status;
}

static int export_study(struct call *call)
{
	struct study_grid *grid;
	struct study_rows *rows;
	char *path;
	int status;

	if (call_words(call, 2, 3))
		return -1;
	if (format_of(call->word[1]) == FORMATS)
		return error_set(call->error, "%s: a table is a file.md, a "
		    "figure a file.svg", call->word[1]);
	rows = read_study(call, word_or_null(call, 2), &grid);
	if (!rows)
		return -1;
	path = path_expand(call->word[1]);
	status = write_study(rows, path, call->error);
	if (status == 0)
		bench_note(call->bench, "%s: written", path);
	free(path);
	study_rows_close(rows);
	study_grid_free(grid);
	return status;
}

const struct command commands_study[] = {
	{"study", NULL, "study PLAN [RESULTS]", "studies",
	    "train and compress the runs of a plan, and compare its arms",
	    "The plan is a JSON file, see snt-study(7). Each finished run is a "
	    "line of PLAN's name with .results.jsonl (or of RESULTS); a study "
	    "that was stopped or killed goes on where it was. At the end: "
	    "means over the seeds with 95% intervals, and paired differences "
	    "from the first arm. The screen shows the table as it fills.",
	    NULL, {{WORD_FILE, NULL}, {WORD_FILE, NULL}}, NULL, 0, run_study},
	{"study", "show", "study show PLAN [RESULTS]", "studies",
	    "the table of the runs that are done, without running any", NULL,
	    NULL, {{WORD_FILE, NULL}, {WORD_FILE, NULL}}, NULL, 0, show_study},
	{"study", "rates", "study rates PLAN [RESULTS]", "studies",
	    "which rates were tried for each arm, and which were taken", NULL,
	    NULL, {{WORD_FILE, NULL}, {WORD_FILE, NULL}}, NULL, 0, show_rates},
	{"study", "export", "study export PLAN FILE [RESULTS]", "studies",
	    "the accuracies as a table (FILE.md) or a figure (FILE.svg)",
	    NULL, NULL, {{WORD_FILE, NULL}, {WORD_FILE, NULL},
	    {WORD_FILE, NULL}}, NULL, 0, export_study},
	{0},
};
