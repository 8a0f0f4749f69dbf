#include "tui/scrub.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "tui/ui.h"

enum { NOTCHES = 50, BAR_LEAST = 10, TEXT = 96 };

/* After that a line that changed nothing is taken as answered. */
#define PATIENCE 1.0

bool scrub_shown(const struct ui *ui)
{
	const struct run_view *run = ui_run(ui);

	return run && run->head > 0;
}

/* 1, 2 or 5 times a power of ten, about a fiftieth of the whole. */
static long notch_of(const struct run_view *run)
{
	static const long steps[] = {1, 2, 5};
	long unit = 1;

	for (;; unit *= 10) {
		for (int i = 0; i < 3; i++) {
			if (steps[i] * unit * NOTCHES >= run->head)
				return steps[i] * unit;
		}
	}
}

/* Where it stands, or is about to. */
static long place_of(const struct ui *ui, const struct run_view *run)
{
	return ui->scrub.wanted ? ui->scrub.step : run->step;
}

static bool travels(const struct ui *ui)
{
	for (int i = 0; i < ui->snapshot->jobs; i++) {
		if (ui->snapshot->job[i].kind == JOB_GOTO)
			return true;
	}
	return false;
}

/* The run, when it can be moved; else a word about why not. */
static const struct run_view *movable(struct ui *ui)
{
	const struct run_view *run = ui_need_run(ui);

	if (!run)
		return NULL;
	if (run->head > 0 && !run->training && !ui->snapshot->watching)
		return run;
	ui_message(ui, run->training ? "%s is being trained: Ctrl-C ends that, "
	    "then ( ) { } walk its past" : ui->snapshot->watching ?
	    "%s is only watched" : "%s has no past yet", run->name);
	return NULL;
}

static void wish(struct ui *ui, const struct run_view *run, long step)
{
	step = step < 0 ? 0 : step > run->head ? run->head : step;
	ui->scrub.step = step;
	ui->scrub.wanted = true;
	ui->wants_draw = true;
}

/* From notch to notch, so that the way back meets the same steps. */
void scrub_move(struct ui *ui, int notches)
{
	const struct run_view *run = movable(ui);
	long notch, place;

	if (!run)
		return;
	notch = notch_of(run);
	place = place_of(ui, run);
	if (notches < 0)
		place += notch - 1;
	wish(ui, run, (place / notch + notches) * notch);
}

void scrub_end(struct ui *ui, int forward)
{
	const struct run_view *run = movable(ui);

	if (run)
		wish(ui, run, forward ? run->head : 0);
}

/* The nearest of the marks on that side of a place; `best` if none is nearer
 * than that. */
static long nearer(const struct mark *mark, int marks, long place,
    int direction, long best)
{
	for (int i = 0; i < marks; i++) {
		long step = mark[i].step;

		if ((direction < 0 && step < place && step > best) ||
		    (direction > 0 && step > place && step < best))
			best = step;
	}
	return best;
}

void scrub_mark(struct ui *ui, int direction)
{
	const struct run_view *run = movable(ui);
	long place, best;

	if (!run)
		return;
	place = place_of(ui, run);
	best = direction < 0 ? 0 : run->head;
	best = nearer(run->mark, run->marks, place, direction, best);
	best = nearer(run->note, run->notes, place, direction, best);
	wish(ui, run, best);
}

void scrub_speed(struct ui *ui, int argument)
{
	static const int speeds[] = {200, 50, 10};

	(void)argument;
	for (int i = 0; i < 3; i++) {
		if (!(ui->snapshot->replay_speed > 0) ||
		    ui->snapshot->replay_speed > speeds[i]) {
			ui_submit(ui, "set replay_speed %d", speeds[i]);
			return;
		}
	}
	ui_submit(ui, "set replay_speed max");
}

void scrub_point(struct ui *ui, int column)
{
	const struct area *bar = &ui->scrub.bar;
	const struct run_view *run = bar->columns ? movable(ui) : NULL;
	double share = (column - bar->column) / (bar->columns - 1.0);

	if (run && share >= 0 && share <= 1)
		wish(ui, run, lround(share * (double)run->head));
}

/* The line was followed, or it led nowhere. */
static bool answered(const struct ui *ui, const struct run_view *run,
    double now)
{
	return !travels(ui) && (run->step == ui->scrub.told ||
	    ui_error(ui) || now > ui->scrub.at + PATIENCE);
}

