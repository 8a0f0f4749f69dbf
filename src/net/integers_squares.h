/*
 * 3x3 windows at stride 1 as squares of 2x2 outputs, from 4x4 places each
 * (Winograd's minimal filtering, Lavin and Gray 2016, arXiv 1509.09308), in
 * whole numbers: codes' sums of four and weights times 4 fit 16 bits, a
 * quarter of what comes out is the sum itself. Included by integers_avx2.c,
 * whose products of 16 bits are few enough that this pays.
 */

enum {
	SIDE = 4, POINTS = SIDE * SIDE,	/* of places under a square */
	SQUARES = 2 * ROWS,		/* at a time */
};

typedef int16_t words __attribute__((vector_size(32)));

enum { WORDS = sizeof(words) / sizeof(int16_t) };

/* (16 points, as packed()) */
static size_t packed_squares(int channels, int in)
{
	return POINTS * packed(channels, in);
}

/* G g G^T, twice G: of weights (3, 3, in) of one channel. */
static int square_weight(const int8_t *w, int in, int point)
{
	static const int twice[SIDE][3] = {
		{2, 0, 0}, {1, 1, 1}, {1, -1, 1}, {0, 0, 2}};
	int sum = 0;

	for (int i = 0; i < 9; i++)
		sum += twice[point / SIDE][i / 3] * twice[point % SIDE][i % 3] *
		    w[i * in];
	return sum;
}

static void pack_squares(int channels, int in, const int8_t *w, void *to)
{
	for (int p = 0; p < POINTS; p++) {
		void *point = (char *)to + (size_t)p * packed(channels, in);

		for (int c = 0; c < channels; c++)
			for (int i = 0; i < in; i++)
				*place_of(point, in, c, i) = (int16_t)
				    square_weight(w + c * 9 * in + i, in, p);
	}
}

/* B^T d for four places that lie `next` apart. */
INLINE void mix_words(words *d, int next)
{
	words first = d[0] - d[2 * next], last = d[next] - d[3 * next];
	words sum = d[next] + d[2 * next], rest = d[2 * next] - d[next];

	d[0] = first;
	d[next] = sum;
	d[2 * next] = rest;
	d[3 * next] = last;
}

/* B^T d B of WORDS channels of 4x4 places; points are `step` apart. */
INLINE void mix_places(const uint8_t *x, size_t wide, size_t in, int16_t *to,
    size_t step)
{
	words d[POINTS];

	UNROLL
	for (int i = 0; i < POINTS; i++)
		d[i] = (words)_mm256_cvtepu8_epi16(_mm_loadu_si128((const
		    void *)(x + (size_t)(i / SIDE) * wide +
		    (size_t)(i % SIDE) * in)));
	UNROLL
	for (int i = 0; i < SIDE; i++)
		mix_words(d + i, SIDE);
	UNROLL
	for (int i = 0; i < SIDE; i++)
		mix_words(d + SIDE * i, 1);
	UNROLL
	for (int i = 0; i < POINTS; i++)
		memcpy(to + (size_t)i * step, &d[i], sizeof(d[i]));
}

/* Numbers of some squares: mixed (16 points, SQUARES, in) and their products
 * with one block of channels. */
struct square_work {
	int16_t mixed[POINTS * SQUARES * SQUARES_IN];
	int32_t product[POINTS][SQUARES][INTEGER_BLOCK];
};

static void mix_squares(const struct integer_squares *s, int first,
    int16_t *mixed)
{
	int last = (s->columns - 1) / 2;
	size_t in = (size_t)s->in;

	for (int i = 0; i < SQUARES; i++) {
		int square = first + i < last ? first + i : last;

		for (size_t c = 0; c < in; c += WORDS)
			mix_places(s->x + (size_t)(2 * square) * in + c,
			    s->wide, in, mixed + (size_t)i * in + c,
			    SQUARES * in);
	}
}

static void multiply_squares(const struct integer_squares *s, int block,
    struct square_work *work)
{
	size_t in = (size_t)s->in;
	const int16_t *w = (const int16_t *)s->w + (size_t)block *
	    INTEGER_BLOCK * in;
	size_t point = packed(s->blocks * INTEGER_BLOCK, s->in) /
	    sizeof(*w);

	memset(work->product, 0, sizeof(work->product));
	for (size_t p = 0; p < POINTS; p++)
		for (size_t i = 0; i < SQUARES; i += ROWS)
			tile(ROWS, s->in, work->mixed + (p * SQUARES + i) * in,
			    in, w + p * point, work->product[p][i],
			    INTEGER_BLOCK);
}

/* A^T m for four numbers that lie `next` apart: two. */
INLINE void unmix(const integers *m, int next, integers *first,
    integers *second)
{
	*first = m[0] + m[next] + m[2 * next];
	*second = m[next] - m[2 * next] - m[3 * next];
}

/* A^T M A of LANES channels of one square: 2x2 sums. */
INLINE void unmix_square(int32_t (*product)[SQUARES][INTEGER_BLOCK],
    int square, int channel, integers sum[4])
{
	integers m[POINTS], half[2 * SIDE];

	UNROLL
	for (int i = 0; i < POINTS; i++)
		m[i] = load_integers(product[i][square] + channel);
	UNROLL
	for (int i = 0; i < SIDE; i++)
		unmix(m + i, SIDE, &half[i], &half[SIDE + i]);
	UNROLL
	for (int i = 0; i < 2; i++)
		unmix(half + SIDE * i, 1, &sum[2 * i], &sum[2 * i + 1]);
}

/* Those of the 2x2 sums that there are. */
INLINE void put_square(const struct integer_squares *s, int square,
    const integers sum[4], int channel)
{
	size_t step = (size_t)s->blocks * INTEGER_BLOCK;

	for (int i = 0; i < 4; i++) {
		int row = i / 2, column = 2 * square + i % 2;
		integers quarter = sum[i] >> 2;

		if (row < s->rows && column < s->columns)
			memcpy(s->sums + (size_t)(row * s->columns + column) *
			    step + channel, &quarter, sizeof(quarter));
	}
}

static void put_squares(const struct integer_squares *s, int first, int block,
    struct square_work *work)
{
	for (int i = 0; i < SQUARES; i++) {
		for (int c = 0; c < INTEGER_BLOCK; c += LANES) {
			integers sum[4];

			unmix_square(work->product, i, c, sum);
			put_square(s, first + i, sum, block * INTEGER_BLOCK +
			    c);
		}
	}
}

static void squares(const struct integer_squares *s)
{
	struct square_work work;

	for (int first = 0; 2 * first < s->columns; first += SQUARES) {
		mix_squares(s, first, work.mixed);
		for (int block = 0; block < s->blocks; block++) {
			multiply_squares(s, block, &work);
			put_squares(s, first, block, &work);
		}
	}
}
