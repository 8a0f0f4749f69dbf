/*
 * Random numbers that are a function of a key and their place: a hash of both,
 * cheap enough for as many as there are weights in one step of training.
 */

/* The finaliser of MurmurHash3 (Appleby), on the lower 32 bits of each lane. */
INLINE unsigneds mix(unsigneds x)
{
	const lane_unsigned low = UINT32_MAX;

	x ^= x >> 16;
	x = (x * 0x85ebca6bU) & low;
	x ^= x >> 13;
	x = (x * 0xc2b2ae35U) & low;
	return x ^ x >> 16;
}

/* Of the numbers from i on. */
INLINE unsigneds hashes(const uint32_t key[2], size_t i)
{
	unsigneds lane;

	UNROLL
	for (int j = 0; j < LANES; j++)
		lane[j] = (lane_unsigned)j;
	lane = ((lane + (lane_unsigned)i) ^ key[0]) & UINT32_MAX;
	return mix(mix(lane) ^ key[1]);
}

/* The upper 24 bits are a u. */
static void disturb(size_t n, const uint32_t key[2], real size, real reach,
    const real *x, real *y)
{
	for (size_t i = 0; i < n; i += LANES) {
		vector u = __builtin_convertvector(
		    (integers)(hashes(key, i) >> 8), vector);
		vector v = take(x + i, n - i);

		u = fused(broadcast(size * (real)0x1p-23), u,
		    v - broadcast(size));
		put(y + i, choose(magnitude(v) < broadcast(reach),
		    broadcast(0), u), n - i);
	}
}

/*
 * The x with P(z < x) = (1 + u) / 2 for a normal z, that is sqrt(2) erfinv(u),
 * -1 < u < 1: u times a polynomial in w = -log(1 - u^2) or in its root, by
 * M. Giles, "Approximating the erfinv function" (GPU Computing Gems, 2011),
 * relative error 4e-7.
 */
INLINE vector normal_quantile(vector u)
{
	static const float middle[] = {
		2.81022636e-08f, 3.43273939e-07f, -3.5233877e-06f,
		-4.39150654e-06f, 0.00021858087f, -0.00125372503f,
		-0.00417768164f, 0.246640727f, 1.50140941f
	}, tail[] = {
		-0.000200214257f, 0.000100950558f, 0.00134934322f,
		-0.00367342844f, 0.00573950773f, -0.0076224613f,
		0.00943887047f, 1.00167406f, 2.83297682f
	};
	vector one = broadcast(1), size = magnitude(u);
	vector w = -logarithm((one - size) * (one + size));
	vector near = polynomial(middle, 9, w - broadcast((real)2.5));
	vector far = polynomial(tail, 9, root(w) - broadcast(3));

	return broadcast((real)1.41421356237309505) * u *
	    choose(w < broadcast(5), near, far);
}

/* Of the upper 24 bits of a hash: the middle of one of 2^24 equal parts of
 * -1 .. 1, which is never an end. */
static void normals(size_t n, const uint32_t key[2], real *z)
{
	for (size_t i = 0; i < n; i += LANES) {
		integers part = (integers)(hashes(key, i) >> 8);

		part = part * 2 + 1 - (1 << 24);
		put(z + i, normal_quantile((real)0x1p-24 *
		    __builtin_convertvector(part, vector)), n - i);
	}
}
