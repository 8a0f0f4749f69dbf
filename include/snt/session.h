/*
 * libsnt: file formats. safetensors files, networks as JSON, checkpoints, and
 * the session folder with its journal chained by hashes.
 */
#ifndef SNT_SESSION_H
#define SNT_SESSION_H

#include "session/checkpoint.h"
#include "session/network_json.h"
#include "session/safetensors.h"
#include "session/session.h"

#endif
