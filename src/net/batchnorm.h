/* Batch normalisation's constants, PyTorch's defaults. */
#ifndef SNT_NET_BATCHNORM_H
#define SNT_NET_BATCHNORM_H

#define BATCHNORM_EPSILON 1e-5
/* Running statistics <- (1 - momentum) running + momentum of the batch. */
#define BATCHNORM_MOMENTUM 0.1

#endif
