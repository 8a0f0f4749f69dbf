/* Any bytes as a file of weights. */
#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "session/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = xmalloc(size + 1);
	struct error error;

	if (size)
		memcpy(bytes, data, size);
	bytes[size] = '\0';
	safetensors_free(safetensors_parse(bytes, size, "input", &error));
	return 0;
}
