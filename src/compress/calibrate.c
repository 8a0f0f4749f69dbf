#include "compress/calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compress/walk.h"

enum { BINS = 2048, CANDIDATES = 64 };

/* What was seen of one layer's output. */
struct seen {
	double least, most;
	double *bin;		/* (BINS) between them; NULL: not asked for */
};

static double centre(const struct seen *seen, int bin)
{
	return seen->least + (bin + 0.5) * (seen->most - seen->least) / BINS;
}

/* All that was seen. */
static double keep_all(const struct seen *seen, int bits)
{
	(void)seen, (void)bits;
	return 1;
}

/* The share of the range outside which lie `tail` of the numbers. */
static double keep_most(const struct seen *seen, int bits)
{
	const double tail = 1e-4;
	double all = 0, outside = 0;
	int step = CANDIDATES;

	(void)bits;
	for (int i = 0; i < BINS; i++)
		all += seen->bin[i];
	while (step > 1) {
		double share = (double)(step - 1) / CANDIDATES;

		outside = 0;
		for (int i = 0; i < BINS; i++) {
			double x = centre(seen, i);

			if (x < share * seen->least || x > share * seen->most)
				outside += seen->bin[i];
		}
		if (outside > tail * all)
			break;
		step--;
	}
	return (double)step / CANDIDATES;
}

/* As float32, which is what files keep. */
static struct levels levels_of(const struct seen *seen, double share, int bits)
{
	struct levels level = levels_affine((real)(share * seen->least),
	    (real)(share * seen->most), bits);

	level.scale = (real)(float)level.scale;
	return level;
}

static double rounded(double x, struct levels level)
{
	return (levels_code(level, (real)x) - level.zero) *
	    (double)level.scale;
}

/* The mean squared error of rounding to a share of the range. */
static double squared_error(const struct seen *seen, double share, int bits)
{
	struct levels level = levels_of(seen, share, bits);
	double sum = 0;

	for (int i = 0; i < BINS; i++) {
		double error = rounded(centre(seen, i), level) -
		    centre(seen, i);

		sum += seen->bin[i] * error * error;
	}
	return sum;
}

/* What a level holds: of numbers inside the range, of all that become it,
 * and the bins that the former come from. */
struct level_count {
	double inside, all;
	int bins;
};

static bool within(const struct seen *seen, double share, double x)
{
	return x >= share * seen->least && x <= share * seen->most;
}

static void count_levels(const struct seen *seen, double share,
    struct levels level, struct level_count *count)
{
	for (int i = 0; i < BINS; i++) {
		double x = centre(seen, i), n = seen->bin[i];
		struct level_count *at = &count[levels_code(level, (real)x)];

		at->all += n;
		if (n == 0 || !within(seen, share, x))
			continue;
		at->inside += n;
		at->bins++;
	}
}

/* Kullback-Leibler divergence of what is left from what was there, after
 * Migacz 2017 (TensorRT): numbers outside the range are counted at its ends,
 * and each level spreads those inside over the bins that had some. */
static double divergence(const struct seen *seen, double share, int bits)
{
	struct levels level = levels_of(seen, share, bits);
	struct level_count count[1 << 8] = {0};
	double all = 0, kept = 0, sum = 0;

	count_levels(seen, share, level, count);
	for (int i = 0; i < 1 << bits; i++) {
		all += count[i].all;
		kept += count[i].inside;
	}
	for (int i = 0; i < 1 << bits; i++) {
		/* Nothing but numbers from outside: as if one were inside. */
		if (count[i].all > 0 && count[i].inside == 0)
			sum += count[i].all / all * log(count[i].all);
	}
	for (int i = 0; i < BINS && kept > 0; i++) {
		double x = centre(seen, i);
		const struct level_count *at = &count[levels_code(level, (real)x)];
		double p = seen->bin[i] / all;

		if (p == 0 || !within(seen, share, x))
			continue;
		p *= at->all / at->inside;
		sum += p * log(p / (at->inside / at->bins / kept));
	}
	return kept > 0 ? sum : HUGE_VAL;
}

/* The share of the range, of a few, at which `cost` is least. */
static double search(const struct seen *seen, int bits,
    double (*cost)(const struct seen *, double, int))
{
	double best = 1, least = HUGE_VAL;

	for (int i = CANDIDATES; i > CANDIDATES / 16; i--) {
		double share = (double)i / CANDIDATES;
		double value = cost(seen, share, bits);

		if (value < least) {
			least = value;
			best = share;
		}
	}
	return best;
}

