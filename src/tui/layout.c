/*
 * Panels stand in bands, one above the other. Each band has a least height;
 * bands for which there is no room fold to one line, and at last vanish. The
 * band of the panel in focus is always open. What only a large terminal has
 * room for does not fold: it is open or absent.
 */
#include "tui/layout.h"

#include <string.h>

enum { BANDS_MAX = 10, PLACES = 3, FOLDED = 1,
	FEW_ROWS = 9,		/* below: no key bar */
	TIMELINE_ROWS = 16,	/* below: no timeline */
	WIDE = 64,		/* below: one panel in a band */
	VERY_WIDE = 150,	/* from here: three */
	LEAST_OPEN = 4, NO_LIMIT = 1000,
	UNFOLDED = 7,		/* in focus, a band that else stays folded */
	/* Rows of the compression panel without and with a curve. */
	SLIDERS_ONLY = 5, SLIDERS_AND_CURVE = 8 };

struct band {
	int panels;
	enum panel_name panel[PLACES];
	int share[PLACES];	/* of the width */
	int least, most;	/* rows when open */
	int weight;		/* of what is left over */
	int order;		/* opened in this order */
	int from;		/* only where all have so many rows; 0: else
				 * it folds */
};

#define ONE(p) 1, {p}, {1}
#define TWO(p, a, q, b) 2, {p, q}, {a, b}
#define THREE(p, a, q, b, r, c) 3, {p, q, r}, {a, b, c}

/* Many small plots, for who has the room. */
#define SMALL(rows, order, from) {THREE(PANEL_LAYERS, 4, PANEL_WEIGHTS, 4, \
	PANEL_LANDSCAPE, 4), rows, NO_LIMIT, 4, order, from}

static const struct band all_wide[] = {
	{TWO(PANEL_NETWORK, 3, PANEL_LOSS, 5), 7, NO_LIMIT, 6, 1, 0},
	{TWO(PANEL_RUNS, 3, PANEL_SHARPNESS, 5), 5, NO_LIMIT, 4, 3, 0},
	{ONE(PANEL_COMPRESSION), SLIDERS_ONLY, 22, 4, 2, 0},
	SMALL(11, 5, 64),
	{ONE(PANEL_LOG), 1, 14, 2, 4, 0},
	{0}};
static const struct band all_very_wide[] = {
	{THREE(PANEL_NETWORK, 3, PANEL_LOSS, 4, PANEL_SHARPNESS, 4), 7,
		NO_LIMIT, 6, 1, 0},
	{TWO(PANEL_RUNS, 3, PANEL_COMPRESSION, 8), 6, NO_LIMIT, 4, 2, 0},
	SMALL(11, 4, 50),
	{ONE(PANEL_LOG), 1, 14, 2, 3, 0},
	{0}};
static const struct band all_narrow[] = {
	{ONE(PANEL_NETWORK), LEAST_OPEN, NO_LIMIT, 2, 5, 0},
	{ONE(PANEL_LOSS), LEAST_OPEN, NO_LIMIT, 4, 1, 0},
	{ONE(PANEL_RUNS), LEAST_OPEN, NO_LIMIT, 1, 4, 0},
	{ONE(PANEL_SHARPNESS), LEAST_OPEN, NO_LIMIT, 3, 3, 0},
	{ONE(PANEL_COMPRESSION), LEAST_OPEN, 20, 2, 2, 0},
	{ONE(PANEL_LOG), 1, 12, 1, 6, 0},
	{ONE(PANEL_LAYERS), LEAST_OPEN, NO_LIMIT, 2, 7, 70},
	{ONE(PANEL_LANDSCAPE), LEAST_OPEN, NO_LIMIT, 2, 8, 70},
	{ONE(PANEL_WEIGHTS), LEAST_OPEN, NO_LIMIT, 2, 9, 70},
	{0}};
static const struct band train_wide[] = {
	{ONE(PANEL_LOSS), 6, NO_LIMIT, 6, 1, 0},
	{ONE(PANEL_SHARPNESS), 6, NO_LIMIT, 5, 2, 0},
	{TWO(PANEL_NETWORK, 1, PANEL_RUNS, 1), 5, 8, 1, 3, 0},
	{ONE(PANEL_COMPRESSION), FOLDED, FOLDED, 0, 5, 0},
	SMALL(11, 6, 64),
	{ONE(PANEL_LOG), 1, 8, 1, 4, 0},
	{0}};
