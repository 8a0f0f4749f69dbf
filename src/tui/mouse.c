#include "tui/mouse.h"

#include <math.h>

#include "tui/keys.h"
#include "tui/prompt.h"
#include "tui/slider_bar.h"

static bool inside(const struct rectangle *at, int row, int column)
{
	return row >= at->row && row < at->row + at->rows &&
	    column >= at->column && column < at->column + at->columns;
}

/* The panel under the mouse; false: none. */
static bool panel_at(const struct ui *ui, int row, int column,
    enum panel_name *found)
{
	for (int i = 0; i < PANELS; i++) {
		if (inside(&ui->layout.panel[i], row, column)) {
			*found = (enum panel_name)i;
			return true;
		}
	}
	return false;
}

/* A click on the bar of a slider puts it there. */
static void click_slider(struct ui *ui, int row, int column)
{
	double share = slider_share(&ui->sliders,
	    column - ui->sliders.column);
	int name = row - ui->sliders.row;

	if (ui->sliders.rows == 0 || name < 0 || name > SLIDER_BITS ||
	    isnan(share) || !ui_run(ui))
		return;
	slider_point(&ui->slider, (enum slider_name)name, share);
	ui->drags = true;
}

/* Beyond its ends the slider stays at the end. */
void mouse_drag(struct ui *ui, int column)
{
	double share = NAN;

	if (!ui->drags || ui->sliders.rows == 0 || !ui_run(ui))
		return;
	column -= ui->sliders.column;
	share = slider_share(&ui->sliders, column);
	if (isnan(share))
		share = column < ui->sliders.columns / 2 ? 0 : 1;
	slider_drag(&ui->slider, share);
}

void mouse_release(struct ui *ui)
{
	ui->drags = false;
}

/* The keys are for what was clicked at, from now on. */
static void leave_prompt(struct ui *ui)
{
	while (prompt_is_open(ui->prompt))
		prompt_key(ui->prompt, KEY_CODE_ESCAPE);
}

void mouse_click(struct ui *ui, int row, int column)
{
	enum panel_name panel;

	if (!ui->layout.fits || ui->help.open || ui->asked)
		return;
	if (inside(&ui->layout.prompt, row, column)) {
		if (!prompt_is_open(ui->prompt))
			prompt_open(ui->prompt, "", -1);
	} else if (inside(&ui->layout.timeline, row, column)) {
		leave_prompt(ui);
		scrub_point(ui, column);
	} else if (panel_at(ui, row, column, &panel)) {
		leave_prompt(ui);
		ui->wish.focus = panel;
		if (panel == PANEL_COMPRESSION)
			click_slider(ui, row, column);
	}
}

void mouse_wheel(struct ui *ui, int row, int column, int lines)
{
	enum panel_name panel, before = ui->wish.focus;
	int32_t key = lines < 0 ? KEY_CODE_UP : KEY_CODE_DOWN;

	if (!ui->layout.fits || ui->asked || prompt_is_open(ui->prompt))
		return;
	if (ui->help.open) {
		ui->help.first += lines;
		return;
	}
	if (!panel_at(ui, row, column, &panel))
		return;
	ui->wish.focus = panel;
	for (int i = lines < 0 ? -lines : panel == PANEL_LOG ? lines : 1;
	    i > 0; i--) {
		keys_press(ui, key);
		if (panel != PANEL_LOG)
			break;
	}
	ui->wish.focus = before;
}
