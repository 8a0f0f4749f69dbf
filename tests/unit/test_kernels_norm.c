/*
 * The kernels of normalisation, softmax and GELU against plain loops in
 * double precision, for matrices around the vectors' widths; and the same
 * bits from every table.
 */
#include <complex.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "net/kernels.h"

#ifdef SNT_DOUBLE
static const double tolerance = 1e-13;
#else
static const double tolerance = 2e-6;
#endif

static const char *const tables[] = {"portable", "avx2", "avx512"};

enum { GUARD = 40, PARAMETERS = 4 };

/* x, y and z (rows, columns); parameter (columns) each; out: what a kernel
 * wrote, and expected: what it should have. */
struct matrices {
	size_t rows, columns, size;	/* size: of x, y, z */
	real *x, *y, *z, *parameter[PARAMETERS];
	real *out;
	size_t written;
	double *expected;
};

static real *normal(uint64_t stream, size_t count)
{
	real *a = xmalloc((count + 1) * sizeof(*a));
	struct random_key key = {5, RANDOM_PROBE, stream};

	random_normal(key, 0, count, a);
	return a;
}

static struct matrices matrices_new(size_t rows, size_t columns)
{
	struct matrices m = {
		.rows = rows, .columns = columns, .size = rows * columns
	};
	size_t most = 5 * (m.size + rows + columns) + GUARD;

	m.x = normal(1, m.size);
	m.y = normal(2, m.size);
	m.z = normal(3, m.size);
	for (int i = 0; i < PARAMETERS; i++)
		m.parameter[i] = normal(10 + (uint64_t)i, columns);
	m.out = normal(4, most);
	m.expected = xcalloc(most, sizeof(double));
	return m;
}

static void matrices_free(struct matrices *m)
{
	free(m->x);
	free(m->y);
	free(m->z);
	for (int i = 0; i < PARAMETERS; i++)
		free(m->parameter[i]);
	free(m->out);
	free(m->expected);
}

static double at(const real *a, const struct matrices *m, size_t r, size_t j)
{
	return (double)a[r * m->columns + j];
}

/* Column sums: written are (columns) numbers of each kind. */
static struct columns columns_of(const struct matrices *m)
{
	return (struct columns) {
		m->rows, m->columns, m->columns, m->x, m->y, m->parameter[0],
		{0}
	};
}

static void keep(struct matrices *m, const double *sums)
{
	for (size_t j = 0; j < m->columns; j++)
		m->out[m->written++] = (real)sums[j];
}

static void do_sums(struct matrices *m)
{
	struct columns c = columns_of(m);
	double sum[128], more[128];

	kernels()->column_sums(&c, sum);
	keep(m, sum);
	kernels()->column_squares(&c, sum);
	keep(m, sum);
	kernels()->column_dots(&c, sum, more);
	keep(m, sum);
	keep(m, more);
	c.mean = NULL;
	kernels()->column_dots(&c, sum, more);
	keep(m, sum);
}

static void expect_sums(struct matrices *m)
{
	double *e = m->expected;
	size_t c = m->columns;

	for (size_t r = 0; r < m->rows; r++)
		for (size_t j = 0; j < c; j++) {
			double x = at(m->x, m, r, j), y = at(m->y, m, r, j);
			double d = x - (double)m->parameter[0][j];

			e[j] += x;
			e[c + j] += d * d;
			e[2 * c + j] += d * y;
			e[3 * c + j] += y;
			e[4 * c + j] += x * y;
		}
}

static void do_scale(struct matrices *m)
{
	m->written = m->size;
	kernels()->scale_columns(m->rows, m->columns, m->parameter[0],
	    m->parameter[1], m->x, m->out);
}

static void expect_scale(struct matrices *m)
{
	for (size_t i = 0; i < m->size; i++)
		m->expected[i] = (double)m->parameter[0][i % m->columns] *
		    (double)m->x[i] +
		    (double)m->parameter[1][i % m->columns];
}

static void do_blend(struct matrices *m)
{
	struct column_blend b = {
		m->parameter[0], m->parameter[1], m->parameter[2],
		m->parameter[3], {0}, false
	};

	m->written = m->size;
	kernels()->blend_columns(m->rows, m->columns, &b, m->x, m->y, m->out);
}

static void expect_blend(struct matrices *m)
{
	for (size_t i = 0; i < m->size; i++) {
		size_t j = i % m->columns;

		m->expected[i] = (double)m->parameter[0][j] *
		    ((double)m->x[i] - (double)m->parameter[1][j]) +
		    (double)m->parameter[2][j] * (double)m->y[i] +
		    (double)m->parameter[3][j];
	}
}

