#include "base/shape.h"

#include "base/text.h"

void shape_print(struct shape shape, char *out, size_t size)
{
	if (shape.tokens)
		text_format(out, size, "%d x %d", shape.h * shape.w, shape.c);
	else if (shape.h == 1 && shape.w == 1)
		text_format(out, size, "%d", shape.c);
	else
		text_format(out, size, "%dx%dx%d", shape.c, shape.h, shape.w);
}
