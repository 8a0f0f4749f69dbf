#include "workbench/live_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "workbench/live.h"

enum { LISTEN_BACKLOG = 8 };

/* A path of a socket may have 107 characters, that of a folder more: it goes
 * by way of the folder's descriptor. */
static int open_folder(const char *folder, struct sockaddr_un *address,
    struct error *error)
{
	int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (descriptor < 0)
		return error_set(error, "%s: %s", folder, strerror(errno));
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	text_format(address->sun_path, sizeof(address->sun_path),
	    "/proc/self/fd/%d/" LIVE_NAME, descriptor);
	return descriptor;
}

static void remove_socket(int folder)
{
	struct stat found;

	if (fstatat(folder, LIVE_NAME, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISSOCK(found.st_mode))
		unlinkat(folder, LIVE_NAME, 0);
}

/* Linux gives the socket's file the mode of its descriptor. */
static bool listens(int descriptor, const struct sockaddr_un *address)
{
	return fchmod(descriptor, 0600) == 0 &&
	    bind(descriptor, (const struct sockaddr *)address,
	    sizeof(*address)) == 0 && listen(descriptor, LISTEN_BACKLOG) == 0;
}

int live_listen(const char *folder, struct error *error)
{
	struct sockaddr_un address;
	int within = open_folder(folder, &address, error), descriptor;

	if (within < 0)
		return -1;
	remove_socket(within);
	descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0);
	if (descriptor < 0 || !listens(descriptor, &address)) {
		error_set(error, "%s/" LIVE_NAME ": %s", folder,
		    strerror(errno));
		if (descriptor >= 0)
			close(descriptor);
		descriptor = -1;
	}
	close(within);
	return descriptor;
}

void live_unlisten(const char *folder, int listener)
{
	struct sockaddr_un address;
	struct error error;
	int within = open_folder(folder, &address, &error);

	close(listener);
	if (within < 0)
		return;
	remove_socket(within);
	close(within);
}

static void explain(const char *folder, struct error *error)
{
	if (errno == ENOENT || errno == ECONNREFUSED)
		error_set(error, "%s: nobody is running this session now; "
		    "`snt %s` opens it", folder, folder);
	else if (errno == EACCES || errno == EPERM)
		error_set(error, "%s: this session is another user's", folder);
	else
		error_set(error, "%s/" LIVE_NAME ": %s", folder,
		    strerror(errno));
}

int live_connect(const char *folder, struct error *error)
{
	struct sockaddr_un address;
	int within = open_folder(folder, &address, error), descriptor;

	if (within < 0)
		return -1;
	descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0 || connect(descriptor,
		(const struct sockaddr *)&address, sizeof(address))) {
		explain(folder, error);
		if (descriptor >= 0)
			close(descriptor);
		descriptor = -1;
	}
	close(within);
	if (descriptor >= 0 && !live_same_user(descriptor)) {
		error_set(error, "%s: this session is another user's", folder);
		close(descriptor);
		descriptor = -1;
	}
	return descriptor;
}

bool live_same_user(int descriptor)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer,
	    &size) == 0 && peer.uid == geteuid();
}
