/*
 * libsnt: how sharp a minimum is. Measures (measure.h) are made in small
 * steps that can be interleaved with training; lanczos.h finds eigenvalues
 * of any symmetric operator.
 */
#ifndef SNT_SHARPNESS_H
#define SNT_SHARPNESS_H

#include "sharpness/lanczos.h"
#include "sharpness/measure.h"

#endif
