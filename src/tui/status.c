#include "tui/status.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

enum { PARTS = 9, TEXT = 160, BAR_LEAST = 5, BAR_MOST = 24 };

/* A piece of the line; those of high rank are left out first. */
struct part {
	int rank;
	char text[TEXT];
};

static void data_part(const struct ui *ui, char *out)
{
	text_format(out, TEXT, "%s", ui->snapshot->data[0] ?
	    ui->snapshot->data : ui->snapshot->data_note);
}

static void run_part(const struct ui *ui, char *out)
{
	const struct run_view *run = ui_run(ui);

	if (run)
		text_format(out, TEXT, STYLE_SET "%s" STYLE_BACK,
		    STYLE_TEXT(run_style(ui->snapshot->current)), run->name);
}

static void step_part(const struct ui *ui, char *out)
{
	const struct run_view *run = ui_run(ui);

	if (run)
		text_format(out, TEXT, "step %ld", run->step);
	/* In the past, which is not changed. */
	if (run && run->head > run->step)
		text_format(out, TEXT, "step %ld of %ld", run->step,
		    run->head);
}

static void epoch_part(const struct ui *ui, char *out)
{
	const struct run_view *run = ui_run(ui);

	if (run)
		text_format(out, TEXT, "epoch %.2f", run->epoch);
}

/* What the user waits for: a replay, training before the probes that interrupt it. */
static const struct job_view *main_job(const struct ui *ui)
{
	const struct job_view *job = ui_played(ui);

	return job ? job : ui->snapshot->jobs ? &ui->snapshot->job[0] : NULL;
}

static void snt_part(const struct ui *ui, char *out)
{
	const struct run_view *run = ui_run(ui);

	if (run && run->transformed)
		text_format(out, TEXT, STYLE_SET "SNT on",
		    STYLE_TEXT(STYLE_GOOD));
	else if (run)
		text_format(out, TEXT, STYLE_SET "SNT off",
		    STYLE_TEXT(STYLE_DIM));
}

static void job_part(const struct ui *ui, char *out)
{
	const struct job_view *job = main_job(ui);

	if (!job)
		text_format(out, TEXT, STYLE_SET "idle",
		    STYLE_TEXT(STYLE_DIM));
	else if (job->paused)
		text_format(out, TEXT, STYLE_SET "‖ paused" STYLE_BACK " %s",
		    STYLE_TEXT(STYLE_WARN), job->text);
	else
		text_format(out, TEXT, STYLE_SET "▶" STYLE_BACK " %s",
		    STYLE_TEXT(STYLE_GOOD), job->text);
}

/* Of even width, as the next ones, so that what stands behind stays. */
static void progress_part(const struct ui *ui, char *out)
{
	const struct job_view *job = main_job(ui);

	if (job && !isnan(job->progress))
		text_format(out, TEXT, "%3.0f%%", 100 * job->progress);
}

static void left_part(const struct ui *ui, char *out)
{
	const struct job_view *job = main_job(ui);
	char left[24];

	if (!job || isnan(job->seconds_left) || job->paused)
		return;
	text_duration(left, sizeof(left), job->seconds_left);
	text_format(out, TEXT, "%5s left", left);
}

static void speed_part(const struct ui *ui, char *out)
{
	const struct job_view *job = ui_training(ui);
	char speed[16];

	if (!job || job->paused || !(ui->snapshot->images_per_second > 0))
		return;
	text_short_count(speed, sizeof(speed),
	    ui->snapshot->images_per_second);
	text_format(out, TEXT, "%5s img/s", speed);
}

/* In the order of the line. */
static const struct {
	int rank;
	void (*print)(const struct ui *ui, char *out);
} makers[PARTS] = {
	{7, data_part}, {2, run_part}, {4, snt_part}, {1, step_part},
	{6, epoch_part}, {0, job_part}, {3, progress_part}, {5, left_part},
	{8, speed_part}};

enum { BAR_BEFORE = 6 };	/* the bar stands before the progress */

static int width_of(const struct part *part)
{
	int width = 1;

	for (int i = 0; i < PARTS; i++) {
		if (part[i].text[0])
			width += styled_width(part[i].text) + 2;
	}
	return width - 1;
}

static void leave_out(struct part *part, int room)
{
	for (int rank = PARTS - 1; rank > 0 && width_of(part) > room; rank--) {
		for (int i = 0; i < PARTS; i++) {
			if (part[i].rank == rank)
				part[i].text[0] = '\0';
		}
	}
}

/* Eighths of a cell where there is Unicode. */
static int draw_bar(const struct area *area, int column, int width,
    double progress)
{
	double filled = progress * width;

	for (int i = 0; i < width; i++) {
		int eighths = (int)(8 * (filled - i));
		uint32_t block = eighths >= 8 ? 0x2588 : eighths > 0 ?
		    (uint32_t)(0x2590 - eighths) : 0x2591;

		area_put(area, 0, column + i, eighths > 0 ? STYLE_BAR :
		    STYLE_DIM, block);
	}
	return column + width + 2;
}

void status_draw(const struct ui *ui, const struct area *area)
{
	struct part part[PARTS] = {0};
	const struct job_view *job = main_job(ui);
	double progress = job ? job->progress : NAN;
	int column = 1, room;

	for (int i = 0; i < PARTS; i++) {
		part[i].rank = makers[i].rank;
		makers[i].print(ui, part[i].text);
	}
	leave_out(part, area->columns - 1);
	room = area->columns - width_of(part) - 3;
	for (int i = 0; i < PARTS; i++) {
		if (i == BAR_BEFORE && !isnan(progress) && room >= BAR_LEAST)
			column = draw_bar(area, column, room < BAR_MOST ?
			    room : BAR_MOST, fmin(1, fmax(0, progress)));
		if (part[i].text[0])
			column = area_puts(area, 0, column, STYLE_NORMAL,
			    part[i].text) + 2;
	}
}
