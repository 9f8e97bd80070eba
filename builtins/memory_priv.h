#ifndef SONDE_BUILTINS_MEMORY_PRIV_H
#define SONDE_BUILTINS_MEMORY_PRIV_H

#include "codegen/cg.h"

/* An integer, or an aggregation that is read as one. */
bool memory_is_number(const struct type *t);
/* Where the bytes of an argument are: numbers and pointers say it, other values lie somewhere, members of C
 * structs perhaps in somebody else's memory. ret_bytes: how many there are of a text; else untouched. */
ref memory_emit_address(struct cg *cg, const struct node *arg, enum addr_space *ret_as, uint32_t *ret_bytes);

/* 0, or -1 with a diag: this is no text, nor an array of characters or a pointer to some. */
int memory_check_text(struct script *s, const struct node *arg);

#endif
