#include "workbench/watch.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "workbench/event.h"
#include "workbench/live.h"
#include "workbench/live_socket.h"
#include "workbench/unnamed.h"
#include "workbench/wire.h"

enum { CHUNK = 1 << 16, LINE_MOST = 1 << 22, FRAME_MOST = 1 << 28 };

struct watch {
	char *folder;
	int descriptor;
	bool frames, greeted, ended;
	struct buffer in;
	size_t used;		/* bytes of it */
	size_t frame;		/* bytes of the one that comes; 0: lines */
	struct error problem;
};

static struct watch *connect_to(const char *folder, struct error *error)
{
	int descriptor = live_connect(folder, error);
	struct watch *watch;

	if (descriptor < 0)
		return NULL;
	watch = xcalloc(1, sizeof(*watch));
	watch->folder = xstrdup(folder);
	watch->descriptor = descriptor;
	return watch;
}

static struct watch *connect_to_newest(struct error *error)
{
	char **folder, *state;
	int count = unnamed_list(&folder);
	struct watch *watch = NULL;

	for (int i = 0; i < count && !watch; i++)
		watch = connect_to(folder[i], error);
	unnamed_free(folder, count);
	if (!watch) {
		state = path_xdg("XDG_STATE_HOME", ".local/state");
		error_set(error, "no session is being run under %s; "
		    "`snt attach FOLDER` names another", state);
		free(state);
	}
	return watch;
}

struct watch *watch_open(const char *folder, bool frames,
    struct error *error)
{
	struct watch *watch = folder ? connect_to(folder, error) :
	    connect_to_newest(error);

	if (!watch)
		return NULL;
	watch->frames = frames;
	if (frames && send(watch->descriptor, LIVE_ASK, strlen(LIVE_ASK),
		MSG_NOSIGNAL) < 0) {
		error_set(error, "%s: %s", watch->folder, strerror(errno));
		watch_close(watch);
		return NULL;
	}
	return watch;
}

void watch_close(struct watch *watch)
{
	if (!watch)
		return;
	close(watch->descriptor);
	buffer_free(&watch->in);
	free(watch->folder);
	free(watch);
}

const char *watch_folder(const struct watch *watch)
{
	return watch->folder;
}

int watch_descriptor(const struct watch *watch)
{
	return watch->descriptor;
}

const char *watch_problem(const struct watch *watch)
{
	return watch->problem.text;
}

static enum watch_item lose(struct watch *watch, const char *why)
{
	if (!watch->problem.text[0])
		error_set(&watch->problem, "%s: %s", why, watch->folder);
	return WATCH_LOST;
}

/* What has arrived, behind what waits; false: nothing more will come. */
static bool receive(struct watch *watch)
{
	char chunk[CHUNK];
	ssize_t count;

	if (watch->used) {
		watch->in.length -= watch->used;
		memmove(watch->in.text, watch->in.text + watch->used,
		    watch->in.length + 1);
		watch->used = 0;
	}
	while ((count = recv(watch->descriptor, chunk, sizeof(chunk),
		    MSG_DONTWAIT)) > 0) {
		buffer_add(&watch->in, chunk, (size_t)count);
		if (watch->in.length > FRAME_MOST)
			return false;
	}
	return count < 0 && (errno == EAGAIN || errno == EINTR);
}

/* The first line says who speaks. */
static enum watch_item greet(struct watch *watch, const struct event *event)
{
	const char *layout = event_get_text(event, "layout");

	watch->greeted = true;
	if (strcmp(event_kind(event), "error") == 0)
		return lose(watch, event_get_text(event, "message"));
	if (strcmp(event_kind(event), "live") != 0)
		return lose(watch, "what listens there is not snt");
	if (!(event_get(event, "protocol") <= LIVE_PROTOCOL))
		return lose(watch, "run by a newer program, which speaks "
		    "otherwise");
	if (watch->frames && (!layout || strcmp(layout, wire_layout())))
		return lose(watch, "run by another build of snt: "
		    "`snt --plain attach` can watch it");
	return WATCH_LINE;
}

/* What a line means beyond being one. */
static enum watch_item judge(struct watch *watch, const char *line)
{
	struct event *event = event_parse(line);
	enum watch_item item = WATCH_LINE;
	double bytes;

	if (!event)
		return lose(watch, "a line that cannot be read came");
	bytes = event_get(event, "bytes");
	if (!watch->greeted)
		item = greet(watch, event);
	else if (strcmp(event_kind(event), "end") == 0)
		watch->ended = true;
	else if (strcmp(event_kind(event), "frame") == 0 && bytes > 0 &&
	    bytes < FRAME_MOST)
		watch->frame = (size_t)bytes;
	event_free(event);
	return item;
}

static bool take_frame(struct watch *watch, const char **text, size_t *size)
{
	if (watch->in.length - watch->used < watch->frame)
		return false;
	*text = watch->in.text + watch->used;
	*size = watch->frame;
	watch->used += watch->frame;
	watch->frame = 0;
	return true;
}

static bool take_line(struct watch *watch, const char **text, size_t *size)
{
	size_t length = watch->in.length - watch->used;
	char *line = length ? watch->in.text + watch->used : NULL;
	char *newline = line ? memchr(line, '\n', length) : NULL;

	if (!newline)
		return false;
	*newline = '\0';
	*text = line;
	*size = (size_t)(newline - line);
	watch->used += *size + 1;
	return true;
}

static bool take(struct watch *watch, enum watch_item *item,
    const char **text, size_t *size)
{
	if (watch->frame) {
		*item = WATCH_FRAME;
		return take_frame(watch, text, size);
	}
	if (!take_line(watch, text, size))
		return false;
	*item = judge(watch, *text);
	return true;
}

enum watch_item watch_next(struct watch *watch, const char **text,
    size_t *size)
{
	enum watch_item item;
	bool more;

	if (watch->problem.text[0])
		return WATCH_LOST;
	if (take(watch, &item, text, size))
		return item;
	if (watch->ended)
		return WATCH_END;
	more = receive(watch);
	if (take(watch, &item, text, size))
		return item;
	if (watch->in.length > LINE_MOST && !watch->frame)
		return lose(watch, "a line without an end came");
	return more ? WATCH_NOTHING : lose(watch, "gone without a word (what "
	    "was saved is there, and `snt verify` checks it)");
}
