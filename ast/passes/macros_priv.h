#ifndef SONDE_AST_PASSES_MACROS_PRIV_H
#define SONDE_AST_PASSES_MACROS_PRIV_H

#include "ast/node.h"
#include "base/vec.h"

struct script;

/* macros_find.c: the macros of a script */
struct macros {
	struct script *s;
	VEC(struct node *) all;
};

/* Complains of definitions that cannot be; whoever goes on looks at the diags. */
void macros_read(struct macros *m);
void macros_done(struct macros *m);
/* is_bare: called without parentheses. *ret_closest: when none takes the arguments, the one to tell of; NULL:
 * there is no macro of that name. */
const struct node *macros_find(const struct macros *m, const char *name, bool is_bare, const struct node *args,
			       const struct node **ret_closest);
void macros_say_mismatch(const struct macros *m, struct span at, const char *name, const struct node *args,
			 const struct node *closest);
const char *macro_param_name(const struct node *param);
unsigned macro_arg_count(const struct node *args); /* of a list of arguments, or parameters */

#endif
