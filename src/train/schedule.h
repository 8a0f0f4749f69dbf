/* The learning rate over time, as a factor of the optimizer's lr. */
#ifndef SNT_TRAIN_SCHEDULE_H
#define SNT_TRAIN_SCHEDULE_H

#include "base/error.h"
#include "base/option.h"

struct schedule_kind {
	const char *name;	/* "constant", "step", "cosine" */
	const char *help;
	const struct option *options;
	/* epoch: epochs done in the life of the run, a fraction in between. */
	double (*factor)(const struct option_values *options, double epoch);
};

struct schedule {
	const struct schedule_kind *kind;
	struct option_values options;
};

const struct schedule_kind *schedule_kinds(int *count);
/* "cosine epochs=10", "step every=3 gamma=0.1", "constant" */
int schedule_parse(int words, const char *const *word, struct schedule *out,
    struct error *error);
double schedule_factor(const struct schedule *schedule, double epoch);
void schedule_constant(struct schedule *schedule);
char *schedule_line(const struct schedule *schedule);

#endif
