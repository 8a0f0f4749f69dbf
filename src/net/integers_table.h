/* The compiled tables; for integers.c and tests only. */
#ifndef SNT_NET_INTEGERS_TABLE_H
#define SNT_NET_INTEGERS_TABLE_H

#include "net/integers.h"

extern const struct integer_kernels integers_portable, integers_avx2,
    integers_vnni;

#endif
