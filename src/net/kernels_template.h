/*
 * The kernels, once for each instruction set: included, with the vectors of
 * kernels_vector.h defined, by kernels_portable.c, kernels_avx2.c and
 * kernels_avx512.c only.
 */
#include <math.h>

#include "net/kernels_table.h"

/* One vector, or the `left` numbers that remain of an array. */
INLINE vector take(const real *from, size_t left)
{
	return left >= LANES ? load(from) :
	    load_part(from, partial_of((int)left));
}

INLINE void put(real *to, vector value, size_t left)
{
	if (left >= LANES)
		store(to, value);
	else
		store_part(to, value, partial_of((int)left));
}

#include "net/kernels_tile.h"
#include "net/kernels_product.h"
#include "net/kernels_single.h"
#include "net/kernels_convolution.h"
#include "net/kernels_gradient.h"
#include "net/kernels_depthwise.h"
#include "net/kernels_winograd.h"
#include "net/kernels_sparse.h"
#include "net/kernels_pool.h"
#include "net/kernels_elementwise.h"
#include "net/kernels_sums.h"
#include "net/kernels_columns.h"
#include "net/kernels_exponential.h"
#include "net/kernels_random.h"
#include "net/kernels_rows.h"

const struct kernels KERNELS = {
	.name = KERNELS_NAME,
	.multiply = multiply,
	.transpose = transpose,
	.convolve = convolve,
	.depthwise = depthwise,
	.sparse = sparse,
	.convolve_gradient = convolve_gradient,
	.depthwise_gradient = depthwise_gradient,
	.winograd_input = winograd_input,
	.winograd_output = winograd_output,
	.winograd_gradient = winograd_gradient,
	.winograd_input_gradient = winograd_input_gradient,
	.winograd_weights = winograd_weights,
	.winograd_weights_gradient = winograd_weights_gradient,
	.pool = pool,
	.pool_gather = pool_gather,
	.pool_scatter = pool_scatter,
	.quantise = quantise,
	.relu = relu,
	.relu_backward = relu_backward,
	.add_bias = add_bias,
	.sum_rows = sum_rows,
	.add = add,
	.add_rows = add_rows,
	.scale = scale,
	.add_scaled = add_scaled,
	.affine = affine,
	.blend = blend,
	.dot = dot,
	.sum = sum,
	.sum_sizes = sum_sizes,
	.sum_and_square = sum_and_square,
	.pair_sums = pair_sums,
	.largest = largest,
	.disturb = disturb,
	.normals = normals,
	.column_sums = column_sums,
	.column_squares = column_squares,
	.column_dots = column_dots,
	.scale_columns = scale_columns,
	.rectify_columns = rectify_columns,
	.blend_columns = blend_columns,
	.column_tangents = column_tangents,
	.gelu = gelu,
	.gelu_backward = gelu_backward,
	.gelu_tangent = gelu_tangent,
	.normalise_rows = normalise_rows,
	.normalise_rows_backward = normalise_rows_backward,
	.normalise_rows_tangent = normalise_rows_tangent,
	.normalise_rows_tangent_backward = normalise_rows_tangent_backward,
	.softmax_rows = softmax_rows,
	.softmax_rows_backward = softmax_rows_backward,
	.softmax_rows_tangent = softmax_rows_tangent,
	.sgd = sgd,
	.adam = adam,
};
