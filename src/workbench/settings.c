#include "workbench/settings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/command_table.h"
#include "workbench/learner_settings.h"
#include "workbench/pace.h"
#include "workbench/run.h"
#include "workbench/screen_settings.h"
#include "workbench/setting_value.h"
#include "workbench/slide.h"
#include "workbench/timeline.h"

static int set_report(struct call *call, const char *value)
{
	return setting_whole("report", value, 1, 1000000,
	    &call->bench->set.report, call->error);
}

static void get_report(const struct bench *bench, char *out, size_t size)
{
	text_format(out, size, "%ld", bench->set.report);
}

static int set_hash_every(struct call *call, const char *value)
{
	return setting_whole("hash_every", value, 1, 1000000,
	    &call->bench->set.hash_every, call->error);
}

static void get_hash_every(const struct bench *bench, char *out, size_t size)
{
	text_format(out, size, "%ld", bench->set.hash_every);
}

static void limit_timelines(const struct bench *bench)
{
	for (int i = 0; i < bench->runs; i++)
		timeline_limit(bench->run[i]->timeline,
		    (size_t)bench->set.checkpoint_limit << 20,
		    bench->set.checkpoint_every);
}

/* "256MB", "1GB", or a number of megabytes. */
static int set_checkpoint_limit(struct call *call, const char *value)
{
	size_t digits = strspn(value, "0123456789");
	const char *unit = value + digits;
	char text[16];
	long number;

	text_format(text, sizeof(text), "%.*s", digits < 10 ? (int)digits : 10,
	    value);
	if (parse_long(text, &number) || number < 1 || (*unit &&
	    strcmp(unit, "MB") != 0 && strcmp(unit, "GB") != 0))
		return error_set(call->error, "checkpoint_limit %s: a size "
		    "such as 256MB or 1GB", value);
	if (*unit == 'G')
		number *= 1024;
	if (number > 1024 * 1024)
		return error_set(call->error, "checkpoint_limit %s: at most "
		    "1024GB", value);
	call->bench->set.checkpoint_limit = number;
	limit_timelines(call->bench);
	return 0;
}

static void get_checkpoint_limit(const struct bench *bench, char *out,
    size_t size)
{
	text_format(out, size, "%ldMB", bench->set.checkpoint_limit);
}

static int set_checkpoint_every(struct call *call, const char *value)
{
	if (setting_whole("checkpoint_every", value, 1, 1000000,
		&call->bench->set.checkpoint_every, call->error))
		return -1;
	limit_timelines(call->bench);
	return 0;
}

static void get_checkpoint_every(const struct bench *bench, char *out,
    size_t size)
{
	text_format(out, size, "%ld", bench->set.checkpoint_every);
}

static int set_eval_every(struct call *call, const char *value)
{
	return setting_whole("eval_every", value, 0, 1000000,
	    &call->bench->set.eval_every, call->error);
}

static void get_eval_every(const struct bench *bench, char *out, size_t size)
{
	text_format(out, size, "%ld", bench->set.eval_every);
}

static int set_probe_n(struct call *call, const char *value)
{
	struct bench *bench = call->bench;

	if (setting_whole("probe_n", value, 1, 10000000, &bench->set.probe_n,
		call->error))
		return -1;
	setting_note_excess(bench, "probe_n", bench->set.probe_n,
	    bench->set.probe_split);
	return 0;
}

static void get_probe_n(const struct bench *bench, char *out, size_t size)
{
	text_format(out, size, "%ld", bench->set.probe_n);
}

static int set_probe_split(struct call *call, const char *value)
{
	return setting_split("probe_split", value,
	    &call->bench->set.probe_split, call->error);
}

static void get_probe_split(const struct bench *bench, char *out, size_t size)
{
	text_copy(out, size, split_names[bench->set.probe_split]);
}

/* What was found out under another setting. */
static void forget_slides(struct bench *bench)
{
	for (int i = 0; i < bench->runs; i++)
		slide_cache_forget(bench->run[i]);
}

