/* The prompt without a screen: editing, history and completion by readline,
 * which keeps its state in globals, so there is one prompt. */
#ifndef SNT_SHELL_PROMPT_H
#define SNT_SHELL_PROMPT_H

void prompt_begin(void);
/* A line (free() it), or NULL: at the end of input *signal is 0, else TERM or
 * HUP arrived. An INT clears the line. */
char *prompt_read(int *signal);
void prompt_end(void);

#endif