/* Batch norm's tangents, with x for R{dy}, y for dy and z for R{x}. */
static void do_tangents(struct matrices *m)
{
	struct column_tangents t = {
		m->rows, m->columns, m->columns, m->x, m->z, m->y, m->x,
		m->parameter[0], m->parameter[1], m->parameter[2], {0}, m->out
	};
	double sum[128], more[128];

	m->written = m->size;
	kernels()->column_tangents(&t, sum, more);
	keep(m, sum);
	keep(m, more);
}

static void expect_tangents(struct matrices *m)
{
	double *sums = m->expected + m->size;

	for (size_t i = 0; i < m->size; i++) {
		size_t j = i % m->columns;
		double x = (double)m->x[i], y = (double)m->y[i];

		m->expected[i] = (double)m->parameter[1][j] * y +
		    (double)m->parameter[2][j] * x;
		sums[j] += (x - (double)m->parameter[0][j]) * x +
		    (double)m->z[i] * y;
		sums[m->columns + j] += x;
	}
}

/* With a relu behind scale_columns(): it, the sums and the blend. */
static void do_rectify(struct matrices *m)
{
	struct column_gate gate = {m->parameter[0], m->parameter[1]};
	struct columns c = {
		m->rows, m->columns, m->columns, m->x, m->y, m->parameter[2],
		gate
	};
	struct column_blend b = {
		m->parameter[0], m->parameter[1], m->parameter[2],
		m->parameter[3], gate, false
	};
	double sum[128], more[128];

	m->written = 2 * m->size;
	kernels()->rectify_columns(m->rows, m->columns, gate.factor,
	    gate.term, m->x, m->out);
	kernels()->blend_columns(m->rows, m->columns, &b, m->x, m->y,
	    m->out + m->size);
	kernels()->column_dots(&c, sum, more);
	keep(m, sum);
	keep(m, more);
}

static void expect_rectify(struct matrices *m)
{
	double *sums = m->expected + 2 * m->size;

	for (size_t i = 0; i < m->size; i++) {
		size_t j = i % m->columns;
		double x = (double)m->x[i];
		double line = (double)m->parameter[0][j] * x +
		    (double)m->parameter[1][j];
		double y = line > 0 ? (double)m->y[i] : 0;

		m->expected[i] = fmax(line, 0);
		m->expected[m->size + i] = (double)m->parameter[0][j] *
		    (x - (double)m->parameter[1][j]) +
		    (double)m->parameter[2][j] * y +
		    (double)m->parameter[3][j];
		sums[j] += (x - (double)m->parameter[2][j]) * y;
		sums[m->columns + j] += y;
	}
}

/* The tangents behind that relu: forward a blend, and backward. */
static void do_rectified_tangents(struct matrices *m)
{
	struct column_gate gate = {m->parameter[3], m->parameter[1]};
	struct column_blend b = {
		m->parameter[0], m->parameter[1], m->parameter[2],
		m->parameter[3], gate, true
	};
	struct column_tangents t = {
		m->rows, m->columns, m->columns, m->x, m->z, m->y, m->z,
		m->parameter[0], m->parameter[1], m->parameter[2], gate,
		m->out + m->size
	};
	double sum[128], more[128];

	m->written = 2 * m->size;
	kernels()->blend_columns(m->rows, m->columns, &b, m->x, m->y, m->out);
	kernels()->column_tangents(&t, sum, more);
	keep(m, sum);
	keep(m, more);
}

static void expect_rectified_tangents(struct matrices *m)
{
	double *sums = m->expected + 2 * m->size;

	for (size_t i = 0; i < m->size; i++) {
		size_t j = i % m->columns;
		double x = (double)m->x[i], y = (double)m->y[i];
		double z = (double)m->z[i];

		if ((double)m->parameter[3][j] * x +
		    (double)m->parameter[1][j] <= 0)
			continue;
		m->expected[i] = (double)m->parameter[0][j] *
		    (x - (double)m->parameter[1][j]) +
		    (double)m->parameter[2][j] * y +
		    (double)m->parameter[3][j];
		m->expected[m->size + i] = (double)m->parameter[1][j] * y +
		    (double)m->parameter[2][j] * z;
		sums[j] += (x - (double)m->parameter[0][j]) * z + z * y;
		sums[m->columns + j] += z;
	}
}

