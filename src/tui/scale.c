#include "tui/scale.h"

#include <math.h>

#include "base/text.h"

/* The step of 1, 2 or 5 times a power of ten that gives no more ticks. */
static double round_step(double range, int ticks)
{
	static const double mantissa[] = {1, 2, 5, 10};
	double rough = range / (ticks > 1 ? ticks - 1 : 1);
	double power = pow(10, floor(log10(rough)));

	for (int i = 0; i < 4; i++) {
		double step = mantissa[i] * power;
		double from = ceil(range / step - 1e-9);

		if (from + 1 <= ticks)
			return step;
	}
	return 20 * power;
}

static void linear_ticks(struct scale *scale)
{
	double first = ceil(scale->from / scale->step - 1e-6);

	scale->ticks = 0;
	for (int i = 0; i < TICKS_MAX; i++) {
		double value = (first + i) * scale->step;

		if (value > scale->to + 1e-6 * scale->step)
			break;
		scale->tick[scale->ticks++] = fabs(value) < 1e-9 *
		    scale->step ? 0 : value;
	}
}

/* Where there is room for few labels: both ends, and one between. */
static void thin_ticks(struct scale *scale, int most)
{
	int last = scale->ticks - 1;

	if (scale->ticks <= most)
		return;
	scale->tick[1] = scale->tick[last % 2 || most < 3 ? last : last / 2];
	scale->tick[2] = scale->tick[last];
	scale->ticks = last % 2 || most < 3 ? 2 : 3;
}

/* Few labels are no reason for an axis that is far too long. */
static void fit_linear(struct scale *scale, double least, double most,
    int room)
{
	enum { FEWEST = 6 };
	int ticks = room < FEWEST ? FEWEST : room;
	double range = most - least;

	/* Values that differ by less than labels tell are the same. */
	if (range <= 0 || range < 1e-5 * fabs(most)) {
		range = most != 0 ? fabs(most) * 0.2 : 1;
		least -= range / 2;
		most += range / 2;
	}
	/* Rounding outwards may take more ticks than rounding the range. */
	for (;;) {
		scale->step = round_step(range, ticks);
		scale->from = floor(least / scale->step + 1e-9) *
		    scale->step;
		scale->to = ceil(most / scale->step - 1e-9) * scale->step;
		if ((scale->to - scale->from) / scale->step < ticks - 0.5 ||
		    ticks <= 2)
			break;
		range *= 1.3;
	}
	if (scale->to <= scale->from)
		scale->to = scale->from + scale->step;
	linear_ticks(scale);
	thin_ticks(scale, room);
}

/* The nearest of these times a power of ten, below or above. */
static double round_power(double value, bool up)
{
	static const double mantissa[] = {1, 1.5, 2, 3, 5, 7, 10};
	enum { COUNT = sizeof(mantissa) / sizeof(*mantissa) };
	double power = pow(10, floor(log10(value) + 1e-9));
	double best = power;

	for (int i = 0; i < COUNT; i++) {
		double at = mantissa[i] * power;

		if (up && at >= value * (1 - 1e-9))
			return at;
		if (!up && at <= value * (1 + 1e-9))
			best = at;
	}
	return up ? 10 * power : best;
}

/* Decades; with few of them 2 and 5 too, with many every 2nd, 3rd, ... */
static void log_ticks(struct scale *scale, int ticks)
{
	double decades = log10(scale->to / scale->from);
	bool fine = decades * 3 + 1 <= ticks + 0.5;
	int every = 1;

	while (!fine && floor(decades / every) + 1 > ticks)
		every++;
	scale->ticks = 0;
	for (double e = floor(log10(scale->from) - 1e-9);
	    e <= log10(scale->to) + 1e-9; e++) {
		static const double mantissa[] = {1, 2, 5};

		for (int i = 0; i < (fine ? 3 : 1); i++) {
			double value = mantissa[i] * pow(10, e);

			if (value < scale->from * (1 - 1e-9) ||
			    value > scale->to * (1 + 1e-9) ||
			    scale->ticks == TICKS_MAX ||
			    (!fine && fmod(fabs(e), every) != 0))
				continue;
			scale->tick[scale->ticks++] = value;
		}
	}
	/* Hardly a decade: the ends too. */
	if (scale->ticks < 2) {
		double decade = scale->ticks ? scale->tick[0] : 0;
		bool between = decade > scale->from * 1.01 &&
		    decade < scale->to * 0.99 && ticks > 2;

		scale->ticks = 0;
		scale->tick[scale->ticks++] = scale->from;
		if (between)
			scale->tick[scale->ticks++] = decade;
		scale->tick[scale->ticks++] = scale->to;
	}
}

void scale_set(struct scale *scale, double from, double to, bool logarithmic,
    int ticks)
{
	*scale = (struct scale){.logarithmic = logarithmic, .from = from,
		.to = to};
	if (ticks > TICKS_MAX)
		ticks = TICKS_MAX;
	if (logarithmic) {
		log_ticks(scale, ticks);
		return;
	}
	scale->step = round_step(to - from, ticks);
	linear_ticks(scale);
}

void scale_fit(struct scale *scale, double least, double most,
    bool logarithmic, int ticks)
{
	*scale = (struct scale){.logarithmic = logarithmic};
	if (ticks > TICKS_MAX)
		ticks = TICKS_MAX;
	if (ticks < 2)
		ticks = 2;
	if (!logarithmic) {
		fit_linear(scale, least, most, ticks);
		return;
	}
	scale->from = round_power(least, false);
	scale->to = round_power(most, true);
	if (scale->to <= scale->from)
		scale->to = round_power(scale->from * 1.5, true);
	log_ticks(scale, ticks);
}

double scale_round_up(double value)
{
	static const double mantissa[] = {1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8,
		10};
	double power;

	if (value <= 0)
		return 0;
	power = pow(10, floor(log10(value) + 1e-9));
	for (int i = 0; i < 11; i++) {
		if (mantissa[i] * power >= value * (1 - 1e-9))
			return mantissa[i] * power;
	}
	return 10 * power;
}

double scale_place(const struct scale *scale, double value)
{
	if (!isfinite(value) || (scale->logarithmic && value <= 0))
		return NAN;
	if (scale->logarithmic)
		return log10(value / scale->from) /
		    log10(scale->to / scale->from);
	return (value - scale->from) / (scale->to - scale->from);
}

void scale_label(const struct scale *scale, double value, char *out,
    size_t size)
{
	double most = fmax(fabs(scale->from), fabs(scale->to));
	int digits = 0;

	if (scale->logarithmic) {
		text_format(out, size, value >= 1e5 || value < 1e-3 ? "%.0e" :
		    "%.4g", value);
		return;
	}
	if (most >= 1e5) {
		text_short_count(out, size, value);
		return;
	}
	if (most < 1e-3) {
		text_format(out, size, "%.2g", value);
		return;
	}
	while (digits < 5 && fabs(scale->step * pow(10, digits) -
		round(scale->step * pow(10, digits))) > 1e-6)
		digits++;
	text_format(out, size, "%.*f", digits, value);
}
