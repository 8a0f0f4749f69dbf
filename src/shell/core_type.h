/* The core type that OpenBLAS computes for, settled before anything else. */
#ifndef SNT_SHELL_CORE_TYPE_H
#define SNT_SHELL_CORE_TYPE_H

#include "shell/options.h"

/*
 * OpenBLAS takes its core type once, when the process starts. So where another
 * one is better, the program runs itself again with these words and
 * OPENBLAS_CORETYPE, and does not return:
 *
 *   - `verify FOLDER` as its only line: as the session was recorded, for its
 *     bits depend on it;
 *   - OpenBLAS does not know this processor, and took one with narrower
 *     vectors for it (unless OPENBLAS_CORETYPE is set);
 *   - the products are wrong: as the next simpler one, and says so.
 *
 * -1, and told: products are wrong, and there is nothing else to try.
 */
int core_type_settle(const struct options *options, char **words);

#endif
