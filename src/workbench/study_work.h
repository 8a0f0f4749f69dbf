/* How much of a study is done, and what is left, in seconds of training as far
 * as the finished runs tell: arms and networks cost very different times. */
#ifndef SNT_WORKBENCH_STUDY_WORK_H
#define SNT_WORKBENCH_STUDY_WORK_H

#include "workbench/study_rows.h"

struct study_work {
	double done, left;	/* seconds on the machines the rows are from */
};

struct study_work study_work_of(const struct study_rows *rows);

#endif
