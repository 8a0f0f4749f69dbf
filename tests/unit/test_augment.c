/*
 * Augmentation: each view of an image is the image moved and mirrored, drawn
 * by sample and step alone, seen by training and by nothing else.
 */
#include <stdlib.h>

#include "unit/compress_scene.h"

#include "data/dataset.h"
#include "train/learner.h"

enum { H = 5, W = 6, SAMPLES = 40, SIZE = H * W };

struct scene {
	struct dataset data;
	uint8_t bytes[SAMPLES * SIZE];
	int32_t label[SAMPLES];
};

static int set_up(void **state)
{
	struct scene *scene = xcalloc(1, sizeof(*scene));

	/* All pixels of an image differ, and none is black. */
	for (int i = 0; i < SAMPLES * SIZE; i++)
		scene->bytes[i] = (uint8_t)(1 + (i * 7 + i / SIZE) % 211);
	for (int i = 0; i < SAMPLES; i++)
		scene->label[i] = i % 3;
	scene->data = (struct dataset){.channels = 1, .classes = 3,
		.shape = {.c = 1, .h = H, .w = W}};
	for (int i = 0; i < BYTES_AT_ONCE; i++)
		scene->data.factor[i] = 1;
	scene->data.split[SPLIT_TRAIN] = (struct split){.count = SAMPLES,
		.bytes = scene->bytes, .labels = scene->label};
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

static real expected(const struct scene *scene, int sample, int y, int x,
    const int view[3])
{
	int from_y = y - view[0];
	int from_x = (view[2] ? W - 1 - x : x) - view[1];

	if (from_y < 0 || from_y >= H || from_x < 0 || from_x >= W)
		return 0;
	return scene->bytes[sample * SIZE + from_y * W + from_x];
}

static bool is_view(const struct scene *scene, int sample, const real *out,
    const int view[3])
{
	for (int y = 0; y < H; y++)
		for (int x = 0; x < W; x++)
			if (out[y * W + x] !=
			    expected(scene, sample, y, x, view))
				return false;
	return true;
}

/* Which of all views it is, as a number; fails when it is none. */
static int view_of(const struct scene *scene, int sample, const real *out,
    int shift, bool flip)
{
	int number = 0;

	for (int down = -shift; down <= shift; down++)
		for (int right = -shift; right <= shift; right++)
			for (int mirrored = 0; mirrored <= flip; mirrored++) {
				const int view[3] = {down, right, mirrored};

				if (is_view(scene, sample, out, view))
					return number;
				number++;
			}
	fail_msg("sample %d: no view of its image", sample);
	return -1;
}

static void gather(struct scene *scene, uint64_t step, const uint32_t *index,
    int count, real *out)
{
	int32_t label[SAMPLES];

	gather_training(&scene->data, (struct random_key){9, RANDOM_AUGMENT,
		step}, index, count, NULL, out, label);
	for (int i = 0; i < count; i++)
		assert_int_equal(label[i], scene->label[index[i]]);
}

static void test_views(void **state)
{
	struct scene *scene = *state;
	bool seen[18] = {false};
	uint32_t index[SAMPLES];
	real out[SAMPLES * SIZE];

	scene->data.augmentation = (struct augmentation){1, true};
	for (uint32_t i = 0; i < SAMPLES; i++)
		index[i] = i;
	for (uint64_t step = 0; step < 8; step++) {
		gather(scene, step, index, SAMPLES, out);
		for (int i = 0; i < SAMPLES; i++)
			seen[view_of(scene, i, out + i * SIZE, 1, true)] =
			    true;
	}
	for (int i = 0; i < 18; i++)
		assert_true(seen[i]);
}

static void test_shift_or_flip_alone(void **state)
{
	struct scene *scene = *state;
	static const uint32_t index[] = {3, 30, 7};
	real out[3 * SIZE];

	scene->data.augmentation = (struct augmentation){3, false};
	gather(scene, 5, index, 3, out);
	for (int i = 0; i < 3; i++)
		view_of(scene, (int)index[i], out + i * SIZE, 3, false);
	scene->data.augmentation = (struct augmentation){0, true};
	gather(scene, 5, index, 3, out);
	for (int i = 0; i < 3; i++)
		view_of(scene, (int)index[i], out + i * SIZE, 0, true);
}

/* Further than the image is wide: black. */
static void test_out_of_sight(void **state)
{
	struct scene *scene = *state;
	uint32_t index[SAMPLES];
	real out[SAMPLES * SIZE];

	scene->data.augmentation = (struct augmentation){SHIFT_MOST, true};
	for (uint32_t i = 0; i < SAMPLES; i++)
		index[i] = i;
	gather(scene, 1, index, SAMPLES, out);
	for (int i = 0; i < SAMPLES; i++)
		view_of(scene, i, out + i * SIZE, SHIFT_MOST, true);
}

/* Wherever it lies in the batch, whatever else is in it. */
static void test_place_does_not_matter(void **state)
{
	struct scene *scene = *state;
	static const uint32_t one[] = {4, 5, 6, 7}, other[] = {7, 31, 4};
	real a[4 * SIZE], b[3 * SIZE];

	scene->data.augmentation = (struct augmentation){2, true};
	gather(scene, 11, one, 4, a);
	gather(scene, 11, other, 3, b);
	assert_memory_equal(a, b + 2 * SIZE, SIZE * sizeof(real));
	assert_memory_equal(a + 3 * SIZE, b, SIZE * sizeof(real));
}

static void weights_after(struct scene *scene, int threads, real *w)
{
	struct pool *pool = pool_new(threads);
	struct learner *learner = learner_new(&scene->data,
	    make_network(scene->data.shape, 3,
		"conv 4 k=3; relu; flatten; dense 3"), 3, pool);
	struct learner_report report;

	for (int i = 0; i < 4; i++)
		learner_step(learner, &report);
	memcpy(w, learner_weights(learner),
	    learner->network->parameters * sizeof(real));
	learner_free(learner);
	pool_free(pool);
}

static void test_same_bits_for_all_threads(void **state)
{
	struct scene *scene = *state;
	real one[256], three[256], plain_w[256];

	memset(one, 0, sizeof(one));
	memset(three, 0, sizeof(three));
	memset(plain_w, 0, sizeof(plain_w));
	scene->data.augmentation = (struct augmentation){1, true};
	weights_after(scene, 1, one);
	weights_after(scene, 3, three);
	assert_memory_equal(one, three, sizeof(one));
	scene->data.augmentation = (struct augmentation){0};
	weights_after(scene, 1, plain_w);
	assert_memory_not_equal(one, plain_w, sizeof(one));
}

/* What evaluation reads is the image itself. */
static void test_others_see_the_image(void **state)
{
	struct scene *scene = *state;
	real out[SIZE];
	int32_t label;
	const int still[3] = {0, 0, 0};

	scene->data.augmentation = (struct augmentation){2, true};
	split_gather(&scene->data, SPLIT_TRAIN, 8, 1, NULL, out, &label);
	assert_true(is_view(scene, 8, out, still));
}

/* Each channel by its own numbers, wherever in the image it lies. */
static void test_channels(void **state)
{
	struct scene *scene = *state;
	struct dataset data = scene->data;
	enum { CHANNELS = 3 };
	real out[SIZE];
	int32_t label;

	data.channels = CHANNELS;
	data.shape = (struct shape){.c = CHANNELS, .h = H, .w = W / CHANNELS};
	data.augmentation = (struct augmentation){0};
	for (int i = 0; i < CHANNELS_MAX + BYTES_AT_ONCE; i++) {
		data.factor[i] = (real)(i % CHANNELS + 1);
		data.term[i] = (real)(100 * (i % CHANNELS));
	}
	split_gather(&data, SPLIT_TRAIN, 2, 1, NULL, out, &label);
	for (int i = 0; i < SIZE; i++)
		assert_true(out[i] == (real)(scene->bytes[2 * SIZE + i] *
		    (i % CHANNELS + 1) - 100 * (i % CHANNELS)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_shift_or_flip_alone),
		cmocka_unit_test(test_out_of_sight),
		cmocka_unit_test(test_place_does_not_matter),
		cmocka_unit_test(test_same_bits_for_all_threads),
		cmocka_unit_test(test_others_see_the_image),
		cmocka_unit_test(test_channels),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
