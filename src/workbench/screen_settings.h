/* Settings that only a screen follows: kept here, so that they can be typed,
 * scripted and asked for like all others, and published in the snapshot. They
 * belong to whoever looks, not to the session, and are not journalled. */
#ifndef SNT_WORKBENCH_SCREEN_SETTINGS_H
#define SNT_WORKBENCH_SCREEN_SETTINGS_H

#include "workbench/command_table.h"

int set_theme(struct call *call, const char *value);
void get_theme(const struct bench *bench, char *out, size_t size);
int set_plot(struct call *call, const char *value);
void get_plot(const struct bench *bench, char *out, size_t size);
int set_mouse(struct call *call, const char *value);
void get_mouse(const struct bench *bench, char *out, size_t size);
int set_presentation(struct call *call, const char *value);
void get_presentation(const struct bench *bench, char *out, size_t size);
int set_target(struct call *call, const char *value);
void get_target(const struct bench *bench, char *out, size_t size);

#endif
