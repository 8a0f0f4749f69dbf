/*
 * Arithmetic coding of yes and no with odds that adapt (a range coder with
 * carry: Martin 1979; Witten, Neal and Cleary 1987). The odds of a model are
 * the mean of what it has seen, of the last hundred and more or so when there
 * is more, in whole numbers: the same bytes on every machine.
 */
#ifndef SNT_COMPRESS_ARITHMETIC_H
#define SNT_COMPRESS_ARITHMETIC_H

#include "compress/bytes.h"

/* Zero-initialise it. */
struct odds {
	int16_t lean;		/* towards 1, of 2^15; 0: even */
	uint16_t seen;
};

struct arithmetic_writer {
	struct buffer *out;
	uint64_t low;
	uint32_t range;
	size_t first;		/* what was there before */
};

struct arithmetic_reader {
	struct bytes bytes;
	uint32_t code, range;
};

void arithmetic_begin(struct arithmetic_writer *writer, struct buffer *out);
void arithmetic_put(struct arithmetic_writer *writer, struct odds *odds,
    int bit);
/* `bits` of value, the highest first; one model a node of their tree:
 * odds (2^modelled), those after the first `modelled` at even odds. */
void arithmetic_put_bits(struct arithmetic_writer *writer, struct odds *odds,
    int modelled, int bits, uint32_t value);
/* Nothing more; as few bytes as tell it, so that zeros may follow. */
void arithmetic_end(struct arithmetic_writer *writer);

/* Any bytes mean something; after their end there are zeros. */
void arithmetic_open(struct arithmetic_reader *reader, struct bytes bytes);
int arithmetic_get(struct arithmetic_reader *reader, struct odds *odds);
uint32_t arithmetic_get_bits(struct arithmetic_reader *reader,
    struct odds *odds, int modelled, int bits);

#endif
