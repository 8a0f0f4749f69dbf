#include "workbench/live.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "workbench/event.h"
#include "workbench/live_socket.h"
#include "workbench/publish.h"
#include "workbench/wire.h"

/* Bytes: of events that a newcomer gets, that wait for the thread, and that
 * wait for a slow watcher. */
enum { BACKLOG = 1 << 16, PENDING_MOST = 1 << 22, WAITING_MOST = 1 << 20 };

#define FRAME_SECONDS 0.2	/* between two of them, at least */
#define LAST_SECONDS 0.25	/* of all, to take the last lines */

struct watcher {
	int descriptor;
	bool frames;
	uint64_t shown;		/* number of the last snapshot sent */
	double sent_at;
	struct buffer out;
	size_t sent;		/* bytes of it */
	long missed;		/* lines */
	char asked[sizeof(LIVE_ASK)];
	size_t asked_length;
};

struct live {
	char *folder;
	int listener, wake;
	struct publisher *publisher;
	pthread_t thread;
	atomic_bool stop;
	atomic_int wanting;	/* watchers who want snapshots */
	pthread_mutex_t lock;
	struct buffer pending;	/* events for the thread; under the lock */
	/* Of the thread: */
	struct buffer backlog, frame;
	uint64_t encoded;	/* number of the snapshot in `frame` */
	struct watcher watcher[LIVE_WATCHERS];
	int watchers;
};

static void wake(struct live *live)
{
	uint64_t one = 1;

	/* A full counter means a wake-up is waiting already. */
	if (write(live->wake, &one, sizeof(one)) < 0)
		return;
}

static void queue_event(struct watcher *watcher, struct event *event)
{
	char *json = event_json(event);

	buffer_puts(&watcher->out, json);
	buffer_puts(&watcher->out, "\n");
	free(json);
	event_free(event);
}

static void greet(const struct live *live, struct watcher *watcher)
{
	struct event *event = event_new("live");
	char *text = xasprintf("watching %s, process %ld", live->folder,
	    (long)getpid());

	event_number(event, "protocol", LIVE_PROTOCOL);
	event_text(event, "layout", wire_layout());
	event_number(event, "process", (double)getpid());
	event_text(event, "session", live->folder);
	event_text(event, "text", text);
	free(text);
	queue_event(watcher, event);
	if (live->backlog.length)
		buffer_add(&watcher->out, live->backlog.text,
		    live->backlog.length);
}

