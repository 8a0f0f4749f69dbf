/*
 * The matrices of Winograd's convolutions F(4 x 4, k x k) (Lavin and Gray 2015,
 * arXiv 1509.09308): four by four outputs are A^T [(G g G^T) * (B^T d B)] A of
 * the side x side inputs d that they see, side = k + 3, * number by number.
 *
 * They follow from points (Toom and Cook): 0, some pairs a and -a, and
 * infinity, in this order. With z = a^2, and a product over the other pairs,
 *
 *	of a and -a	row of B^T: (x^2 +- a x) prod (x^2 - z'), its numbers
 *			those of the powers of x
 *			row of G: f (1, +- a, z, +- a z, ..),
 *			1 / f = 2 z prod (z - z')
 *			row of A: 1, +- a, z, +- a z
 *	of 0		B^T: prod (x^2 - z) over all; G: 1 / prod (- z), 0, ..
 *			A: 1, 0, 0, 0
 *	of infinity	B^T: x prod (x^2 - z); G and A: 0, .., 0, 1
 *
 * Points near one make the smallest rounding errors: those here were among
 * the best of all sets of some simple fractions.
 */

enum {
	TILE = WINOGRAD_TILE,
	SIDE = WINOGRAD_SIDE_MOST,
	PLACES = SIDE * SIDE,
	PAIRS = SIDE / 2 - 1
};

struct points {
	int pairs;
	real a[PAIRS], z[PAIRS];
	real f[PAIRS], f_zero;		/* of G */
	real q[PAIRS][PAIRS];		/* prod (x^2 - z'), by powers of x^2 */
	real r[PAIRS + 1];		/* prod (x^2 - z) over all */
};

static const struct points points_of_6 = {
	.pairs = 2,
	.a = {(real)0.75, (real)1.5},
	.z = {(real)0.5625, (real)2.25},
	.f = {(real)(-128.0 / 243), (real)(32.0 / 243)},
	.f_zero = (real)(64.0 / 81),
	.q = {{(real)-2.25, 1}, {(real)-0.5625, 1}},
	.r = {(real)1.265625, (real)-2.8125, 1},
};

static const struct points points_of_8 = {
	.pairs = 3,
	.a = {(real)0.5, 1, 2},
	.z = {(real)0.25, 1, 4},
	.f = {(real)(32.0 / 45), (real)(-2.0 / 9), (real)(1.0 / 90)},
	.f_zero = -1,
	.q = {{4, -5, 1}, {1, (real)-4.25, 1}, {(real)0.25, (real)-1.25, 1}},
	.r = {-1, (real)5.25, (real)-5.25, 1},
};

INLINE const struct points *points_of(int side)
{
	return side == 6 ? &points_of_6 : &points_of_8;
}

/*
 * Each function is the product of one row or column with one of the matrices;
 * those called turned, with the transposed. Numbers 2 i + 1 and 2 i + 2 of
 * `side` belong to pair i.
 */

/* c[0] d[0] + c[1] d[2] + .. + c[n] d[2 n], where c[n] is one. */
INLINE vector each_second(const real c[], int n, const vector d[])
{
	vector sum = d[2 * n];

	UNROLL
	for (int k = n - 1; k >= 0; k--)
		sum = fused(broadcast(c[k]), d[2 * k], sum);
	return sum;
}

/* even + a odd, even - a odd */
INLINE void put_pair(real a, vector even, vector odd, vector to[])
{
	to[0] = fused(broadcast(a), odd, even);
	to[1] = fused(broadcast(-a), odd, even);
}

/* B^T: side to side. */
INLINE void times_b(int side, const vector d[], vector to[])
{
	const struct points *p = points_of(side);

	to[0] = each_second(p->r, p->pairs, d);
	to[side - 1] = each_second(p->r, p->pairs, d + 1);
	UNROLL
	for (int i = 0; i < p->pairs; i++)
		put_pair(p->a[i], each_second(p->q[i], p->pairs - 1, d + 2),
		    each_second(p->q[i], p->pairs - 1, d + 1),
		    to + 2 * i + 1);
}

/* B: side to side. */
INLINE void times_b_turned(int side, const vector m[], vector to[])
{
	const struct points *p = points_of(side);

	UNROLL
	for (int k = 0; k <= p->pairs; k++) {
		to[2 * k] = broadcast(p->r[k]) * m[0];
		to[2 * k + 1] = broadcast(p->r[k]) * m[side - 1];
	}
	UNROLL
	for (int i = 0; i < p->pairs; i++) {
		vector even = m[2 * i + 1] + m[2 * i + 2];
		vector odd = broadcast(p->a[i]) *
		    (m[2 * i + 1] - m[2 * i + 2]);

		UNROLL
		for (int k = 0; k < p->pairs; k++) {
			vector q = broadcast(p->q[i][k]);

			to[2 * k + 2] = fused(q, even, to[2 * k + 2]);
			to[2 * k + 1] = fused(q, odd, to[2 * k + 1]);
		}
	}
}

/* A: TILE to side. */
INLINE void times_a(int side, const vector y[], vector to[])
{
	const struct points *p = points_of(side);

	to[0] = y[0];
	to[side - 1] = y[3];
	UNROLL
	for (int i = 0; i < p->pairs; i++) {
		vector z = broadcast(p->z[i]);

		put_pair(p->a[i], fused(z, y[2], y[0]), fused(z, y[3], y[1]),
		    to + 2 * i + 1);
	}
}

