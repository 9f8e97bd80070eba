#include "builtins/builtin.h"

#include <string.h>

#include "ast/node.h"
#include "ast/script.h"
#include "base/vec.h"

#define BUILTINS(file) extern const struct builtin builtins_##file[];
#include "builtins/builtins.def"
#undef BUILTINS

static const struct builtin *const tables[] = {
#define BUILTINS(file) builtins_##file,
#include "builtins/builtins.def"
#undef BUILTINS
};

const struct builtin *builtin_at(size_t i)
{
	for (size_t t = 0; t < ARRAY_SIZE(tables); t++)
		for (const struct builtin *b = tables[t]; b->name; b++)
			if (!i--)
				return b;
	return NULL;
}

/* A '#' at the end of a row's name stands for a number: "arg#" is arg0, arg1 ... */
static bool is_called(const struct builtin *b, const char *name)
{
	const char *row = b->name;
	size_t n;

	while (*row && *row != '#' && *row == *name) {
		row++;
		name++;
	}
	if (*row != '#')
		return !*row && !*name;
	n = strspn(name, "0123456789");
	return n && !name[n];
}

const struct builtin *builtin_find(const char *name)
{
	for (size_t t = 0; t < ARRAY_SIZE(tables); t++)
		for (const struct builtin *b = tables[t]; b->name; b++)
			if (is_called(b, name))
				return b;
	return NULL;
}

/* Functions, values and macros of the language that are still to be built: who builds one takes it out. */
static const char *const absent[] = {
	"cat", "container_of", "debugf", "dw_ustack", "find", "leader_comm", "leader_tid", "memcmp", "override", "path",
	"pcomm", "percpu_kaddr", "ppid", "signal", "signal_name", "signal_thread", "skboutput", "socket_cookie",
	"str_concat", "strcap", "strcontains", "strerror", "strlen", "strstr", "syscall_name", "system", "uaddr",
	"unwatch", "write_user",
};

const char *builtin_absent(size_t i)
{
	return i < ARRAY_SIZE(absent) ? absent[i] : NULL;
}

const struct type *builtin_shown_type(struct script *s, const struct type *t)
{
	if (t->kind == TYPE_AGG && t->agg->shown_as)
		return t->agg->shown_as(s, t);
	return type_rigid(s->types, type_decay(s->types, t));
}

const char *builtin_call_name(const struct node *call)
{
	return call->kind == NODE_call ? call->call.name : call->name.name;
}

struct node *builtin_arg(const struct node *call, unsigned n)
{
	struct node *arg = call->kind == NODE_call ? call->call.args : NULL;

	while (arg && n--)
		arg = arg->next;
	return arg;
}

bool builtin_is_context(const struct node *n)
{
	if (n->kind == NODE_unary && n->unary.op == OP_DEREF)
		n = n->unary.operand;
	return n->kind == NODE_name && n->name.fn && (n->name.fn->flags & BUILTIN_CONTEXT) && n->type &&
	       n->type->kind == TYPE_STRUCT;
}
