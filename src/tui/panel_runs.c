#include "tui/panels.h"

#include <math.h>

#include "base/text.h"

void runs_note(const struct ui *ui, char *out, size_t size)
{
	const struct run_view *run = ui_run(ui);

	text_copy(out, size, run ? run->arm : "");
}

void keep_visible(int *first, int *selected, int count, int rows)
{
	if (*selected >= count)
		*selected = count - 1;
	if (*selected < 0)
		*selected = 0;
	if (*selected < *first)
		*first = *selected;
	if (*selected >= *first + rows)
		*first = *selected - rows + 1;
	if (*first > count - rows)
		*first = count - rows;
	if (*first < 0)
		*first = 0;
}

/* A value of an older step is marked with a stroke. */
static void format_reading(const struct reading *reading, long step,
    bool percent, char *out, size_t size)
{
	const char *old = reading->step == step ? "" : "'";

	if (reading->failed)
		text_copy(out, size, "fail");
	else if (!reading->known)
		text_copy(out, size, "-");
	else if (percent)
		text_format(out, size, "%.1f%s", 100 * reading->value, old);
	else
		text_format(out, size, "%.3g%s", reading->value, old);
}

static void draw_run(const struct ui *ui, const struct area *area, int row,
    int index)
{
	const struct run_view *run = &ui->snapshot->run[index];
	bool selected = index == ui->run && ui->focus == PANEL_RUNS;
	enum style style = selected ? STYLE_SELECTED : STYLE_NORMAL;
	char accuracy[16], lambda[16];
	bool wide = area->columns >= 50;

	area_fill(area, row, style);
	format_reading(&run->test_accuracy, run->step, true, accuracy,
	    sizeof(accuracy));
	format_reading(&run->lambda, run->step, false, lambda,
	    sizeof(lambda));
	area_printf(area, row, 0, style, "%c", run->current ? '*' : ' ');
	area_printf(area, row, 1, selected ? style : run_style(index), "%c",
	    run_mark(index));
	if (run->training)
		area_put(area, row, 2, style, '>');
	area_printf(area, row, 3, style, "%-7.7s%6ld %5s %5s", run->name,
	    run->step, accuracy, lambda);
	if (wide)
		area_puts(area, row, 31, STYLE_DIM, run->arm);
}

void runs_draw(struct ui *ui, const struct area *area)
{
	int runs = ui->snapshot->runs;
	int rows = area->rows - 1;

	if (runs == 0) {
		area_puts(area, 0, 1, STYLE_DIM, "no runs yet");
		return;
	}
	area_puts(area, 0, 0, STYLE_DIM, "   run      step  test     λ");
	if (area->columns >= 50)
		area_puts(area, 0, 31, STYLE_DIM, "optimizer");
	keep_visible(&ui->first_run, &ui->run, runs, rows);
	for (int i = 0; i < rows && ui->first_run + i < runs; i++)
		draw_run(ui, area, i + 1, ui->first_run + i);
}
