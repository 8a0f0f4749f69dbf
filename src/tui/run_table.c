#include "tui/run_table.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/figures.h"
#include "tui/run_rows.h"

enum { NAME_LEAST = 6, NAME_MOST = 16, GAP = 1,
	TREE_MOST = 28 };		/* of a name with its branch */

static void step_text(const struct run_view *run, char *out, size_t size)
{
	if (run->step < 1000000)
		text_format(out, size, "%ld", run->step);
	else
		text_short_count(out, size, (double)run->step);
}

static void accuracy_text(const struct run_view *run, char *out, size_t size)
{
	figure_short(&run->reading[CURVE_TEST_ACCURACY], run->step, 100, 3,
	    out, size);
}

static void lambda_text(const struct run_view *run, char *out, size_t size)
{
	figure_short(&run->reading[CURVE_LAMBDA], run->step, 1, 3, out, size);
}

static void sam_text(const struct run_view *run, char *out, size_t size)
{
	figure_short(&run->reading[CURVE_SAM], run->step, 1, 3, out, size);
}

static void loss_text(const struct run_view *run, char *out, size_t size)
{
	/* No wider than its column. */
	if (run->loss > 0 && run->loss < 0.01)
		text_format(out, size, "%.4f", run->loss);
	else
		figure_number(run->loss, 3, out, size);
}

static void epoch_text(const struct run_view *run, char *out, size_t size)
{
	text_format(out, size, "%.2f", run->epoch);
}

static void rate_text(const struct run_view *run, char *out, size_t size)
{
	text_format(out, size, "%.3g", run->lr);
}

static void gradients_text(const struct run_view *run, char *out, size_t size)
{
	text_short_count(out, size, run->gradients);
}

/* "78.7", "~78.7" while it grows, "78.7'" of weights that were. */
static void slid_text(const struct run_view *run, char *out, size_t size)
{
	const struct slid_view *slid = &run->slid;

	if (slid->state == COMPRESS_OFF)
		text_copy(out, size, "-");
	else if (slid->state == COMPRESS_WORKING)
		text_copy(out, size, "…");
	else
		text_format(out, size, "%s%.1f%s", slid->state ==
		    COMPRESS_ESTIMATE ? "~" : "", 100 * slid->accuracy,
		    slid->step == run->step ? "" : "'");
}

/* In the order of the screen; the least rank is the last to be left out. */
static const struct column {
	const char *title;
	int width, rank;
	void (*print)(const struct run_view *run, char *out, size_t size);
} columns[] = {
	{"step", 6, 3, step_text},
	{"epoch", 6, 6, epoch_text},
	{"loss", 6, 5, loss_text},
	{"test%", 6, 0, accuracy_text},
	{"slid%", 6, 1, slid_text},
	{"lambda", 6, 2, lambda_text},
	{"SAM", 7, 4, sam_text},
	{"lr", 7, 7, rate_text},
	{"gradients", 9, 8, gradients_text},
};

/* Figures at the sliders' position are there when all runs are slid. */
static bool fills(const struct ui *ui, int column)
{
	return columns[column].print != slid_text || ui->snapshot->slide_all;
}

enum { COLUMNS = sizeof(columns) / sizeof(*columns), MARKS = 4 };

/* Which columns fit beside the name, and how wide that is. */
static int choose(const struct ui *ui, const struct area *area, int most,
    bool *shown)
{
	int room = area->columns - MARKS - NAME_LEAST;

	memset(shown, 0, COLUMNS * sizeof(*shown));
	for (int rank = 0; rank < COLUMNS; rank++) {
		for (int i = 0; i < COLUMNS; i++) {
			if (columns[i].rank != rank || !fills(ui, i))
				continue;
			if (columns[i].width + GAP > room)
				rank = COLUMNS;
			else
				room -= columns[i].width + GAP;
			shown[i] = rank < COLUMNS;
			break;
		}
	}
	room += NAME_LEAST;
	return room > most ? most : room;
}

static int draw_head(const struct area *area, const bool *shown, int name)
{
	int column = MARKS + name;

	area_puts(area, 0, MARKS, STYLE_DIM, "run");
	for (int i = 0; i < COLUMNS; i++) {
		if (!shown[i])
			continue;
		area_puts(area, 0, column + GAP + columns[i].width -
		    styled_width(columns[i].title), STYLE_DIM,
		    columns[i].title);
		column += columns[i].width + GAP;
	}
	return column + 2;
}

/* What the arm is called with its options first .. end - 1 alone. */
static void keep_options(const char *arm, int first, int end, char *out,
    size_t size)
{
	size_t used = 0;
	int option = 0;

	for (const char *at = arm; *at;) {
		size_t word = strcspn(at, " ,");
		bool is_option = memchr(at, '=', word) != NULL;

		option += is_option;
		if (is_option && (option <= first || option > end))
			used -= used && out[used - 1] == ' ';
		else if (used + word < size)
			used += (size_t)snprintf(out + used, size - used,
			    "%.*s", (int)word, at);
		at += word;
		for (; *at && strchr(" ,", *at) && used + 1 < size; at++)
			out[used++] = *at;
	}
	out[used] = '\0';
}

