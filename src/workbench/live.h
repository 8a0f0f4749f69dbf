/*
 * Live watching, the side of the session: a socket named `live` in its folder
 * tells other processes of the same user what happens. It only ever speaks;
 * who listens too slowly misses something, and the session does not wait.
 *
 * A watcher reads lines, each an event as `--json` prints it; the first is
 *   {"event":"live","protocol":1,"layout":"...","process":N,"session":"..."}
 * and then come the last events there were. Who writes the line "frames"
 * gets snapshots instead (wire.h): a line that says how long the next one is,
 *   {"event":"frame","bytes":N}
 * and that many bytes. {"event":"end"} is the last line; without it the
 * session was killed.
 */
#ifndef SNT_WORKBENCH_LIVE_H
#define SNT_WORKBENCH_LIVE_H

#include <stdbool.h>

#include "base/error.h"

#define LIVE_NAME "live"
#define LIVE_ASK "frames\n"

enum { LIVE_PROTOCOL = 1, LIVE_WATCHERS = 16 };

struct live;
struct publisher;

/* Begin to listen in the folder of a session that this process writes; the
 * publisher has to stay. NULL with path and reason. */
struct live *live_new(const char *folder, struct publisher *publisher,
    struct error *error);
/* Tell the watchers that it is the end. NULL is allowed. */
void live_free(struct live *live);
const char *live_folder(const struct live *live);

/* From the compute thread; they never wait. */
void live_event(struct live *live, const char *json);
void live_published(struct live *live);
/* Does somebody watch who wants snapshots? */
bool live_wants_frames(const struct live *live);

#endif
