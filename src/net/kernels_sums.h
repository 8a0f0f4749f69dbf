/* Sums over flat vectors, in double precision. */

/* Sum number j takes the numbers i = j mod 16. */
enum { SUMS = 16, SUM_VECTORS = SUMS / SUM_LANES };

struct sums {
	sum_vector part[SUM_VECTORS];
};

/* The sums of all parts, and of x (left) times y, or of x alone. */
INLINE double sum_up(const struct sums *sums, size_t left, const real *x,
    const real *y)
{
	double part[SUMS];

	memcpy(part, sums->part, sizeof(part));
	for (size_t j = 0; j < left; j++)
		part[j] += (double)x[j] * (y ? (double)y[j] : 1);
	for (size_t half = SUMS / 2; half > 0; half /= 2)
		for (size_t j = 0; j < half; j++)
			part[j] += part[j + half];
	return part[0];
}

static double dot(size_t n, const real *x, const real *y)
{
	struct sums products = {0};
	size_t i = 0;

	for (; i + SUMS <= n; i += SUMS)
		UNROLL
		for (size_t j = 0; j < SUM_VECTORS; j++)
			products.part[j] += load_doubles(x + i + j * SUM_LANES) *
			    load_doubles(y + i + j * SUM_LANES);
	return sum_up(&products, n - i, x + i, y + i);
}

static double sum(size_t n, const real *x)
{
	struct sums sums = {0};
	size_t i = 0;

	for (; i + SUMS <= n; i += SUMS)
		UNROLL
		for (size_t j = 0; j < SUM_VECTORS; j++)
			sums.part[j] += load_doubles(x + i + j * SUM_LANES);
	return sum_up(&sums, n - i, x + i, NULL);
}

/* Of |x|. */
static double sum_sizes(size_t n, const real *x)
{
	struct sums sums = {0};
	real rest[SUMS];
	size_t i = 0;

	for (; i + SUMS <= n; i += SUMS)
		UNROLL
		for (size_t j = 0; j < SUM_VECTORS; j++)
			sums.part[j] += (sum_vector)
			    ((sum_bits)load_doubles(x + i + j * SUM_LANES) &
			    INT64_MAX);
	for (size_t j = 0; i + j < n; j++)
		rest[j] = x[i + j] < 0 ? -x[i + j] : x[i + j];
	return sum_up(&sums, n - i, rest, NULL);
}

static void sum_and_square(size_t n, const real *x, double *total,
    double *square)
{
	struct sums sums = {0}, squares = {0};
	size_t i = 0;

	for (; i + SUMS <= n; i += SUMS)
		UNROLL
		for (size_t j = 0; j < SUM_VECTORS; j++) {
			sum_vector v = load_doubles(x + i + j * SUM_LANES);

			sums.part[j] += v;
			squares.part[j] += v * v;
		}
	*total = sum_up(&sums, n - i, x + i, NULL);
	*square = sum_up(&squares, n - i, x + i, x + i);
}

static void pair_sums(size_t n, const real *x, const real *y,
    struct pair_sums *total)
{
	struct sums sums[2] = {0}, products = {0}, squares = {0};
	size_t i = 0;

	for (; i + SUMS <= n; i += SUMS)
		UNROLL
		for (size_t j = 0; j < SUM_VECTORS; j++) {
			sum_vector a = load_doubles(x + i + j * SUM_LANES);
			sum_vector b = load_doubles(y + i + j * SUM_LANES);

			sums[0].part[j] += a;
			sums[1].part[j] += b;
			products.part[j] += a * b;
			squares.part[j] += b * b;
		}
	total->x = sum_up(&sums[0], n - i, x + i, NULL);
	total->y = sum_up(&sums[1], n - i, y + i, NULL);
	total->xy = sum_up(&products, n - i, x + i, y + i);
	total->yy = sum_up(&squares, n - i, y + i, y + i);
}