static int set_compress_split(struct call *call, const char *value)
{
	struct bench *bench = call->bench;

	if (setting_split("compress_split", value, &bench->set.compress_split,
		call->error))
		return -1;
	forget_slides(bench);
	return 0;
}

static void get_compress_split(const struct bench *bench, char *out,
    size_t size)
{
	text_copy(out, size, split_names[bench->set.compress_split]);
}

static int set_compress_damage(struct call *call, const char *value)
{
	struct bench *bench = call->bench;

	if (setting_switch("compress_damage", value,
		&bench->set.compress_damage, call->error))
		return -1;
	forget_slides(bench);
	return 0;
}

static void get_compress_damage(const struct bench *bench, char *out,
    size_t size)
{
	text_copy(out, size, bench->set.compress_damage ? "on" : "off");
}

static int set_slide_runs(struct call *call, const char *value)
{
	bool all = strcmp(value, "all") == 0;

	if (!all && strcmp(value, "current") != 0)
		return error_set(call->error, "slide_runs %s: current or all",
		    value);
	call->bench->set.slide_all = all;
	return 0;
}

static void get_slide_runs(const struct bench *bench, char *out, size_t size)
{
	text_copy(out, size, bench->set.slide_all ? "all" : "current");
}

static int set_threads(struct call *call, const char *value)
{
	long threads = 1;

	if (setting_whole("threads", value, 1, THREADS_MOST, &threads,
		call->error))
		return -1;
	pool_set_threads(call->bench->pool, (int)threads);
	return 0;
}

static void get_threads(const struct bench *bench, char *out, size_t size)
{
	text_format(out, size, "%d", pool_threads(bench->pool));
}

static const struct setting rows[] = {
	{"batch", "N", "128", "samples in a mini-batch; more than the data "
	    "means all of them", set_batch, get_batch, false},
	{"shuffle", "on|off", "on", "a new order of the samples each epoch",
	    set_shuffle, get_shuffle, false},
	{"schedule", "constant | step every=N gamma=G | cosine epochs=N",
	    "constant", "the learning rate over time",
	    set_schedule, get_schedule, false},
	{"decay", "w|factors", "w", "what weight decay pulls to zero in a "
	    "transformed run", set_decay, get_decay, false},
	{"gradual", "RATIO [steps=1000] [every=50] | off", "off", "prune the "
	    "run while it trains, from dense to RATIO over so many steps, by "
	    "magnitude, quickly first and then more slowly (cubic)",
	    set_gradual, get_gradual, false},
	{"report", "STEPS", "100", "steps between two train events",
	    set_report, get_report, false},
	{"eval_every", "EPOCHS", "0, on a screen 1", "epochs between two "
	    "tests while training; 0: at the end only",
	    set_eval_every, get_eval_every, false},
	{"hash_every", "STEPS", "100", "steps between two hashes of the "
	    "weights in the journal", set_hash_every, get_hash_every, false},
	{"checkpoint_limit", "SIZE", "1024MB", "room on the disk, in $TMPDIR "
	    "or /var/tmp, for states of each run from which `goto` starts; "
	    "beyond it they are thinned out",
	    set_checkpoint_limit, get_checkpoint_limit, false},
	{"checkpoint_every", "STEPS", "20", "steps between two such states, "
	    "as long as there is room; large ones are kept when it costs no "
	    "more than 2% of the training",
	    set_checkpoint_every, get_checkpoint_every, false},
	{"probe_n", "N", "1024", "samples of the probe set: the first of the "
	    "split", set_probe_n, get_probe_n, false},
	{"probe_split", "train|validation|test", "train", "the split that "
	    "sharpness is measured on", set_probe_split, get_probe_split, false},
	{"compress_split", "train|validation|test", "test", "the split that "
	    "`prune` and `quant` measure accuracy on; choose by validation, "
	    "report the test", set_compress_split, get_compress_split, false},
	{"compress_damage", "on|off", "on", "`prune` and `quant` also predict "
	    "and measure the damage to the loss, and take the time; without, "
	    "accuracy and bytes come in less than half the time",
	    set_compress_damage, get_compress_damage, false},
	{"slide_runs", "current|all", "current", "whether `prune`, `quant` "
	    "and sweeps are of the current run, or of all runs, one curve each",
	    set_slide_runs, get_slide_runs, false},
	{"threads", "N", "all processors", "threads that compute; any number "
	    "gives the same bits", set_threads, get_threads, false},
	{"theme", "auto|dark|light|mono|FILE", "auto", "colours of the screen; "
	    "auto takes $XDG_CONFIG_HOME/snt/theme, or what suits dark and "
	    "light", set_theme, get_theme, true},
	{"plot", "auto|braille|block|ascii", "auto", "what the curves of the "
	    "screen are drawn with; auto: braille, but blocks on the Linux "
	    "console", set_plot, get_plot, true},
	{"mouse", "on|off", "on", "clicks and the wheel are for the screen; "
	    "off leaves them to the terminal", set_mouse, get_mouse, true},
	{"target_accuracy", "RATIO|off", "off", "an accuracy to keep, drawn "
	    "in the curves of accuracy; `compress show` tells what keeps it",
	    set_target, get_target, true},
	{"presentation", "on|off", "off", "a screen for an audience: few large "
	    "panels, lessons and journals that type themselves, replays that "
	    "stop before what is done in mid-run; Enter, space or PgDn goes "
	    "on", set_presentation, get_presentation, true},
	{"replay_speed", "STEPS|max", "max", "steps a second of `replay`, and "
	    "of training along a recorded path",
	    set_replay_speed, get_replay_speed, true},
};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

