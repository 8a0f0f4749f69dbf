/* session show: what is recorded, and from where the past can be walked. */
#include "workbench/session_show.h"

#include <stdlib.h>

#include "base/memory.h"
#include "workbench/recorder.h"
#include "workbench/run.h"
#include "workbench/timeline.h"

static void show_session(struct bench *bench)
{
	static const char *const names[] = {[JOURNAL_COMMAND] = "commands",
		[JOURNAL_HASH] = "hashes", [JOURNAL_CHECKPOINT] = "checkpoints",
		[JOURNAL_MARK] = NULL};
	const char *folder = recorder_folder(bench->recorder);
	const struct journal_entry *entry;
	int entries = recorder_entries(bench->recorder, &entry);
	int count[JOURNAL_MARK + 1] = {0};
	struct event *event = event_new("session");
	struct buffer text = {0};

	for (int i = 0; i < entries; i++)
		count[entry[i].kind]++;
	buffer_printf(&text, "session  %s: %ld steps", folder ? folder :
	    "not saved", bench->tick);
	if (folder)
		event_text(event, "folder", folder);
	else
		event_null(event, "folder");
	event_number(event, "steps", (double)bench->tick);
	for (int kind = 0; kind < JOURNAL_MARK; kind++) {
		event_number(event, names[kind], count[kind]);
		buffer_printf(&text, ", %d %s", count[kind], names[kind]);
	}
	event_number(event, "recording_seconds",
	    recorder_seconds(bench->recorder));
	buffer_printf(&text, ", recorded in %.2g s",
	    recorder_seconds(bench->recorder));
	event_text(event, "text", text.text);
	bench_emit(bench, event);
	buffer_free(&text);
}

static void show_kept(const struct run *run, struct event *event,
    struct buffer *text)
{
	int count;
	size_t bytes;
	struct kept_state *kept = timeline_kept(run->timeline, &count, &bytes);
	double *step = xcalloc((size_t)count + 1, sizeof(*step));

	for (int i = 0; i < count; i++)
		step[i] = (double)kept[i].step;
	event_numbers(event, "kept", count, step);
	event_number(event, "bytes", (double)bytes);
	buffer_printf(text, ", %d states kept in %.1f MB", count,
	    (double)bytes / 1e6);
	if (count > 0)
		buffer_printf(text, " from step %ld to %ld", kept[0].step,
		    kept[count - 1].step);
	free(step);
	free(kept);
}

static void show_run(struct bench *bench, const struct run *run)
{
	long head = timeline_head(run->timeline, run->learner->step);
	struct event *event = event_new("timeline");
	struct buffer text = {0};

	event_text(event, "run", run->name);
	event_number(event, "step", (double)run->learner->step);
	event_number(event, "head", (double)head);
	buffer_printf(&text, "%-8s step %ld of %ld", run->name,
	    run->learner->step, head);
	show_kept(run, event, &text);
	for (size_t i = 0; i < run->marks.count; i++)
		buffer_printf(&text, "\n  step %-6ld %s",
		    run->marks.mark[i].step, run->marks.mark[i].text);
	event_text(event, "text", text.text);
	bench_emit(bench, event);
	buffer_free(&text);
}

void session_show(struct bench *bench)
{
	show_session(bench);
	for (int i = 0; i < bench->runs; i++)
		show_run(bench, bench->run[i]);
}
