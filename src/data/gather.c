/* Samples on their way into a batch: normalised, and augmented. */
#include "data/dataset.h"

#include <string.h>

#include "base/random.h"

static void normalise_bytes(const struct dataset *dataset,
    const uint8_t *bytes, size_t size, real *out)
{
	size_t channels = (size_t)dataset->channels;
	const real *level = dataset->level[0];

	if (channels == 1) {
		for (size_t i = 0; i < size; i++)
			out[i] = level[bytes[i]];
		return;
	}
	for (size_t i = 0; i < size; i += channels)
		for (size_t c = 0; c < channels; c++)
			out[i + c] = dataset->level[c][bytes[i + c]];
}

/* `count` numbers of a sample, from number `first` on. */
static void take(const struct dataset *dataset, const struct split *split,
    size_t first, size_t count, real *out)
{
	if (split->bytes) {
		normalise_bytes(dataset, split->bytes + first, count, out);
		return;
	}
	for (size_t i = 0; i < count; i++)
		out[i] = (real)split->values[first + i];
}

void split_gather(const struct dataset *dataset, enum split_name split,
    const uint32_t *index, uint32_t first, int count, real *out,
    int32_t *labels)
{
	const struct split *from = &dataset->split[split];
	size_t size = shape_size(dataset->shape);

	for (int i = 0; i < count; i++) {
		size_t sample = index ? index[i] : first + (uint32_t)i;

		labels[i] = from->labels[sample];
		take(dataset, from, sample * size, size,
		    out + (size_t)i * size);
	}
}

/* How one sample is seen. */
struct view {
	int down, right;	/* moved by so many pixels */
	bool mirrored;
};

/* -shift .. shift, all as likely, from 15 bits. */
static int draw(uint32_t bits, int shift)
{
	return (int)((bits & 0x7fff) * (uint32_t)(2 * shift + 1) >> 15) -
	    shift;
}

static struct view draw_view(const struct augmentation *augmentation,
    struct random_key key, uint32_t sample)
{
	uint32_t bits = random_bits(key, sample);

	return (struct view){draw(bits, augmentation->shift),
		draw(bits >> 15, augmentation->shift),
		augmentation->flip && bits >> 31};
}

/* A black pixel; of measured values, which are standardised, the mean. */
static void border(const struct dataset *dataset, const struct split *split,
    int pixels, real *out)
{
	int channels = dataset->shape.c;

	for (int i = 0; i < pixels * channels; i++)
		out[i] = split->bytes ? dataset->level[i % channels][0] : 0;
}

static void mirror(real *row, int pixels, int channels)
{
	for (int a = 0, b = pixels - 1; a < b; a++, b--) {
		for (int c = 0; c < channels; c++) {
			real left = row[a * channels + c];

			row[a * channels + c] = row[b * channels + c];
			row[b * channels + c] = left;
		}
	}
}

/* One row of a sample whose numbers begin at `first`, moved to the right. */
static void take_row(const struct dataset *dataset, const struct split *split,
    size_t first, int right, real *out)
{
	int w = dataset->shape.w, c = dataset->shape.c;
	int before = right > 0 ? right : 0, after = right < 0 ? -right : 0;

	if (before + after >= w) {
		border(dataset, split, w, out);
		return;
	}
	border(dataset, split, before, out);
	take(dataset, split, first + (size_t)(after * c),
	    (size_t)((w - before - after) * c), out + before * c);
	border(dataset, split, after, out + (w - after) * c);
}

static void take_view(const struct dataset *dataset, const struct split *split,
    size_t sample, const struct view *view, real *out)
{
	struct shape shape = dataset->shape;
	size_t row = (size_t)(shape.w * shape.c);

	for (int y = 0; y < shape.h; y++, out += row) {
		int from = y - view->down;

		if (from < 0 || from >= shape.h)
			border(dataset, split, shape.w, out);
		else
			take_row(dataset, split, sample * shape_size(shape) +
			    (size_t)from * row, view->right, out);
		if (view->mirrored)
			mirror(out, shape.w, shape.c);
	}
}

void gather_training(const struct dataset *dataset, struct random_key key,
    const uint32_t *index, int count, real *out, int32_t *labels)
{
	const struct split *from = &dataset->split[SPLIT_TRAIN];
	size_t size = shape_size(dataset->shape);

	if (!augments(dataset)) {
		split_gather(dataset, SPLIT_TRAIN, index, 0, count, out,
		    labels);
		return;
	}
	for (int i = 0; i < count; i++) {
		struct view view = draw_view(&dataset->augmentation, key,
		    index[i]);

		labels[i] = from->labels[index[i]];
		take_view(dataset, from, index[i], &view,
		    out + (size_t)i * size);
	}
}
