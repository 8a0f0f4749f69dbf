/*
 * Lanczos iteration with full re-orthogonalisation on a symmetric operator
 * given one product at a time (Golub & Van Loan, Matrix Computations, 10.1),
 * and thick restart to bound its memory (Wu & Simon 2000).
 */
#ifndef SNT_SHARPNESS_LANCZOS_H
#define SNT_SHARPNESS_LANCZOS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/real.h"

struct lanczos;

/* Up to `most` vectors (and one more) are kept. start (n), not zero, is
 * copied and normalised. */
struct lanczos *lanczos_new(size_t n, int most, const real *start);
void lanczos_free(struct lanczos *lanczos);
/* The unit vector whose product is wanted next. */
const real *lanczos_direction(const struct lanczos *lanczos);
/* Take its product; false when the Krylov space is exhausted or full. */
bool lanczos_take(struct lanczos *lanczos, const real *product);
int lanczos_size(const struct lanczos *lanczos);
/* The operator maps the space found so far into itself: all is exact. */
bool lanczos_exhausted(const struct lanczos *lanczos);
/* Make room: keep the Ritz vectors of the `keep` largest values and go on
 * with the next direction as it is. */
void lanczos_restart(struct lanczos *lanczos, int keep);
/* Ritz values in descending order with their residuals |Hv - lv| and, unless
 * restarted, first components squared (quadrature weights). Each array of
 * lanczos_size(), or NULL. Not between a restart and the next product. */
void lanczos_ritz(const struct lanczos *lanczos, double *value,
    double *residual, double *weight);
/* The unit Ritz vector of the k-th largest value (k = 0: the largest). */
void lanczos_vector(const struct lanczos *lanczos, int k, real *vector);

#endif
