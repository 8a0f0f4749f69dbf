#include "session/json.h"

#include <string.h>

enum { NAME_LONGEST = 200 };

cJSON *json_parse(const char *text, size_t length, struct error *error)
{
	const char *end = NULL;
	cJSON *value = cJSON_ParseWithLengthOpts(text, length, &end, 0);

	if (!value) {
		error_set(error, "not JSON (at byte %zu)",
		    end ? (size_t)(end - text) : 0);
		return NULL;
	}
	while (end < text + length && (*end == ' ' || *end == '\n' ||
	    *end == '\r' || *end == '\t'))
		end++;
	if (end < text + length && *end) {
		error_set(error, "something follows the JSON (at byte %zu)",
		    (size_t)(end - text));
		cJSON_Delete(value);
		return NULL;
	}
	return value;
}

const cJSON *json_item(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

const char *json_text(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(json_item(object, key));
}

long json_whole(const cJSON *object, const char *key)
{
	const cJSON *item = json_item(object, key);

	if (!cJSON_IsNumber(item) || item->valuedouble < 0 ||
	    item->valuedouble > 0x1p53 ||
	    item->valuedouble != (double)(long)item->valuedouble)
		return -1;
	return (long)item->valuedouble;
}

bool json_is_plain(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	}
	return length > 0 && length <= NAME_LONGEST;
}
