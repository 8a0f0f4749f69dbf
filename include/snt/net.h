/*
 * libsnt: networks. All parameters of a network lie in one flat vector, with
 * a table of named segments (network.h). An engine (engine.h) computes loss,
 * gradient and exact Hessian-vector products of it; an evaluation
 * (evaluation.h) does so on a data set, in chunks. What a layer is, is said
 * in operation.h.
 */
#ifndef SNT_NET_H
#define SNT_NET_H

#include "net/engine.h"
#include "net/evaluation.h"
#include "net/network.h"
#include "net/operation.h"

#endif
