/* The settings of the screen (theme, plot, mouse) as the snapshot has them. */
#ifndef SNT_TUI_SCREEN_SETTINGS_H
#define SNT_TUI_SCREEN_SETTINGS_H

#include "tui/ui.h"

/* Follow them where they changed. Whatever only the terminal can do is asked
 * for in ui->wants_restyle and ui->wants_mouse. */
void screen_settings_take(struct ui *ui);

#endif
