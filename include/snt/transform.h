/*
 * libsnt: sharpness-minimizing network transformation, a map in front of the
 * flat vector. The optimizer owns theta, the network is w = T(theta), so
 * folding is exact. A reconstruction: of the published SNT (arXiv 2305.04526,
 * version 1) only the abstract is known to us.
 */
#ifndef SNT_TRANSFORM_H
#define SNT_TRANSFORM_H

#include "transform/transform.h"

#endif
