#include "workbench/study_row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/memory.h"

static double *unknown(int count)
{
	double *value = xcalloc((size_t)count + 1, sizeof(*value));

	for (int i = 0; i < count; i++)
		value[i] = NAN;
	return value;
}

struct study_row study_row_new(const struct study_grid *grid,
    const char *backbone, const char *arm, long seed)
{
	return (struct study_row){
		.backbone = xstrdup(backbone), .arm = xstrdup(arm),
		.seed = seed, .rate = NAN, .accuracy = NAN, .loss = NAN,
		.gradients = NAN, .seconds = NAN,
		.sharpness = unknown(grid->sharpness.count),
		.compressed = unknown(grid->compression.count),
		.compressed_loss = unknown(grid->compression.count),
		.bytes = unknown(grid->compression.count)};
}

void study_row_free(struct study_row *row)
{
	free(row->backbone);
	free(row->arm);
	free(row->sharpness);
	free(row->machine);
	free(row->compressed);
	free(row->compressed_loss);
	free(row->bytes);
}

static void put(cJSON *object, const char *key, double value)
{
	if (isfinite(value))
		cJSON_AddNumberToObject(object, key, value);
	else
		cJSON_AddNullToObject(object, key);
}

static double get(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

static const char *get_text(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object,
	    key));
}

static char *get_copy(const cJSON *object, const char *key)
{
	const char *text = get_text(object, key);

	return text ? xstrdup(text) : NULL;
}

static const struct study_arm *arm_of(const struct study_grid *grid,
    const char *name)
{
	for (int i = 0; i < grid->arms; i++) {
		if (strcmp(grid->arm[i].name, name) == 0)
			return &grid->arm[i];
	}
	return NULL;
}

static void put_lists(cJSON *object, const struct study_grid *grid,
    const struct study_row *row)
{
	cJSON *sharpness = cJSON_AddObjectToObject(object, "sharpness");
	cJSON *compression = cJSON_AddObjectToObject(object, "compression");

	for (int i = 0; i < grid->sharpness.count; i++)
		put(sharpness, grid->sharpness.text[i], row->sharpness[i]);
	for (int i = 0; i < grid->compression.count; i++) {
		cJSON *cell = cJSON_AddObjectToObject(compression,
		    grid->compression.text[i]);

		put(cell, "accuracy", row->compressed[i]);
		put(cell, "loss", row->compressed_loss[i]);
		put(cell, "bytes", row->bytes[i]);
	}
}

char *study_row_print(const struct study_grid *grid,
    const struct study_row *row)
{
	const struct study_arm *arm = arm_of(grid, row->arm);
	cJSON *object = cJSON_CreateObject();
	char *line, *text;

	cJSON_AddStringToObject(object, "backbone", row->backbone);
	cJSON_AddStringToObject(object, "arm", row->arm);
	cJSON_AddNumberToObject(object, "seed", (double)row->seed);
	cJSON_AddStringToObject(object, "opt", arm->optimizer);
	if (arm->transform)
		cJSON_AddStringToObject(object, "snt", arm->transform);
	if (arm->from > 0)
		put(object, "from", arm->from);
	if (arm->settings)
		cJSON_AddStringToObject(object, "set", arm->settings);
	put(object, "lr", row->rate);
	cJSON_AddBoolToObject(object, "search", row->search);
	put(object, "accuracy", row->accuracy);
	put(object, "loss", row->loss);
	put(object, "gradients", row->gradients);
	put(object, "seconds", row->seconds);
	if (row->machine)
		cJSON_AddStringToObject(object, "machine", row->machine);
	if (!row->search || grid->choose_compressed)
		put_lists(object, grid, row);
	cJSON_AddStringToObject(object, "plan", grid->fingerprint);
	text = cJSON_PrintUnformatted(object);
	cJSON_Delete(object);
	if (!text)
		die("out of memory (study)");
	line = xasprintf("%s\n", text);
	free(text);
	return line;
}

static void read_lists(const cJSON *object, const struct study_grid *grid,
    struct study_row *row)
{
	const cJSON *sharpness = cJSON_GetObjectItemCaseSensitive(object,
	    "sharpness");
	const cJSON *compression = cJSON_GetObjectItemCaseSensitive(object,
	    "compression");

	for (int i = 0; i < grid->sharpness.count; i++)
		row->sharpness[i] = get(sharpness, grid->sharpness.text[i]);
	for (int i = 0; i < grid->compression.count; i++) {
		const cJSON *cell = cJSON_GetObjectItemCaseSensitive(
		    compression, grid->compression.text[i]);

		row->compressed[i] = get(cell, "accuracy");
		row->compressed_loss[i] = get(cell, "loss");
		row->bytes[i] = get(cell, "bytes");
	}
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static double from_of(const cJSON *object)
{
	double from = get(object, "from");

	return isnan(from) ? 0 : from;
}

/* Of this plan, with the arm as it is in it. */
static bool belongs(const cJSON *object, const struct study_grid *grid)
{
	const char *name = get_text(object, "arm");
	const struct study_arm *arm = name ? arm_of(grid, name) : NULL;

	return arm && get_text(object, "backbone") &&
	    same_text(get_text(object, "plan"), grid->fingerprint) &&
	    same_text(get_text(object, "opt"), arm->optimizer) &&
	    same_text(get_text(object, "snt"), arm->transform) &&
	    same_text(get_text(object, "set"), arm->settings) &&
	    fabs(from_of(object) - arm->from) < 1e-6;
}

static struct study_row read_object(const cJSON *object,
    const struct study_grid *grid)
{
	struct study_row row = study_row_new(grid, get_text(object, "backbone"),
	    get_text(object, "arm"), (long)get(object, "seed"));

	row.rate = get(object, "lr");
	row.search = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object,
	    "search"));
	row.accuracy = get(object, "accuracy");
	row.loss = get(object, "loss");
	row.gradients = get(object, "gradients");
	row.seconds = get(object, "seconds");
	row.machine = get_copy(object, "machine");
	read_lists(object, grid, &row);
	return row;
}

bool study_row_parse(const struct study_grid *grid, const char *line,
    struct study_row *row)
{
	cJSON *object = cJSON_Parse(line);
	bool ours = object && belongs(object, grid);

	if (ours)
		*row = read_object(object, grid);
	cJSON_Delete(object);
	return ours;
}