static const struct band train_very_wide[] = {
	{TWO(PANEL_LOSS, 1, PANEL_SHARPNESS, 1), 8, NO_LIMIT, 8, 1, 0},
	{THREE(PANEL_NETWORK, 3, PANEL_RUNS, 4, PANEL_COMPRESSION, 5), 5, 14,
		2, 2, 0},
	SMALL(11, 4, 50),
	{ONE(PANEL_LOG), 1, 12, 1, 3, 0},
	{0}};
static const struct band compress_wide[] = {
	{ONE(PANEL_COMPRESSION), 9, NO_LIMIT, 8, 1, 0},
	{TWO(PANEL_NETWORK, 1, PANEL_RUNS, 1), 5, 12, 2, 2, 0},
	{TWO(PANEL_LOSS, 1, PANEL_SHARPNESS, 1), FOLDED, FOLDED, 0, 4, 0},
	{TWO(PANEL_LAYERS, 5, PANEL_WEIGHTS, 3), 9, NO_LIMIT, 5, 5, 0},
	{ONE(PANEL_LANDSCAPE), LEAST_OPEN, NO_LIMIT, 0, 6, NO_LIMIT},
	{ONE(PANEL_LOG), 1, 8, 1, 3, 0},
	{0}};
static const struct band compare_wide[] = {
	{ONE(PANEL_RUNS), 5, 16, 2, 1, 0},
	{TWO(PANEL_LOSS, 1, PANEL_SHARPNESS, 1), 7, NO_LIMIT, 6, 2, 0},
	{ONE(PANEL_COMPRESSION), 5, 22, 4, 3, 0},
	{TWO(PANEL_NETWORK, 1, PANEL_LOG, 1), FOLDED, FOLDED, 0, 4, 0},
	SMALL(11, 5, 64),
	{0}};
static const struct band landscape_wide[] = {
	{ONE(PANEL_LANDSCAPE), 9, NO_LIMIT, 9, 1, 0},
	{TWO(PANEL_SHARPNESS, 5, PANEL_RUNS, 3), 6, NO_LIMIT, 5, 2, 0},
	{TWO(PANEL_NETWORK, 1, PANEL_LOSS, 1), FOLDED, FOLDED, 0, 4, 0},
	{ONE(PANEL_COMPRESSION), FOLDED, FOLDED, 0, 5, 0},
	{TWO(PANEL_LAYERS, 1, PANEL_WEIGHTS, 1), 9, 20, 4, 6, 50},
	{ONE(PANEL_LOG), 1, 8, 1, 3, 0},
	{0}};
/* Large, for who sits far away: what is trained, and what is left of it. */
static const struct band teach_wide[] = {
	{TWO(PANEL_LOSS, 1, PANEL_SHARPNESS, 1), 8, NO_LIMIT, 8, 1, 0},
	{ONE(PANEL_COMPRESSION), SLIDERS_ONLY, 22, 5, 2, 0},
	{TWO(PANEL_RUNS, 1, PANEL_NETWORK, 1), 5, 10, 2, 3, 0},
	{ONE(PANEL_LANDSCAPE), 11, NO_LIMIT, 4, 5, 60},
	{TWO(PANEL_LAYERS, 1, PANEL_WEIGHTS, 1), LEAST_OPEN, NO_LIMIT, 0, 6,
		NO_LIMIT},
	{ONE(PANEL_LOG), 1, FOLDED, 0, 4, 0},
	{0}};

/* `first` is what it is for: where it is narrow, all others stand behind. */
static const struct {
	const char *name;
	const struct band *wide, *very_wide;
	enum panel_name first;
} presets[PRESETS] = {
	[PRESET_ALL] = {"everything", all_wide, all_very_wide, PANEL_LOSS},
	[PRESET_TRAIN] = {"training", train_wide, train_very_wide,
		PANEL_LOSS},
	[PRESET_COMPRESS] = {"compression", compress_wide, compress_wide,
		PANEL_COMPRESSION},
	[PRESET_COMPARE] = {"comparison", compare_wide, compare_wide,
		PANEL_RUNS},
	[PRESET_LANDSCAPE] = {"landscape", landscape_wide, landscape_wide,
		PANEL_LANDSCAPE},
	[PRESET_TEACH] = {"teaching", teach_wide, teach_wide, PANEL_LOSS},
};

