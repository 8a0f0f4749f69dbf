#include "workbench/export.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "compress/packed.h"
#include "net/evaluation.h"
#include "net/loss.h"
#include "session/network_json.h"
#include "session/onnx.h"

static void add_prediction(const struct dataset *dataset, uint32_t index,
    const real *logit, struct buffer *out)
{
	buffer_printf(out, "%u,%d,%d", index,
	    dataset->split[SPLIT_TEST].labels[index],
	    loss_class(dataset->classes, logit));
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
