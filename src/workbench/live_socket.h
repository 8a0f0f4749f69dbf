/* The socket of live watching, by the folder of its session. */
#ifndef SNT_WORKBENCH_LIVE_SOCKET_H
#define SNT_WORKBENCH_LIVE_SOCKET_H

#include <stdbool.h>

#include "base/error.h"

/* Listen in the folder of a session whose lock is ours, so that a socket
 * found there is a dead one's. A descriptor, or -1 with a message. */
int live_listen(const char *folder, struct error *error);
void live_unlisten(const char *folder, int listener);
/* Connect to whoever listens there. */
int live_connect(const char *folder, struct error *error);
/* Is the other end ours? */
bool live_same_user(int descriptor);

#endif
