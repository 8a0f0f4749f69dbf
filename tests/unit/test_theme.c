/* Themes: files, their errors, and colours that can be told apart. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "tui/theme.h"

static char folder[] = "/tmp/snt-theme.XXXXXX";

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder) || chdir(folder))
		return -1;
	return setenv("XDG_CONFIG_HOME", folder, 1);
}

static int tear_down(void **state)
{
	(void)state;
	unlink("mine");
	unlink("snt/theme");
	rmdir("snt");
	return chdir("/") || rmdir(folder);
}

static void write_file(const char *path, const char *text)
{
	assert_int_equal(file_replace(path, text, strlen(text), NULL), 0);
}

static void test_file_changes_what_it_names(void **state)
{
	struct error error;

	(void)state;
	assert_int_equal(theme_choose("auto", &error), 0);
	write_file("mine", "# mine\nkey = underline bright-red 208\n\n"
	    "border plain blue # thin\n");
	assert_int_equal(theme_choose("mine", &error), 0);
	assert_int_equal(theme_look(STYLE_KEY, 256).color, 208);
	assert_int_equal(theme_look(STYLE_KEY, 16).color, 9);
	/* Eight colours have no bright ones. */
	assert_int_equal(theme_look(STYLE_KEY, 8).color, 1);
	assert_int_equal(theme_look(STYLE_KEY, 256).flags, LOOK_UNDERLINE);
	assert_int_equal(theme_look(STYLE_BORDER, 256).color, 4);
	assert_int_equal(theme_look(STYLE_BORDER, 256).flags, 0);
	assert_int_equal(theme_look(STYLE_SERIES1, 256).color, 32);
	/* Without colour everything is as it was: bold tells keys. */
	assert_int_equal(theme_look(STYLE_KEY, 0).flags, LOOK_BOLD);
	assert_int_equal(theme_look(STYLE_KEY, 0).color, -1);
}

static void test_errors_name_line_and_key(void **state)
{
	struct error error;

	(void)state;
	assert_int_equal(theme_choose("light", &error), 0);
	write_file("mine", "key red\nbordr blue\n");
	assert_int_equal(theme_choose("mine", &error), -1);
	assert_string_equal(error.text, "theme mine: line 2: key bordr is "
	    "not known");
	/* Nothing of it was taken. */
	assert_int_equal(theme_look(STYLE_KEY, 256).color, 25);
	write_file("mine", "\nseries1 256");
	assert_int_equal(theme_choose("mine", &error), -1);
	assert_non_null(strstr(error.text, "line 2: series1 256: a colour"));
	assert_int_equal(theme_choose("nowhere", &error), -1);
	assert_non_null(strstr(error.text, "nowhere"));
}

static void test_own_file_is_the_usual_one(void **state)
{
	struct error error;

	(void)state;
	assert_int_equal(folder_make("snt", NULL), 0);
	write_file("snt/theme", "good bold 40\n");
	assert_int_equal(theme_choose("auto", &error), 0);
	assert_int_equal(theme_look(STYLE_GOOD, 256).color, 40);
	assert_int_equal(theme_choose("dark", &error), 0);
	assert_int_equal(theme_look(STYLE_GOOD, 256).color, 72);
	unlink("snt/theme");
}

static void test_mono_has_no_colour(void **state)
{
	struct error error;

	(void)state;
	assert_int_equal(theme_choose("mono", &error), 0);
	for (int i = 0; i < STYLES; i++)
		assert_int_equal(theme_look((enum style)i, 256).color, -1);
	assert_int_equal(theme_look(STYLE_SELECTED, 256).flags, LOOK_REVERSE);
}

/* Colour 16..255 of xterm in linear light. */
static void linear_of(int color, double rgb[3])
{
	static const int level[] = {0, 95, 135, 175, 215, 255};
	int cube = color - 16;
	int at[3] = {cube / 36, cube / 6 % 6, cube % 6};

	assert_in_range(color, 16, 231);
	for (int i = 0; i < 3; i++)
		rgb[i] = pow(level[at[i]] / 255.0, 2.2);
}

/* Lightness and two opponent axes, by cube roots: CIE 1976 L*a*b*, D65. */
static void lab_of(const double rgb[3], double lab[3])
{
	static const double to_xyz[3][3] = {
		{0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505},
		{0.2126, 0.7152, 0.0722},
		{0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089}};
	double root[3];

	for (int i = 0; i < 3; i++)
		root[i] = cbrt(fmax(0, to_xyz[i][0] * rgb[0] +
		    to_xyz[i][1] * rgb[1] + to_xyz[i][2] * rgb[2]));
	lab[0] = 116 * root[1] - 16;
	lab[1] = 500 * (root[0] - root[1]);
	lab[2] = 200 * (root[1] - root[2]);
}

/* How eyes without one kind of cones see it: Machado, Oliveira and Fernandes
 * (2009), severity 1, in linear light. */
static const double eyes[][3][3] = {
	{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216},
		{-0.003882, -0.048116, 1.051998}},
	{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413},
		{-0.011820, 0.042940, 0.968881}}};

static double distance(int eye, int a, int b)
{
	double lab[2][3], sum = 0;

	for (int i = 0; i < 2; i++) {
		double rgb[3], seen[3];

		linear_of(i ? b : a, rgb);
		for (int j = 0; j < 3; j++)
			seen[j] = eyes[eye][j][0] * rgb[0] +
			    eyes[eye][j][1] * rgb[1] +
			    eyes[eye][j][2] * rgb[2];
		lab_of(seen, lab[i]);
	}
	for (int j = 0; j < 3; j++)
		sum += (lab[0][j] - lab[1][j]) * (lab[0][j] - lab[1][j]);
	return sqrt(sum);
}

static void check_series(const char *theme, int count, double least)
{
	struct error error;

	assert_int_equal(theme_choose(theme, &error), 0);
	for (int eye = 0; eye < 3; eye++) {
		for (int i = 0; i < count; i++) {
			for (int j = 0; j < i; j++) {
				double far = distance(eye, theme_look(
				    STYLE_SERIES1 + (enum style)i, 256).color,
				    theme_look(STYLE_SERIES1 + (enum style)j,
				    256).color);

				if (far < least)
					fail_msg("%s: series %d and %d for "
					    "eye %d: %.0f", theme, i + 1,
					    j + 1, eye, far);
			}
		}
	}
}

/* 25 is ten times what is just seen side by side. */
static void test_first_runs_for_every_eye(void **state)
{
	(void)state;
	check_series("auto", 4, 25);
	check_series("dark", 4, 25);
	check_series("light", 4, 25);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file_changes_what_it_names),
		cmocka_unit_test(test_errors_name_line_and_key),
		cmocka_unit_test(test_own_file_is_the_usual_one),
		cmocka_unit_test(test_mono_has_no_colour),
		cmocka_unit_test(test_first_runs_for_every_eye),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
