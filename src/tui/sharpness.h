/* The pages of curves and pictures that tell how sharp the minimum is. */
#ifndef SNT_TUI_SHARPNESS_H
#define SNT_TUI_SHARPNESS_H

#include "tui/ui.h"

/* Of ui->sharpness; those from PAGE_SPECTRUM on are pictures, in the order of
 * enum picture_name. */
enum sharpness_page { PAGE_LAMBDA, PAGE_SAM, PAGE_ADAPTIVE, PAGE_AVERAGE,
	PAGE_WORST, PAGE_TRACE, PAGE_SPECTRUM, PAGE_LINE, PAGE_PLANE, PAGES };

/* What is shown as a line has it: "adaptive", "lambda layer=3". */
void sharpness_in_sight(const struct ui *ui, char *out, size_t size);
/* Measure the picture of a page anew. */
void sharpness_look(struct ui *ui, int page);

#endif
