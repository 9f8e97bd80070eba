#ifndef SONDE_PARSER_C_HEADERS_H
#define SONDE_PARSER_C_HEADERS_H

#include <stdbool.h>
#include <stdint.h>

struct script;

/* Headers that are known without being read: those of the kernel and of the C library. Their types and enums are the
 * kernel's own (BTF); their constants stand in c_constants.def. */

/* name: without quotes or brackets. Whether it is one of them. */
bool c_header_is_known(const char *name);
/* `#include` of one: from here on constants are visible, all of them, since headers include each other; a name that
 * nobody knows is put down to the headers that were included. */
void c_header_include(struct script *s, const char *name);

/* A constant of the headers that were included so far (none: of none); false: there is none of that name. */
bool c_header_constant(const struct script *s, const char *name, uint64_t *ret_value, bool *ret_is_negative);

/* Once for each script, before it is parsed: sets s->headers. */
void c_headers_init(struct script *s);

/* The table, for its test. header: as in #include. NULL: behind the last. */
struct c_constant {
	const char *name, *header;
	uint64_t value;                /* sign-extended */
	bool is_negative;
};
bool c_constant_at(unsigned i, struct c_constant *ret_constant);

#endif
