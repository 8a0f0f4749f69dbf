/* Built by `make installcheck` with the flags of pkg-config alone. */
#include <stdio.h>

#include <snt/base.h>
#include <snt/compress.h>
#include <snt/data.h>
#include <snt/net.h>
#include <snt/session.h>
#include <snt/sharpness.h>
#include <snt/train.h>
#include <snt/transform.h>
#include <snt/workbench.h>

int main(void)
{
	const char *words[] = {"lenet5"};
	struct error error;
	struct network *network = network_named(1, words,
	    (struct shape){.c = 1, .h = 28, .w = 28}, 10, &error);

	if (!network) {
		fprintf(stderr, "%s\n", error.text);
		return 1;
	}
	printf("%s has %zu parameters\n", network->name, network->parameters);
	network_free(network);
	return 0;
}
