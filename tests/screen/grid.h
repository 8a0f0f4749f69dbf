/* As much of a vt100 as a test needs to read what stands on its screen.
 * Characters beyond ASCII are stored as '?'. */
#ifndef SNT_TESTS_GRID_H
#define SNT_TESTS_GRID_H

#include <stdbool.h>
#include <stddef.h>

enum { GRID_ROWS = 30, GRID_COLUMNS = 100, GRID_PARAMETERS = 4 };

struct grid {
	char cell[GRID_ROWS][GRID_COLUMNS + 1];
	int row, column;
	int top, bottom;	/* the rows that scroll */
	bool wraps;		/* the last column was written */
	enum { GRID_TEXT, GRID_ESCAPE, GRID_SEQUENCE, GRID_SKIP } state;
	int parameter[GRID_PARAMETERS], parameters;
};

void grid_clear(struct grid *grid);
void grid_write(struct grid *grid, const char *bytes, size_t count);
/* The rest of the row from where `text` stands first, or NULL. */
const char *grid_find(const struct grid *grid, const char *text);

#endif
