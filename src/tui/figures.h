/* Measured figures as styled text that says how sure and how old they are. */
#ifndef SNT_TUI_FIGURES_H
#define SNT_TUI_FIGURES_H

#include <stddef.h>

#include "workbench/snapshot.h"

/* A number in at most `digits` figures: "21.1", "0.532". */
void figure_number(double value, int digits, char *out, size_t size);

/* For a column of a table: "21.1", "21.1'" when stale, "-", "failed". */
void figure_short(const struct reading *reading, long step, double unit,
    int digits, char *out, size_t size);
/* "21.1 ±0.02 in 14 products, 0.3 s", with "stale @1200" or "failed: why". */
void figure_reading(const struct reading *reading, long step, double unit,
    char *out, size_t size);

/* "84.1 ±0.7 n 2560" growing, "84.07 exact"; of a compressed network. */
void figure_accuracy(const struct compress_view *view, char *out,
    size_t size);
/* "80% 4 bits", "off": where the sliders of the workbench are. */
void figure_compression(const struct compress_view *view, char *out,
    size_t size);

#endif
