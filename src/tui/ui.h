/* The state of the screen, shared by its parts. */
#ifndef SNT_TUI_UI_H
#define SNT_TUI_UI_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/canvas.h"
#include "tui/layout.h"
#include "tui/plot.h"
#include "workbench/workbench.h"

struct prompt;

enum slider_name { SLIDER_PRUNE, SLIDER_BITS, SLIDERS };

struct slider_state {
	int percent;		/* of the prune slider */
	int bits;		/* 0: off, 2 to 8 */
	enum slider_name chosen;
	char typed[8];		/* digits of a value being typed */
	bool moved[SLIDERS];	/* here, not submitted yet */
	double submitted;	/* time of the last line */
	uint64_t ticket;	/* of the last line; 0: none */
	struct { int percent, bits; } undo[32];
	int undos;
};

struct ui {
	struct workbench *workbench;
	const struct snapshot *snapshot;
	struct canvas canvas;
	struct layout layout;
	enum panel_name focus;
	bool zoomed, unicode;
	enum plot_glyphs glyphs;
	bool log_y[PANELS];
	int curve_page;		/* what the loss panel shows: loss, accuracy */
	int sharpness_page;	/* lambda, sam */
	int layer, run;		/* selected rows */
	int first_layer, first_run;
	int log_back;		/* lines scrolled back */
	bool cursor_on;
	double cursor;		/* 0 .. 1 along the x axis */
	struct slider_state slider;
	struct prompt *prompt;
	bool help_open;
	int help_first;
	bool asked_to_quit;
	char message[160];	/* in the prompt line while it is not in use */
	bool leave;
	int exit_status;
};

/* Give the workbench a line, as if typed. */
uint64_t ui_submit(struct ui *ui, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void ui_message(struct ui *ui, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const struct run_view *ui_run(const struct ui *ui);	/* current or NULL */
/* Whether something is being worked on (paused or not). */
bool ui_busy(const struct ui *ui);

/* Style and mark of a run in every plot and list. */
enum style run_style(int index);
char run_mark(int index);

#endif
