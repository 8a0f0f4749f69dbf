#include "net/integers.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include <stdatomic.h>

#include "base/processor.h"
#include "net/integers_table.h"

/* Best first. */
static const struct implementation choices[] = {
#ifdef X86_KERNELS
	{&integers_vnni, &integers_vnni.name, INSTRUCTIONS_VNNI},
	{&integers_avx2, &integers_avx2.name, INSTRUCTIONS_AVX2},
#endif
	{&integers_portable, &integers_portable.name, INSTRUCTIONS_ANY},
	{0}
};

static _Atomic(const struct integer_kernels *) chosen;

const struct integer_kernels *integer_kernels(void)
{
	const struct integer_kernels *table = atomic_load(&chosen);

	if (!table) {
		table = implementation_find(choices, "auto");
		atomic_store(&chosen, table);
	}
	return table;
}

int integer_kernels_choose(const char *name)
{
	const struct integer_kernels *table =
	    implementation_find(choices, name);

	if (!table)
		return -1;
	atomic_store(&chosen, table);
	return 0;
}
