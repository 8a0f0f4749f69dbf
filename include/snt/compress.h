/*
 * libsnt: pruning and quantisation of a flat vector, never in place, with
 * batch norm folded into the layers before it.
 */
#ifndef SNT_COMPRESS_H
#define SNT_COMPRESS_H

#include "compress/compress.h"
#include "compress/fold.h"

#endif
