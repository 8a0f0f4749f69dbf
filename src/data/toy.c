/* Small sets of points in the plane, made from the seed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "data/reader.h"

static const struct option options_of_toys[] = {
	{"n", OPTION_INTEGER, 2000, 10, 1000000, NULL,
	    "training samples; a quarter as many again are for the test",
	    false},
	{"noise", OPTION_REAL, 0.1, 0, 10, NULL,
	    "deviation of the noise on each coordinate", false},
	TEST_OPTION,
	{"validation", OPTION_RATIO, 0, 0, 0.9, NULL,
	    "share of the training samples set aside for validation", false},
	{0}};

/* The point of sample i of class `label`; u is uniform. */
typedef void shape_point(int label, double u, double v, double point[2]);

static void spiral(int label, double u, double v, double point[2])
{
	double radius = 0.1 + 0.9 * u;
	double angle = 3 * M_PI * u + M_PI * label;

	(void)v;
	point[0] = 2 * radius * cos(angle);
	point[1] = 2 * radius * sin(angle);
}

static void moons(int label, double u, double v, double point[2])
{
	double angle = M_PI * u;

	(void)v;
	point[0] = label ? 1 - cos(angle) : cos(angle);
	point[1] = label ? 0.5 - sin(angle) : sin(angle);
}

static void circles(int label, double u, double v, double point[2])
{
	double angle = 2 * M_PI * u, radius = label ? 0.5 : 1;

	(void)v;
	point[0] = radius * cos(angle);
	point[1] = radius * sin(angle);
}

static void xor(int label, double u, double v, double point[2])
{
	double x = 2 * u - 1;
	double y = fabs(2 * v - 1);

	point[0] = x;
	point[1] = (x > 0) == (label == 0) ? y : -y;
}

static const struct {
	const char *name;
	shape_point *point;
} toys[] = {{"spiral", spiral}, {"moons", moons}, {"circles", circles},
	{"xor", xor}};

static void make_split(struct split *split, uint32_t count, shape_point *point,
    double noise, struct random_key key, uint64_t first)
{
	split->count = count;
	split->values = xmalloc(2 * (size_t)count * sizeof(float));
	split->labels = xmalloc(count * sizeof(*split->labels));
	for (uint32_t i = 0; i < count; i++) {
		uint64_t at = 4 * (first + i);
		struct random_key noise_key = key;
		double place[2];
		real shift[2];

		noise_key.step++;
		random_normal(noise_key, at, 2, shift);
		split->labels[i] = (int32_t)(i % 2);
		point((int)(i % 2), (double)random_uniform(key, at),
		    (double)random_uniform(key, at + 1), place);
		for (int j = 0; j < 2; j++)
			split->values[2 * i + (uint32_t)j] = (float)(place[j] +
			    noise * (double)shift[j]);
	}
}

static struct dataset *read_toy(int words, const char *const *word,
    const struct option_values *options, uint64_t seed, struct error *error)
{
	struct random_key key = {seed, RANDOM_DATA, 16};
	uint32_t n = (uint32_t)option_value(options_of_toys, options, "n");
	double noise = option_value(options_of_toys, options, "noise");
	struct shape plane = {.c = 2, .h = 1, .w = 1};
	struct dataset *dataset;
	char name[32];

	(void)words;
	for (size_t i = 0; i < sizeof(toys) / sizeof(*toys); i++) {
		if (strcmp(word[0], toys[i].name) != 0)
			continue;
		text_format(name, sizeof(name), "toy %s", word[0]);
		dataset = dataset_make(name, plane, 2, NULL);
		make_split(&dataset->split[SPLIT_TRAIN], n, toys[i].point,
		    noise, key, 0);
		make_split(&dataset->split[SPLIT_TEST], (n + 3) / 4,
		    toys[i].point, noise, key, n);
		dataset_standardise(dataset);
		return dataset;
	}
	error_set(error, "toy %s: spiral, moons, circles or xor", word[0]);
	return NULL;
}

const struct data_reader reader_toy = {"toy",
	"toy spiral|moons|circles|xor [n=2000] [noise=0.1] [validation=RATIO]",
	"points in the plane, two classes; needs no files",
	options_of_toys, 1, 1, read_toy, NULL};
