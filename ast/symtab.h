#ifndef SONDE_AST_SYMTAB_H
#define SONDE_AST_SYMTAB_H

#include "ast/node.h"

struct map_desc;

/* A scratch variable of one probe body or function. */
struct variable {
	const char *name;              /* without '$' */
	struct span first;             /* where it was declared or first assigned */
	enum { VAR_ASSIGNED, VAR_DECLARED, VAR_LOOP, VAR_PARAM } origin;
	const struct type *declared;   /* `let $x : T`, else NULL */
	const struct type *type;       /* so far; NULL: not known yet */
	enum addr_space as;
	bool is_assigned, is_read, is_captured; /* captured: used in the body of a for below its scope */
	unsigned loop_depth;           /* loops with a body of their own around the declaration */
	bool is_of_call;               /* of a call of a function that was put in place */
	struct variable *copy;         /* while a call is put in place: the one of that call */
	void *slot;                    /* codegen's */
};

/* What a map can be declared as: `let @x = lruhash(5)`. */
struct map_kind {
	const char *name;
	bool is_percpu, is_lru;
};

/* A map of the script. */
struct map {
	const char *name;              /* without '@' */
	struct span first;             /* first use or declaration */
	struct span key_use, value_use; /* where the types below came from */
	const struct map_kind *declared_kind; /* NULL: not declared */
	uint64_t declared_max;
	struct span declared_at;
	bool is_keyed, is_scalar;      /* how it is used; both is an error */
	bool is_used, is_written;
	bool is_guessed;               /* no assignment gave the value a type: int8 */
	const struct type *key, *value; /* NULL: not known yet */
	enum addr_space as;
	struct map_desc *desc;         /* from pass_plan on */
};

#endif