static double distribution(double x)
{
	return erfc(-x * M_SQRT1_2) / 2;
}

static double density(double x)
{
	return exp(-x * x / 2) * M_2_SQRTPI * M_SQRT1_2 / 2;
}

static void do_gelu(struct matrices *m)
{
	size_t n = m->size;

	m->written = 3 * n;
	kernels()->gelu(n, m->x, m->out);
	kernels()->gelu_backward(n, m->x, m->y, m->out + n);
	kernels()->gelu_tangent(n, m->x, m->y, m->z, m->y, m->out + 2 * n);
}

static void expect_gelu(struct matrices *m)
{
	for (size_t i = 0; i < m->size; i++) {
		double x = (double)m->x[i], y = (double)m->y[i];
		double slope = distribution(x) + x * density(x);

		m->expected[i] = x * distribution(x);
		m->expected[m->size + i] = y * slope;
		m->expected[2 * m->size + i] = y * slope + (double)m->z[i] *
		    y * density(x) * (2 - x * x);
	}
}

static void do_normalise(struct matrices *m)
{
	real *statistics = m->out + m->size;
	real *dx = statistics + 2 * m->rows, *dw = dx + m->size;

	m->written = 2 * (m->size + m->rows + m->columns);
	memset(dw, 0, 2 * m->columns * sizeof(real));
	kernels()->normalise_rows(m->rows, m->columns, (real)1e-5,
	    m->parameter[0], m->parameter[1], m->x, statistics, m->out);
	kernels()->normalise_rows_backward(m->rows, m->columns,
	    m->parameter[0], statistics, m->x, m->y, dx, dw,
	    dw + m->columns);
}

/* One row's expectations: y, mean and r, dx, and its part of dw, db. */
static void expect_row(struct matrices *m, size_t r)
{
	size_t c = m->columns;
	double mean = 0, variance = 0, g_mean = 0, gu_mean = 0, inverse;
	double *statistics = m->expected + m->size + 2 * r;
	double *dx = m->expected + m->size + 2 * m->rows;
	double *dw = dx + m->size;

	for (size_t j = 0; j < c; j++)
		mean += at(m->x, m, r, j) / (double)c;
	for (size_t j = 0; j < c; j++)
		variance += pow(at(m->x, m, r, j) - mean, 2) / (double)c;
	inverse = 1 / sqrt(variance + 1e-5);
	statistics[0] = mean;
	statistics[1] = inverse;
	for (size_t j = 0; j < c; j++) {
		double u = (at(m->x, m, r, j) - mean) * inverse;
		double dy = at(m->y, m, r, j), w = (double)m->parameter[0][j];

		m->expected[r * c + j] = w * u + (double)m->parameter[1][j];
		g_mean += w * dy / (double)c;
		gu_mean += w * dy * u / (double)c;
		dw[j] += dy * u;
		dw[c + j] += dy;
	}
	for (size_t j = 0; j < c; j++)
		dx[r * c + j] = inverse * ((double)m->parameter[0][j] *
		    at(m->y, m, r, j) - g_mean - gu_mean * inverse *
		    (at(m->x, m, r, j) - mean));
}

static void expect_normalise(struct matrices *m)
{
	for (size_t r = 0; r < m->rows; r++)
		expect_row(m, r);
}

/* Along tx = z, tw = parameters 2 and 3, with dy = y and tdy = x. */
static void do_normalise_tangent(struct matrices *m)
{
	real *tstatistics = m->out + m->size;
	real *tdx = tstatistics + 2 * m->rows, *tdw = tdx + m->size;
	real *statistics = tdw + 2 * m->columns, *y = statistics + 2 * m->rows;
	struct normal_tangent t = {
		.rows = m->rows, .columns = m->columns,
		.weight = m->parameter[0], .tweight = m->parameter[2],
		.statistics = statistics, .x = m->x, .tx = m->z, .dy = m->y,
		.tdy = m->x,
	};

	m->written = 2 * (m->size + m->rows + m->columns);
	kernels()->normalise_rows(m->rows, m->columns, (real)1e-5,
	    m->parameter[0], m->parameter[1], m->x, statistics, y);
	memset(tdw, 0, 2 * m->columns * sizeof(real));
	kernels()->normalise_rows_tangent(&t, m->parameter[3], tstatistics,
	    m->out);
	kernels()->normalise_rows_tangent_backward(&t, tstatistics, tdx, tdw,
	    tdw + m->columns);
}

