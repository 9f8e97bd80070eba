#ifndef SONDE_PARSER_PARSER_H
#define SONDE_PARSER_PARSER_H

#include <stddef.h>

struct node;
struct script;

/* Reads a text into s->root (NODE_program, untyped). Syntax trouble becomes diags and reading goes on
 * behind it; the tree holds what could be read. 0, or -1 when there were errors. */
int script_parse(struct script *s, const char *file, const char *text, size_t len);

#endif
