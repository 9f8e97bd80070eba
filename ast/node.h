#ifndef SONDE_AST_NODE_H
#define SONDE_AST_NODE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/span.h"

struct arena;
struct builtin;
struct late;
struct map;
struct part;
struct script_fn;
struct type;
struct variable;

enum node_kind {
#define NODE(kind, ...) NODE_##kind,
#include "ast/nodes.def"
#undef NODE
	NODE_KINDS
};

enum op {
	OP_NONE,
#define OP(name, text, level) OP_##name,
#include "ast/ops.def"
#undef OP
	OPS
};

/* Which memory a pointer-like value points to (spec/types.md 9). */
enum addr_space { AS_NONE, AS_KERNEL, AS_USER };

/* Suffixes of a type name, in order: a star, "[]", or "[N]". */
enum { SUFFIX_POINTER = -1, SUFFIX_UNSIZED = -2, MAX_SUFFIXES = 8 };
enum type_tag { TAG_NONE, TAG_STRUCT, TAG_UNION, TAG_ENUM };

/* The parser refuses deeper trees, so that everyone may walk them by recursion. */
enum { NODE_MAX_DEPTH = 1000 };

/* Made in the arena by the node_* functions; the shape is in nodes.def. Names are interned. */
struct node {
	enum node_kind kind;
	struct span span;
	uint32_t depth;                /* 1 for a leaf; as parsed, never over NODE_MAX_DEPTH */
	const struct type *type;       /* NULL until pass_types */
	enum addr_space as;            /* set by pass_types */
	struct node *next;             /* next in the parent's list */
	union {
		struct { uint64_t value; bool negative; const struct type *of; } number;
			/* negative: value is two's complement; of: the type of a named constant, else NULL */
		struct { bool value; } boolean;
		struct { const char *text; uint32_t len; } string;  /* may hold NULs; len without the end */
		struct { const char *name; const struct builtin *fn; } name;
		struct { uint64_t n; } positional;                /* 0: "$#" */
		struct { const char *name; struct variable *sym; } var; /* name without '$' */
		struct { const char *name; struct node *key; struct map *sym; } map; /* without '@'; "" */
		struct { enum op op; struct node *operand; } unary;
		struct { enum op op; bool prefix; struct node *operand; } incdec;
		struct { enum op op; struct node *lhs, *rhs; struct span op_span; } binary;
		struct { struct node *cond, *yes, *no; } ternary; /* yes NULL: "a ?: b" */
		struct { struct node *to, *operand; } cast;
		struct { const char *name; struct span name_span; struct node *args;
			 const struct builtin *fn; void *data; struct script_fn *script_fn; } call;
			/* data: the builtin's own, from check; script_fn: called instead of a builtin */
		struct { struct node *base; const char *name; struct span name_span; } field;
		struct { struct node *base; uint64_t n; } element;
		struct { struct node *base, *index; } index;
		struct { struct node *elems; const char *const *names; } tuple; /* names: a record */
		struct { struct node *operand; } size_of;
		struct { struct node *operand, *members; } offset_of;
		struct { struct node *operand; } type_info;
		struct { struct node *operand; struct late *late; } comptime; /* late: of a condition, see late.h */
		struct { struct node *operand; } type_of;
		struct { struct node *cond, *yes, *no; } cond;
		struct { struct node *stmts; struct part *part; } block; /* part: codegen's, see split.c */
		struct { struct script_fn *fn; struct node *args, *body; struct variable **vars, *result;
			 unsigned n_vars; } inlined;
			/* of this call alone; vars: parameters first; result: NULL for void */
		struct { const char *name; enum type_tag tag; int64_t suffix[MAX_SUFFIXES];
			 unsigned n_suffixes; bool has_too_many; } type_name;

		struct { struct node *var, *declared, *value; } let;
		struct { enum op op; struct node *target, *value; } assign; /* op: of "op=", else OP_NONE */
		struct { struct node *value; } discard;
		struct { struct node *value; bool trailing; } expr_stmt; /* trailing: no ';', last in block */
		struct { struct node *cond, *body; } while_loop;
		struct { struct node *count, *body; } unroll;
		struct { struct node *var, *map, *body; } for_map;
		struct { struct node *var, *from, *to, *body; } for_range;
		struct { struct node *value; } return_stmt;
		struct { const char *path; uint32_t len; bool in_block, is_read; } import;

		struct { const char *text; } attach_point;
		struct { struct node *points, *predicate, *body; } probe;
		struct { const char *key; struct span key_span; struct node *value; } setting;
		struct { const char *name; const char *map_kind; struct span kind_span; uint64_t max; } map_decl;
		struct { const char *name; struct span name_span; struct node *params, *body;
			 bool needs_parens; } macro; /* needs_parens: without them its name is another word */
		struct { struct node *var, *declared; } param;
		struct { const char *name; struct span name_span; struct node *params, *result, *body; } function;
		struct { struct node *config, *imports, *items; } program; /* config: list of settings */
	};
};

/* A node without children; the caller fills in the rest. */
struct node *node_new(struct arena *a, enum node_kind kind, struct span span);
/* The whole subtree again (lists included below it, `next` of the root not). Symbols and types stay. */
struct node *node_copy(struct arena *a, const struct node *n);
/* Calls fn on every child, lists element by element; stops when fn returns non-zero and returns that. */
int node_each_child(struct node *n, int (*fn)(struct node *child, void *ctx), void *ctx);
/* Where a part of an expression is that has a place of its own: the name of a call or member, an operator.
 * NULL: there is none. */
struct span *node_part_span(struct node *n);
/* Whether fn is true for n or anything below it. */
bool node_any(const struct node *n, bool (*fn)(const struct node *n, void *ctx), void *ctx);

/* A number, a boolean, a text, or a tuple or record of those. */
bool node_is_literal(const struct node *n);

const char *node_kind_name(enum node_kind kind);
const char *op_text(enum op op);
unsigned op_level(enum op op);

/* One node a line, indented; with types once they are known. */
void node_print(FILE *out, const struct node *n);
/* The expression or statement as script text with types in comments behind it (-d types). */
void node_print_typed(FILE *out, const struct node *n);

#endif