const char *preset_name(enum preset preset)
{
	return presets[preset].name;
}

static const struct band *table_of(int columns, enum preset preset)
{
	return columns < WIDE ? all_narrow : columns < VERY_WIDE ?
	    presets[preset].wide : presets[preset].very_wide;
}

static bool has_panel(const struct band *band, enum panel_name panel)
{
	for (int i = 0; i < band->panels; i++) {
		if (band->panel[i] == panel)
			return true;
	}
	return false;
}

/* The bands of a preset; returns their number. */
static int take_bands(int columns, enum preset preset, struct band *band)
{
	const struct band *table = table_of(columns, preset);
	int count = 0;

	for (; table[count].panels; count++) {
		band[count] = table[count];
		if (table == all_narrow && has_panel(&band[count],
			presets[preset].first))
			band[count].order = band[count].from = 0;
	}
	return count;
}

/* The first bands in order get their row; the one in focus at once. */
static int fold_all(const struct band *band, int count, int focus, bool wide,
    int room, int *height)
{
	int least = band[focus].least > LEAST_OPEN ? band[focus].least :
	    !wide ? LEAST_OPEN : has_panel(&band[focus], PANEL_COMPRESSION) ?
	    SLIDERS_ONLY : band[focus].most == FOLDED ? UNFOLDED : LEAST_OPEN;

	memset(height, 0, (size_t)count * sizeof(*height));
	height[focus] = least < room ? least : room;
	room -= height[focus];
	for (int order = 0; order <= count; order++) {
		for (int i = 0; i < count; i++) {
			if (band[i].order == order && !band[i].from &&
			    i != focus && room > 0) {
				height[i] = FOLDED;
				room--;
			}
		}
	}
	return room;
}

static int open_bands(const struct band *band, int count, int body, int room,
    int *height)
{
	for (int order = 0; order <= count; order++) {
		for (int i = 0; i < count; i++) {
			int more = band[i].least - height[i];
			bool there = band[i].from ? body >= band[i].from :
			    height[i] > 0;

			if (band[i].order != order || more <= 0 ||
			    more > room || !there)
				continue;
			height[i] += more;
			room -= more;
		}
	}
	return room;
}

/* A row at a time to the open band that is furthest below its share. */
static void share_out(const struct band *band, int count, int focus, int room,
    int *height)
{
	while (room > 0) {
		int best = -1;

		for (int i = 0; i < count; i++) {
			bool open = height[i] > FOLDED;
			int most = i == focus ? NO_LIMIT : band[i].most;

			if (!open || height[i] >= most || (!band[i].weight &&
			    i != focus))
				continue;
			if (best < 0 || height[i] * band[best].weight <
			    height[best] * band[i].weight)
				best = i;
		}
		if (best < 0)
			best = focus;
		height[best]++;
		room--;
	}
}

/* From this many rows on the log is more than its newest line. */
static int open_log(const struct band *band, int count, int body, int room,
    int *height)
{
	enum { MANY_ROWS = 25, LOG_ROWS = 4 };

	for (int i = 0; i < count; i++) {
		if (band[i].panel[0] == PANEL_LOG && height[i] == FOLDED &&
		    body >= MANY_ROWS && room >= LOG_ROWS - FOLDED) {
			height[i] = LOG_ROWS;
			room -= LOG_ROWS - FOLDED;
		}
	}
	return room;
}

/* Rows that the compression panel could only leave blank go to the first
 * band. */
static void no_blank_rows(const struct band *band, int count, int *height)
{
	for (int i = 1; i < count; i++) {
		if (band[i].panel[0] == PANEL_COMPRESSION &&
		    band[i].panels == 1 && height[0] > FOLDED &&
		    height[i] > SLIDERS_ONLY &&
		    height[i] < SLIDERS_AND_CURVE) {
			height[0] += height[i] - SLIDERS_ONLY;
			height[i] = SLIDERS_ONLY;
		}
	}
}

