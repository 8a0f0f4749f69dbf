#include "transform/noise.h"

#include "net/kernels.h"

/* Rows that one unit of work takes. */
enum { ROWS = 16 };

struct task {
	struct random_key key;
	size_t position;
	struct noise noise;
	int rows, columns;
	const real *from;
	real *to;
};

/* Philox gives each row a key of its own, from which a cheaper mixing makes
 * its numbers: as many as there are weights are wanted in a step. */
static void add_to_row(const struct task *task, int o)
{
	size_t columns = (size_t)task->columns, at = (size_t)o * columns;
	const real *from = task->from + at;
	real most = kernels()->largest(columns, from);
	uint32_t key[2];

	random_words(task->key, 2 * (task->position + (size_t)o), 2, key);
	kernels()->disturb(columns, key, task->noise.size * most,
	    task->noise.least, from, task->to + at);
}

static void some_rows(void *argument, int part, int worker)
{
	const struct task *task = argument;

	(void)worker;
	for (int o = part * ROWS; o < (part + 1) * ROWS && o < task->rows; o++)
		add_to_row(task, o);
}

void noise_add(struct random_key key, size_t position, struct noise noise,
    int rows, int columns, const real *from, real *to, struct pool *pool)
{
	struct task task = {key, position, noise, rows, columns, from, to};

	pool_run(pool, (rows + ROWS - 1) / ROWS, some_rows, &task);
}
