/* How long the integer path takes. */
#ifndef SNT_WORKBENCH_INTEGER_TIME_H
#define SNT_WORKBENCH_INTEGER_TIME_H

#include "compress/integer_form.h"
#include "data/dataset.h"

/* Milliseconds of a batch of `n` test images, the best of a few. */
double integer_milliseconds(const struct integer_form *form,
    const real *buffers, const struct dataset *dataset, struct pool *pool,
    int n);

#endif
