/*
 * What the tables of integers.h have in common: included by
 * integers_portable.c, integers_avx2.c and integers_vnni.c only, which define
 * LANES; multiply(), pack() and packed(); fused() for a b + c with one
 * rounding; bounded() for what lies within two numbers; larger() of two;
 * narrow() to bytes; and add_places(), the products of four places of as many
 * channels with their packed weights.
 */
#include <string.h>

INLINE floats load_floats(const float *from)
{
	floats value;

	memcpy(&value, from, sizeof(value));
	return value;
}

INLINE floats all(float value)
{
	floats none = {0};

	return none + value;
}

struct range {
	floats step, inverse, least, most;
	integers base;		/* the bits of code 0 once rounded */
};

/* Adding this rounds half to even, as in kernels_elementwise.h. */
#define WHOLE 0x1.8p23F

INLINE struct range range_of(float step, float low, float high, int zero)
{
	float whole = WHOLE;
	int32_t bits;
	integers none = {0};

	memcpy(&bits, &whole, sizeof(bits));
	return (struct range){all(step), all(1 / step), all(low * step),
		all(high * step), none + (bits - zero)};
}

/* y / step with its rounding: each correction leaves less than a unit of the
 * last place, and one from there, with the reciprocal rounded as it is, is
 * exact (Markstein 1990). What is beyond the range was put at its end, and
 * small numbers, whose remainders are not exact, are code 0 anyway. */
INLINE floats quotient(floats y, const struct range *r)
{
	floats q = y * r->inverse;

	for (int i = 0; i < 2; i++)
		q = fused(fused(-q, r->step, y), r->inverse, q);
	return q;
}

/* As quantise() of kernels_elementwise.h. */
INLINE codes codes_of(floats y, const struct range *r)
{
	floats q = quotient(bounded(y, r->least, r->most), r);

	return narrow((integers)(q + all(WHOLE)) - r->base);
}

INLINE void put_values(real *to, floats value, int count)
{
	if (count >= LANES && sizeof(real) == sizeof(float)) {
		memcpy(to, &value, sizeof(value));
		return;
	}
	for (int i = 0; i < count && i < LANES; i++)
		to[i] = (real)value[i];
}

INLINE floats take_values(const real *from, size_t count)
{
	floats value = {0};

	if (count >= LANES && sizeof(real) == sizeof(float)) {
		memcpy(&value, from, sizeof(value));
		return value;
	}
	for (size_t i = 0; i < count && i < LANES; i++)
		value[i] = (float)from[i];
	return value;
}

/* As many codes as there are. */
INLINE void put_codes(uint8_t *to, codes code, size_t count)
{
	if (count >= LANES)
		memcpy(to, &code, sizeof(code));
	else
		memcpy(to, &code, count);
}

/* The sum of 2x2 that gives the largest y: y rises with it, or falls where
 * the factor is negative, and as ~sum rises. */
INLINE integers first_of_four(const int32_t *sums, int next, int row,
    floats factor)
{
	floats none = {0};
	integers turned = (integers)(factor < none);

	return turned ^ larger(
	    larger(turned ^ load_integers(sums),
		turned ^ load_integers(sums + next)),
	    larger(turned ^ load_integers(sums + row),
		turned ^ load_integers(sums + row + next)));
}

/* One output from its sum, or the first of its four. */
INLINE void finish_place(const struct integer_finish *f,
    const struct range *range, bool pool, const int32_t *sums, size_t at)
{
	int next = integer_blocks(f->channels) * INTEGER_BLOCK;

	for (int c = 0; c < f->channels; c += LANES) {
		floats factor = load_floats(f->factor + c), y;
		int left = f->channels - c;
		integers sum = pool ? first_of_four(sums + c, next,
		    f->columns * next, factor) : load_integers(sums + c);

		sum -= load_integers(f->shift + c);
		y = fused(__builtin_convertvector(sum, floats), factor,
		    load_floats(f->term + c));
		if (f->codes)
			put_codes(f->code + at + c, codes_of(y, range),
			    (size_t)left);
		else
			put_values(f->value + at + c, y, left);
	}
}

/* side: 1, or 2 to pool; a constant where it is inlined. */
INLINE void finish_places(const struct integer_finish *f, int side)
{
	struct range range = range_of(f->codes ? f->step : 1, f->low, f->high,
	    f->zero);
	int step = integer_blocks(f->channels) * INTEGER_BLOCK;
	size_t at = 0;

	for (int r = 0; r + side <= f->rows; r += side) {
		const int32_t *sums = f->sums + r * f->columns * step;

		for (int i = 0; i + side <= f->columns; i += side) {
			finish_place(f, &range, side > 1, sums + i * step,
			    at);
			at += (size_t)f->channels;
		}
	}
}

static void finish(const struct integer_finish *f)
{
	if (f->pool)
		finish_places(f, 2);
	else
		finish_places(f, 1);
}

static void encode(size_t n, const real *x, float step, float low, float high,
    int zero, uint8_t *code)
{
	struct range range = range_of(step, low, high, zero);

	for (size_t i = 0; i < n; i += LANES)
		put_codes(code + i, codes_of(take_values(x + i, n - i),
		    &range), n - i);
}

/* The sums of one window in LANES channels. */
INLINE integers window_sums(const struct integer_window *f, const uint8_t *x,
    const int8_t *w)
{
	size_t fours = packed(INTEGER_BLOCK, 4);
	integers sum = {0};

	for (int a = 0; a < f->k; a++, x += f->row)
		for (int b = 0; b < f->k; b += 4, w += fours)
			sum = add_places(sum, x + b * f->channels,
			    (size_t)f->channels, w);
	return sum;
}

static void window(const struct integer_window *f)
{
	size_t weights = packed(INTEGER_BLOCK, f->k * ((f->k + 3) / 4 * 4));
	int step = integer_blocks(f->channels) * INTEGER_BLOCK;
	const uint8_t *x = f->x;
	int32_t *sums = f->sums;

	for (int j = 0; j < f->columns; j++, x += f->column, sums += step) {
		for (int c = 0; c < f->channels; c += LANES) {
			const int8_t *w = (const int8_t *)f->w +
			    (size_t)(c / INTEGER_BLOCK) * weights;
			integers sum = window_sums(f, x + c,
			    w + 4 * (c % INTEGER_BLOCK));

			memcpy(sums + c, &sum, sizeof(sum));
		}
	}
}

const struct integer_kernels INTEGERS = {INTEGERS_NAME, packed, pack,
	multiply, window, INTEGERS_SQUARES, finish, encode};
