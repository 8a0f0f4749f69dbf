/* The panels of the screen; one file each. */
#ifndef SNT_TUI_PANEL_H
#define SNT_TUI_PANEL_H

#include "tui/keys.h"
#include "tui/ui.h"

struct panel {
	const char *title;
	/* For the right end of the frame; styled text. */
	void (*note)(const struct ui *ui, char *out, size_t size);
	/* Folded: what matters most, as styled text. */
	void (*line)(const struct ui *ui, char *out, size_t size);
	void (*draw)(struct ui *ui, const struct area *area);
	const struct key_row *keys;
	void (*init)(struct ui *ui);	/* the state of the panel; NULL */
};

extern const struct panel panel_network, panel_loss, panel_runs,
    panel_sharpness, panel_compression, panel_layers, panel_weights,
    panel_landscape, panel_log;

const struct panel *panel_of(enum panel_name name);

#endif
