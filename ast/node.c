#include "ast/node.h"

#include <stddef.h>

#include "ast/build.h"
#include "base/arena.h"

enum { MAX_KIDS = 4 };

/* Where a kind of node keeps its children, up to the first 0. */
static const uint16_t kids[NODE_KINDS][MAX_KIDS + 1] = {
#define KID(member) offsetof(struct node, member)
#define NODE(kind, ...) [NODE_##kind] = { __VA_ARGS__ },
#include "ast/nodes.def"
#undef NODE
#undef KID
};

static const char *const kind_names[] = {
#define NODE(kind, ...) [NODE_##kind] = #kind,
#include "ast/nodes.def"
#undef NODE
};

static const struct {
	const char *text;
	unsigned level;
} ops[] = {
	[OP_NONE] = { "", 0 },
#define OP(name, text, level) [OP_##name] = { text, level },
#include "ast/ops.def"
#undef OP
};

const char *node_kind_name(enum node_kind kind)
{
	return kind_names[kind];
}

const char *op_text(enum op op)
{
	return ops[op].text;
}

unsigned op_level(enum op op)
{
	return ops[op].level;
}

static struct node **kid_at(const struct node *n, uint16_t offset)
{
	return (struct node **)((char *)n + offset);
}

struct node *node_new(struct arena *a, enum node_kind kind, struct span span)
{
	struct node *n = ARENA_NEW(a, struct node);

	n->kind = kind;
	n->span = span;
	n->depth = 1;
	return n;
}

struct node *node_make(struct arena *a, struct node from)
{
	struct node *n = arena_memdup(a, &from, sizeof(from));
	uint32_t deepest = 0;

	for (const uint16_t *kid = kids[n->kind]; *kid; kid++)
		for (const struct node *child = *kid_at(n, *kid); child; child = child->next)
			if (child->depth > deepest)
				deepest = child->depth;
	n->depth = deepest + 1;
	return n;
}

struct node_list node_list_add(struct node_list list, struct node *n)
{
	if (list.last)
		list.last->next = n;
	else
		list.first = n;
	list.last = n;
	return list;
}

struct node *node_copy(struct arena *a, const struct node *from)
{
	struct node *n = arena_memdup(a, from, sizeof(*from));

	n->next = NULL;
	for (const uint16_t *kid = kids[n->kind]; *kid; kid++) {
		struct node_list copies = { 0 };

		for (const struct node *child = *kid_at(n, *kid); child; child = child->next)
			copies = node_list_add(copies, node_copy(a, child));
		*kid_at(n, *kid) = copies.first;
	}
	return n;
}

struct span *node_part_span(struct node *n)
{
	switch (n->kind) {
	case NODE_binary:
		return &n->binary.op_span;
	case NODE_call:
		return &n->call.name_span;
	case NODE_field:
		return &n->field.name_span;
	default:
		return NULL;
	}
}

int node_each_child(struct node *n, int (*fn)(struct node *child, void *ctx), void *ctx)
{
	struct node *child, *next;
	int stop;

	for (const uint16_t *kid = kids[n->kind]; *kid; kid++) {
		for (child = *kid_at(n, *kid); child; child = next) {
			next = child->next;
			stop = fn(child, ctx);
			if (stop)
				return stop;
		}
	}
	return 0;
}

bool node_any(const struct node *n, bool (*fn)(const struct node *n, void *ctx), void *ctx)
{
	if (fn(n, ctx))
		return true;
	for (const uint16_t *kid = kids[n->kind]; *kid; kid++)
		for (const struct node *child = *kid_at(n, *kid); child; child = child->next)
			if (node_any(child, fn, ctx))
				return true;
	return false;
}

bool node_is_literal(const struct node *n)
{
	if (n->kind == NODE_tuple) {
		for (const struct node *e = n->tuple.elems; e; e = e->next)
			if (!node_is_literal(e))
				return false;
		return true;
	}
	return n->kind == NODE_number || n->kind == NODE_boolean || n->kind == NODE_string;
}
