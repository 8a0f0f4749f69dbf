#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Of the open file rather than of the process, where there are such: those of
 * a process go when it closes any descriptor of the file. */
#ifdef F_OFD_SETLK
enum { SET = F_OFD_SETLK, SET_AND_WAIT = F_OFD_SETLKW };
#else
enum { SET = F_SETLK, SET_AND_WAIT = F_SETLKW };
#endif

static bool set_lock(int descriptor, uint64_t byte, short type, int command)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET,
		.l_start = (off_t)byte, .l_len = 1};
	int status;

	do
		status = fcntl(descriptor, command, &lock);
	while (status != 0 && errno == EINTR);
	return status == 0;
}

bool lock_try(int descriptor, uint64_t byte)
{
	return set_lock(descriptor, byte, F_WRLCK, SET);
}

bool lock_wait(int descriptor, uint64_t byte)
{
	return set_lock(descriptor, byte, F_WRLCK, SET_AND_WAIT);
}

void lock_release(int descriptor, uint64_t byte)
{
	set_lock(descriptor, byte, F_UNLCK, SET);
}