/* A^T: side to TILE. */
INLINE void times_a_turned(int side, const vector m[], vector to[])
{
	const struct points *p = points_of(side);

	to[0] = m[0];
	to[1] = to[2] = (vector){0};
	to[3] = m[side - 1];
	UNROLL
	for (int i = 0; i < p->pairs; i++) {
		vector z = broadcast(p->z[i]);
		vector even = m[2 * i + 1] + m[2 * i + 2];
		vector odd = broadcast(p->a[i]) *
		    (m[2 * i + 1] - m[2 * i + 2]);

		to[0] += even;
		to[1] += odd;
		to[2] = fused(z, even, to[2]);
		to[3] = fused(z, odd, to[3]);
	}
}

/* G: kernel = side - 3 to side. */
INLINE void times_g(int side, const vector g[], vector to[])
{
	const struct points *p = points_of(side);
	int last = side - TILE;

	to[0] = broadcast(p->f_zero) * g[0];
	to[side - 1] = g[last];
	UNROLL
	for (int i = 0; i < p->pairs; i++) {
		vector z = broadcast(p->z[i]), f = broadcast(p->f[i]);
		vector even = g[last], odd = g[last - 1];

		UNROLL
		for (int k = last - 2; k >= 0; k -= 2)
			even = fused(z, even, g[k]);
		UNROLL
		for (int k = last - 3; k >= 0; k -= 2)
			odd = fused(z, odd, g[k]);
		put_pair(p->a[i], f * even, f * odd, to + 2 * i + 1);
	}
}

/* G^T: side to kernel. */
INLINE void times_g_turned(int side, const vector s[], vector to[])
{
	const struct points *p = points_of(side);
	int last = side - TILE;

	UNROLL
	for (int k = 0; k <= last; k++)
		to[k] = (vector){0};
	to[0] = broadcast(p->f_zero) * s[0];
	to[last] = s[side - 1];
	UNROLL
	for (int i = 0; i < p->pairs; i++) {
		vector z = broadcast(p->z[i]), f = broadcast(p->f[i]);
		vector even = f * (s[2 * i + 1] + s[2 * i + 2]);
		vector odd = f * broadcast(p->a[i]) *
		    (s[2 * i + 1] - s[2 * i + 2]);

		UNROLL
		for (int k = 0; k <= last; k += 2, even *= z)
			to[k] += even;
		UNROLL
		for (int k = 1; k <= last; k += 2, odd *= z)
			to[k] += odd;
	}
}

/* Weight (a, b) of the kernel, which may lie turned round. */
INLINE size_t weight_at(int kernel, int a, int b, bool turned)
{
	int at = kernel * a + b;

	return (size_t)(turned ? kernel * kernel - 1 - at : at);
}

INLINE void weights_vector(int side, bool turned, size_t n, const real *w,
    real *planes, size_t plane, size_t left)
{
	vector g[SIDE], half[SIDE][SIDE], to[SIDE];
	int kernel = side - 3;

	for (int a = 0; a < kernel; a++) {
		UNROLL
		for (int b = 0; b < kernel; b++)
			g[b] = take(w + weight_at(kernel, a, b, turned) * n,
			    left);
		times_g(side, g, half[a]);
	}
	for (int b = 0; b < side; b++) {
		UNROLL
		for (int a = 0; a < kernel; a++)
			g[a] = half[a][b];
		times_g(side, g, to);
		UNROLL
		for (int a = 0; a < side; a++)
			put(planes + (size_t)(side * a + b) * plane, to[a],
			    left);
	}
}

static void winograd_weights(int side, bool turned, size_t n, const real *w,
    real *planes, size_t plane)
{
	for (size_t i = 0; i < n; i += LANES) {
		if (side == 6)
			weights_vector(6, turned, n, w + i, planes + i, plane,
			    n - i);
		else
			weights_vector(8, turned, n, w + i, planes + i, plane,
			    n - i);
	}
}

INLINE void weights_gradient_vector(int side, size_t n, const real *planes,
    size_t plane, real *dw, size_t left)
{
	vector s[SIDE], half[SIDE][SIDE], to[SIDE];
	int kernel = side - 3;

	for (int a = 0; a < side; a++) {
		UNROLL
		for (int b = 0; b < side; b++)
			s[b] = take(planes + (size_t)(side * a + b) * plane,
			    left);
		times_g_turned(side, s, half[a]);
	}
	for (int b = 0; b < kernel; b++) {
		UNROLL
		for (int a = 0; a < side; a++)
			s[a] = half[a][b];
		times_g_turned(side, s, to);
		UNROLL
		for (int a = 0; a < kernel; a++) {
			real *at = dw + (size_t)(kernel * a + b) * n;

			put(at, take(at, left) + to[a], left);
		}
	}
}

static void winograd_weights_gradient(int side, size_t n, const real *planes,
    size_t plane, real *dw)
{
	for (size_t i = 0; i < n; i += LANES) {
		if (side == 6)
			weights_gradient_vector(6, n, planes + i, plane,
			    dw + i, n - i);
		else
			weights_gradient_vector(8, n, planes + i, plane,
			    dw + i, n - i);
	}
}
