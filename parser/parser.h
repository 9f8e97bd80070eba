#ifndef SONDE_PARSER_PARSER_H
#define SONDE_PARSER_PARSER_H

#include <stddef.h>

struct node;
struct script;

/* Reads a text into s->root (NODE_program, untyped). Syntax trouble becomes diags and reading goes on
 * behind it; the tree holds what could be read. 0, or -1 when there were errors. */
int script_parse(struct script *s, const char *file, const char *text, size_t len);
/* Reads the files that the script imports, and what those import; paths are relative to the file that names
 * them. Their items go in front of the script's own. 0, or -1 with diags. */
int script_import(struct script *s);

#endif
