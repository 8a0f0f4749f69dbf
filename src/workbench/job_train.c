/* Training of one run or of several in turn, its reports and its end. */
#include "workbench/job.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "workbench/condition.h"
#include "workbench/probes.h"
#include "workbench/recorder.h"
#include "workbench/run.h"
#include "workbench/timeline.h"

/* Runs trained together take this many steps each in turn. */
enum { TURN = 20, EPOCHS_MOST = 1000 };

struct entrant {
	struct run *run;
	long begin, target;
	bool evaluated, measured;
};

struct train_job {
	struct job base;
	struct train_plan plan;
	struct expression until;
	struct entrant entrant[RUNS_MAX];
	int entrants, turn;
	long turn_begin;	/* step at which this turn began */
	bool ended;
};

static void report(struct bench *bench, struct run *run)
{
	const struct learner *learner = run->learner;
	struct event *event;
	double lr = NAN, accuracy = NAN;

	if (run->samples == 0)
		return;
	if (run->judged > 0) {
		run->loss = run->loss_sum / run->judged;
		run->accuracy = accuracy = run->correct_sum / run->judged;
	}
	run->images_per_second = run->samples / run->seconds;
	optimizer_get(learner->optimizer, "lr", &lr);
	event = event_new("train");
	event_text(event, "run", run->name);
	event_number(event, "step", (double)learner->step);
	event_number(event, "epoch", learner_epoch(learner));
	event_number(event, "loss", run->judged > 0 ? run->loss : NAN);
	event_number(event, "accuracy", accuracy);
	event_number(event, "lr", lr * schedule_factor(&learner->schedule,
	    learner_epoch(learner)));
	event_number(event, "gradients", learner->gradients);
	event_number(event, "images_per_s", run->images_per_second);
	event_number(event, "seconds", run->trained);
	bench_emit(bench, event);
	series_add(&run->curve[CURVE_ACCURACY], (double)learner->step,
	    accuracy);
	run->loss_sum = run->correct_sum = run->judged = 0;
	run->samples = run->seconds = 0;
}

/* A step behind noise says nothing of the network itself. */
static void judge(struct run *run, const struct learner_report *done)
{
	if (done->aside)
		return;
	run->loss_sum += done->loss * done->n;
	run->correct_sum += done->accuracy * done->n;
	run->judged += done->n;
	series_add(&run->curve[CURVE_LOSS], (double)run->learner->step,
	    done->loss);
}

/* Steps that are only taken again cost nothing new. */
static void count_cost(struct run *run, double seconds)
{
	double step = (double)run->learner->step;

	run->seconds += seconds;
	if (step > series_end(&run->curve[CURVE_SECONDS]))
		run->trained += seconds;
	series_add(&run->curve[CURVE_SECONDS], step, run->trained);
	series_add(&run->curve[CURVE_GRADIENTS], step,
	    run->learner->gradients);
}

static int take_step(struct bench *bench, struct run *run,
    struct error *error)
{
	const struct timeline_now now = {run->version, bench->commands,
		bench->dry};
	struct learner_report done;
	double started = clock_now(), seconds;

	if (timeline_before_step(run->timeline, &run->learner, &now, error))
		return -1;
	bench->tick++;
	run->version++;
	timeline_after_step(run->timeline, run->version);
	if (bench->dry) {
		run->learner->step++;
		return 0;
	}
	learner_step(run->learner, &done);
	seconds = clock_now() - started;
	count_cost(run, seconds);
	probes_trained(bench, seconds);
	run->samples += done.n;
	judge(run, &done);
	series_add(&run->curve[CURVE_RATE], (double)run->learner->step,
	    done.lr);
	if (run->learner->step % bench->set.report == 0)
		report(bench, run);
	recorder_step(bench, run);
	return 0;
}

/* Live probes that fall on the run's step become jobs, which come first. */
static bool start_probes(struct bench *bench, struct run *run)
{
	bool started = false;

	if (bench->dry || run->probed_step == run->learner->step)
		return false;
	run->probed_step = run->learner->step;
	for (int i = 0; i < bench->probes; i++) {
		if (!probe_due(bench, &bench->probe[i], run->learner->step))
			continue;
		bench_start(bench, job_probe(bench, run, &bench->probe[i],
		    PRIORITY_PROBE));
		started = true;
	}
	return started;
}

