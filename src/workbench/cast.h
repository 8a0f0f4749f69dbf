/* A film of a terminal in asciicast v2 (docs.asciinema.org/manual/asciicast/
 * v2/): a header, and then what is put on the screen, and when. */
#ifndef SNT_WORKBENCH_CAST_H
#define SNT_WORKBENCH_CAST_H

#include "base/error.h"

struct cast;

struct cast *cast_new(int columns, int rows, const char *title);
void cast_free(struct cast *cast);
/* The lines of the screen from this second on; only those that changed are
 * kept. Times ascend. */
void cast_add(struct cast *cast, double seconds, const char *lines);
int cast_write(const struct cast *cast, const char *path,
    struct error *error);

#endif