static void place_band(const struct band *band, int row, int rows,
    int columns, struct layout *layout)
{
	enum frame frame = rows == FOLDED ? FRAME_LINE : columns < WIDE ?
	    FRAME_RULE : FRAME_BOX;
	int shares = 0, taken = 0;

	for (int i = 0; i < band->panels; i++)
		shares += band->share[i];
	for (int i = 0, so_far = 0; i < band->panels; i++) {
		enum panel_name panel = band->panel[i];
		int end;

		so_far += band->share[i];
		end = columns * so_far / shares;
		layout->panel[panel] = (struct rectangle){row, taken, rows,
			end - taken};
		layout->frame[panel] = frame;
		taken = end;
	}
}

static void place_bars(int rows, int columns, struct layout *layout)
{
	int keys = rows >= FEW_ROWS;

	layout->status = (struct rectangle){0, 0, 1, columns};
	layout->prompt = (struct rectangle){rows - 1 - keys, 0, 1, columns};
	if (keys)
		layout->keys = (struct rectangle){rows - 1, 0, 1, columns};
	layout->body = (struct rectangle){1, 0, rows - 2 - keys, columns};
}

static void place_timeline(struct layout *layout)
{
	struct rectangle *body = &layout->body;

	body->rows--;
	layout->timeline = (struct rectangle){body->row + body->rows, 0, 1,
		body->columns};
}

/* Two fifths for the lesson, half for an audience, where that leaves room for
 * panels. */
static void place_lesson(const struct layout_wish *wish,
    struct layout *layout)
{
	enum { LEAST = 6, MOST = 18 };
	struct rectangle *body = &layout->body;
	int rows = wish->presentation ? body->rows / 2 : body->rows * 2 / 5;

	if (rows < LEAST)
		return;
	rows = rows > MOST && !wish->presentation ? MOST : rows;
	layout->lesson = (struct rectangle){body->row, 0, rows,
		body->columns};
	body->row += rows;
	body->rows -= rows;
}

/* An audience sees one panel rather than several small ones. */
static bool shows_one(const struct layout_wish *wish,
    const struct layout *layout)
{
	enum { FEW = 16 };

	return wish->zoomed || (wish->presentation &&
	    layout->body.rows < FEW);
}

static void place_bands(const struct layout_wish *wish, struct layout *layout)
{
	const struct rectangle *body = &layout->body;
	struct band band[BANDS_MAX];
	int count = take_bands(body->columns, wish->preset, band);
	int height[BANDS_MAX], focus = 0, row = body->row, room;
	bool wide = body->columns >= WIDE;

	while (!has_panel(&band[focus], wish->focus))
		focus++;
	room = fold_all(band, count, focus, wide, body->rows, height);
	room = open_bands(band, count, body->rows, room, height);
	room = open_log(band, count, body->rows, room, height);
	share_out(band, count, focus, room, height);
	if (wide)
		no_blank_rows(band, count, height);
	for (int i = 0; i < count; i++) {
		if (height[i])
			place_band(&band[i], row, height[i], body->columns,
			    layout);
		for (int j = 0; j < band[i].panels; j++)
			layout->absent[band[i].panel[j]] = band[i].from &&
			    !height[i];
		row += height[i];
	}
}

/* The panel in focus in the place of all. */
static void place_zoomed(const struct layout_wish *wish,
    struct layout *layout)
{
	memset(layout->panel, 0, sizeof(layout->panel));
	layout->panel[wish->focus] = layout->body;
	layout->frame[wish->focus] = layout->body.columns < WIDE ?
	    FRAME_RULE : FRAME_BOX;
}

void layout_compute(int rows, int columns, const struct layout_wish *wish,
    struct layout *layout)
{
	*layout = (struct layout){0};
	if (rows < LEAST_ROWS || columns < LEAST_COLUMNS)
		return;
	layout->fits = true;
	place_bars(rows, columns, layout);
	if (wish->timeline && rows >= TIMELINE_ROWS)
		place_timeline(layout);
	if (wish->lesson)
		place_lesson(wish, layout);
	place_bands(wish, layout);
	if (shows_one(wish, layout))
		place_zoomed(wish, layout);
}
