/*
 * The shard pool: a fixed list of units of work, done by any number of
 * threads. What a unit computes must depend on its index alone, and units
 * must not touch each other's memory; then the result has the same bits for
 * every number of threads.
 *
 * The calling thread works too. Each thread has its share of the units, the
 * same in every round of as many units, so that it finds in its caches what
 * it left there; who is done with his own takes from the others. Workers spin
 * briefly for the next round and sleep when none comes; they block all
 * signals.
 */
#ifndef SNT_BASE_POOL_H
#define SNT_BASE_POOL_H

struct pool;

/* unit: 0 .. units-1; worker: 0 .. threads-1, one caller of each at a time
 * (an index for scratch memory whose content never matters). */
typedef void pool_work(void *argument, int unit, int worker);

struct pool *pool_new(int threads);
void pool_free(struct pool *pool);
int pool_threads(const struct pool *pool);
/* Another number of threads from the next round on. */
void pool_set_threads(struct pool *pool, int threads);

/* Do all units and return when the last is done. Not reentrant. */
void pool_run(struct pool *pool, int units, pool_work *work, void *argument);
/* The same, but each thread goes through its share from the end. */
void pool_run_turned(struct pool *pool, int units, pool_work *work,
    void *argument);

/* The processors this process may use. */
int pool_default_threads(void);

#endif
