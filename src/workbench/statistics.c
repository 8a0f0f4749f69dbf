#include "workbench/statistics.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* Student (1908), as in every table, three decimals; beyond it the expansion
 * of Cornish and Fisher (1937), right to three decimals from df = 10 on. */
double student_point(int df)
{
	static const double table[] = {12.706, 4.303, 3.182, 2.776, 2.571,
		2.447, 2.365, 2.306, 2.262, 2.228};
	const double z = 1.959963984540054;
	double d = df, z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z;

	if (df <= (int)(sizeof(table) / sizeof(*table)))
		return table[df < 1 ? 0 : df - 1];
	return z + (z3 + z) / (4 * d) +
	    (5 * z5 + 16 * z3 + 3 * z) / (96 * d * d) +
	    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * d * d * d);
}

struct estimate estimate_mean(int count, const double *value)
{
	struct estimate result = {0, NAN, NAN};
	double sum = 0, squares = 0;

	for (int i = 0; i < count; i++) {
		if (isnan(value[i]))
			continue;
		sum += value[i];
		result.n++;
	}
	if (result.n == 0)
		return result;
	result.mean = sum / result.n;
	for (int i = 0; i < count; i++) {
		if (!isnan(value[i]))
			squares += (value[i] - result.mean) *
			    (value[i] - result.mean);
	}
	if (result.n > 1)
		result.half = student_point(result.n - 1) *
		    sqrt(squares / (result.n - 1) / result.n);
	return result;
}

struct estimate estimate_difference(int count, const double *a,
    const double *b, double *wins)
{
	double *difference = xcalloc((size_t)count + 1, sizeof(*difference));
	struct estimate result;

	*wins = 0;
	for (int i = 0; i < count; i++) {
		difference[i] = a[i] - b[i];
		if (difference[i] > 0)
			*wins += 1;
		else if (difference[i] >= 0)
			*wins += 0.5;
	}
	result = estimate_mean(count, difference);
	free(difference);
	return result;
}

/* Bonett and Price 2012, equation 5: Wald's interval with one more sample on
 * either side. */
void paired_interval(long won, long lost, long n, double *low, double *high)
{
	const double z = 1.959963984540054;	/* 97.5% of the normal */
	double count = (double)n + 2;
	double a = ((double)won + 1) / count, b = ((double)lost + 1) / count;
	double half = z * sqrt((a + b - (a - b) * (a - b)) / count);

	*low = fmax(a - b - half, -1);
	*high = fmin(a - b + half, 1);
}

/* Under no difference `won` is binomial with p = 1/2 among those where the
 * two disagree. */
double mcnemar(long won, long lost)
{
	long least = won < lost ? won : lost, all = won + lost;
	double n = (double)all, tail = 0;

	for (long i = 0; i <= least; i++)
		tail += exp(lgamma(n + 1) - lgamma((double)i + 1) -
		    lgamma(n - (double)i + 1) - n * log(2));
	return fmin(2 * tail, 1);
}

/* The rank of value[i] among the known pairs, from 1, ties at their mean. */
static double rank_of(int count, const double *value, const double *other,
    int i)
{
	double below = 0, equal = 0;

	for (int j = 0; j < count; j++) {
		if (isnan(value[j]) || isnan(other[j]))
			continue;
		below += value[j] < value[i];
		equal += !(value[j] < value[i]) && !(value[j] > value[i]);
	}
	return below + (equal + 1) / 2;
}

double rank_correlation(int count, const double *x, const double *y)
{
	double sxx = 0, syy = 0, sxy = 0, middle;
	int n = 0;

	for (int i = 0; i < count; i++)
		n += !isnan(x[i]) && !isnan(y[i]);
	middle = (n + 1) / 2.0;
	for (int i = 0; i < count; i++) {
		double a, b;

		if (isnan(x[i]) || isnan(y[i]))
			continue;
		a = rank_of(count, x, y, i) - middle;
		b = rank_of(count, y, x, i) - middle;
		sxx += a * a;
		syy += b * b;
		sxy += a * b;
	}
	if (n < 3 || !(sxx > 0) || !(syy > 0))
		return NAN;
	return sxy / sqrt(sxx * syy);
}
