/* The panels: drawing and the keys of each. */
#ifndef SNT_TUI_PANELS_H
#define SNT_TUI_PANELS_H

#include <stddef.h>

#include "tui/ui.h"

struct panel {
	const char *title;
	/* At the right end of the frame; may be left empty. */
	void (*note)(const struct ui *ui, char *out, size_t size);
	void (*draw)(struct ui *ui, const struct area *area);
};

extern const struct panel panels[PANELS];

void network_note(const struct ui *ui, char *out, size_t size);
void network_draw(struct ui *ui, const struct area *area);
void loss_note(const struct ui *ui, char *out, size_t size);
void loss_draw(struct ui *ui, const struct area *area);
void sharpness_note(const struct ui *ui, char *out, size_t size);
void sharpness_draw(struct ui *ui, const struct area *area);
void compression_note(const struct ui *ui, char *out, size_t size);
void compression_draw(struct ui *ui, const struct area *area);
void runs_note(const struct ui *ui, char *out, size_t size);
void runs_draw(struct ui *ui, const struct area *area);
void log_draw(struct ui *ui, const struct area *area);

/* Several runs' curve with the legend of all; shared by two panels. */
void draw_curves(const struct ui *ui, const struct area *area,
    enum curve_name name, bool log_y, const char *empty, bool stability);
/* "1 plain 2 snt": the legend, as far as it fits. */
void legend(const struct ui *ui, char *out, size_t size);
/* Keep the selected row within `rows` lines of a list of `count`. */
void keep_visible(int *first, int *selected, int count, int rows);

#endif
