/* Measures of single layers on the screen: each beside the others, one after
 * the other, and what there is room for. */
#include "unit/key_scene.h"

#include <stdbool.h>

static void shows(const char *text, bool shown)
{
	char *seen = screen();

	if ((strstr(seen, text) != NULL) != shown)
		fail_msg("%s \"%s\":\n%s", shown ? "lacks" : "has", text,
		    seen);
	free(seen);
}

#define MEASURED NETWORK "type :probe lambda layer=all every=5\nkey Enter\n" \
	"type train 20 steps\nkey Enter\nwait step 20\nwait idle\nkey Esc\n" \
	"type :probe off\nkey Enter\nkey Esc\n"

static void test_layers_lie_beside_each_other(void **state)
{
	(void)state;
	passes("size 80x24\n" MEASURED "key Tab Tab y z\n"
	    "wait each layer\ndump screen\nkey q\n");
	shows("Sharpness", true);
	shows(" 1 dense", true);
	shows(" 3 dense", true);
	shows(" 5 dense", true);
	shows("lambda of each layer alone, on one scale", true);
}

/* Relu has nothing to measure: from layer 1 to 3 and 5, and back to all. */
static void test_layers_come_one_by_one(void **state)
{
	(void)state;
	passes("size 80x24\n" MEASURED "key Tab Tab z y y\n"
	    "wait lambda · layer 1\nkey y\nwait lambda · layer 3\n"
	    "key y\nwait lambda · layer 5\ndump screen\n"
	    "key y\ngone layer 5\nkey q\n");
	shows("in ", true);
	shows("products", true);
	shows("not measured yet", false);
}

/* P and m are of what is in sight. */
static void test_keys_are_of_the_layer(void **state)
{
	(void)state;
	passes("size 80x24\n" MEASURED "key Tab Tab z y y y\n"
	    "wait layer 3\nkey P\nkey z\nwait probe lambda layer=3 every=100\n"
	    "key m\nwait lambda of layer 3\ndump screen\nkey q\n");
	shows("lambda of layer 3", true);
}

static void test_first_key_measures(void **state)
{
	(void)state;
	passes("size 100x40\n" NETWORK "type :probe off\nkey Enter\nkey Esc\n"
	    "key Tab Tab y\nwait of layers alone\n"
	    "dump screen\nkey q\n");
	shows(" 5 dense", true);
}

/* The whole has no value of its own, and the layers are not far. */
static void test_the_whole_tells_of_its_layers(void **state)
{
	(void)state;
	passes("size 80x24\n" NETWORK "type :probe off\nkey Enter\n"
	    "type sharpness lambda layer=all\nkey Enter\n"
	    "wait lambda of layer 5\nkey Esc\nkey Tab Tab\n"
	    "wait y shows the layers\nkey y\ngone y shows the layers\n"
	    "wait each layer\nkey y y y y\nwait y shows the layers\n"
	    "key Down\nwait P to measure while training\n"
	    "dump screen\nkey q\n");
	shows("SAM", true);
	shows("y shows the layers", false);
}

/* On a small screen last values alone, and those of the largest. */
static void test_little_room(void **state)
{
	(void)state;
	passes("size 80x24\ntype :data toy spiral n=300\nkey Enter\n"
	    "type net mlp 8-8-8-8-8-8-8-8\nkey Enter\nwait dense\n"
	    "type sharpness sam layer=all\nkey Enter\nwait sam of layer 17\n"
	    "key Esc\nkey Tab Tab\nkey Down\nkey y\n"
	    "wait of layers alone\ndump screen\nkey q\n");
	shows("SAM of layers alone: the largest", true);
	shows("of 9", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layers_lie_beside_each_other),
		cmocka_unit_test(test_layers_come_one_by_one),
		cmocka_unit_test(test_keys_are_of_the_layer),
		cmocka_unit_test(test_first_key_measures),
		cmocka_unit_test(test_the_whole_tells_of_its_layers),
		cmocka_unit_test(test_little_room),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
