/* What the panels of curves share: pages of curves of all runs, all plots of
 * the screen over the same part of the same x axis, a cursor that reads
 * values, and the keys for all that. */
#ifndef SNT_TUI_CURVES_H
#define SNT_TUI_CURVES_H

#include "tui/keys.h"
#include "tui/ui.h"

struct curve_page {
	const char *title;
	enum curve_name line;
	int marks;		/* enum curve_name drawn as marks; -1: none */
	const char *marks_name;
	double unit;		/* 100 for percent */
	bool stability;		/* the 2/lr line belongs here */
	const char *empty;
	const char *empty_but_layers;	/* some were measured alone; or NULL */
	/* A line below the curves as styled text, or NULL. */
	void (*describe)(const struct ui *ui, const struct curve_page *page,
	    char *out, size_t size);
	/* Another drawing than curves over the steps, or NULL. */
	void (*draw)(const struct ui *ui, const struct area *area,
	    bool log_y);
	enum picture_name picture;	/* that it draws */
	int layer;		/* whose alone; 0: of all */
	double y_from, y_to;	/* equal: as the values are */
	const char *probe;	/* that measures it, or NULL */
};

/* A page, of the layer in sight. */
struct curve_page curves_page(const struct curve_panel *panel, int index);
/* A run's curve and its last reading; an empty one if there is none. */
const struct curve *curves_find(const struct run_view *run, int name,
    int layer);
const struct reading *curves_reading(const struct run_view *run, int name,
    int layer);

void curves_init(struct curve_panel *panel, const struct curve_page *pages,
    int count, bool log_y);
void curve_view_init(struct curve_view *view);

/* "loss · log y · 1 plain 2 snt", the names in their styles. */
void curves_note(const struct ui *ui, const struct curve_panel *panel,
    char *out, size_t size);
/* The page, and the next ones with anything to show where there is room. */
void curves_draw(const struct ui *ui, const struct curve_panel *panel,
    const struct area *area);
/* Its plot alone. */
void curves_draw_cell(const struct ui *ui, const struct curve_page *page,
    const struct area *area, bool log_y);
/* One page with its title above and what describes it below. */
void curves_draw_small(const struct ui *ui, const struct curve_panel *panel,
    int page, const struct area *area);
/* "1 plain 2 snt" as styled text. */
void curves_legend(const struct ui *ui, char *out, size_t size);

/* The line of `set target_accuracy`, if there is one: for plots in percent. */
void curves_add_target(const struct ui *ui, struct plot *plot);

/* Where the data of all runs end on the x axis; 0: there are none. */
double curves_extent(const struct ui *ui);
/* The part of the axis in sight, also when there are no data (0 to 0). */
void curves_window(const struct ui *ui, double *from, double *to);
/* Where the cursor stands: the end of the data if it follows them. */
double curves_cursor(const struct ui *ui);
/* The y of a run on a page at that x, NAN: not known there. */
double curves_value(const struct ui *ui, const struct curve_page *page,
    int run, double x);

/* Keys of the panel in focus; see CURVE_KEYS. */
void curves_turn(struct ui *ui, int step);
void curves_read(struct ui *ui, int hundredths);
void curves_hide(struct ui *ui, int argument);
void curves_zoom(struct ui *ui, int direction);
void curves_show_all(struct ui *ui, int argument);
void curves_pan(struct ui *ui, int direction);
void curves_toggle_log(struct ui *ui, int argument);
void curves_refer(struct ui *ui, int argument);
void curves_smooth(struct ui *ui, int argument);
void curves_next_axis(struct ui *ui, int argument);

/* The rows that every panel of curves has in its table of keys. */
#define CURVE_KEYS \
	{"← →", {KEY_CODE_LEFT, 'h'}, NULL, "read the values at a cursor", \
		NULL, curves_read, -1}, \
	{"→", {KEY_CODE_RIGHT, 'l'}, "←→ read", NULL, NULL, curves_read, 1}, \
	{"PgUp PgDn", {KEY_CODE_PAGE_UP}, NULL, "the cursor far to the side", \
		NULL, curves_read, -10}, \
	{"PgDn", {KEY_CODE_PAGE_DOWN}, NULL, NULL, NULL, curves_read, 10}, \
	{"Home End", {KEY_CODE_HOME}, NULL, "to the beginning, to the newest", \
		NULL, curves_read, -100000}, \
	{"End", {KEY_CODE_END, 'G'}, NULL, NULL, NULL, curves_read, 100000}, \
	{"Esc", {KEY_CODE_ESCAPE}, NULL, "hide the cursor", NULL, \
		curves_hide, 0}, \
	{"↑ ↓", {KEY_CODE_UP, 'k'}, NULL, "other curves", NULL, \
		curves_turn, -1}, \
	{"↓", {KEY_CODE_DOWN, 'j'}, "↑↓ curves", NULL, NULL, curves_turn, 1}, \
	{"+ -", {'+', '='}, "+- zoom", "zoom in x, about the cursor", NULL, \
		curves_zoom, 1}, \
	{"-", {'-', '_'}, NULL, NULL, NULL, curves_zoom, -1}, \
	{"0", {'0'}, NULL, "all of the x axis again", NULL, curves_show_all, \
		0}, \
	{"< >", {'<', ','}, NULL, "another part of the x axis", NULL, \
		curves_pan, -1}, \
	{">", {'>', '.'}, NULL, NULL, NULL, curves_pan, 1}, \
	{"L", {'L'}, "L log y", "logarithmic or linear y", NULL, \
		curves_toggle_log, 0}, \
	{"S", {'S'}, NULL, "smooth the lines: little, much, not", NULL, \
		curves_smooth, 0}, \
	{"r", {'r'}, NULL, "a line at the value read; again: none", NULL, \
		curves_refer, 0}

#endif
