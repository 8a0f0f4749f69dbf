/* Monotonic time in seconds. Nothing that is computed may depend on it. */
#ifndef SNT_BASE_CLOCK_H
#define SNT_BASE_CLOCK_H

double clock_now(void);
/* Less when a signal comes. */
void clock_sleep(double seconds);

#endif
