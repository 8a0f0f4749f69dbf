/* The table of a study, in the place of the runs, as it fills. */
#ifndef SNT_TUI_STUDY_PAGE_H
#define SNT_TUI_STUDY_PAGE_H

#include "tui/ui.h"

/* Show it as large as it gets: a study has begun. */
void study_page_open(struct ui *ui);
/* Show it, or the runs again. */
void study_page_toggle(struct ui *ui);
bool study_page_shown(const struct ui *ui);
void study_page_draw(struct ui *ui, const struct area *area);
void study_page_move(struct ui *ui, int rows, int columns);
/* How far it is, for the frame. */
void study_page_note(const struct ui *ui, char *out, size_t size);

#endif