static bool epoch_ends(const struct run *run)
{
	return run->learner->step % learner_steps_per_epoch(run->learner) == 0;
}

/* The test set once an epoch, when asked for; false: not now. */
static bool start_epoch_test(struct bench *bench, struct train_job *job,
    const struct entrant *entrant)
{
	struct run *run = entrant->run;
	long every = bench->set.eval_every;

	if (every == 0 && expression_uses(&job->until, "test_"))
		every = 1;
	if (bench->dry || every == 0 || !epoch_ends(run) ||
	    run->learner->step == entrant->target ||
	    (run->learner->step / learner_steps_per_epoch(run->learner)) %
	    every)
		return false;
	bench_start(bench, job_evaluate(bench, run, SPLIT_TEST, true));
	return true;
}

static bool reached(const struct train_job *job, const struct entrant *entrant)
{
	const struct run *run = entrant->run;

	if (run->learner->step >= entrant->target)
		return true;
	return job->until.terms > 0 && run->learner->step > entrant->begin &&
	    condition_holds(&job->until, run);
}

/* The next entrant that is not there yet, or NULL. */
static struct entrant *entrant_in_turn(struct train_job *job)
{
	for (int i = 0; i <= job->entrants; i++) {
		struct entrant *entrant = &job->entrant[job->turn];
		long taken = entrant->run->learner->step - job->turn_begin;

		if (!reached(job, entrant) && (taken < TURN ||
		    job->entrants == 1))
			return entrant;
		job->turn = (job->turn + 1) % job->entrants;
		job->turn_begin = job->entrant[job->turn].run->learner->step;
	}
	return NULL;
}

static double train_progress(const struct train_job *job)
{
	double done = 0, all = 0;

	if (job->plan.until)
		return NAN;
	for (int i = 0; i < job->entrants; i++) {
		const struct entrant *entrant = &job->entrant[i];

		done += (double)(entrant->run->learner->step - entrant->begin);
		all += (double)(entrant->target - entrant->begin);
	}
	return all > 0 ? done / all : 1;
}

/* What a fine-tuned run has become when it is quantised again. */
static bool start_measuring(struct train_job *job, struct bench *bench,
    struct entrant *entrant)
{
	if (!job->plan.finetune || entrant->measured || bench->dry ||
	    !entrant->run->learner->straight)
		return false;
	entrant->measured = true;
	bench_start(bench, job_compress(bench, entrant->run));
	return true;
}

/* 1: all is done, 0: not yet. */
static int evaluate_next(struct train_job *job, struct bench *bench)
{
	for (int i = 0; i < job->entrants; i++) {
		struct entrant *entrant = &job->entrant[i];

		if (entrant->evaluated) {
			if (start_measuring(job, bench, entrant))
				return 0;
			continue;
		}
		entrant->evaluated = true;
		report(bench, entrant->run);
		if (!job->plan.evaluate || bench->dry)
			continue;
		bench_start(bench, job_evaluate(bench, entrant->run,
		    SPLIT_TEST, false));
		return 0;
	}
	return 1;
}

/* When a condition ended training, the journal says so: a restored session
 * cannot know otherwise. */
static void note_end(struct train_job *job, struct bench *bench)
{
	if (job->plan.until && !job->ended)
		recorder_command(bench, "stop");
	job->ended = true;
}

static int unreachable(const struct train_job *job, struct error *error)
{
	if (job->plan.until)
		return error_set(error, "train until %s: not reached within "
		    "%d epochs", job->plan.until, EPOCHS_MOST);
	return 0;
}

static int train_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct train_job *job = (struct train_job *)base;
	double until = clock_now() + QUANTUM;

	do {
		struct entrant *entrant = entrant_in_turn(job);

		if (!entrant) {
			base->progress = 1;
			note_end(job, bench);
			return evaluate_next(job, bench);
		}
		base->run = entrant->run;
		if (start_probes(bench, entrant->run))
			return 0;
		if (take_step(bench, entrant->run, error))
			return -1;
		base->progress = train_progress(job);
		if (start_epoch_test(bench, job, entrant))
			return 0;
		if (job->plan.until && entrant->run->learner->step >=
		    entrant->target && !condition_holds(&job->until,
			entrant->run))
			return unreachable(job, error);
	} while (bench->tick < bench->tick_limit && clock_now() < until);
	return 0;
}

