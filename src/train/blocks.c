#include "train/rule.h"

#include "net/kernels.h"

enum { BLOCK = 1 << 15, BLOCKS_MOST = 1024 };

struct blocks {
	size_t n, size;
	block_work *work;
	void *argument;
};

static void work_block(void *argument, int unit, int worker)
{
	const struct blocks *blocks = argument;
	size_t first = (size_t)unit * blocks->size;
	size_t rest = blocks->n - first;

	(void)worker;
	blocks->work(blocks->argument, first,
	    rest < blocks->size ? rest : blocks->size);
}

/* Blocks of a size that depends on n alone, at most BLOCKS_MOST of them. */
static size_t block_size(size_t n)
{
	size_t size = BLOCK;

	while ((n + size - 1) / size > BLOCKS_MOST)
		size *= 2;
	return size;
}

void for_blocks(struct pool *pool, size_t n, block_work *work,
    void *argument)
{
	struct blocks blocks = {n, block_size(n), work, argument};

	pool_run(pool, (int)((n + blocks.size - 1) / blocks.size), work_block,
	    &blocks);
}

struct dot {
	const real *a, *b;
	size_t size;
	double part[BLOCKS_MOST];
};

static void dot_block(void *argument, size_t first, size_t count)
{
	struct dot *dot = argument;

	dot->part[first / dot->size] = kernels()->dot(count, dot->a + first,
	    dot->b + first);
}

double pooled_dot(struct pool *pool, size_t n, const real *a, const real *b)
{
	struct dot dot = {.a = a, .b = b, .size = block_size(n)};
	double sum = 0;

	for_blocks(pool, n, dot_block, &dot);
	for (size_t i = 0; i * dot.size < n; i++)
		sum += dot.part[i];
	return sum;
}
