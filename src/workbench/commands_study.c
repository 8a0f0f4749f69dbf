/* study */
#include "workbench/command_table.h"

#include <stdlib.h>

#include "base/file.h"
#include "workbench/job.h"

static int run_study(struct call *call)
{
	struct job *job;
	char *path, *results;

	if (call_words(call, 1, 2))
		return -1;
	path = path_expand(call->word[0]);
	results = call->words > 1 ? path_expand(call->word[1]) : NULL;
	job = job_study(call->bench, path, results, call->error);
	free(path);
	free(results);
	return job ? call_start(call, job) : -1;
}

const struct command commands_study[] = {
	{"study", NULL, "study FILE [RESULTS]", "studies",
	    "train and compress the runs of a plan, and compare its arms",
	    "The plan is a JSON file, see snt-study(7). Each finished run is a "
	    "line of FILE's name with .results.jsonl (or of RESULTS); a study "
	    "that was stopped or killed goes on where it was. At the end: "
	    "means over the seeds with 95% intervals, and paired differences "
	    "from the first arm.", NULL, {{WORD_FILE, NULL},
	    {WORD_FILE, NULL}}, NULL, 0, run_study},
	{0},
};
