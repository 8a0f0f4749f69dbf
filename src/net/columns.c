#include "net/columns.h"

/* So many columns at once, for the sums in double precision to have a place. */
enum { CHUNK = 128 };

static struct columns chunk_of(size_t rows, size_t columns, size_t first,
    const real *x)
{
	size_t left = columns - first;

	return (struct columns) {
		.rows = rows, .columns = left < CHUNK ? left : CHUNK,
		.step = columns, .x = x + first,
	};
}

static void put(size_t count, double scale, const double *sum, real *out)
{
	for (size_t i = 0; i < count; i++)
		out[i] = (real)(scale * sum[i]);
}

static struct column_gate gate_at(struct column_gate gate, size_t first)
{
	if (!gate.factor)
		return gate;
	return (struct column_gate) {gate.factor + first, gate.term + first};
}

void columns_sum(size_t rows, size_t columns, double scale, const real *x,
    real *out)
{
	double sum[CHUNK];

	for (size_t i = 0; i < columns; i += CHUNK) {
		struct columns c = chunk_of(rows, columns, i, x);

		kernels()->column_sums(&c, sum);
		put(c.columns, scale, sum, out + i);
	}
}

void columns_square(size_t rows, size_t columns, const real *x,
    const real *mean, real *out)
{
	double sum[CHUNK];

	for (size_t i = 0; i < columns; i += CHUNK) {
		struct columns c = chunk_of(rows, columns, i, x);

		c.mean = mean + i;
		kernels()->column_squares(&c, sum);
		put(c.columns, 1, sum, out + i);
	}
}

void columns_dot(size_t rows, size_t columns, const real *x, const real *mean,
    const real *y, real *out, real *sum_y)
{
	columns_dot_gated(rows, columns, x, mean, (struct column_gate){0}, y,
	    out, sum_y);
}

void columns_dot_gated(size_t rows, size_t columns, const real *x,
    const real *mean, struct column_gate gate, const real *y, real *out,
    real *sum_y)
{
	double sum[CHUNK], more[CHUNK];

	for (size_t i = 0; i < columns; i += CHUNK) {
		struct columns c = chunk_of(rows, columns, i, x);

		c.y = y + i;
		c.mean = mean ? mean + i : NULL;
		c.gate = gate_at(gate, i);
		kernels()->column_dots(&c, sum, more);
		put(c.columns, 1, sum, out + i);
		if (sum_y)
			put(c.columns, 1, more, sum_y + i);
	}
}

static struct column_tangents tangents_at(const struct column_tangents *t,
    size_t first)
{
	size_t left = t->columns - first;

	return (struct column_tangents) {
		.rows = t->rows, .columns = left < CHUNK ? left : CHUNK,
		.step = t->step, .x = t->x + first, .tx = t->tx + first,
		.dy = t->dy + first, .tdy = t->tdy + first,
		.mean = t->mean + first, .dy_factor = t->dy_factor + first,
		.tdy_factor = t->tdy_factor + first,
		.gate = gate_at(t->gate, first), .tdx = t->tdx + first,
	};
}

void columns_tangents(const struct column_tangents *t, real *sum,
    real *sum_tdy)
{
	double sums[CHUNK], more[CHUNK];

	for (size_t i = 0; i < t->columns; i += CHUNK) {
		struct column_tangents part = tangents_at(t, i);

		kernels()->column_tangents(&part, sums, more);
		put(part.columns, 1, sums, sum + i);
		put(part.columns, 1, more, sum_tdy + i);
	}
}
