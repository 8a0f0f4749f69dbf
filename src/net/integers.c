#include "net/integers.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include <stdatomic.h>
#include <string.h>

#include "net/integers_table.h"

static bool always(void)
{
	return true;
}

#ifdef X86_KERNELS
static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static bool has_vnni(void)
{
	return has_avx2() && __builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("avx512vl") &&
	    __builtin_cpu_supports("avx512dq") &&
	    __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vnni");
}
#endif

/* Best first. */
static const struct choice {
	const struct integer_kernels *table;
	bool (*available)(void);
} choices[] = {
#ifdef X86_KERNELS
	{&integers_vnni, has_vnni},
	{&integers_avx2, has_avx2},
#endif
	{&integers_portable, always},
};

static _Atomic(const struct integer_kernels *) chosen;

static const struct integer_kernels *find(const char *name)
{
	bool automatic = strcmp(name, "auto") == 0;

	for (size_t i = 0; i < sizeof(choices) / sizeof(*choices); i++) {
		if ((automatic || !strcmp(name, choices[i].table->name)) &&
		    choices[i].available())
			return choices[i].table;
	}
	return NULL;
}

const struct integer_kernels *integer_kernels(void)
{
	const struct integer_kernels *table = atomic_load(&chosen);

	if (!table) {
		table = find("auto");
		atomic_store(&chosen, table);
	}
	return table;
}

int integer_kernels_choose(const char *name)
{
	const struct integer_kernels *table = find(name);

	if (!table)
		return -1;
	atomic_store(&chosen, table);
	return 0;
}
