#include "config.h"

#include "workbench/wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/picture.h"
#include "workbench/publish.h"

/* One walk over a snapshot serves both directions: it writes to `out`, or
 * else reads what lies between `at` and `end`. */
struct wire {
	struct buffer *out;
	const char *at, *end;
	bool failed;
};

/* Text fields that were read end in any case. */
#define ENDED(wire, field) ((wire)->out ? (void)0 : \
	(void)((field)[sizeof(field) - 1] = '\0'))

const char *wire_layout(void)
{
	static char layout[96];

	if (!layout[0])
		text_format(layout, sizeof(layout), "%s-%zu-%zu-%zu-%zu-%zu-%zu",
		    PACKAGE_VERSION, sizeof(struct snapshot),
		    sizeof(struct run_view), sizeof(struct layer_view),
		    sizeof(struct layer_curve_view),
		    sizeof(struct weight_view), sizeof(struct mark));
	return layout;
}

static void wire_bytes(struct wire *wire, void *data, size_t size)
{
	if (wire->out) {
		buffer_add(wire->out, data, size);
		return;
	}
	if (wire->failed || size > (size_t)(wire->end - wire->at)) {
		wire->failed = true;
		memset(data, 0, size);
		return;
	}
	memcpy(data, wire->at, size);
	wire->at += size;
}

/* `count` entries at *array, or none; the count is known already. */
static void wire_array(struct wire *wire, void *array, size_t count,
    size_t size)
{
	void **place = array;
	char there = wire->out && *place;

	wire_bytes(wire, &there, 1);
	if (wire->out) {
		if (there)
			wire_bytes(wire, *place, count * size);
		return;
	}
	*place = NULL;
	if (!there)
		return;
	if (count > (size_t)(wire->end - wire->at) / size) {
		wire->failed = true;
		return;
	}
	*place = xcalloc(count + 1, size);
	wire_bytes(wire, *place, count * size);
}

static void wire_text(struct wire *wire, char **text)
{
	size_t length = wire->out && *text ? strlen(*text) : 0;

	wire_bytes(wire, &length, sizeof(length));
	wire_array(wire, text, length, 1);
}

/* A count of what an array holds: none without it, never below none. */
static void check_count(struct wire *wire, int *count, const void *array)
{
	if (wire->out)
		return;
	if (*count < 0 || (*count > 0 && !array)) {
		wire->failed = true;
		*count = 0;
	}
}

static size_t size_of(int count)
{
	return count > 0 ? (size_t)count : 0;
}

static void walk_map(struct wire *wire, struct map_view *map)
{
	size_t columns = size_of(map->columns), rows = size_of(map->rows);

	wire_array(wire, &map->at, columns, sizeof(*map->at));
	wire_array(wire, &map->step, rows, sizeof(*map->step));
	wire_array(wire, &map->accuracy, columns * rows,
	    sizeof(*map->accuracy));
	check_count(wire, &map->columns, map->at);
	check_count(wire, &map->rows, map->accuracy);
	check_count(wire, &map->rows, map->step);
}

/* Its numbers belong to it, so it is made anew from what was read. */
static void walk_picture(struct wire *wire, struct picture **picture)
{
	struct picture view = {0};
	char there = wire->out && *picture;

	wire_bytes(wire, &there, 1);
	if (!wire->out)
		*picture = NULL;
	else if (there)
		view = **picture;
	if (!there)
		return;
	wire_bytes(wire, &view, sizeof(view));
	wire_array(wire, &view.at, size_of(view.columns), sizeof(*view.at));
	wire_array(wire, &view.value, size_of(view.rows) *
	    size_of(view.columns), sizeof(*view.value));
	check_count(wire, &view.columns, view.at);
	check_count(wire, &view.rows, view.value);
	if (wire->out)
		return;
	ENDED(wire, view.reading.text);
	/* One without numbers comes of damage, and shows nothing. */
	if (!wire->failed && view.columns > 0 && view.rows > 0)
		*picture = picture_copy(&view);
	free((void *)view.at);
	free((void *)view.value);
}

static void walk_curve(struct wire *wire, struct curve *curve)
{
	wire_array(wire, &curve->point, size_of(curve->count),
	    sizeof(*curve->point));
	check_count(wire, &curve->count, curve->point);
}

static void walk_layer_curves(struct wire *wire, struct run_view *run)
{
	wire_array(wire, &run->layer_curve, size_of(run->layer_curves),
	    sizeof(*run->layer_curve));
	check_count(wire, &run->layer_curves, run->layer_curve);
	for (int i = 0; i < run->layer_curves; i++) {
		struct layer_curve_view *view = &run->layer_curve[i];

		walk_curve(wire, &view->curve);
		ENDED(wire, view->reading.text);
		if (!wire->out && view->layer < 1)
			wire->failed = true;
	}
}

