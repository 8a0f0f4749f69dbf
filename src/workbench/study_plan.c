#include "workbench/study_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

int plan_wrong(const char *key, const char *what, struct error *error)
{
	return error_set(error, "%s: %s", key, what);
}

int plan_keys(const cJSON *object, const char *const *known,
    struct error *error)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, object) {
		int i = 0;

		while (known[i] && strcmp(known[i], item->string) != 0)
			i++;
		if (!known[i])
			return plan_wrong(item->string, "no such key", error);
	}
	return 0;
}

const cJSON *plan_get(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

int plan_text(const cJSON *object, const char *key, char **out,
    struct error *error)
{
	const cJSON *item = plan_get(object, key);

	if (!item)
		return 0;
	if (!cJSON_IsString(item))
		return plan_wrong(key, "not a text", error);
	free(*out);
	*out = xstrdup(item->valuestring);
	return 0;
}

int plan_number(const cJSON *object, const char *key, double least,
    double most, double *out, struct error *error)
{
	const cJSON *item = plan_get(object, key);

	if (!item)
		return 0;
	if (!cJSON_IsNumber(item) || !(item->valuedouble >= least &&
	    item->valuedouble <= most))
		return error_set(error, "%s: a number from %g to %g", key,
		    least, most);
	*out = item->valuedouble;
	return 0;
}

int plan_count(const cJSON *object, const char *key, long *out,
    struct error *error)
{
	double count = 0;

	if (plan_number(object, key, 0, 1e9, &count, error))
		return -1;
	*out = (long)count;
	return 0;
}