/* Layer norm of one row of x + ih tx and so on: y, dx, and what it adds to
 * dw and db. All of it is analytic, so that with a tiny h the imaginary parts
 * over h are the derivatives, without the cancellation of differences. */
static const double complex_step = 1e-100;

static double complex moved(const real *a, const real *ta, size_t j)
{
	return (double)a[j] + I * complex_step * (double)ta[j];
}

/* Of the moved row: the numbers x, normalised in place; returns 1 / sqrt. */
static double complex normalise_moved(double complex *x, size_t c)
{
	double complex mean = 0, variance = 0;

	for (size_t j = 0; j < c; j++)
		mean += x[j] / (double)c;
	for (size_t j = 0; j < c; j++)
		variance += (x[j] - mean) * (x[j] - mean) / (double)c;
	variance = 1 / csqrt(variance + 1e-5);
	for (size_t j = 0; j < c; j++)
		x[j] = (x[j] - mean) * variance;
	return variance;
}

static void tangents_of_row(const struct matrices *m, size_t r, double *y,
    double *dx, double *dw)
{
	size_t c = m->columns, first = r * c;
	double complex x[64], g[64], inverse, g_mean = 0, gu_mean = 0;

	for (size_t j = 0; j < c; j++)
		x[j] = moved(m->x + first, m->z + first, j);
	inverse = normalise_moved(x, c);
	for (size_t j = 0; j < c; j++) {
		double complex w = moved(m->parameter[0], m->parameter[2], j);
		double complex b = moved(m->parameter[1], m->parameter[3], j);
		double complex dy = moved(m->y + first, m->x + first, j);

		y[j] = cimag(w * x[j] + b) / complex_step;
		dw[j] += cimag(dy * x[j]) / complex_step;
		dw[c + j] += cimag(dy) / complex_step;
		g[j] = w * dy;
		g_mean += g[j] / (double)c;
		gu_mean += g[j] * x[j] / (double)c;
	}
	for (size_t j = 0; j < c; j++)
		dx[j] = cimag((g[j] - g_mean - gu_mean * x[j]) * inverse) /
		    complex_step;
}

/* tstatistics are not looked at. */
static void expect_normalise_tangent(struct matrices *m)
{
	size_t c = m->columns, before = m->size + 2 * m->rows;
	double *dx = m->expected + before;

	for (size_t i = m->size; i < before; i++)
		m->expected[i] = (double)m->out[i];
	for (size_t r = 0; r < m->rows; r++)
		tangents_of_row(m, r, m->expected + r * c, dx + r * c,
		    dx + m->size);
}

static void do_softmax(struct matrices *m)
{
	real *da = m->out + m->size;

	m->written = 2 * m->size;
	memcpy(m->out, m->x, m->size * sizeof(real));
	memcpy(da, m->y, m->size * sizeof(real));
	kernels()->softmax_rows(m->rows, m->columns, m->out);
	kernels()->softmax_rows_backward(m->rows, m->columns, m->x, da);
}

static void expect_softmax(struct matrices *m)
{
	size_t c = m->columns;

	for (size_t r = 0; r < m->rows; r++) {
		double sum = 0, product = 0;

		for (size_t j = 0; j < c; j++) {
			sum += exp(at(m->x, m, r, j));
			product += at(m->x, m, r, j) * at(m->y, m, r, j);
		}
		for (size_t j = 0; j < c; j++) {
			m->expected[r * c + j] = exp(at(m->x, m, r, j)) / sum;
			m->expected[m->size + r * c + j] = at(m->x, m, r, j) *
			    (at(m->y, m, r, j) - product);
		}
	}
}

/* Of softmax_rows_backward() along z for a, and x for da. */
static void do_softmax_tangent(struct matrices *m)
{
	real *tda = m->out + m->size;

	m->written = 2 * m->size;
	memcpy(m->out, m->y, m->size * sizeof(real));
	memcpy(tda, m->x, m->size * sizeof(real));
	kernels()->softmax_rows_tangent(m->rows, m->columns, m->x, m->z,
	    m->out, tda);
}

static void expect_softmax_tangent(struct matrices *m)
{
	size_t c = m->columns;

	for (size_t r = 0; r < m->rows; r++) {
		double sum = 0, tangent = 0;

		for (size_t j = 0; j < c; j++) {
			double a = at(m->x, m, r, j), d = at(m->y, m, r, j);

			sum += a * d;
			tangent += at(m->z, m, r, j) * d + a * a;
		}
		for (size_t j = 0; j < c; j++) {
			double a = at(m->x, m, r, j);
			double d = at(m->y, m, r, j) - sum;

			m->expected[r * c + j] = a * d;
			m->expected[m->size + r * c + j] =
			    at(m->z, m, r, j) * d + a * (a - tangent);
		}
	}
}

