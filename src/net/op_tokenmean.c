/* The mean over tokens, (tokens, d) to d, in place of a class token. */
#include "net/position_mean.h"

static int tokenmean_shape(struct layer *layer, struct error *error)
{
	char text[32];

	if (!layer->in[0].tokens) {
		shape_print(layer->in[0], text, sizeof(text));
		return error_set(error, "needs tokens, not %s; positions "
		    "makes tokens of an image", text);
	}
	position_mean_shape(layer);
	return 0;
}

const struct operation operation_tokenmean = {
	.name = "tokenmean",
	.help = "mean over the tokens",
	.inputs = 1,
	.flags = OPERATION_FORGETS_X,
	.shape = tokenmean_shape,
	.forward = position_mean_forward,
	.backward = position_mean_backward,
	.tangent_forward = position_mean_tangent_forward,
	.tangent_backward = position_mean_tangent_backward,
};
