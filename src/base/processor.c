#include "base/processor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/memory.h"

#ifdef __x86_64__

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_avx512(void)
{
	return has_avx2() && __builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("avx512cd") &&
	    __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512dq") &&
	    __builtin_cpu_supports("avx512vl");
}

bool processor_has(enum instructions set)
{
	switch (set) {
	case INSTRUCTIONS_ANY:
		return true;
	case INSTRUCTIONS_SSE3:
		return __builtin_cpu_supports("sse3");
	case INSTRUCTIONS_SSE42:
		return __builtin_cpu_supports("sse4.2");
	case INSTRUCTIONS_AVX:
		return __builtin_cpu_supports("avx");
	case INSTRUCTIONS_AVX2:
		return has_avx2();
	case INSTRUCTIONS_AVX512:
		return has_avx512();
	case INSTRUCTIONS_VNNI:
		return has_avx512() && __builtin_cpu_supports("avx512vnni");
	case INSTRUCTIONS_BF16:
		return has_avx512() && __builtin_cpu_supports("avx512bf16");
	}
	return false;
}

#else

bool processor_has(enum instructions set)
{
	return set == INSTRUCTIONS_ANY;
}

#endif

/* What stands behind the colon of a line that begins with `key`; else NULL. */
static char *value_of(const char *line, const char *key)
{
	const char *colon = strchr(line, ':');

	if (strncmp(line, key, strlen(key)) != 0 || !colon)
		return NULL;
	colon += 1 + strspn(colon + 1, " \t");
	return xasprintf("%.*s", (int)strcspn(colon, "\n"), colon);
}

char *processor_model(void)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	struct utsname machine;
	char *line = NULL, *model = NULL;
	size_t size = 0;

	while (file && !model && getline(&line, &size, file) > 0)
		model = value_of(line, "model name");
	if (file)
		fclose(file);
	free(line);
	if (!model && uname(&machine) == 0)
		model = xstrdup(machine.machine);
	return model ? model : xstrdup("unknown");
}

const void *implementation_find(const struct implementation *list,
    const char *name)
{
	bool automatic = strcmp(name, "auto") == 0;

	for (; list->table; list++) {
		if ((automatic || strcmp(name, *list->name) == 0) &&
		    processor_has(list->needs))
			return list->table;
	}
	return NULL;
}
