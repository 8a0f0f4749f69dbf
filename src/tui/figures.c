#include "tui/figures.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "tui/canvas.h"

void figure_number(double value, int digits, char *out, size_t size)
{
	double magnitude = fabs(value);

	if (isnan(value))
		text_copy(out, size, "-");
	else if (isinf(value))
		text_copy(out, size, value > 0 ? "inf" : "-inf");
	else if (magnitude >= 1e5)
		text_short_count(out, size, value);
	else if (magnitude > 0 && magnitude < 1e-4)
		text_format(out, size, "%.0e", value);
	else if (magnitude >= 100 || magnitude == 0)
		text_format(out, size, "%.0f", value);
	else
		text_format(out, size, "%#.*g", digits, value);
}

void figure_short(const struct reading *reading, long step, double unit,
    int digits, char *out, size_t size)
{
	char value[24];

	if (reading->failed) {
		text_copy(out, size, "failed");
	} else if (!reading->known) {
		text_copy(out, size, "-");
	} else {
		figure_number(unit * reading->value, digits, value,
		    sizeof(value));
		text_format(out, size, "%s%s", value,
		    reading->step == step ? "" : "'");
	}
}

void figure_reading(const struct reading *reading, long step, double unit,
    char *out, size_t size)
{
	char value[24], error[32] = "", stale[48] = "";

	out[0] = '\0';
	if (reading->failed) {
		text_format(out, size, STYLE_SET "failed: %s" STYLE_BACK,
		    STYLE_TEXT(STYLE_BAD), reading->text);
		return;
	}
	if (!reading->known)
		return;
	figure_number(unit * reading->value, 3, value, sizeof(value));
	if (!isnan(reading->error) && reading->error > 0)
		text_format(error, sizeof(error), " ±%.1g",
		    unit * reading->error);
	if (reading->step != step)
		text_format(stale, sizeof(stale), STYLE_SET "stale @%ld "
		    STYLE_BACK, STYLE_TEXT(STYLE_WARN), reading->step);
	text_format(out, size, "%s%s %s" STYLE_SET "%s" STYLE_BACK, value,
	    error, stale, STYLE_TEXT(STYLE_DIM), reading->text);
}

static void growing(const struct compress_view *view, char *out, size_t size)
{
	char n[16];

	text_short_count(n, sizeof(n), view->n);
	text_format(out, size, STYLE_SET "%.1f" STYLE_BACK " ±%.1f n %s%s",
	    STYLE_TEXT(STYLE_WARN), 100 * view->accuracy,
	    50 * (view->high - view->low), n, "…");
}

void figure_accuracy(const struct compress_view *view, char *out,
    size_t size)
{
	size_t used;

	switch (view->state) {
	case COMPRESS_OFF:
		text_copy(out, size, "-");
		return;
	case COMPRESS_WORKING:
		text_copy(out, size, "…");
		return;
	case COMPRESS_ESTIMATE:
		growing(view, out, size);
		break;
	case COMPRESS_EXACT:
		text_format(out, size, STYLE_SET "%.2f exact" STYLE_BACK,
		    STYLE_TEXT(STYLE_GOOD), 100 * view->accuracy);
		break;
	}
	used = strlen(out);
	if (view->stale)
		text_format(out + used, size - used, " " STYLE_SET
		    "stale @%ld" STYLE_BACK, STYLE_TEXT(STYLE_WARN),
		    view->step);
}

void figure_compression(const struct compress_view *view, char *out,
    size_t size)
{
	char ratio[16] = "", bits[16] = "";

	if (view->pruned)
		text_format(ratio, sizeof(ratio), "%.4g%%", 100 * view->ratio);
	if (view->quantised && view->bits)
		text_format(bits, sizeof(bits), "%d bits", view->bits);
	text_format(out, size, "%s%s%s", ratio, ratio[0] && bits[0] ? " " :
	    "", bits);
	if (!out[0])
		text_copy(out, size, "off");
}
