/* screen dump, export cast */
#include "workbench/command_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "workbench/publish.h"

enum { COLUMNS = 80, ROWS = 24, SIDE_MOST = 500 };

/* "80x24", of the words from one on. */
static int take_size(const struct call *call, int at, int *columns, int *rows)
{
	char rest;

	*columns = COLUMNS;
	*rows = ROWS;
	if (call->words <= at)
		return 0;
	if (sscanf(call->word[at], "%dx%d%c", columns, rows, &rest) != 2 ||
	    *columns < 1 || *rows < 1 || *columns > SIDE_MOST ||
	    *rows > SIDE_MOST)
		return error_set(call->error, "%s: COLUMNSxROWS, such as 80x24",
		    call->word[at]);
	return 0;
}

static int dump(struct call *call, const char *path, int columns, int rows)
{
	struct bench *bench = call->bench;
	struct snapshot *snapshot;
	char *text;
	int status;

	if (!bench->options->paint)
		return error_set(call->error, "there is no screen that could "
		    "be drawn");
	snapshot = snapshot_make(bench, 1);
	text = bench->options->paint(snapshot, columns, rows, false);
	status = file_replace(path, text, strlen(text), call->error);
	free(text);
	snapshot_free(snapshot);
	if (status == 0)
		bench_note(bench, "written to %s", path);
	return status;
}

/* A screen that is there writes itself, as it is seen. */
static int run_dump(struct call *call)
{
	struct bench *bench = call->bench;
	int columns, rows, status = 0;
	char *path;

	if (call_words(call, 1, 2) || take_size(call, 1, &columns, &rows))
		return -1;
	path = path_expand(call->word[0]);
	if (bench->options->screen && call->words == 1) {
		free(bench->dump);
		bench->dump = xstrdup(path);
		bench->dumps++;
		bench->urgent = true;
	} else {
		status = dump(call, path, columns, rows);
	}
	free(path);
	return status;
}

static const struct option cast_options[] = {
	{"seconds", OPTION_REAL, 20, 1, 3600, NULL,
	    "how long the training takes in it", false},
	{0}
};

static int run_cast(struct call *call)
{
	struct cast_plan plan = {.seconds = option_value(cast_options,
		&call->options, "seconds")};
	struct job *job;

	if (call_words(call, 1, 2) ||
	    take_size(call, 1, &plan.columns, &plan.rows))
		return -1;
	plan.path = path_expand(call->word[0]);
	job = job_cast(call->bench, &plan, call->error);
	if (!job) {
		free(plan.path);
		return -1;
	}
	return call_start(call, job);
}

const struct command commands_screen[] = {
	{"screen", "dump", "screen dump FILE [COLUMNSxROWS]", "files",
	    "the screen as text",
	    "On a screen it is the one that is seen, unless a size is given; "
	    "without one it is drawn as it would begin, 80x24.",
	    "screen dump screen.txt", {{WORD_FILE, NULL}}, NULL,
	    COMMAND_REPLAYING, run_dump},
	{"export", "cast", "export cast FILE [COLUMNSxROWS] [seconds=S]",
	    "files", "the session as a film of the screen (asciicast v2)",
	    "The journal is played again out of sight, and the screen drawn "
	    "as it goes: `asciinema play FILE` shows it in any terminal. "
	    "Commands get a moment each; 80x24 where nothing is said.",
	    "export cast session.cast 100x30 seconds=15",
	    {{WORD_FILE, NULL}}, cast_options, COMMAND_RUN, run_cast},
	{0},
};
