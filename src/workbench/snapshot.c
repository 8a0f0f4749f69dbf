#include "workbench/snapshot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "compress/settings.h"
#include "net/operation.h"
#include "workbench/job.h"
#include "workbench/network_show.h"
#include "workbench/picture.h"
#include "workbench/probes.h"
#include "workbench/publish.h"
#include "workbench/recorder.h"
#include "workbench/replay.h"
#include "workbench/run.h"
#include "workbench/slide.h"
#include "workbench/timeline.h"
#include "workbench/tutor.h"
#include "workbench/weights_view.h"

static void copy_curve(const struct series *series, struct curve *curve)
{
	struct point *point;
	int size = series_size(series);

	curve->count = size;
	if (size == 0)
		return;
	point = xmalloc((size_t)size * sizeof(*point));
	memcpy(point, series->point, (size_t)size * sizeof(*point));
	curve->point = point;
}

static void copy_layer_curves(const struct layer_curves *curves,
    struct run_view *view)
{
	view->layer_curves = (int)curves->count;
	view->layer_curve = xcalloc(curves->count + 1,
	    sizeof(*view->layer_curve));
	for (size_t i = 0; i < curves->count; i++) {
		const struct layer_curve *curve = &curves->curve[i];

		view->layer_curve[i] = (struct layer_curve_view){
			.name = curve->name, .layer = curve->layer,
			.reading = curve->reading};
		copy_curve(&curve->series, &view->layer_curve[i].curve);
	}
}

/* Where gradient descent loses its balance (Cohen et al. 2021, section 2 and
 * appendix B, equations for Polyak's and Nesterov's momentum). It speaks of
 * the curvature that descent itself meets: that of a transformed run is in
 * theta, and its plot is of the folded weights. */
static double stability_limit(const struct run *run, double lr)
{
	const struct learner *learner = run->learner;
	double momentum = 0, nesterov = 0;
	const char *name = optimizer_name(learner->optimizer);

	if (strcmp(name, "sgd") != 0 || !(lr > 0) || run_transformed(run))
		return NAN;
	optimizer_get(learner->optimizer, "momentum", &momentum);
	optimizer_get(learner->optimizer, "nesterov", &nesterov);
	return 2 * (1 + momentum) / lr / (nesterov > 0 ? 1 + 2 * momentum : 1);
}

static const struct mark *copy_marks(const struct marks *marks, int *count)
{
	size_t size = marks->count * sizeof(struct mark);
	struct mark *mark = xmalloc(size + 1);

	if (size)
		memcpy(mark, marks->mark, size);
	*count = (int)marks->count;
	return mark;
}

static void copy_past(const struct run *run, struct run_view *view)
{
	size_t bytes;

	view->mark = copy_marks(&run->marks, &view->marks);
	view->note = copy_marks(&run->notes, &view->notes);
	view->kept_state = timeline_kept(run->timeline, &view->kept, &bytes);
	text_copy(view->parent, sizeof(view->parent), run->parent);
	view->parent_step = run->parent_step;
	for (int i = 0; i < 2; i++) {
		map_view(&run->map[i], &view->map[i]);
		map_view(&run->sensitivity[i], &view->sensitivity[i]);
		view->sensitivity_step[i] = run->sensitivity_step[i];
	}
	for (int i = 0; i < PICTURES; i++)
		view->picture[i] = picture_share(run->picture[i]);
}

static void copy_slides(const struct bench *bench, const struct run *run,
    struct run_view *view)
{
	view->ratio_point = slide_points(bench, run, false, &view->ratio_points);
	view->bit_point = slide_points(bench, run, true, &view->bit_points);
	view->slid = run == bench_run(bench) ?
	    slide_beside(&bench->compress_view) : run->slid;
}

static void copy_run(const struct bench *bench, const struct run *run,
    struct run_view *view)
{
	const struct learner *learner = run->learner;

	text_copy(view->name, sizeof(view->name), run->name);
	run_arm(run, view->arm, sizeof(view->arm));
	text_copy(view->position, sizeof(view->position), run->position);
	view->current = run == bench_run(bench);
	view->training = bench_training(bench, run);
	view->step = learner->step;
	view->head = timeline_head(run->timeline, learner->step);
	view->epoch = learner_epoch(learner);
	view->steps_per_epoch = learner_steps_per_epoch(learner);
	view->gradients = learner->gradients;
	view->transformed = run_transformed(run);
	optimizer_get(learner->optimizer, "lr", &view->lr);
	view->lr *= schedule_factor(&learner->schedule, view->epoch);
	view->loss = run->loss;
	view->accuracy = run->accuracy;
	memcpy(view->reading, run->reading, sizeof(view->reading));
	view->two_over_lr = stability_limit(run, view->lr);
	for (int i = 0; i < CURVES; i++)
		copy_curve(&run->curve[i], &view->curve[i]);
	copy_layer_curves(&run->layers, view);
	copy_past(run, view);
	copy_slides(bench, run, view);
}

