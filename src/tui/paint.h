/* The screen without a terminal: a snapshot drawn by the real panels. */
#ifndef SNT_TUI_PAINT_H
#define SNT_TUI_PAINT_H

#include <stdbool.h>

#include "workbench/snapshot.h"

/* A workbench_painter: the usual layout as lines of UTF-8, `rows` of them;
 * styled: with the escape sequences of colours, each line by itself. free()
 * it. In any thread. */
char *tui_paint(const struct snapshot *snapshot, int columns, int rows,
    bool styled);

#endif
