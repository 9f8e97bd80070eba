#ifndef SONDE_AST_PASSES_FOLD_PRIV_H
#define SONDE_AST_PASSES_FOLD_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "ast/node.h"

struct builtin;
struct script;
struct unit;

struct folder {
	struct script *s;
	const struct unit *u;
	bool is_settled;               /* types are known and stay */
	unsigned comptime;             /* comptime around what is folded */
	unsigned folded;               /* how many nodes became another one */
};

/* fold.c: the value of a builtin that is known. A text takes the place of a builtin only where a literal is asked
 * for: literals have limits. */
void fold_known(struct folder *f, struct node *n, const struct builtin *b, bool may_be_text);

/* fold_op.c: literals, and operators whose operands are literals */
bool is_true(const struct node *n);
/* Becomes another node; its place in the parent's list stays. */
void become(struct folder *f, struct node *n, enum node_kind kind);
void become_copy(struct folder *f, struct node *n, const struct node *from);
void become_text(struct folder *f, struct node *n, const char *text, uint32_t len);
void fold_unary(struct folder *f, struct node *n);
void fold_binary(struct folder *f, struct node *n);
void fold_ternary(struct folder *f, struct node *n);
void fold_index(struct folder *f, struct node *n);
void fold_element(struct folder *f, struct node *n);
void fold_field(struct folder *f, struct node *n);

#endif
