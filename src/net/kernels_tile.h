/* What the tiles of all convolutions share: division of a length into tiles,
 * and the start and the end of a tile of sums. */

#define TILES_2(M) M(1) M(2)
#define TILES_4(M) TILES_2(M) M(3) M(4)
#define TILES_6(M) TILES_4(M) M(5) M(6)
#define TILES_9(M) TILES_6(M) M(7) M(8) M(9)
#define TILES_14(M) TILES_9(M) M(10) M(11) M(12) M(13) M(14)

/* THIRD_ROWS: a third of the sums that a tile has. */
#if TILE_ROWS == 14
#define EACH_TILE TILES_14
#define EACH_THIRD TILES_9
#define THIRD_ROWS 9
#elif TILE_ROWS == 6
#define EACH_TILE TILES_6
#define EACH_THIRD TILES_4
#define THIRD_ROWS 4
#else
#define EACH_TILE TILES_4
#define EACH_THIRD TILES_2
#define THIRD_ROWS 2
#endif

/* Weights and bias of the channels a tile computes. */
struct panel {
	const real *w;		/* the first channel's first weight */
	size_t width;		/* from one weight to the next */
	const real *bias;	/* NULL: zero */
	int first, channels;	/* the first channel, and from it to the last */
};

/* A length as few parts of nearly equal size, none above `most`. */
INLINE int parts_of(int length, int most)
{
	return (length + most - 1) / most;
}

INLINE int part_start(int length, int parts, int part)
{
	return (int)((long)length * part / parts);
}

/* The bias, or zero, of each sum. */
INLINE void tile_start(const struct panel *p, vector sum[][2], int rows,
    int vectors)
{
	UNROLL
	for (int j = 0; j < vectors; j++) {
		vector start = {0};

		if (p->bias)
			start = take(p->bias + j * LANES,
			    (size_t)(p->channels - j * LANES));
		UNROLL
		for (int i = 0; i < rows; i++)
			sum[i][j] = start;
	}
}

/* Write sums [..][j] to `left` channels from out on. */
INLINE void tile_finish(const struct convolution *c, vector sum[][2], int j,
    int left, real *out, int rows)
{
	UNROLL
	for (int i = 0; i < rows; i++) {
		real *to = out + (size_t)i * c->out_column;

		if (c->add)
			sum[i][j] = take(to, (size_t)left) + sum[i][j];
		put(to, sum[i][j], (size_t)left);
	}
}

/* The kernel rows of output row r that lie on the input. */
struct taps {
	int first, end;
};

INLINE struct taps taps_of(const struct convolution *c, int r)
{
	int row = r * c->row_step + c->top;
	struct taps taps = {
		.first = row < 0 ? least(-row, c->taps) : 0,
		.end = least(c->taps, c->in_rows - row),
	};

	if (taps.end < taps.first)
		taps.end = taps.first;
	return taps;
}

INLINE const real *input_row(const struct convolution *c, int row)
{
	return c->in + (ptrdiff_t)row * (ptrdiff_t)c->in_row;
}