static void print_from(const struct layer *layer, char *out, size_t size)
{
	if (layer->from[1] >= 0)
		text_format(out, size, "%d,%d", layer->from[0],
		    layer->from[1]);
	else if (layer->from[0] != layer->id - 1)
		text_format(out, size, "%d", layer->from[0]);
}

static bool has_weight(const struct network *network, int id)
{
	for (int i = 0; i < network->segments; i++) {
		if (network->segment[i].layer == id &&
		    segment_compressible(&network->segment[i]))
			return true;
	}
	return false;
}

/* As it would be typed after `net add`, with every option. */
static void print_spec(const struct layer *layer, char *out, size_t size)
{
	struct buffer text = {0};

	buffer_puts(&text, layer->operation->name);
	options_print(layer->operation->options, &layer->options, true,
	    &text);
	text_copy(out, size, text.text);
	buffer_free(&text);
}

static void copy_layer(const struct run *run, int id, struct layer_view *view)
{
	const struct network *network = run->learner->network;
	const struct layer *layer = &network->layer[id];

	view->id = id;
	layer_describe(layer, view->text, sizeof(view->text));
	print_spec(layer, view->spec, sizeof(view->spec));
	shape_print(layer->out, view->out, sizeof(view->out));
	print_from(layer, view->from, sizeof(view->from));
	view->parameters = (double)layer->parameters;
	view->macs = layer->macs;
	view->bytes = 4.0 * (double)layer->parameters;
	view->transformed = transform_covers(run->learner->transform, id);
	view->compressible = has_weight(network, id);
}

/* What the compressed network has; until that is known, what was asked. */
static void copy_compressed(const struct bench *bench, const struct run *run,
    struct layer_view *view)
{
	const struct compress_settings *set = &bench->compress;
	const struct slide_result *known = slide_cache_find(run->slides, set);
	double own = settings_layer_ratio(set, view->id);
	int bits = settings_layer_bits(set, view->id);

	view->own_ratio = set->pruned ? own : NAN;
	view->own_bits = set->quantised ? bits : 0;
	if (!view->compressible)
		return;
	if (known && view->id <= known->layers)
		view->ratio = (double)known->layer_zeros[view->id];
	else if (set->pruned)
		view->ratio = isnan(own) ? option_value(prune_options,
		    &set->prune, "ratio") : own;
	if (set->quantised)
		view->bits = bits ? bits : (int)option_value(quant_options,
		    &set->quant, "bits");
}

static void copy_network(const struct bench *bench, const struct run *run,
    struct snapshot *snapshot)
{
	const struct network *network = run->learner->network;

	text_copy(snapshot->network, sizeof(snapshot->network),
	    network->name);
	snapshot->parameters = (double)network->parameters;
	snapshot->macs = network->macs;
	memory_line(bench, run, snapshot->memory, sizeof(snapshot->memory));
	snapshot->layers = network->layers;
	snapshot->layer = xcalloc((size_t)network->layers + 1,
	    sizeof(*snapshot->layer));
	for (int i = 1; i <= network->layers; i++)
		copy_layer(run, i, &snapshot->layer[i - 1]);
	for (int i = 1; i <= network->layers; i++)
		copy_compressed(bench, run, &snapshot->layer[i - 1]);
	if (bench->shows_weights)
		snapshot->weights = weights_look(bench, run);
}

/* What a `quant` line says besides bits and per=, where it is not usual. */
static void print_how(const struct option_values *quant, char *out,
    size_t size)
{
	const struct option *per =
	    &quant_options[option_find(quant_options, "per")];
	struct option_values values = *quant;
	struct buffer text = {0};

	values.value[0] = NAN;
	values.value[per - quant_options] = per->initial;
	options_print(quant_options, &values, false, &text);
	text_copy(out, size, text.text ? text.text : "");
	buffer_free(&text);
}

static void copy_compress(const struct bench *bench, const struct run *run,
    struct compress_view *view)
{
	const struct compress_settings *set = &bench->compress;
	const struct option_values *prune = &set->prune, *quant = &set->quant;

	*view = bench->compress_view;
	view->pruned = set->pruned;
	view->quantised = set->quantised;
	view->ratio = set->pruned ?
	    option_value(prune_options, prune, "ratio") : 0;
	view->bits = set->quantised ?
	    (int)option_value(quant_options, quant, "bits") : 0;
	option_print(&prune_options[option_find(prune_options, "method")],
	    option_value(prune_options, prune, "method"), view->method,
	    sizeof(view->method));
	option_print(&prune_options[option_find(prune_options, "scope")],
	    option_value(prune_options, prune, "scope"), view->scope,
	    sizeof(view->scope));
	option_print(&quant_options[option_find(quant_options, "per")],
	    option_value(quant_options, quant, "per"), view->per,
	    sizeof(view->per));
	print_how(quant, view->how, sizeof(view->how));
	if (view->state == COMPRESS_ESTIMATE || view->state == COMPRESS_EXACT)
		view->stale = view->step != run->learner->step;
	view->break_even = slide_break_even(run->slides, set);
}

