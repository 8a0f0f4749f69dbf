#include "compress/compress.h"

#include <math.h>

/* Wilson 1927: the p with |correct/n - p| = z sqrt(p (1 - p) / n). */
void wilson_interval(uint32_t correct, uint32_t n, double *low, double *high)
{
	const double z = 1.959963984540054;	/* 97.5% of the normal */
	double count = n, share, middle, half, whole;

	if (n == 0) {
		*low = 0;
		*high = 1;
		return;
	}
	share = correct / count;
	whole = 1 + z * z / count;
	middle = (share + z * z / (2 * count)) / whole;
	half = z / whole * sqrt(share * (1 - share) / count +
	    z * z / (4 * count * count));
	*low = correct == 0 ? 0 : middle - half;
	*high = correct == n ? 1 : middle + half;
}
