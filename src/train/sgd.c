/* Stochastic gradient descent as torch.optim.SGD of PyTorch 1.13:
 * g += weight_decay * theta; v = momentum * v + g (v = g at the first step);
 * theta -= lr * v, or with Nesterov lr * (g + momentum * v). */
#include <math.h>

#include "net/kernels.h"
#include "train/rule.h"

static const struct option options[] = {
	{"lr", OPTION_REAL, 0.1, 0, 1e6, NULL, "learning rate", false},
	{"momentum", OPTION_REAL, 0, 0, 1, NULL, "momentum, without dampening",
	    false},
	{"nesterov", OPTION_SWITCH, 0, 0, 1, NULL, "Nesterov's momentum",
	    false},
	{"weight_decay", OPTION_REAL, 0, 0, 1e6, NULL, "weight decay", false},
	{"decoupled", OPTION_SWITCH, 0, 0, 1, NULL,
	    "decay beside the gradient (as AdamW does) instead of in it",
	    false},
	{0}};

enum { LR, MOMENTUM, NESTEROV, WEIGHT_DECAY, DECOUPLED };

struct sgd {
	const struct rule_step *step;
	real lr, momentum, decay;
	bool nesterov, decoupled;
};

static void step_block(void *argument, size_t first, size_t count)
{
	const struct sgd *sgd = argument;
	const struct rule_step *step = sgd->step;
	real *g = step->g + first, *theta = step->theta + first;
	const real *decay = step->decay + first;

	if (sgd->decay != 0 && sgd->decoupled)
		kernels()->add_scaled(count, -sgd->lr * sgd->decay, decay,
		    theta);
	else if (sgd->decay != 0)
		kernels()->add_scaled(count, sgd->decay, decay, g);
	kernels()->sgd(count, sgd->lr, sgd->momentum, sgd->nesterov, g,
	    sgd->momentum != 0 ? step->state[0] + first : NULL, theta);
}

static void sgd_step(const struct rule_step *step)
{
	const double *value = step->options->value;
	struct sgd sgd = {.step = step, .lr = (real)step->lr,
		.momentum = (real)value[MOMENTUM],
		.decay = (real)value[WEIGHT_DECAY],
		.nesterov = value[NESTEROV] != 0,
		.decoupled = value[DECOUPLED] != 0};

	for_slices(step, step_block, &sgd);
}

static bool sgd_decays(const struct option_values *values)
{
	return values->value[WEIGHT_DECAY] != 0;
}

const struct optimizer_row optimizer_sgd = {
	{"sgd", "stochastic gradient descent, with momentum if wanted",
	    options, 1, {"momentum_buffer"}, 1, false},
	.step = sgd_step, .decays = sgd_decays};
