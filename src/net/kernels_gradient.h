/*
 * The weights' gradient: a tile of sums in registers, some weights (kernel
 * row a, place t in it) by one or two vectors of output channels, each summed
 * over all positions of the image, row by row, and then added to dw.
 */

/* Output rows that see kernel row a on the input. */
struct rows {
	int first, end;
};

static struct rows rows_of(const struct convolution *c, int a)
{
	int from = -(c->top + a), to = c->in_rows - c->top - a;
	struct rows rows = {
		.first = from > 0 ? (from + c->row_step - 1) / c->row_step : 0,
		.end = to > 0 ? (to - 1) / c->row_step + 1 : 0,
	};

	rows.end = least(rows.end, c->rows);
	return rows;
}

/* By two vectors of channels: each input number is used twice. Input row
 * r * row_step + row of output row r; inputs there at place + 0, 1, .. or, if
 * far, at place + offset. */
typedef void gradient_function(const struct convolution *c,
    const struct panel *p, struct rows range, int row, size_t place,
    const size_t *offset, const real *dy, real *dw);

INLINE void gradient_tile(const struct convolution *c, const struct panel *p,
    struct rows range, int row, size_t place, const size_t *offset,
    const real *dy, real *dw, int rows, bool far)
{
	vector sum[TILE_ROWS][2] = {0};
	partial last = partial_of(p->channels - LANES);

	for (int r = range.first; r < range.end; r++) {
		const real *x = input_row(c, r * c->row_step + row) + place;
		const real *g = dy + (size_t)r * c->out_row;

		for (int s = 0; s < c->columns; s++) {
			vector d0 = load(g), d1 = load_part(g + LANES, last);

			UNROLL
			for (int i = 0; i < rows; i++) {
				vector v = broadcast(x[far ? offset[i] :
				    (size_t)i]);

				sum[i][0] = fused(v, d0, sum[i][0]);
				sum[i][1] = fused(v, d1, sum[i][1]);
			}
			x += c->in_column;
			g += c->out_column;
		}
	}
	UNROLL
	for (int i = 0; i < rows; i++, dw += p->width) {
		store(dw, load(dw) + sum[i][0]);
		store(dw + LANES, load(dw + LANES) + sum[i][1]);
	}
}

#define DEFINE(ROWS)							\
static void gradient_near_##ROWS(const struct convolution *c,		\
    const struct panel *p, struct rows range, int row, size_t place,	\
    const size_t *offset, const real *dy, real *dw)			\
{									\
	gradient_tile(c, p, range, row, place, offset, dy, dw, ROWS,	\
	    false);							\
}									\
static void gradient_far_##ROWS(const struct convolution *c,		\
    const struct panel *p, struct rows range, int row, size_t place,	\
    const size_t *offset, const real *dy, real *dw)			\
{									\
	gradient_tile(c, p, range, row, place, offset, dy, dw, ROWS,	\
	    true);							\
}
#define ENTRY(ROWS) {gradient_near_##ROWS, gradient_far_##ROWS},

EACH_TILE(DEFINE)
static gradient_function *const gradient_tiles[][2] = {EACH_TILE(ENTRY)};

#undef DEFINE
#undef ENTRY

/* Tiles within each kernel row. */
static void gradient_near(const struct convolution *c, const struct panel *p,
    const real *dy, real *dw)
{
	int parts = parts_of(c->run, TILE_ROWS);

	for (int a = 0; a < c->taps; a++)
		for (int i = 0; i < parts; i++) {
			int t = part_start(c->run, parts, i);
			int end = part_start(c->run, parts, i + 1);

			gradient_tiles[end - t - 1][false](c, p,
			    rows_of(c, a), c->top + a, (size_t)t, NULL, dy,
			    dw + (size_t)(a * c->run + t) * p->width);
		}
}

/* A short kernel row would leave sums unused: tiles across kernel rows. */
static void gradient_far(const struct convolution *c, const struct panel *p,
    const real *dy, real *dw)
{
	int length = c->taps * c->run;
	int parts = parts_of(length, TILE_ROWS);
	struct rows all = {0, c->rows};

	for (int i = 0; i < parts; i++) {
		int first = part_start(length, parts, i);
		int end = part_start(length, parts, i + 1);
		size_t offset[TILE_ROWS];

		for (int j = first; j < end; j++)
			offset[j - first] = (size_t)(j / c->run) * c->in_row +
			    (size_t)(j % c->run);
		gradient_tiles[end - first - 1][true](c, p, all, c->top, 0,
		    offset, dy, dw + (size_t)first * p->width);
	}
}

/*
 * By one vector of channels: up to three kernel rows together, so that each
 * input number is used for three output rows.
 */
enum { MULTI_ROWS = 3 };

typedef void multi_function(const struct convolution *c,
    const struct panel *p, int a, int t, const real *dy, real *dw);

/* One input row; dy: the output rows that see it through kernel rows
 * a .. a + taps - 1. */
