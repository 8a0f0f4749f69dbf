/*
 * Passes of normalisation over the columns of x (rows, columns), `step`
 * numbers from one row to the next. Sums are taken in single precision over
 * a few rows and in double precision over those, so that no digits are lost
 * with many rows.
 */

/* Rows summed in single precision, in so many interleaved sums. */
enum { FLUSH_ROWS = 32, INTERLEAVED = 4 };

/* The sum of x; of (x - mean)^2; of (x - mean) y, and of y; the same of y
 * behind a gate. */
enum column_kind { COLUMN_SUM, COLUMN_SQUARE, COLUMN_DOT, COLUMN_GATED };

typedef double doubles __attribute__((vector_size(LANES * sizeof(double))));

/* A vector of columns. */
struct strip {
	size_t rows, step;
	const real *x, *y;
	vector mean;
	vector factor, term;	/* of the gate */
	partial lanes;
	doubles total[2];
};

/* y where the gate is open. A NaN passes, as with relu_backward(). */
INLINE vector gated(vector factor, vector x, vector term, vector y)
{
	vector zero = {0};

	y = loaded(y);
	return choose(fused(factor, x, term) <= zero, zero, y);
}

INLINE vector strip_take(partial lanes, const real *from, bool full)
{
	return full ? load(from) : load_part(from, lanes);
}

INLINE void add_row(const struct strip *s, enum column_kind kind, bool full,
    size_t at, vector sum[2])
{
	vector x = strip_take(s->lanes, s->x + at, full), y;

	if (kind == COLUMN_SUM) {
		sum[0] += x;
		return;
	}
	if (kind == COLUMN_SQUARE) {
		x -= s->mean;
		sum[0] = fused(x, x, sum[0]);
		return;
	}
	y = strip_take(s->lanes, s->y + at, full);
	if (kind == COLUMN_GATED)
		y = gated(s->factor, x, s->term, y);
	sum[0] = fused(x - s->mean, y, sum[0]);
	sum[1] += y;
}

/* The interleaved sums of some rows, to those of all. */
INLINE void add_up(vector sum[INTERLEAVED][2], doubles total[2])
{
	UNROLL
	for (int k = 0; k < 2; k++)
		total[k] += __builtin_convertvector(
		    (sum[0][k] + sum[1][k]) + (sum[2][k] + sum[3][k]),
		    doubles);
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
	add_up(sum, s->total);
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
		if (kind == COLUMN_GATED) {
			s.factor = take(c->gate.factor + i, left);
			s.term = take(c->gate.term + i, left);
		}
		if (left >= LANES)
			sum_strip(&s, kind, true);
		else
			sum_strip(&s, kind, false);
		put_doubles(sum + i, &s.total[0], left);
		if (kind >= COLUMN_DOT)
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
	if (c->gate.factor)
		sum_columns(c, COLUMN_GATED, sum, sum_y);
	else
		sum_columns(c, COLUMN_DOT, sum, sum_y);
}

/*
 * A few rows at a time, and of each so many vectors as have their factors in
 * registers: main memory is much faster where it is read and written in
 * order. FUNCTION(count, vectors, left, ...) does `count` rows from r on,
 * `left` columns from i on; vectors and left are constants, but where less
 * than a vector is left. What else it is given may name r and i.
 */
enum { ROWS_AT_ONCE = 16, WIDE = 4 };

#define EACH_GROUP(rows, columns, FUNCTION, ...)			\
	for (size_t r = 0; r < (rows); r += ROWS_AT_ONCE) {		\
		size_t count = (rows) - r < ROWS_AT_ONCE ? (rows) - r :	\
		    ROWS_AT_ONCE, left, i = 0;				\
									\
		for (; (left = (columns) - i) >= WIDE * LANES;		\
		    i += WIDE * LANES)					\
			FUNCTION(count, WIDE, WIDE * LANES, __VA_ARGS__); \
		if (left >= 2 * LANES) {				\
			FUNCTION(count, 2, 2 * LANES, __VA_ARGS__);	\
			i += 2 * LANES, left -= 2 * LANES;		\
		}							\
		if (left >= LANES) {					\
			FUNCTION(count, 1, LANES, __VA_ARGS__);		\
			i += LANES, left -= LANES;			\
		}							\
		if (left > 0)						\
			FUNCTION(count, 1, left, __VA_ARGS__);		\
	}

