#include "workbench/probes.h"

#include <math.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/text.h"

/* Without a budget and without `every=`. */
enum { EVERY_USUAL = 100 };

/* No eye needs more, and the log and the metrics would grow for nothing. */
#define SECONDS_BETWEEN 0.25

static const double usual_share = 0.1;

bool probe_within_budget(const struct bench *bench, const struct probe *probe)
{
	return bench->probe_share > 0 && probe->every == 0;
}

static int sharers(const struct bench *bench)
{
	int count = 0;

	for (int i = 0; i < bench->probes; i++)
		count += probe_within_budget(bench, &bench->probe[i]);
	return count;
}

bool probe_same(const struct probe *a, const struct probe *b)
{
	return a->kind == b->kind && a->layer == b->layer &&
	    a->in_w == b->in_w && a->in_theta == b->in_theta;
}

const char *probe_name(const struct probe *probe)
{
	return probe->kind ? probe->kind->name : PROBE_COMPRESSED;
}

void probe_position(const struct compress_settings *settings, char *out,
    size_t size)
{
	struct buffer text = {0};

	compress_settings_print(settings, &text);
	text_copy(out, size, text.text ? text.text : "");
	buffer_free(&text);
}

void probes_budget(struct bench *bench, double share)
{
	bench->probe_share = share;
	bench->probe_trained = 0;
	for (int i = 0; i < bench->probes; i++)
		bench->probe[i].cost = (struct probe_cost){0};
}

void probes_default(struct bench *bench)
{
	static const char *const names[] = {"lambda", "sam"};

	bench->probes = 0;
	if (bench->options->screen) {
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
			struct probe *probe = &bench->probe[bench->probes++];

			*probe = (struct probe){.kind = measure_find(
				names[i]), .in_w = true};
			options_default(probe->kind->options,
			    &probe->options);
		}
	}
	probes_budget(bench, bench->options->screen ? usual_share : 0);
}

/* What the next one will take: as much as the last; and the first one so
 * many gradients of the probe set, at the speed of training (lambda takes 12
 * to 22 on the named networks). */
static double expected_cost(const struct bench *bench,
    const struct probe *probe)
{
	const int iterative = 24, direct = 3;
	const struct run *run = bench_run(bench);

	if (probe->cost.count)
		return probe->cost.last;
	if (!run || !(run->images_per_second > 0))
		return INFINITY;
	if (!probe->kind)
		return bench->dataset->split[bench->set.compress_split].count /
		    run->images_per_second;
	return (probe->kind->warm ? iterative : direct) *
	    (double)bench->set.probe_n / run->images_per_second;
}

/* Seconds of training that the next one waits for: each probe has its part of
 * the budget, and is paid for before it begins. */
static double training_until(const struct bench *bench,
    const struct probe *probe)
{
	double part = bench->probe_share / sharers(bench);

	return (probe->cost.spent + expected_cost(bench, probe)) / part -
	    bench->probe_trained;
}

bool probe_due(const struct bench *bench, const struct probe *probe,
    long step)
{
	const struct probe_cost *cost = &probe->cost;

	if (!probe_within_budget(bench, probe))
		return step % (probe->every ? probe->every : EVERY_USUAL) ==
		    0;
	return training_until(bench, probe) <= 0 &&
	    clock_now() - cost->ended >= SECONDS_BETWEEN;
}

void probes_waiting(const struct bench *bench, char *out, size_t size)
{
	struct buffer text = {0};

	for (int i = 0; i < bench->probes; i++) {
		const struct probe *probe = &bench->probe[i];
		double wait;
		char time[24];

		if (!probe_within_budget(bench, probe) || probe->cost.count)
			continue;
		wait = training_until(bench, probe);
		if (!(wait >= 1) || isinf(wait))
			continue;
		text_duration(time, sizeof(time), wait);
		buffer_printf(&text, "%s%s in %s", text.length ? ", " : "",
		    probe_name(probe), time);
	}
	text_copy(out, size, text.length ? text.text : "");
	buffer_free(&text);
}

void probes_trained(struct bench *bench, double seconds)
{
	bench->probe_trained += seconds;
}

static struct probe *find(struct bench *bench, const struct probe *like)
{
	for (int i = 0; i < bench->probes; i++) {
		if (probe_same(&bench->probe[i], like))
			return &bench->probe[i];
	}
	return NULL;
}

void probe_spent(struct bench *bench, const struct probe *probe,
    double seconds)
{
	struct probe *found = find(bench, probe);

	if (!found)
		return;
	found->cost.spent += seconds;
	found->cost.now += seconds;
}

void probe_ended(struct bench *bench, const struct probe *probe)
{
	struct probe *found = find(bench, probe);

	if (!found)
		return;
	found->cost.count++;
	found->cost.last = found->cost.now;
	found->cost.now = 0;
	found->cost.ended = clock_now();
}

double probes_share_spent(const struct bench *bench)
{
	double spent = 0;

	if (sharers(bench) == 0 || bench->probe_trained <= 0)
		return NAN;
	for (int i = 0; i < bench->probes; i++) {
		if (probe_within_budget(bench, &bench->probe[i]))
			spent += bench->probe[i].cost.spent;
	}
	return spent / bench->probe_trained;
}
