/*
 * Locks on places of a file, held by an open file and given up by the system
 * when its process ends in whatever way: how several processes, on one machine
 * or on several that share a file system, divide work without talking.
 */
#ifndef SNT_BASE_LOCK_H
#define SNT_BASE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes beyond the end can be locked as well. */
bool lock_try(int descriptor, uint64_t byte);
/* Waits; false: the file system has no locks. */
bool lock_wait(int descriptor, uint64_t byte);
void lock_release(int descriptor, uint64_t byte);

#endif
