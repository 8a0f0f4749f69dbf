#include "net/loss.h"

#include <math.h>

int loss_class(int classes, const real *z)
{
	int best = 0;

	for (int j = 1; j < classes; j++)
		if (z[j] > z[best])
			best = j;
	return best;
}

/* e = exp(z - z_largest); returns the sum. */
static real exponentials(int classes, const real *z, real top, real *e)
{
	real sum = 0;

	for (int j = 0; j < classes; j++) {
		e[j] = real_exp(z[j] - top);
		sum += e[j];
	}
	return sum;
}

int loss_forward(int n, int classes, const real *logits,
    const int32_t *labels, real *losses)
{
	int correct = 0;

	for (int i = 0; i < n; i++, logits += classes) {
		int best = loss_class(classes, logits);
		real top = logits[best], sum = 0;

		for (int j = 0; j < classes; j++)
			sum += real_exp(logits[j] - top);
		losses[i] = real_log(sum) + (top - logits[labels[i]]);
		correct += best == labels[i];
	}
	return correct;
}

static void softmax(int classes, const real *z, real *p)
{
	real sum = exponentials(classes, z, z[loss_class(classes, z)], p);

	for (int j = 0; j < classes; j++)
		p[j] /= sum;
}

void loss_backward(int n, int classes, const real *logits,
    const int32_t *labels, const real *weight, real *dlogits)
{
	for (int i = 0; i < n; i++, logits += classes, dlogits += classes) {
		softmax(classes, logits, dlogits);
		dlogits[labels[i]] -= 1;
		for (int j = 0; weight && j < classes; j++)
			dlogits[j] *= weight[i];
	}
}

void loss_tangent(int n, int classes, const real *logits,
    const real *tlogits, real *tdlogits)
{
	for (int i = 0; i < n; i++) {
		real mean = 0;

		softmax(classes, logits, tdlogits);
		for (int j = 0; j < classes; j++)
			mean += tdlogits[j] * tlogits[j];
		for (int j = 0; j < classes; j++)
			tdlogits[j] *= tlogits[j] - mean;
		logits += classes;
		tlogits += classes;
		tdlogits += classes;
	}
}
