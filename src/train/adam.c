/* Adam (Kingma and Ba 2014, arXiv 1412.6980) as torch.optim.Adam of PyTorch
 * 1.13; weight decay is decoupled (torch.optim.AdamW; Loshchilov and Hutter
 * 2017, arXiv 1711.05101) unless asked otherwise:
 * theta -= lr * weight_decay * theta before the step. */
#include <math.h>

#include "net/kernels.h"
#include "train/rule.h"

static const struct option options[] = {
	{"lr", OPTION_REAL, 1e-3, 0, 1e6, NULL, "learning rate", false},
	{"beta1", OPTION_REAL, 0.9, 0, 0.999999, NULL,
	    "decay of the mean gradient", false},
	{"beta2", OPTION_REAL, 0.999, 0, 0.999999, NULL,
	    "decay of the mean square", false},
	{"eps", OPTION_REAL, 1e-8, 0, 1, NULL, "added to the root", false},
	{"weight_decay", OPTION_REAL, 0, 0, 1e6, NULL, "weight decay", false},
	{"decoupled", OPTION_SWITCH, 1, 0, 1, NULL,
	    "decay beside the gradient (AdamW) instead of in it", false},
	{0}};

enum { LR, BETA1, BETA2, EPS, WEIGHT_DECAY, DECOUPLED };

struct adam {
	const struct rule_step *step;
	struct adam_step kernel;
	real lr, decay;
	bool decoupled;
};

static void step_block(void *argument, size_t first, size_t count)
{
	const struct adam *adam = argument;
	const struct rule_step *step = adam->step;
	real *g = step->g + first, *theta = step->theta + first;
	const real *decay = step->decay + first;

	if (adam->decay != 0 && adam->decoupled)
		kernels()->add_scaled(count, -adam->lr * adam->decay, decay,
		    theta);
	else if (adam->decay != 0)
		kernels()->add_scaled(count, adam->decay, decay, g);
	kernels()->adam(count, &adam->kernel, g, step->state[0] + first,
	    step->state[1] + first, theta);
}

static void adam_step(const struct rule_step *step)
{
	const double *value = step->options->value;
	double t = (double)step->t;
	struct adam adam = {.step = step, .lr = (real)step->lr,
		.decay = (real)value[WEIGHT_DECAY],
		.decoupled = value[DECOUPLED] != 0,
		.kernel = {.beta1 = (real)value[BETA1],
			.beta1_rest = (real)(1 - value[BETA1]),
			.beta2 = (real)value[BETA2],
			.beta2_rest = (real)(1 - value[BETA2]),
			.step_size = (real)(step->lr /
			    (1 - pow(value[BETA1], t))),
			.root_correction = (real)sqrt(1 -
			    pow(value[BETA2], t)),
			.epsilon = (real)value[EPS]}};

	for_slices(step, step_block, &adam);
}

static bool adam_decays(const struct option_values *values)
{
	return values->value[WEIGHT_DECAY] != 0;
}

const struct optimizer_row optimizer_adam = {
	{"adam", "Adam; with weight_decay, AdamW", options, 2,
	    {"exp_avg", "exp_avg_sq"}, 1, false},
	.step = adam_step, .decays = adam_decays};
