#ifndef SONDE_PARSER_C_SECTION_H
#define SONDE_PARSER_C_SECTION_H

#include "base/span.h"

struct script;

/* The C definitions and directives of a script, read by a small C front end of our own: one text, in order, with
 * what it includes. Its types, constants and macros are a source of C types (ast/ctype.h), the first that is asked.
 * They are collected while the script is parsed and read by a pass (ast/pass.c), when the kernel's types are known. */

/* The next directive or definition, at its place in the script. */
void c_section_add(struct script *s, struct span at);
/* `#include "file"`, as an option asks for it: called before the script is parsed. */
void c_section_include(struct script *s, const char *file);
/* The next header, for `import "x.h"`: as if it was included here. path: where the file is; at: what names it.
 * 0, or -1 with a diag when the file cannot be read. */
int c_section_read_file(struct script *s, const char *path, struct span at);
/* Reads what was collected; a pass calls it through script->read_c. 0, or -1 with diags. */
int c_section_read(struct script *s);

#endif
