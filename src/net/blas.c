#include "net/blas.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>

#include <cblas.h>

#include "base/memory.h"
#include "base/processor.h"
#include "net/gemm.h"

const char *blas_core(void)
{
	return openblas_get_corename();
}

const char *blas_core_found(void)
{
	const char *found = getenv(BLAS_FOUND_VARIABLE);

	return found && *found ? found : blas_core();
}

const char *blas_configuration(void)
{
	return openblas_get_config();
}

/* A core type of OpenBLAS: the bits of its vectors (twice as many where it
 * multiplies and adds at once), and what its kernels need. */
struct core {
	const char *name;
	int width;
	enum instructions needs;
};

/* The widest first, and of those the one to prefer. */
static const struct core cores[] = {
#ifdef __x86_64__
	{"SkylakeX", 1024, INSTRUCTIONS_AVX512},
	{"Cooperlake", 1024, INSTRUCTIONS_BF16},
	{"SapphireRapids", 1024, INSTRUCTIONS_BF16},
	{"Haswell", 512, INSTRUCTIONS_AVX2},
	{"Zen", 512, INSTRUCTIONS_AVX2},
	{"Sandybridge", 256, INSTRUCTIONS_AVX},
	{"Nehalem", 128, INSTRUCTIONS_SSE42},
	{"Prescott", 128, INSTRUCTIONS_SSE3},
#endif
	{0}
};

static const struct core *find_core(const char *name)
{
	const struct core *core = cores;

	while (core->name && strcasecmp(core->name, name) != 0)
		core++;
	return core->name ? core : NULL;
}

/* OpenBLAS takes OPENBLAS_CORETYPE at its word, so that a core type which
 * the processor is not ends in an illegal instruction. */
bool blas_core_runs(const char *core)
{
	const struct core *known = find_core(core);

	return known && processor_has(known->needs);
}

/* The widest that runs here, wider than `above` and narrower than `below`; or
 * NULL. */
static const char *widest(int above, int below)
{
	const struct core *core = cores;

	while (core->name && !(core->width > above && core->width < below &&
	    processor_has(core->needs)))
		core++;
	return core->name;
}

const char *blas_core_wider(const char *core)
{
	const struct core *known = find_core(core);

	return known ? widest(known->width, INT_MAX) : NULL;
}

const char *blas_core_safer(const char *core)
{
	const struct core *known = find_core(core);

	return widest(0, known ? known->width : INT_MAX);
}

struct product {
	bool ta, tb;
	int m, n, k;
};

/* Awkward on purpose: odd, thin, one, just around the kernels' blocks. */
static const int sizes[][3] = {
	{1, 1, 1}, {1, 17, 33}, {17, 1, 5}, {3, 5, 7}, {16, 31, 64},
	{33, 65, 129}, {47, 10, 100}, {64, 64, 64}, {10, 128, 300}};

static real pattern(size_t i)
{
	return (real)((int)(i * 2654435761u >> 16 & 0xff) - 128) / 64;
}

static double expected(const struct product *p, const real *a, const real *b,
    int row, int column)
{
	double sum = 0;

	for (int i = 0; i < p->k; i++) {
		int at = p->ta ? i * p->m + row : row * p->k + i;
		int bt = p->tb ? column * p->k + i : i * p->n + column;

		sum += (double)a[at] * (double)b[bt];
	}
	return sum;
}

static int check_product(const struct product *p, const real *a,
    const real *b, real *c, struct error *error)
{
	gemm(p->ta, p->tb, p->m, p->n, p->k, 1, a, p->ta ? p->m : p->k, b,
	    p->tb ? p->k : p->n, 0, c, p->n);
	for (int i = 0; i < p->m * p->n; i++) {
		double right = expected(p, a, b, i / p->n, i % p->n);

		/* Entries are below 2, so sums of k terms err by less. */
		if (!(fabs((double)c[i] - right) <= 1e-5 * (4 + p->k)))
			return error_set(error, "BLAS computes a wrong product "
			    "(%d x %d x %d%s%s, core type %s): %g instead of "
			    "%g", p->m, p->n,
			    p->k, p->ta ? ", A transposed" : "",
			    p->tb ? ", B transposed" : "", blas_core(),
			    (double)c[i], right);
	}
	return 0;
}

int blas_check(struct error *error)
{
	enum { MOST = 300 * 129 };
	real *a = reals_new(MOST), *b = reals_new(MOST), *c = reals_new(MOST);
	int status = 0;

	for (size_t i = 0; i < MOST; i++) {
		a[i] = pattern(i);
		b[i] = pattern(i + 77777);
	}
	for (size_t i = 0; i < 3 * sizeof(sizes) / sizeof(*sizes); i++) {
		const int *size = sizes[i / 3];
		struct product product = {i % 3 == 2, i % 3 == 1, size[0],
			size[1], size[2]};

		if (status == 0)
			status = check_product(&product, a, b, c, error);
	}
	reals_free(a);
	reals_free(b);
	reals_free(c);
	return status;
}