static void walk_run(struct wire *wire, struct run_view *run)
{
	for (int i = 0; i < CURVES; i++)
		walk_curve(wire, &run->curve[i]);
	walk_layer_curves(wire, run);
	wire_array(wire, &run->ratio_point, size_of(run->ratio_points),
	    sizeof(*run->ratio_point));
	wire_array(wire, &run->bit_point, size_of(run->bit_points),
	    sizeof(*run->bit_point));
	check_count(wire, &run->ratio_points, run->ratio_point);
	check_count(wire, &run->bit_points, run->bit_point);
	wire_array(wire, &run->mark, size_of(run->marks),
	    sizeof(*run->mark));
	wire_array(wire, &run->note, size_of(run->notes),
	    sizeof(*run->note));
	wire_array(wire, &run->kept_state, size_of(run->kept),
	    sizeof(*run->kept_state));
	check_count(wire, &run->marks, run->mark);
	check_count(wire, &run->notes, run->note);
	check_count(wire, &run->kept, run->kept_state);
	for (int i = 0; i < 2; i++) {
		walk_map(wire, &run->map[i]);
		walk_map(wire, &run->sensitivity[i]);
	}
	for (int i = 0; i < PICTURES; i++)
		walk_picture(wire, &run->picture[i]);
	for (int i = 0; i < CURVES; i++)
		ENDED(wire, run->reading[i].text);
	ENDED(wire, run->name);
	ENDED(wire, run->parent);
	ENDED(wire, run->arm);
	ENDED(wire, run->position);
}

static void walk_compress(struct wire *wire, struct compress_view *view)
{
	ENDED(wire, view->method);
	ENDED(wire, view->scope);
	ENDED(wire, view->per);
	ENDED(wire, view->how);
}

static void walk_lesson(struct wire *wire, struct lesson_view *lesson)
{
	char **texts[] = {&lesson->text, &lesson->question, &lesson->reveal,
		&lesson->lines, &lesson->found, &lesson->given, &lesson->said};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		wire_text(wire, texts[i]);
	wire_array(wire, &lesson->choice, size_of(lesson->choices),
	    sizeof(*lesson->choice));
	check_count(wire, &lesson->choices, lesson->choice);
	for (int i = 0; i < lesson->choices; i++)
		wire_text(wire, &lesson->choice[i]);
	ENDED(wire, lesson->name);
	ENDED(wire, lesson->title);
}

static void walk_log(struct wire *wire, struct snapshot *snapshot)
{
	wire_array(wire, &snapshot->log, size_of(snapshot->log_lines),
	    sizeof(*snapshot->log));
	check_count(wire, &snapshot->log_lines, snapshot->log);
	for (int i = 0; i < snapshot->log_lines; i++)
		wire_text(wire, &snapshot->log[i].text);
}

static void walk_network(struct wire *wire, struct snapshot *snapshot)
{
	size_t layers = size_of(snapshot->layers);

	wire_array(wire, &snapshot->layer, layers, sizeof(*snapshot->layer));
	wire_array(wire, &snapshot->weights, layers,
	    sizeof(*snapshot->weights));
	check_count(wire, &snapshot->layers, snapshot->layer);
	ENDED(wire, snapshot->network);
}

static void walk(struct wire *wire, struct snapshot *snapshot)
{
	wire_bytes(wire, snapshot, sizeof(*snapshot));
	walk_network(wire, snapshot);
	wire_array(wire, &snapshot->run, size_of(snapshot->runs),
	    sizeof(*snapshot->run));
	check_count(wire, &snapshot->runs, snapshot->run);
	for (int i = 0; i < snapshot->runs; i++)
		walk_run(wire, &snapshot->run[i]);
	walk_compress(wire, &snapshot->compress);
	walk_lesson(wire, &snapshot->lesson);
	walk_log(wire, snapshot);
	wire_text(wire, &snapshot->comparison);
	wire_text(wire, &snapshot->study);
	wire_text(wire, &snapshot->dump);
	ENDED(wire, snapshot->data);
	ENDED(wire, snapshot->data_note);
	ENDED(wire, snapshot->session);
	ENDED(wire, snapshot->screen.theme);
	ENDED(wire, snapshot->screen.plot);
	ENDED(wire, snapshot->screen.mouse);
	ENDED(wire, snapshot->screen.presentation);
	ENDED(wire, snapshot->marker);
	for (int i = 0; i < SNAPSHOT_JOBS; i++)
		ENDED(wire, snapshot->job[i].text);
}

/* The arrays are written from copies, so that the snapshot stays as it is;
 * what they point to is not changed by writing. */
void wire_put(const struct snapshot *snapshot, struct buffer *out)
{
	struct wire wire = {.out = out};
	struct snapshot copy = *snapshot;

	walk(&wire, &copy);
}

static bool in_order(const struct wire *wire, const struct snapshot *snapshot)
{
	bool texts = true;

	for (int i = 0; i < snapshot->log_lines; i++)
		texts = texts && snapshot->log[i].text;
	for (int i = 0; i < snapshot->lesson.choices; i++)
		texts = texts && snapshot->lesson.choice[i];
	return texts && !wire->failed && wire->at == wire->end &&
	    snapshot->current >= -1 && snapshot->current < snapshot->runs &&
	    snapshot->jobs >= 0 && snapshot->jobs <= SNAPSHOT_JOBS;
}

struct snapshot *wire_take(const void *bytes, size_t size,
    struct error *error)
{
	struct wire wire = {.at = bytes, .end = (const char *)bytes + size};
	struct snapshot *snapshot = xcalloc(1, sizeof(*snapshot));

	walk(&wire, snapshot);
	if (in_order(&wire, snapshot))
		return snapshot;
	snapshot_free(snapshot);
	error_set(error, "a frame that cannot be read");
	return NULL;
}