const struct setting *settings(int *count)
{
	*count = ROWS;
	return rows;
}

static const struct setting *find_row(const char *key)
{
	for (int i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].name, key) == 0)
			return &rows[i];
	}
	return NULL;
}

static int unknown(const struct run *run, const char *key,
    struct error *error)
{
	struct buffer known = {0};

	for (int i = 0; i < ROWS; i++)
		buffer_printf(&known, "%s%s", i ? ", " : "",
		    rows[i].name);
	error_set(error, "no setting %s (there are: %s, and %s)", key,
	    known.text, run ? "the options of the optimizer such as lr" :
	    "with a network also the options of its optimizer");
	buffer_free(&known);
	return -1;
}

/* What is no setting may be an option of the current optimizer: lr, rho. */
int setting_set(struct call *call, const char *key, const char *value)
{
	const struct setting *row = find_row(key);
	double old;

	if (bench_watches_replay(call->bench) && !(row && row->looks))
		return error_set(call->error, "a session is being played: "
		    "wait, or `stop`");
	if (row)
		return row->set(call, value);
	if (!call->run || optimizer_get(call->run->learner->optimizer, key,
		&old))
		return unknown(call->run, key, call->error);
	return optimizer_set(call->run->learner->optimizer, key, value,
	    call->error);
}

int setting_get(const struct bench *bench, const char *key, char *out,
    size_t size, struct error *error)
{
	const struct setting *row = find_row(key);
	const struct run *run = bench_run(bench);
	double value;

	if (row)
		row->get(bench, out, size);
	else if (run && optimizer_get(run->learner->optimizer, key, &value)
	    == 0)
		text_format(out, size, "%.9g", value);
	else
		return unknown(run, key, error);
	return 0;
}

void settings_default(struct bench *bench)
{
	bench->set = (struct settings_values){.batch = 128, .report = 100,
		.probe_n = 1024, .hash_every = 100,
		.checkpoint_limit = 1024, .checkpoint_every = 20,
		.eval_every = bench->options->screen ? 1 : 0,
		.shuffle = true, .probe_split = SPLIT_TRAIN,
		.compress_split = SPLIT_TEST, .compress_damage = true,
		.optimizer = xstrdup("adam lr=0.001"),
		.schedule = xstrdup("constant")};
}

void settings_free(struct bench *bench)
{
	free(bench->set.optimizer);
	free(bench->set.schedule);
	bench->set.optimizer = bench->set.schedule = NULL;
}
