/* Max pooling, channels last: channels lie along the vectors. */

/* The window of output (r, s), cut off at the borders of the image. */
struct window {
	int top, bottom, left, right;	/* bottom and right excluded */
	int first;			/* row-major number of (0, 0) */
};

INLINE struct window window_at(const struct pooling *p, int r, int s)
{
	int top = r * p->stride - p->pad, left = s * p->stride - p->pad;

	return (struct window) {
		.top = top < 0 ? 0 : top,
		.bottom = least(top + p->k, p->in_rows),
		.left = left < 0 ? 0 : left,
		.right = least(left + p->k, p->in_columns),
		.first = -top * p->k - left,
	};
}

INLINE size_t pixel(const struct pooling *p, int r, int s)
{
	return ((size_t)r * (size_t)p->in_columns + (size_t)s) *
	    (size_t)p->channels;
}

INLINE void put_index(uint8_t *to, integers index, size_t left)
{
	bytes narrow = __builtin_convertvector(index, bytes);

	memcpy(to, &narrow, left < LANES ? left : LANES);
}

INLINE integers take_index(const uint8_t *from, size_t left)
{
	bytes narrow = {0};

	memcpy(&narrow, from, left < LANES ? left : LANES);
	return __builtin_convertvector(narrow, integers);
}

/* A channel vector of one window: x and y at the channel, `left` of them. */
INLINE void pool_window(const struct pooling *p, const struct window *at,
    const real *x, real *y, uint8_t *index, size_t left)
{
	vector best = take(x + pixel(p, at->top, at->left), left);
	integers place = (integers){0} +
	    (at->first + at->top * p->k + at->left);

	for (int r = at->top; r < at->bottom; r++)
		for (int s = at->left; s < at->right; s++) {
			vector v = take(x + pixel(p, r, s), left);
			integers greater = (v > best) | (v != v);
			integers here = (integers){0} +
			    (at->first + r * p->k + s);

			best = choose(greater, v, best);
			place = (greater & here) | (~greater & place);
		}
	put(y, best, left);
	put_index(index, place, left);
}

static void pool(const struct pooling *p, const real *x, real *y,
    uint8_t *index)
{
	size_t channels = (size_t)p->channels;

	for (int r = 0; r < p->rows; r++)
		for (int s = 0; s < p->columns; s++) {
			struct window at = window_at(p, r, s);

			for (size_t c = 0; c < channels; c += LANES)
				pool_window(p, &at, x + c, y + c, index + c,
				    channels - c);
			y += channels;
			index += channels;
		}
}

/* x (in) at the index, for one channel vector of one window. */
INLINE vector gather_window(const struct pooling *p, const struct window *at,
    const real *x, integers place, size_t left)
{
	vector found = {0};

	for (int r = at->top; r < at->bottom; r++)
		for (int s = at->left; s < at->right; s++)
			found = choose(place == at->first + r * p->k + s,
			    take(x + pixel(p, r, s), left), found);
	return found;
}

static void pool_gather(const struct pooling *p, const real *x,
    const uint8_t *index, real *y)
{
	size_t channels = (size_t)p->channels;

	for (int r = 0; r < p->rows; r++)
		for (int s = 0; s < p->columns; s++) {
			struct window at = window_at(p, r, s);

			for (size_t c = 0; c < channels; c += LANES) {
				size_t left = channels - c;
				integers place = take_index(index + c, left);

				put(y + c, gather_window(p, &at, x + c, place,
				    left), left);
			}
			y += channels;
			index += channels;
		}
}

/* dx at the index += dy, for one channel vector of one window. */
INLINE void scatter_window(const struct pooling *p, const struct window *at,
    vector dy, integers place, real *dx, size_t left, bool add)
{
	for (int r = at->top; r < at->bottom; r++)
		for (int s = at->left; s < at->right; s++) {
			real *to = dx + pixel(p, r, s);
			vector part = choose(place ==
			    at->first + r * p->k + s, dy, (vector){0});

			put(to, add ? take(to, left) + part : part, left);
		}
}

static void pool_scatter(const struct pooling *p, const real *dy,
    const uint8_t *index, real *dx)
{
	size_t channels = (size_t)p->channels;
	bool overlap = p->stride < p->k;
	/* Without overlap every number is written once, if none is left out. */
	bool covers = p->stride <= p->k && p->pad == 0 &&
	    p->rows * p->stride >= p->in_rows &&
	    p->columns * p->stride >= p->in_columns;

	if (overlap || !covers)
		memset(dx, 0, pixel(p, p->in_rows, 0) * sizeof(real));
	for (int r = 0; r < p->rows; r++)
		for (int s = 0; s < p->columns; s++) {
			struct window at = window_at(p, r, s);

			for (size_t c = 0; c < channels; c += LANES)
				scatter_window(p, &at, take(dy + c,
				    channels - c), take_index(index + c,
				    channels - c), dx + c, channels - c,
				    overlap);
			dy += channels;
			index += channels;
		}
}