static void copy_jobs(const struct bench *bench, struct snapshot *snapshot)
{
	const struct job *first = bench_next_job(bench);

	snapshot->replaying = bench->replay;
	if (bench->replay)
		job_look(replay_job(bench->replay),
		    &snapshot->job[snapshot->jobs++]);
	if (first)
		job_look(first, &snapshot->job[snapshot->jobs++]);
	for (int i = 0; i < bench->jobs && snapshot->jobs < SNAPSHOT_JOBS;
	    i++) {
		if (bench->job[i] != first)
			job_look(bench->job[i],
			    &snapshot->job[snapshot->jobs++]);
	}
}

static void copy_log(const struct bench *bench, struct snapshot *snapshot)
{
	snapshot->log_lines = bench->log_lines;
	snapshot->log = xcalloc((size_t)bench->log_lines + 1,
	    sizeof(*snapshot->log));
	for (int i = 0; i < bench->log_lines; i++) {
		snapshot->log[i] = bench->log[i];
		snapshot->log[i].text = xstrdup(bench->log[i].text);
	}
}

static void copy_data(const struct bench *bench, struct snapshot *snapshot)
{
	text_copy(snapshot->data, sizeof(snapshot->data),
	    bench->dataset ? bench->dataset->name : "");
	text_copy(snapshot->data_note, sizeof(snapshot->data_note),
	    bench->data_note ? bench->data_note : "");
}

struct snapshot *snapshot_make(const struct bench *bench, uint64_t number)
{
	struct snapshot *snapshot = xcalloc(1, sizeof(*snapshot));
	const struct run *run = bench_run(bench);
	const char *folder = recorder_folder(bench->recorder);

	snapshot->number = number;
	copy_data(bench, snapshot);
	snapshot->runs = bench->runs;
	snapshot->current = bench->current;
	snapshot->run = xcalloc((size_t)bench->runs + 1,
	    sizeof(*snapshot->run));
	for (int i = 0; i < bench->runs; i++)
		copy_run(bench, bench->run[i], &snapshot->run[i]);
	if (run) {
		copy_network(bench, run, snapshot);
		copy_compress(bench, run, &snapshot->compress);
		snapshot->images_per_second = run->images_per_second;
	}
	if (bench->comparison)
		snapshot->comparison = xstrdup(bench->comparison);
	if (bench->study)
		snapshot->study = xstrdup(bench->study);
	snapshot->slide_all = bench->set.slide_all;
	snapshot->probe_share = bench->probe_share;
	snapshot->probe_spent = probes_share_spent(bench);
	probes_waiting(bench, snapshot->probes_waiting,
	    sizeof(snapshot->probes_waiting));
	copy_jobs(bench, snapshot);
	copy_log(bench, snapshot);
	tutor_view(bench, &snapshot->lesson);
	snapshot->threads = pool_threads(bench->pool);
	snapshot->screen = bench->screen;
	snapshot->replay_speed = bench->pace.speed;
	if (bench->replay && replay_marker(bench->replay))
		text_safe(snapshot->marker, sizeof(snapshot->marker),
		    replay_marker(bench->replay));
	snapshot->preview = bench->preview;
	text_copy(snapshot->session, sizeof(snapshot->session),
	    folder ? folder : "");
	snapshot->saved = folder && !recorder_pending(bench->recorder);
	snapshot->finished = bench->finished;
	snapshot->dumps = bench->dumps;
	snapshot->dump = bench->dump ? xstrdup(bench->dump) : NULL;
	return snapshot;
}

void snapshot_free(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	for (int i = 0; i < snapshot->runs; i++) {
		for (int j = 0; j < CURVES; j++)
			free((void *)snapshot->run[i].curve[j].point);
		for (int j = 0; j < snapshot->run[i].layer_curves; j++)
			free((void *)snapshot->run[i].layer_curve[j].curve.point);
		free(snapshot->run[i].layer_curve);
		free((void *)snapshot->run[i].ratio_point);
		free((void *)snapshot->run[i].bit_point);
		free((void *)snapshot->run[i].mark);
		free((void *)snapshot->run[i].note);
		free((void *)snapshot->run[i].kept_state);
		for (int j = 0; j < 2; j++) {
			map_view_free(&snapshot->run[i].map[j]);
			map_view_free(&snapshot->run[i].sensitivity[j]);
		}
		for (int j = 0; j < PICTURES; j++)
			picture_release(snapshot->run[i].picture[j]);
	}
	for (int i = 0; i < snapshot->log_lines; i++)
		free(snapshot->log[i].text);
	free(snapshot->comparison);
	free(snapshot->dump);
	free(snapshot->study);
	free(snapshot->run);
	free(snapshot->layer);
	free(snapshot->weights);
	tutor_view_free(&snapshot->lesson);
	free(snapshot->log);
	free(snapshot);
}
