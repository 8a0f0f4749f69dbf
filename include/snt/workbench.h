/*
 * libsnt: the workbench behind the program. A front end submits lines of the
 * command language, listens to events, and draws snapshots.
 */
#ifndef SNT_WORKBENCH_H
#define SNT_WORKBENCH_H

#include "workbench/command.h"
#include "workbench/snapshot.h"
#include "workbench/workbench.h"

#endif
