#include "workbench/pace.h"

#include <limits.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "workbench/timeline.h"

/* Who was held up, by a pause or by slow steps, does not hurry afterwards. */
#define LATE_SECONDS 0.5

long pace_limit(struct bench *bench)
{
	struct pace *pace = &bench->pace;
	double now = clock_now();
	double due = (now - pace->began) * pace->speed;

	if (!(pace->speed > 0))
		return LONG_MAX;
	if (pace->from > bench->tick || (double)pace->from + due >
	    (double)bench->tick + 1 + LATE_SECONDS * pace->speed) {
		pace->from = bench->tick;
		pace->began = now;
		due = 0;
	}
	return pace->from + (long)due;
}

bool pace_holds(const struct bench *bench)
{
	const struct run *run = bench_run(bench);

	return bench->pace.speed > 0 && run && bench_training(bench, run) &&
	    run->learner->step < timeline_head(run->timeline,
		run->learner->step);
}

int set_replay_speed(struct call *call, const char *value)
{
	double speed = 0;

	if (strcmp(value, "max") != 0 && (parse_double(value, &speed) ||
	    !(speed >= 0.1 && speed <= 1e6)))
		return error_set(call->error, "replay_speed %s: steps a "
		    "second from 0.1 to 1000000, or max", value);
	call->bench->pace = (struct pace){.speed = speed};
	call->unrecorded = true;
	return 0;
}

void get_replay_speed(const struct bench *bench, char *out, size_t size)
{
	if (bench->pace.speed > 0)
		text_format(out, size, "%g", bench->pace.speed);
	else
		text_copy(out, size, "max");
}
