/* Images to calibrate on, for the tests of pruning. */
#ifndef SNT_TESTS_PRUNE_SCENE_H
#define SNT_TESTS_PRUNE_SCENE_H

#include "unit/compress_scene.h"

enum { SAMPLES = 96, INPUTS = 72 };

/* A training split of images (6, 6, 2) whose numbers go together, each input
 * of another size; the first is always zero. */
struct scene {
	float value[SAMPLES * INPUTS];
	int32_t label[SAMPLES];
	struct dataset data;
	struct pool *pool;
	struct calibration images;
};

static inline void scene_open(struct scene *scene, int threads)
{
	struct random_key key = {.seed = 3, .stream = RANDOM_DATA};

	*scene = (struct scene){.data = {.shape = {2, 6, 6, false},
		.classes = 3}};
	for (int n = 0; n < SAMPLES; n++) {
		float *x = scene->value + n * INPUTS;

		for (int i = 1; i < INPUTS; i++) {
			double fresh = random_uniform(key,
			    (uint64_t)(n * INPUTS + i)) - 0.5;

			x[i] = (float)(0.8 * (double)x[i - 1] + fresh *
			    (i % 7 + 1));
		}
	}
	scene->data.split[SPLIT_TRAIN] = (struct split){.count = SAMPLES,
		.values = scene->value, .labels = scene->label};
	scene->pool = pool_new(threads);
	scene->images = (struct calibration){&scene->data, scene->pool};
}

static inline void scene_close(struct scene *scene)
{
	pool_free(scene->pool);
}

static inline struct network *network_for_images(const char *layers)
{
	return make_network((struct shape){.c = 2, .h = 6, .w = 6}, 3, layers);
}

static inline struct compressed pruned(const struct network *network,
    const real *w, const real *buffers, const struct scene *scene,
    const char *lines)
{
	struct compress_settings settings = settings_of(network, lines);
	struct compressed compressed;
	struct error error;

	if (compress_make(network, w, buffers, &settings, NULL, &scene->images,
		&compressed, &error))
		fail_msg("%s: %s", lines, error.text);
	compress_settings_free(&settings);
	return compressed;
}

#endif