bool scrub_tend(struct ui *ui, double now)
{
	struct scrub *scrub = &ui->scrub;
	const struct run_view *run = ui_run(ui);

	if (!run || (scrub->flies && answered(ui, run, now))) {
		ui->wants_draw = ui->wants_draw || scrub->flies;
		scrub->flies = false;
		scrub->wanted = scrub->wanted && run &&
		    scrub->step != scrub->told;
	}
	if (scrub->wanted && !scrub->flies && !travels(ui)) {
		scrub->flies = scrub->step != run->step;
		scrub->wanted = scrub->flies;
		scrub->told = scrub->step;
		scrub->at = now;
		if (scrub->flies)
			ui_submit(ui, "goto %ld", scrub->step);
	}
	return scrub->wanted;
}

static int column_of(const struct area *bar, const struct run_view *run,
    long step)
{
	return (int)lround((double)step / (double)run->head *
	    (bar->columns - 1));
}

static void put_marks(const struct area *bar, const struct run_view *run,
    const struct mark *mark, int marks, enum style style, uint32_t sign)
{
	for (int i = 0; i < marks; i++)
		area_put(bar, 0, column_of(bar, run, mark[i].step), style,
		    sign);
}

/* Where they are dense, every second column tells as much. */
static void put_kept(const struct area *bar, const struct run_view *run,
    int here)
{
	int last = -2;

	for (int i = 0; i < run->kept; i++) {
		int column = column_of(bar, run, run->kept_state[i].step);

		if (column < last + 2)
			continue;
		area_put(bar, 0, column, column < here ? STYLE_BAR : STYLE_DIM,
		    column < here ? 0x2537 : 0x2534);
		last = column;
	}
}

static void draw_bar(const struct ui *ui, const struct run_view *run,
    const struct area *bar)
{
	int here = column_of(bar, run, place_of(ui, run));

	for (int i = 0; i < bar->columns; i++)
		area_put(bar, 0, i, i < here ? STYLE_BAR : STYLE_DIM,
		    i < here ? 0x2501 : 0x2500);
	put_kept(bar, run, here);
	put_marks(bar, run, run->mark, run->marks, STYLE_WARN, 0x25c6);
	put_marks(bar, run, run->note, run->notes, STYLE_GOOD, 0x25b2);
	area_put(bar, 0, here, STYLE_KEY, ui->scrub.wanted ? 0x25cb :
	    0x25cf);
}

/* What was changed or remarked within the notch at hand. */
static const char *text_at(const struct run_view *run,
    const struct area *bar, long place)
{
	const char *text = "";

	for (int i = 0; i < run->notes; i++) {
		if (column_of(bar, run, run->note[i].step) ==
		    column_of(bar, run, place))
			text = run->note[i].text;
	}
	for (int i = 0; i < run->marks; i++) {
		if (run->mark[i].step == place || (!text[0] &&
		    column_of(bar, run, run->mark[i].step) ==
		    column_of(bar, run, place)))
			text = run->mark[i].text;
	}
	return text;
}

/* Of the same width wherever it stands, so that the bar does not move. */
static int draw_place(const struct area *area, const struct run_view *run,
    long place)
{
	char head[24];

	text_format(head, sizeof(head), "%ld", run->head);
	return area_printf(area, 0, 1, STYLE_KEY, "%*ld" STYLE_SET "/%s ",
	    (int)strlen(head), place, STYLE_TEXT(STYLE_DIM), head);
}

static void draw_text(const struct ui *ui, const struct area *area,
    const char *text)
{
	char speed[24] = "";

	if (ui->snapshot->replay_speed > 0)
		text_format(speed, sizeof(speed), "%s%g steps/s",
		    text[0] ? "  " : "", ui->snapshot->replay_speed);
	area_printf(area, 0, 1, STYLE_NORMAL, "%s" STYLE_SET "%s",
	    text[0] || speed[0] ? text : "( ) walks", STYLE_TEXT(STYLE_DIM),
	    speed);
}

void scrub_draw(struct ui *ui, const struct area *area)
{
	const struct run_view *run = ui_run(ui);
	int side = area->columns / 4, from;
	struct area text = area_within(area, 0, area->columns - side, 1,
	    side);

	ui->scrub.bar = (struct area){0};
	if (!run || run->head <= 0)
		return;
	from = draw_place(area, run, place_of(ui, run));
	if (area->columns - side - from < BAR_LEAST)
		return;
	ui->scrub.bar = area_within(area, 0, from, 1,
	    area->columns - side - from);
	draw_bar(ui, run, &ui->scrub.bar);
	draw_text(ui, &text, text_at(run, &ui->scrub.bar,
	    place_of(ui, run)));
}
