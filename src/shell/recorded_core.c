#include "shell/recorded_core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "net/blas.h"
#include "session/session.h"
#include "workbench/statement.h"

/* The folder of `verify FOLDER`, the only line there is; or NULL. */
static char *folder_to_verify(const struct options *options)
{
	struct statement *statement;
	struct error error;
	char *line, *folder = NULL;
	int count = 0;

	if (options->sources != 1 || options->source[0].kind != SOURCE_TEXT)
		return NULL;
	line = source_line(&options->source[0]);
	statement = statements_parse(line, &count, &error);
	free(line);
	if (!statement)
		return NULL;
	if (count == 1 && statement->words == 2 &&
	    strcmp(statement->word[0], "verify") == 0)
		folder = path_expand(statement->word[1]);
	statements_free(statement, count);
	return folder;
}

static void begin_again(const char *core, char **words)
{
	const char *now = getenv("OPENBLAS_CORETYPE");

	/* It was asked for, and OpenBLAS chose otherwise. */
	if (now && strcasecmp(now, core) == 0)
		return;
	if (setenv("OPENBLAS_CORETYPE", core, 1))
		return;
	fprintf(stderr, "snt: recorded with the OpenBLAS core type %s, this "
	    "is %s: beginning again as %s\n", core, blas_core(), core);
	execv("/proc/self/exe", words);
}

void recorded_core(const struct options *options, char **words)
{
	char *folder = folder_to_verify(options);
	struct error error;
	struct session_data *data = folder ? session_read(folder, &error) :
	    NULL;

	if (data && strcasecmp(data->header.core, blas_core()) != 0 &&
	    blas_core_runs(data->header.core))
		begin_again(data->header.core, words);
	session_data_free(data);
	free(folder);
}
