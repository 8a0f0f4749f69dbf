#include "workbench/export.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "compress/packed.h"
#include "net/evaluation.h"
#include "session/network_json.h"
#include "session/onnx.h"

/* Seconds are not there: the same session is the same file. */
static const char *const curve_names[CURVES] = {
	[CURVE_LOSS] = "loss", [CURVE_ACCURACY] = "accuracy",
	[CURVE_TEST_LOSS] = "test_loss",
	[CURVE_TEST_ACCURACY] = "test_accuracy", [CURVE_LAMBDA] = "lambda",
	[CURVE_SAM] = "sam", [CURVE_RATE] = "lr",
	[CURVE_GRADIENTS] = "gradients"};

static void add_curve(const struct run *run, enum curve_name name,
    struct buffer *out)
{
	const struct series *series = &run->curve[name];

	for (int i = 0; i < series_size(series); i++) {
		const struct point *point = &series->point[i];

		buffer_printf(out, "%s,%s,%.0f,%.9g,%.9g,%.9g,\n", run->name,
		    curve_names[name], (double)point->x, (double)point->y,
		    (double)point->low, (double)point->high);
	}
}

/* Text in quotes, as CSV wants it. */
static void add_quoted(const char *text, struct buffer *out)
{
	buffer_puts(out, "\"");
	for (; *text; text++)
		buffer_printf(out, *text == '"' ? "%c\"" : "%c", *text);
	buffer_puts(out, "\"");
}

static void add_marks(const struct run *run, struct buffer *out)
{
	for (size_t i = 0; i < run->marks.count; i++) {
		buffer_printf(out, "%s,mark,%ld,,,,", run->name,
		    run->marks.mark[i].step);
		add_quoted(run->marks.mark[i].text, out);
		buffer_puts(out, "\n");
	}
}

int export_curves(const struct bench *bench, const char *path,
    struct error *error)
{
	struct buffer out = {0};
	int status;

	buffer_puts(&out, "run,curve,step,value,low,high,text\n");
	for (int i = 0; i < bench->runs; i++) {
		for (int name = 0; name < CURVES; name++) {
			if (curve_names[name])
				add_curve(bench->run[i],
				    (enum curve_name)name, &out);
		}
		add_marks(bench->run[i], &out);
	}
	status = file_replace(path, out.text, out.length, error);
	buffer_free(&out);
	return status;
}

static int largest(const real *logit, int classes)
{
	int best = 0;

	for (int i = 1; i < classes; i++) {
		if (logit[i] > logit[best])
			best = i;
	}
	return best;
}

static void add_prediction(const struct dataset *dataset, uint32_t index,
    const real *logit, struct buffer *out)
{
	buffer_printf(out, "%u,%d,%d", index,
	    dataset->split[SPLIT_TEST].labels[index],
	    largest(logit, dataset->classes));
	for (int i = 0; i < dataset->classes; i++)
		buffer_printf(out, ",%.9g", (double)logit[i]);
	buffer_puts(out, "\n");
}

int export_predictions(struct bench *bench, const struct run *run,
    const char *path, struct error *error)
{
	const struct dataset *dataset = bench->dataset;
	const struct learner *learner = run->learner;
	uint32_t count = dataset->split[SPLIT_TEST].count;
	size_t classes = (size_t)dataset->classes;
	struct evaluation evaluation = {.kind = EVALUATE_LOSS,
		.engine = learner->engine, .dataset = dataset,
		.split = SPLIT_TEST, .w = learner_weights(learner),
		.buffers = learner->buffers,
		.logits = reals_new(count * classes)};
	struct buffer out = {0};
	int status;

	evaluation_run(&evaluation);
	buffer_puts(&out, "index,label,prediction");
	for (size_t i = 0; i < classes; i++)
		buffer_printf(&out, ",logit%zu", i);
	buffer_puts(&out, "\n");
	for (uint32_t i = 0; i < count; i++)
		add_prediction(dataset, i, evaluation.logits + i * classes,
		    &out);
	status = file_replace(path, out.text, out.length, error);
	buffer_free(&out);
	reals_free(evaluation.logits);
	return status;
}

int export_packed(struct bench *bench, const struct run *run,
    const char *path, struct error *error)
{
	const struct learner *learner = run->learner;
	const struct calibration images = {learner->dataset, learner->pool};
	struct compressed compressed;
	struct buffer out = {0};
	char *text;
	int status;

	if (compress_make(learner->network, learner_weights(learner),
		learner->buffers, &bench->compress, NULL, &images, &compressed,
		error))
		return -1;
	text = network_to_json(compressed.network);
	packed_write(&compressed, &bench->compress, text, &out);
	status = file_replace(path, out.text, out.length, error);
	free(text);
	buffer_free(&out);
	compressed_free(&compressed);
	return status;
}

int export_onnx(struct bench *bench, const struct run *run, const char *path,
    struct error *error)
{
	const struct learner *learner = run->learner;
	const struct compress_settings *settings = &bench->compress;
	const struct calibration images = {learner->dataset, learner->pool};
	const real *w = learner_weights(learner);
	struct compressed c = {0};
	struct buffer out = {0};
	int status;

	if (!settings->pruned && !settings->quantised)
		status = onnx_write(learner->network, w, learner->buffers,
		    NULL, &out, error);
	else if (compress_make(learner->network, w, learner->buffers,
		settings, NULL, &images, &c, error))
		return -1;
	else
		status = onnx_write(c.network, c.w, c.buffers, c.quantised,
		    &out, error);
	if (status == 0)
		status = file_replace(path, out.text, out.length, error);
	buffer_free(&out);
	if (c.network)
		compressed_free(&c);
	return status;
}
