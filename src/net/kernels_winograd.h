/*
 * Winograd's convolutions by tiles: four by four outputs are computed of the
 * side x side inputs that they see, with the matrices of
 * kernels_winograd_matrices.h. Channels lie along the vectors; of each tile
 * lie the channels of its places after each other. `side` is a constant to
 * all that is inlined; loops over rows and columns stay loops, for the code to
 * fit into its cache.
 */
#include "net/kernels_winograd_matrices.h"

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

/* To position (a, b) of the patch, where it is on the image: a patch reads,
 * but for the one of winograd_input_gradient(), whose image is dx. */
INLINE void patch_add(const struct patch *p, int size, int a, int b, size_t c,
    bool whole, size_t left, vector value)
{
	int i = a * size + b;
	real *to = (real *)(whole ? p->corner + (size_t)a * p->row +
	    (size_t)b * p->column + c : p->at[i] + c);

	if (whole || p->mask[i])
		put(to, take(to, left) + value, left);
}

/* A column of places. */
INLINE void put_column(const vector t[], int side, real *places, size_t step,
    size_t left)
{
	UNROLL
	for (int a = 0; a < side; a++)
		put(places + (size_t)(a * side) * step, t[a], left);
}

INLINE void input_vector(const struct patch *p, int side, size_t c,
    bool whole, size_t left, real *places)
{
	vector d[SIDE], half[SIDE][SIDE], t[SIDE];

	for (int a = 0; a < side; a++) {
		patch_row(p, a, c, side, whole, left, d);
		times_b(side, d, half[a]);
	}
	for (int b = 0; b < side; b++) {
		UNROLL
		for (int a = 0; a < side; a++)
			d[a] = half[a][b];
		times_b(side, d, t);
		put_column(t, side, places + c + (size_t)b * p->column,
		    p->column, left);
	}
}

INLINE void gradient_vector(const struct patch *p, int side, size_t c,
    bool whole, size_t left, real *places)
{
	vector y[TILE], half[TILE][SIDE], t[SIDE];

	for (int a = 0; a < TILE; a++) {
		patch_row(p, a, c, TILE, whole, left, y);
		times_a(side, y, half[a]);
	}
	for (int b = 0; b < side; b++) {
		UNROLL
		for (int a = 0; a < TILE; a++)
			y[a] = half[a][b];
		times_a(side, y, t);
		put_column(t, side, places + c + (size_t)b * p->column,
		    p->column, left);
	}
}

/* What becomes of places is added to the patch that they were made of. */
INLINE void scatter_vector(const struct patch *p, int side, size_t c,
    bool whole, size_t left, real *places)
{
	vector m[SIDE], half[SIDE][SIDE];

	for (int a = 0; a < side; a++) {
		UNROLL
		for (int b = 0; b < side; b++)
			m[b] = take(places + c + (size_t)(a * side + b) *
			    p->column, left);
		times_b_turned(side, m, half[a]);
	}
	for (int b = 0; b < side; b++) {
		vector d[SIDE];

		UNROLL
		for (int a = 0; a < side; a++)
			m[a] = half[a][b];
		times_b_turned(side, m, d);
		UNROLL
		for (int a = 0; a < side; a++)
			patch_add(p, side, a, b, c, whole, left, d[a]);
	}
}

typedef void patch_vector(const struct patch *p, int side, size_t c,
    bool whole, size_t left, real *places);

