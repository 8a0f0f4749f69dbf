/*
 * Exponentials and logarithms, and with them the normal distribution of GELU.
 * The double build, which tests the formulas, asks the C library instead.
 */

/* Horner's rule, the highest coefficient first. */
INLINE vector polynomial(const float *coefficient, int count, vector x)
{
	vector sum = broadcast(coefficient[0]);

	UNROLL
	for (int i = 1; i < count; i++)
		sum = fused(sum, x, broadcast(coefficient[i]));
	return sum;
}

#ifdef SNT_DOUBLE
INLINE vector exponential(vector x)
{
	UNROLL
	for (int i = 0; i < LANES; i++)
		x[i] = exp(x[i]);
	return x;
}

INLINE vector logarithm(vector x)
{
	UNROLL
	for (int i = 0; i < LANES; i++)
		x[i] = log(x[i]);
	return x;
}

/* P(-|x|) of the normal distribution; `e` = exp(-x^2 / 2) is not needed. */
INLINE vector normal_tail(vector x, vector e)
{
	(void)e;
	UNROLL
	for (int i = 0; i < LANES; i++)
		x[i] = 0.5 * erfc(fabs(x[i]) * M_SQRT1_2);
	return x;
}
#else
/*
 * exp(x) = 2^n exp(r), n the integer nearest to x / log 2, found by adding a
 * number so large that its last bit is one; log 2 is taken off in two parts
 * (Cody and Waite 1980). (exp(r) - 1 - r) / r^2 by Chebyshev interpolation
 * over |r| <= log(2) / 2, relative error of the exponential 1e-8. Below the
 * smallest normal number the result is 0, above exp(88) it stays there.
 */
INLINE vector exponential(vector x)
{
	static const float coefficient[] = {
		0.00139261761199f, 0.00836317307451f, 0.0416665546621f,
		0.166665770256f, 0.5f
	};
	const real large = 0x1.8p23f;
	vector least_x = broadcast(-87.0f), most_x = broadcast(88.0f);
	vector v = choose(x > most_x, most_x, choose(x < least_x, least_x, x));
	vector shifted = fused(v, broadcast(0x1.715476p+0f),
	    broadcast(large));
	vector n = shifted - broadcast(large);
	vector r = fused(n, broadcast(-0x1.62e4p-1f), v);
	integers power = (integers)shifted - (integers)broadcast(large);

	r = fused(n, broadcast(-0x1.7f7d1cp-20f), r);
	v = fused(r * r, polynomial(coefficient, 5, r), r) + broadcast(1.0f);
	v = v * (vector)((power + 127) << 23);
	return choose(x < least_x, (vector){0}, v);
}

/*
 * log(x), of a positive normal number: x = 2^n (1 + f), the root of 1/2 <= 1 +
 * f < that of 2. (log(1 + f) - f + f^2 / 2) / f^3 by Chebyshev interpolation,
 * relative error of the logarithm of 1 + f 3e-8.
 */
INLINE vector logarithm(vector x)
{
	static const float coefficient[] = {
		-0.0810155902538f, 0.127123080414f, -0.129722388988f,
		0.142021737639f, -0.166422475989f, 0.200014685796f,
		-0.25000296546f, 0.333333285967f
	};
	const lane_integer root = 0x3f3504f3;	/* of 1/2 */
	integers n = ((integers)x - root) >> 23;
	vector f = (vector)((integers)x - (n << 23)) - broadcast(1.0f);
	vector rest = fused(f * f * f, polynomial(coefficient, 8, f),
	    broadcast(-0.5f) * f * f);

	return fused(__builtin_convertvector(n, vector),
	    broadcast(0x1.62e430p-1f), rest + f);
}

/*
 * P(-|x|) = exp(-x^2 / 2) t p(t) with t = 1 / (1 + 0.32 |x|), in the manner
 * of Abramowitz and Stegun 7.1.26; p by Chebyshev interpolation over 0..1,
 * relative error 6e-8.
 */
INLINE vector normal_tail(vector x, vector e)
{
	static const float coefficient[] = {
		-0.0216231323642f, 0.0979352153123f, -0.151607695165f,
		0.0704682613046f, -0.01253399925f, 0.059799326219f,
		0.0875935303691f, 0.114647028203f, 0.12765991009f,
		0.127661537689f
	};
	vector size = choose(x < (vector){0}, -x, x);
	vector t = broadcast(1.0f) /
	    fused(size, broadcast(0.32f), broadcast(1.0f));

	return e * t * polynomial(coefficient, 10, t);
}
#endif

/* The normal distribution function and its density. */
struct normal {
	vector distribution, density;
};

INLINE struct normal normal_at(vector x)
{
	vector one = broadcast(1);
	vector e = exponential(broadcast((real)-0.5) * x * x);
	vector tail = normal_tail(x, e);

	return (struct normal) {
		choose(x < (vector){0}, tail, one - tail),
		broadcast((real)0.398942280401432678) * e,
	};
}

static void gelu(size_t n, const real *x, real *y)
{
	for (size_t i = 0; i < n; i += LANES) {
		vector v = take(x + i, n - i);

		put(y + i, v * normal_at(v).distribution, n - i);
	}
}

static void gelu_backward(size_t n, const real *x, const real *dy, real *dx)
{
	for (size_t i = 0; i < n; i += LANES) {
		vector v = take(x + i, n - i);
		struct normal at = normal_at(v);

		put(dx + i, take(dy + i, n - i) *
		    fused(v, at.density, at.distribution), n - i);
	}
}

static void gelu_tangent(size_t n, const real *x, const real *tx,
    const real *dy, const real *tdy, real *tdx)
{
	for (size_t i = 0; i < n; i += LANES) {
		vector v = take(x + i, n - i);
		struct normal at = normal_at(v);
		vector slope = fused(v, at.density, at.distribution);
		vector bend = at.density * fused(-v, v, broadcast(2));

		put(tdx + i, fused(take(tdy + i, n - i), slope,
		    take(dy + i, n - i) * take(tx + i, n - i) * bend), n - i);
	}
}
