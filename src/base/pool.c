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

/* So far apart that no two seats share what one processor takes at once. */
enum { CACHE_LINE = 64 };

/*
 * A seat is what one thread has of a round. All claiming goes through one
 * atomic word of it: its first unclaimed unit (16 bits), the end of them (16)
 * and whether it is turned. Its owner takes units from one end and others,
 * when they have none left, from the other. Who comes late with an old word
 * fails its compare-and-swap and looks again; one that succeeds holds the
 * round open, because the caller leaves only when all units are done. So
 * `work` and `argument`, read after the claim, cannot change.
 */
struct seat {
	_Alignas(CACHE_LINE) _Atomic uint64_t range;
	/* Units since the pool began, of all rounds; written by its owner. */
	_Alignas(CACHE_LINE) atomic_uint done;
	struct pool *pool;
	int worker;
};

struct pool {
	int threads;
	pthread_t *thread;
	struct seat *seat;
	unsigned units;		/* of all rounds, to be done */
	atomic_int sleepers;
	atomic_bool stop;
	pool_work *work;
	void *argument;
	pthread_mutex_t lock;	/* guards nothing but the sleep */
	pthread_cond_t wake;
};

/* Some milliseconds of spinning, in which others that need the processor get
 * it: the kernel leaves two threads on one processor when they take turns
 * sleeping, but parts them when both want to run. */
enum { SPINS = 100000, YIELD_EVERY = 2000, MAX_UNITS = 0xffff };

static void pause_cpu(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/* The i-th turn of waiting. */
static void spin(int i)
{
	pause_cpu();
	if (i % YIELD_EVERY == 0)
		sched_yield();
}

static int first_of(uint64_t range)
{
	return (int)(range & MAX_UNITS);
}

static int end_of(uint64_t range)
{
	return (int)(range >> 16 & MAX_UNITS);
}

static bool is_turned(uint64_t range)
{
	return range >> 32;
}

static bool claim_unit(struct seat *seat, bool owner, int *unit)
{
	uint64_t range = atomic_load(&seat->range);

	while (first_of(range) < end_of(range)) {
		bool front = owner != is_turned(range);
		uint64_t rest = front ? range + 1 : range - (1 << 16);

		*unit = front ? first_of(range) : end_of(range) - 1;
		if (atomic_compare_exchange_weak(&seat->range, &range, rest))
			return true;
	}
	return false;
}

static void work_units(struct pool *pool, int worker)
{
	struct seat *own = &pool->seat[worker];
	int unit;

	for (int i = 0; i < pool->threads; i++) {
		struct seat *from = &pool->seat[(worker + i) % pool->threads];

		while (claim_unit(from, i == 0, &unit)) {
			pool->work(pool->argument, unit, worker);
			atomic_fetch_add(&own->done, 1);
		}
	}
}

static bool round_waits(const struct seat *seat)
{
	uint64_t range = atomic_load(&seat->range);

	return first_of(range) < end_of(range) ||
	    atomic_load(&seat->pool->stop);
}

static void wait_for_round(struct seat *seat)
{
	struct pool *pool = seat->pool;

	for (int i = 1; i <= SPINS; i++) {
		if (round_waits(seat))
			return;
		spin(i);
	}
	pthread_mutex_lock(&pool->lock);
	atomic_fetch_add(&pool->sleepers, 1);
	while (!round_waits(seat))
		pthread_cond_wait(&pool->wake, &pool->lock);
	atomic_fetch_sub(&pool->sleepers, 1);
	pthread_mutex_unlock(&pool->lock);
}

static void *worker_main(void *argument)
{
	struct seat *seat = argument;

	while (!atomic_load(&seat->pool->stop)) {
		wait_for_round(seat);
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
	pool->seat = memory_new((size_t)pool->threads * sizeof(*pool->seat));
	pool->units = 0;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (int i = 0; i < pool->threads; i++)
		pool->seat[i] = (struct seat){.pool = pool, .worker = i};
	for (int i = 1; i < pool->threads; i++) {
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

static void run_alone(int units, bool turned, pool_work *work,
    void *argument)
{
	for (int i = 0; i < units; i++)
		work(argument, turned ? units - 1 - i : i, 0);
}

/* The caller, who begins first, has no fewer units than others. */
static void deal_units(struct pool *pool, int units, bool turned)
{
	int threads = pool->threads, end = units;

	pool->units += (unsigned)units;
	for (int i = threads - 1; i >= 0; i--) {
		int first = (int)(((long)units * i + threads - 1) / threads);

		atomic_store(&pool->seat[i].range, (uint64_t)turned << 32 |
		    (uint64_t)end << 16 | (uint64_t)first);
		end = first;
	}
}

static bool all_done(const struct pool *pool)
{
	unsigned done = 0;

	for (int i = 0; i < pool->threads; i++)
		done += atomic_load(&pool->seat[i].done);
	return done == pool->units;
}

static void run(struct pool *pool, int units, bool turned, pool_work *work,
    void *argument)
{
	if (units > MAX_UNITS)
		die("pool: %d units", units);
	if (!pool || pool->threads == 1 || units < 2) {
		run_alone(units, turned, work, argument);
		return;
	}
	pool->work = work;
	pool->argument = argument;
	deal_units(pool, units, turned);
	wake_sleepers(pool);
	work_units(pool, 0);
	for (int i = 1; !all_done(pool); i++)
		spin(i);
}

void pool_run(struct pool *pool, int units, pool_work *work, void *argument)
{
	run(pool, units, false, work, argument);
}

void pool_run_turned(struct pool *pool, int units, pool_work *work,
    void *argument)
{
	run(pool, units, true, work, argument);
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
