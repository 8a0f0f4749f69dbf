/*
 * The integer path: the integer form of a network (integer_form.h) run with
 * codes of 8 bits in memory, sums in 32 bits. Where the next dense or
 * convolution layer follows behind relu, max pooling or flatten alone, what
 * lies between are codes too; elsewhere numbers go on in single precision.
 * The logits have the bits of the form in an engine.
 */
#ifndef SNT_COMPRESS_INTEGER_RUN_H
#define SNT_COMPRESS_INTEGER_RUN_H

#include "base/pool.h"
#include "compress/integer_form.h"

struct integer_run;

/* The form is kept by reference, and so are the running statistics. */
struct integer_run *integer_run_new(const struct integer_form *form,
    const real *buffers, struct pool *pool);
void integer_run_free(struct integer_run *run);
/* logits (n, classes) of x (n, input) */
void integer_run_forward(struct integer_run *run, int n, const real *x,
    real *logits);

#endif