INLINE void line_group(size_t rows, int vectors, size_t left, size_t step,
    const real *factor, const real *term, const real *x, real *y,
    bool rectify)
{
	vector f[WIDE], t[WIDE], zero = {0};

	UNROLL
	for (int j = 0; j < vectors; j++) {
		f[j] = take(factor + j * LANES, left);
		t[j] = take(term + j * LANES, left);
	}
	for (size_t r = 0; r < rows; r++, x += step, y += step)
		UNROLL
		for (int j = 0; j < vectors; j++) {
			vector v = fused(f[j], take(x + j * LANES, left),
			    t[j]);

			if (rectify)
				v = choose(v < zero, zero, v);
			put(y + j * LANES, v, left);
		}
}

INLINE void line_columns(size_t rows, size_t columns, const real *factor,
    const real *term, const real *x, real *y, bool rectify)
{
	EACH_GROUP(rows, columns, line_group, columns, factor + i, term + i,
	    x + r * columns + i, y + r * columns + i, rectify)
}

static void scale_columns(size_t rows, size_t columns, const real *factor,
    const real *term, const real *x, real *y)
{
	line_columns(rows, columns, factor, term, x, y, false);
}

static void rectify_columns(size_t rows, size_t columns, const real *factor,
    const real *term, const real *x, real *y)
{
	line_columns(rows, columns, factor, term, x, y, true);
}

/* Of one vector of columns. */
struct blend_strip {
	vector x_factor, x_mean, y_factor, term;
	vector gate_factor, gate_term;
};

enum blend_gate { BLEND_OPEN, BLEND_GATES_Y, BLEND_GATES_Z };

INLINE struct blend_strip blend_strip_at(const struct column_blend *b,
    size_t i, size_t left, enum blend_gate gate)
{
	struct blend_strip s = {
		.x_factor = take(b->x_factor + i, left),
		.x_mean = take(b->x_mean + i, left),
		.y_factor = take(b->y_factor + i, left),
		.term = take(b->term + i, left),
	};

	if (gate != BLEND_OPEN) {
		s.gate_factor = take(b->gate.factor + i, left);
		s.gate_term = take(b->gate.term + i, left);
	}
	return s;
}

INLINE vector blended(const struct blend_strip *s, vector x, vector y,
    enum blend_gate gate)
{
	vector z;

	if (gate == BLEND_GATES_Y)
		y = gated(s->gate_factor, x, s->gate_term, y);
	z = fused(s->x_factor, x - s->x_mean,
	    fused(s->y_factor, y, s->term));
	if (gate == BLEND_GATES_Z)
		z = gated(s->gate_factor, x, s->gate_term, z);
	return z;
}

INLINE void blend_group(size_t rows, int vectors, size_t left, size_t step,
    const struct column_blend *b, size_t i, const real *x, const real *y,
    real *z, enum blend_gate gate)
{
	struct blend_strip strip[WIDE];

	UNROLL
	for (int j = 0; j < vectors; j++)
		strip[j] = blend_strip_at(b, i + (size_t)j * LANES, left,
		    gate);
	for (size_t r = 0; r < rows; r++, x += step, y += step, z += step)
		UNROLL
		for (int j = 0; j < vectors; j++)
			put(z + j * LANES, blended(&strip[j],
			    take(x + j * LANES, left),
			    take(y + j * LANES, left), gate), left);
}

INLINE void blend_all(size_t rows, size_t columns,
    const struct column_blend *b, const real *x, const real *y, real *z,
    enum blend_gate gate)
{
	EACH_GROUP(rows, columns, blend_group, columns, b, i,
	    x + r * columns + i, y + r * columns + i, z + r * columns + i,
	    gate)
}