/* "adam lr=0.001, ws noise=0.125 cut=2.5", "adam, ws noise=0.125 cut=2.5", or
 * "adam, ws noise=0.125": the optimizer's options go first, then those of the
 * transformation, from the last on. */
static void arm_text(const struct run_view *run, int room, char *out,
    size_t size)
{
	const char *comma = strchr(run->arm, ',');
	int first = 0, all = 0;

	for (const char *at = run->arm; (at = strchr(at, '=')); at++, all++)
		first += comma && at < comma;
	keep_options(run->arm, 0, all, out, size);
	for (int end = all; styled_width(out) > room && end >= first; end--)
		keep_options(run->arm, first, end, out, size);
}

static void draw_run(const struct ui *ui, const struct area *area, int row,
    const struct run_row *at, const bool *shown, int name)
{
	const struct run_view *run = &ui->snapshot->run[at->run];
	bool here = at->run == ui->runs.selected;
	enum style style = here && ui->wish.focus == PANEL_RUNS ?
	    STYLE_SELECTED : STYLE_NORMAL;
	struct area name_area = area_within(area, row, MARKS, 1, name);
	int column = MARKS + name;
	char text[64];

	if (here)
		area_fill(area, row, style);
	area_puts(area, row, 0, style, here ? ">" : " ");
	area_puts(area, row, 1, style, run->current ? "*" : " ");
	area_put(area, row, 2, style == STYLE_SELECTED ? style :
	    run_style(at->run), (uint32_t)run_mark(at->run));
	area_puts(area, row, 3, style, run->training ? "\u25b6" : " ");
	run_row_name(ui->snapshot, at, text, sizeof(text));
	area_puts(&name_area, 0, 0, run->current && style == STYLE_NORMAL ?
	    STYLE_BOLD : style, text);
	for (int i = 0; i < COLUMNS; i++) {
		if (!shown[i])
			continue;
		columns[i].print(run, text, sizeof(text));
		column += columns[i].width + GAP;
		area_puts(area, row, column - styled_width(text), style,
		    text);
	}
	if (area->columns <= column + 2)
		return;
	arm_text(run, area->columns - column - 2, text, sizeof(text));
	area_puts(area, row, column + 2, style == STYLE_SELECTED ? style :
	    STYLE_DIM, text);
}

/* How the selected run is trained, where a line is left over. */
static void draw_arm(const struct ui *ui, const struct area *area)
{
	const struct run_view *run = &ui->snapshot->run[ui->runs.selected];
	int name = styled_width(run->name) + 3;
	char arm[64];

	arm_text(run, area->columns - name, arm, sizeof(arm));
	area_printf(area, area->rows - 1, 1, STYLE_DIM, "%s: %s", run->name,
	    arm);
}

/* The last comparison below the runs, as far as there is room. */
static void draw_comparison(const struct ui *ui, const struct area *area,
    int row)
{
	const char *line = ui->snapshot->comparison, *next;

	for (; line && row < area->rows; line = next, row++) {
		size_t length = strcspn(line, "\n");

		next = line[length] ? line + length + 1 : NULL;
		area_printf(area, row, 1, STYLE_NORMAL, "%.*s", (int)length,
		    line);
	}
}

static void draw_runs(struct ui *ui, const struct area *area,
    const struct run_row *run, const bool *shown, int name)
{
	int runs = ui->snapshot->runs, rows = area->rows - 1;
	struct list list = {run_row_of(ui->snapshot, run,
		ui->runs.selected), ui->runs.first};

	list_keep(&list, runs, rows);
	ui->runs = (struct list){run[list.selected].run, list.first};
	for (int i = 0; i < rows && list.first + i < runs; i++)
		draw_run(ui, area, i + 1, &run[list.first + i], shown, name);
}

void run_table_draw(struct ui *ui, const struct area *area)
{
	int runs = ui->snapshot->runs, rows = area->rows - 1, name, arms;
	struct run_row run[SNAPSHOT_RUNS];
	bool shown[COLUMNS];

	run_rows(ui->snapshot, run);
	name = run_rows_width(ui->snapshot, run);
	name = choose(ui, area, name < NAME_MOST ? NAME_MOST : name > TREE_MOST ?
	    TREE_MOST : name, shown);
	arms = draw_head(area, shown, name);
	if (area->columns > arms + 10)
		area_puts(area, 0, arms, STYLE_DIM, "trained by");
	draw_runs(ui, area, run, shown, name);
	if (ui->snapshot->comparison && rows > runs + 1)
		draw_comparison(ui, area, runs + 2);
	else if (rows > runs && area->columns <= arms + 10)
		draw_arm(ui, area);
}
