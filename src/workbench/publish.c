#include "workbench/publish.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"

/* Snapshots somebody may still hold; front ends hold one or two. */
enum { HELD_MAX = 8 };

struct held {
	struct snapshot *snapshot;
	int references;
};

struct publisher {
	pthread_mutex_t lock;
	struct held held[HELD_MAX];
	struct snapshot *newest;
	int wake;
};

struct publisher *publisher_new(void)
{
	struct publisher *publisher = xcalloc(1, sizeof(*publisher));

	pthread_mutex_init(&publisher->lock, NULL);
	publisher->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (publisher->wake < 0)
		die("cannot make an event descriptor");
	return publisher;
}

void publisher_free(struct publisher *publisher)
{
	for (int i = 0; i < HELD_MAX; i++)
		snapshot_free(publisher->held[i].snapshot);
	close(publisher->wake);
	pthread_mutex_destroy(&publisher->lock);
	free(publisher);
}

static struct held *find_held(struct publisher *publisher,
    const struct snapshot *snapshot)
{
	for (int i = 0; i < HELD_MAX; i++) {
		if (publisher->held[i].snapshot == snapshot)
			return &publisher->held[i];
	}
	return NULL;
}

static struct snapshot *drop(struct publisher *publisher,
    const struct snapshot *snapshot)
{
	struct held *held = snapshot ? find_held(publisher, snapshot) : NULL;
	struct snapshot *unused = NULL;

	if (held && --held->references == 0) {
		unused = held->snapshot;
		held->snapshot = NULL;
	}
	return unused;
}

void publisher_put(struct publisher *publisher, struct snapshot *snapshot)
{
	struct snapshot *unused;
	struct held *place;
	uint64_t one = 1;

	pthread_mutex_lock(&publisher->lock);
	unused = drop(publisher, publisher->newest);
	place = find_held(publisher, NULL);
	if (!place)
		die("snapshots are not released");
	*place = (struct held){snapshot, 1};
	publisher->newest = snapshot;
	pthread_mutex_unlock(&publisher->lock);
	snapshot_free(unused);
	/* A full counter means a wake-up is waiting already. */
	if (write(publisher->wake, &one, sizeof(one)) < 0)
		return;
}

const struct snapshot *publisher_take(struct publisher *publisher)
{
	uint64_t count;

	if (read(publisher->wake, &count, sizeof(count)) < 0)
		count = 0;
	return publisher_look(publisher);
}

const struct snapshot *publisher_look(struct publisher *publisher)
{
	const struct snapshot *snapshot;

	pthread_mutex_lock(&publisher->lock);
	snapshot = publisher->newest;
	if (snapshot)
		find_held(publisher, snapshot)->references++;
	pthread_mutex_unlock(&publisher->lock);
	return snapshot;
}

void publisher_release(struct publisher *publisher,
    const struct snapshot *snapshot)
{
	struct snapshot *unused;

	pthread_mutex_lock(&publisher->lock);
	unused = drop(publisher, snapshot);
	pthread_mutex_unlock(&publisher->lock);
	snapshot_free(unused);
}

int publisher_descriptor(const struct publisher *publisher)
{
	return publisher->wake;
}
