#include "tui/screen_settings.h"

#include <string.h>

#include "base/text.h"
#include "tui/theme.h"

static bool changed(char *mine, size_t size, const char *now)
{
	if (strcmp(mine, now) == 0)
		return false;
	text_copy(mine, size, now);
	return true;
}

void screen_settings_take(struct ui *ui)
{
	const struct screen_settings *now = &ui->snapshot->screen;
	struct screen_settings *mine = &ui->screen;
	struct error error;

	if (changed(mine->plot, sizeof(mine->plot), now->plot))
		ui->glyphs = strcmp(now->plot, "ascii") == 0 ? PLOT_ASCII :
		    strcmp(now->plot, "block") == 0 ? PLOT_BLOCK :
		    PLOT_BRAILLE;
	if (changed(mine->mouse, sizeof(mine->mouse), now->mouse))
		ui->wants_mouse = strcmp(now->mouse, "on") == 0 ? 1 : -1;
	if (changed(mine->presentation, sizeof(mine->presentation),
		now->presentation))
		present_switch(ui, strcmp(now->presentation, "on") == 0);
	if (!changed(mine->theme, sizeof(mine->theme), now->theme))
		return;
	if (theme_choose(now->theme, &error))
		ui_message(ui, "%s", error.text);
	ui->wants_restyle = true;
}
