/* Means with their intervals, and ranks; for studies and comparisons. */
#ifndef SNT_WORKBENCH_STATISTICS_H
#define SNT_WORKBENCH_STATISTICS_H

struct estimate {
	int n;
	double mean;		/* NAN when n is 0 */
	double half;		/* of the 95% interval; NAN when n < 2 */
};

/* Mean and Student's interval of values; NANs are left out. */
struct estimate estimate_mean(int count, const double *value);
/* The same of a[i] - b[i], where both are known; *wins: how many are above
 * 0 (a tie is half a win). */
struct estimate estimate_difference(int count, const double *a,
    const double *b, double *wins);

/* The 97.5% point of Student's t with `df` degrees of freedom (at least 1). */
double student_point(int df);

/* Two classifiers on the same n samples, of which `won` are right by the
 * first alone and `lost` by the second alone: the 95% interval of the
 * difference of their accuracies, the adjusted one of Bonett and Price
 * (2012), which keeps its promise for few disagreements too. */
void paired_interval(long won, long lost, long n, double *low, double *high);
/* The two-sided p of no difference, exact (McNemar 1947). */
double mcnemar(long won, long lost);

/* Spearman's rank correlation of the pairs where both are known, ties at
 * their mean rank; NAN with fewer than three pairs or no variation. */
double rank_correlation(int count, const double *x, const double *y);

#endif
