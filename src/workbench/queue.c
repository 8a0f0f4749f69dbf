#include "workbench/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"

/* Fates are kept by ticket modulo this; who waits longer than that many
 * later lines is told "done". */
enum { FATES = 4096 };

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t filled, settled;
	struct queued_line *line;
	size_t count, capacity;
	uint64_t last;		/* ticket given out last */
	unsigned char fate[FATES];	/* 0 open, 1 done, 2 failed */
	bool wake, closed;
};

enum { OPEN, DONE, FAILED };

struct queue *queue_new(void)
{
	struct queue *queue = xcalloc(1, sizeof(*queue));
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->filled, &monotonic);
	pthread_cond_init(&queue->settled, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return queue;
}

void queue_free(struct queue *queue)
{
	for (size_t i = 0; i < queue->count; i++)
		free(queue->line[i].text);
	free(queue->line);
	pthread_cond_destroy(&queue->settled);
	pthread_cond_destroy(&queue->filled);
	pthread_mutex_destroy(&queue->lock);
	free(queue);
}

uint64_t queue_put(struct queue *queue, const char *text, int line_number)
{
	uint64_t ticket;

	pthread_mutex_lock(&queue->lock);
	ticket = ++queue->last;
	queue->fate[ticket % FATES] = queue->closed ? FAILED : OPEN;
	array_grow(&queue->line, queue->count, &queue->capacity,
	    sizeof(*queue->line));
	queue->line[queue->count++] = (struct queued_line){
		ticket, xstrdup(text), line_number};
	pthread_cond_signal(&queue->filled);
	pthread_mutex_unlock(&queue->lock);
	return ticket;
}

static struct timespec deadline(int milliseconds)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += milliseconds / 1000;
	at.tv_nsec += milliseconds % 1000 * 1000000L;
	if (at.tv_nsec >= 1000000000L) {
		at.tv_nsec -= 1000000000L;
		at.tv_sec++;
	}
	return at;
}

bool queue_take(struct queue *queue, int milliseconds,
    struct queued_line *out)
{
	struct timespec until = deadline(milliseconds);
	bool taken = false;

	pthread_mutex_lock(&queue->lock);
	while (queue->count == 0 && !queue->wake && milliseconds > 0) {
		if (pthread_cond_timedwait(&queue->filled, &queue->lock,
			&until) == ETIMEDOUT)
			break;
	}
	queue->wake = false;
	if (queue->count > 0) {
		*out = queue->line[0];
		queue->count--;
		for (size_t i = 0; i < queue->count; i++)
			queue->line[i] = queue->line[i + 1];
		taken = true;
	}
	pthread_mutex_unlock(&queue->lock);
	return taken;
}

void queue_wake(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->wake = true;
	pthread_cond_signal(&queue->filled);
	pthread_mutex_unlock(&queue->lock);
}

bool queue_empty(struct queue *queue)
{
	bool empty;

	pthread_mutex_lock(&queue->lock);
	empty = queue->count == 0;
	pthread_mutex_unlock(&queue->lock);
	return empty;
}

void queue_settle(struct queue *queue, uint64_t ticket, bool failed)
{
	pthread_mutex_lock(&queue->lock);
	queue->fate[ticket % FATES] = failed ? FAILED : DONE;
	pthread_cond_broadcast(&queue->settled);
	pthread_mutex_unlock(&queue->lock);
}

static int fate_of(const struct queue *queue, uint64_t ticket)
{
	if (ticket + FATES <= queue->last)
		return DONE;
	if (queue->fate[ticket % FATES] == OPEN && queue->closed)
		return FAILED;
	return queue->fate[ticket % FATES];
}

int queue_wait(struct queue *queue, uint64_t ticket, int milliseconds)
{
	struct timespec until = deadline(milliseconds > 0 ? milliseconds : 0);
	int fate;

	pthread_mutex_lock(&queue->lock);
	while ((fate = fate_of(queue, ticket)) == OPEN && milliseconds != 0) {
		if (milliseconds < 0)
			pthread_cond_wait(&queue->settled, &queue->lock);
		else if (pthread_cond_timedwait(&queue->settled, &queue->lock,
			&until) == ETIMEDOUT)
			break;
	}
	pthread_mutex_unlock(&queue->lock);
	return fate == OPEN ? 1 : fate == DONE ? 0 : -1;
}

void queue_close(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->closed = true;
	pthread_cond_broadcast(&queue->settled);
	pthread_mutex_unlock(&queue->lock);
}
