#include "data/values.h"

#include <math.h>

#include "data/reader.h"

static void move(struct dataset *dataset, size_t channel, double mean,
    double deviation)
{
	size_t size = shape_size(dataset->shape);
	size_t channels = (size_t)dataset->shape.c;

	for (int s = 0; s < SPLITS; s++) {
		struct split *split = &dataset->split[s];

		for (size_t i = channel; i < split->count * size;
		    i += channels)
			split->values[i] = (float)(((double)split->values[i] -
			    mean) / deviation);
	}
}

void values_standardise(struct dataset *dataset)
{
	const struct split *train = &dataset->split[SPLIT_TRAIN];
	size_t all = train->count * shape_size(dataset->shape);
	size_t channels = (size_t)dataset->shape.c;
	double count = (double)(all / channels);

	for (size_t c = 0; c < channels && all > 0; c++) {
		double sum = 0, squares = 0, mean, deviation;

		for (size_t i = c; i < all; i += channels)
			sum += (double)train->values[i];
		mean = sum / count;
		for (size_t i = c; i < all; i += channels)
			squares += pow((double)train->values[i] - mean, 2);
		deviation = sqrt(squares / count);
		move(dataset, c, mean, deviation > 0 ? deviation : 1);
	}
}

void values_share_for_test(struct dataset *dataset)
{
	uint32_t sixth = dataset->split[SPLIT_TRAIN].count / 6;

	if (sixth)
		split_divide(dataset, SPLIT_TRAIN, SPLIT_TEST, sixth);
}
