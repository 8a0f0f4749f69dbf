#include "tui/keys.h"

#include <string.h>
#include <strings.h>

#include "tui/panel.h"

const struct key_row *keys_panel(enum panel_name panel)
{
	return panel_of(panel)->keys;
}

static const struct key_row *find(const struct key_row *row, int32_t code)
{
	for (; row->name; row++) {
		for (int i = 0; i < 3 && row->code[i]; i++) {
			if (row->code[i] == code)
				return row;
		}
	}
	return NULL;
}

/* A key that means nothing here may do so elsewhere: say where. Esc is for
 * leaving, and whoever has left already needs no word about it. */
static bool say_where(struct ui *ui, int32_t code)
{
	if (code == KEY_CODE_ESCAPE)
		return false;
	if (code >= '0' && code <= '9') {
		ui_message(ui, "values are typed on the sliders (Tab to "
		    "Compression); 1-%d are layouts", PRESETS);
		return false;
	}
	for (int i = 0; i < PANELS; i++) {
		const struct panel *panel = panel_of((enum panel_name)i);
		const struct key_row *row = find(panel->keys, code);

		while (row && !row->help)
			row--;
		if (!row)
			continue;
		ui_message(ui, "%s is a key of the panel %s (Tab): %s",
		    row->name, panel->title, row->help);
		return true;
	}
	if (code > ' ' && code <= '~')
		ui_message(ui, "%c means nothing here; ? shows the keys",
		    (char)code);
	return false;
}

bool keys_press(struct ui *ui, int32_t code)
{
	const struct key_row *row = find(keys_panel(ui->wish.focus), code);

	if (!row)
		row = find(keys_global(), code);
	/* Digits are for the values of sliders, and for layouts elsewhere. */
	if (!row && code >= '1' && code < '1' + PRESETS) {
		keys_preset(ui, code - '1');
		return true;
	}
	if (!row)
		return say_where(ui, code);
	row->act(ui, row->argument);
	return true;
}

int32_t keys_code(const char *name)
{
	static const struct { const char *name; int32_t code; } map[] = {
		{"Space", ' '}, {"Tab", '\t'}, {"Enter", KEY_CODE_ENTER},
		{"Esc", KEY_CODE_ESCAPE}, {"Escape", KEY_CODE_ESCAPE},
		{"Shift-Tab", KEY_CODE_BACK_TAB}, {"Up", KEY_CODE_UP},
		{"Down", KEY_CODE_DOWN}, {"Left", KEY_CODE_LEFT},
		{"Right", KEY_CODE_RIGHT}, {"Home", KEY_CODE_HOME},
		{"End", KEY_CODE_END}, {"PgUp", KEY_CODE_PAGE_UP},
		{"PgDn", KEY_CODE_PAGE_DOWN}, {"Insert", KEY_CODE_INSERT},
		{"Delete", KEY_CODE_DELETE},
		{"Backspace", KEY_CODE_BACKSPACE}, {"F1", KEY_CODE_F1},
		{"F3", KEY_CODE_F3}, {"F10", KEY_CODE_F10}};

	if (name[0] && !name[1])
		return name[0];
	if (strncasecmp(name, "Ctrl-", 5) == 0 && name[5] && !name[6])
		return KEY_CTRL(name[5]);
	if (strncasecmp(name, "Alt-", 4) == 0 && name[4] && !name[5])
		return KEY_CODE_ALT | name[4];
	for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++) {
		if (strcasecmp(map[i].name, name) == 0)
			return map[i].code;
	}
	return KEY_CODE_NONE;
}
