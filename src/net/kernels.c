#include "net/kernels.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include <stdatomic.h>

#include "base/processor.h"
#include "net/kernels_table.h"

/* Best first. */
static const struct implementation choices[] = {
#ifdef X86_KERNELS
	{&kernels_avx512, &kernels_avx512.name, INSTRUCTIONS_AVX512},
	{&kernels_avx2, &kernels_avx2.name, INSTRUCTIONS_AVX2},
#endif
	{&kernels_portable, &kernels_portable.name, INSTRUCTIONS_ANY},
	{0}
};

static _Atomic(const struct kernels *) chosen;

const struct kernels *kernels(void)
{
	const struct kernels *table = atomic_load(&chosen);

	if (!table) {
		table = implementation_find(choices, "auto");
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
	const struct kernels *table = implementation_find(choices, name);

	if (!table)
		return -1;
	atomic_store(&chosen, table);
	return 0;
}
