/* `report FILE.html`: the session as one page that needs nothing else. */
#ifndef SNT_WORKBENCH_REPORT_H
#define SNT_WORKBENCH_REPORT_H

#include "workbench/bench.h"

int report_write(const struct bench *bench, const char *path,
    struct error *error);

#endif
