/*
 * Runs a key script (tui/key_script.h) on a screen without a terminal.
 *
 *	press SCRIPT
 */
#include <locale.h>
#include <stdio.h>

#include "tui/tui.h"

int main(int words, char **word)
{
	struct workbench_options setup = {.threads = 1, .screen = true};
	struct tui_options options = {.unicode = 1, .color = 1};
	struct workbench *workbench;
	int status = 0;

	if (words != 2)
		return 2;
	setlocale(LC_ALL, "C.UTF-8");
	setlocale(LC_NUMERIC, "C");
	options.keys = word[1];
	workbench = workbench_new(&setup);
	if (tui_run(workbench, &options, &status))
		status = 1;
	workbench_free(workbench);
	return status;
}
