#include "shell/core_type.h"

#include <limits.h>
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

/* The program by its own path, which ps(1) names it by; returns when it does
 * not start. */
static void execute(char **words)
{
	static const char self[] = "/proc/self/exe";
	char path[PATH_MAX];
	ssize_t length = readlink(self, path, sizeof(path) - 1);

	if (length > 0) {
		path[length] = '\0';
		execv(path, words);
	}
	execv(self, words);	/* it was moved meanwhile */
}

/* Returns when it cannot be: OpenBLAS was asked for it and chose otherwise,
 * or the program does not start again. */
static void begin_again(const char *core, char **words)
{
	const char *now = getenv(BLAS_CORE_VARIABLE);

	if (now && strcasecmp(now, core) == 0)
		return;
	if (setenv(BLAS_FOUND_VARIABLE, blas_core_found(), 0) == 0 &&
	    setenv(BLAS_CORE_VARIABLE, core, 1) == 0)
		execute(words);
}

/* Another one that is wider than what OpenBLAS took; NULL: there is none, or
 * the user chose. */
static const char *wider(void)
{
	const char *asked = getenv(BLAS_CORE_VARIABLE);

	return asked && *asked ? NULL : blas_core_wider(blas_core());
}

static void as_recorded(const struct options *options, char **words)
{
	char *folder = folder_to_verify(options);
	struct error error;
	struct session_data *data = folder ? session_read(folder, &error) :
	    NULL;
	const char *core = data ? data->header.core : "";

	if (data && strcasecmp(core, blas_core()) != 0 &&
	    blas_core_runs(core)) {
		if (!wider() || strcasecmp(core, wider()) != 0)
			fprintf(stderr, "snt: recorded with the OpenBLAS "
			    "core type %s, this is %s: beginning again as "
			    "%s\n", core, blas_core(), core);
		begin_again(core, words);
	}
	session_data_free(data);
	free(folder);
}

static void as_wide_as_can_be(char **words)
{
	if (wider())
		begin_again(wider(), words);
}

static int as_computes_right(char **words)
{
	const char *core = blas_core_safer(blas_core());
	struct error error;

	if (blas_check(&error) == 0)
		return 0;
	fprintf(stderr, "snt: %s\n", error.text);
	if (core) {
		fprintf(stderr, "snt: beginning again as %s\n", core);
		begin_again(core, words);
	}
	fputs("snt: no core type of this OpenBLAS computes right here: "
	    "please install another BLAS\n", stderr);
	return -1;
}

int core_type_settle(const struct options *options, char **words)
{
	as_recorded(options, words);
	as_wide_as_can_be(words);
	return as_computes_right(words);
}