/* Whole vectors of channels, and what is left of them. */
INLINE void each_vector(const struct patch *p, patch_vector *one, int side,
    bool whole, real *places)
{
	size_t c = 0;

	for (; c + LANES <= p->column; c += LANES)
		one(p, side, c, whole, LANES, places);
	if (c < p->column)
		one(p, side, c, whole, p->column - c, places);
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

/* Every tile's patch of x, and its places. */
INLINE void each_input(const struct winograd *w, patch_vector *one, int side,
    const real *x, real *places)
{
	size_t image = (size_t)w->in_rows * (size_t)w->in_columns *
	    (size_t)w->in_channels;

	for (int i = 0; i < w->rows; i++) {
		struct tile_row at = tile_row_at(w, i);

		for (int j = 0; j < w->tile_columns; j++) {
			struct patch p;

			patch_at(&p, x + at.image * image, w->in_rows,
			    w->in_columns, w->in_channels,
			    TILE * at.row - w->pad, TILE * j - w->pad, side);
			if (p.whole)
				each_vector(&p, one, side, true, places);
			else
				each_vector(&p, one, side, false, places);
			places += w->in_tile;
		}
	}
}

static void winograd_input(const struct winograd *w, const real *x,
    real *places)
{
	if (w->side == 6)
		each_input(w, input_vector, 6, x, places);
	else
		each_input(w, input_vector, 8, x, places);
}

static void winograd_input_gradient(const struct winograd *w,
    const real *places, real *dx)
{
	if (w->side == 6)
		each_input(w, scatter_vector, 6, dx, (real *)places);
	else
		each_input(w, scatter_vector, 8, dx, (real *)places);
}

INLINE void each_gradient(const struct winograd *w, int side, const real *dy,
    real *places)
{
	size_t image = (size_t)w->out_rows * (size_t)w->out_columns *
	    (size_t)w->out_channels;

	for (int i = 0; i < w->rows; i++) {
		struct tile_row at = tile_row_at(w, i);

		for (int j = 0; j < w->tile_columns; j++) {
			struct patch p;

			patch_at(&p, dy + at.image * image, w->out_rows,
			    w->out_columns, w->out_channels, TILE * at.row,
			    TILE * j, TILE);
			if (p.whole)
				each_vector(&p, gradient_vector, side, true,
				    places);
			else
				each_vector(&p, gradient_vector, side, false,
				    places);
			places += w->out_tile;
		}
	}
}

static void winograd_gradient(const struct winograd *w, const real *dy,
    real *places)
{
	if (w->side == 6)
		each_gradient(w, 6, dy, places);
	else
		each_gradient(w, 8, dy, places);
}

/* One vector of channels of a tile: y[a][b], a row and column of it. */
INLINE void output_vector(const real *places, int side, size_t step,
    size_t left, vector y[TILE][TILE])
{
	vector m[SIDE], half[SIDE][TILE], column[TILE];

	for (int a = 0; a < side; a++) {
		UNROLL
		for (int b = 0; b < side; b++) {
			m[b] = take(places, left);
			places += step;
		}
		times_a_turned(side, m, half[a]);
	}
	for (int b = 0; b < TILE; b++) {
		UNROLL
		for (int a = 0; a < side; a++)
			m[a] = half[a][b];
		times_a_turned(side, m, column);
		UNROLL
		for (int a = 0; a < TILE; a++)
			y[a][b] = column[a];
	}
}

/* What a tile becomes; rows, columns: of it that are there. */
struct outputs {
	real *y;
	size_t row, column;
	int rows, columns;
	const real *bias;
};

INLINE void put_vector(const struct outputs *o, int side,
    const real *places, size_t c, size_t left, int rows, int columns)
{
	vector sum[TILE][TILE], start = {0};

	output_vector(places + c, side, o->column, left, sum);
	if (o->bias)
		start = take(o->bias + c, left);
	for (int a = 0; a < rows; a++)
		for (int b = 0; b < columns; b++) {
			real *to = o->y + (size_t)a * o->row +
			    (size_t)b * o->column + c;

			put(to, sum[a][b] + start, left);
		}
}

INLINE void put_tile(const struct outputs *o, int side, const real *places,
    int rows, int columns)
{
	size_t c = 0;

	for (; c + LANES <= o->column; c += LANES)
		put_vector(o, side, places, c, LANES, rows, columns);
	if (c < o->column)
		put_vector(o, side, places, c, o->column - c, rows,
		    columns);
}

INLINE void each_output(const struct winograd *w, int side,
    const real *places, const real *bias, real *y)
{
	size_t column = (size_t)w->out_channels;
	size_t row = (size_t)w->out_columns * column;

	for (int i = 0; i < w->rows; i++) {
		struct tile_row at = tile_row_at(w, i);
		real *line = y + (at.image * (size_t)w->out_rows +
		    (size_t)(TILE * at.row)) * row;

		for (int j = 0; j < w->tile_columns; j++) {
			struct outputs o = {
				.y = line + (size_t)(TILE * j) * column,
				.row = row, .column = column,
				.rows = least(TILE, w->out_rows -
				    TILE * at.row),
				.columns = least(TILE, w->out_columns -
				    TILE * j),
				.bias = bias,
			};

			if (o.rows == TILE && o.columns == TILE)
				put_tile(&o, side, places, TILE, TILE);
			else
				put_tile(&o, side, places, o.rows,
				    o.columns);
			places += w->out_tile;
		}
	}
}

static void winograd_output(const struct winograd *w, const real *places,
    const real *bias, real *y)
{
	if (w->side == 6)
		each_output(w, 6, places, bias, y);
	else
		each_output(w, 8, places, bias, y);
}
