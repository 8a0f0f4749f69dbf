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

/* top: the largest z. Returns the sum of exp(z - top). */
static real softmax(int classes, const real *z, real top, real *p)
{
	real sum = 0;

	for (int j = 0; j < classes; j++) {
		p[j] = real_exp(z[j] - top);
		sum += p[j];
	}
	for (int j = 0; j < classes; j++)
		p[j] /= sum;
	return sum;
}

int loss_gradient(int n, int classes, const real *logits,
    const int32_t *labels, const real *weight, real *losses, real *dlogits)
{
	int correct = 0;

	for (int i = 0; i < n; i++, logits += classes, dlogits += classes) {
		int best = loss_class(classes, logits);
		real top = logits[best];
		real sum = softmax(classes, logits, top, dlogits);

		losses[i] = real_log(sum) + (top - logits[labels[i]]);
		correct += best == labels[i];
		dlogits[labels[i]] -= 1;
		for (int j = 0; weight && j < classes; j++)
			dlogits[j] *= weight[i];
	}
	return correct;
}

void loss_tangent(int n, int classes, const real *logits,
    const real *tlogits, real *tdlogits)
{
	for (int i = 0; i < n; i++) {
		real mean = 0;

		softmax(classes, logits, logits[loss_class(classes, logits)],
		    tdlogits);
		for (int j = 0; j < classes; j++)
			mean += tdlogits[j] * tlogits[j];
		for (int j = 0; j < classes; j++)
			tdlogits[j] *= tlogits[j] - mean;
		logits += classes;
		tlogits += classes;
		tdlogits += classes;
	}
}
