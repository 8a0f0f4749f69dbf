#include "train/rule.h"

#include "net/kernels.h"

/* Slices begin where a vector of any instruction set may. */
enum { SLICES = 16, STEP = 16 };

struct slices {
	const struct rule_step *step;
	block_work *work;
	void *argument;
};

/* Where a segment's slice begins; that number SLICES is its end. */
static size_t slice_start(const struct segment *segment, int slice)
{
	size_t end = segment->offset + segment->count;
	size_t at = segment->offset +
	    segment->count * (size_t)slice / SLICES;

	if (slice > 0)
		at = (at + STEP - 1) / STEP * STEP;
	return slice == SLICES || at > end ? end : at;
}

static void work_slice(void *argument, int unit, int worker)
{
	const struct slices *slices = argument;
	const struct rule_step *step = slices->step;

	(void)worker;
	for (int k = 0; k < step->segments; k++) {
		size_t first = slice_start(&step->segment[k], unit);
		size_t end = slice_start(&step->segment[k], unit + 1);

		if (first < end)
			slices->work(slices->argument, first, end - first);
	}
}

void for_slices(const struct rule_step *step, block_work *work,
    void *argument)
{
	struct slices slices = {step, work, argument};

	pool_run(step->pool, SLICES, work_slice, &slices);
}

enum { BLOCK = 1 << 15, BLOCKS_MOST = 1024 };

struct dot {
	const real *a, *b;
	size_t n, size;
	double part[BLOCKS_MOST];
};

/* Blocks of a size that depends on n alone, at most BLOCKS_MOST of them. */
static size_t block_size(size_t n)
{
	size_t size = BLOCK;

	while ((n + size - 1) / size > BLOCKS_MOST)
		size *= 2;
	return size;
}

static void dot_block(void *argument, int unit, int worker)
{
	struct dot *dot = argument;
	size_t first = (size_t)unit * dot->size, rest = dot->n - first;

	(void)worker;
	dot->part[unit] = kernels()->dot(rest < dot->size ? rest : dot->size,
	    dot->a + first, dot->b + first);
}

double pooled_dot(struct pool *pool, size_t n, const real *a, const real *b)
{
	struct dot dot = {.a = a, .b = b, .n = n, .size = block_size(n)};
	int blocks = (int)((n + dot.size - 1) / dot.size);
	double sum = 0;

	pool_run(pool, blocks, dot_block, &dot);
	for (int i = 0; i < blocks; i++)
		sum += dot.part[i];
	return sum;
}
