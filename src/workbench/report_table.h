/* Tables of a report: a head, and cells of text or of numbers. */
#ifndef SNT_WORKBENCH_REPORT_TABLE_H
#define SNT_WORKBENCH_REPORT_TABLE_H

#include "base/buffer.h"

/* The names of the columns, and how many they are. */
#define COLUMNS(...) \
	(const char *const[]){__VA_ARGS__}, \
	(int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* The first `texts` columns hold text. The caller ends it with </table>. */
void table_begin(struct buffer *out, const char *const *column, int columns,
    int texts);
void cell_text(struct buffer *out, const char *text);
/* NAN: a dash. */
void cell(struct buffer *out, const char *format, double value);
/* A share of one, in percent, on a ground as strong as it is. */
void cell_heat(struct buffer *out, double share);

#endif
