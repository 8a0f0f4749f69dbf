/* Snapshots on their way to another process. */
#include "unit/bench_scene.h"

#include "workbench/publish.h"
#include "workbench/wire.h"

static const struct snapshot *a_session(struct workbench *w)
{
	const struct snapshot *snapshot;

	assert_int_equal(say(w, "data toy spiral n=600; net mlp 8; step 30; "
	    "set lr 0.1; step 3; run fork other; step 2; prune 0.5; "
	    "sweep quant 8:6; sharpness spectrum; "
	    "sharpness sam layer=all; note \"looks flat\""), 0);
	while (!(snapshot = workbench_snapshot(w)) ||
	    snapshot->runs < 2 || snapshot->run[1].marks < 1 ||
	    snapshot->run[1].bit_points < 2 ||
	    !snapshot->run[1].picture[PICTURE_SPECTRUM] ||
	    snapshot->run[1].layer_curves < 2) {
		if (snapshot)
			workbench_release(w, snapshot);
		usleep(20000);
	}
	return snapshot;
}

static void what_is_shown_arrives(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, true);
	const struct snapshot *sent = a_session(w);
	struct buffer bytes = {0};
	struct snapshot *got;
	struct error error;

	(void)state;
	wire_put(sent, &bytes);
	got = wire_take(bytes.text, bytes.length, &error);
	assert_non_null(got);
	assert_int_equal(got->runs, 2);
	assert_string_equal(got->run[1].parent, "main");
	assert_string_equal(got->run[0].mark[0].text, "set lr 0.1");
	assert_int_equal(got->run[0].curve[CURVE_LOSS].count,
	    sent->run[0].curve[CURVE_LOSS].count);
	assert_memory_equal(got->run[0].curve[CURVE_LOSS].point,
	    sent->run[0].curve[CURVE_LOSS].point,
	    (size_t)got->run[0].curve[CURVE_LOSS].count *
	    sizeof(struct point));
	assert_int_equal(got->run[1].layer_curves, 2);
	assert_int_equal(got->run[1].layer_curve[1].layer, 3);
	assert_int_equal(got->run[1].layer_curve[1].curve.count, 1);
	assert_memory_equal(got->run[1].layer_curve[1].curve.point,
	    sent->run[1].layer_curve[1].curve.point, sizeof(struct point));
	assert_int_equal(got->log_lines, sent->log_lines);
	for (int i = 0; i < got->log_lines; i++)
		assert_string_equal(got->log[i].text, sent->log[i].text);
	assert_int_equal(got->run[1].picture[PICTURE_SPECTRUM]->columns,
	    sent->run[1].picture[PICTURE_SPECTRUM]->columns);
	assert_int_equal(got->run[1].bit_points, sent->run[1].bit_points);
	assert_memory_equal(got->run[1].bit_point, sent->run[1].bit_point,
	    (size_t)got->run[1].bit_points * sizeof(struct compress_point));
	assert_int_equal(got->layers, 3);
	assert_string_equal(got->layer[0].text, sent->layer[0].text);
	snapshot_free(got);
	workbench_release(w, sent);
	close_bench(w, &ear);
	buffer_free(&bytes);
}

/* Any cut, and any byte turned over, is a snapshot or an error. */
static void damage_is_survived(void **state)
{
	struct ear ear;
	struct workbench *w = open_bench(&ear, 1, true);
	const struct snapshot *sent = a_session(w);
	struct buffer bytes = {0};
	struct snapshot *got;
	struct error error;

	(void)state;
	wire_put(sent, &bytes);
	for (size_t length = 0; length < bytes.length; length += 7) {
		got = wire_take(bytes.text, length, &error);
		assert_null(got);
	}
	for (size_t at = 0; at < bytes.length; at += 5) {
		bytes.text[at] = (char)~bytes.text[at];
		snapshot_free(wire_take(bytes.text, bytes.length, &error));
		bytes.text[at] = (char)~bytes.text[at];
	}
	workbench_release(w, sent);
	close_bench(w, &ear);
	buffer_free(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_shown_arrives),
		cmocka_unit_test(damage_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
