/*
 * Depthwise convolution: each channel has a kernel of its own, so channels
 * lie along the vectors in inputs, weights and outputs alike. The tiles are
 * those of one vector of channels, with the operand OWN.
 */

static struct panel depthwise_panel(const struct convolution *c, int first)
{
	return (struct panel) {
		.w = c->w + first,
		.width = (size_t)channels_padded(c->channels),
		.bias = c->bias ? c->bias + first : NULL,
		.first = first,
		.channels = c->channels - first,
	};
}

INLINE enum operand depthwise_kind(const struct panel *p)
{
	return p->channels < LANES ? OWN_PART : OWN;
}

static void depthwise(const struct convolution *c)
{
	for (int first = 0; first < c->channels; first += LANES) {
		struct panel p = depthwise_panel(c, first);

		convolve_single(c, &p, depthwise_kind(&p));
	}
}

static void depthwise_gradient(const struct convolution *c, const real *dy,
    real *dw)
{
	for (int first = 0; first < c->channels; first += LANES) {
		struct panel p = depthwise_panel(c, first);

		gradient_single(c, &p, dy + first, dw + first,
		    depthwise_kind(&p));
	}
}
