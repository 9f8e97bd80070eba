#ifndef SONDE_AST_BUILD_H
#define SONDE_AST_BUILD_H

#include "ast/node.h"

/* Making nodes: what the parser needs beyond ast/node.h. */

struct node_list {
	struct node *first, *last;
};

/* A copy of n in the arena; its depth is worked out from its children. */
struct node *node_make(struct arena *a, struct node n);
/* Appends in place and returns the longer list. */
struct node_list node_list_add(struct node_list list, struct node *n);

#endif
