/*
 * Layer normalisation (Ba et al. 2016) of every row of c numbers: a token, a
 * pixel's channels, or plain features. Parameters: weight (c), bias (c).
 *
 *	u = (x - mean) r, r = 1 / sqrt(variance + epsilon)
 *	y = weight u + bias
 *	dx = r (g - mean(g) - u mean(g u)), g = weight dy
 *
 * and, with R{.} the derivative along the direction (Pearlmutter 1994) and
 * q = mean(u R{x}):
 *
 *	R{u} = r (R{x} - mean(R{x}) - u q), R{r} = -r^2 q
 */
#include "net/kernels.h"
#include "net/pass.h"

static const double epsilon = 1e-5;

/* What forward leaves of each row, and tangent forward in `tsaved`. */
struct row {
	real mean, r;
};

struct tangent_row {
	real mean, q;
};

static int layernorm_shape(struct layer *layer, struct error *error)
{
	(void)error;
	layer->out = layer->in[0];
	return 0;
}

static void layernorm_parameters(struct layer *layer,
    struct segment_list *list)
{
	segment_add(list, "weight", ROLE_NORM, layer->out.c, 0, 0, 0);
	segment_add(list, "bias", ROLE_NORM, layer->out.c, 0, 0, 0);
}

static void layernorm_initialise(const struct layer *layer, bool last,
    struct random_key key, real *w, real *buffers)
{
	int c = layer->out.c;

	(void)last, (void)key, (void)buffers;
	for (int j = 0; j < c; j++) {
		w[j] = 1;
		w[c + j] = 0;
	}
}

static size_t layernorm_saved(const struct layer *layer)
{
	return 2 * (size_t)shape_positions(layer->out);
}

static size_t width_of(const struct pass *p)
{
	return (size_t)p->layer->out.c;
}

/* w: weight, then bias */
static void layernorm_forward(const struct pass *p)
{
	size_t c = width_of(p);

	kernels()->normalise_rows(pass_rows(p), c, (real)epsilon, p->w,
	    p->w + c, p->x[0], p->saved, p->y);
}

/* dw: of the weight, then of the bias */
static void layernorm_backward(const struct pass *p)
{
	size_t c = width_of(p);

	if (p->dw)
		reals_zero(2 * c, p->dw);
	kernels()->normalise_rows_backward(pass_rows(p), c, p->w, p->saved,
	    p->x[0], p->dy, p->dx[0], p->dw, p->dw ? p->dw + c : NULL);
}

/* mean(g) and mean(g u) */
struct row_means {
	real g, gu;
};

static struct row_means means_of(size_t c, const real *w, const real *dy,
    const real *x, struct row row)
{
	double g_sum = 0, gu_sum = 0;

	for (size_t j = 0; j < c; j++) {
		double g = (double)w[j] * (double)dy[j];

		g_sum += g;
		gu_sum += g * (double)((x[j] - row.mean) * row.r);
	}
	return (struct row_means) {
		(real)(g_sum / (double)c), (real)(gu_sum / (double)c)
	};
}

static struct tangent_row tangent_row_of(size_t c, const real *x,
    struct row row, const real *tx)
{
	double sum = 0, product = 0;

	for (size_t j = 0; tx && j < c; j++) {
		sum += (double)tx[j];
		product += (double)tx[j] *
		    (double)((x[j] - row.mean) * row.r);
	}
	return (struct tangent_row) {
		(real)(sum / (double)c), (real)(product / (double)c)
	};
}

/* R{u} of one number */
static real tangent_of(real u, real tx, struct row row,
    struct tangent_row trow)
{
	return row.r * (tx - trow.mean - u * trow.q);
}