/* Blocked at the journal's next entry while a session is replayed. */
static bool train_ready(const struct job *base, const struct bench *bench)
{
	struct train_job *job = (struct train_job *)base;

	return bench->tick < bench->tick_limit || !entrant_in_turn(job);
}

static void train_cancel(struct job *base, struct bench *bench)
{
	struct train_job *job = (struct train_job *)base;

	for (int i = 0; i < job->entrants; i++) {
		report(bench, job->entrant[i].run);
		if (bench->options->screen && !bench->dry)
			bench_start(bench, job_evaluate(bench,
			    job->entrant[i].run, SPLIT_TEST, true));
	}
}

static void train_free(struct job *base)
{
	struct train_job *job = (struct train_job *)base;

	free(job->plan.until);
	free(job);
}

/* Other training than fine-tuning is of the floats; on its recorded path a
 * run goes on as it did. */
static void train_floats(struct run *run)
{
	long step = run->learner->step;

	if (run->learner->straight &&
	    timeline_head(run->timeline, step) == step)
		learner_set_straight(run->learner, NULL);
}

/* Where training that was asked for before will leave the run, if it is not
 * paused: more of it begins there. */
static long begin_of(const struct bench *bench, const struct run *run)
{
	long begin = run->learner->step;

	for (int i = 0; i < bench->jobs; i++) {
		const struct train_job *job = (struct train_job *)bench->job[i];

		if (job->base.kind != JOB_TRAIN || job->base.paused ||
		    job->plan.until)
			continue;
		for (int j = 0; j < job->entrants; j++) {
			if (job->entrant[j].run == run &&
			    job->entrant[j].target > begin)
				begin = job->entrant[j].target;
		}
	}
	return begin;
}

static void add_entrant(struct train_job *job, const struct bench *bench,
    struct run *run)
{
	struct entrant *entrant = &job->entrant[job->entrants++];
	long begin = begin_of(bench, run);
	const struct train_plan *plan = &job->plan;
	double epoch = (double)learner_steps_per_epoch(run->learner);
	double steps = plan->until ? EPOCHS_MOST * epoch :
	    plan->steps ? (double)plan->steps : plan->epochs * epoch;

	*entrant = (struct entrant){.run = run,
		.begin = begin, .target = begin + lround(steps)};
}

/* Is the network fit for the data, are there data at all? */
static int check_entrant(const struct bench *bench, const struct run *run,
    struct error *error)
{
	if (network_check_output(run->learner->network, error))
		return error_prefix(error, "run %s", run->name);
	if (bench->dataset->split[SPLIT_TRAIN].count == 0)
		return error_set(error, "%s has no training samples",
		    bench->dataset->name);
	return 0;
}

struct job *job_train(struct bench *bench, const struct train_plan *plan,
    const char *text, struct error *error)
{
	struct train_job *job = xcalloc(1, sizeof(*job));

	job->base = (struct job){.kind = JOB_TRAIN,
		.priority = PRIORITY_TRAIN, .advance = train_advance,
		.ready = train_ready, .cancel = train_cancel,
		.free = train_free, .progress = plan->until ? NAN : 0};
	job->plan = *plan;
	text_copy(job->base.text, sizeof(job->base.text), text);
	if (plan->until && plan->all_runs && bench->dry) {
		error_set(error, "the end of `%s` is not known", text);
		goto fail;
	}
	if (plan->until && condition_parse(plan->until, &job->until, error))
		goto fail;
	for (int i = 0; i < bench->runs; i++) {
		if (!plan->all_runs && i != bench->current)
			continue;
		if (check_entrant(bench, bench->run[i], error))
			goto fail;
		recorder_begin(bench, bench->run[i]);
		if (!plan->finetune)
			train_floats(bench->run[i]);
		run_forget_ahead(bench->run[i]);
		add_entrant(job, bench, bench->run[i]);
	}
	job->base.run = job->entrant[0].run;
	job->turn_begin = job->entrant[0].begin;
	return &job->base;
fail:
	train_free(&job->base);
	return NULL;
}

bool bench_training(const struct bench *bench, const struct run *run)
{
	for (int i = 0; i < bench->jobs; i++) {
		const struct train_job *job = (struct train_job *)bench->job[i];

		if (job->base.kind != JOB_TRAIN)
			continue;
		for (int j = 0; j < job->entrants; j++) {
			if (!run || job->entrant[j].run == run)
				return true;
		}
	}
	return false;
}
