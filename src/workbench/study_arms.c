#include "workbench/study_arms.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "train/optimizer.h"
#include "transform/transform.h"
#include "workbench/study_plan.h"

static const char *const arm_keys[] = {"name", "opt", "snt", "from", "set",
	"lr", NULL};

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
	const cJSON *rates = plan_get(object, "lr"), *item;

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
	const cJSON *snt = plan_get(object, "snt");

	if (!snt || cJSON_IsFalse(snt) || cJSON_IsNull(snt))
		return 0;
	if (cJSON_IsTrue(snt))
		arm->transform = xstrdup(TRANSFORM_USUAL);
	else if (!cJSON_IsString(snt))
		return error_set(error, "arms: %s: snt: not a text",
		    arm->name);
	else if (strcmp(snt->valuestring, "off") != 0)
		arm->transform = xstrdup(
		    strncmp(snt->valuestring, "on ", 3) == 0 ?
		    snt->valuestring + 3 : strcmp(snt->valuestring, "on") ?
		    snt->valuestring : TRANSFORM_USUAL);
	return 0;
}

static int read_from(const cJSON *object, struct study_arm *arm,
    struct error *error)
{
	if (plan_number(object, "from", 0, 0.99, &arm->from, error) ||
	    (arm->from > 0 && !arm->transform &&
	    plan_wrong("from", "a share of the run without a transformation, "
	    "which needs snt", error)))
		return error_prefix(error, "arms: %s", arm->name);
	return 0;
}

/* "adam", "sam+expand": the names of an optimizer and of a transform. */
static void arm_from_name(struct study_arm *arm)
{
	char *name = xstrdup(arm->name), *plus = strchr(name, '+');

	if (plus) {
		*plus++ = '\0';
		arm->transform = xstrdup(strcmp(plus, "snt") ? plus :
		    TRANSFORM_USUAL);
	}
	if (strcmp(name, "snt") == 0) {
		arm->transform = xstrdup(TRANSFORM_USUAL);
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
		return plan_wrong("arms", "a list of names or objects", error);
	if (plan_keys(item, arm_keys, error) ||
	    plan_text(item, "name", &arm->name, error) ||
	    plan_text(item, "opt", &arm->optimizer, error) ||
	    plan_text(item, "set", &arm->settings, error))
		return error_prefix(error, "arms");
	if (!arm->name)
		return plan_wrong("arms", "an arm has no name", error);
	if (!arm->optimizer)
		arm->optimizer = xstrdup("adam");
	return read_transform(item, arm, error) ||
	    read_from(item, arm, error) ||
	    read_rates(item, arm, error) ? -1 : 0;
}

/* The first words must be known; the rest is checked by a rehearsal. */
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

int study_arms_read(const cJSON *object, struct study_grid *grid,
    struct error *error)
{
	const cJSON *arms = plan_get(object, "arms"), *item;

	cJSON_ArrayForEach(item, arms) {
		struct study_arm *arm;

		grid->arm = xreallocarray(grid->arm, (size_t)grid->arms + 1,
		    sizeof(*grid->arm));
		arm = &grid->arm[grid->arms++];
		*arm = (struct study_arm){0};
		if (read_arm(item, arm, error) || check_arm(grid, arm, error))
			return -1;
	}
	return grid->arms ? 0 : plan_wrong("arms", "a list of names or objects",
	    error);
}
