#include "transform/by_rows.h"

/* Rows that one unit of work takes. */
enum { ROWS = 16 };

struct task {
	const struct piece *piece;
	const real *theta, *from;
	real *to;
	void (*row)(const struct task *task, int o);
};

static void some_rows(void *argument, int part, int worker)
{
	const struct task *task = argument;

	(void)worker;
	for (int o = part * ROWS; o < (part + 1) * ROWS &&
	    o < task->piece->rows; o++)
		task->row(task, o);
}

static void do_rows(const struct task *task, struct pool *pool)
{
	int parts = (task->piece->rows + ROWS - 1) / ROWS;

	if (pool)
		pool_run(pool, parts, some_rows, (void *)task);
	for (int part = 0; !pool && part < parts; part++)
		some_rows((void *)task, part, 0);
}

static void compose_row(const struct task *task, int o)
{
	task->piece->functions->compose_row(task->piece, task->theta, o,
	    task->to);
}

void by_rows_compose(const struct piece *piece, const real *theta, real *w,
    struct pool *pool)
{
	struct task task = {piece, theta, NULL, w, compose_row};

	do_rows(&task, pool);
}

static void pull_back_row(const struct task *task, int o)
{
	task->piece->functions->pull_back_row(task->piece, task->theta,
	    task->from, o, task->to);
}

void by_rows_pull_back(const struct piece *piece, const real *theta,
    const real *g_w, real *g_theta, struct pool *pool)
{
	struct task task = {piece, theta, g_w, g_theta, pull_back_row};

	do_rows(&task, pool);
}

static void push_row(const struct task *task, int o)
{
	task->piece->functions->push_row(task->piece, task->theta, task->from,
	    o, task->to);
}

void by_rows_push_forward(const struct piece *piece, const real *theta,
    const real *d_theta, real *d_w, struct pool *pool)
{
	struct task task = {piece, theta, d_theta, d_w, push_row};

	do_rows(&task, pool);
}
