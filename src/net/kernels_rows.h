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

/* One row of layer norm's tangents: u, and R{u} = r (R{x} - mean(R{x}) -
 * u q) with q = mean(u R{x}). */
struct tangent_row {
	const real *weight, *tweight, *x, *tx, *dy, *tdy;
	vector mean, inverse, tmean, q;
};

INLINE struct tangent_row tangent_row_at(const struct normal_tangent *t,
    size_t i)
{
	size_t at = i * t->columns;

	return (struct tangent_row) {
		.weight = t->weight, .tweight = t->tweight,
		.x = t->x + at,
		.tx = t->tx ? t->tx + at : NULL,
		.dy = t->dy ? t->dy + at : NULL,
		.tdy = t->tdy ? t->tdy + at : NULL,
		.mean = broadcast(t->statistics[2 * i]),
		.inverse = broadcast(t->statistics[2 * i + 1]),
	};
}

INLINE vector tangent_u(const struct tangent_row *r, size_t at, size_t left)
{
	return (take(r->x + at, left) - r->mean) * r->inverse;
}

/* R{u} where u is */
INLINE vector tangent_tu(const struct tangent_row *r, vector u, size_t at,
    size_t left)
{
	vector tx = {0};

	if (r->tx)
		tx = take(r->tx + at, left);
	return r->inverse * fused(-u, r->q, tx - r->tmean);
}

/* mean(R{x}) and q of one row */
INLINE void tangent_means(const struct tangent_row *r, size_t columns,
    real means[2])
{
	struct row_sum sum = {0}, product = {0};

	means[0] = means[1] = 0;
	if (!r->tx)
		return;
	EACH_VECTOR(columns) {
		vector tx = take(r->tx + at, left);

		sum.part[j] += tx;
		product.part[j] = fused(tx, tangent_u(r, at, left),
		    product.part[j]);
	}
	means[0] = row_total(&sum) / (real)columns;
	means[1] = row_total(&product) / (real)columns;
}

static void normalise_rows_tangent(const struct normal_tangent *t,
    const real *tbias, real *tstatistics, real *ty)
{
	for (size_t i = 0; i < t->rows; i++, ty += t->columns) {
		struct tangent_row r = tangent_row_at(t, i);
		real *means = tstatistics + 2 * i;

		tangent_means(&r, t->columns, means);
		r.tmean = broadcast(means[0]);
		r.q = broadcast(means[1]);
		EACH_VECTOR(t->columns) {
			vector u = tangent_u(&r, at, left);

			put(ty + at, fused(take(r.tweight + at, left), u,
			    fused(take(r.weight + at, left),
			    tangent_tu(&r, u, at, left),
			    take(tbias + at, left))), left);
		}
	}
}

INLINE void tangent_row_gradient(const struct tangent_row *r, size_t columns,
    real *tdweight, real *tdbias)
{
	EACH_VECTOR(columns) {
		vector u = tangent_u(r, at, left);
		vector tu = tangent_tu(r, u, at, left);
		vector tdy = take(r->tdy + at, left);

		put(tdweight + at, fused(tdy, u, fused(take(r->dy + at, left),
		    tu, take(tdweight + at, left))), left);
		put(tdbias + at, take(tdbias + at, left) + tdy, left);
	}
}

/* g = weight dy, R{g} */
struct tangent_slope {
	vector g, tg;
};

INLINE struct tangent_slope tangent_slope_at(const struct tangent_row *r,
    size_t at, size_t left)
{
	vector weight = take(r->weight + at, left);
	vector dy = take(r->dy + at, left);

	return (struct tangent_slope) {
		weight * dy, fused(take(r->tweight + at, left), dy,
		    weight * take(r->tdy + at, left))
	};
}

/* mean(g), mean(g u), and R{.} of both */
struct tangent_slope_means {
	vector g, gu, tg, tgu;
};

INLINE struct tangent_slope_means tangent_slope_means(
    const struct tangent_row *r, size_t columns)
{
	struct row_sum g = {0}, gu = {0}, tg = {0}, tgu = {0};

	EACH_VECTOR(columns) {
		struct tangent_slope s = tangent_slope_at(r, at, left);
		vector u = tangent_u(r, at, left);

		g.part[j] += s.g;
		gu.part[j] = fused(s.g, u, gu.part[j]);
		tg.part[j] += s.tg;
		tgu.part[j] = fused(s.tg, u, fused(s.g,
		    tangent_tu(r, u, at, left), tgu.part[j]));
	}
	return (struct tangent_slope_means) {
		broadcast(row_total(&g) / (real)columns),
		broadcast(row_total(&gu) / (real)columns),
		broadcast(row_total(&tg) / (real)columns),
		broadcast(row_total(&tgu) / (real)columns),
	};
}

INLINE void tangent_row_input(const struct tangent_row *r, size_t columns,
    real *tdx)
{
	struct tangent_slope_means mean = tangent_slope_means(r, columns);
	vector tr = -r->inverse * r->inverse * r->q;

	EACH_VECTOR(columns) {
		struct tangent_slope s = tangent_slope_at(r, at, left);
		vector u = tangent_u(r, at, left);
		vector tu = tangent_tu(r, u, at, left);
		vector straight = fused(-u, mean.gu, s.g - mean.g);
		vector turned = fused(-tu, mean.gu, fused(-u, mean.tgu,
		    s.tg - mean.tg));

		put(tdx + at, fused(tr, straight, r->inverse * turned), left);
	}
}

static void normalise_rows_tangent_backward(const struct normal_tangent *t,
    const real *tstatistics, real *tdx, real *tdweight, real *tdbias)
{
	for (size_t i = 0; i < t->rows; i++) {
		struct tangent_row r = tangent_row_at(t, i);

		r.tmean = broadcast(tstatistics[2 * i]);
		r.q = broadcast(tstatistics[2 * i + 1]);
		tangent_row_gradient(&r, t->columns, tdweight, tdbias);
		if (tdx)
			tangent_row_input(&r, t->columns,
			    tdx + i * t->columns);
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
