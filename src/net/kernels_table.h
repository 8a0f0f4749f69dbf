/* The compiled tables; for kernels.c and tests only. */
#ifndef SNT_NET_KERNELS_TABLE_H
#define SNT_NET_KERNELS_TABLE_H

#include "net/kernels.h"

extern const struct kernels kernels_portable, kernels_avx2, kernels_avx512;

#endif