static void refuse(int descriptor, const char *why)
{
	struct watcher watcher = {.descriptor = descriptor};
	struct event *event = event_new("error");

	event_null(event, "line");
	event_text(event, "message", why);
	queue_event(&watcher, event);
	if (send(descriptor, watcher.out.text, watcher.out.length,
		MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		errno = 0;	/* it need not hear it */
	buffer_free(&watcher.out);
	close(descriptor);
}

static void take_watcher(struct live *live)
{
	int descriptor = accept4(live->listener, NULL, NULL,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct watcher *watcher = &live->watcher[live->watchers];

	if (descriptor < 0)
		return;
	if (!live_same_user(descriptor)) {
		refuse(descriptor, "this session is another user's");
		return;
	}
	if (live->watchers == LIVE_WATCHERS) {
		refuse(descriptor, "too many watch this session already");
		return;
	}
	*watcher = (struct watcher){.descriptor = descriptor};
	live->watchers++;
	greet(live, watcher);
}

static void drop(struct live *live, struct watcher *watcher)
{
	close(watcher->descriptor);
	buffer_free(&watcher->out);
	if (watcher->frames)
		atomic_fetch_sub(&live->wanting, 1);
	*watcher = live->watcher[--live->watchers];
}

/* What it asks for; false when it has gone. */
static bool hear(struct live *live, struct watcher *watcher)
{
	char text[64];
	ssize_t count = recv(watcher->descriptor, text, sizeof(text), 0);

	if (count < 0)
		return errno == EAGAIN || errno == EINTR;
	for (ssize_t i = 0; i < count && !watcher->frames; i++) {
		size_t at = watcher->asked_length;

		watcher->asked_length = text[i] == LIVE_ASK[at] ? at + 1 : 0;
		if (LIVE_ASK[watcher->asked_length])
			continue;
		watcher->frames = true;
		atomic_fetch_add(&live->wanting, 1);
	}
	return count > 0;
}

/* Lines for one watcher, or the news that there were some. */
static void give_lines(struct watcher *watcher, const char *text,
    size_t length)
{
	struct event *event;

	if (watcher->frames)
		return;		/* frames have the log */
	if (watcher->out.length + length > WAITING_MOST) {
		for (size_t i = 0; i < length; i++)
			watcher->missed += text[i] == '\n';
		return;
	}
	if (watcher->missed) {
		char *said = xasprintf("%ld events missed: this end was too "
		    "slow", watcher->missed);

		event = event_new("missed");
		event_number(event, "events", (double)watcher->missed);
		event_text(event, "text", said);
		free(said);
		queue_event(watcher, event);
		watcher->missed = 0;
	}
	buffer_add(&watcher->out, text, length);
}

/* The newest whole lines within the limit stay. */
static void keep_backlog(struct buffer *backlog, const struct buffer *lines)
{
	const char *from, *newline;

	buffer_add(backlog, lines->text, lines->length);
	if (backlog->length <= 2 * BACKLOG)
		return;
	from = backlog->text + backlog->length - BACKLOG;
	newline = memchr(from, '\n', BACKLOG);
	from = newline ? newline + 1 : backlog->text + backlog->length;
	backlog->length -= (size_t)(from - backlog->text);
	memmove(backlog->text, from, backlog->length + 1);
}

static void spread_events(struct live *live)
{
	struct buffer lines;

	pthread_mutex_lock(&live->lock);
	lines = live->pending;
	live->pending = (struct buffer){0};
	pthread_mutex_unlock(&live->lock);
	if (lines.length) {
		for (int i = 0; i < live->watchers; i++)
			give_lines(&live->watcher[i], lines.text,
			    lines.length);
		keep_backlog(&live->backlog, &lines);
	}
	buffer_free(&lines);
}

static void encode(struct live *live)
{
	const struct snapshot *snapshot = publisher_look(live->publisher);

	if (!snapshot)
		return;
	if (snapshot->number != live->encoded) {
		buffer_clear(&live->frame);
		wire_put(snapshot, &live->frame);
		live->encoded = snapshot->number;
	}
	publisher_release(live->publisher, snapshot);
}

static bool due(const struct watcher *watcher, double now)
{
	return watcher->frames && watcher->out.length == 0 &&
	    now - watcher->sent_at >= FRAME_SECONDS;
}

static void give_frames(struct live *live, double now)
{

	for (int i = 0; i < live->watchers; i++) {
		struct watcher *watcher = &live->watcher[i];

		if (!due(watcher, now))
			continue;
		encode(live);
		if (live->encoded == watcher->shown)
			continue;
		buffer_printf(&watcher->out, "{\"event\":\"frame\","
		    "\"bytes\":%zu}\n", live->frame.length);
		buffer_add(&watcher->out, live->frame.text,
		    live->frame.length);
		watcher->shown = live->encoded;
		watcher->sent_at = now;
	}
}

/* As much as the line takes just now; false when it is gone. */
static bool send_some(struct watcher *watcher)
{
	while (watcher->sent < watcher->out.length) {
		ssize_t count = send(watcher->descriptor,
		    watcher->out.text + watcher->sent,
		    watcher->out.length - watcher->sent,
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (count < 0 && errno != EINTR)
			return errno == EAGAIN;
		watcher->sent += count > 0 ? (size_t)count : 0;
	}
	buffer_clear(&watcher->out);
	watcher->sent = 0;
	return true;
}

static void serve_watchers(struct live *live, const struct pollfd *source,
    int polled)
{
	/* From the last on: who goes is replaced by one already served. */
	for (int i = live->watchers - 1; i >= 0; i--) {
		struct watcher *watcher = &live->watcher[i];
		bool heard = i >= polled || !source[i].revents ||
		    source[i].revents == POLLOUT || hear(live, watcher);

		if (!heard || !send_some(watcher))
			drop(live, watcher);
	}
}

/* Until the next frame may be sent, if somebody waits for one. */
static int patience(const struct live *live)
{
	return atomic_load(&live->wanting) ? (int)(1000 * FRAME_SECONDS) :
	    -1;
}

static int wait_for_something(struct live *live, struct pollfd *source)
{
	int polled = live->watchers;
	uint64_t count;

	source[0] = (struct pollfd){.fd = live->wake, .events = POLLIN};
	source[1] = (struct pollfd){.fd = live->listener, .events = POLLIN};
	for (int i = 0; i < polled; i++)
		source[2 + i] = (struct pollfd){
			.fd = live->watcher[i].descriptor,
			.events = (short)(POLLIN | (live->watcher[i].out.length
				? POLLOUT : 0))};
	if (poll(source, (nfds_t)(2 + polled), patience(live)) < 0)
		return 0;
	if (source[0].revents && read(live->wake, &count, sizeof(count)) < 0)
		return 0;
	if (source[1].revents)
		take_watcher(live);
	return polled;
}

/* The last word, for who listens; who is slow gets a moment. */
static void say_end(struct live *live)
{
	double until = clock_now() + LAST_SECONDS;

	for (int i = 0; i < live->watchers; i++) {
		struct watcher *watcher = &live->watcher[i];
		struct event *event = event_new("end");

		event_text(event, "text", "the session has ended");
		queue_event(watcher, event);
		while (send_some(watcher) && watcher->out.length &&
		    clock_now() < until)
			clock_sleep(LAST_SECONDS / 50);
	}
	while (live->watchers)
		drop(live, &live->watcher[live->watchers - 1]);
}

static void *serve(void *argument)
{
	struct live *live = argument;
	struct pollfd source[2 + LIVE_WATCHERS];

	while (!atomic_load(&live->stop)) {
		int polled = wait_for_something(live, source);

		spread_events(live);
		give_frames(live, clock_now());
		serve_watchers(live, source + 2, polled);
	}
	spread_events(live);
	give_frames(live, INFINITY);
	say_end(live);
	return NULL;
}

static void release(struct live *live)
{
	pthread_mutex_destroy(&live->lock);
	close(live->wake);
	buffer_free(&live->pending);
	buffer_free(&live->backlog);
	buffer_free(&live->frame);
	free(live->folder);
	free(live);
}

struct live *live_new(const char *folder, struct publisher *publisher,
    struct error *error)
{
	int listener = live_listen(folder, error);
	struct live *live;

	if (listener < 0)
		return NULL;
	live = xcalloc(1, sizeof(*live));
	live->folder = xstrdup(folder);
	live->listener = listener;
	live->publisher = publisher;
	live->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	pthread_mutex_init(&live->lock, NULL);
	if (live->wake < 0 || pthread_create(&live->thread, NULL, serve, live))
		die("cannot start the thread of live watching");
	return live;
}

void live_free(struct live *live)
{
	if (!live)
		return;
	atomic_store(&live->stop, true);
	wake(live);
	pthread_join(live->thread, NULL);
	live_unlisten(live->folder, live->listener);
	release(live);
}

const char *live_folder(const struct live *live)
{
	return live ? live->folder : NULL;
}

void live_event(struct live *live, const char *json)
{
	pthread_mutex_lock(&live->lock);
	if (live->pending.length < PENDING_MOST) {
		buffer_puts(&live->pending, json);
		buffer_puts(&live->pending, "\n");
	}
	pthread_mutex_unlock(&live->lock);
	wake(live);
}

void live_published(struct live *live)
{
	if (live_wants_frames(live))
		wake(live);
}

bool live_wants_frames(const struct live *live)
{
	return live && atomic_load(&live->wanting) > 0;
}
