#ifndef SONDE_RUNTIME_OUTPUT_PRIV_H
#define SONDE_RUNTIME_OUTPUT_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;
struct type;

/* What output_text.c, output_map.c and printf.c share. */

/* The integer, bool or pointer at bytes, extended to 64 bits by its sign. */
int64_t value_read(const struct type *t, const void *bytes);
void text_put_decimal(struct strbuf *out, uint64_t v, bool is_signed);
/* Decimal digits of v before `end`, which is one past the last; returns the first. 20 bytes are enough. */
char *text_digits(char *end, uint64_t v);
/* Printable ASCII as it is, other bytes as \xNN; all: every byte as \xNN. */
void text_put_escaped(struct strbuf *out, const unsigned char *bytes, size_t len, bool all);

#endif
