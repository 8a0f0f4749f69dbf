/*
 * A snapshot: all that a screen may know of the workbench, immutable, made by
 * the compute thread and shared by reference. Front ends draw it and never
 * see the network itself. Each pointer in it is followed by wire.c too, which
 * takes snapshots to other processes.
 */
#ifndef SNT_WORKBENCH_SNAPSHOT_H
#define SNT_WORKBENCH_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

/* When many values share a place their mean and extremes are kept. */
struct point {
	float x;			/* training step */
	float y, low, high;
};

struct curve {
	int count;
	const struct point *point;	/* x ascends */
};

enum curve_name {
	CURVE_LOSS,		/* training loss */
	CURVE_ACCURACY,		/* training accuracy */
	CURVE_TEST_LOSS,
	CURVE_TEST_ACCURACY,
	CURVE_COMPRESSED,	/* accuracy where `probe compressed` set it */
	CURVE_RATE,		/* learning rate */
	/* What it took up to there; `high` is that at the point's own x: */
	CURVE_GRADIENTS,	/* gradient evaluations */
	CURVE_SECONDS,		/* of training */
	/* Sharpness of the folded network, and of what it is folded from: */
	CURVE_LAMBDA, CURVE_TRACE, CURVE_SAM, CURVE_ADAPTIVE, CURVE_AVERAGE,
	CURVE_WORST,
	CURVE_LAMBDA_THETA, CURVE_TRACE_THETA, CURVE_SAM_THETA,
	CURVE_ADAPTIVE_THETA, CURVE_AVERAGE_THETA, CURVE_WORST_THETA,
	CURVES
};

enum { POSITION_TEXT = 96 };	/* "prune 0.8; quant 4" */

/* A measured value with its honesty: how sure, how old. */
struct reading {
	bool known;
	bool failed;		/* text says why */
	double value, error;	/* error NAN: none */
	long step;		/* measured at; stale when the run is further */
	char text[48];		/* "in 14 products, 0.3 s" */
};

/* What a measure saw around the weights; picture.h. */
enum picture_name {
	PICTURE_SPECTRUM,	/* density of the Hessian's eigenvalues */
	PICTURE_LINE, PICTURE_PLANE,	/* losses along random directions */
	PICTURES
};

struct picture {
	bool density;
	int rows, columns;
	const float *at;	/* (columns): eigenvalues, or distances */
	const float *value;	/* (rows, columns): density, or losses */
	int layer;		/* 0: the whole network */
	struct reading reading;	/* the measure's value, and its step */
};

/* Where a line changed how a run goes on. */
struct mark {
	long step;
	char text[64];		/* the line: "set lr 0.01" */
};

/* A step from which the run can be walked again at once. */
struct kept_state {
	long step;
	bool change;		/* kept because something changed there */
};

/* Accuracy over steps and values of a slider; no rows: never asked for. */
struct map_view {
	int columns, rows;
	const float *at;	/* (columns): ratios, or bits */
	const long *step;	/* (rows), ascending */
	const float *accuracy;	/* (rows, columns) */
};

enum compress_state {
	COMPRESS_OFF,		/* nothing set */
	COMPRESS_WORKING,	/* no figure yet */
	COMPRESS_ESTIMATE,	/* on `n` samples, with its interval */
	COMPRESS_EXACT
};

struct compress_point {
	float at;		/* ratio, or bits */
	float accuracy, low, high;
	bool exact;
};

/* Accuracy of a run at the position of the sliders, and how far it is known. */
struct slid_view {
	enum compress_state state;
	double accuracy, low, high;
	long step;		/* stale when the run is further */
};

/* What was measured of one layer alone. */
struct layer_curve_view {
	enum curve_name name;
	int layer;
	struct curve curve;
	struct reading reading;
};

struct run_view {
	char name[32];
	char parent[32];	/* forked from, or "" */
	long parent_step;
	char arm[64];		/* "adam lr=0.001, expand" */
	struct slid_view slid;
	/* Accuracy against ratio at the present bits, and against bits at the
	 * present ratio; filled by sweeps and slides. */
	int ratio_points, bit_points;
	const struct compress_point *ratio_point, *bit_point;
	char position[POSITION_TEXT];	/* that CURVE_COMPRESSED is of */
	bool current;		/* lines act on it */
	bool training;
	long step;
	long head;		/* how far it got; above `step` in the past */
	double epoch;
	long steps_per_epoch;
	double gradients;
	bool transformed;
	double lr;
	double loss, accuracy;	/* of the last reports; NAN: none */
	struct reading reading[CURVES];	/* the last of what is measured */
	double two_over_lr;	/* plain gradient descent: 2/lr, with momentum
				 * m 2(1+m)/lr (Nesterov's: over 1+2m), else
				 * NAN */
	struct curve curve[CURVES];
	int layer_curves;
	struct layer_curve_view *layer_curve;	/* by name, then by layer */
	int marks, notes, kept;	/* all ascend */
	const struct mark *mark;
	const struct mark *note;	/* remarks: `note TEXT` */
	const struct kept_state *kept_state;
	struct map_view map[2];	/* of pruning, of bits */
	/* Layers one at a time: each row's `step` is the layer's number. */
	struct map_view sensitivity[2];
	long sensitivity_step[2];	/* measured at */
	struct picture *picture[PICTURES];	/* the newest, or NULL */
};

enum { WEIGHT_BINS = 40, CHANNELS_SEEN = 64 };

