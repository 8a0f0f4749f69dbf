/* How the numbers of one segment can be laid down; private to encoding*.c. */
#ifndef SNT_COMPRESS_ENCODING_PRIVATE_H
#define SNT_COMPRESS_ENCODING_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "compress/bytes.h"
#include "compress/quantise.h"

/* A segment to be written ... */
struct part {
	size_t count;
	const real *w;
	const struct coded *coded;	/* NULL: not quantised */
	size_t kept;			/* entries that are not zero */
};

/* ... and one being read: into w, or into the codes of one that is not. */
struct target {
	size_t count;
	real *w;
	struct coded *coded;
};

/* Is an entry exactly zero, in its codes or as a number (of positive sign:
 * reading gives that one back)? */
bool part_zero(const struct part *part, size_t i);

#define NO_SIZE SIZE_MAX	/* a segment that it is not for */

struct encoding {
	bool coded;
	size_t (*size)(const struct part *part);
	void (*write)(const struct part *part, struct buffer *out);
	int (*read)(struct target *target, struct bytes *bytes);
};

/* encoding_rows.c: rows of numbers, of bits, and masks of bits. */
extern const struct encoding encoding_floats, encoding_sparse_floats,
    encoding_codes, encoding_sparse_codes;
/* encoding_deflated.c: distances and codes, deflated. */
extern const struct encoding encoding_gap_floats, encoding_deflated_codes,
    encoding_gap_codes;

/* encoding_arithmetic.c: bit by bit, by the odds of each. */
extern const struct encoding encoding_arithmetic_codes,
    encoding_arithmetic_floats;

/* What encoding->write() gives, where that is how its size is known. */
size_t written_size(const struct encoding *encoding, const struct part *part);

/* Scales or books and zero points of codes. */
size_t scales_size(const struct coded *coded);
void scales_write(const struct coded *coded, struct buffer *out);
int scales_read(struct coded *coded, struct bytes *bytes);

#endif
