/* Passes over flat vectors, and over the rows of a matrix. */

static void relu(size_t n, const real *x, real *y)
{
	vector zero = {0};

	for (size_t i = 0; i < n; i += LANES) {
		vector v = take(x + i, n - i);

		/* A NaN stays one, so that a diverged run is seen. */
		put(y + i, choose(v < zero, zero, v), n - i);
	}
}

/* Small numbers lose their fraction, rounded half to even, when this is
 * added: its last digit counts ones. */
#ifdef SNT_DOUBLE
#define WHOLE_NUMBERS 0x1.8p52
#else
#define WHOLE_NUMBERS 0x1.8p23f
#endif

static void quantise(size_t n, real s, real low, real high, real unit,
    const real *x, real *y)
{
	vector step = broadcast(s), whole = broadcast(WHOLE_NUMBERS);
	vector least_level = broadcast(low), most_level = broadcast(high);

	for (size_t i = 0; i < n; i += LANES) {
		vector v = take(x + i, n - i) / step;

		v = choose(v < least_level, least_level, v);
		v = choose(v > most_level, most_level, v);
		v = (v + whole) - whole;
		put(y + i, v * broadcast(unit), n - i);
	}
}

static void relu_backward(size_t n, const real *y, const real *dy, real *dx)
{
	vector zero = {0};

	for (size_t i = 0; i < n; i += LANES) {
		integers off = take(y + i, n - i) <= zero;

		put(dx + i, choose(off, zero, take(dy + i, n - i)), n - i);
	}
}

static void add_bias(size_t rows, size_t columns, size_t step,
    const real *bias, real *y)
{
	for (size_t r = 0; r < rows; r++, y += step)
		for (size_t i = 0; i < columns; i += LANES)
			put(y + i, take(y + i, columns - i) +
			    take(bias + i, columns - i), columns - i);
}

/* Four interleaved sums a column, for speed and accuracy. */
INLINE vector sum_column(size_t rows, size_t step, const real *x, size_t left)
{
	vector sum[4] = {0};
	size_t r = 0;

	for (; r + 4 <= rows; r += 4)
		UNROLL
		for (size_t i = 0; i < 4; i++)
			sum[i] += take(x + (r + i) * step, left);
	for (; r < rows; r++)
		sum[0] += take(x + r * step, left);
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static void sum_rows(size_t rows, size_t columns, size_t step, const real *x,
    real *sums)
{
	for (size_t i = 0; i < columns; i += LANES)
		put(sums + i, sum_column(rows, step, x + i, columns - i),
		    columns - i);
}

static void add(size_t n, const real *x, real *y)
{
	for (size_t i = 0; i < n; i += LANES)
		put(y + i, take(y + i, n - i) + take(x + i, n - i), n - i);
}

static void add_rows(size_t rows, size_t columns, const real *x,
    size_t x_step, real *y, size_t y_step)
{
	size_t whole = columns / LANES * LANES;
	partial last = partial_of((int)(columns - whole));

	for (size_t r = 0; r < rows; r++, x += x_step, y += y_step) {
		for (size_t i = 0; i < whole; i += LANES)
			store(y + i, load(y + i) + load(x + i));
		if (whole < columns)
			store_part(y + whole, load_part(y + whole, last) +
			    load_part(x + whole, last), last);
	}
}

static void scale(size_t n, real a, const real *x, real *y)
{
	for (size_t i = 0; i < n; i += LANES)
		put(y + i, broadcast(a) * take(x + i, n - i), n - i);
}

static void add_scaled(size_t n, real a, const real *x, real *y)
{
	for (size_t i = 0; i < n; i += LANES)
		put(y + i, fused(broadcast(a), take(x + i, n - i),
		    take(y + i, n - i)), n - i);
}

static void affine(size_t n, real a, const real *x, real c, real *y)
{
	for (size_t i = 0; i < n; i += LANES)
		put(y + i, fused(broadcast(a), take(x + i, n - i),
		    broadcast(c)), n - i);
}

static void blend(size_t n, real a, const real *x, real b, const real *y,
    real c, real *z)
{
	for (size_t i = 0; i < n; i += LANES) {
		vector rest = fused(broadcast(b), take(y + i, n - i),
		    broadcast(c));

		put(z + i, fused(broadcast(a), take(x + i, n - i), rest),
		    n - i);
	}
}

static real largest(size_t n, const real *x)
{
	vector most = {0};
	real found = 0;

	for (size_t i = 0; i < n; i += LANES) {
		vector v = magnitude(take(x + i, n - i));

		most = choose(v > most, v, most);
	}
	for (size_t j = 0; j < (size_t)LANES; j++)
		found = most[j] > found ? most[j] : found;
	return found;
}

/* torch.optim.SGD without dampening. */
static void sgd(size_t n, real lr, real momentum, bool nesterov,
    const real *g, real *velocity, real *theta)
{
	vector mu = broadcast(momentum), rate = broadcast(-lr);

	for (size_t i = 0; i < n; i += LANES) {
		size_t left = n - i;
		vector d = take(g + i, left);

		if (velocity) {
			vector v = mu * take(velocity + i, left) + d;

			put(velocity + i, v, left);
			d = nesterov ? fused(mu, v, d) : v;
		}
		put(theta + i, fused(rate, d, take(theta + i, left)), left);
	}
}

/* Kingma and Ba 2014, in the order of operations of torch.optim.Adam. */
static void adam(size_t n, const struct adam_step *step, const real *g,
    real *mean, real *square, real *theta)
{
	vector beta1 = broadcast(step->beta1), beta2 = broadcast(step->beta2);
	vector rest1 = broadcast(step->beta1_rest);
	vector rest2 = broadcast(step->beta2_rest);
	/* Numerator and denominator times the correction of the root, which
	 * spares a division. */
	vector size = broadcast(-step->step_size * step->root_correction);
	vector epsilon = broadcast(step->epsilon * step->root_correction);

	for (size_t i = 0; i < n; i += LANES) {
		size_t left = n - i;
		vector d = take(g + i, left);
		vector m = fused(rest1, d, beta1 * take(mean + i, left));
		vector v = beta2 * take(square + i, left) + rest2 * d * d;
		vector below = root(v) + epsilon;

		put(mean + i, m, left);
		put(square + i, v, left);
		put(theta + i, take(theta + i, left) + size * m / below, left);
	}
}
