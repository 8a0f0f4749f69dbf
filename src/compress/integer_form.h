/*
 * A network in whole numbers: every dense and convolution layer behind a
 * quantise layer gets codes (q - z) and has its weights as whole numbers, and
 * a rescale layer after it turns the sums back, y = sum (s_x s_w) + b.
 *
 * An engine runs it in single precision, where whole numbers below 2^24 are
 * exact and so is every sum of them: this is the simulation, whose bits the
 * integer path (integer_run.h) has.
 */
#ifndef SNT_COMPRESS_INTEGER_FORM_H
#define SNT_COMPRESS_INTEGER_FORM_H

#include "compress/compress.h"

struct integer_form {
	struct network *network;
	real *w;
	bool *whole;		/* [id]: a layer of whole numbers */
};

/* false: not every such layer can be one; `why` says what is in the way. */
bool integer_form_make(const struct compressed *compressed,
    struct integer_form *form, struct error *why);
void integer_form_free(struct integer_form *form);

#endif
