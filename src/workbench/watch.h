/* Live watching, the side of who watches: see live.h. */
#ifndef SNT_WORKBENCH_WATCH_H
#define SNT_WORKBENCH_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct watch;

enum watch_item { WATCH_NOTHING, WATCH_LINE, WATCH_FRAME, WATCH_END,
	WATCH_LOST };

/* Connect to the session in a folder; NULL: the newest one under
 * $XDG_STATE_HOME that is being run. NULL with a message. */
struct watch *watch_open(const char *folder, bool frames,
    struct error *error);
void watch_close(struct watch *watch);
const char *watch_folder(const struct watch *watch);
/* Readable when there may be something. */
int watch_descriptor(const struct watch *watch);

/* What comes next, without waiting: a line (terminated), or the bytes of a
 * snapshot, valid until the next call. END comes after the last line; LOST:
 * the other end is gone without a word, or speaks nonsense. */
enum watch_item watch_next(struct watch *watch, const char **text,
    size_t *size);
/* Why it was lost. */
const char *watch_problem(const struct watch *watch);

#endif
