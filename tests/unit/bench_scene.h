/* A workbench without a front end, whose events are kept, and folders for its
 * sessions. */
#ifndef SNT_TESTS_BENCH_SCENE_H
#define SNT_TESTS_BENCH_SCENE_H

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "workbench/event.h"
#include "workbench/workbench.h"

/* All events as JSON lines. */
struct ear {
	pthread_mutex_t lock;
	struct buffer heard;
};

static inline void listen(void *context, enum log_level level, const char *json,
    const char *text)
{
	struct ear *ear = context;

	(void)level;
	(void)text;
	pthread_mutex_lock(&ear->lock);
	buffer_puts(&ear->heard, json);
	buffer_puts(&ear->heard, "\n");
	pthread_mutex_unlock(&ear->lock);
}

static inline struct workbench *open_bench(struct ear *ear, int threads, bool screen)
{
	struct workbench_options options = {.threads = threads,
		.screen = screen, .listener = listen, .context = ear};

	*ear = (struct ear){.lock = PTHREAD_MUTEX_INITIALIZER};
	return workbench_new(&options);
}

static inline void close_bench(struct workbench *workbench, struct ear *ear)
{
	workbench_free(workbench);
	buffer_free(&ear->heard);
}

static inline int say(struct workbench *workbench, const char *line)
{
	return workbench_wait(workbench, workbench_submit(workbench, line,
	    1));
}

/* A field of the last event of that kind (NAN: none). */
static inline double last(struct ear *ear, const char *kind, const char *key)
{
	char *copy, *rest = NULL;
	double value = NAN;

	pthread_mutex_lock(&ear->lock);
	copy = xstrdup(ear->heard.text ? ear->heard.text : "");
	pthread_mutex_unlock(&ear->lock);
	for (char *line = strtok_r(copy, "\n", &rest); line;
	    line = strtok_r(NULL, "\n", &rest)) {
		struct event *event = event_parse(line);

		if (strcmp(event_kind(event), kind) == 0)
			value = event_get(event, key);
		event_free(event);
	}
	free(copy);
	return value;
}

static inline char *new_folder(char *name)
{
	strcpy(name, "/tmp/snt-test.XXXXXX");
	assert_non_null(mkdtemp(name));
	return name;
}

static inline void remove_folder(const char *name)
{
	folder_remove(name);
}

/* The next one that is good, workbench_release() it. */
static inline const struct snapshot *wait_for_snapshot(struct workbench *w,
    bool (*good)(const struct snapshot *))
{
	for (int i = 0; i < 20000; i++) {
		const struct snapshot *s = workbench_snapshot(w);

		if (s && good(s))
			return s;
		if (s)
			workbench_release(w, s);
		usleep(1000);
	}
	fail_msg("no such snapshot within 20 s");
	return NULL;
}

#endif
