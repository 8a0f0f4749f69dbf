/* save, open, replay, verify, note, export */
#include "workbench/command_table.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/text.h"
#include "session/network_json.h"
#include "workbench/export.h"
#include "workbench/recorder.h"
#include "workbench/report.h"
#include "workbench/session_show.h"
#include "workbench/unnamed.h"

static int run_save(struct call *call)
{
	char *folder = NULL;
	int status;

	if (call_words(call, 0, 1))
		return -1;
	if (call->words)
		folder = path_expand(call->word[0]);
	status = recorder_save(call->bench, folder, call->error);
	free(folder);
	if (status == 0)
		bench_note(call->bench, "saved in %s",
		    recorder_folder(call->bench->recorder));
	return status;
}

/* Takes the folder over; NULL fails. */
static int play(struct call *call, char *folder, bool restore)
{
	struct job *job;
	int status;

	if (!folder)
		return -1;
	status = bench_play(call->bench, folder, restore, &job, call->error);
	free(folder);
	if (status == 0) {
		call->job = job;
		call->run = NULL;
		job->references++;
	}
	return status;
}

static int run_open(struct call *call)
{
	if (call_words(call, 0, 1))
		return -1;
	return play(call, call->words ? path_expand(call->word[0]) :
	    unnamed_last(call->error), true);
}

static int run_replay(struct call *call)
{
	if (call_words(call, 1, 1))
		return -1;
	return play(call, path_expand(call->word[0]), false);
}

static int run_verify(struct call *call)
{
	struct job *job;
	char *folder;

	if (call_words(call, 1, 1))
		return -1;
	folder = path_expand(call->word[0]);
	job = job_verify(call->bench, folder, call->error);
	free(folder);
	if (!job)
		return -1;
	return call_start(call, job);
}

/* The journal has it; the timeline shows it. */
static int run_note(struct call *call)
{
	struct buffer text = {0};

	for (int i = 0; i < call->words; i++)
		buffer_printf(&text, "%s%s", i ? " " : "", call->word[i]);
	if (call->run && text.text)
		marks_add(&call->run->notes, call->run->learner->step,
		    text.text);
	buffer_free(&text);
	return 0;
}

static int run_show(struct call *call)
{
	if (call_words(call, 0, 0))
		return -1;
	session_show(call->bench);
	return 0;
}

typedef int exporter(struct call *call, const char *path);

static int export_file(struct call *call, exporter *write)
{
	char *path;
	int status;

	if (call_words(call, 1, 1))
		return -1;
	path = path_expand(call->word[0]);
	status = write(call, path);
	if (status == 0)
		bench_note(call->bench, "written to %s", path);
	free(path);
	return status;
}

static int write_weights(struct call *call, const char *path)
{
	const struct learner *learner = call->run->learner;

	if (network_export(learner->network, learner_weights(learner),
		learner->buffers, path, call->error))
		return -1;
	if (!text_ends(path, ".npz") && !text_ends(path, ".safetensors"))
		bench_note(call->bench, "%s is in the format safetensors; a "
		    "name that ends in .npz is in numpy's", path);
	return 0;
}

static int write_curves(struct call *call, const char *path)
{
	return export_curves(call->bench, path, call->error);
}

static int write_predictions(struct call *call, const char *path)
{
	return export_predictions(call->bench, call->run, path, call->error);
}

static int write_packed(struct call *call, const char *path)
{
	return export_packed(call->bench, call->run, path, call->error);
}

static int write_onnx(struct call *call, const char *path)
{
	return export_onnx(call->bench, call->run, path, call->error);
}

static int write_report(struct call *call, const char *path)
{
	return report_write(call->bench, path, call->error);
}

static int run_report(struct call *call)
{
	return export_file(call, write_report);
}

static int run_export_weights(struct call *call)
{
	return export_file(call, write_weights);
}

static int run_export_curves(struct call *call)
{
	return export_file(call, write_curves);
}

static int run_export_predictions(struct call *call)
{
	return export_file(call, write_predictions);
}