INLINE void multi_row(const struct convolution *c, const struct panel *p,
    const real *x, const real *const dy[], vector sum[][TILE_ROWS], int taps,
    int rows, enum operand kind)
{
	partial last = partial_of(p->channels);
	size_t at = 0;

	for (int s = 0; s < c->columns; s++) {
		vector d[MULTI_ROWS];

		UNROLL
		for (int j = 0; j < taps; j++)
			d[j] = kind == OWN ? load(dy[j] + at) :
			    load_part(dy[j] + at, last);
		UNROLL
		for (int i = 0; i < rows; i++) {
			vector v = operand(c, x, (size_t)i, last, kind);

			UNROLL
			for (int j = 0; j < taps; j++)
				sum[j][i] = fused(v, d[j], sum[j][i]);
		}
		x += c->in_column;
		at += c->out_column;
	}
}

INLINE void multi_tile(const struct convolution *c, const struct panel *p,
    int a, int t, const real *dy, real *dw, int taps, int rows,
    enum operand kind)
{
	vector sum[MULTI_ROWS][TILE_ROWS] = {0};
	size_t place = kind == SHARED ? (size_t)t :
	    (size_t)t * c->tap_column + (size_t)p->first;

	for (int row = 0; row < c->in_rows; row++) {
		const real *x = input_row(c, row) + place;
		const real *seen[MULTI_ROWS];
		int valid = 0;

		UNROLL
		for (int j = 0; j < taps; j++) {
			int r = row - c->top - a - j;

			seen[j] = NULL;
			if (r < 0 || r % c->row_step != 0 ||
			    r / c->row_step >= c->rows)
				continue;
			seen[j] = dy + (size_t)(r / c->row_step) * c->out_row;
			valid++;
		}
		if (valid == taps) {
			multi_row(c, p, x, seen, sum, taps, rows, kind);
			continue;
		}
		UNROLL
		for (int j = 0; j < taps; j++)
			if (seen[j])
				multi_row(c, p, x, &seen[j], &sum[j], 1, rows,
				    kind);
	}
	UNROLL
	for (int j = 0; j < taps; j++)
		UNROLL
		for (int i = 0; i < rows; i++) {
			real *to = dw + (size_t)((a + j) * c->run + t + i) *
			    p->width;

			store(to, load(to) + sum[j][i]);
		}
}

#define DEFINE_ONE(TAPS, ROWS, KIND)					\
static void multi_##TAPS##_##ROWS##_##KIND(const struct convolution *c,	\
    const struct panel *p, int a, int t, const real *dy, real *dw)	\
{									\
	multi_tile(c, p, a, t, dy, dw, TAPS, ROWS, KIND);		\
}
#define DEFINE_KINDS(TAPS, ROWS)					\
	DEFINE_ONE(TAPS, ROWS, SHARED) DEFINE_ONE(TAPS, ROWS, OWN)	\
	DEFINE_ONE(TAPS, ROWS, OWN_PART)
#define DEFINE_1(ROWS) DEFINE_KINDS(1, ROWS)
#define DEFINE_2(ROWS) DEFINE_KINDS(2, ROWS)
#define DEFINE_3(ROWS) DEFINE_KINDS(3, ROWS)
#define KINDS(TAPS, ROWS) {multi_##TAPS##_##ROWS##_SHARED,		\
	multi_##TAPS##_##ROWS##_OWN, multi_##TAPS##_##ROWS##_OWN_PART},
#define ENTRY_1(ROWS) KINDS(1, ROWS)
#define ENTRY_2(ROWS) KINDS(2, ROWS)
#define ENTRY_3(ROWS) KINDS(3, ROWS)

EACH_TILE(DEFINE_1)
EACH_TILE(DEFINE_2)
EACH_THIRD(DEFINE_3)
static multi_function *const multi_tiles[MULTI_ROWS][TILE_ROWS][3] = {
	{EACH_TILE(ENTRY_1)}, {EACH_TILE(ENTRY_2)}, {EACH_THIRD(ENTRY_3)}
};

#undef DEFINE_ONE
#undef DEFINE_KINDS
#undef DEFINE_1
#undef DEFINE_2
#undef DEFINE_3
#undef KINDS
#undef ENTRY_1
#undef ENTRY_2
#undef ENTRY_3

static void gradient_single(const struct convolution *c,
    const struct panel *p, const real *dy, real *dw, enum operand kind)
{
	/* With a stride they would hardly share input rows. */
	int most = c->row_step == 1 ? MULTI_ROWS : 1;
	int groups = parts_of(c->taps, most);

	for (int g = 0; g < groups; g++) {
		int a = part_start(c->taps, groups, g);
		int taps = part_start(c->taps, groups, g + 1) - a;
		int parts = parts_of(c->run, taps == MULTI_ROWS ? THIRD_ROWS :
		    TILE_ROWS);

		for (int i = 0; i < parts; i++) {
			int t = part_start(c->run, parts, i);
			int end = part_start(c->run, parts, i + 1);

			multi_tiles[taps - 1][end - t - 1][kind](c, p, a, t,
			    dy, dw);
		}
	}
}

static void convolve_gradient(const struct convolution *c, const real *dy,
    real *dw)
{
	for (int first = 0; first < c->channels; first += 2 * LANES) {
		struct panel p = panel_at(c, first);
		real *to = dw + (p.w - c->w);

		if (p.channels <= LANES)
			gradient_single(c, &p, dy + first, to, SHARED);
		else if (c->run < SHORT_RUN)
			gradient_far(c, &p, dy + first, to);
		else
			gradient_near(c, &p, dy + first, to);
	}
}
