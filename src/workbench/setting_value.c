#include "workbench/setting_value.h"

#include <string.h>

#include "base/text.h"

int setting_whole(const char *key, const char *value, long least, long most,
    long *out, struct error *error)
{
	long number;

	if (parse_long(value, &number) || number < least || number > most)
		return error_set(error, "%s %s: a whole number from %ld to "
		    "%ld", key, value, least, most);
	*out = number;
	return 0;
}

int setting_switch(const char *key, const char *value, bool *out,
    struct error *error)
{
	if (parse_switch(value, out))
		return error_set(error, "%s %s: on or off", key, value);
	return 0;
}

int setting_split(const char *key, const char *value, enum split_name *split,
    struct error *error)
{
	for (int i = 0; i < SPLITS; i++) {
		if (strcmp(value, split_names[i]) == 0) {
			*split = (enum split_name)i;
			return 0;
		}
	}
	return error_set(error, "%s %s: train, validation or test", key, value);
}


void setting_note_excess(struct bench *bench, const char *key, long value,
    enum split_name split)
{
	long count = bench->dataset ?
	    (long)bench->dataset->split[split].count : 0;

	if (count > 0 && value > count)
		bench_note(bench, "%s %ld: the %s split has %ld samples, all "
		    "of them are taken", key, value, split_names[split],
		    count);
}
