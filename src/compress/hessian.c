#include "compress/hessian.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/conv.h"
#include "net/gemm.h"
#include "net/kernels.h"
#include "net/operation.h"

enum { PLACES_MAX = 49 };	/* of one image */

/* Which rows of X one image gives. */
struct places {
	struct conv conv;
	bool dense;
	int rows, step;		/* every step-th place */
	int size;
};

static struct places places_of(const struct layer *layer)
{
	struct places p = {.dense = strcmp(layer->operation->name,
		"dense") == 0};
	int all;

	if (p.dense) {
		p.size = layer->in[0].c;
		all = layer->in[0].h * layer->in[0].w;
	} else {
		p.conv = conv_of(layer);
		p.size = p.conv.in * p.conv.k * p.conv.k;
		all = p.conv.out_h * p.conv.out_w;
	}
	p.step = (all + PLACES_MAX - 1) / PLACES_MAX;
	p.rows = (all + p.step - 1) / p.step;
	return p;
}

/* One patch of an image x (h, w, c), of one group: row (in, k, k). */
static void gather_patch(const struct conv *c, const real *x, int group,
    int place, real *row)
{
	int top = place / c->out_w * c->stride - c->pad;
	int left = place % c->out_w * c->stride - c->pad;

	for (int i = 0; i < c->in; i++) {
		for (int a = 0; a < c->k * c->k; a++) {
			int r = top + a / c->k, s = left + a % c->k;
			bool inside = r >= 0 && r < c->in_h && s >= 0 &&
			    s < c->in_w;

			*row++ = inside ? x[(r * c->in_w + s) *
			    c->in_channels + group * c->in + i] : 0;
		}
	}
}

/* rows (n * p->rows, size) of n samples x (n, in) */
static void gather(const struct places *p, const real *x, size_t in, int n,
    int group, real *rows)
{
	for (int i = 0; i < n; i++, x += in) {
		for (int j = 0; j < p->rows; j++, rows += p->size) {
			if (p->dense)
				memcpy(rows, x + (size_t)(j * p->step) *
				    (size_t)p->size,
				    (size_t)p->size * sizeof(real));
			else
				gather_patch(&p->conv, x, group, j * p->step,
				    rows);
		}
	}
}

/* Mean over the rows, and more weight on the diagonal. */
static void finish(real *matrix, int size, double rows, double damping)
{
	size_t n = (size_t)size;
	double trace = 0;
	real more;

	for (size_t i = 0; i < n * n; i++)
		matrix[i] = (real)((double)matrix[i] / rows);
	for (size_t i = 0; i < n; i++)
		trace += (double)matrix[i * n + i];
	more = (real)(damping * trace / size);
	for (size_t i = 0; i < n; i++)
		matrix[i * n + i] += more > 0 ? more : 1;
}

struct hessian_work {
	struct walk *walk;
	const struct layer *layer;
	struct places places;
	const struct calibration *images;
	uint32_t count;
	double damping;
	struct hessian found;
	real *rows;		/* (samples, places, size) */
	double seen;		/* rows so far */
};

struct hessian_work *hessian_begin(struct walk *walk,
    const struct network *network, int id, const struct calibration *images,
    uint32_t count, double damping)
{
	struct hessian_work *work = xcalloc(1, sizeof(*work));
	const struct layer *layer = &network->layer[id];
	struct places p = places_of(layer);

	*work = (struct hessian_work){walk, layer, p, images, count, damping,
		{p.dense ? 1 : p.conv.groups, p.size, NULL}, NULL, 0};
	work->rows = reals_new((size_t)(WALK_SAMPLES * p.rows * p.size));
	work->found.matrix = reals_new((size_t)work->found.groups *
	    (size_t)(p.size * p.size));
	walk_until(walk, layer->from[0]);
	walk_rewind(walk);
	return work;
}

bool hessian_advance(struct hessian_work *work)
{
	const struct places *p = &work->places;
	int n = walk_next(work->walk, work->images->dataset, work->count);
	const real *x = walk_output(work->walk, work->layer->from[0]);

	for (int g = 0; n > 0 && g < work->found.groups; g++) {
		gather(p, x, shape_size(work->layer->in[0]), n, g, work->rows);
		gemm(true, false, p->size, p->size, n * p->rows, 1, work->rows,
		    p->size, work->rows, p->size, 1,
		    hessian_of_group(&work->found, g), p->size);
	}
	work->seen += n * p->rows;
	if (n > 0)
		return false;
	for (int g = 0; g < work->found.groups; g++)
		finish(hessian_of_group(&work->found, g), p->size, work->seen,
		    work->damping);
	return true;
}

struct hessian hessian_end(struct hessian_work *work)
{
	struct hessian found = work->found;

	reals_free(work->rows);
	free(work);
	return found;
}

void hessian_free(struct hessian *hessian)
{
	reals_free(hessian->matrix);
	*hessian = (struct hessian){0};
}

real *hessian_of_group(const struct hessian *hessian, int group)
{
	return hessian->matrix + (size_t)group *
	    (size_t)hessian->size * (size_t)hessian->size;
}

struct factoring {
	real *matrix;
	size_t size, k;
};

enum { ROWS_EACH = 64 };	/* of one unit of work */

/* R[i][k] of H = R R^T, R upper: rows i < k, from what is right of k. */
static void factor_rows(void *argument, int unit, int worker)
{
	struct factoring *f = argument;
	size_t n = f->size, k = f->k, first = (size_t)unit * ROWS_EACH;
	const real *row_k = f->matrix + k * n;

	(void)worker;
	for (size_t i = first; i < first + ROWS_EACH && i < k; i++) {
		real *row = f->matrix + i * n;
		double sum = (double)row[k] - kernels()->dot(n - k - 1,
		    row + k + 1, row_k + k + 1);

		row[k] = (real)(sum / (double)row_k[k]);
	}
}

void hessian_factor(real *matrix, int size, struct pool *pool)
{
	struct factoring f = {matrix, (size_t)size, 0};
	size_t n = f.size;

	for (f.k = n; f.k-- > 0;) {
		real *row = matrix + f.k * n;
		double left = (double)row[f.k] - kernels()->dot(n - f.k - 1,
		    row + f.k + 1, row + f.k + 1);

		row[f.k] = (real)sqrt(left > 1e-12 ? left : 1e-12);
		pool_run(pool, (int)((f.k + ROWS_EACH - 1) / ROWS_EACH),
		    factor_rows, &f);
	}
	for (size_t k = 0; k < n; k++) {
		real d = matrix[k * n + k];

		for (size_t i = 0; i < k; i++)
			matrix[k * n + i] = matrix[i * n + k] / d;
		matrix[k * n + k] = d * d;
	}
}
