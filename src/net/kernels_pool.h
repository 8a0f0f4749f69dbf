/* Max pooling, channels last: channels lie along the vectors. */

/* Where the window of output (r, s) begins; it may begin in the border. */
struct window {
	int top, left;
};

INLINE struct window window_at(const struct pooling *p, int r, int s)
{
	return (struct window) {
		r * p->stride - p->pad, s * p->stride - p->pad
	};
}

INLINE bool inside(const struct pooling *p, int row, int column)
{
	return row >= 0 && row < p->in_rows && column >= 0 &&
	    column < p->in_columns;
}

/* Where a pixel lies; negative before the image. */
INLINE ptrdiff_t pixel(const struct pooling *p, int row, int column)
{
	return ((ptrdiff_t)row * p->in_columns + column) * p->channels;
}

INLINE integers every(int value)
{
	return (integers){0} + value;
}

INLINE void put_index(uint8_t *to, integers index, size_t left)
{
	uint8_t narrow[LANES];

	if (left >= LANES) {
		store_bytes(to, index);
		return;
	}
	store_bytes(narrow, index);
	memcpy(to, narrow, left);
}

INLINE integers take_index(const uint8_t *from, size_t left)
{
	uint8_t narrow[LANES] = {0};

	if (left >= LANES)
		return load_bytes(from);
	memcpy(narrow, from, left);
	return load_bytes(narrow);
}

/*
 * The functions for one vector of channels of one window take the window's
 * size apart, so that the usual one (2 x 2 without a border, `whole`) is
 * compiled for itself. left: channels from here to the last.
 */

/* The maximum and its place, of max(x, 0) instead of x. */
INLINE void rectify_window(vector *best, integers *place)
{
	vector zero = {0};
	integers off = *best <= zero;

	*best = choose(*best < zero, zero, *best);
	*place = (off & every(POOL_NOWHERE)) | (~off & *place);
}

INLINE void pool_window(const struct pooling *p, struct window at, int k,
    bool whole, const real *x, real *y, uint8_t *index, size_t left)
{
	ptrdiff_t corner = pixel(p, at.top, at.left), row = pixel(p, 1, 0);
	int a0 = !whole && at.top < 0 ? -at.top : 0;
	int b0 = !whole && at.left < 0 ? -at.left : 0;
	vector best = take(x + corner + a0 * row + b0 * p->channels, left);
	integers place = every(a0 * k + b0);

	UNROLL
	for (int a = a0; a < k; a++)
		UNROLL
		for (int b = b0; b < k; b++) {
			vector v;
			integers greater;

			if (!whole && !inside(p, at.top + a, at.left + b))
				continue;
			v = take(x + corner + a * row + b * p->channels, left);
			greater = (v > best) | (v != v);
			best = choose(greater, v, best);
			place = (greater & every(a * k + b)) |
			    (~greater & place);
		}
	if (p->rectified)
		rectify_window(&best, &place);
	put(y, best, left);
	put_index(index, place, left);
}

/* Where the vector of channels from c on begins. With vectors that must be
 * full the last one overlaps the one before: some channels are computed
 * twice. */
INLINE size_t vector_at(size_t channels, size_t c, bool full)
{
	return full && channels - c < LANES ? channels - LANES : c;
}

INLINE void pool_image(const struct pooling *p, int k, bool whole, bool full,
    const real *x, real *y, uint8_t *index)
{
	size_t channels = (size_t)p->channels;

	for (int r = 0; r < p->rows; r++)
		for (int s = 0; s < p->columns; s++) {
			for (size_t i = 0; i < channels; i += LANES) {
				size_t c = vector_at(channels, i, full);

				pool_window(p, window_at(p, r, s), k, whole,
				    x + c, y + c, index + c,
				    full ? LANES : channels - c);
			}
			y += channels;
			index += channels;
		}
}

INLINE bool usual(const struct pooling *p)
{
	return p->k == 2 && p->pad == 0;
}

static void pool(const struct pooling *p, const real *x, real *y,
    uint8_t *index)
{
	if (usual(p) && p->channels >= LANES)
		pool_image(p, 2, true, true, x, y, index);
	else if (usual(p))
		pool_image(p, 2, true, false, x, y, index);
	else
		pool_image(p, p->k, false, false, x, y, index);
}

/* x (in) at the index. */
INLINE vector gather_window(const struct pooling *p, struct window at,
    const real *x, integers place, size_t left)
{
	vector found = {0};

	for (int a = 0; a < p->k; a++)
		for (int b = 0; b < p->k; b++) {
			int row = at.top + a, column = at.left + b;

			if (inside(p, row, column))
				found = choose(place == every(a * p->k + b),
				    take(x + pixel(p, row, column), left),
				    found);
		}
	return found;
}

static void pool_gather(const struct pooling *p, const real *x,
    const uint8_t *index, real *y)
{
	size_t channels = (size_t)p->channels;

	for (int r = 0; r < p->rows; r++)
		for (int s = 0; s < p->columns; s++) {
			for (size_t c = 0; c < channels; c += LANES) {
				size_t left = channels - c;

				put(y + c, gather_window(p,
				    window_at(p, r, s), x + c,
				    take_index(index + c, left), left), left);
			}
			y += channels;
			index += channels;
		}
}

/* dx at the index += dy; or, where windows do not overlap, = dy, and zero
 * in the rest of the window. */
INLINE void scatter_window(const struct pooling *p, struct window at, int k,
    bool whole, bool overlap, vector dy, integers place, real *dx, size_t left)
{
	ptrdiff_t corner = pixel(p, at.top, at.left), row = pixel(p, 1, 0);

	UNROLL
	for (int a = 0; a < k; a++)
		UNROLL
		for (int b = 0; b < k; b++) {
			vector part = choose(place == every(a * k + b), dy,
			    (vector){0});
			real *to;

			if (!whole && !inside(p, at.top + a, at.left + b))
				continue;
			to = dx + corner + a * row + b * p->channels;
			put(to, overlap ? take(to, left) + part : part, left);
		}
}

INLINE void scatter_image(const struct pooling *p, int k, bool whole,
    bool full, bool overlap, const real *dy, const uint8_t *index, real *dx)
{
	size_t channels = (size_t)p->channels;

	for (int r = 0; r < p->rows; r++)
		for (int s = 0; s < p->columns; s++) {
			for (size_t i = 0; i < channels; i += LANES) {
				size_t c = vector_at(channels, i, full);
				size_t left = full ? LANES : channels - c;

				scatter_window(p, window_at(p, r, s), k, whole,
				    overlap, take(dy + c, left),
				    take_index(index + c, left), dx + c, left);
			}
			dy += channels;
			index += channels;
		}
}

static void pool_scatter(const struct pooling *p, const real *dy,
    const uint8_t *index, real *dx)
{
	bool overlap = p->stride < p->k;
	/* Without overlap every number is written once, if none is left out. */
	bool covers = p->stride == p->k && p->pad == 0 &&
	    p->rows * p->stride == p->in_rows &&
	    p->columns * p->stride == p->in_columns;

	if (!covers)
		memset(dx, 0, (size_t)pixel(p, p->in_rows, 0) *
		    sizeof(real));
	if (usual(p) && !overlap && p->channels >= LANES)
		scatter_image(p, 2, true, true, false, dy, index, dx);
	else if (usual(p) && !overlap)
		scatter_image(p, 2, true, false, false, dy, index, dx);
	else
		scatter_image(p, p->k, false, false, overlap, dy, index, dx);
}
