/*
 * Transforms of Winograd's convolution F(2 x 2, 3 x 3) (Lavin and Gray 2015,
 * arXiv 1509.09308): with the matrices
 *
 *	B^T = 1  0 -1  0	G = 1    0    0		A^T = 1 1  1  0
 *	      0  1  1  0	    1/2  1/2  1/2	      0 1 -1 -1
 *	      0 -1  1  0	    1/2 -1/2  1/2
 *	      0  1  0 -1	    0    0    1
 *
 * two by two outputs are A^T [(G g G^T) * (B^T d B)] A of the 4 x 4 inputs d
 * that they see, * number by number. Channels lie along the vectors; of each
 * tile lie the channels of its 16 places after each other.
 */

enum { PLACES = WINOGRAD_PLACES };

/* What B^T, A and A^T make of one row or column. */
INLINE void times_b(const vector d[4], vector to[4])
{
	to[0] = d[0] - d[2];
	to[1] = d[1] + d[2];
	to[2] = d[2] - d[1];
	to[3] = d[1] - d[3];
}

INLINE void times_a(const vector y[2], vector to[4])
{
	to[0] = y[0];
	to[1] = y[0] + y[1];
	to[2] = y[0] - y[1];
	to[3] = -y[1];
}

INLINE void times_a_turned(const vector m[4], vector to[2])
{
	to[0] = m[0] + m[1] + m[2];
	to[1] = m[1] - m[2] - m[3];
}

/*
 * What a tile sees of an image: size x size positions, of which those beside
 * the image are zero. All of the same channels, one vector after another.
 */
struct patch {
	const real *corner;	/* the first position, if `whole` */
	size_t row, column;	/* from one to the next */
	bool whole;		/* on the image; else, for each position: */
	const real *at[PLACES];
	size_t mask[PLACES];	/* of the channel: none where it is zero */
};

static const real nothing[LANES];

INLINE void patch_border(struct patch *p, const real *image, int rows,
    int columns, int top, int left, int size)
{
	for (int i = 0; i < size * size; i++) {
		int row = top + i / size, column = left + i % size;
		bool inside = row >= 0 && row < rows && column >= 0 &&
		    column < columns;

		p->at[i] = inside ? image + (size_t)row * p->row +
		    (size_t)column * p->column : nothing;
		p->mask[i] = inside ? SIZE_MAX : 0;
	}
}

INLINE void patch_at(struct patch *p, const real *image, int rows,
    int columns, int channels, int top, int left, int size)
{
	p->column = (size_t)channels;
	p->row = p->column * (size_t)columns;
	p->whole = top >= 0 && left >= 0 && top + size <= rows &&
	    left + size <= columns;
	if (p->whole)
		p->corner = image + (size_t)top * p->row +
		    (size_t)left * p->column;
	else
		patch_border(p, image, rows, columns, top, left, size);
}

/* Row a of the patch, from channel c on. */
INLINE void patch_row(const struct patch *p, int a, size_t c, int size,
    bool whole, size_t left, vector d[])
{
	size_t at = (size_t)a * p->row + c;	/* of a whole patch */

	UNROLL
	for (int b = 0; b < size; b++) {
		int i = a * size + b;

		d[b] = take(whole ? p->corner + at : p->at[i] +
		    (c & p->mask[i]), left);
		at += p->column;
	}
}

/* The columns of t, place by place. */
INLINE void put_places(const vector t[4][4], real *places, size_t step,
    size_t left)
{
	UNROLL
	for (int a = 0; a < 4; a++)
		UNROLL
		for (int b = 0; b < 4; b++) {
			put(places, t[b][a], left);
			places += step;
		}
}

INLINE void input_vector(const struct patch *p, size_t c, bool whole,
    size_t left, real *places)
{
	vector d[4], half[4][4], t[4][4];

	UNROLL
	for (int a = 0; a < 4; a++) {
		patch_row(p, a, c, 4, whole, left, d);
		times_b(d, half[a]);
	}
	UNROLL
	for (int b = 0; b < 4; b++) {
		UNROLL
		for (int a = 0; a < 4; a++)
			d[a] = half[a][b];
		times_b(d, t[b]);
	}
	put_places(t, places + c, p->column, left);
}

