/* What this processor can execute, and the choice among implementations. */
#ifndef SNT_BASE_PROCESSOR_H
#define SNT_BASE_PROCESSOR_H

#include <stdbool.h>

/* Sets of instructions beyond those that every processor of the kind has. */
enum instructions {
	INSTRUCTIONS_ANY, INSTRUCTIONS_SSE3, INSTRUCTIONS_SSE42,
	INSTRUCTIONS_AVX,
	INSTRUCTIONS_AVX2,		/* with fused multiply-adds */
	INSTRUCTIONS_AVX512,		/* F, CD, BW, DQ and VL */
	INSTRUCTIONS_VNNI,		/* AVX-512 with its dot products */
	INSTRUCTIONS_BF16
};

bool processor_has(enum instructions set);

/* "AMD EPYC 7763 64-Core Processor", or what uname says where the kernel
 * tells no model; free() it. */
char *processor_model(void);

/* One of several tables of functions that do the same. */
struct implementation {
	const void *table;		/* NULL ends a list */
	const char *const *name;
	enum instructions needs;
};

/* The one of that name, or with "auto" the first one, that runs here; NULL:
 * there is none. */
const void *implementation_find(const struct implementation *list,
    const char *name);

#endif
