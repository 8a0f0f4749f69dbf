#include "workbench/study_rates.h"

#include <math.h>
#include <string.h>

struct trial {
	double rate, score;
	int seeds;
	bool taken;		/* the best so far */
	/* Of those tried; where the best is one, another beyond it might do
	 * better. */
	bool lowest, highest;
};

static void mark_ends(struct trial *trial, int count)
{
	for (int i = 0; i < count; i++) {
		trial[i].lowest = trial[i].highest = count > 1;
		for (int j = 0; j < count; j++) {
			trial[i].lowest = trial[i].lowest &&
			    trial[i].rate <= trial[j].rate;
			trial[i].highest = trial[i].highest &&
			    trial[i].rate >= trial[j].rate;
		}
	}
}

/* The arm's rates that were tried, in the order of the plan. */
static int trials_of(const struct study_rows *rows, const char *backbone,
    const struct study_arm *arm, struct trial *trial)
{
	double best = study_rows_rate(rows, backbone, arm);
	int count = 0;

	for (int i = 0; i < arm->rates && arm->rates > 1; i++) {
		struct trial *one = &trial[count];

		one->rate = arm->rate[i];
		one->score = study_rows_score(rows, backbone, arm, one->rate,
		    &one->seeds);
		one->taken = fabs(one->rate - best) <= 1e-12 * best;
		count += one->seeds > 0;
	}
	mark_ends(trial, count);
	return count;
}

static void emit_arm(struct bench *bench, const struct study_rows *rows,
    const char *backbone, const struct study_arm *arm)
{
	struct trial trial[STUDY_RATES];
	int count = trials_of(rows, backbone, arm, trial);

	for (int i = 0; i < count; i++) {
		struct event *event = event_new("rate");

		event_text(event, "backbone", backbone);
		event_text(event, "arm", arm->name);
		event_number(event, "lr", trial[i].rate);
		event_number(event, "accuracy", trial[i].score);
		event_number(event, "seeds", trial[i].seeds);
		event_bool(event, "taken", trial[i].taken);
		event_bool(event, "end", trial[i].lowest || trial[i].highest);
		bench_emit(bench, event);
	}
}

void study_rates(struct bench *bench, const struct study_rows *rows)
{
	const struct study_grid *grid = rows->grid;
	struct event *event = event_new("study_rates");
	struct buffer text = {0};

	for (int i = 0; i < grid->backbones.count * grid->arms; i++)
		emit_arm(bench, rows, grid->backbones.text[i / grid->arms],
		    &grid->arm[i % grid->arms]);
	study_rates_text(rows, &text);
	event_text(event, "text", text.text ? text.text :
	    "no rate was tried");
	bench_emit_quietly(bench, event);
	buffer_free(&text);
}

static const char *mark(const struct trial *trial)
{
	return !trial->taken ? "  " : trial->lowest ? "*<" :
	    trial->highest ? "*>" : "* ";
}

/* "  adam   0.001: 81.2    0.004: 83.5*>" */
static void text_arm(const struct study_rows *rows, const char *backbone,
    const struct study_arm *arm, int label, struct buffer *out)
{
	struct trial trial[STUDY_RATES];
	int count = trials_of(rows, backbone, arm, trial);

	if (count > 0)
		buffer_printf(out, "\n  %-*s", label, arm->name);
	for (int i = 0; i < count; i++)
		buffer_printf(out, "  %6.4g: %4.1f%s", trial[i].rate,
		    100 * trial[i].score, mark(&trial[i]));
}

static int label_width(const struct study_grid *grid)
{
	size_t most = 0;

	for (int i = 0; i < grid->arms; i++) {
		size_t width = strlen(grid->arm[i].name);

		most = width > most ? width : most;
	}
	return (int)most;
}

static void text_backbone(const struct study_rows *rows, const char *backbone,
    struct buffer *out)
{
	const struct study_grid *grid = rows->grid;
	struct buffer arms = {0};

	for (int i = 0; i < grid->arms; i++)
		text_arm(rows, backbone, &grid->arm[i], label_width(grid),
		    &arms);
	if (arms.length)
		buffer_printf(out, "%s%s, rates tried%s", out->length ? "\n" :
		    "", backbone, arms.text);
	buffer_free(&arms);
}

void study_rates_text(const struct study_rows *rows, struct buffer *out)
{
	const struct study_grid *grid = rows->grid;
	size_t before = out->length;

	for (int i = 0; i < grid->backbones.count; i++)
		text_backbone(rows, grid->backbones.text[i], out);
	if (out->length > before)
		buffer_printf(out, "\nvalidation accuracies in "
		    "percent%s;\n* the best so far, *< or *> where it is the "
		    "lowest or highest tried", grid->choose_compressed ?
		    ", means over uncompressed and compressed" : "");
}
