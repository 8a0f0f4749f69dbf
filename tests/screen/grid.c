#include "screen/grid.h"

#include <string.h>

static int clamp(int value, int most)
{
	return value < 0 ? 0 : value > most ? most : value;
}

static void blank(struct grid *grid, int row, int from, int to)
{
	for (int i = from; i < to; i++)
		grid->cell[row][i] = ' ';
}

void grid_clear(struct grid *grid)
{
	memset(grid, 0, sizeof(*grid));
	grid->bottom = GRID_ROWS - 1;
	for (int i = 0; i < GRID_ROWS; i++)
		blank(grid, i, 0, GRID_COLUMNS);
}

static void move(struct grid *grid, int row, int column)
{
	grid->row = clamp(row, GRID_ROWS - 1);
	grid->column = clamp(column, GRID_COLUMNS - 1);
	grid->wraps = false;
}

static size_t scrolling_bytes(const struct grid *grid)
{
	return (size_t)(grid->bottom - grid->top) * sizeof(grid->cell[0]);
}

/* A row down; at the bottom margin what is above moves up. */
static void feed(struct grid *grid)
{
	if (grid->row != grid->bottom) {
		grid->row = clamp(grid->row + 1, GRID_ROWS - 1);
		return;
	}
	memmove(grid->cell[grid->top], grid->cell[grid->top + 1],
	    scrolling_bytes(grid));
	blank(grid, grid->bottom, 0, GRID_COLUMNS);
}

static void feed_back(struct grid *grid)
{
	if (grid->row != grid->top) {
		grid->row = clamp(grid->row - 1, GRID_ROWS - 1);
		return;
	}
	memmove(grid->cell[grid->top + 1], grid->cell[grid->top],
	    scrolling_bytes(grid));
	blank(grid, grid->top, 0, GRID_COLUMNS);
}

static void put(struct grid *grid, char character)
{
	if (grid->wraps) {
		grid->column = 0;
		feed(grid);
	}
	grid->cell[grid->row][grid->column] = character;
	grid->wraps = grid->column == GRID_COLUMNS - 1;
	if (!grid->wraps)
		grid->column++;
}

static void take_text(struct grid *grid, unsigned char byte)
{
	switch (byte) {
	case 0x1b:
		grid->state = GRID_ESCAPE;
		break;
	case '\r':
		move(grid, grid->row, 0);
		break;
	case '\n':
		feed(grid);
		break;
	case '\b':
		move(grid, grid->row, grid->column - 1);
		break;
	case '\t':
		move(grid, grid->row, (grid->column | 7) + 1);
		break;
	default:
		/* The first byte of a character stands for all of it. */
		if (byte >= ' ' && (byte < 0x80 || byte >= 0xc0))
			put(grid, byte < 0x7f ? (char)byte : '?');
	}
}

static void take_escape(struct grid *grid, unsigned char byte)
{
	grid->state = GRID_TEXT;
	if (byte == '[') {
		memset(grid->parameter, 0, sizeof(grid->parameter));
		grid->parameters = 1;
		grid->state = GRID_SEQUENCE;
	} else if (byte == '(' || byte == ')') {
		grid->state = GRID_SKIP;
	} else if (byte == 'M') {
		feed_back(grid);
	}
}

static void set_margins(struct grid *grid)
{
	int top = grid->parameter[0], bottom = grid->parameter[1];

	grid->top = clamp(top ? top - 1 : 0, GRID_ROWS - 2);
	grid->bottom = clamp(bottom ? bottom - 1 : GRID_ROWS - 1,
	    GRID_ROWS - 1);
	if (grid->bottom <= grid->top) {
		grid->top = 0;
		grid->bottom = GRID_ROWS - 1;
	}
	move(grid, 0, 0);
}

static void erase_line(struct grid *grid, int row, int what)
{
	int from = what == 0 && row == grid->row ? grid->column : 0;
	int to = what == 1 && row == grid->row ? grid->column + 1 :
	    GRID_COLUMNS;

	blank(grid, row, from, to);
}

static void erase_screen(struct grid *grid, int what)
{
	int from = what == 0 ? grid->row : 0;
	int to = what == 1 ? grid->row : GRID_ROWS - 1;

	for (int i = from; i <= to; i++)
		erase_line(grid, i, what);
}

static void act(struct grid *grid, unsigned char final)
{
	int first = grid->parameter[0];
	int count = first ? first : 1;

	switch (final) {
	case 'A':
		move(grid, grid->row - count, grid->column);
		break;
	case 'B':
		move(grid, grid->row + count, grid->column);
		break;
	case 'C':
		move(grid, grid->row, grid->column + count);
		break;
	case 'D':
		move(grid, grid->row, grid->column - count);
		break;
	case 'H':
		move(grid, count - 1, grid->parameter[1] - 1);
		break;
	case 'J':
		erase_screen(grid, first);
		break;
	case 'K':
		erase_line(grid, grid->row, first);
		break;
	case 'r':
		set_margins(grid);
		break;
	}
}

static void take_sequence(struct grid *grid, unsigned char byte)
{
	int *last = &grid->parameter[grid->parameters - 1];

	if (byte >= '0' && byte <= '9') {
		*last = clamp(10 * *last + byte - '0', 9999);
	} else if (byte == ';') {
		if (grid->parameters < GRID_PARAMETERS)
			grid->parameters++;
	} else if (byte >= 0x40) {
		act(grid, byte);
		grid->state = GRID_TEXT;
	}
}

void grid_write(struct grid *grid, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		switch (grid->state) {
		case GRID_TEXT:
			take_text(grid, byte);
			break;
		case GRID_ESCAPE:
			take_escape(grid, byte);
			break;
		case GRID_SEQUENCE:
			take_sequence(grid, byte);
			break;
		case GRID_SKIP:
			grid->state = GRID_TEXT;
			break;
		}
	}
}

const char *grid_find(const struct grid *grid, const char *text)
{
	for (int i = 0; i < GRID_ROWS; i++) {
		const char *found = strstr(grid->cell[i], text);

		if (found)
			return found;
	}
	return NULL;
}
