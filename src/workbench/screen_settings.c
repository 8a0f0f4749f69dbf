#include "workbench/screen_settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "workbench/setting_value.h"

static const char *const themes[] = {"auto", "dark", "light", "mono", NULL};
static const char *const plots[] = {"auto", "braille", "block", "ascii", NULL};

static bool is_one_of(const char *const *list, const char *value)
{
	while (*list && strcmp(*list, value) != 0)
		list++;
	return *list != NULL;
}

/* What the file says is read by the screen. */
int set_theme(struct call *call, const char *value)
{
	struct screen_settings *screen = &call->bench->screen;
	char *path = path_expand(value);
	bool known = is_one_of(themes, value) || path_exists(path);

	free(path);
	if (!known)
		return error_set(call->error, "theme %s: auto, dark, light, "
		    "mono, or a file of the format in snt(1)", value);
	if (strlen(value) >= sizeof(screen->theme))
		return error_set(call->error, "theme: the name is too long");
	text_copy(screen->theme, sizeof(screen->theme), value);
	call->unrecorded = true;
	return 0;
}

void get_theme(const struct bench *bench, char *out, size_t size)
{
	text_copy(out, size, bench->screen.theme[0] ? bench->screen.theme :
	    "auto");
}

int set_plot(struct call *call, const char *value)
{
	if (!is_one_of(plots, value))
		return error_set(call->error, "plot %s: auto, braille, block "
		    "or ascii", value);
	text_copy(call->bench->screen.plot, sizeof(call->bench->screen.plot),
	    value);
	call->unrecorded = true;
	return 0;
}

void get_plot(const struct bench *bench, char *out, size_t size)
{
	text_copy(out, size, bench->screen.plot[0] ? bench->screen.plot :
	    "auto");
}

static int set_switch(struct call *call, const char *name,
    const char *value, char out[4])
{
	bool on;

	if (setting_switch(name, value, &on, call->error))
		return -1;
	text_copy(out, 4, on ? "on" : "off");
	call->unrecorded = true;
	return 0;
}

int set_mouse(struct call *call, const char *value)
{
	return set_switch(call, "mouse", value, call->bench->screen.mouse);
}

void get_mouse(const struct bench *bench, char *out, size_t size)
{
	text_copy(out, size, bench->screen.mouse[0] ? bench->screen.mouse :
	    "on");
}

int set_presentation(struct call *call, const char *value)
{
	return set_switch(call, "presentation", value,
	    call->bench->screen.presentation);
}

void get_presentation(const struct bench *bench, char *out, size_t size)
{
	text_copy(out, size, bench->screen.presentation[0] ?
	    bench->screen.presentation : "off");
}

int set_target(struct call *call, const char *value)
{
	double target = 0;

	if (strcmp(value, "off") != 0 && (parse_ratio(value, &target) ||
		!(target > 0 && target <= 1)))
		return error_set(call->error, "target_accuracy %s: above 0 "
		    "and up to 1, e.g. 0.85, or off", value);
	call->bench->screen.target_accuracy = target;
	call->unrecorded = true;
	return 0;
}

void get_target(const struct bench *bench, char *out, size_t size)
{
	if (bench->screen.target_accuracy > 0)
		text_format(out, size, "%.10g",
		    bench->screen.target_accuracy);
	else
		text_copy(out, size, "off");
}
