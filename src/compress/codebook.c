#include "compress/codebook.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { ROUNDS = 40 };

static int ascending(const void *a, const void *b)
{
	real x = *(const real *)a, y = *(const real *)b;

	return (x > y) - (x < y);
}

/* The first of the sorted numbers that is above `limit`, from `from` on. */
static size_t first_above(const real *sorted, size_t from, size_t count,
    real limit)
{
	while (from < count) {
		size_t middle = from + (count - from) / 2;

		if (sorted[middle] > limit)
			count = middle;
		else
			from = middle + 1;
	}
	return count;
}

/* Each entry to the mean of the numbers nearest to it; false when none
 * moved. sum [i]: of the first i numbers. */
static bool improve(const real *sorted, const double *sum, size_t count,
    int entries, real *book)
{
	size_t from = 0;
	bool moved = false;

	for (int k = 0; k < entries; k++) {
		size_t to = k + 1 == entries ? count : first_above(sorted,
		    from, count, (book[k] + book[k + 1]) / 2);
		real mean;

		if (to == from)
			continue;
		mean = (real)((sum[to] - sum[from]) / (double)(to - from));
		moved |= mean != book[k];
		book[k] = mean;
		from = to;
	}
	return moved;
}

static uint8_t keep_zero(const real *w, size_t count, int bits, real *book)
{
	uint8_t zero = codebook_code(book, bits, 0);

	for (size_t i = 0; i < count; i++) {
		if (w[i] == 0) {
			book[zero] = 0;
			break;
		}
	}
	return zero;
}

uint8_t codebook_fit(const real *w, size_t count, int bits, real *book)
{
	int entries = 1 << bits;
	real *sorted = xcalloc(count, sizeof(real));
	double *sum = xcalloc(count + 1, sizeof(double));

	memcpy(sorted, w, count * sizeof(real));
	qsort(sorted, count, sizeof(real), ascending);
	for (size_t i = 0; i < count; i++)
		sum[i + 1] = sum[i] + (double)sorted[i];
	for (int k = 0; k < entries; k++)
		book[k] = sorted[0] + (sorted[count - 1] - sorted[0]) *
		    (real)k / (real)(entries - 1);
	for (int i = 0; i < ROUNDS && improve(sorted, sum, count, entries,
		book); i++)
		;
	free(sorted);
	free(sum);
	return keep_zero(w, count, bits, book);
}

uint8_t codebook_code(const real *book, int bits, real x)
{
	int low = 0, high = (1 << bits) - 1;

	while (low < high) {
		int middle = (low + high) / 2;

		if (x > (book[middle] + book[middle + 1]) / 2)
			low = middle + 1;
		else
			high = middle;
	}
	return (uint8_t)low;
}
