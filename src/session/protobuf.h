/* Messages of protocol buffers, as far as writing them needs: fields are
 * appended to a buffer, and a message within another is appended whole. */
#ifndef SNT_SESSION_PROTOBUF_H
#define SNT_SESSION_PROTOBUF_H

#include <stdint.h>

#include "base/buffer.h"

void protobuf_integer(struct buffer *out, int field, int64_t value);
void protobuf_float(struct buffer *out, int field, float value);
void protobuf_bytes(struct buffer *out, int field, const void *data,
    size_t size);
void protobuf_text(struct buffer *out, int field, const char *text);
/* Appends the message and empties its buffer. */
void protobuf_message(struct buffer *out, int field, struct buffer *message);

#endif
