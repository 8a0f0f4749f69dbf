/* The prompt line: readline in callback mode, drawn by ourselves. */
#ifndef SNT_TUI_PROMPT_H
#define SNT_TUI_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/canvas.h"
#include "tui/ui.h"

struct prompt *prompt_new(struct ui *ui);
/* Writes the history. */
void prompt_free(struct prompt *prompt);
void prompt_open(struct prompt *prompt, const char *text);
bool prompt_is_open(const struct prompt *prompt);
void prompt_key(struct prompt *prompt, int32_t code);
/* Pasted text: a newline never runs a line. */
void prompt_paste(struct prompt *prompt, const char *text);
/* Draws the line; *column: where the cursor is. The list of completions goes
 * into `above`, from its bottom upwards. */
void prompt_draw(struct prompt *prompt, const struct area *line,
    const struct area *above, int *column);

#endif
