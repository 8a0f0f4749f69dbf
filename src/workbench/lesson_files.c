#include "workbench/lesson_files.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

enum { FOLDERS = 3 };

/* sessions/lessons beside a program that was not installed. */
static char *beside_program(void)
{
	char program[4096];
	ssize_t length = readlink("/proc/self/exe", program,
	    sizeof(program) - 1);

	while (length > 0 && program[length - 1] != '/')
		length--;
	if (length <= 0)
		return NULL;
	program[length] = '\0';
	return xasprintf("%s../sessions/lessons", program);
}

/* Where lessons are looked for; entries may be NULL. */
static void lesson_folders(char *folder[FOLDERS])
{
	const char *own = getenv("SNT_LESSONS");

	folder[0] = own && *own ? xstrdup(own) : NULL;
	folder[1] = beside_program();
	folder[2] = xstrdup(DATADIR "/sessions/lessons");
}

static void free_folders(char *folder[FOLDERS])
{
	for (int i = 0; i < FOLDERS; i++)
		free(folder[i]);
}

static int is_entry(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int visit_folder(const char *folder,
    void (*visit)(void *context, const struct lesson *lesson), void *context)
{
	struct dirent **entry = NULL;
	int count = scandir(folder, &entry, is_entry, alphasort), found = 0;

	for (int i = 0; i < count; i++) {
		char *path = path_join(folder, entry[i]->d_name);
		struct error error;
		struct lesson *lesson = path_is_folder(path) ?
		    lesson_read(path, &error) : NULL;

		if (lesson) {
			visit(context, lesson);
			found++;
		}
		lesson_free(lesson);
		free(path);
		free(entry[i]);
	}
	free(entry);
	return found;
}

int lesson_each(void (*visit)(void *context, const struct lesson *lesson),
    void *context)
{
	char *folder[FOLDERS];
	int found = 0;

	lesson_folders(folder);
	for (int i = 0; i < FOLDERS && found == 0; i++) {
		if (folder[i])
			found = visit_folder(folder[i], visit, context);
	}
	free_folders(folder);
	return found;
}

struct lesson *lesson_find(const char *name, struct error *error)
{
	char *folder[FOLDERS], *path = NULL;
	struct lesson *lesson = NULL;

	if (strchr(name, '/') || path_is_folder(name)) {
		path = path_expand(name);
		lesson = lesson_read(path, error);
		free(path);
		return lesson;
	}
	lesson_folders(folder);
	for (int i = 0; i < FOLDERS && !path; i++) {
		path = folder[i] ? path_join(folder[i], name) : NULL;
		if (path && !path_is_folder(path)) {
			free(path);
			path = NULL;
		}
	}
	free_folders(folder);
	if (path)
		lesson = lesson_read(path, error);
	else
		error_set(error, "%s: no such lesson; `lesson` lists them",
		    name);
	free(path);
	return lesson;
}
