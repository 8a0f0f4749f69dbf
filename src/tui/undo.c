#include "tui/undo.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "tui/prompt.h"
#include "tui/ui.h"

static const struct layer_view *layer_of(const struct ui *ui, int id)
{
	return id >= 1 && id <= ui->snapshot->layers ?
	    &ui->snapshot->layer[id - 1] : NULL;
}

static void of_add(const struct ui *ui, const char *line, char *out,
    size_t size)
{
	const char *at = strstr(line, " at=");
	int id = ui->snapshot->layers + 1;

	if (!at || sscanf(at, " at=%d", &id) == 1)
		text_format(out, size, "net rm %d", id);
}

static void of_remove(const struct ui *ui, const char *line, char *out,
    size_t size)
{
	const struct layer_view *layer;
	int id = 0;

	if (sscanf(line, "net rm %d", &id) != 1)
		return;
	layer = layer_of(ui, id);
	if (layer)
		text_format(out, size, "net add %s at=%d%s%s", layer->spec,
		    id, layer->from[0] ? " from=" : "", layer->from);
}

static void of_move(const struct ui *ui, const char *line, char *out,
    size_t size)
{
	int id, place;

	(void)ui;
	if (sscanf(line, "net move %d %d", &id, &place) == 2)
		text_format(out, size, "net move %d %d", place, id);
}

static void of_set(const struct ui *ui, const char *line, char *out,
    size_t size)
{
	const struct layer_view *layer;
	const char *options;
	int id = 0;

	if (sscanf(line, "net set %d", &id) != 1)
		return;
	layer = layer_of(ui, id);
	options = layer ? strchr(layer->spec, ' ') : NULL;
	if (options)
		text_format(out, size, "net set %d%s", id, options);
}

static void of_snt(const struct ui *ui, const char *line, char *out,
    size_t size)
{
	const struct run_view *run = ui_run(ui);
	/* "adam lr=0.001, expand depth=3" */
	const char *transform = run ? strstr(run->arm, ", ") : NULL;

	(void)line;
	if (run && run->transformed && transform)
		text_format(out, size, "snt on %s", transform + 2);
	else if (run)
		text_copy(out, size, "snt off");
}

static const struct {
	const char *begin;
	void (*inverse)(const struct ui *ui, const char *line, char *out,
	    size_t size);
	bool restarts;		/* the run begins anew */
} inverses[] = {
	{"net add ", of_add, true}, {"net rm ", of_remove, true},
	{"net move ", of_move, true}, {"net set ", of_set, true},
	{"snt on", of_snt, false}, {"snt off", of_snt, false},
};

enum { INVERSES = sizeof(inverses) / sizeof(*inverses) };

static int kind_of(const char *line)
{
	for (int i = 0; i < INVERSES; i++) {
		if (strncmp(line, inverses[i].begin,
			strlen(inverses[i].begin)) == 0 && !strchr(line, ';'))
			return i;
	}
	return -1;
}

void undo_watch(struct ui *ui, const char *line)
{
	struct undo *undo = &ui->undo;
	struct undo_entry entry = {.at = clock_now()};
	int kind = kind_of(line);

	if (kind < 0 || strlen(line) >= sizeof(entry.line))
		return;
	text_copy(entry.line, sizeof(entry.line), line);
	inverses[kind].inverse(ui, line, entry.inverse,
	    sizeof(entry.inverse));
	if (!entry.inverse[0])
		return;
	entry.seen = ui_newest_line(ui->snapshot);
	if (undo->count == UNDO_MOST) {
		memmove(undo->entry, undo->entry + 1,
		    (UNDO_MOST - 1) * sizeof(*undo->entry));
		undo->count--;
	}
	undo->entry[undo->count++] = entry;
	undo->redos = 0;
}

/* What was refused need not be taken back. */
static bool was_refused(const struct ui *ui, const struct undo_entry *entry)
{
	const struct snapshot *snapshot = ui->snapshot;

	for (int i = 0; i + 1 < snapshot->log_lines; i++) {
		const struct log_line *line = &snapshot->log[i];

		if (line->number > entry->seen && line->level == LOG_COMMAND &&
		    strcmp(line->text, entry->line) == 0)
			return line[1].level == LOG_ERROR;
	}
	return false;
}

/* What was trained since is not lost by one key. */
static bool asks_first(struct ui *ui, const struct undo_entry *entry,
    const char *line)
{
	const struct run_view *run = ui_run(ui);

	if (!run || run->step == 0 ||
	    !inverses[kind_of(entry->line)].restarts)
		return false;
	prompt_open(ui->prompt, line, -1);
	ui_message(ui, "Enter does `%s`; training begins anew", line);
	return true;
}

static void give_back(struct ui *ui)
{
	struct undo *undo = &ui->undo;
	const struct undo_entry *entry = &undo->entry[--undo->count];

	if (asks_first(ui, entry, entry->inverse)) {
		undo->redos = 0;
		return;
	}
	undo->redos++;
	workbench_submit(ui->workbench, entry->inverse, 0);
	ui_message(ui, "taken back: %s", entry->line);
}

void undo_last(struct ui *ui)
{
	struct undo *undo = &ui->undo;
	double slid = slider_moved_at(&ui->slider);

	while (undo->count &&
	    was_refused(ui, &undo->entry[undo->count - 1]))
		undo->count--;
	if (undo->count && undo->entry[undo->count - 1].at > slid)
		give_back(ui);
	else if (!slider_undo(&ui->slider))
		ui_message(ui, "nothing to take back");
}

static void do_again(struct ui *ui)
{
	struct undo *undo = &ui->undo;
	struct undo_entry *entry = &undo->entry[undo->count];

	undo->redos--;
	if (asks_first(ui, entry, entry->line))
		return;
	undo->count++;
	entry->seen = ui_newest_line(ui->snapshot);
	workbench_submit(ui->workbench, entry->line, 0);
	ui_message(ui, "done again: %s", entry->line);
}

/* The oldest of what was taken back comes first. */
void undo_redo(struct ui *ui)
{
	const struct undo *undo = &ui->undo;
	double slid = slider_taken_back_at(&ui->slider);

	if (undo->redos && (slid < 0 || undo->entry[undo->count].at < slid))
		do_again(ui);
	else if (!slider_redo(&ui->slider))
		ui_message(ui, "nothing was taken back");
}
