/*
 * Signals as numbers to be read: the handler writes one byte into a pipe and
 * does nothing else, whichever thread it runs on. The front end waits for the
 * pipe together with its input and acts outside the handler.
 */
#ifndef SNT_BASE_SIGNALS_H
#define SNT_BASE_SIGNALS_H

/* From now on `signal` arrives in the pipe; one that is ignored (nohup, a job
 * in the background) stays ignored. */
void signals_catch(int signal);
/* Readable when a signal has arrived. */
int signals_descriptor(void);
/* The next signal that arrived, or 0. */
int signals_next(void);

#endif
