#include "transform/noise.h"

#include <math.h>

enum { ROWS = 16, CHUNK = 256 };

struct task {
	struct random_key key;
	size_t position;
	real noise;
	int rows, columns;
	const real *from;
	real *to;
};

/* Lanes, so that the maxima of a row do not wait for each other. */
static real largest(int n, const real *x)
{
	enum { LANES = 16 };
	real lane[LANES] = {0}, most = 0;
	int i = 0;

	for (; i + LANES <= n; i += LANES) {
		for (int j = 0; j < LANES; j++) {
			real size = real_fabs(x[i + j]);

			lane[j] = size > lane[j] ? size : lane[j];
		}
	}
	for (; i < n; i++)
		most = real_fabs(x[i]) > most ? real_fabs(x[i]) : most;
	for (int j = 0; j < LANES; j++)
		most = lane[j] > most ? lane[j] : most;
	return most;
}

/* One byte of the stream is a u: 256 levels in [-1, 1]. */
static void row_noise(const struct task *task, size_t position, int n,
    const real *from, real *to)
{
	real unit = task->noise * largest(n, from) / (real)127.5;
	uint8_t bytes[CHUNK + 8];
	uint32_t words[sizeof(bytes) / 4];

	for (int done = 0; done < n; done += CHUNK) {
		int count = n - done < CHUNK ? n - done : CHUNK;
		size_t at = position + (size_t)done, skip = at % 4;
		size_t needed = ((size_t)count + skip + 3) / 4;

		random_words(task->key, at / 4, needed, words);
		for (size_t i = 0; i < needed; i++) {
			/* The same bytes whatever the byte order. */
			bytes[4 * i] = (uint8_t)words[i];
			bytes[4 * i + 1] = (uint8_t)(words[i] >> 8);
			bytes[4 * i + 2] = (uint8_t)(words[i] >> 16);
			bytes[4 * i + 3] = (uint8_t)(words[i] >> 24);
		}
		for (int i = 0; i < count; i++)
			to[done + i] = from[done + i] + unit *
			    ((real)bytes[skip + (size_t)i] - (real)127.5);
	}
}

static void some_rows(void *argument, int part, int worker)
{
	const struct task *task = argument;
	int last = (part + 1) * ROWS < task->rows ? (part + 1) * ROWS :
	    task->rows;

	(void)worker;
	for (int o = part * ROWS; o < last; o++) {
		size_t at = (size_t)o * (size_t)task->columns;

		row_noise(task, task->position + at, task->columns,
		    task->from + at, task->to + at);
	}
}

void noise_add(struct random_key key, size_t position, real noise, int rows,
    int columns, const real *from, real *to, struct pool *pool)
{
	struct task task = {key, position, noise, rows, columns, from, to};

	pool_run(pool, (rows + ROWS - 1) / ROWS, some_rows, &task);
}
