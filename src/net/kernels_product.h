/*
 * Products of matrices: a tile of sums in registers, up to TILE_ROWS rows by
 * one or two vectors of columns, each summed in the order of its depth. Both
 * operands are read where they lie, b along its rows, so that a dense layer's
 * two gradients need no copies, and its forward pass only W turned round.
 */

/* Deeper sums are cut, so that the columns of b in use stay in the caches. */
enum { PRODUCT_DEPTH = 1024 };

enum product_kind { SINGLE, PAIR_PART, PAIR };

/* a, b, bias (or NULL) and c: of the tile; left: columns from there on. */
typedef void product_function(const struct product *p, const real *a,
    const real *b, const real *bias, real *c, int left);

INLINE void product_finish(const struct product *p, vector sum[][2],
    const real *bias, real *c, int left, int j, int rows)
{
	vector scale = broadcast(p->scale), start = {0}, zero = {0};
	const real *mask = p->mask ? p->mask + (c - p->c) : NULL;

	if (bias)
		start = take(bias, (size_t)left);
	UNROLL
	for (int i = 0; i < rows; i++, c += p->c_step) {
		vector value = p->add ? fused(scale, sum[i][j],
		    take(c, (size_t)left)) : scale * sum[i][j];

		value = bias ? value + start : value;
		if (p->rectify)
			value = choose(value < zero, zero, value);
		if (mask)
			value = choose(take(mask + (size_t)i * p->c_step,
			    (size_t)left) <= zero, zero, value);
		put(c, value, (size_t)left);
	}
}

INLINE void product_tile(const struct product *p, const real *a,
    const real *b, const real *bias, real *c, int left, int rows,
    enum product_kind kind)
{
	vector sum[TILE_ROWS][2];
	partial last = partial_of(kind == SINGLE ? left : left - LANES);
	size_t a_row = p->a_row, a_step = p->a_step, b_step = p->b_step;

	UNROLL
	for (int i = 0; i < rows; i++)
		sum[i][0] = sum[i][1] = (vector){0};
	for (int k = 0; k < p->depth; k++, a += a_step, b += b_step) {
		vector b0 = kind == SINGLE ? load_part(b, last) : load(b);
		vector b1 = b0;

		if (kind != SINGLE)
			b1 = kind == PAIR ? load(b + LANES) :
			    load_part(b + LANES, last);
		UNROLL
		for (int i = 0; i < rows; i++) {
			vector v = broadcast(a[(size_t)i * a_row]);

			sum[i][0] = fused(v, b0, sum[i][0]);
			if (kind != SINGLE)
				sum[i][1] = fused(v, b1, sum[i][1]);
		}
	}
	product_finish(p, sum, bias, c, kind == SINGLE ? left : LANES, 0,
	    rows);
	if (kind != SINGLE)
		product_finish(p, sum, bias ? bias + LANES : NULL, c + LANES,
		    left - LANES, 1, rows);
}

#define DEFINE_ONE(ROWS, KIND)						\
static void product_##KIND##_##ROWS(const struct product *p,		\
    const real *a, const real *b, const real *bias, real *c, int left)	\
{									\
	product_tile(p, a, b, bias, c, left, ROWS, KIND);		\
}
#define DEFINE(ROWS)							\
	DEFINE_ONE(ROWS, SINGLE) DEFINE_ONE(ROWS, PAIR_PART)		\
	DEFINE_ONE(ROWS, PAIR)
#define ENTRY(ROWS)							\
	{product_SINGLE_##ROWS, product_PAIR_PART_##ROWS, product_PAIR_##ROWS},

EACH_TILE(DEFINE)
static product_function *const product_tiles[][3] = {EACH_TILE(ENTRY)};

#undef DEFINE_ONE
#undef DEFINE
#undef ENTRY

/* All rows of one or two vectors of columns, from `column` on. */
static void product_columns(const struct product *p, int column)
{
	int left = p->columns - column, parts = parts_of(p->rows, TILE_ROWS);
	enum product_kind kind = left >= 2 * LANES ? PAIR :
	    left > LANES ? PAIR_PART : SINGLE;

	for (int i = 0; i < parts; i++) {
		int row = part_start(p->rows, parts, i);
		int end = part_start(p->rows, parts, i + 1);

		product_tiles[end - row - 1][kind](p,
		    p->a + (size_t)row * p->a_row, p->b + column,
		    p->bias ? p->bias + column : NULL,
		    p->c + (size_t)row * p->c_step + column, left);
	}
}

static void multiply(const struct product *p)
{
	int parts = parts_of(p->depth, PRODUCT_DEPTH);

	for (int column = 0; column < p->columns; column += 2 * LANES)
		for (int i = 0; i < parts; i++) {
			int first = part_start(p->depth, parts, i);
			struct product part = *p;

			part.depth = part_start(p->depth, parts, i + 1) -
			    first;
			part.a += (size_t)first * p->a_step;
			part.b += (size_t)first * p->b_step;
			part.add = p->add || i > 0;
			if (i < parts - 1) {
				part.bias = part.mask = NULL;
				part.rectify = false;
			}
			product_columns(&part, column);
		}
}

enum { TURNS = LANES == 16 ? 4 : LANES == 8 ? 3 : LANES == 4 ? 2 : 1 };

/* Each turn moves the highest bit of a row's number to the lowest of a
 * column's, and all others up by one. */
INLINE void turn(vector row[LANES])
{
	UNROLL
	for (int t = 0; t < TURNS; t++) {
		vector next[LANES];

		UNROLL
		for (int i = 0; i < LANES / 2; i++) {
			next[2 * i] = interleave_low(row[i],
			    row[i + LANES / 2]);
			next[2 * i + 1] = interleave_high(row[i],
			    row[i + LANES / 2]);
		}
		UNROLL
		for (int i = 0; i < LANES; i++)
			row[i] = next[i];
	}
}

static void transpose(size_t rows, size_t columns, const real *x,
    size_t x_step, real *y, size_t y_step)
{
	for (size_t r = 0; r < rows; r += LANES)
		for (size_t c = 0; c < columns; c += LANES) {
			vector block[LANES];
			const real *from = x + r * x_step + c;
			real *to = y + c * y_step + r;

			UNROLL
			for (size_t i = 0; i < LANES; i++)
				block[i] = r + i < rows ? take(from +
				    i * x_step, columns - c) : (vector){0};
			turn(block);
			UNROLL
			for (size_t i = 0; i < LANES; i++)
				if (c + i < columns)
					put(to + i * y_step, block[i],
					    rows - r);
		}
}
