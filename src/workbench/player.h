/*
 * Playing a journal: the commands are executed again, each at the training
 * step at which it took effect.
 *
 *   replay   from the beginning, as if typed again
 *   restore  from the last checkpoint, to the state in which it was left
 *   verify   from the beginning, out of sight, comparing every hash
 */
#ifndef SNT_WORKBENCH_PLAYER_H
#define SNT_WORKBENCH_PLAYER_H

#include "workbench/bench.h"

struct player;

struct player_outcome {
	int hashes;		/* that agree */
	bool differs;
	long step;		/* of the first difference */
	char run[32];
	char tensor[40];	/* "" when no single one is known */
};

/* `data` must live as long as the player. */
struct player *player_new(const struct session_data *data);
void player_free(struct player *player);
/* Is there any checkpoint to restore from? */
bool player_can_restore(const struct player *player);
/* Bring the bench (just reset) to the last checkpoint that can be read, so
 * that playing goes on from there. -1: none can; play from the beginning,
 * after another reset. */
int player_restore(struct player *player, struct bench *bench,
    const char *folder, struct error *error);
/* Asked before each command, which is executed when the answer is true; else
 * playing stops, and asks again when it goes on. */
struct journal_entry;
typedef bool player_asked(void *context, const struct journal_entry *entry);
void player_ask(struct player *player, player_asked *ask, void *context);
enum { PLAYER_STOPPED = 2 };
/* From now on playing stops at this tick, and after each command. */
void player_stop_at(struct player *player, long tick);
/* A quantum: 1 all played, 0 go on, -1 the journal cannot be followed. */
int player_advance(struct player *player, struct bench *bench,
    struct error *error);
/* Entries that were played, up to the one that comes next or that failed. */
int player_played(const struct player *player);
double player_progress(const struct player *player, const struct bench *bench);

/* Compare the hashes that the bench recorded with those of the journal. */
void player_compare(const struct player *player, const struct bench *bench,
    struct player_outcome *outcome);

#endif