INLINE void gradient_vector(const struct patch *p, size_t c, bool whole,
    size_t left, real *places)
{
	vector y[2], half[2][4], t[4][4];

	UNROLL
	for (int a = 0; a < 2; a++) {
		patch_row(p, a, c, 2, whole, left, y);
		times_a(y, half[a]);
	}
	UNROLL
	for (int b = 0; b < 4; b++) {
		y[0] = half[0][b];
		y[1] = half[1][b];
		times_a(y, t[b]);
	}
	put_places(t, places + c, p->column, left);
}

typedef void patch_vector(const struct patch *p, size_t c, bool whole,
    size_t left, real *places);

/* Whole vectors of channels, and what is left of them. */
INLINE void each_vector(const struct patch *p, patch_vector *one, bool whole,
    real *places)
{
	size_t c = 0;

	for (; c + LANES <= p->column; c += LANES)
		one(p, c, whole, LANES, places);
	if (c < p->column)
		one(p, c, whole, p->column - c, places);
}

/* Which image a row of tiles belongs to, and which row of it. */
struct tile_row {
	size_t image;
	int row;
};

INLINE struct tile_row tile_row_at(const struct winograd *w, int i)
{
	int row = w->first + i;

	return (struct tile_row) {
		(size_t)(row / w->tile_rows), row % w->tile_rows
	};
}

static void winograd_input(const struct winograd *w, const real *x,
    real *places)
{
	size_t image = (size_t)w->in_rows * (size_t)w->in_columns *
	    (size_t)w->in_channels;

	for (int i = 0; i < w->rows; i++) {
		struct tile_row at = tile_row_at(w, i);

		for (int j = 0; j < w->tile_columns; j++) {
			struct patch p;

			patch_at(&p, x + at.image * image, w->in_rows,
			    w->in_columns, w->in_channels,
			    2 * at.row - w->pad, 2 * j - w->pad, 4);
			if (p.whole)
				each_vector(&p, input_vector, true, places);
			else
				each_vector(&p, input_vector, false, places);
			places += w->in_tile;
		}
	}
}

static void winograd_gradient(const struct winograd *w, const real *dy,
    real *places)
{
	size_t image = (size_t)w->out_rows * (size_t)w->out_columns *
	    (size_t)w->out_channels;

	for (int i = 0; i < w->rows; i++) {
		struct tile_row at = tile_row_at(w, i);

		for (int j = 0; j < w->tile_columns; j++) {
			struct patch p;

			patch_at(&p, dy + at.image * image, w->out_rows,
			    w->out_columns, w->out_channels, 2 * at.row,
			    2 * j, 2);
			if (p.whole)
				each_vector(&p, gradient_vector, true,
				    places);
			else
				each_vector(&p, gradient_vector, false,
				    places);
			places += w->out_tile;
		}
	}
}

/* One vector of channels of a tile: y[a][b], a row and column of it. */
INLINE void output_vector(const real *places, size_t step, size_t left,
    vector y[2][2])
{
	vector m[4], half[4][2], side[2];

	UNROLL
	for (int a = 0; a < 4; a++) {
		UNROLL
		for (int b = 0; b < 4; b++) {
			m[b] = take(places, left);
			places += step;
		}
		times_a_turned(m, half[a]);
	}
	UNROLL
	for (int b = 0; b < 2; b++) {
		UNROLL
		for (int a = 0; a < 4; a++)
			m[a] = half[a][b];
		times_a_turned(m, side);
		y[0][b] = side[0];
		y[1][b] = side[1];
	}
}

/* What a tile becomes; rows, columns: of it that are there. */
struct outputs {
	real *y;
	size_t row, column;
	int rows, columns;
	const real *bias;
};