/* Where numbers lie. */
struct spread_view {
	double most;		/* the largest of them; 0: there are none */
	double rms;		/* the root of their mean square */
	double end;		/* bins reach from -end to it, and the outer
				 * ones also have what lies beyond */
	float bin[WEIGHT_BINS];	/* shares */
};

/* The weights of a layer, for who asked with workbench_show_weights(). */
struct weight_view {
	struct spread_view weights;
	struct spread_view gradients;	/* of the last training step */
	int channels, ranges;	/* ranges: of channels, or of groups of them */
	float range[CHANNELS_SEEN];	/* the largest |w| in each */
};

struct layer_view {
	int id;
	char text[32];		/* "conv 5x5" */
	char spec[128];		/* as `net add` takes it: "conv out=20 k=5" */
	char out[24];		/* "20x24x24" */
	char from[16];		/* "" when it is the layer before */
	double parameters, macs, bytes;
	bool transformed;
	bool compressible;
	double ratio;		/* zeros now, of the compressed network */
	int bits;
	/* What does not go with the slider of all: NAN, 0 are none. */
	double own_ratio;
	int own_bits;		/* 32: floats */
};

struct compress_view {
	enum compress_state state;
	bool pruned, quantised;
	double ratio;
	int bits;		/* 0: not quantised */
	char method[16], scope[16], per[16];
	char how[96];		/* of quantising otherwise: "act=8" */
	int layer;		/* 0: all */
	double accuracy, low, high, loss;
	uint32_t n, of;		/* samples done, samples in all */
	double predicted, measured;	/* NAN: not known yet */
	double zeros, prunable, bytes, float_bytes, ms;
	double ms_int8, ms_sparse;	/* NAN or 0: none */
	double break_even;	/* ratio from which leaving zeros out is
				 * faster; NAN or 0: not known */
	bool stale;		/* the run has moved on since */
	long step;
};

enum job_kind { JOB_NONE, JOB_TRAIN, JOB_EVALUATE, JOB_SHARPNESS,
	JOB_COMPRESS, JOB_SWEEP, JOB_REPLAY, JOB_GOTO,
	JOB_STUDY, JOB_PAST };

struct job_view {
	enum job_kind kind;
	char text[80];		/* "train 5 epochs" */
	double progress;	/* 0..1, NAN: not known */
	double seconds, seconds_left;	/* NAN: not known */
	bool paused;
};

enum log_level { LOG_COMMAND, LOG_RESULT, LOG_NOTE, LOG_ERROR };

struct log_line {
	uint64_t number;	/* counts up over the session */
	int64_t time;		/* seconds since the epoch */
	enum log_level level;
	char *text;		/* safe for a terminal */
};

enum { SNAPSHOT_RUNS = 32, SNAPSHOT_JOBS = 8 };

/* Where a lesson stands on its present page. */
enum lesson_stage {
	LESSON_READING,		/* text, and what to predict */
	LESSON_RUNNING,		/* its lines */
	LESSON_ASKING,
	LESSON_REVEALED
};

struct lesson_view {
	bool active;
	char name[32], title[96];
	int page, pages;	/* from 1 */
	enum lesson_stage stage;
	bool predicts;		/* the question comes before the lines */
	char *text, *question, *reveal;	/* "" if none */
	char *lines;		/* to run, one a line, or NULL */
	char *found;		/* the last that they measured, or NULL */
	int choices;
	char **choice;
	char *given, *said;	/* the answer, and what is said of it; NULL */
	int asked, right;	/* of the pages so far */
};

/* What is set for screens alone; "" where nothing was. */
struct screen_settings {
	char theme[128];	/* "dark", or a file */
	char plot[8];		/* "braille" */
	char mouse[4];		/* "on" */
	char presentation[4];
	double target_accuracy;	/* 0: none */
};

/* What a line about the network that is being typed would do. */
struct preview {
	char line[200];		/* the line it is about */
	bool refused;		/* text says why */
	char text[200];		/* the layer's line, that of all; or "" */
};

struct snapshot {
	uint64_t number;
	struct preview preview;
	struct screen_settings screen;
	char data[48];		/* "fashion-mnist", or what is missing */
	char data_note[96];	/* "toy spiral: fashion-mnist is not installed" */
	char network[64];	/* "lenet5" */
	double parameters, macs;
	char memory[128];	/* what training takes, by purpose */
	int layers;
	struct layer_view *layer;
	struct weight_view *weights;	/* (layers), or NULL: not asked for */
	int runs, current;	/* index of the current run; -1: none */
	struct run_view *run;
	struct compress_view compress;
	char *comparison;	/* the last one's table: lines, or NULL */
	char *study;		/* the table of one, so far, or NULL */
	int jobs;		/* the one that is worked on first */
	struct job_view job[SNAPSHOT_JOBS];
	double images_per_second;
	bool slide_all;		/* the sliders are those of all runs */
	double probe_share, probe_spent;	/* of the training time; 0: no
						 * budget, NAN: nothing yet */
	char probes_waiting[120];	/* those without a value: probes.h */
	int threads;
	struct lesson_view lesson;
	int log_lines;		/* oldest first */
	struct log_line *log;
	char session[128];	/* folder, "" before `save` */
	bool saved;		/* nothing waits to be written */
	bool finished;		/* `quit` was executed */
	int dumps;		/* how often `screen dump` was executed, */
	char *dump;		/* and the last file, or NULL */
	bool replaying;		/* the first job is a session being played */
	double replay_speed;	/* steps a second; 0: as fast as it goes */
	char marker[160];	/* the line that a replay stopped before, or
				 * "" */
	bool watching;		/* a window on another process' session */
};

#endif
