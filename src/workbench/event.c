#include "workbench/event.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

struct event {
	cJSON *object;
};

static void add(struct event *event, const char *key, cJSON *item)
{
	if (!item || !cJSON_AddItemToObject(event->object, key, item))
		die("out of memory (event)");
}

struct event *event_new(const char *kind)
{
	struct event *event = xcalloc(1, sizeof(*event));

	event->object = cJSON_CreateObject();
	event_text(event, "event", kind);
	return event;
}

void event_free(struct event *event)
{
	if (!event)
		return;
	cJSON_Delete(event->object);
	free(event);
}

void event_text(struct event *event, const char *key, const char *value)
{
	cJSON *string = cJSON_CreateString(value);

	/* A word or a path may hold any bytes, JSON may not. */
	if (string)
		text_make_utf8(string->valuestring);
	add(event, key, string);
}

/* Whole numbers whole; others with 9 digits, which single precision needs
 * and which no reader finds too many. */
static void format_number(double value, char *out, size_t size)
{
	if (!isfinite(value))
		text_copy(out, size, "null");
	else if (value == floor(value) && fabs(value) < 0x1p53)
		text_format(out, size, "%.0f", value);
	else
		text_format(out, size, "%.9g", value);
}

void event_number(struct event *event, const char *key, double value)
{
	char text[40];

	format_number(value, text, sizeof(text));
	add(event, key, cJSON_CreateRaw(text));
}

void event_bool(struct event *event, const char *key, bool value)
{
	add(event, key, cJSON_CreateBool(value));
}

void event_null(struct event *event, const char *key)
{
	add(event, key, cJSON_CreateNull());
}

static cJSON *list_of(int count, const double *value)
{
	cJSON *array = cJSON_CreateArray();
	char text[40];

	for (int i = 0; i < count; i++) {
		format_number(value[i], text, sizeof(text));
		cJSON_AddItemToArray(array, cJSON_CreateRaw(text));
	}
	return array;
}

void event_numbers(struct event *event, const char *key, int count,
    const double *value)
{
	add(event, key, list_of(count, value));
}

void event_grid(struct event *event, const char *key, int rows, int columns,
    const double *value)
{
	cJSON *array = cJSON_CreateArray();

	for (int i = 0; i < rows; i++)
		cJSON_AddItemToArray(array, list_of(columns,
		    value + i * columns));
	add(event, key, array);
}

static const cJSON *item(const struct event *event, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(event->object, key);
}

const char *event_kind(const struct event *event)
{
	const char *kind = event_get_text(event, "event");

	return kind ? kind : "";
}

double event_get(const struct event *event, const char *key)
{
	const cJSON *value = item(event, key);
	double number;

	if (cJSON_IsBool(value))
		return cJSON_IsTrue(value);
	if (cJSON_IsNumber(value))
		return value->valuedouble;
	if (cJSON_IsRaw(value) &&
	    parse_double(value->valuestring, &number) == 0)
		return number;
	return NAN;
}

double event_get_at(const struct event *event, const char *key, int index)
{
	const cJSON *list = item(event, key), *value;
	int columns = cJSON_GetArraySize(cJSON_GetArrayItem(list, 0));
	double number;

	value = columns == 0 ? cJSON_GetArrayItem(list, index) :
	    cJSON_GetArrayItem(cJSON_GetArrayItem(list, index / columns),
	    index % columns);

	if (cJSON_IsNumber(value))
		return value->valuedouble;
	if (cJSON_IsRaw(value) &&
	    parse_double(value->valuestring, &number) == 0)
		return number;
	return NAN;
}

int event_count(const struct event *event, const char *key)
{
	return cJSON_GetArraySize(item(event, key));
}

const char *event_get_text(const struct event *event, const char *key)
{
	return cJSON_GetStringValue(item(event, key));
}

char *event_json(const struct event *event)
{
	char *text = cJSON_PrintUnformatted(event->object);

	if (!text)
		die("out of memory (event)");
	return text;
}

struct event *event_parse(const char *json)
{
	cJSON *object = cJSON_Parse(json);
	struct event *event;

	if (!cJSON_IsObject(object)) {
		cJSON_Delete(object);
		return NULL;
	}
	event = xcalloc(1, sizeof(*event));
	event->object = object;
	return event;
}

bool event_compares(const struct event *event)
{
	const char *space = event_get_text(event, "space");

	return isnan(event_get(event, "layer")) &&
	    (!space || strcmp(space, "w") == 0);
}
