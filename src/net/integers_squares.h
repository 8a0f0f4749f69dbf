/*
 * 3x3 windows at stride 1 as squares of 4x4 outputs, from 6x6 places each
 * (Winograd's minimal filtering, Lavin and Gray 2016, arXiv 1509.09308), in
 * whole numbers. The rows of
 *
 *	B^T = 4  0 -5  0 1 0	  G =  1/4    0    0	A^T = 1 1  1 1  1 0
 *	      0 -4 -4  1 1 0	      -1/6 -1/6 -1/6	      0 1 -1 2 -2 0
 *	      0  4 -4 -1 1 0	      -1/6  1/6 -1/6	      0 1  1 4  4 0
 *	      0 -2 -1  2 1 0	      1/24 1/12  1/6	      0 1 -1 8 -8 1
 *	      0  2 -1 -2 1 0	      1/24 -1/12 1/6
 *	      0  4  0 -5 0 1	         0    0    1
 *
 * have G's denominators taken out, so that mixed codes (up to 50 * 255) and
 * weights (up to 49 * 128) fit 16 bits; A^T, which takes them in again, gives
 * 24 * 24 times the sums, in 32 bits that may wrap. That is 9 * 64: an odd
 * factor can be divided out of what is left, and of the other 26 bits remain,
 * more than a sum has. Included by integers_avx2.c, whose products of 16 bits
 * are few enough that this pays.
 */

enum {
	MADE = 4, SIDE = MADE + 2,	/* of a square: outputs, places */
	POINTS = SIDE * SIDE,
	SQUARES = 2 * ROWS,		/* at a time */
};

typedef int16_t words __attribute__((vector_size(32)));
/* They wrap. */
typedef uint32_t wholes __attribute__((vector_size(4 * LANES)));

enum { WORDS = sizeof(words) / sizeof(int16_t) };

/* (36 points, as packed()) */
static size_t packed_squares(int channels, int in)
{
	return POINTS * packed(channels, in);
}