static int run_export_packed(struct call *call)
{
	return export_file(call, write_packed);
}

static int run_export_onnx(struct call *call)
{
	return export_file(call, write_onnx);
}

const struct command commands_session[] = {
	{"save", NULL, "save [FOLDER]", "session",
	    "save the session, and go on saving there",
	    "A session folder holds the journal, the metrics and checkpoints. "
	    "From then on it is kept up to date; a killed program loses at "
	    "most the last second.", NULL, {{WORD_FOLDER, NULL}}, NULL, 0,
	    run_save},
	{"open", NULL, "open [FOLDER]", "session",
	    "go on with a saved session", "Without a folder: with the last one "
	    "that was kept by itself, as the screen does with whatever is "
	    "trained there, under $XDG_STATE_HOME/snt.", NULL, {{WORD_FOLDER, NULL}},
	    NULL, 0, run_open},
	{"replay", NULL, "replay FOLDER", "session",
	    "run a saved session again from its beginning", NULL, NULL,
	    {{WORD_FOLDER, NULL}}, NULL, 0, run_replay},
	{"verify", NULL, "verify FOLDER", "session",
	    "run a saved session again and compare every hash", NULL, NULL,
	    {{WORD_FOLDER, NULL}}, NULL, COMMAND_REPLAYING, run_verify},
	{"note", NULL, "note TEXT", "session",
	    "put a remark into the journal, and on the timeline",
	    "A replay in presentation mode (`set presentation on`) stops "
	    "before it, until a key.", "note \"looks flat\"",
	    {{WORD_TEXT, NULL}}, NULL, COMMAND_JOURNAL | COMMAND_RAW,
	    run_note},
	{"session", "show", "session show", "session",
	    "what is recorded, where states are kept, what was changed",
	    "`goto` starts from the nearest kept state. `set "
	    "checkpoint_limit` and `set checkpoint_every` say how many there "
	    "may be.", "session show", {{0}}, NULL, COMMAND_REPLAYING,
	    run_show},
	{"export", "weights", "export weights FILE", "files",
	    "folded weights as safetensors, named and laid out as in PyTorch",
	    "Into FILE.npz as arrays of numpy instead: float32 under the same "
	    "names, and the network's description as bytes under `snt`. `net "
	    "load` reads both.", "export weights weights.npz", {{WORD_FILE, NULL}}, NULL, COMMAND_RUN,
	    run_export_weights},
	{"export", "curves", "export curves FILE", "files",
	    "all curves of all runs as CSV, or into FILE.jsonl as JSON lines",
	    "What was changed on the way stands there too, as lines of the "
	    "curve `mark` and as objects of the kind `mark`.",
	    "export curves curves.jsonl", {{WORD_FILE, NULL}},
	    NULL, 0, run_export_curves},
	{"export", "predictions", "export predictions FILE", "files",
	    "labels, predictions and logits of the test set as CSV", NULL,
	    NULL, {{WORD_FILE, NULL}}, NULL, COMMAND_RUN,
	    run_export_predictions},
	{"export", "packed", "export packed FILE", "files",
	    "the compressed network as one small file", NULL, NULL,
	    {{WORD_FILE, NULL}}, NULL, COMMAND_RUN, run_export_packed},
	{"export", "onnx", "export onnx FILE", "files",
	    "the network for other programs (ONNX, opset 13)",
	    "As it is trained, or as it is compressed when something is set: "
	    "quantised weights as 8-bit integers, and with `act=` integers "
	    "between the layers too (QDQ). The input is normalised images, "
	    "channels first.", "export onnx net.onnx",
	    {{WORD_FILE, NULL}}, NULL, COMMAND_RUN, run_export_onnx},
	{"report", NULL, "report FILE.html", "files",
	    "the session as one page: curves, tables, journal",
	    "The page needs no network, is readable in light and dark, and can "
	    "be printed.", "report session.html", {{WORD_FILE, NULL}}, NULL,
	    COMMAND_RUN, run_report},
	{0},
};
