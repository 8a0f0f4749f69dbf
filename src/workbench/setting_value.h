/* What the values of settings are read with: 0, or -1 with a message. */
#ifndef SNT_WORKBENCH_SETTING_VALUE_H
#define SNT_WORKBENCH_SETTING_VALUE_H

#include "workbench/bench.h"

int setting_whole(const char *key, const char *value, long least, long most,
    long *out, struct error *error);
int setting_switch(const char *key, const char *value, bool *out,
    struct error *error);
int setting_split(const char *key, const char *value, enum split_name *split,
    struct error *error);
/* A note where the split has fewer samples: all of them are taken then. */
void setting_note_excess(struct bench *bench, const char *key, long value,
    enum split_name split);

#endif
