/* What the two panels of curves share: pages of curves of all runs over the
 * same x axis, a cursor that reads values, a legend. */
#ifndef SNT_TUI_CURVES_H
#define SNT_TUI_CURVES_H

#include "tui/ui.h"

struct curve_page {
	const char *title;
	enum curve_name line;
	int marks;		/* enum curve_name drawn as marks; -1: none */
	double unit;		/* 100 for percent */
	bool stability;		/* the 2/lr line belongs here */
	const char *empty;
};

/* "loss · log y · 1 plain 2 snt", the names in their styles. */
void curves_note(const struct ui *ui, const struct curve_panel *panel,
    const struct curve_page *page, char *out, size_t size);
void curves_draw(const struct ui *ui, const struct curve_panel *panel,
    const struct curve_page *page, const struct area *area);
/* "1 plain 2 snt" as styled text. */
void curves_legend(const struct ui *ui, char *out, size_t size);

/* Keys: the cursor by hundredths of the axis. */
void curves_move(struct curve_panel *panel, int step);

#endif
