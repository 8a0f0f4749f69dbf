/*
 * The plan of a study: a JSON file that says which networks are trained in
 * which ways from which seeds, and what is measured of them. snt-study(7)
 * describes it; arms are lines of the command language.
 */
#ifndef SNT_WORKBENCH_STUDY_GRID_H
#define SNT_WORKBENCH_STUDY_GRID_H

#include <stdbool.h>

#include "base/error.h"
#include "base/hash.h"

enum { STUDY_RATES = 8 };

struct study_arm {
	char *name;
	char *optimizer;	/* "sam rho=0.05 base=adam", without a rate */
	char *transform;	/* "expand depth=2", or NULL */
	double from;		/* share of the run after which it is on */
	char *settings;		/* "decay factors": of `set`; or NULL */
	double rate[STUDY_RATES];	/* to choose from; none: the default */
	int rates;
	double gradients;	/* a step, once rehearsed; else 1 */
};

struct study_list {
	char **text;
	int count;
};

struct study_grid {
	char *title;		/* or NULL */
	char *data;		/* "fashion-mnist" */
	long images, test;	/* of each split; 0: all */
	long probe;		/* that sharpness is measured on; 0: default */
	double validation;	/* share set aside for the search of rates */
	double epochs;
	bool equal_gradients;	/* not equal epochs: equal evaluations */
	long batch;		/* 0: the default */
	bool cosine;		/* the rate falls to 0 over the run */
	double warmup;		/* share of it in which the rate grows first */
	bool choose_compressed;	/* rates by the mean accuracy of all settings,
				 * not by that of the uncompressed network */
	int choose_seeds;	/* each rate is tried from the first so many */
	bool on_validation;	/* runs are measured there, not on the test
				 * split: for a search */
	struct study_list backbones, compression, sharpness;
	double *macs;		/* of each backbone, multiply-adds a sample,
				 * once rehearsed; else 1 */
	struct study_arm *arm;
	int arms;
	long *seed;
	int seeds;
	char *headline;		/* the measure declared beforehand, or NULL */
	/* Of all that a run's numbers depend on, so not of how its rate is
	 * chosen from several seeds: rows of another plan do not count. */
	char fingerprint[HASH_TEXT];
};

/* NULL with the file, the key and what is wrong. */
struct study_grid *study_grid_read(const char *path, struct error *error);
void study_grid_free(struct study_grid *grid);

#endif
