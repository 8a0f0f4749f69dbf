#include "compress/moments.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compress/walk.h"
#include "net/conv.h"
#include "net/gemm.h"
#include "net/operation.h"

enum { WINDOWS_MOST = 32, BLOCK_MOST = 1024 };

/* Scratch of a segment, so that the pool can do them side by side. */
struct scratch {
	real *window;		/* (samples, windows, columns) */
	double *place;		/* (kernel places, channels) */
};

struct moments_work {
	struct network *network;
	real *w, *buffers;
	struct calibration images;
	uint32_t count, done;
	struct walk *walk;
	struct moments *found;
	struct scratch *scratch;	/* [segment] */
	int n;				/* samples now */
};

int moment_block(const struct moment *moment, int block)
{
	int left = moment->columns - block * moment->block;

	return left < moment->block ? left : moment->block;
}

size_t moment_offset(const struct moment *moment, int group, int block)
{
	return (size_t)(group * moment->blocks + block) *
	    (size_t)moment->block * (size_t)moment->block;
}

static const struct layer *layer_of(const struct moments_work *work, int k)
{
	const struct network *network = work->network;

	return &network->layer[network->segment[k].layer];
}

static bool is_conv(const struct layer *layer)
{
	return strcmp(layer->operation->name, "conv") == 0;
}

/* Attention has two matrices; only the first is given the layer's input. */
static bool is_inner(const struct segment *segment)
{
	return strstr(segment->name, "proj.weight") != NULL;
}

static int windows_of(const struct conv *c)
{
	return c->out_h * c->out_w;
}

static int windows_used(const struct conv *c)
{
	int all = windows_of(c);

	return all < WINDOWS_MOST ? all : WINDOWS_MOST;
}

static void plan_segment(struct moments_work *work, int k, bool products)
{
	const struct segment *segment = &work->network->segment[k];
	const struct layer *layer = layer_of(work, k);
	struct moment *moment = &work->found->segment[k];
	struct scratch *scratch = &work->scratch[k];

	if (!segment_compressible(segment))
		return;
	moment->columns = (int)(segment->count /
	    (size_t)segment->dimension[0]);
	moment->groups = 1;
	moment->blocks = (moment->columns + BLOCK_MOST - 1) / BLOCK_MOST;
	moment->block = (moment->columns + moment->blocks - 1) /
	    moment->blocks;
	if (is_conv(layer)) {
		struct conv c = conv_of(layer);

		moment->groups = c.groups;
		scratch->place = xcalloc((size_t)(c.k * c.k * c.in_channels),
		    sizeof(double));
		if (products)
			scratch->window = reals_new((size_t)(WALK_SAMPLES *
			    windows_used(&c) * moment->columns));
	}
	moment->square = xcalloc((size_t)(moment->groups * moment->columns),
	    sizeof(double));
	if (products)
		moment->product = reals_new(moment_offset(moment,
		    moment->groups, 0));
}

struct moments_work *moments_begin(const struct network *network,
    const real *w, const real *buffers, const struct calibration *images,
    uint32_t count, bool products, struct error *error)
{
	struct moments_work *work;
	size_t segments = (size_t)network->segments;

	if (!images || images->dataset->split[SPLIT_TRAIN].count == 0) {
		error_set(error, "no training images to calibrate on");
		return NULL;
	}
	work = xcalloc(1, sizeof(*work));
	work->network = network_copy(network);
	work->w = reals_dup(w, network->parameters);
	work->buffers = reals_dup(buffers, network->buffers);
	work->images = *images;
	work->count = images->dataset->split[SPLIT_TRAIN].count;
	if (count < work->count)
		work->count = count;
	work->walk = walk_new(work->network, work->w, work->buffers,
	    images->pool);
	work->found = xcalloc(1, sizeof(*work->found));
	work->found->segments = network->segments;
	work->found->segment = xcalloc(segments, sizeof(struct moment));
	work->scratch = xcalloc(segments, sizeof(struct scratch));
	for (int k = 0; k < network->segments; k++)
		plan_segment(work, k, products);
	return work;
}

/* Of rows x (rows, columns) of one group. */
static void add_blocks(struct moment *moment, int group, const real *x,
    int rows, real scale)
{
	for (int block = 0; block < moment->blocks; block++) {
		const real *from = x + block * moment->block;
		int columns = moment_block(moment, block);

		gemm(true, false, columns, columns, rows, scale, from,
		    moment->columns, from, moment->columns, 1,
		    moment->product + moment_offset(moment, group, block),
		    columns);
	}
}

/* x (rows, columns) */
static void add_rows(struct moment *moment, const real *x, size_t rows)
{
	size_t columns = (size_t)moment->columns;

	for (size_t row = 0; row < rows; row++) {
		for (size_t i = 0; i < columns; i++) {
			double value = (double)x[row * columns + i];

			moment->square[i] += value * value;
		}
	}
	if (moment->product)
		add_blocks(moment, 0, x, (int)rows, 1);
}

/* The sums of squares under one place of the kernel, of every channel of one
 * image x (h, w, c). */
