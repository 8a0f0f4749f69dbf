/*
 * Passes of normalisation over the columns of x (rows, columns), `step`
 * numbers from one row to the next. Sums are taken in single precision over
 * a few rows and in double precision over those, so that no digits are lost
 * with many rows.
 */

/* Rows summed in single precision, in so many interleaved sums. */
enum { FLUSH_ROWS = 32, INTERLEAVED = 4 };

/* The sum of x; of (x - mean)^2; of (x - mean) y, and of y. */
enum column_kind { COLUMN_SUM, COLUMN_SQUARE, COLUMN_DOT };

typedef double doubles __attribute__((vector_size(LANES * sizeof(double))));

/* A vector of columns. */
struct strip {
	size_t rows, step;
	const real *x, *y;
	vector mean;
	partial lanes;
	doubles total[2];
};

INLINE vector strip_take(const struct strip *s, const real *from, bool full)
{
	return full ? load(from) : load_part(from, s->lanes);
}

INLINE void add_row(const struct strip *s, enum column_kind kind, bool full,
    size_t at, vector sum[2])
{
	vector x = strip_take(s, s->x + at, full);

	if (kind == COLUMN_SUM) {
		sum[0] += x;
		return;
	}
	x -= s->mean;
	if (kind == COLUMN_SQUARE) {
		sum[0] = fused(x, x, sum[0]);
	} else {
		vector y = strip_take(s, s->y + at, full);

		sum[0] = fused(x, y, sum[0]);
		sum[1] += y;
	}
}

INLINE void strip_rows(struct strip *s, enum column_kind kind, bool full,
    size_t first, size_t end)
{
	vector sum[INTERLEAVED][2] = {0};
	size_t r = first;

	for (; r + INTERLEAVED <= end; r += INTERLEAVED)
		UNROLL
		for (size_t i = 0; i < INTERLEAVED; i++)
			add_row(s, kind, full, (r + i) * s->step, sum[i]);
	for (; r < end; r++)
		add_row(s, kind, full, r * s->step, sum[0]);
	UNROLL
	for (int k = 0; k < 2; k++)
		s->total[k] += __builtin_convertvector(
		    (sum[0][k] + sum[1][k]) + (sum[2][k] + sum[3][k]),
		    doubles);
}

INLINE void sum_strip(struct strip *s, enum column_kind kind, bool full)
{
	size_t r = 0;

	for (; r + FLUSH_ROWS < s->rows; r += FLUSH_ROWS)
		strip_rows(s, kind, full, r, r + FLUSH_ROWS);
	strip_rows(s, kind, full, r, s->rows);
}

INLINE void put_doubles(double *to, const doubles *value, size_t left)
{
	memcpy(to, value, (left < LANES ? left : LANES) * sizeof(double));
}

INLINE void sum_columns(const struct columns *c, enum column_kind kind,
    double *sum, double *sum_y)
{
	for (size_t i = 0; i < c->columns; i += LANES) {
		size_t left = c->columns - i;
		struct strip s = {
			.rows = c->rows, .step = c->step,
			.x = c->x + i, .y = c->y ? c->y + i : NULL,
			.lanes = partial_of(left < LANES ? (int)left : LANES),
		};

		if (c->mean)
			s.mean = take(c->mean + i, left);
		if (left >= LANES)
			sum_strip(&s, kind, true);
		else
			sum_strip(&s, kind, false);
		put_doubles(sum + i, &s.total[0], left);
		if (kind == COLUMN_DOT)
			put_doubles(sum_y + i, &s.total[1], left);
	}
}

static void column_sums(const struct columns *c, double *sum)
{
	sum_columns(c, COLUMN_SUM, sum, NULL);
}

static void column_squares(const struct columns *c, double *sum)
{
	sum_columns(c, COLUMN_SQUARE, sum, NULL);
}

static void column_dots(const struct columns *c, double *sum, double *sum_y)
{
	sum_columns(c, COLUMN_DOT, sum, sum_y);
}

/* A row at a time, so that memory is read and written in order. */
static void scale_columns(size_t rows, size_t columns, const real *factor,
    const real *term, const real *x, real *y)
{
	for (size_t r = 0; r < rows; r++, x += columns, y += columns)
		for (size_t i = 0; i < columns; i += LANES) {
			size_t left = columns - i;

			put(y + i, fused(take(factor + i, left),
			    take(x + i, left), take(term + i, left)), left);
		}
}

static void blend_columns(size_t rows, size_t columns,
    const struct column_blend *b, const real *x, const real *y, real *z)
{
	for (size_t r = 0; r < rows; r++) {
		for (size_t i = 0; i < columns; i += LANES) {
			size_t left = columns - i;
			vector sum = fused(take(b->y_factor + i, left),
			    take(y + i, left), take(b->term + i, left));

			put(z + i, fused(take(b->x_factor + i, left),
			    take(x + i, left) - take(b->x_mean + i, left),
			    sum), left);
		}
		x += columns;
		y += columns;
		z += columns;
	}
}
