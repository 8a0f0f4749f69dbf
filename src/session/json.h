/* Small helpers over cJSON for files that may be damaged or hostile. */
#ifndef SNT_SESSION_JSON_H
#define SNT_SESSION_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "base/error.h"

/* The whole of the text, nothing behind it; NULL with a message. */
cJSON *json_parse(const char *text, size_t length, struct error *error);
const cJSON *json_item(const cJSON *object, const char *key);
/* NULL when absent or not a text; -1 when absent, not whole or negative. */
const char *json_text(const cJSON *object, const char *key);
long json_whole(const cJSON *object, const char *key);
/* Without control characters, not empty, not too long for a name. */
bool json_is_plain(const char *text);

#endif
