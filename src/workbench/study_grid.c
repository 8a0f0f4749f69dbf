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
#include "train/optimizer.h"
#include "transform/transform.h"

enum { GRID_LIMIT = 1 << 20, SEEDS_MOST = 1000, LIST_MOST = 256 };

static const char *const keys[] = {"title", "data", "images", "test",
	"validation", "epochs", "budget", "batch", "schedule", "choose",
	"backbones", "arms", "seeds", "compression", "sharpness", "probe",
	"headline", NULL};
static const char *const arm_keys[] = {"name", "opt", "snt", "lr", NULL};

static int wrong(const char *key, const char *what, struct error *error)
{
	return error_set(error, "%s: %s", key, what);
}

static int check_keys(const cJSON *object, const char *const *known,
    struct error *error)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, object) {
		int i = 0;

		while (known[i] && strcmp(known[i], item->string) != 0)
			i++;
		if (!known[i])
			return wrong(item->string, "no such key", error);
	}
	return 0;
}

static const cJSON *get(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static int read_text(const cJSON *object, const char *key, char **out,
    struct error *error)
{
	const cJSON *item = get(object, key);

	if (!item)
		return 0;
	if (!cJSON_IsString(item))
		return wrong(key, "not a text", error);
	free(*out);
	*out = xstrdup(item->valuestring);
	return 0;
}

static int read_number(const cJSON *object, const char *key, double least,
    double most, double *out, struct error *error)
{
	const cJSON *item = get(object, key);

	if (!item)
		return 0;
	if (!cJSON_IsNumber(item) || !(item->valuedouble >= least &&
	    item->valuedouble <= most))
		return error_set(error, "%s: a number from %g to %g", key,
		    least, most);
	*out = item->valuedouble;
	return 0;
}

/* How many of something; 0 is what holds without it. */
static int read_count(const cJSON *object, const char *key, long *out,
    struct error *error)
{
	double count = 0;

	if (read_number(object, key, 0, 1e9, &count, error))
		return -1;
	*out = (long)count;
	return 0;
}

static void list_add(struct study_list *list, char *text)
{
	list->text = xreallocarray(list->text, (size_t)list->count + 1,
	    sizeof(*list->text));
	list->text[list->count++] = text;
}

/* {"prune": 0.9, "quant": 4} as lines. */
static char *compression_line(const cJSON *object)
{
	const cJSON *prune = get(object, "prune");
	const cJSON *quant = get(object, "quant");
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
	const cJSON *array = get(object, key), *item;

	if (!array)
		return 0;
	if (!cJSON_IsArray(array))
		return wrong(key, "not a list", error);
	cJSON_ArrayForEach(item, array) {
		char *text = cJSON_IsString(item) ?
		    xstrdup(item->valuestring) : cJSON_IsObject(item) ?
		    compression_line(item) : NULL;

		if (!text || list->count == LIST_MOST) {
			free(text);
			return wrong(key, "not a list of texts", error);
		}
		list_add(list, text);
	}
	return 0;
}

static int add_seed(struct study_grid *grid, double seed, struct error *error)
{
	if (seed < 0 || seed != floor(seed) || seed > 0x1p53 ||
	    grid->seeds == SEEDS_MOST)
		return wrong("seeds", "not whole numbers from 0", error);
	grid->seed = xreallocarray(grid->seed, (size_t)grid->seeds + 1,
	    sizeof(*grid->seed));
	grid->seed[grid->seeds++] = (long)seed;
	return 0;
}

/* A list of seeds, or how many: 1, 2, ... */
static int read_seeds(const cJSON *object, struct study_grid *grid,
    struct error *error)
{
	const cJSON *seeds = get(object, "seeds"), *item;

	if (cJSON_IsNumber(seeds)) {
		for (int i = 1; i <= seeds->valuedouble; i++) {
			if (add_seed(grid, i, error))
				return -1;
		}
	}
	if (cJSON_IsArray(seeds)) {
		cJSON_ArrayForEach(item, seeds) {
			if (!cJSON_IsNumber(item))
				return wrong("seeds", "not numbers", error);
			if (add_seed(grid, item->valuedouble, error))
				return -1;
		}
	}
	if (!seeds)
		return add_seed(grid, 1, error);
	return grid->seeds ? 0 : wrong("seeds", "a list of numbers", error);
}

static int add_rate(struct study_arm *arm, const cJSON *item,
    struct error *error)
{
	if (!cJSON_IsNumber(item) || !(item->valuedouble > 0) ||
	    arm->rates == STUDY_RATES)
		return error_set(error, "arms: %s: lr: up to %d numbers above "
		    "0", arm->name, STUDY_RATES);
	arm->rate[arm->rates++] = item->valuedouble;
	return 0;
}

static int read_rates(const cJSON *object, struct study_arm *arm,
    struct error *error)
{
	const cJSON *rates = get(object, "lr"), *item;

	if (cJSON_IsArray(rates)) {
		cJSON_ArrayForEach(item, rates) {
			if (add_rate(arm, item, error))
				return -1;
		}
		return 0;
	}
	return rates ? add_rate(arm, rates, error) : 0;
}

/* "on" and true: the default transformation. */
static int read_transform(const cJSON *object, struct study_arm *arm,
    struct error *error)
{
	const cJSON *snt = get(object, "snt");

	if (!snt || cJSON_IsFalse(snt) || cJSON_IsNull(snt))
		return 0;
	if (cJSON_IsTrue(snt))
		arm->transform = xstrdup(transform_usual);
	else if (!cJSON_IsString(snt))
		return error_set(error, "arms: %s: snt: not a text",
		    arm->name);
	else if (strcmp(snt->valuestring, "off") != 0)
		arm->transform = xstrdup(
		    strncmp(snt->valuestring, "on ", 3) == 0 ?
		    snt->valuestring + 3 : strcmp(snt->valuestring, "on") ?
		    snt->valuestring : transform_usual);
	return 0;
}

/* "adam", "sam+expand": the names of an optimizer and of a transform. */
static void arm_from_name(struct study_arm *arm)
{
	char *name = xstrdup(arm->name), *plus = strchr(name, '+');

	if (plus) {
		*plus++ = '\0';
		arm->transform = xstrdup(strcmp(plus, "snt") ? plus :
		    transform_usual);
	}
	if (strcmp(name, "snt") == 0) {
		arm->transform = xstrdup(transform_usual);
		arm->optimizer = xstrdup("adam");
		free(name);
	} else {
		arm->optimizer = name;
	}
}

static int read_arm(const cJSON *item, struct study_arm *arm,
    struct error *error)
{
	if (cJSON_IsString(item)) {
		arm->name = xstrdup(item->valuestring);
		arm_from_name(arm);
		return 0;
	}
	if (!cJSON_IsObject(item))
		return wrong("arms", "a list of names or objects", error);
	if (check_keys(item, arm_keys, error) ||
	    read_text(item, "name", &arm->name, error) ||
	    read_text(item, "opt", &arm->optimizer, error))
		return error_prefix(error, "arms");
	if (!arm->name)
		return wrong("arms", "an arm has no name", error);
	if (!arm->optimizer)
		arm->optimizer = xstrdup("adam");
	return read_transform(item, arm, error) ||
	    read_rates(item, arm, error) ? -1 : 0;
}

/* The first words must be known; the rest is checked when it runs. */
static int check_arm(const struct study_grid *grid,
    const struct study_arm *arm, struct error *error)
{
	char word[32];

	for (int i = 0; &grid->arm[i] != arm; i++) {
		if (strcmp(grid->arm[i].name, arm->name) == 0)
			return error_set(error, "arms: two are called %s",
			    arm->name);
	}
	text_format(word, sizeof(word), "%.*s",
	    (int)strcspn(arm->optimizer, " "), arm->optimizer);
	if (!optimizer_find(word))
		return error_set(error, "arms: %s: no optimizer %s",
		    arm->name, word);
	if (!arm->transform)
		return 0;
	text_format(word, sizeof(word), "%.*s",
	    (int)strcspn(arm->transform, " "), arm->transform);
	if (!transform_find(word))
		return error_set(error, "arms: %s: no transform %s",
		    arm->name, word);
	return 0;
}

static int read_arms(const cJSON *object, struct study_grid *grid,
    struct error *error)
{
	const cJSON *arms = get(object, "arms"), *item;

	cJSON_ArrayForEach(item, arms) {
		struct study_arm *arm;

		grid->arm = xreallocarray(grid->arm, (size_t)grid->arms + 1,
		    sizeof(*grid->arm));
		arm = &grid->arm[grid->arms++];
		*arm = (struct study_arm){0};
		if (read_arm(item, arm, error) || check_arm(grid, arm, error))
			return -1;
	}
	return grid->arms ? 0 : wrong("arms", "a list of names or objects",
	    error);
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
	const cJSON *item = get(object, key);
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
		&grid->cosine, error))
		return -1;
	return read_either(object, "choose", "uncompressed", "compressed",
	    &grid->choose_compressed, error);
}

