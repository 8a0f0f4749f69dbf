#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*restore_hook)(void);

int error_set(struct error *error, const char *format, ...)
{
	va_list args;

	if (!error)
		return -1;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return -1;
}

int error_prefix(struct error *error, const char *format, ...)
{
	char text[sizeof(error->text)];
	va_list args;
	int used;

	if (!error)
		return -1;
	va_start(args, format);
	used = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (used < 0 || (size_t)used >= sizeof(text))
		return -1;
	snprintf(text + used, sizeof(text) - (size_t)used, ": %.*s",
	    (int)(sizeof(text) - (size_t)used - 3), error->text);
	memcpy(error->text, text, sizeof(text));
	return -1;
}

void die_set_hook(void (*restore)(void))
{
	restore_hook = restore;
}

void die(const char *format, ...)
{
	void (*hook)(void) = restore_hook;
	va_list args;

	restore_hook = NULL;
	if (hook)
		hook();
	fputs("snt: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}
