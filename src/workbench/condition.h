/* What conditions such as `acc>0.9` can ask about a run. */
#ifndef SNT_WORKBENCH_CONDITION_H
#define SNT_WORKBENCH_CONDITION_H

#include "workbench/expression.h"

struct run;

int condition_parse(const char *text, struct expression *out,
    struct error *error);
bool condition_holds(const struct expression *expression,
    const struct run *run);
/* The nearest recorded step beyond `step` (before it, when `back`) where the
 * condition holds by what the curves say; -1: none. */
long condition_search(const struct expression *expression,
    const struct run *run, long step, bool back);

#endif
