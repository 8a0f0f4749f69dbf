#include "workbench/run_tree.h"

#include <string.h>

#include "base/buffer.h"
#include "workbench/timeline.h"

/* What was changed since the fork; before it, that is the parent's. */
static size_t first_own_mark(const struct run *run)
{
	size_t at = 0;

	while (run->parent[0] && at < run->marks.count &&
	    run->marks.mark[at].step < run->parent_step)
		at++;
	return at;
}

static void put_text(const struct bench *bench, const struct run *run,
    int depth, struct buffer *text)
{
	long head = timeline_head(run->timeline, run->learner->step);

	buffer_printf(text, "%*s%c %s: ", 3 * depth, "",
	    run == bench_run(bench) ? '*' : '-', run->name);
	if (run->parent[0])
		buffer_printf(text, "from %s at %ld, ", run->parent,
		    run->parent_step);
	buffer_printf(text, "step %ld", run->learner->step);
	if (head > run->learner->step)
		buffer_printf(text, " of %ld", head);
	for (size_t i = first_own_mark(run); i < run->marks.count; i++)
		buffer_printf(text, "\n%*s%ld %s", 3 * depth + 5, "",
		    run->marks.mark[i].step, run->marks.mark[i].text);
}

static void tell(struct bench *bench, const struct run *run, int depth)
{
	struct event *event = event_new("tree");
	struct buffer text = {0};
	long step = run->learner->step;

	event_text(event, "run", run->name);
	event_number(event, "depth", depth);
	event_bool(event, "current", run == bench_run(bench));
	if (run->parent[0]) {
		event_text(event, "parent", run->parent);
		event_number(event, "parent_step", (double)run->parent_step);
	} else {
		event_null(event, "parent");
		event_null(event, "parent_step");
	}
	event_number(event, "step", (double)step);
	event_number(event, "head", (double)timeline_head(run->timeline,
		step));
	event_number(event, "changes", (double)(run->marks.count -
		first_own_mark(run)));
	put_text(bench, run, depth, &text);
	event_text(event, "text", text.text);
	bench_emit(bench, event);
	buffer_free(&text);
}

/* A name may have been given again, so who was told is kept in mind. */
static void tell_with_forks(struct bench *bench, int at, int depth,
    bool told[RUNS_MAX])
{
	const struct run *run = bench->run[at];

	if (told[at])
		return;
	told[at] = true;
	tell(bench, run, depth);
	for (int i = 0; i < bench->runs; i++) {
		if (strcmp(bench->run[i]->parent, run->name) == 0)
			tell_with_forks(bench, i, depth + 1, told);
	}
}

void run_tree(struct bench *bench)
{
	bool told[RUNS_MAX] = {false};

	for (int i = 0; i < bench->runs; i++) {
		if (!bench_find_run(bench, bench->run[i]->parent))
			tell_with_forks(bench, i, 0, told);
	}
	for (int i = 0; i < bench->runs; i++)
		tell_with_forks(bench, i, 0, told);
}
