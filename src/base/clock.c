#include "base/clock.h"

#include <time.h>

double clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void clock_sleep(double seconds)
{
	struct timespec pause = {.tv_sec = (time_t)seconds,
		.tv_nsec = (long)(1e9 * (seconds - (double)(time_t)seconds))};

	nanosleep(&pause, NULL);
}
