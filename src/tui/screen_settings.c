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

static enum plot_glyphs glyphs_of(const char *word, enum plot_glyphs usual)
{
	static const char *const words[PLOT_GLYPHS] = {
		[PLOT_BRAILLE] = "braille", [PLOT_BLOCK] = "block",
		[PLOT_ASCII] = "ascii"};

	for (int i = 0; i < PLOT_GLYPHS; i++) {
		if (strcmp(word, words[i]) == 0)
			return (enum plot_glyphs)i;
	}
	return usual;
}

void screen_settings_take(struct ui *ui)
{
	const struct screen_settings *now = &ui->snapshot->screen;
	struct screen_settings *mine = &ui->screen;
	struct error error;

	if (changed(mine->plot, sizeof(mine->plot), now->plot))
		ui->glyphs = glyphs_of(now->plot, ui->usual_glyphs);
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