INLINE void put_vector(const struct outputs *o, const real *places, size_t c,
    size_t left, int rows, int columns)
{
	vector sum[2][2], start = {0};

	output_vector(places + c, o->column, left, sum);
	if (o->bias)
		start = take(o->bias + c, left);
	for (int a = 0; a < rows; a++)
		for (int b = 0; b < columns; b++) {
			real *to = o->y + (size_t)a * o->row +
			    (size_t)b * o->column + c;

			put(to, sum[a][b] + start, left);
		}
}

INLINE void put_tile(const struct outputs *o, const real *places, int rows,
    int columns)
{
	size_t c = 0;

	for (; c + LANES <= o->column; c += LANES)
		put_vector(o, places, c, LANES, rows, columns);
	if (c < o->column)
		put_vector(o, places, c, o->column - c, rows, columns);
}

static void winograd_output(const struct winograd *w, const real *places,
    const real *bias, real *y)
{
	size_t column = (size_t)w->out_channels;
	size_t row = (size_t)w->out_columns * column;

	for (int i = 0; i < w->rows; i++) {
		struct tile_row at = tile_row_at(w, i);
		real *line = y + (at.image * (size_t)w->out_rows +
		    (size_t)(2 * at.row)) * row;

		for (int j = 0; j < w->tile_columns; j++) {
			struct outputs o = {
				.y = line + (size_t)(2 * j) * column,
				.row = row, .column = column,
				.rows = least(2, w->out_rows - 2 * at.row),
				.columns = least(2, w->out_columns - 2 * j),
				.bias = bias,
			};

			if (o.rows == 2 && o.columns == 2)
				put_tile(&o, places, 2, 2);
			else
				put_tile(&o, places, o.rows, o.columns);
			places += w->out_tile;
		}
	}
}

INLINE void times_g(const vector g[3], vector to[4])
{
	vector half = broadcast((real)0.5), ends = g[0] + g[2];

	to[0] = g[0];
	to[1] = half * (ends + g[1]);
	to[2] = half * (ends - g[1]);
	to[3] = g[2];
}

INLINE void times_g_turned(const vector s[4], vector to[3])
{
	vector half = broadcast((real)0.5);

	to[0] = s[0] + half * (s[1] + s[2]);
	to[1] = half * (s[1] - s[2]);
	to[2] = half * (s[1] + s[2]) + s[3];
}

static void winograd_weights(size_t n, const real *w, real *planes,
    size_t plane)
{
	for (size_t i = 0; i < n; i += LANES) {
		vector g[3], half[3][4], to[4];

		UNROLL
		for (size_t a = 0; a < 3; a++) {
			UNROLL
			for (size_t b = 0; b < 3; b++)
				g[b] = take(w + (3 * a + b) * n + i, n - i);
			times_g(g, half[a]);
		}
		UNROLL
		for (size_t b = 0; b < 4; b++) {
			UNROLL
			for (size_t a = 0; a < 3; a++)
				g[a] = half[a][b];
			times_g(g, to);
			UNROLL
			for (size_t a = 0; a < 4; a++)
				put(planes + (4 * a + b) * plane + i, to[a],
				    n - i);
		}
	}
}

static void winograd_weights_gradient(size_t n, const real *planes,
    size_t plane, real *dw)
{
	for (size_t i = 0; i < n; i += LANES) {
		vector s[4], half[4][3], to[3];

		UNROLL
		for (size_t a = 0; a < 4; a++) {
			UNROLL
			for (size_t b = 0; b < 4; b++)
				s[b] = take(planes + (4 * a + b) * plane + i,
				    n - i);
			times_g_turned(s, half[a]);
		}
		UNROLL
		for (size_t b = 0; b < 3; b++) {
			UNROLL
			for (size_t a = 0; a < 4; a++)
				s[a] = half[a][b];
			times_g_turned(s, to);
			UNROLL
			for (size_t a = 0; a < 3; a++) {
				real *at = dw + (3 * a + b) * n + i;

				put(at, take(at, n - i) + to[a], n - i);
			}
		}
	}
}
