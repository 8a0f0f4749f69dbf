/* A row of a map as a line of a table. */
#include "workbench/event_map.h"

#include <math.h>
#include <string.h>

enum { LINE = 80, WIDEST = 7, NARROWEST = 4, STEP = 8 };

static void print_head(const struct event *event, int width,
    struct buffer *out)
{
	const char *kind = event_get_text(event, "kind");
	bool bits = kind && strcmp(kind, "quant") == 0;

	buffer_printf(out, "%s: accuracy in %% by step and %s\n%*s",
	    event_get_text(event, "run"), bits ? "bits" : "% pruned", STEP,
	    "step");
	for (int i = 0; i < event_count(event, "at"); i++)
		buffer_printf(out, "%*.*g", width, width - 2, (bits ? 1 : 100) *
		    event_get_at(event, "at", i));
	buffer_puts(out, "\n");
}

void event_describe_map(const struct event *event, struct buffer *out)
{
	int count = event_count(event, "at");
	int width = count ? (LINE - STEP) / count : WIDEST;

	width = width > WIDEST ? WIDEST : width < NARROWEST ? NARROWEST :
	    width;
	if (!(event_get(event, "row") > 0))
		print_head(event, width, out);
	buffer_printf(out, "%*.0f", STEP, event_get(event, "step"));
	for (int i = 0; i < count; i++) {
		double accuracy = event_get_at(event, "accuracy", i);

		if (isnan(accuracy))
			buffer_printf(out, "%*s", width, "-");
		else
			buffer_printf(out, "%*.*f", width, width < 6 ? 0 : 1,
			    100 * accuracy);
	}
}
