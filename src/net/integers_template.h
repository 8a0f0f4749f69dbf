/*
 * What the tables of integers.h have in common: included by
 * integers_portable.c, integers_avx2.c and integers_vnni.c only, which define
 * multiply(), pack() and packed(); fused() for a b + c with one rounding;
 * widen_codes(), widen_weights() and narrow() between 16 bytes and 16 whole
 * numbers; and times() for products of such bytes. Vectors are 16 numbers
 * wide whatever the processor.
 */
#include <string.h>

INLINE integers16 load_integers(const int32_t *from)
{
	integers16 value;

	memcpy(&value, from, sizeof(value));
	return value;
}

INLINE floats16 load_floats(const float *from)
{
	floats16 value;

	memcpy(&value, from, sizeof(value));
	return value;
}

INLINE floats16 choose16(integers16 mask, floats16 yes, floats16 no)
{
	return (floats16)((mask & (integers16)yes) | (~mask & (integers16)no));
}

struct range16 {
	floats16 step, low, high, zero;
};

INLINE floats16 all16(float value)
{
	floats16 all = {0};

	return all + value;
}

INLINE struct range16 range_of(float step, float low, float high, int zero)
{
	return (struct range16){all16(step), all16(low), all16(high),
		all16((float)zero)};
}

/* As quantise() of kernels_elementwise.h: adding this rounds half to even. */
INLINE bytes16 codes_of(floats16 y, const struct range16 *r)
{
	floats16 whole = all16(0x1.8p23F), v = y / r->step;

	v = choose16(v < r->low, r->low, v);
	v = choose16(v > r->high, r->high, v);
	v = (v + whole) - whole;
	return narrow(__builtin_convertvector(v + r->zero, integers16));
}

INLINE void put_values(real *to, floats16 value, int count)
{
	if (count == INTEGER_BLOCK && sizeof(real) == sizeof(float)) {
		memcpy(to, &value, sizeof(value));
		return;
	}
	for (int i = 0; i < count; i++)
		to[i] = (real)value[i];
}

INLINE floats16 take_values(const real *from, size_t count)
{
	floats16 value = {0};

	if (count >= INTEGER_BLOCK && sizeof(real) == sizeof(float)) {
		memcpy(&value, from, sizeof(value));
		return value;
	}
	for (size_t i = 0; i < count && i < INTEGER_BLOCK; i++)
		value[i] = (float)from[i];
	return value;
}

/* Sixteen codes, or those that there are. */
INLINE void put_codes(uint8_t *to, bytes16 codes, int count)
{
	if (count >= INTEGER_BLOCK)
		memcpy(to, &codes, sizeof(codes));
	else
		memcpy(to, &codes, (size_t)count);
}

static void finish(const struct integer_finish *f)
{
	int blocks = integer_blocks(f->channels);
	struct range16 range = range_of(f->codes ? f->step : 1, f->low,
	    f->high, f->zero);
	size_t at = 0;

	for (int r = 0; r < f->rows; r++, at += (size_t)f->channels) {
		for (int b = 0; b < blocks; b++) {
			int c = b * INTEGER_BLOCK;
			int left = f->channels - c < INTEGER_BLOCK ?
			    f->channels - c : INTEGER_BLOCK;
			integers16 sum = load_integers(f->sums +
			    (size_t)(r * blocks + b) * INTEGER_BLOCK) -
			    load_integers(f->shift + c);
			floats16 y = fused(
			    __builtin_convertvector(sum, floats16),
			    load_floats(f->factor + c),
			    load_floats(f->term + c));
			bytes16 code;

			if (!f->codes) {
				put_values(f->value + at + c, y, left);
				continue;
			}
			code = codes_of(y, &range);
			put_codes(f->code + at + c, code, left);
		}
	}
}

static void encode(size_t n, const real *x, float step, float low, float high,
    int zero, uint8_t *code)
{
	struct range16 range = range_of(step, low, high, zero);

	for (size_t i = 0; i < n; i += INTEGER_BLOCK) {
		size_t left = n - i < INTEGER_BLOCK ? n - i : INTEGER_BLOCK;

		put_codes(code + i, codes_of(take_values(x + i, left),
		    &range), (int)left);
	}
}

/* 16 codes, or the `left` that there are. */
INLINE integers16 take_codes(const uint8_t *from, int left)
{
	bytes16 codes = {0};

	if (left >= INTEGER_BLOCK)
		memcpy(&codes, from, sizeof(codes));
	else
		memcpy(&codes, from, (size_t)left);
	return widen_codes(codes);
}

static void window(const struct integer_window *f)
{
	int blocks = integer_blocks(f->channels);
	size_t step = (size_t)blocks * INTEGER_BLOCK;

	for (int j = 0; j < f->columns; j++)
		for (int b = 0; b < blocks; b++) {
			const uint8_t *x = f->x + (size_t)j * f->column +
			    b * INTEGER_BLOCK;
			const int8_t *w = f->w + b * INTEGER_BLOCK;
			int left = f->channels - b * INTEGER_BLOCK;
			integers16 sum = {0};

			for (int a = 0; a < f->k * f->k; a++, w += step) {
				signed16 weight;

				memcpy(&weight, w, sizeof(weight));
				sum += times(take_codes(x +
				    (size_t)(a / f->k) * f->row +
				    (size_t)(a % f->k) * (size_t)f->channels,
				    left), widen_weights(weight));
			}
			memcpy(f->sums + (size_t)j * step +
			    b * INTEGER_BLOCK, &sum, sizeof(sum));
		}
}

const struct integer_kernels INTEGERS = {INTEGERS_NAME, packed, pack,
	multiply, window, finish, encode};
