/* Running under the BLAS core type that a session was recorded with. */
#ifndef SNT_SHELL_RECORDED_CORE_H
#define SNT_SHELL_RECORDED_CORE_H

#include "shell/options.h"

/* When the program shall verify one session and nothing else, and this
 * processor can be what recorded it, begin again as that. Returns where there
 * is nothing to change. */
void recorded_core(const struct options *options, char **words);

#endif
