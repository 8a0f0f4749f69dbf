/* The state of the screen, shared by its parts. */
#ifndef SNT_TUI_UI_H
#define SNT_TUI_UI_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/canvas.h"
#include "tui/layout.h"
#include "tui/lesson.h"
#include "tui/plot.h"
#include "tui/present.h"
#include "tui/scrub.h"
#include "tui/slider.h"
#include "tui/undo.h"
#include "workbench/workbench.h"

struct prompt;

/* Whether curves show the extremes of what shares a place. */
enum extremes { EXTREMES_AUTO, EXTREMES_SHOWN, EXTREMES_HIDDEN,
	EXTREMES_CHOICES };

enum x_axis { X_STEPS, X_EPOCHS, X_GRADIENTS, X_SECONDS, X_AXES };

enum { CURVE_PAGES_MAX = 12, SMOOTHINGS = 3 };
enum { EACH_LAYER = -1 };	/* beside each other */

/* A panel of curves: which of them, and how. */
struct curve_page;
struct curve_panel {
	const struct curve_page *pages;
	int count, page;
	int layer;		/* whose curves; 0: of all as one, or: */
	bool log_y;
	double reference[CURVE_PAGES_MAX];	/* a line drawn there, or NAN */
	char label[CURVE_PAGES_MAX][24];
};

/* The x axis of all of them, in its own units. */
struct curve_view {
	double width;		/* of what is in sight; 0: all */
	double to;		/* its end; INFINITY follows the data */
	bool reading;		/* the cursor is shown */
	double cursor;		/* INFINITY: at the end of the data */
	int smoothing;		/* 0: none */
};

/* A list of rows with one of them selected. */
struct list {
	int selected, first;
};

/* The heat map in the place of the sliders. */
struct heat_state {
	bool shown;
	struct list row;
	int column;
};

/* The table of a study in the place of the runs. */
struct study_page {
	bool shown;
	int row, column;	/* its first line and column in sight */
};

/* What is seen of the help. */
struct help_view {
	bool open;
	char about[64];		/* a word of the language; "": all there is */
	int columns;		/* it was drawn in */
	int first;		/* line at its top */
	bool typing;		/* what is sought */
	char sought[32];
	int found;		/* line that has it; -1: none */
};

struct ui {
	struct workbench *workbench;
	const struct snapshot *snapshot;
	struct canvas canvas;
	struct layout layout;
	struct layout_wish wish;
	bool unicode, color;
	struct screen_settings screen;	/* as they were taken last */
	enum plot_glyphs glyphs, usual_glyphs;	/* usual: of this terminal */
	enum x_axis x_axis;
	enum extremes extremes;
	struct curve_view view;
	struct curve_panel loss, sharpness;
	struct list layers, runs;
	int landscape;		/* the picture that comes first there */
	int log_back;		/* lines scrolled back */
	char search[64];	/* what is searched for in the log */
	uint64_t found;		/* the number of the line found last */
	struct slider_state slider;
	struct scrub scrub;
	struct present present;
	struct lesson_place lesson;
	struct heat_state heat;
	struct study_page study;
	struct undo undo;
	struct area sliders;	/* where they were drawn */
	bool drags;		/* the mouse holds the chosen one */
	struct prompt *prompt;
	bool shows_weights;	/* something drawn needs them */
	struct help_view help;
	bool asked;		/* whether to quit; waits for y */
	char message[160];	/* until the next key */
	char issued[160];	/* the line that the last key stood for */
	uint64_t seen;		/* the newest log line at the last key */
	int dumps;		/* of the screen that were asked for, done */
	/* Requests to the main loop: */
	bool wants_draw, wants_redraw, wants_suspend, leave;
	bool wants_restyle;	/* the theme is another */
	int wants_mouse;	/* 1 on, -1 off, 0 as it is */
	int cursor_row, cursor_column;	/* row -1: hidden */
	int exit_status;
};

void ui_init(struct ui *ui, struct workbench *workbench);
/* Only to draw this snapshot: no workbench, no prompt; free the canvas. */
void ui_init_picture(struct ui *ui, const struct snapshot *snapshot);
void ui_free(struct ui *ui);
void ui_resize(struct ui *ui, int rows, int columns);
/* Fill the canvas. */
void ui_draw(struct ui *ui);
/* A key or a paste, wherever it belongs. */
void ui_key(struct ui *ui, int32_t code);
void ui_paste(struct ui *ui, const char *text);
/* Hold the newest snapshot; false: there is none yet. */
bool ui_take_snapshot(struct ui *ui);
/* Tell what is due: slider positions. True while something waits. */
bool ui_tend(struct ui *ui, double now);

/* Give the workbench a line, as if typed. */
void ui_submit(struct ui *ui, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void ui_message(struct ui *ui, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The current run, or NULL; with a word about it when there is none. */
const struct run_view *ui_run(const struct ui *ui);
const struct run_view *ui_need_run(struct ui *ui);
/* The training job, paused or not, or NULL. */
const struct job_view *ui_training(const struct ui *ui);
/* What space pauses: a replay, or else that. */
const struct job_view *ui_played(const struct ui *ui);
/* Something runs that leaving would end. */
bool ui_busy(const struct ui *ui);

/* The number of the newest line of the log; 0: none. */
uint64_t ui_newest_line(const struct snapshot *snapshot);
/* An error that came after the last key, or NULL. */
const struct log_line *ui_error(const struct ui *ui);

/* Style and mark of a run in every plot and list. */
enum style run_style(int index);
char run_mark(int index);

/* Keep the selected row in the list and on its `rows` lines. */
void list_keep(struct list *list, int count, int rows);

#endif
