/*
 * libsnt: errors, memory, random numbers, the shard pool, text and files.
 *
 * Functions that can fail because of a file or a user take a `struct error`
 * and return -1 or NULL; a lack of memory ends the program. Compile and link
 * with what `pkg-config --cflags --static --libs snt` prints.
 */
#ifndef SNT_BASE_H
#define SNT_BASE_H

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/option.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/real.h"
#include "base/shape.h"
#include "base/text.h"
#include "base/vector.h"

#endif
