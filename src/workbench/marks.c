#include "workbench/marks.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/run.h"
#include "workbench/timeline.h"

/* A remark may be made in the past, before others. */
void marks_add(struct marks *marks, long step, const char *text)
{
	struct mark *mark;
	size_t at = marks->count;

	array_grow(&marks->mark, marks->count, &marks->capacity,
	    sizeof(*marks->mark));
	for (; at > 0 && marks->mark[at - 1].step > step; at--)
		marks->mark[at] = marks->mark[at - 1];
	marks->count++;
	mark = &marks->mark[at];
	mark->step = step;
	text_safe(mark->text, sizeof(mark->text), text);
}

void marks_clear(struct marks *marks)
{
	free(marks->mark);
	*marks = (struct marks){0};
}

void marks_copy(struct marks *to, const struct marks *from, long last)
{
	marks_clear(to);
	for (size_t i = 0; i < from->count; i++) {
		if (from->mark[i].step <= last)
			marks_add(to, from->mark[i].step, from->mark[i].text);
	}
}

/* Before the first step there is nothing that could change on the way. */
struct mark_watch mark_watch_begin(const struct run *run)
{
	struct mark_watch watch = {.run = run};

	if (!run || run->learner->step == 0)
		return watch;
	watch.step = run->learner->step;
	watch.version = run->version;
	watch.settings = timeline_settings(run->learner);
	return watch;
}

static struct run *still_there(const struct bench *bench,
    const struct run *run)
{
	for (int i = 0; i < bench->runs; i++) {
		if (bench->run[i] == run)
			return bench->run[i];
	}
	return NULL;
}

/* What is changed in the past is not part of the run's way: see timeline.h. */
static bool goes_on(const struct run *run, const struct mark_watch *watch)
{
	return run->learner->step == watch->step &&
	    timeline_head(run->timeline, watch->step) == watch->step;
}

void mark_watch_end(struct mark_watch *watch, struct bench *bench,
    const char *text)
{
	struct run *run = watch->settings ? still_there(bench, watch->run) :
	    NULL;
	char *settings;

	if (run && goes_on(run, watch)) {
		settings = timeline_settings(run->learner);
		if (run->version != watch->version ||
		    strcmp(settings, watch->settings) != 0)
			marks_add(&run->marks, watch->step, text);
		free(settings);
	}
	free(watch->settings);
}
