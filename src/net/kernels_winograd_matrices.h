/*
 * The matrices of Winograd's convolutions F(2 x 2, k x k) (Lavin and Gray 2015,
 * arXiv 1509.09308): two by two outputs are A^T [(G g G^T) * (B^T d B)] A of
 * the side x side inputs d that they see, side = k + 1, * number by number.
 * For k = 3, the polynomials' points being 0, 1, -1 and infinity,
 *
 *	B^T = 1  0 -1  0	G = 1    0    0		A^T = 1 1  1  0
 *	      0  1  1  0	    1/2  1/2  1/2	      0 1 -1 -1
 *	      0 -1  1  0	    1/2 -1/2  1/2
 *	      0  1  0 -1	    0    0    1
 *
 * and for k = 5, with 2 and -2 too,
 *
 *	B^T = 4  0 -5  0 1 0	G = 6  0  0  0  0	A^T = 1 1  1 1  1 0
 *	      0 -4 -4  1 1 0	   -4 -4 -4 -4 -4	      0 1 -1 2 -2 1
 *	      0  4 -4 -1 1 0	   -4  4 -4  4 -4
 *	      0 -2 -1  2 1 0	    1  2  4  8 16
 *	      0  2 -1 -2 1 0	    1 -2  4 -8 16
 *	      0  4  0 -5 0 1	    0  0  0  0 24	(G / 24)
 *
 * Each function is the product of one row or column with one of them; those
 * called turned, with the transposed. Weights, at the end, go through G.
 */

enum { SIDE = WINOGRAD_SIDE_MOST, PLACES = SIDE * SIDE };

/* B^T: side to side. */
INLINE void times_b(int side, const vector d[], vector to[])
{
	vector two = broadcast(2), four = broadcast(4), five = broadcast(5);

	if (side == 4) {
		to[0] = d[0] - d[2];
		to[1] = d[1] + d[2];
		to[2] = d[2] - d[1];
		to[3] = d[1] - d[3];
	} else {
		vector even = fused(-four, d[2], d[4]);
		vector odd = fused(-four, d[1], d[3]);
		vector even2 = d[4] - d[2], odd2 = two * (d[3] - d[1]);

		to[0] = fused(four, d[0], fused(-five, d[2], d[4]));
		to[1] = even + odd;
		to[2] = even - odd;
		to[3] = even2 + odd2;
		to[4] = even2 - odd2;
		to[5] = fused(four, d[1], fused(-five, d[3], d[5]));
	}
}

/* B: side to side. */
INLINE void times_b_turned(int side, const vector m[], vector to[])
{
	vector two = broadcast(2), four = broadcast(4), five = broadcast(5);

	if (side == 4) {
		to[0] = m[0];
		to[1] = (m[1] - m[2]) + m[3];
		to[2] = (m[1] + m[2]) - m[0];
		to[3] = -m[3];
	} else {
		vector sum = m[1] + m[2], sum2 = m[3] + m[4];
		vector odd = m[1] - m[2], odd2 = two * (m[3] - m[4]);

		to[0] = four * m[0];
		to[1] = fused(four, m[5] - odd, -odd2);
		to[2] = fused(-five, m[0], fused(-four, sum, -sum2));
		to[3] = fused(-five, m[5], odd + odd2);
		to[4] = m[0] + (sum + sum2);
		to[5] = m[5];
	}
}

/* A: 2 to side. */
INLINE void times_a(int side, const vector y[], vector to[])
{
	vector two = broadcast(2);

	to[0] = y[0];
	to[1] = y[0] + y[1];
	to[2] = y[0] - y[1];
	if (side == 4) {
		to[3] = -y[1];
	} else {
		to[3] = fused(two, y[1], y[0]);
		to[4] = fused(-two, y[1], y[0]);
		to[5] = y[1];
	}
}

/* A^T: side to 2. */
INLINE void times_a_turned(int side, const vector m[], vector to[])
{
	vector two = broadcast(2);

	if (side == 4) {
		to[0] = m[0] + m[1] + m[2];
		to[1] = m[1] - m[2] - m[3];
	} else {
		to[0] = m[0] + (m[1] + m[2]) + (m[3] + m[4]);
		to[1] = fused(two, m[3] - m[4], m[1] - m[2]) + m[5];
	}
}

static const real sixth = (real)(1.0 / 6), twenty_fourth = (real)(1.0 / 24);

/* G: side - 1 to side. */
INLINE void times_g(int side, const vector g[], vector to[])
{
	vector even = g[0] + g[2], odd = g[1];

	to[0] = g[0];
	if (side == 4) {
		vector half = broadcast((real)0.5);

		to[1] = half * (even + odd);
		to[2] = half * (even - odd);
		to[3] = g[2];
	} else {
		vector four = broadcast(4), part = broadcast(-sixth);
		vector part2 = broadcast(twenty_fourth);
		vector even2 = fused(four, fused(four, g[4], g[2]), g[0]);
		vector odd2 = broadcast(2) * fused(four, g[3], g[1]);

		even += g[4];
		odd += g[3];
		to[0] *= broadcast((real)0.25);
		to[1] = part * (even + odd);
		to[2] = part * (even - odd);
		to[3] = part2 * (even2 + odd2);
		to[4] = part2 * (even2 - odd2);
		to[5] = g[4];
	}
}

/* G^T: side to side - 1. */
INLINE void times_g_turned(int side, const vector s[], vector to[])
{
	if (side == 4) {
		vector half = broadcast((real)0.5);

		to[0] = s[0] + half * (s[1] + s[2]);
		to[1] = half * (s[1] - s[2]);
		to[2] = half * (s[1] + s[2]) + s[3];
	} else {
		vector part = broadcast(-sixth), four = broadcast(4);
		vector part2 = broadcast(twenty_fourth);
		vector even = part * (s[1] + s[2]);
		vector odd = part * (s[1] - s[2]);
		vector even2 = part2 * (s[3] + s[4]);
		vector odd2 = broadcast(2) * part2 * (s[3] - s[4]);

		to[0] = fused(broadcast((real)0.25), s[0], even + even2);
		to[1] = odd + odd2;
		to[2] = fused(four, even2, even);
		to[3] = fused(four, odd2, odd);
		to[4] = fused(four * four, even2, even) + s[5];
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
	int kernel = side - 1;

	UNROLL
	for (int a = 0; a < kernel; a++) {
		UNROLL
		for (int b = 0; b < kernel; b++)
			g[b] = take(w + weight_at(kernel, a, b, turned) * n,
			    left);
		times_g(side, g, half[a]);
	}
	UNROLL
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
		if (side == 4)
			weights_vector(4, turned, n, w + i, planes + i, plane,
			    n - i);
		else
			weights_vector(6, turned, n, w + i, planes + i, plane,
			    n - i);
	}
}

INLINE void weights_gradient_vector(int side, size_t n, const real *planes,
    size_t plane, real *dw, size_t left)
{
	vector s[SIDE], half[SIDE][SIDE], to[SIDE];
	int kernel = side - 1;

	UNROLL
	for (int a = 0; a < side; a++) {
		UNROLL
		for (int b = 0; b < side; b++)
			s[b] = take(planes + (size_t)(side * a + b) * plane,
			    left);
		times_g_turned(side, s, half[a]);
	}
	UNROLL
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
		if (side == 4)
			weights_gradient_vector(4, n, planes + i, plane,
			    dw + i, n - i);
		else
			weights_gradient_vector(6, n, planes + i, plane,
			    dw + i, n - i);
	}
}
