/* Samples on their way into a batch: normalised, and augmented. */
#include "data/dataset.h"

#include <string.h>

#include "base/random.h"

static inline real normalised(uint8_t byte, real factor, real term)
{
	return (real)byte * factor - term;
}

/* So many that compilers make vectors of them. */
static inline void normalise_some(const uint8_t *restrict bytes,
    const real *restrict factor, const real *restrict term,
    real *restrict out)
{
	for (int i = 0; i < BYTES_AT_ONCE; i++)
		out[i] = normalised(bytes[i], factor[i], term[i]);
}

static void normalise_bytes(const struct dataset *dataset,
    const uint8_t *bytes, size_t size, real *out)
{
	size_t channels = (size_t)dataset->channels;
	size_t step = BYTES_AT_ONCE % channels, c = 0;

	for (; size >= BYTES_AT_ONCE; size -= BYTES_AT_ONCE) {
		normalise_some(bytes, dataset->factor + c, dataset->term + c,
		    out);
		bytes += BYTES_AT_ONCE;
		out += BYTES_AT_ONCE;
		c += step;
		c -= c >= channels ? channels : 0;
	}
	for (size_t i = 0; i < size; i++)
		out[i] = normalised(bytes[i], dataset->factor[c + i],
		    dataset->term[c + i]);
}

/* `count` numbers of a sample, from number `first` on. */
static void take(const struct dataset *dataset, const struct split *split,
    size_t first, size_t count, real *out)
{
	if (split->bytes) {
		normalise_bytes(dataset, split->bytes + first, count, out);
		return;
	}
	for (size_t i = 0; i < count; i++)
		out[i] = (real)split->values[first + i];
}

/* How one sample is seen. */
struct view {
	int down, right;	/* moved by so many pixels */
	bool mirrored;
};

/* -shift .. shift, all as likely, from 15 bits. */
static int draw(uint32_t bits, int shift)
{
	return (int)((bits & 0x7fff) * (uint32_t)(2 * shift + 1) >> 15) -
	    shift;
}

static struct view draw_view(const struct augmentation *augmentation,
    struct random_key key, uint32_t sample)
{
	uint32_t bits = random_bits(key, sample);

	return (struct view){draw(bits, augmentation->shift),
		draw(bits >> 15, augmentation->shift),
		augmentation->flip && bits >> 31};
}

/* A black pixel; of measured values, which are standardised, the mean. */
static void border(const struct dataset *dataset, const struct split *split,
    int pixels, real *out)
{
	int channels = dataset->shape.c;

	for (int i = 0; i < pixels * channels; i++)
		out[i] = split->bytes ? normalised(0,
		    dataset->factor[i % channels],
		    dataset->term[i % channels]) : 0;
}

static void mirror(real *row, int pixels, int channels)
{
	for (int a = 0, b = pixels - 1; a < b; a++, b--) {
		for (int c = 0; c < channels; c++) {
			real left = row[a * channels + c];

			row[a * channels + c] = row[b * channels + c];
			row[b * channels + c] = left;
		}
	}
}

/* One row of a sample whose numbers begin at `first`, moved to the right. */
static void take_row(const struct dataset *dataset, const struct split *split,
    size_t first, int right, real *out)
{
	int w = dataset->shape.w, c = dataset->shape.c;
	int before = right > 0 ? right : 0, after = right < 0 ? -right : 0;

	if (before + after >= w) {
		border(dataset, split, w, out);
		return;
	}
	border(dataset, split, before, out);
	take(dataset, split, first + (size_t)(after * c),
	    (size_t)((w - before - after) * c), out + before * c);
	border(dataset, split, after, out + (w - after) * c);
}

static void take_view(const struct dataset *dataset, const struct split *split,
    size_t sample, const struct view *view, real *out)
{
	struct shape shape = dataset->shape;
	size_t row = (size_t)(shape.w * shape.c);

	for (int y = 0; y < shape.h; y++, out += row) {
		int from = y - view->down;

		if (from < 0 || from >= shape.h)
			border(dataset, split, shape.w, out);
		else
			take_row(dataset, split, sample * shape_size(shape) +
			    (size_t)from * row, view->right, out);
		if (view->mirrored)
			mirror(out, shape.w, shape.c);
	}
}

/* What is gathered; split by samples over a pool. */
struct gathering {
	const struct dataset *dataset;
	enum split_name split;
	const uint32_t *index;		/* NULL: first, first + 1, .. */
	uint32_t first;
	int count;
	const struct random_key *key;	/* of augmentation; NULL: none */
	real *out;
	int32_t *labels;
};

/* Samples lie anywhere in the set: they are asked for this many ahead. */
enum { SAMPLES_AT_ONCE = 32, AHEAD = 2, CACHE_LINE = 64 };

static uint32_t sample_at(const struct gathering *g, int i)
{
	return g->index ? g->index[i] : g->first + (uint32_t)i;
}

static void ask_for(const struct gathering *g, uint32_t sample)
{
	const struct split *from = &g->dataset->split[g->split];
	size_t size = shape_size(g->dataset->shape);

	__builtin_prefetch(&from->labels[sample]);
	for (size_t at = 0; from->bytes && at < size; at += CACHE_LINE)
		__builtin_prefetch(from->bytes + sample * size + at);
}

static void gather_some(void *argument, int unit, int worker)
{
	const struct gathering *g = argument;
	const struct split *from = &g->dataset->split[g->split];
	size_t size = shape_size(g->dataset->shape);
	int first = unit * SAMPLES_AT_ONCE, left = g->count - first;

	(void)worker;
	for (int i = first; i < first + left && i < first + SAMPLES_AT_ONCE;
	    i++) {
		uint32_t sample = sample_at(g, i);
		real *out = g->out + (size_t)i * size;

		if (i + AHEAD < g->count)
			ask_for(g, sample_at(g, i + AHEAD));
		g->labels[i] = from->labels[sample];
		if (g->key) {
			struct view view = draw_view(&g->dataset->augmentation,
			    *g->key, sample);

			take_view(g->dataset, from, sample, &view, out);
		} else {
			take(g->dataset, from, sample * size, size, out);
		}
	}
}

static void gather(struct gathering *g, struct pool *pool)
{
	pool_run(pool, (g->count + SAMPLES_AT_ONCE - 1) / SAMPLES_AT_ONCE,
	    gather_some, g);
}

void split_gather(const struct dataset *dataset, enum split_name split,
    uint32_t first, int count, struct pool *pool, real *out, int32_t *labels)
{
	struct gathering g = {.dataset = dataset, .split = split,
		.first = first, .count = count, .out = out,
		.labels = labels};

	gather(&g, pool);
}

void gather_training(const struct dataset *dataset, struct random_key key,
    const uint32_t *index, int count, struct pool *pool, real *out,
    int32_t *labels)
{
	struct gathering g = {.dataset = dataset, .split = SPLIT_TRAIN,
		.index = index, .count = count,
		.key = augments(dataset) ? &key : NULL, .out = out,
		.labels = labels};

	gather(&g, pool);
}