/* G g G^T without denominators, of weights (3, 3, in) of one channel. */
static int square_weight(const int8_t *w, int in, int point)
{
	static const int g[SIDE][3] = {{1, 0, 0}, {-1, -1, -1}, {-1, 1, -1},
		{1, 2, 4}, {1, -2, 4}, {0, 0, 1}};
	int sum = 0;

	for (int i = 0; i < 9; i++)
		sum += g[point / SIDE][i / 3] * g[point % SIDE][i % 3] *
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

/* B^T d of six places that lie `next` apart. */
INLINE void mix_words(words *d, int next)
{
	words a = d[4 * next] - 4 * d[2 * next], b = d[3 * next] - 4 * d[next];
	words c = d[4 * next] - d[2 * next], e = d[3 * next] - d[next];

	d[0] = 4 * (d[0] - d[2 * next]) + c;
	d[5 * next] += -4 * e - d[3 * next];
	d[next] = a + b;
	d[2 * next] = a - b;
	d[3 * next] = c + 2 * e;
	d[4 * next] = c - 2 * e;
}

/* B^T d B of WORDS channels of 6x6 places; points are `step` apart. */
INLINE void mix_places(const uint8_t *x, size_t wide, size_t in, int16_t *to,
    size_t step)
{
	words d[POINTS];

	for (int j = 0; j < SIDE; j++) {
		UNROLL
		for (int i = 0; i < SIDE; i++)
			d[i * SIDE + j] = (words)_mm256_cvtepu8_epi16(
			    _mm_loadu_si128((const void *)(x +
			    (size_t)i * wide + (size_t)j * in)));
		mix_words(d + j, SIDE);
	}
	for (int i = 0; i < SIDE; i++) {
		mix_words(d + i * SIDE, 1);
		UNROLL
		for (int j = 0; j < SIDE; j++)
			memcpy(to + (size_t)(i * SIDE + j) * step,
			    &d[i * SIDE + j], sizeof(*d));
	}
}

/* Numbers of some squares: mixed (36 points, SQUARES, in) and their products
 * with one block of channels. */
struct square_work {
	int16_t mixed[POINTS * SQUARES * SQUARES_IN];
	int32_t product[POINTS][SQUARES][INTEGER_BLOCK];
};

/* The squares of an image, row by row. */
static int squares_across(const struct integer_squares *s)
{
	return (s->columns + MADE - 1) / MADE;
}

static void mix_squares(const struct integer_squares *s, int first, int count,
    int16_t *mixed)
{
	int across = squares_across(s);
	size_t in = (size_t)s->in;

	for (int i = 0; i < count; i++) {
		int row = (first + i) / across * MADE;
		int column = (first + i) % across * MADE;
		const uint8_t *x = s->x + (size_t)row * s->wide +
		    (size_t)column * in;

		for (size_t c = 0; c < in; c += WORDS)
			mix_places(x + c, s->wide, in,
			    mixed + (size_t)i * in + c, SQUARES * in);
	}
}

/* Of as many squares as fill tiles. */
static void multiply_squares(const struct integer_squares *s, int count,
    int block, struct square_work *work)
{
	size_t in = (size_t)s->in;
	const int16_t *w = (const int16_t *)s->w + (size_t)block *
	    INTEGER_BLOCK * in;
	size_t point = packed(s->blocks * INTEGER_BLOCK, s->in) /
	    sizeof(*w);

	for (size_t p = 0; p < POINTS; p++)
		for (int i = 0; i < count; i += ROWS)
			tile(ROWS, true, s->in, work->mixed +
			    (p * SQUARES + (size_t)i) * in, in, w + p * point,
			    work->product[p][i], INTEGER_BLOCK);
}

/* A^T m with G's denominators, of six numbers that lie `next` apart: four. */
INLINE void unmix(const wholes *m, int next, wholes *to)
{
	wholes sum = m[next] + m[2 * next], more = m[3 * next] + m[4 * next];
	wholes rest = m[next] - m[2 * next];
	wholes less = m[3 * next] - m[4 * next];

	to[0] = 6 * m[0] + 4 * sum + more;
	to[next] = 4 * rest + 2 * less;
	to[2 * next] = 4 * (sum + more);
	to[3 * next] = 4 * rest + 8 * less + 24 * m[5 * next];
}

/* 9 times this is 1 in 32 bits. */
#define NINTH 0x38E38E39U

/* A^T M A of LANES channels of one square: 4x4 sums. */
INLINE void unmix_square(int32_t (*product)[SQUARES][INTEGER_BLOCK],
    int square, int channel, integers sum[MADE][MADE])
{
	wholes half[MADE * SIDE];

	UNROLL
	for (int j = 0; j < SIDE; j++) {
		wholes m[SIDE], four[MADE];

		UNROLL
		for (int i = 0; i < SIDE; i++)
			m[i] = (wholes)load_integers(
			    product[i * SIDE + j][square] + channel);
		unmix(m, 1, four);
		UNROLL
		for (int i = 0; i < MADE; i++)
			half[i * SIDE + j] = four[i];
	}
	UNROLL
	for (int i = 0; i < MADE; i++) {
		wholes four[MADE];

		unmix(half + i * SIDE, 1, four);
		UNROLL
		for (int j = 0; j < MADE; j++)
			sum[i][j] = (integers)(four[j] * NINTH) >> 6;
	}
}

/* Those of the 4x4 sums that there are. */
INLINE void put_square(const struct integer_squares *s, int square,
    integers sum[MADE][MADE], int channel)
{
	int across = squares_across(s);
	int row = square / across * MADE, column = square % across * MADE;
	size_t step = (size_t)s->blocks * INTEGER_BLOCK;
	int32_t *to = s->sums + (size_t)(row * s->columns + column) * step +
	    channel;

	for (int i = 0; i < MADE && row + i < s->rows; i++)
		for (int j = 0; j < MADE && column + j < s->columns; j++)
			memcpy(to + (size_t)(i * s->columns + j) * step,
			    &sum[i][j], sizeof(sum[i][j]));
}

static void put_squares(const struct integer_squares *s, int first, int count,
    int block, struct square_work *work)
{
	for (int i = 0; i < count; i++) {
		for (int c = 0; c < INTEGER_BLOCK; c += LANES) {
			integers sum[MADE][MADE];

			unmix_square(work->product, i, c, sum);
			put_square(s, first + i, sum, block * INTEGER_BLOCK +
			    c);
		}
	}
}

static void squares(const struct integer_squares *s)
{
	int all = squares_across(s) * ((s->rows + MADE - 1) / MADE);
	struct square_work work;

	for (int first = 0; first < all; first += SQUARES) {
		int count = all - first < SQUARES ? all - first : SQUARES;

		mix_squares(s, first, count, work.mixed);
		for (int block = 0; block < s->blocks; block++) {
			multiply_squares(s, count, block, &work);
			put_squares(s, first, count, block, &work);
		}
	}
}
