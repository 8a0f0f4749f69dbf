#include "workbench/report_table.h"

#include <math.h>

#include "workbench/svg_plot.h"

void table_begin(struct buffer *out, const char *const *column, int columns,
    int texts)
{
	buffer_puts(out, "<table><tr>");
	for (int i = 0; i < columns; i++) {
		buffer_puts(out, i < texts ? "<th class=\"t\">" : "<th>");
		html_text(out, column[i]);
		buffer_puts(out, "</th>");
	}
	buffer_puts(out, "</tr>\n");
}

void cell_text(struct buffer *out, const char *text)
{
	buffer_puts(out, "<td class=\"t\">");
	html_text(out, text);
	buffer_puts(out, "</td>");
}

void cell(struct buffer *out, const char *format, double value)
{
	buffer_puts(out, "<td>");
	if (isnan(value))
		buffer_puts(out, "&#8211;");
	else
		buffer_printf(out, format, value);
	buffer_puts(out, "</td>");
}

/* The number stands there too: paper and the blind need no colour. */
void cell_heat(struct buffer *out, double share)
{
	if (isnan(share)) {
		cell(out, "", share);
		return;
	}
	buffer_printf(out, "<td class=\"h\" style=\"background:"
	    "rgb(0 140 170/%.2f)\">%.1f</td>", 0.75 * share, 100 * share);
}
