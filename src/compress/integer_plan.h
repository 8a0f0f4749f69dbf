/* What the integer path does at each layer; private to integer_*.c. */
#ifndef SNT_COMPRESS_INTEGER_PLAN_H
#define SNT_COMPRESS_INTEGER_PLAN_H

#include "compress/integer_form.h"
#include "compress/plain_step.h"
#include "net/conv.h"
#include "net/integers.h"

/* Of a quantise layer. */
struct code_levels {
	float step, low, high;
	int zero;
};

/* A dense or convolution layer of whole numbers with its rescale layer. */
struct integer_layer {
	bool dense, squares;
	struct conv conv;	/* of a convolution */
	int channels, blocks;
	int used, run, k;	/* bytes of a run, filled up; of all runs */
	int rows;		/* of outputs a sample */
	int lines;		/* of sums before they are finished */
	size_t wide;		/* from one run to the next */
	size_t *place;		/* (rows) where the first one begins */
	int in_zero;		/* the code of 0 in its input */
	void *w;		/* packed */
	int32_t *shift;
	float *factor, *term;
};

/* One layer of the form. */
struct integer_step {
	/* NULL: nothing is done, its output is that of `source`. */
	void (*run)(const struct integer_step *step, const void *const *in,
	    void *out, int n, void *scratch);
	const struct layer *layer;
	int source;		/* whose memory holds the output */
	bool codes;		/* the output: codes, or reals */
	bool pool;		/* codes of the largest of each 2x2 */
	struct code_levels levels;	/* of codes */
	struct integer_layer *whole;
	struct plain_step other;	/* of other operations */
};

/* Steps [id] of a form; what they hold is released by steps_free(). */
struct integer_step *steps_new(const struct integer_form *form,
    const real *buffers);
void steps_free(struct integer_step *steps, int layers);
/* Bytes of scratch that a step needs for n samples. */
size_t step_scratch(const struct integer_step *step, int n);

/* integer_layers.c */
struct integer_layer *integer_layer_new(const struct layer *layer,
    const real *w, const real *rescale, int in_zero);
void integer_layer_free(struct integer_layer *layer);
size_t integer_layer_scratch(const struct integer_layer *layer, int n);
void run_whole(const struct integer_step *step, const void *const *in,
    void *out, int n, void *scratch);

#endif
