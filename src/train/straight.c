#include "train/straight.h"

#include <stdlib.h>

struct straight *straight_share(struct straight *straight)
{
	if (straight)
		straight->references++;
	return straight;
}

void straight_release(struct straight *straight)
{
	if (!straight || --straight->references > 0)
		return;
	straight->release(straight->context);
	network_free(straight->network);
	free(straight->line);
	free(straight);
}
