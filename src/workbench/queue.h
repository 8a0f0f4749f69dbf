/* Lines on their way from the front ends to the compute thread, and what
 * became of each. */
#ifndef SNT_WORKBENCH_QUEUE_H
#define SNT_WORKBENCH_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

struct queue;

struct queued_line {
	uint64_t ticket;
	char *text;		/* the taker frees it */
	int line_number;
};

struct queue *queue_new(void);
void queue_free(struct queue *queue);

uint64_t queue_put(struct queue *queue, const char *text, int line_number);
/* Take the oldest line; false when there is none after `milliseconds` (0: do
 * not wait) or when somebody called queue_wake(). */
bool queue_take(struct queue *queue, int milliseconds,
    struct queued_line *out);
void queue_wake(struct queue *queue);
bool queue_empty(struct queue *queue);

/* The compute thread tells how a line ended. */
void queue_settle(struct queue *queue, uint64_t ticket, bool failed);
/* Wait for that: 0 done, -1 failed, 1 not yet. Negative time: for ever. */
int queue_wait(struct queue *queue, uint64_t ticket, int milliseconds);
/* Nothing will be settled any more: everybody waiting fails. */
void queue_close(struct queue *queue);

#endif
