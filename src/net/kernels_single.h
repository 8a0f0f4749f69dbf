/*
 * Tiles one vector of channels wide: what remains of a convolution's channels
 * (16 are one vector of AVX-512), and all of a depthwise one. A number read
 * once would be used once; so two output rows are computed together, which
 * share the input rows they both see. The order of each sum is the same as
 * in the wide tiles: kernel rows, then along the kernel row.
 */

/* What a sum is fed with: one input number for all channels; or, depthwise,
 * each channel its own, as a whole vector or a part of one. */
enum operand { SHARED, OWN, OWN_PART };

INLINE vector operand(const struct convolution *c, const real *x, size_t t,
    partial last, enum operand kind)
{
	if (kind == SHARED)
		return broadcast(x[t]);
	x += t * c->tap_column;
	return kind == OWN ? load(x) : load_part(x, last);
}

/* One input row for the first, the second, or both output rows; w0, w1: the
 * kernel rows that they see it through. */
INLINE void single_row(const struct convolution *c, const struct panel *p,
    const real *x, const real *w0, const real *w1, vector sum[][2], int rows,
    bool first, bool second, enum operand kind)
{
	partial last = partial_of(p->channels);

	for (size_t t = 0; t < (size_t)c->run; t++) {
		vector weight[2] = {0};

		if (first)
			weight[0] = load(w0 + t * p->width);
		if (second)
			weight[1] = load(w1 + t * p->width);
		UNROLL
		for (int i = 0; i < rows; i++) {
			vector v = operand(c, x + (size_t)i * c->in_column, t,
			    last, kind);

			if (first)
				sum[i][0] = fused(v, weight[0], sum[i][0]);
			if (second)
				sum[i][1] = fused(v, weight[1], sum[i][1]);
		}
	}
}

/* Output rows r and, if `pair`, r + 1, from column s on. */
typedef void single_function(const struct convolution *c,
    const struct panel *p, int r, int s, bool pair);

INLINE void single_tile(const struct convolution *c, const struct panel *p,
    int r, int s, bool pair, int rows, enum operand kind)
{
	vector sum[TILE_ROWS][2];
	int row = r * c->row_step + c->top;
	int end = least(c->taps + (pair ? c->row_step : 0), c->in_rows - row);
	size_t step = (size_t)c->run * p->width;
	real *out = c->out + (size_t)r * c->out_row +
	    (size_t)s * c->out_column + p->first;

	tile_start(p, sum, rows, 1);
	UNROLL
	for (int i = 0; i < rows; i++)
		sum[i][1] = sum[i][0];
	for (int a = row < 0 ? -row : 0; a < end; a++) {
		const real *x = input_row(c, row + a) +
		    (size_t)s * c->in_column +
		    (kind == SHARED ? 0 : p->first);
		bool first = a < c->taps, second = pair && a >= c->row_step;
		const real *w0 = p->w + (first ? (size_t)a * step : 0);
		const real *w1 = p->w +
		    (second ? (size_t)(a - c->row_step) * step : 0);

		if (first && second)
			single_row(c, p, x, w0, w1, sum, rows, true, true,
			    kind);
		else if (first)
			single_row(c, p, x, w0, w1, sum, rows, true, false,
			    kind);
		else if (second)
			single_row(c, p, x, w0, w1, sum, rows, false, true,
			    kind);
	}
	tile_finish(c, sum, 0, p->channels, out, rows);
	if (pair)
		tile_finish(c, sum, 1, p->channels, out + c->out_row, rows);
}

#define DEFINE_ONE(ROWS, KIND)						\
static void single_##KIND##_##ROWS(const struct convolution *c,		\
    const struct panel *p, int r, int s, bool pair)			\
{									\
	single_tile(c, p, r, s, pair, ROWS, KIND);			\
}
#define DEFINE(ROWS)							\
	DEFINE_ONE(ROWS, SHARED) DEFINE_ONE(ROWS, OWN)			\
	DEFINE_ONE(ROWS, OWN_PART)
#define ENTRY(ROWS)							\
	{single_SHARED_##ROWS, single_OWN_##ROWS, single_OWN_PART_##ROWS},

EACH_TILE(DEFINE)
static single_function *const single_tiles[][3] = {EACH_TILE(ENTRY)};

#undef DEFINE_ONE
#undef DEFINE
#undef ENTRY

static void convolve_single(const struct convolution *c,
    const struct panel *p, enum operand kind)
{
	int parts = parts_of(c->columns, TILE_ROWS);

	for (int r = 0; r < c->rows; r += 2)
		for (int i = 0; i < parts; i++) {
			int s = part_start(c->columns, parts, i);
			int end = part_start(c->columns, parts, i + 1);

			single_tiles[end - s - 1][kind](c, p, r, s,
			    r + 1 < c->rows);
		}
}
