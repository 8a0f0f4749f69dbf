#include "tui/panel.h"

const struct panel *panel_of(enum panel_name name)
{
	static const struct panel *const panels[PANELS] = {
		[PANEL_NETWORK] = &panel_network,
		[PANEL_LOSS] = &panel_loss,
		[PANEL_RUNS] = &panel_runs,
		[PANEL_SHARPNESS] = &panel_sharpness,
		[PANEL_COMPRESSION] = &panel_compression,
		[PANEL_LAYERS] = &panel_layers,
		[PANEL_WEIGHTS] = &panel_weights,
		[PANEL_LANDSCAPE] = &panel_landscape,
		[PANEL_LOG] = &panel_log,
	};

	return panels[name];
}
