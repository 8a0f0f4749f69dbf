/* `snt attach` without a screen: what another process' session does, printed
 * as it happens. */
#ifndef SNT_SHELL_ATTACH_H
#define SNT_SHELL_ATTACH_H

#include <stdbool.h>

/* Until the session ends (0), is lost or cannot be watched (1), or a signal
 * (128+n). folder NULL: the newest. */
int attach_run(const char *folder, bool json);

#endif
