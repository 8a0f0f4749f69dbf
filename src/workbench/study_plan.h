/* Readers of the JSON of a study's plan. They say what is wrong with a key, and
 * leave alone what is not there. */
#ifndef SNT_WORKBENCH_STUDY_PLAN_H
#define SNT_WORKBENCH_STUDY_PLAN_H

#include <cjson/cJSON.h>

#include "base/error.h"

/* "key: what"; -1 */
int plan_wrong(const char *key, const char *what, struct error *error);
/* Whether all keys are among the known ones, which end with NULL. */
int plan_keys(const cJSON *object, const char *const *known,
    struct error *error);
const cJSON *plan_get(const cJSON *object, const char *key);
/* *out is freed first. */
int plan_text(const cJSON *object, const char *key, char **out,
    struct error *error);
int plan_number(const cJSON *object, const char *key, double least,
    double most, double *out, struct error *error);
/* How many of something; 0 is what holds without it. */
int plan_count(const cJSON *object, const char *key, long *out,
    struct error *error);

#endif
