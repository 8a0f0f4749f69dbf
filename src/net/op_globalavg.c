/* Global average pooling (Lin et al. 2013): an image (c, h, w) becomes the c
 * means of its channels. */
#include "net/position_mean.h"

static int globalavg_shape(struct layer *layer, struct error *error)
{
	char text[32];

	if (layer->in[0].tokens) {
		shape_print(layer->in[0], text, sizeof(text));
		return error_set(error, "needs an image, not tokens (%s); "
		    "tokenmean averages those", text);
	}
	position_mean_shape(layer);
	return 0;
}

const struct operation operation_globalavg = {
	.name = "globalavg",
	.help = "mean of each channel over the image",
	.inputs = 1,
	.flags = OPERATION_FORGETS_X,
	.shape = globalavg_shape,
	.forward = position_mean_forward,
	.backward = position_mean_backward,
	.tangent_forward = position_mean_tangent_forward,
	.tangent_backward = position_mean_tangent_backward,
};
