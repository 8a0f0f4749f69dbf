/* The BLAS this process uses: its core type, and whether it computes
 * correctly here. */
#ifndef SNT_NET_BLAS_H
#define SNT_NET_BLAS_H

#include <stdbool.h>

#include "base/error.h"

const char *blas_core(void);		/* "SkylakeX" */
const char *blas_configuration(void);	/* "OpenBLAS 0.3.21 ..." */

/* Whether this processor has what the kernels of a core type use. */
bool blas_core_runs(const char *core);

/* Compare its products with plain loops over awkward shapes: some builds
 * compute wrong results on some processors. Takes a few milliseconds. */
int blas_check(struct error *error);

#endif
