#include "base/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "base/error.h"

static int ends[2] = {-1, -1};	/* read, write; made once, then constant */

static void handle(int signal)
{
	int before = errno;
	unsigned char byte = (unsigned char)signal;

	/* A full pipe holds thousands of them: one more tells nothing new. */
	if (write(ends[1], &byte, 1) < 0)
		errno = before;
	errno = before;
}

static void open_pipe(void)
{
	if (ends[0] >= 0)
		return;
	if (pipe2(ends, O_NONBLOCK | O_CLOEXEC))
		die("cannot make a pipe for signals");
}

void signals_catch(int signal)
{
	struct sigaction action = {.sa_handler = handle,
		.sa_flags = SA_RESTART};
	struct sigaction before;

	open_pipe();
	if (sigaction(signal, NULL, &before) == 0 &&
	    before.sa_handler == SIG_IGN)
		return;
	sigemptyset(&action.sa_mask);
	if (sigaction(signal, &action, NULL))
		die("cannot catch signal %d", signal);
}

int signals_descriptor(void)
{
	open_pipe();
	return ends[0];
}

int signals_next(void)
{
	unsigned char byte;

	return ends[0] >= 0 && read(ends[0], &byte, 1) == 1 ? byte : 0;
}
