#ifndef SONDE_BASE_STR_H
#define SONDE_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing text; bytes may hold any value, data[len] is always 0 once something was put. */
struct strbuf {
	char *data;
	size_t len, cap;
};

void strbuf_put(struct strbuf *b, const void *bytes, size_t len);
void strbuf_puts(struct strbuf *b, const char *s);
void strbuf_putc(struct strbuf *b, char c);
void strbuf_pad(struct strbuf *b, char c, size_t n); /* c, n times */
void strbuf_printf(struct strbuf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void strbuf_vprintf(struct strbuf *b, const char *fmt, va_list ap);
void strbuf_reset(struct strbuf *b); /* empties, keeps the memory */
void strbuf_done(struct strbuf *b);

bool has_wildcard(const char *pattern); /* a '*', or both '[' and ']' */
bool wildcard_match(const char *pattern, const char *text); /* '*' matches any sequence */

/* The number of edits (insert, delete, replace, swap) that turn a into b; for "did you mean". */
unsigned edit_distance(const char *a, const char *b);

/* Converts a number as the language writes it (hex, octal, binary, 1e6, 5ms, 1_000; unsigned).
 * Returns 0, or -1 with *ret_error a static text without the number: "invalid integer",
 * "invalid trailing bytes", "overflow error, maximum value is 18446744073709551615",
 * "trailing underscore in integer literal",
 * "coefficient part of scientific literal must be 1-9". The caller appends ": <text>". */
int number_parse(const char *text, size_t len, uint64_t *ret_value, const char **ret_error);

#endif
