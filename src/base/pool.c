#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

/*
 * All claiming goes through one atomic word: round (32 bits), units in the
 * round (16) and the next unclaimed unit (16). A worker that comes late with
 * an old word fails its compare-and-swap and looks again; one that succeeds
 * holds the round open, because the caller leaves only when `unfinished` is
 * zero. So `work` and `argument`, read after the claim, cannot change.
 */
struct pool {
	int threads;
	pthread_t *thread;
	struct seat *seat;
	_Atomic uint64_t word;
	atomic_int unfinished;
	atomic_int sleepers;
	atomic_bool stop;
	pool_work *work;
	void *argument;
	pthread_mutex_t lock;	/* guards nothing but the sleep */
	pthread_cond_t wake;
};

struct seat {
	struct pool *pool;
	int worker;
};

enum { SPINS = 5000, YIELD_EVERY = 2000, MAX_UNITS = 0xffff };

static void pause_cpu(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

static bool claim_unit(struct pool *pool, int *unit)
{
	uint64_t word = atomic_load(&pool->word);

	for (;;) {
		int next = (int)(word & MAX_UNITS);
		int units = (int)(word >> 16 & MAX_UNITS);

		if (next >= units)
			return false;
		if (atomic_compare_exchange_weak(&pool->word, &word, word + 1)) {
			*unit = next;
			return true;
		}
	}
}

static void work_units(struct pool *pool, int worker)
{
	int unit;

	while (claim_unit(pool, &unit)) {
		pool->work(pool->argument, unit, worker);
		atomic_fetch_sub(&pool->unfinished, 1);
	}
}

static bool round_waits(struct pool *pool)
{
	uint64_t word = atomic_load(&pool->word);

	return (word & MAX_UNITS) < (word >> 16 & MAX_UNITS) ||
	    atomic_load(&pool->stop);
}

static void wait_for_round(struct pool *pool)
{
	for (int i = 0; i < SPINS; i++) {
		if (round_waits(pool))
			return;
		pause_cpu();
	}
	pthread_mutex_lock(&pool->lock);
	atomic_fetch_add(&pool->sleepers, 1);
	while (!round_waits(pool))
		pthread_cond_wait(&pool->wake, &pool->lock);
	atomic_fetch_sub(&pool->sleepers, 1);
	pthread_mutex_unlock(&pool->lock);
}

static void *worker_main(void *argument)
{
	struct seat *seat = argument;

	while (!atomic_load(&seat->pool->stop)) {
		wait_for_round(seat->pool);
		work_units(seat->pool, seat->worker);
	}
	return NULL;
}

static void wake_sleepers(struct pool *pool)
{
	if (atomic_load(&pool->sleepers) == 0)
		return;
	pthread_mutex_lock(&pool->lock);
	pthread_cond_broadcast(&pool->wake);
	pthread_mutex_unlock(&pool->lock);
}

static void start_workers(struct pool *pool, int threads)
{
	sigset_t all, before;

	pool->threads = threads < 1 ? 1 : threads;
	pool->thread = xcalloc((size_t)pool->threads, sizeof(*pool->thread));
	pool->seat = xcalloc((size_t)pool->threads, sizeof(*pool->seat));
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (int i = 1; i < pool->threads; i++) {
		pool->seat[i] = (struct seat){pool, i};
		if (pthread_create(&pool->thread[i], NULL, worker_main,
			&pool->seat[i]))
			die("cannot start thread %d of %d", i, pool->threads);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void stop_workers(struct pool *pool)
{
	atomic_store(&pool->stop, true);
	wake_sleepers(pool);
	for (int i = 1; i < pool->threads; i++)
		pthread_join(pool->thread[i], NULL);
	atomic_store(&pool->stop, false);
	free(pool->thread);
	free(pool->seat);
}

struct pool *pool_new(int threads)
{
	struct pool *pool = xcalloc(1, sizeof(*pool));

	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->wake, NULL);
	start_workers(pool, threads);
	return pool;
}

void pool_free(struct pool *pool)
{
	if (!pool)
		return;
	stop_workers(pool);
	pthread_cond_destroy(&pool->wake);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

void pool_set_threads(struct pool *pool, int threads)
{
	if (threads == pool->threads)
		return;
	stop_workers(pool);
	start_workers(pool, threads);
}

int pool_threads(const struct pool *pool)
{
	return pool->threads;
}

static void run_alone(int units, pool_work *work, void *argument)
{
	for (int i = 0; i < units; i++)
		work(argument, i, 0);
}

void pool_run(struct pool *pool, int units, pool_work *work, void *argument)
{
	uint64_t round;

	if (units > MAX_UNITS)
		die("pool: %d units", units);
	if (!pool || pool->threads == 1 || units < 2) {
		run_alone(units, work, argument);
		return;
	}
	pool->work = work;
	pool->argument = argument;
	atomic_store(&pool->unfinished, units);
	round = (atomic_load(&pool->word) >> 32) + 1;
	atomic_store(&pool->word, round << 32 | (uint64_t)units << 16);
	wake_sleepers(pool);
	work_units(pool, 0);
	for (int i = 1; atomic_load(&pool->unfinished) > 0; i++) {
		pause_cpu();
		if (i % YIELD_EVERY == 0)
			sched_yield();
	}
}

int pool_default_threads(void)
{
	cpu_set_t set;
	int count;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	count = CPU_COUNT(&set);
	return count < 1 ? 1 : count;
}
