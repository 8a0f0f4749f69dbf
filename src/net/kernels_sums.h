/* Sums over flat vectors, in double precision. */

/* Sum number j takes the numbers i = j mod 16. */
enum { SUMS = 16, SUM_VECTORS = SUMS / SUM_LANES };

struct sums {
	sum_vector part[SUM_VECTORS];
};

/* The sums of all parts, halves on halves. */
INLINE double sum_up(struct sums sums)
{
	double part[SUM_LANES];

	UNROLL
	for (size_t half = SUM_VECTORS / 2; half > 0; half /= 2)
		UNROLL
		for (size_t j = 0; j < half; j++)
			sums.part[j] += sums.part[j + half];
	memcpy(part, sums.part, sizeof(part));
	UNROLL
	for (size_t half = SUM_LANES / 2; half > 0; half /= 2)
		UNROLL
		for (size_t j = 0; j < half; j++)
			part[j] += part[j + half];
	return part[0];
}

/* SUMS numbers, zeros after the `left` that there are. */
INLINE void take_rest(const real *x, size_t left, real *rest)
{
	UNROLL
	for (size_t i = 0; i < SUMS; i += LANES) {
		vector v = {0};

		if (i < left)
			v = take(x + i, left - i);
		store(rest + i, v);
	}
}

INLINE void add_sum(struct sums *sums, const real *x)
{
	UNROLL
	for (size_t j = 0; j < SUM_VECTORS; j++)
		sums->part[j] += load_doubles(x + j * SUM_LANES);
}

INLINE void add_sizes(struct sums *sums, const real *x)
{
	UNROLL
	for (size_t j = 0; j < SUM_VECTORS; j++)
		sums->part[j] += (sum_vector)
		    ((sum_bits)load_doubles(x + j * SUM_LANES) & INT64_MAX);
}

INLINE void add_products(struct sums *sums, const real *x, const real *y)
{
	UNROLL
	for (size_t j = 0; j < SUM_VECTORS; j++)
		sums->part[j] += load_doubles(x + j * SUM_LANES) *
		    load_doubles(y + j * SUM_LANES);
}

static double dot(size_t n, const real *x, const real *y)
{
	struct sums products = {0};
	real rest[2][SUMS];
	size_t i = 0;

	for (; i + SUMS <= n; i += SUMS)
		add_products(&products, x + i, y + i);
	if (i < n) {
		take_rest(x + i, n - i, rest[0]);
		take_rest(y + i, n - i, rest[1]);
		add_products(&products, rest[0], rest[1]);
	}
	return sum_up(products);
}

static double sum(size_t n, const real *x)
{
	struct sums sums = {0};
	real rest[SUMS];
	size_t i = 0;

	for (; i + SUMS <= n; i += SUMS)
		add_sum(&sums, x + i);
	if (i < n) {
		take_rest(x + i, n - i, rest);
		add_sum(&sums, rest);
	}
	return sum_up(sums);
}

/* Of |x|. */
static double sum_sizes(size_t n, const real *x)
{
	struct sums sums = {0};
	real rest[SUMS];
	size_t i = 0;

	for (; i + SUMS <= n; i += SUMS)
		add_sizes(&sums, x + i);
	if (i < n) {
		take_rest(x + i, n - i, rest);
		add_sizes(&sums, rest);
	}
	return sum_up(sums);
}

static void sum_and_square(size_t n, const real *x, double *total,
    double *square)
{
	struct sums sums = {0}, squares = {0};
	real rest[SUMS];
	size_t i = 0;

	for (; i + SUMS <= n; i += SUMS) {
		add_sum(&sums, x + i);
		add_products(&squares, x + i, x + i);
	}
	if (i < n) {
		take_rest(x + i, n - i, rest);
		add_sum(&sums, rest);
		add_products(&squares, rest, rest);
	}
	*total = sum_up(sums);
	*square = sum_up(squares);
}

INLINE void add_pairs(struct sums *x_sum, struct sums *y_sum,
    struct sums *products, struct sums *squares, const real *x,
    const real *y)
{
	add_sum(x_sum, x);
	add_sum(y_sum, y);
	add_products(products, x, y);
	add_products(squares, y, y);
}

static void pair_sums(size_t n, const real *x, const real *y,
    struct pair_sums *total)
{
	struct sums x_sum = {0}, y_sum = {0}, products = {0}, squares = {0};
	real rest[2][SUMS];
	size_t i = 0;

	for (; i + SUMS <= n; i += SUMS)
		add_pairs(&x_sum, &y_sum, &products, &squares, x + i, y + i);
	if (i < n) {
		take_rest(x + i, n - i, rest[0]);
		take_rest(y + i, n - i, rest[1]);
		add_pairs(&x_sum, &y_sum, &products, &squares, rest[0],
		    rest[1]);
	}
	total->x = sum_up(x_sum);
	total->y = sum_up(y_sum);
	total->xy = sum_up(products);
	total->yy = sum_up(squares);
}