static void add_place(const struct conv *c, const real *x, int place,
    double *sum)
{
	int top = place / c->k - c->pad, left = place % c->k - c->pad;

	for (int row = 0; row < c->out_h; row++) {
		int y = row * c->stride + top;

		for (int column = 0; y >= 0 && y < c->in_h &&
		    column < c->out_w; column++) {
			int at = column * c->stride + left;
			const real *from = x + (y * c->in_w + at) *
			    c->in_channels;

			for (int i = 0; at >= 0 && at < c->in_w &&
			    i < c->in_channels; i++)
				sum[i] += (double)from[i] * (double)from[i];
		}
	}
}

static void add_squares(const struct conv *c, struct moment *moment,
    const struct scratch *scratch, const real *x, int n)
{
	int places = c->k * c->k;
	size_t image = (size_t)(c->in_h * c->in_w * c->in_channels);

	memset(scratch->place, 0, (size_t)(places * c->in_channels) *
	    sizeof(double));
	for (int sample = 0; sample < n; sample++, x += image) {
		for (int place = 0; place < places; place++)
			add_place(c, x, place, scratch->place +
			    place * c->in_channels);
	}
	/* (places, channels) to (groups, channels of a group, places) */
	for (int channel = 0; channel < c->in_channels; channel++) {
		for (int place = 0; place < places; place++)
			moment->square[channel * places + place] +=
			    scratch->place[place * c->in_channels + channel];
	}
}

/* One window of one group: (channels of the group, k, k). */
static void copy_window(const struct conv *c, const real *x, int group,
    int window, real *out)
{
	int top = window / c->out_w * c->stride - c->pad;
	int left = window % c->out_w * c->stride - c->pad;
	int places = c->k * c->k;

	for (int place = 0; place < places; place++) {
		int y = top + place / c->k, at = left + place % c->k;
		bool inside = y >= 0 && y < c->in_h && at >= 0 &&
		    at < c->in_w;
		const real *from = x + (y * c->in_w + at) * c->in_channels +
		    group * c->in;

		for (int i = 0; i < c->in; i++)
			out[i * places + place] = inside ? from[i] : 0;
	}
}

static void add_products(const struct conv *c, struct moment *moment,
    const struct scratch *scratch, const real *x, int n)
{
	int all = windows_of(c), used = windows_used(c), rows = n * used;
	size_t image = (size_t)(c->in_h * c->in_w * c->in_channels);
	size_t columns = (size_t)moment->columns;
	real each = (real)all / (real)used;

	for (int group = 0; group < c->groups; group++) {
		for (int row = 0; row < rows; row++)
			copy_window(c, x + (size_t)(row / used) * image,
			    group, (2 * (row % used) + 1) * all / (2 * used),
			    scratch->window + (size_t)row * columns);
		add_blocks(moment, group, scratch->window, rows, each);
	}
}

static void look(void *argument, int k, int worker)
{
	const struct moments_work *work = argument;
	const struct layer *layer = layer_of(work, k);
	const struct scratch *scratch = &work->scratch[k];
	struct moment *moment = &work->found->segment[k];
	const real *x;

	(void)worker;
	if (moment->columns == 0 || is_inner(&work->network->segment[k]))
		return;
	x = walk_output(work->walk, layer->from[0]);
	if (is_conv(layer)) {
		struct conv c = conv_of(layer);

		add_squares(&c, moment, scratch, x, work->n);
		if (moment->product)
			add_products(&c, moment, scratch, x, work->n);
		return;
	}
	add_rows(moment, x, (size_t)work->n * shape_size(layer->in[0]) /
	    (size_t)layer->in[0].c);
}

bool moments_advance(struct moments_work *work)
{
	work->n = walk_next(work->walk, work->images.dataset, work->count);
	if (work->n == 0)
		return true;
	pool_run(work->images.pool, work->network->segments, look, work);
	work->done += (uint32_t)work->n;
	return work->done == work->count;
}

double moments_progress(const struct moments_work *work)
{
	return (double)work->done / work->count;
}

static void set_diagonal(struct moment *moment, int column, double value)
{
	int block = column / moment->block, at = column % moment->block;

	moment->product[moment_offset(moment, 0, block) +
	    (size_t)(at * moment_block(moment, block) + at)] = (real)value;
}

/* As many numbers of the size that the layer's own input has on average. */
static void fill_inner(const struct moment *before, struct moment *moment)
{
	size_t columns = (size_t)moment->columns;
	double sum = 0;

	for (int i = 0; i < before->columns; i++)
		sum += before->square[i];
	for (size_t i = 0; i < columns; i++) {
		moment->square[i] = sum / before->columns;
		if (moment->product)
			set_diagonal(moment, (int)i, moment->square[i]);
	}
}

struct moments *moments_end(struct moments_work *work)
{
	struct moments *found;
	bool complete;

	if (!work)
		return NULL;
	found = work->found;
	complete = work->done == work->count;
	for (int k = 0; k < work->network->segments; k++) {
		reals_free(work->scratch[k].window);
		free(work->scratch[k].place);
		if (is_inner(&work->network->segment[k]))
			fill_inner(&found->segment[k - 2],
			    &found->segment[k]);
	}
	if (!complete) {
		moments_free(found);
		found = NULL;
	}
	walk_free(work->walk);
	network_free(work->network);
	reals_free(work->w);
	reals_free(work->buffers);
	free(work->scratch);
	free(work);
	return found;
}

void moments_free(struct moments *moments)
{
	if (!moments)
		return;
	for (int k = 0; k < moments->segments; k++) {
		free(moments->segment[k].square);
		reals_free(moments->segment[k].product);
	}
	free(moments->segment);
	free(moments);
}
