#include "base/vector.h"

#include <math.h>

enum { LANES = 8 };

double vector_dot(const real *a, const real *b, size_t n)
{
	double lane[LANES] = {0}, sum = 0;
	size_t i = 0;

	for (; i + LANES <= n; i += LANES) {
		for (size_t k = 0; k < LANES; k++)
			lane[k] += (double)a[i + k] * (double)b[i + k];
	}
	for (size_t k = 0; i + k < n; k++)
		lane[k] += (double)a[i + k] * (double)b[i + k];
	for (size_t k = 0; k < LANES; k++)
		sum += lane[k];
	return sum;
}

double vector_norm(const real *a, size_t n)
{
	return sqrt(vector_dot(a, a, n));
}

void vector_add(real *y, double scale, const real *x, size_t n)
{
	real factor = (real)scale;

	for (size_t i = 0; i < n; i++)
		y[i] += factor * x[i];
}

void vector_scale(real *y, double scale, size_t n)
{
	real factor = (real)scale;

	for (size_t i = 0; i < n; i++)
		y[i] *= factor;
}

bool vector_finite(const real *a, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(a[i]))
			return false;
	}
	return true;
}

bool vector_zero(const real *a, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (a[i] != 0)
			return false;
	}
	return true;
}
