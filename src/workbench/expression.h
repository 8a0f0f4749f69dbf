/* Conditions such as `acc>0.9`, `loss<0.3 and epoch>=2` or `lambda>2/lr`. */
#ifndef SNT_WORKBENCH_EXPRESSION_H
#define SNT_WORKBENCH_EXPRESSION_H

#include <stdbool.h>

#include "base/error.h"

enum { TERMS_MAX = 4 };

struct expression {
	struct term {
		char name[16];
		char operation[3];	/* < <= > >= == != */
		double value;
		char over[16];		/* divided by that, or "" */
	} term[TERMS_MAX];
	int terms;		/* all must hold */
};

/* Names are checked against `names`, separated by '|'. */
int expression_parse(const char *text, const char *names,
    struct expression *out, struct error *error);

/* `value` gives what a name stands for now; a NAN never holds. */
bool expression_holds(const struct expression *expression,
    double (*value)(const void *context, const char *name),
    const void *context);
bool expression_uses(const struct expression *expression, const char *prefix);

#endif
