#include "compress/ranges.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Largest |w| of a channel, and its root mean square. */
static double largest(const real *w, size_t count, double *root)
{
	double most = 0, sum = 0;

	for (size_t i = 0; i < count; i++) {
		most = fmax(most, fabs((double)w[i]));
		sum += (double)w[i] * (double)w[i];
	}
	*root = sqrt(sum / (double)count);
	return most;
}

static void add_segment(const struct segment *segment, const real *w,
    struct weight_range *range)
{
	int channels = segment->dimension[0], used = 0;
	size_t row = segment->count / (size_t)channels;
	double *most = xcalloc((size_t)channels, sizeof(*most));
	double all = 0;

	for (int c = 0; c < channels; c++) {
		double root, reach = largest(w + segment->offset +
		    (size_t)c * row, row, &root);

		if (reach == 0)
			continue;
		most[used++] = reach;
		range->peak = fmax(range->peak, reach / root);
		if (reach > all)
			range->channel = c;
		all = fmax(all, reach);
	}
	qsort(most, (size_t)used, sizeof(*most), compare);
	if (used)
		range->spread = fmax(range->spread, all / most[used / 2]);
	free(most);
}

struct weight_range weight_range_of(const struct network *network,
    const real *w, int layer)
{
	struct weight_range range = {.spread = 1, .peak = 1};

	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];

		if (segment->layer == layer && segment_compressible(segment))
			add_segment(segment, w, &range);
	}
	return range;
}