static int read_numbers(const cJSON *object, struct study_grid *grid,
    struct error *error)
{
	bool searches = false;

	for (int i = 0; i < grid->arms; i++)
		searches = searches || grid->arm[i].rates > 1;
	grid->validation = searches ? 0.1 : 0;
	grid->epochs = 1;
	if (read_count(object, "images", &grid->images, error) ||
	    read_count(object, "test", &grid->test, error) ||
	    read_count(object, "probe", &grid->probe, error) ||
	    read_count(object, "batch", &grid->batch, error) ||
	    read_number(object, "validation", 0, 0.9, &grid->validation,
		error) ||
	    read_number(object, "epochs", 1e-3, 1e6, &grid->epochs, error))
		return -1;
	if (searches && grid->validation <= 0)
		return wrong("validation", "a share above 0 is needed where "
		    "rates are chosen", error);
	return 0;
}

static int read_all(const cJSON *object, struct study_grid *grid,
    struct error *error)
{
	if (!cJSON_IsObject(object))
		return error_set(error, "not a JSON object");
	grid->data = xstrdup("fashion-mnist");
	if (check_keys(object, keys, error) ||
	    read_text(object, "title", &grid->title, error) ||
	    read_text(object, "data", &grid->data, error) ||
	    read_text(object, "headline", &grid->headline, error) ||
	    read_list(object, "backbones", &grid->backbones, error) ||
	    read_list(object, "compression", &grid->compression, error) ||
	    read_list(object, "sharpness", &grid->sharpness, error) ||
	    read_arms(object, grid, error) ||
	    read_numbers(object, grid, error) ||
	    read_choices(object, grid, error) ||
	    read_seeds(object, grid, error))
		return -1;
	if (grid->backbones.count == 0)
		return wrong("backbones", "a list of networks", error);
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
	if (grid->test || grid->probe)
		buffer_printf(&text, "test %ld probe %ld\n", grid->test,
		    grid->probe);
	print_list(&grid->compression, &text);
	print_list(&grid->sharpness, &text);
	hash_of(text.text, text.length, grid->fingerprint);
	buffer_free(&text);
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
	}
	free(grid->arm);
	free(grid->seed);
	list_free(&grid->backbones);
	list_free(&grid->compression);
	list_free(&grid->sharpness);
	free(grid->title);
	free(grid->data);
	free(grid->headline);
	free(grid);
}
