/*
 * What a measure saw that is no curve over the steps: the density of the
 * Hessian's eigenvalues, and losses around the weights. The newest of every
 * run; one that looked at the same layer as the current run's is laid over
 * it.
 */
#ifndef SNT_TUI_PICTURES_H
#define SNT_TUI_PICTURES_H

#include "tui/ui.h"

/* Pages of a panel of curves: struct curve_page. */
void spectrum_draw(const struct ui *ui, const struct area *area, bool log_y);
void line_draw(const struct ui *ui, const struct area *area, bool log_y);
void plane_draw(const struct ui *ui, const struct area *area, bool log_y);

/* "main, layer 3, step 938: largest 21.3 ±0.02 in 120 products, 2 s", styled
 * text that says whether it is stale. */
void spectrum_describe(const struct ui *ui, const struct curve_page *page,
    char *out, size_t size);
void line_describe(const struct ui *ui, const struct curve_page *page,
    char *out, size_t size);
void plane_describe(const struct ui *ui, const struct curve_page *page,
    char *out, size_t size);

#endif
