/* Settings of how a learner trains: they hold for the current run at once,
 * and for all that begin later. */
#ifndef SNT_WORKBENCH_LEARNER_SETTINGS_H
#define SNT_WORKBENCH_LEARNER_SETTINGS_H

#include "workbench/command_table.h"

int set_batch(struct call *call, const char *value);
void get_batch(const struct bench *bench, char *out, size_t size);
int set_shuffle(struct call *call, const char *value);
void get_shuffle(const struct bench *bench, char *out, size_t size);
int set_decay(struct call *call, const char *value);
void get_decay(const struct bench *bench, char *out, size_t size);
int set_schedule(struct call *call, const char *value);
void get_schedule(const struct bench *bench, char *out, size_t size);
int set_gradual(struct call *call, const char *value);
void get_gradual(const struct bench *bench, char *out, size_t size);

/* What new runs begin with. */
int learner_settings_apply(const struct bench *bench, struct learner *learner,
    struct error *error);

#endif
