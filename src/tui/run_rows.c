#include "tui/run_rows.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/canvas.h"

/* Deeper branches stand below each other. */
enum { DEEPEST = 5 };

struct walk {
	const struct snapshot *snapshot;
	struct run_row *row;
	int count;
	bool seen[SNAPSHOT_RUNS];
};

static bool is_fork_of(const struct walk *walk, int run, int parent)
{
	return run < walk->snapshot->runs && !walk->seen[run] &&
	    strcmp(walk->snapshot->run[run].parent,
		walk->snapshot->run[parent].name) == 0;
}

static int next_fork(const struct walk *walk, int from, int parent)
{
	while (from < walk->snapshot->runs && !is_fork_of(walk, from, parent))
		from++;
	return from;
}

/* `before`: what the rows below this run begin with. */
static void visit(struct walk *walk, int run, int depth, const char *before,
    const char *branch)
{
	struct run_row *row = &walk->row[walk->count++];
	int runs = walk->snapshot->runs;
	char below[sizeof(row->branch)];

	walk->seen[run] = true;
	row->run = run;
	text_format(row->branch, sizeof(row->branch), "%s%s", before, branch);
	text_format(below, sizeof(below), "%s%s", before, depth == 0 ||
	    depth > DEEPEST ? "" : strncmp(branch, "└", 3) == 0 ? "  " :
	    "│ ");
	for (int i = next_fork(walk, 0, run); i < runs;
	    i = next_fork(walk, i + 1, run))
		visit(walk, i, depth + 1, below,
		    next_fork(walk, i + 1, run) < runs ? "├ " : "└ ");
}

static bool has_parent(const struct snapshot *snapshot, int run)
{
	for (int i = 0; i < snapshot->runs; i++) {
		if (i != run && strcmp(snapshot->run[i].name,
			snapshot->run[run].parent) == 0)
			return true;
	}
	return false;
}

void run_rows(const struct snapshot *snapshot,
    struct run_row row[SNAPSHOT_RUNS])
{
	struct walk walk = {.snapshot = snapshot, .row = row};

	for (int i = 0; i < snapshot->runs; i++) {
		if (!has_parent(snapshot, i))
			visit(&walk, i, 0, "", "");
	}
	/* A name may have been given again, so that nobody is at the root. */
	for (int i = 0; i < snapshot->runs; i++) {
		if (!walk.seen[i])
			visit(&walk, i, 0, "", "");
	}
}

void run_row_name(const struct snapshot *snapshot, const struct run_row *row,
    char *out, size_t size)
{
	const struct run_view *run = &snapshot->run[row->run];
	char step[24] = "";

	if (run->parent[0] && row->branch[0])
		text_format(step, sizeof(step), " @%ld", run->parent_step);
	text_format(out, size, "%s%s%s%s", row->branch, run->name,
	    run->transformed ? " ∘" : "", step);
}

int run_rows_width(const struct snapshot *snapshot, const struct run_row *row)
{
	int widest = 0;
	char text[96];

	for (int i = 0; i < snapshot->runs; i++) {
		run_row_name(snapshot, &row[i], text, sizeof(text));
		if (row[i].branch[0] && styled_width(text) > widest)
			widest = styled_width(text);
	}
	return widest;
}

int run_row_of(const struct snapshot *snapshot, const struct run_row *row,
    int run)
{
	int at = 0;

	while (at + 1 < snapshot->runs && row[at].run != run)
		at++;
	return at;
}
