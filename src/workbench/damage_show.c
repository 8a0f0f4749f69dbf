/* What a compression costs, layer by layer, as events and their text. */
#include "workbench/damage_private.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "compress/fold.h"
#include "workbench/run.h"
#include "workbench/slide.h"

static void print_row(const struct damage_job *job, const char *name,
    const struct damage *damage, struct buffer *out)
{
	buffer_printf(out, "%-14s measured %+-11.4g predicted %+-11.4g", name,
	    damage->measured, damage->predicted);
	if (damage->measured != 0)
		buffer_printf(out, " ratio %-6.2f",
		    damage->predicted / damage->measured);
	if (!damage_is_noise(job))
		return;
	buffer_printf(out, " as noise %+.4g", damage->noise.mean);
	if (damage->noise.count > 1)
		buffer_printf(out, " +-%.1g", mean_error(&damage->noise));
	buffer_printf(out, ", spread %.1g", damage->spread);
}

static void emit_row(const struct damage_job *job, struct bench *bench,
    int id, int original)
{
	const struct damage *damage = &job->result[id];
	bool noise = damage_is_noise(job);
	struct event *event = event_new("damage");
	struct buffer text = {0};
	char name[48] = "all layers", kind[32];

	event_text(event, "run", job->base.run->name);
	event_number(event, "step", (double)job->step);
	if (id) {
		layer_describe(&job->compressed.plain->layer[id], kind,
		    sizeof(kind));
		text_format(name, sizeof(name), "%d %s", original, kind);
	}
	event_number(event, "layer", id ? (double)original : (double)NAN);
	event_number(event, "measured", damage->measured);
	event_number(event, "predicted", damage->predicted);
	event_number(event, "predicted_ratio", damage->measured != 0 ?
	    damage->predicted / damage->measured : NAN);
	event_number(event, "predicted_noise", noise ? damage->noise.mean :
	    NAN);
	event_number(event, "noise_error", noise ?
	    mean_error(&damage->noise) : NAN);
	event_number(event, "noise_spread", noise ? damage->spread : NAN);
	event_number(event, "n", job->evaluation.count);
	print_row(job, name, damage, &text);
	event_text(event, "text", text.text);
	bench_emit(bench, event);
	buffer_free(&text);
}

void damage_emit(const struct damage_job *job, struct bench *bench)
{
	const struct learner *learner = job->base.run->learner;
	int *original = fold_map(learner->network);

	for (int id = damage_layer_after(job, 0); id;
	    id = damage_layer_after(job, id))
		emit_row(job, bench, id, original[id]);
	emit_row(job, bench, 0, 0);
	free(original);
	if (job->draws > 0 && job->settings.quantised && !damage_is_noise(job))
		bench_note(bench, "seen as noise is only what is rounded to "
		    "a grid and not pruned");
}

void damage_emit_position(const struct damage_job *job, struct bench *bench)
{
	struct run *run = job->base.run;
	const struct slide_result *known;

	slide_note_noise(run, &job->settings, job->result[0].noise.mean);
	known = slide_cache_find(run->slides, &job->settings);
	if (known && known->step == job->step)
		bench_emit(bench, slide_event(run, known));
}
