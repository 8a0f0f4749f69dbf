#include "workbench/study_grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "sharpness/measure.h"
#include "workbench/study_arms.h"
#include "workbench/study_plan.h"

enum { GRID_LIMIT = 1 << 20, SEEDS_MOST = 1000, LIST_MOST = 256 };

static const char *const keys[] = {"title", "data", "images", "test",
	"validation", "epochs", "budget", "batch", "schedule", "warmup", "choose",
	"choose_seeds", "backbones", "arms", "seeds", "compression",
	"sharpness", "probe", "headline", "split", NULL};

static void list_add(struct study_list *list, char *text)
{
	list->text = xreallocarray(list->text, (size_t)list->count + 1,
	    sizeof(*list->text));
	list->text[list->count++] = text;
}

/* {"prune": 0.9, "quant": 4} as lines. */
static char *compression_line(const cJSON *object)
{
	const cJSON *prune = plan_get(object, "prune");
	const cJSON *quant = plan_get(object, "quant");
	struct buffer line = {0};

	if (cJSON_IsNumber(prune))
		buffer_printf(&line, "prune %g", prune->valuedouble);
	if (cJSON_IsNumber(quant))
		buffer_printf(&line, "%squant %g", line.length ? "; " : "",
		    quant->valuedouble);
	return line.text;
}

static int read_list(const cJSON *object, const char *key,
    struct study_list *list, struct error *error)
{
	const cJSON *array = plan_get(object, key), *item;

	if (!array)
		return 0;
	if (!cJSON_IsArray(array))
		return plan_wrong(key, "not a list", error);
	cJSON_ArrayForEach(item, array) {
		char *text = cJSON_IsString(item) ?
		    xstrdup(item->valuestring) : cJSON_IsObject(item) ?
		    compression_line(item) : NULL;

		if (!text || list->count == LIST_MOST) {
			free(text);
			return plan_wrong(key, "not a list of texts", error);
		}
		list_add(list, text);
	}
	return 0;
}

static int add_seed(struct study_grid *grid, double seed, struct error *error)
{
	if (seed < 0 || seed != floor(seed) || seed > 0x1p53 ||
	    grid->seeds == SEEDS_MOST)
		return plan_wrong("seeds", "not whole numbers from 0", error);
	grid->seed = xreallocarray(grid->seed, (size_t)grid->seeds + 1,
	    sizeof(*grid->seed));
	grid->seed[grid->seeds++] = (long)seed;
	return 0;
}

/* A list of seeds, or how many: 1, 2, ... */
static int read_seeds(const cJSON *object, struct study_grid *grid,
    struct error *error)
{
	const cJSON *seeds = plan_get(object, "seeds"), *item;

	if (cJSON_IsNumber(seeds)) {
		for (int i = 1; i <= seeds->valuedouble; i++) {
			if (add_seed(grid, i, error))
				return -1;
		}
	}
	if (cJSON_IsArray(seeds)) {
		cJSON_ArrayForEach(item, seeds) {
			if (!cJSON_IsNumber(item))
				return plan_wrong("seeds", "not numbers", error);
			if (add_seed(grid, item->valuedouble, error))
				return -1;
		}
	}
	if (!seeds)
		return add_seed(grid, 1, error);
	return grid->seeds ? 0 : plan_wrong("seeds", "a list of numbers", error);
}

static int read_choose_seeds(const cJSON *object, struct study_grid *grid,
    struct error *error)
{
	double seeds = 1;

	if (plan_number(object, "choose_seeds", 1, grid->seeds, &seeds, error))
		return error_set(error, "choose_seeds: from 1 to the number of "
		    "seeds, %d", grid->seeds);
	if (seeds != floor(seeds))
		return plan_wrong("choose_seeds", "not a whole number", error);
	grid->choose_seeds = (int)seeds;
	return 0;
}

static int check_measures(const struct study_grid *grid, struct error *error)
{
	bool found = !grid->headline;

	for (int i = 0; i < grid->sharpness.count; i++) {
		const char *line = grid->sharpness.text[i];
		char name[32];

		text_format(name, sizeof(name), "%.*s",
		    (int)strcspn(line, " "), line);
		if (!measure_find(name))
			return error_set(error, "sharpness: no measure %s",
			    name);
		found = found || strcmp(name, grid->headline) == 0;
	}
	return found ? 0 : error_set(error, "headline: %s is not under "
	    "sharpness", grid->headline);
}

/* One of two words; the first is the default. */
static int read_either(const cJSON *object, const char *key,
    const char *first, const char *second, bool *is_second,
    struct error *error)
{
	const cJSON *item = plan_get(object, key);
	const char *text = cJSON_GetStringValue(item);

	*is_second = text && strcmp(text, second) == 0;
	if (item && !*is_second && (!text || strcmp(text, first) != 0))
		return error_set(error, "%s: %s or %s", key, first, second);
	return 0;
}

static int read_choices(const cJSON *object, struct study_grid *grid,
    struct error *error)
{
	if (read_either(object, "budget", "epochs", "gradients",
		&grid->equal_gradients, error) ||
	    read_either(object, "schedule", "constant", "cosine",
		&grid->cosine, error) ||
	    read_either(object, "split", "test", "validation",
		&grid->on_validation, error))
		return -1;
	return read_either(object, "choose", "uncompressed", "compressed",
	    &grid->choose_compressed, error);
}

