/* The BLAS this process uses: its core type, and whether it computes
 * correctly here. */
#ifndef SNT_NET_BLAS_H
#define SNT_NET_BLAS_H

#include <stdbool.h>

#include "base/error.h"

/* What OpenBLAS reads its core type from, and where a process that was begun
 * again with another one (shell/core_type.h) finds the first one. */
#define BLAS_CORE_VARIABLE "OPENBLAS_CORETYPE"
#define BLAS_FOUND_VARIABLE "SNT_OPENBLAS_FOUND"

const char *blas_core(void);		/* "SkylakeX" */
const char *blas_core_found(void);	/* what OpenBLAS chose by itself */
const char *blas_configuration(void);	/* "OpenBLAS 0.3.21 ..." */

/* Whether this processor has what the kernels of a core type use. */
bool blas_core_runs(const char *core);

/* A core type that this processor is too, with wider vectors than `core`: an
 * OpenBLAS older than the processor may take it for one of long ago. NULL:
 * there is none, or `core` is not known here. */
const char *blas_core_wider(const char *core);

/* What to try when the products of `core` are wrong: the next one with
 * narrower vectors; or NULL. */
const char *blas_core_safer(const char *core);

/* Compare its products with plain loops over awkward shapes: some builds
 * compute wrong results on some processors. Takes a few milliseconds. */
int blas_check(struct error *error);

#endif