static const struct {
	const char *name;
	void (*compute)(struct matrices *m);
	void (*expect)(struct matrices *m);
} cases[] = {
	{"column sums", do_sums, expect_sums},
	{"scale_columns", do_scale, expect_scale},
	{"blend_columns", do_blend, expect_blend},
	{"column_tangents", do_tangents, expect_tangents},
	{"rectified columns", do_rectify, expect_rectify},
	{"rectified tangents", do_rectified_tangents,
	    expect_rectified_tangents},
	{"gelu", do_gelu, expect_gelu},
	{"normalise_rows", do_normalise, expect_normalise},
	{"normalise_rows_tangent", do_normalise_tangent,
	    expect_normalise_tangent},
	{"softmax_rows", do_softmax, expect_softmax},
	{"softmax_rows_tangent", do_softmax_tangent, expect_softmax_tangent},
};

enum { CASES = sizeof(cases) / sizeof(*cases) };

/* Sums of many numbers may be off by the roundings of as many. */
static void check_numbers(const struct matrices *m, const char *name)
{
	double size = 10 + (double)(m->rows + m->columns);

	for (size_t i = 0; i < m->written; i++)
		if (!(fabs((double)m->out[i] - m->expected[i]) <= tolerance *
		    (size + 4 * fabs(m->expected[i]))))
			fail_msg("%s of %zu x %zu: [%zu] is %.9g, expected "
			    "%.9g", name, m->rows, m->columns, i,
			    (double)m->out[i], m->expected[i]);
}

static void check_case(int number, size_t rows, size_t columns)
{
	struct matrices first = matrices_new(rows, columns);

	assert_int_equal(kernels_choose(tables[0]), 0);
	cases[number].compute(&first);
	cases[number].expect(&first);
	/* Two numbers close together normalise to what rounding left. */
	if (columns >= 7 || (cases[number].compute != do_normalise &&
	    cases[number].compute != do_normalise_tangent))
		check_numbers(&first, cases[number].name);
	for (size_t t = 1; t < 3; t++) {
		struct matrices other = matrices_new(rows, columns);

		if (kernels_choose(tables[t]) == 0) {
			cases[number].compute(&other);
			assert_memory_equal(first.out, other.out,
			    (first.written + GUARD) * sizeof(real));
		}
		matrices_free(&other);
	}
	matrices_free(&first);
	kernels_choose("auto");
}

static void test_cases(void **state)
{
	static const size_t rows[] = {1, 2, 5, 31, 32, 33, 64, 101};
	static const size_t columns[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 33, 50,
		64};

	(void)state;
	for (int i = 0; i < CASES; i++)
		for (size_t r = 0; r < sizeof(rows) / sizeof(*rows); r++)
			for (size_t c = 0; c < sizeof(columns) /
			    sizeof(*columns); c++)
				check_case(i, rows[r], columns[c]);
}

/* Far from zero: limits, no overflow, a NaN stays one. */
static void test_gelu_extremes(void **state)
{
	static const double x[] = {
		-200, -13.5, -9, -5, -1e-6, 0, 1e-6, 5, 13.5, 200
	};
	enum { N = sizeof(x) / sizeof(*x) };
	real in[N + 1], y[N + 1];

	(void)state;
	for (int i = 0; i < N; i++)
		in[i] = (real)x[i];
	in[N] = (real)NAN;
	kernels()->gelu(N + 1, in, y);
	for (int i = 0; i < N; i++) {
		double expected = (double)in[i] *
		    distribution((double)in[i]);

		assert_true(fabs((double)y[i] - expected) <=
		    tolerance * fmax(fabs(expected), 1e-7));
	}
	assert_true(isnan(y[N]));
}

static void test_softmax_extremes(void **state)
{
	real x[] = {1000, -1000, 999, (real)-INFINITY}, sum = 0;

	(void)state;
	kernels()->softmax_rows(1, 4, x);
	for (int i = 0; i < 4; i++)
		sum += x[i];
	assert_true(fabs((double)sum - 1) < 1e-6);
	assert_true(x[1] == 0 && x[3] == 0);
	assert_true(fabs((double)(x[2] / x[0]) - exp(-1)) < 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_gelu_extremes),
		cmocka_unit_test(test_softmax_extremes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
