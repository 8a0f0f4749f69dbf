/* The lesson that is being given: above the panels, while there is one. */
#ifndef SNT_TUI_LESSON_H
#define SNT_TUI_LESSON_H

#include <stdbool.h>
#include <stdint.h>

struct area;
struct ui;

/* Where one reads in a page that is longer than its frame. */
struct lesson_place {
	char page[64];		/* and its stage */
	int lines, rows;	/* of the page, of the frame */
	int first;		/* line in the frame's first row */
};

/* N and B, first of all within the page; false: that is at its end. */
bool lesson_turn(struct ui *ui, bool back);
void lesson_draw(struct ui *ui, const struct area *area);
/* A digit that answers a question with choices; false: not one. */
bool lesson_key(struct ui *ui, int32_t code);

#endif
