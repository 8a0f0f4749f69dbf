/* The operations there are; each is a file op_NAME.c. */
#ifndef SNT_NET_OPERATIONS_H
#define SNT_NET_OPERATIONS_H

#include "net/operation.h"

extern const struct operation operation_dense;
extern const struct operation operation_conv;
extern const struct operation operation_maxpool;
extern const struct operation operation_avgpool;
extern const struct operation operation_globalavg;
extern const struct operation operation_batchnorm;
extern const struct operation operation_layernorm;
extern const struct operation operation_relu;
extern const struct operation operation_gelu;
extern const struct operation operation_tanh;
extern const struct operation operation_dropout;
extern const struct operation operation_flatten;
extern const struct operation operation_add;
extern const struct operation operation_positions;
extern const struct operation operation_attention;
extern const struct operation operation_tokenmean;
extern const struct operation operation_quantise;
extern const struct operation operation_rescale;

#endif