static void blend_columns(size_t rows, size_t columns,
    const struct column_blend *b, const real *x, const real *y, real *z)
{
	if (!b->gate.factor)
		blend_all(rows, columns, b, x, y, z, BLEND_OPEN);
	else if (b->gates_z)
		blend_all(rows, columns, b, x, y, z, BLEND_GATES_Z);
	else
		blend_all(rows, columns, b, x, y, z, BLEND_GATES_Y);
}

#undef EACH_GROUP

/* A vector of columns, from `column` on. */
struct tangent_strip {
	const struct column_tangents *t;
	size_t column;
	partial lanes;
	vector mean, dy_factor, tdy_factor;
	vector factor, term;	/* of the gate */
	doubles total[2];
};

INLINE void tangent_row(const struct tangent_strip *s, bool full, bool gate,
    size_t r, vector sum[2])
{
	const struct column_tangents *t = s->t;
	size_t at = r * t->step + s->column;
	vector x = strip_take(s->lanes, t->x + at, full);
	vector tx = strip_take(s->lanes, t->tx + at, full);
	vector dy = strip_take(s->lanes, t->dy + at, full);
	vector tdy = strip_take(s->lanes, t->tdy + at, full), tdx;

	if (gate) {
		dy = gated(s->factor, x, s->term, dy);
		tdy = gated(s->factor, x, s->term, tdy);
	}
	tdx = fused(s->dy_factor, dy, s->tdy_factor * tdy);
	sum[0] = fused(x - s->mean, tdy, sum[0]);
	sum[0] = fused(tx, dy, sum[0]);
	sum[1] += tdy;
	if (full)
		store(t->tdx + at, tdx);
	else
		store_part(t->tdx + at, tdx, s->lanes);
}

INLINE void tangent_rows(struct tangent_strip *s, bool full, bool gate,
    size_t r, size_t end)
{
	vector sum[INTERLEAVED][2] = {0};

	for (; r + INTERLEAVED <= end; r += INTERLEAVED)
		UNROLL
		for (size_t i = 0; i < INTERLEAVED; i++)
			tangent_row(s, full, gate, r + i, sum[i]);
	for (; r < end; r++)
		tangent_row(s, full, gate, r, sum[0]);
	add_up(sum, s->total);
}

INLINE void tangent_strip(struct tangent_strip *s, bool full, bool gate)
{
	size_t rows = s->t->rows, r = 0;

	for (; r + FLUSH_ROWS < rows; r += FLUSH_ROWS)
		tangent_rows(s, full, gate, r, r + FLUSH_ROWS);
	tangent_rows(s, full, gate, r, rows);
}

INLINE void tangent_columns(const struct column_tangents *t, bool gate,
    double *sum, double *sum_tdy)
{
	for (size_t i = 0; i < t->columns; i += LANES) {
		size_t left = t->columns - i;
		struct tangent_strip s = {
			.t = t, .column = i,
			.lanes = partial_of(left < LANES ? (int)left : LANES),
			.mean = take(t->mean + i, left),
			.dy_factor = take(t->dy_factor + i, left),
			.tdy_factor = take(t->tdy_factor + i, left),
		};

		if (gate) {
			s.factor = take(t->gate.factor + i, left);
			s.term = take(t->gate.term + i, left);
		}
		if (left >= LANES)
			tangent_strip(&s, true, gate);
		else
			tangent_strip(&s, false, gate);
		put_doubles(sum + i, &s.total[0], left);
		put_doubles(sum_tdy + i, &s.total[1], left);
	}
}

static void column_tangents(const struct column_tangents *t, double *sum,
    double *sum_tdy)
{
	if (t->gate.factor)
		tangent_columns(t, true, sum, sum_tdy);
	else
		tangent_columns(t, false, sum, sum_tdy);
}
