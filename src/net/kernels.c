#include "net/kernels.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include <stdatomic.h>
#include <string.h>

#include "net/kernels_table.h"

static bool always(void)
{
	return true;
}

#ifdef X86_KERNELS
static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_avx512(void)
{
	return has_avx2() && __builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("avx512vl") &&
	    __builtin_cpu_supports("avx512dq") &&
	    __builtin_cpu_supports("avx512bw");
}
#endif

/* Best first. */
static const struct choice {
	const struct kernels *table;
	bool (*available)(void);
} choices[] = {
#ifdef X86_KERNELS
	{&kernels_avx512, has_avx512},
	{&kernels_avx2, has_avx2},
#endif
	{&kernels_portable, always},
};

static _Atomic(const struct kernels *) chosen;

/* NULL: there is no such table, or not for this processor. */
static const struct kernels *find(const char *name)
{
	size_t count = sizeof(choices) / sizeof(choices[0]);
	bool automatic = strcmp(name, "auto") == 0;

	for (size_t i = 0; i < count; i++)
		if ((automatic || !strcmp(name, choices[i].table->name)) &&
		    choices[i].available())
			return choices[i].table;
	return NULL;
}

const struct kernels *kernels(void)
{
	const struct kernels *table = atomic_load(&chosen);

	if (!table) {
		table = find("auto");
		atomic_store(&chosen, table);
	}
	return table;
}

const char *kernels_name(void)
{
	return kernels()->name;
}

int kernels_choose(const char *name)
{
	const struct kernels *table = find(name);

	if (!table)
		return -1;
	atomic_store(&chosen, table);
	return 0;
}
