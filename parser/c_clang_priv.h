#ifndef SONDE_PARSER_C_CLANG_PRIV_H
#define SONDE_PARSER_C_CLANG_PRIV_H

#include "parser/c_priv.h"
#include "parser/clang_c.h"

/* What a parsed header defines, as C text; files whose names begin with in_memory are left out. */
const char *clang_write(struct c_section *c, const struct clang *clang, CXTranslationUnit tu, const char *in_memory);
/* Copies the text and gives it back to libclang. */
const char *clang_text(const struct clang *clang, struct arena *a, CXString s);

#endif
