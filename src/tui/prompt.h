/*
 * The prompt line: readline in callback mode, fed by the key router and drawn
 * by ourselves. readline keeps its state in globals, so there is one prompt.
 */
#ifndef SNT_TUI_PROMPT_H
#define SNT_TUI_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/canvas.h"

struct ui;
struct prompt;

/* Reads the history; prompt_free() writes it. */
struct prompt *prompt_new(struct ui *ui);
void prompt_free(struct prompt *prompt);

/* With this text, the cursor `point` bytes into it (-1: at its end). Opened
 * empty it stays for more lines; one that a key has begun is the only one. */
void prompt_open(struct prompt *prompt, const char *text, int point);
bool prompt_is_open(const struct prompt *prompt);
/* The line as far as it is typed. */
const char *prompt_text(const struct prompt *prompt);
/* Completions are shown. */
bool prompt_lists(const struct prompt *prompt);
void prompt_key(struct prompt *prompt, int32_t code);
/* Pasted text; a newline in it never runs a line: lines come as statements of
 * this one, without their comments. */
void prompt_paste(struct prompt *prompt, const char *text);

/* Draw the line and return the column of the cursor. The completions stand
 * above it, at the bottom of `above`. */
int prompt_draw(struct prompt *prompt, const struct area *line,
    const struct area *above);

#endif
