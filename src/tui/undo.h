/* Taking back: moves of sliders, edits of the network, SNT on and off. */
#ifndef SNT_TUI_UNDO_H
#define SNT_TUI_UNDO_H

#include <stdint.h>

struct ui;

enum { UNDO_MOST = 32 };

/* A line that was given, and the one that takes it back. */
struct undo_entry {
	char line[160], inverse[192];
	uint64_t seen;		/* newest log line before it */
	double at;		/* clock_now() */
};

struct undo {
	struct undo_entry entry[UNDO_MOST];
	int count, redos;	/* those taken back follow the others */
};

/* A line is about to be given to the workbench. */
void undo_watch(struct ui *ui, const char *line);
/* Take back what was done last, of lines and sliders. */
void undo_last(struct ui *ui);
/* And do that again. */
void undo_redo(struct ui *ui);

#endif
