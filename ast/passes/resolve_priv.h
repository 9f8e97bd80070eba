#ifndef SONDE_AST_PASSES_RESOLVE_PRIV_H
#define SONDE_AST_PASSES_RESOLVE_PRIV_H

#include <stdbool.h>

struct expansion;
struct map;
struct node;
struct scope;
struct script;
struct unit;

/* What the pass knows where it stands in a script. */
struct resolver {
	struct script *s;
	struct unit *u;
	struct scope *scope;
	unsigned loops;                /* loops of any kind around */
	unsigned unevaluated;          /* operands of sizeof and its like around */
	const struct node *returns;    /* the first return of the outermost loop; NULL: none so far */
	unsigned bodies;               /* for loops around: their bodies are functions of their own */
	struct expansion *expansion;   /* the #defines that what is looked at stands for */
	unsigned expanded;             /* nodes that they made */
};

/* resolve.c */
void resolve(struct resolver *r, struct node *n);
/* whole: the map itself is meant (print(@x), for), not an element. */
struct map *resolve_map(struct resolver *r, struct node *n, bool whole);

/* resolve_name.c: builtins, functions, constants and what #defines stand for */
void resolve_name(struct resolver *r, struct node *n);
void resolve_call(struct resolver *r, struct node *n);

#endif
