/*
 * Convolution: a tile of sums in registers, up to TILE_ROWS positions of one
 * row by two vectors of output channels, so that each input number read is
 * used twice. Where one vector of channels is left, see kernels_single.h.
 * Each sum runs over kernel rows, then along the kernel row, in that order.
 */

/* The packed channels from `first` on. */
static struct panel panel_at(const struct convolution *c, int first)
{
	int block = first / CHANNEL_BLOCK;
	int padded = channels_padded(c->channels);

	return (struct panel) {
		.w = c->w + (size_t)(block * CHANNEL_BLOCK) *
		    (size_t)(c->taps * c->run) +
		    (size_t)(first % CHANNEL_BLOCK),
		.width = (size_t)least(CHANNEL_BLOCK,
		    padded - block * CHANNEL_BLOCK),
		.bias = c->bias ? c->bias + first : NULL,
		.first = first,
		.channels = c->channels - first,
	};
}

typedef void tile_function(const struct convolution *c,
    const struct panel *p, const real *in, struct taps taps, real *out);

INLINE void tile(const struct convolution *c, const struct panel *p,
    const real *in, struct taps taps, real *out, int rows)
{
	vector sum[TILE_ROWS][2];
	const real *w = p->w + (size_t)(taps.first * c->run) * p->width;

	tile_start(p, sum, rows, 2);
	for (int a = taps.first; a < taps.end; a++, in += c->in_row) {
		for (int t = 0; t < c->run; t++, w += p->width) {
			vector w0 = load(w), w1 = load(w + LANES);

			UNROLL
			for (int i = 0; i < rows; i++) {
				vector v = broadcast(
				    in[(size_t)i * c->in_column + (size_t)t]);

				sum[i][0] = fused(v, w0, sum[i][0]);
				sum[i][1] = fused(v, w1, sum[i][1]);
			}
		}
	}
	tile_finish(c, sum, 0, LANES, out, rows);
	tile_finish(c, sum, 1, p->channels - LANES, out + LANES, rows);
}

#define DEFINE(ROWS)							\
static void tile_##ROWS(const struct convolution *c,			\
    const struct panel *p, const real *in, struct taps taps, real *out)	\
{									\
	tile(c, p, in, taps, out, ROWS);				\
}
#define ENTRY(ROWS) tile_##ROWS,

EACH_TILE(DEFINE)
static tile_function *const tiles[] = {EACH_TILE(ENTRY)};

#undef DEFINE
#undef ENTRY

static void convolve_row(const struct convolution *c, const struct panel *p,
    int r)
{
	struct taps taps = taps_of(c, r);
	const real *in = input_row(c, r * c->row_step + c->top + taps.first);
	real *out = c->out + (size_t)r * c->out_row + p->first;
	int parts = parts_of(c->columns, TILE_ROWS);

	for (int i = 0; i < parts; i++) {
		int s = part_start(c->columns, parts, i);
		int end = part_start(c->columns, parts, i + 1);

		tiles[end - s - 1](c, p, in + (size_t)s * c->in_column, taps,
		    out + (size_t)s * c->out_column);
	}
}

static void convolve(const struct convolution *c)
{
	for (int first = 0; first < c->channels; first += 2 * LANES) {
		struct panel p = panel_at(c, first);

		if (p.channels <= LANES)
			convolve_single(c, &p, SHARED);
		else
			for (int r = 0; r < c->rows; r++)
				convolve_row(c, &p, r);
	}
}