static double least_squares(const struct seen *seen, int bits)
{
	return search(seen, bits, squared_error);
}

static double least_divergence(const struct seen *seen, int bits)
{
	return search(seen, bits, divergence);
}

/* In the order of CALIBRATORS. */
static const struct {
	bool bins;
	double (*share)(const struct seen *seen, int bits);
} calibrators[] = {
	{false, keep_all},
	{true, keep_most},
	{true, least_squares},
	{true, least_divergence},
};

static int take_range(struct seen *seen, const real *x, size_t count)
{
	bool finite = true;
	real least = (real)seen->least, most = (real)seen->most;

	for (size_t i = 0; i < count; i++) {
		least = x[i] < least ? x[i] : least;
		most = x[i] > most ? x[i] : most;
		finite &= isfinite(x[i]) != 0;
	}
	seen->least = (double)least;
	seen->most = (double)most;
	return finite ? 0 : -1;
}

/* Zeros are exact at any range: they would only hide the others. */
static void take_bins(struct seen *seen, const real *x, size_t count)
{
	double unit = BINS / (seen->most - seen->least);

	for (size_t i = 0; i < count; i++) {
		int bin = (int)(((double)x[i] - seen->least) * unit);

		if (x[i] != 0)
			seen->bin[bin < BINS ? bin : BINS - 1]++;
	}
}

struct work {
	const struct network *network;
	struct walk *walk;
	const bool *wanted;
	struct seen *seen;		/* [id] */
	bool bins;			/* the second pass */
	int n, bad;
};

static void look(void *argument, int id, int worker)
{
	struct work *work = argument;
	const struct network *network = work->network;
	struct seen *seen = &work->seen[id];
	size_t count = (size_t)work->n * shape_size(id ?
	    network->layer[id].out : network->input);
	const real *x = walk_output(work->walk, id);

	(void)worker;
	if (!work->wanted[id])
		return;
	if (!work->bins && take_range(seen, x, count))
		seen->most = INFINITY;
	if (work->bins && seen->most > seen->least)
		take_bins(seen, x, count);
}

static void pass_over(struct work *work, const struct calibration *images,
    uint32_t count, bool bins)
{
	work->bins = bins;
	walk_rewind(work->walk);
	while ((work->n = walk_next(work->walk, images->dataset, count)) > 0)
		pool_run(images->pool, work->network->layers + 1, look, work);
}

static int conclude(const struct work *work, int how, int bits,
    struct levels *level, struct error *error)
{
	for (int id = 0; id <= work->network->layers; id++) {
		const struct seen *seen = &work->seen[id];
		double share = 1;

		if (!work->wanted[id])
			continue;
		if (isinf(seen->most))
			return error_set(error, "calibration: the output of "
			    "layer %d has entries that are not numbers", id);
		if (seen->most > seen->least)
			share = calibrators[how].share(seen, bits);
		level[id] = levels_of(seen, share, bits);
	}
	return 0;
}

int calibration_check(const struct calibration *images, struct error *error)
{
	if (images && images->dataset->split[SPLIT_TRAIN].count > 0)
		return 0;
	return error_set(error, "no training images to calibrate on");
}

int calibrate(const struct network *network, const real *w,
    const real *buffers, const struct calibration *images, uint32_t count,
    const bool *wanted, int how, int bits, struct levels *level,
    struct error *error)
{
	size_t layers = (size_t)network->layers + 1;
	struct work work = {.network = network, .wanted = wanted};
	int status;

	if (calibration_check(images, error))
		return -1;
	work.seen = xcalloc(layers, sizeof(*work.seen));
	work.walk = walk_new(network, w, buffers, images->pool);
	pass_over(&work, images, count, false);
	for (size_t id = 0; calibrators[how].bins && id < layers; id++) {
		if (wanted[id])
			work.seen[id].bin = xcalloc(BINS, sizeof(double));
	}
	if (calibrators[how].bins)
		pass_over(&work, images, count, true);
	status = conclude(&work, how, bits, level, error);
	for (size_t id = 0; id < layers; id++)
		free(work.seen[id].bin);
	free(work.seen);
	walk_free(work.walk);
	return status;
}
