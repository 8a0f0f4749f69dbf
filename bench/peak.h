/* The most this core does: multiply-adds without any memory. */
#ifndef SNT_BENCH_PEAK_H
#define SNT_BENCH_PEAK_H

/* FLOP/s (a multiply-add is two) with the vectors of "portable" (scalar
 * ones), "avx2" or "avx512". */
double peak_flops(const char *kernels);

#endif
