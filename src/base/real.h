/*
 * The number type of networks and everything computed on them.
 *
 * The program computes in single precision. The tests build the same sources
 * once more with SNT_DOUBLE, so that gradients and Hessian-vector products of
 * this very code can be checked against finite differences without drowning
 * in rounding.
 */
#ifndef SNT_BASE_REAL_H
#define SNT_BASE_REAL_H

#ifdef SNT_DOUBLE
typedef double real;
#define real_exp exp
#define real_log log
#define real_sqrt sqrt
#define real_tanh tanh
#define real_erf erf
#define real_fabs fabs
#define real_fma fma
#else
typedef float real;
#define real_exp expf
#define real_log logf
#define real_sqrt sqrtf
#define real_tanh tanhf
#define real_erf erff
#define real_fabs fabsf
#define real_fma fmaf
#endif

#endif
