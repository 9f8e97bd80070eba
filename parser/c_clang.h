#ifndef SONDE_PARSER_C_CLANG_H
#define SONDE_PARSER_C_CLANG_H

#include <stdbool.h>

#include "base/span.h"

struct c_section;

/* Headers that our own reader gives up on, read by libclang, which is opened then and only then. */

/* What the header at a path defines, as plain C that our own reader reads: structs with their layout spelled out, enums
 * with their values, typedefs, macros; what c knows already is left out. before: C text that goes in front of the
 * header (macros). Types that only the kernel knows are the kernel's. at: the #include. In the arena; NULL with diags:
 * the header has errors, or libclang is not there. */
const char *c_clang_read(struct c_section *c, const char *path, const char *before, struct span at);
/* Whether libclang is there; opens it. */
bool c_clang_is_there(void);

#endif