static void layernorm_tangent_forward(const struct pass *p)
{
	size_t c = width_of(p), rows = pass_rows(p);
	const struct row *row = (const struct row *)p->saved;
	struct tangent_row *trow = (struct tangent_row *)p->tsaved;

	for (size_t i = 0; i < rows; i++) {
		const real *x = p->x[0] + i * c;
		const real *tx = p->tx[0] ? p->tx[0] + i * c : NULL;
		real *ty = p->ty + i * c;

		trow[i] = tangent_row_of(c, x, row[i], tx);
		for (size_t j = 0; j < c; j++) {
			real u = (x[j] - row[i].mean) * row[i].r;

			ty[j] = p->tw[j] * u + p->tw[c + j] + p->w[j] *
			    tangent_of(u, tx ? tx[j] : 0, row[i], trow[i]);
		}
	}
}

/* One row of the tangent backward pass. */
struct tangent_task {
	size_t c;
	const real *w, *tw, *x, *tx, *dy, *tdy;
	struct row row;
	struct tangent_row trow;
};

static real tx_at(const struct tangent_task *t, size_t j)
{
	return t->tx ? t->tx[j] : 0;
}

/* R{mean(g)} and R{mean(g u)} */
static struct row_means tangent_means_of(const struct tangent_task *t)
{
	double tg_sum = 0, tgu_sum = 0;

	for (size_t j = 0; j < t->c; j++) {
		real u = (t->x[j] - t->row.mean) * t->row.r;
		real tu = tangent_of(u, tx_at(t, j), t->row, t->trow);
		double g = (double)t->w[j] * (double)t->dy[j];
		double tg = (double)t->tw[j] * (double)t->dy[j] +
		    (double)t->w[j] * (double)t->tdy[j];

		tg_sum += tg;
		tgu_sum += tg * (double)u + g * (double)tu;
	}
	return (struct row_means) {
		(real)(tg_sum / (double)t->c), (real)(tgu_sum / (double)t->c)
	};
}

static void tangent_backward_row(const struct tangent_task *t, real *tdx)
{
	struct row_means mean = means_of(t->c, t->w, t->dy, t->x, t->row);
	struct row_means tmean = tangent_means_of(t);
	real r = t->row.r, tr = -r * r * t->trow.q;

	for (size_t j = 0; j < t->c; j++) {
		real u = (t->x[j] - t->row.mean) * r;
		real tu = tangent_of(u, tx_at(t, j), t->row, t->trow);
		real g = t->w[j] * t->dy[j];
		real tg = t->tw[j] * t->dy[j] + t->w[j] * t->tdy[j];

		tdx[j] = tr * (g - mean.g - u * mean.gu) +
		    r * (tg - tmean.g - tu * mean.gu - u * tmean.gu);
	}
}

static void tangent_gradient_row(const struct tangent_task *t, real *tdw)
{
	for (size_t j = 0; j < t->c; j++) {
		real u = (t->x[j] - t->row.mean) * t->row.r;
		real tu = tangent_of(u, tx_at(t, j), t->row, t->trow);

		tdw[j] += t->tdy[j] * u + t->dy[j] * tu;
		tdw[t->c + j] += t->tdy[j];
	}
}

static void layernorm_tangent_backward(const struct pass *p)
{
	size_t c = width_of(p), rows = pass_rows(p);

	reals_zero(2 * c, p->tdw);
	for (size_t i = 0; i < rows; i++) {
		struct tangent_task task = {
			.c = c, .w = p->w, .tw = p->tw,
			.x = p->x[0] + i * c,
			.tx = p->tx[0] ? p->tx[0] + i * c : NULL,
			.dy = p->dy + i * c,
			.tdy = p->tdy + i * c,
			.row = ((const struct row *)p->saved)[i],
			.trow = ((const struct tangent_row *)p->tsaved)[i],
		};

		tangent_gradient_row(&task, p->tdw);
		if (p->tdx[0])
			tangent_backward_row(&task, p->tdx[0] + i * c);
	}
}

const struct operation operation_layernorm = {
	.name = "layernorm", .alias = "ln",
	.help = "normalise each token, or each row of features",
	.inputs = 1,
	.shape = layernorm_shape,
	.parameters = layernorm_parameters,
	.initialise = layernorm_initialise,
	.saved = layernorm_saved,
	.forward = layernorm_forward,
	.backward = layernorm_backward,
	.tangent_forward = layernorm_tangent_forward,
	.tangent_backward = layernorm_tangent_backward,
};
