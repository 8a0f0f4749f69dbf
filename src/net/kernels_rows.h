/*
 * Passes that need sums along the rows of x (rows, columns): layer norm and
 * softmax. Sum number j of a row takes the places i = j mod ROW_SUMS, and
 * the sums are then joined in pairs, whatever the width of the vectors.
 */
enum { ROW_SUMS = 16, ROW_VECTORS = ROW_SUMS / LANES };

struct row_sum {
	vector part[ROW_VECTORS];
};

/* Places beyond the end of a row, which the sums must not see, as zeros. */
INLINE vector cut(vector value, size_t left)
{
	real places[LANES];

	if (left >= LANES)
		return value;
	store(places, value);
	return take(places, left);
}

INLINE real row_total(const struct row_sum *sum)
{
	real all[ROW_SUMS];

	memcpy(all, sum->part, sizeof(all));
	for (int half = ROW_SUMS / 2; half > 0; half /= 2)
		for (int j = 0; j < half; j++)
			all[j] += all[j + half];
	return all[0];
}

/* Visit a row by vectors: `left` numbers from place `at` on, the part of the
 * sums they belong to being `j`. */
#define EACH_VECTOR(columns)						\
	for (size_t at = 0, j = 0, left = (columns); at < (columns);	\
	    at += LANES, left = (columns) - at, j = (j + 1) % ROW_VECTORS)

INLINE real row_mean(size_t columns, const real *x)
{
	struct row_sum sum = {0};

	EACH_VECTOR(columns)
		sum.part[j] += take(x + at, left);
	return row_total(&sum) / (real)columns;
}

/* 1 / sqrt(variance + epsilon) */
INLINE real row_inverse(size_t columns, const real *x, real mean,
    real epsilon)
{
	struct row_sum sum = {0};

	EACH_VECTOR(columns) {
		vector d = cut(take(x + at, left) - broadcast(mean), left);

		sum.part[j] = fused(d, d, sum.part[j]);
	}
	return 1 / real_sqrt(row_total(&sum) / (real)columns + epsilon);
}

static void normalise_rows(size_t rows, size_t columns, real epsilon,
    const real *weight, const real *bias, const real *x, real *statistics,
    real *y)
{
	for (size_t r = 0; r < rows; r++, x += columns, y += columns) {
		real mean = row_mean(columns, x);
		real inverse = row_inverse(columns, x, mean, epsilon);

		*statistics++ = mean;
		*statistics++ = inverse;
		EACH_VECTOR(columns) {
			vector u = (take(x + at, left) - broadcast(mean)) *
			    broadcast(inverse);

			put(y + at, fused(take(weight + at, left), u,
			    take(bias + at, left)), left);
		}
	}
}

/* One row of layer norm's backward pass: u and g = weight dy. */
struct normal_row {
	const real *weight, *x, *dy;
	vector mean, inverse;
};

INLINE vector normal_at_place(const struct normal_row *r, size_t at,
    size_t left)
{
	return (take(r->x + at, left) - r->mean) * r->inverse;
}

INLINE void normal_row_gradient(const struct normal_row *r, size_t columns,
    real *dweight, real *dbias)
{
	EACH_VECTOR(columns) {
		vector dy = take(r->dy + at, left);

		put(dweight + at, fused(dy, normal_at_place(r, at, left),
		    take(dweight + at, left)), left);
		put(dbias + at, take(dbias + at, left) + dy, left);
	}
}

INLINE void normal_row_input(const struct normal_row *r, size_t columns,
    real *dx)
{
	struct row_sum sum = {0}, product = {0};
	vector mean, slope;

	EACH_VECTOR(columns) {
		vector g = take(r->weight + at, left) *
		    take(r->dy + at, left);

		sum.part[j] += g;
		product.part[j] = fused(g, normal_at_place(r, at, left),
		    product.part[j]);
	}
	mean = broadcast(row_total(&sum) / (real)columns);
	slope = broadcast(-row_total(&product) / (real)columns);
	EACH_VECTOR(columns) {
		vector g = take(r->weight + at, left) *
		    take(r->dy + at, left);

		put(dx + at, r->inverse * fused(slope, normal_at_place(r, at,
		    left), g - mean), left);
	}
}

static void normalise_rows_backward(size_t rows, size_t columns,
    const real *weight, const real *statistics, const real *x,
    const real *dy, real *dx, real *dweight, real *dbias)
{
	for (size_t i = 0; i < rows; i++) {
		struct normal_row r = {
			weight, x + i * columns, dy + i * columns,
			broadcast(statistics[2 * i]),
			broadcast(statistics[2 * i + 1]),
		};

		if (dweight)
			normal_row_gradient(&r, columns, dweight, dbias);
		if (dx)
			normal_row_input(&r, columns, dx + i * columns);
	}
}

INLINE real row_most(size_t columns, const real *x)
{
	vector best = broadcast(x[0]);
	size_t i = 0;
	real places[LANES];

	for (; i + LANES <= columns; i += LANES) {
		vector v = load(x + i);

		best = choose(v > best, v, best);
	}
	store(places, best);
	for (int j = 1; j < LANES; j++)
		places[0] = places[j] > places[0] ? places[j] : places[0];
	for (; i < columns; i++)
		places[0] = x[i] > places[0] ? x[i] : places[0];
	return places[0];
}

static void softmax_rows(size_t rows, size_t columns, real *x)
{
	for (size_t r = 0; r < rows; r++, x += columns) {
		vector most = broadcast(row_most(columns, x)), scale;
		struct row_sum sum = {0};

		EACH_VECTOR(columns) {
			vector e = cut(exponential(take(x + at, left) - most),
			    left);

			sum.part[j] += e;
			put(x + at, e, left);
		}
		scale = broadcast(1 / row_total(&sum));
		EACH_VECTOR(columns)
			put(x + at, take(x + at, left) * scale, left);
	}
}

static void softmax_rows_backward(size_t rows, size_t columns, const real *a,
    real *da)
{
	for (size_t r = 0; r < rows; r++, a += columns, da += columns) {
		struct row_sum sum = {0};
		vector middle;

		EACH_VECTOR(columns)
			sum.part[j] = fused(take(a + at, left),
			    take(da + at, left), sum.part[j]);
		middle = broadcast(row_total(&sum));
		EACH_VECTOR(columns)
			put(da + at, take(a + at, left) *
			    (take(da + at, left) - middle), left);
	}
}

static void softmax_rows_tangent(size_t rows, size_t columns, const real *a,
    const real *ta, real *da, real *tda)
{
	for (size_t r = 0; r < rows; r++) {
		struct row_sum sum = {0}, tsum = {0};
		vector middle, tmiddle;

		EACH_VECTOR(columns) {
			vector d = take(da + at, left), y = take(a + at, left);

			sum.part[j] = fused(y, d, sum.part[j]);
			tsum.part[j] = fused(take(ta + at, left), d,
			    tsum.part[j]);
			tsum.part[j] = fused(y, take(tda + at, left),
			    tsum.part[j]);
		}
		middle = broadcast(row_total(&sum));
		tmiddle = broadcast(row_total(&tsum));
		EACH_VECTOR(columns) {
			vector y = take(a + at, left);
			vector d = take(da + at, left) - middle;

			put(tda + at, fused(take(ta + at, left), d, y *
			    (take(tda + at, left) - tmiddle)), left);
			put(da + at, y * d, left);
		}
		a += columns;
		ta += columns;
		da += columns;
		tda += columns;
	}
}

#undef EACH_VECTOR
