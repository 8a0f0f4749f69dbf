/* Any bytes as a file of data, for each reader that takes a single file. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "data/dataset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_as(const char *reader, const char *path, const char *label)
{
	const char *word[] = {reader, path, label};
	struct error error;
	struct dataset *dataset = dataset_open(3, word, 1, &error);

	dataset_free(dataset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	int descriptor = memfd_create("data", 0);

	if (descriptor < 0 || write(descriptor, data, size) != (ssize_t)size)
		abort();
	text_format(path, sizeof(path), "/proc/self/fd/%d", descriptor);
	read_as("csv", path, "label=0");
	read_as("npy", path, path);
	read_as("npz", path, "validation=0.5");
	close(descriptor);
	return 0;
}
