/* Any text as lines of the command language. */
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "workbench/statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct error error;
	int count;
	struct statement *statement = statements_parse(text, &count, &error);

	if (statement)
		statements_free(statement, count);
	free(text);
	return 0;
}
