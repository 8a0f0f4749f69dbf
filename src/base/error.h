/*
 * Two tiers of failure.
 *
 * What a user or a file did wrong is returned: the function fills a `struct
 * error` with one line that names the place, changes nothing, and returns -1
 * (or NULL). A bug or a lack of memory ends the program through die(), after
 * the front end has given the terminal back.
 */
#ifndef SNT_BASE_ERROR_H
#define SNT_BASE_ERROR_H

struct error {
	char text[512];
};

/* Fill *error (NULL allowed) and return -1, so that `return error_set(...)`
 * is the whole of a failing branch. */
int error_set(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Put "PREFIX: " in front of the message; returns -1. */
int error_prefix(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Called once before die() prints: give the terminal back. */
void die_set_hook(void (*restore)(void));

_Noreturn void die(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
