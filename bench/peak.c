#include "peak.h"

#include <string.h>
#include <time.h>

enum { CHAINS = 12, ROUNDS = 100000, TRIALS = 20 };

static double thread_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Independent chains of multiply-adds, enough to hide their latency. */
#define DEFINE(NAME, TARGET, BYTES)					\
TARGET static float NAME(void)						\
{									\
	typedef float vector __attribute__((vector_size(BYTES)));	\
	vector sum[CHAINS], a, b;					\
	float total = 0;						\
									\
	for (int i = 0; i < BYTES / 4; i++) {				\
		a[i] = 0.999f;						\
		b[i] = 0.001f;						\
	}								\
	for (int i = 0; i < CHAINS; i++)				\
		sum[i] = b * (float)i;					\
	for (int r = 0; r < ROUNDS; r++)				\
		_Pragma("GCC unroll 12")				\
		for (int i = 0; i < CHAINS; i++)			\
			sum[i] = sum[i] * a + b;			\
	for (int i = 0; i < CHAINS; i++)				\
		total += sum[i][i % (BYTES / 4)];			\
	return total;							\
}

#ifdef __x86_64__
#define FAST "fp-contract=fast"
DEFINE(run_avx512, __attribute__((target("avx512f,prefer-vector-width=512"),
    optimize(FAST))), 64)
DEFINE(run_avx2, __attribute__((target("avx2,fma"), optimize(FAST))), 32)
#endif
DEFINE(run_portable, , 16)

static double measure(float (*run)(void), int lanes)
{
	double best = 1e9;
	volatile float sink;

	for (int i = 0; i < TRIALS; i++) {
		double start = thread_seconds();

		sink = run();
		if (thread_seconds() - start < best)
			best = thread_seconds() - start;
	}
	(void)sink;
	return 2.0 * CHAINS * ROUNDS * lanes / best;
}

double peak_flops(const char *kernels)
{
#ifdef __x86_64__
	if (strcmp(kernels, "avx512") == 0)
		return measure(run_avx512, 16);
	if (strcmp(kernels, "avx2") == 0)
		return measure(run_avx2, 8);
#endif
	(void)kernels;
	return measure(run_portable, 4);
}
