#include "workbench/unnamed.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "session/session.h"

static const char prefix[] = "session-";

static int newest_first(const struct dirent **a, const struct dirent **b)
{
	return -alphasort(a, b);
}

static int is_session(const struct dirent *entry)
{
	return strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
}

static char *state_folder(void)
{
	return path_xdg("XDG_STATE_HOME", ".local/state");
}

int unnamed_list(char ***folder)
{
	char *state = state_folder();
	struct dirent **entry = NULL;
	int count = scandir(state, &entry, is_session, newest_first);

	count = count > 0 ? count : 0;
	*folder = xcalloc((size_t)count + 1, sizeof(**folder));
	for (int i = 0; i < count; i++) {
		(*folder)[i] = path_join(state, entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
	free(state);
	return count;
}

void unnamed_free(char **folder, int count)
{
	for (int i = 0; i < count; i++)
		free(folder[i]);
	free(folder);
}

char *unnamed_last(struct error *error)
{
	char **folder, *last = NULL, *state;
	int count = unnamed_list(&folder);

	for (int i = 0; i < count && !last; i++) {
		if (session_is_free(folder[i]))
			last = xstrdup(folder[i]);
	}
	unnamed_free(folder, count);
	if (!last) {
		state = state_folder();
		error_set(error, "no session was kept under %s; `open FOLDER` "
		    "names another", state);
		free(state);
	}
	return last;
}

void unnamed_thin(struct bench *bench)
{
	char **folder;
	int count = unnamed_list(&folder), removed = 0;

	for (int i = UNNAMED_KEPT; i < count; i++)
		removed += session_is_free(folder[i]) &&
		    folder_remove(folder[i]) == 0;
	unnamed_free(folder, count);
	if (removed)
		bench_note(bench, "%d unnamed session%s before the last %d: "
		    "removed (`save FOLDER` keeps one)", removed,
		    removed == 1 ? "" : "s", UNNAMED_KEPT);
}

/* "session-2026-11-30-112623-21579" */
void unnamed_tell(struct bench *bench)
{
	struct error ignored;
	char *folder = unnamed_last(&ignored), text[120];
	const char *began = folder ? strrchr(folder, '/') : NULL;

	if (began && strlen(began) > strlen("/session-2026-11-30-1126")) {
		began += 1 + strlen(prefix);
		text_format(text, sizeof(text), "`open` goes on with the last "
		    "session, of %.10s %.2s:%.2s", began, began + 11,
		    began + 13);
		bench_log(bench, LOG_NOTE, text);
	}
	free(folder);
}