/* Whether rates are chosen, or runs measured, on a validation split. */
static bool needs_validation(const struct study_grid *grid)
{
	bool needs = grid->on_validation;

	for (int i = 0; i < grid->arms; i++)
		needs = needs || grid->arm[i].rates > 1;
	return needs;
}

static int read_numbers(const cJSON *object, struct study_grid *grid,
    struct error *error)
{
	bool needs = needs_validation(grid);

	grid->validation = needs ? 0.1 : 0;
	grid->epochs = 1;
	if (plan_count(object, "images", &grid->images, error) ||
	    plan_count(object, "test", &grid->test, error) ||
	    plan_count(object, "probe", &grid->probe, error) ||
	    plan_count(object, "batch", &grid->batch, error) ||
	    plan_number(object, "validation", 0, 0.9, &grid->validation,
		error) ||
	    plan_number(object, "epochs", 1e-3, 1e6, &grid->epochs, error) ||
	    plan_number(object, "warmup", 0, 0.9, &grid->warmup, error))
		return -1;
	if (grid->warmup > 0 && !grid->cosine)
		return plan_wrong("warmup", "of the cosine schedule alone",
		    error);
	if (needs && grid->validation <= 0)
		return plan_wrong("validation", "a share above 0 is needed where "
		    "rates are chosen or runs are measured on it", error);
	return 0;
}

static int read_all(const cJSON *object, struct study_grid *grid,
    struct error *error)
{
	if (!cJSON_IsObject(object))
		return error_set(error, "not a JSON object");
	grid->data = xstrdup("fashion-mnist");
	if (plan_keys(object, keys, error) ||
	    plan_text(object, "title", &grid->title, error) ||
	    plan_text(object, "data", &grid->data, error) ||
	    plan_text(object, "headline", &grid->headline, error) ||
	    read_list(object, "backbones", &grid->backbones, error) ||
	    read_list(object, "compression", &grid->compression, error) ||
	    read_list(object, "sharpness", &grid->sharpness, error) ||
	    study_arms_read(object, grid, error) ||
	    read_choices(object, grid, error) ||
	    read_numbers(object, grid, error) ||
	    read_seeds(object, grid, error) ||
	    read_choose_seeds(object, grid, error))
		return -1;
	if (grid->backbones.count == 0)
		return plan_wrong("backbones", "a list of networks", error);
	return check_measures(grid, error);
}

static void print_list(const struct study_list *list, struct buffer *out)
{
	for (int i = 0; i < list->count; i++)
		buffer_printf(out, "%s|", list->text[i]);
	buffer_puts(out, "\n");
}

/* Backbones, arms and seeds may be added later: rows name theirs. */
static void fingerprint(struct study_grid *grid)
{
	struct buffer text = {0};

	buffer_printf(&text, "%s %ld %.17g %.17g %d %ld\n", grid->data,
	    grid->images, grid->validation, grid->epochs,
	    grid->equal_gradients, grid->batch);
	if (grid->cosine || grid->choose_compressed)
		buffer_printf(&text, "%d %d\n", grid->cosine,
		    grid->choose_compressed);
	if (grid->warmup > 0)
		buffer_printf(&text, "warmup %.17g\n", grid->warmup);
	if (grid->test || grid->probe)
		buffer_printf(&text, "test %ld probe %ld\n", grid->test,
		    grid->probe);
	if (grid->on_validation)
		buffer_puts(&text, "on validation\n");
	print_list(&grid->compression, &text);
	print_list(&grid->sharpness, &text);
	hash_of(text.text, text.length, grid->fingerprint);
	buffer_free(&text);
}

/* Of networks and arms that nobody has looked at yet. */
static void forget_costs(struct study_grid *grid)
{
	grid->macs = xreallocarray(NULL, (size_t)grid->backbones.count,
	    sizeof(*grid->macs));
	for (int i = 0; i < grid->backbones.count; i++)
		grid->macs[i] = 1;
	for (int i = 0; i < grid->arms; i++)
		grid->arm[i].gradients = 1;
}

struct study_grid *study_grid_read(const char *path, struct error *error)
{
	size_t size;
	char *text = file_read(path, GRID_LIMIT, &size, error);
	cJSON *object = text ? cJSON_Parse(text) : NULL;
	struct study_grid *grid = NULL;

	if (text && !object) {
		error_set(error, "%s: not JSON", path);
	} else if (text) {
		grid = xcalloc(1, sizeof(*grid));
		if (read_all(object, grid, error)) {
			error_prefix(error, "%s", path);
			study_grid_free(grid);
			grid = NULL;
		} else {
			fingerprint(grid);
			forget_costs(grid);
		}
	}
	cJSON_Delete(object);
	free(text);
	return grid;
}

static void list_free(struct study_list *list)
{
	for (int i = 0; i < list->count; i++)
		free(list->text[i]);
	free(list->text);
}

void study_grid_free(struct study_grid *grid)
{
	if (!grid)
		return;
	for (int i = 0; i < grid->arms; i++) {
		free(grid->arm[i].name);
		free(grid->arm[i].optimizer);
		free(grid->arm[i].transform);
		free(grid->arm[i].settings);
	}
	free(grid->arm);
	free(grid->macs);
	free(grid->seed);
	list_free(&grid->backbones);
	list_free(&grid->compression);
	list_free(&grid->sharpness);
	free(grid->title);
	free(grid->data);
	free(grid->headline);
	free(grid);
}
