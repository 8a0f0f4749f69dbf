/*
 * Sparse rows: samples (and positions beside each other) lie along the
 * vectors, so a weight is one broadcast number and a zero is no work. Each
 * sum runs along the row's weights in their order.
 */

enum { SPARSE_TILE = 8 };	/* vectors of sums at once */

INLINE void sparse_tile(const struct sparse_rows *s, int row, size_t at,
    size_t left, int vectors)
{
	vector sum[SPARSE_TILE];
	vector first = broadcast(s->bias ? s->bias[row] : 0);
	real *y = s->y + (size_t)row * s->step + at;

	UNROLL
	for (int i = 0; i < vectors; i++)
		sum[i] = first;
	for (uint32_t k = s->start[row]; k < s->start[row + 1]; k++) {
		const real *x = s->x + s->place[k] + at;
		vector w = broadcast(s->value[k]);

		UNROLL
		for (int i = 0; i < vectors; i++)
			sum[i] = fused(w, take(x + i * LANES, left -
				(size_t)(i * LANES)), sum[i]);
	}
	UNROLL
	for (int i = 0; i < vectors; i++)
		put(y + i * LANES, sum[i], left - (size_t)(i * LANES));
}

/* Whole vectors: `left` is a constant then, and so no question. */
INLINE size_t sparse_columns(const struct sparse_rows *s, size_t at,
    int vectors)
{
	size_t width = (size_t)vectors * LANES;

	for (; at + width <= s->columns; at += width) {
		for (int row = 0; row < s->rows; row++)
			sparse_tile(s, row, at, width, vectors);
	}
	return at;
}

static void sparse(const struct sparse_rows *s)
{
	size_t at = sparse_columns(s, 0, SPARSE_TILE);

	at = sparse_columns(s, at, 4);
	at = sparse_columns(s, at, 1);
	if (at == s->columns)
		return;
	for (int row = 0; row < s->rows; row++)
		sparse_tile(s, row, at, s->columns - at, 1);
}
