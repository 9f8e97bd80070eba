#include <string.h>

#include "ast/build.h"
#include "ast/ctype.h"
#include "ast/pass.h"
#include "ast/passes/macros_priv.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/source.h"
#include "base/str.h"
#include "builtins/builtin.h"

/* Calls of macros become copies of their bodies, before anything else is known of the script. A copy has
 * positions of its own (sources_expand()), so that complaints can tell the call. Variables that a body makes
 * get a name of their own, too: names are compared by their pointers, so a copy of the text is another name
 * that reads the same. */

enum { MAX_NODES = 250000 };           /* that macros may make in all */
static const char deep[] = "levels of expressions and of blocks in blocks: %u is the limit";

struct renamed {
	const char *name, *fresh;
};

/* One call on the way to become its body. */
struct expansion {
	struct expansion *up;          /* that the call stands in; NULL: in no macro */
	const struct node *macro;
	struct node *args;             /* one for each parameter, done with */
	uint32_t shift;                /* from positions in the macro to those of the copy */
	VEC(struct renamed) vars;
};

struct expander {
	struct script *s;
	struct macros macros;
	struct expansion *x;           /* NULL: what is looked at was written where it stands */
	unsigned depth;                /* nodes above the one looked at */
	unsigned nodes;                /* made so far */
	bool is_stopped;               /* too deep or too large: said so */
};

static void expand(struct expander *e, struct node *n);

/* Becomes another node; its place in the parent's list stays. */
static void become(struct node *n, const struct node *from)
{
	struct node *next = n->next;

	*n = *from;
	n->next = next;
}

/* ---- putting a body in the place of its call ---- */

static void stop(struct expander *e, struct span at, const char *hint, unsigned limit)
{
	struct diag *d;

	if (!e->is_stopped) {
		d = diag_error(e->s->diags, DIAG_NESTING, at, "this is too much code when macros are in their places");
		diag_hint(e->s->diags, d, hint, limit);
	}
	e->is_stopped = true;
}

static bool say_recursion(struct expander *e, const struct node *call, const struct node *macro)
{
	const struct expansion *chain[64], *x;
	struct strbuf text = { 0 };
	unsigned n = 0;

	for (x = e->x; x && x->macro != macro; x = x->up)
		;
	if (!x)
		return false;
	for (x = e->x; x && n < ARRAY_SIZE(chain); x = x->up)
		chain[n++] = x;
	if (x)
		strbuf_puts(&text, "... > ");
	while (n)
		strbuf_printf(&text, "%s > ", chain[--n]->macro->macro.name);
	diag_hint(e->s->diags,
		  diag_error(e->s->diags, DIAG_MACRO, call->span,
			     "Recursive macro call detected. Call chain: %s%s", text.data,
			     macro->macro.name),
		  "a macro is put in the place of its call and cannot call itself: a loop can take "
		  "turns");
	strbuf_done(&text);
	return true;
}

static void expand_call(struct expander *e, struct node *n, const struct node *macro, struct node *args)
{
	struct expansion x = { .up = e->x, .macro = macro, .args = args };
	struct node *body;
	uint32_t start;

	if (say_recursion(e, n, macro))
		return;
	start = sources_expand(e->s->sources, macro->span, n->span);
	if (!start) {
		stop(e, n->span, "%u bytes of text is the limit", INT32_MAX);
		return;
	}
	x.shift = start - macro->span.start;
	body = node_copy(e->s->arena, macro->macro.body);
	e->x = &x;
	expand(e, body);
	e->x = x.up;
	vec_done(&x.vars);
	become(n, body);
}

/* ---- what stands in a body ---- */

/* The argument for the parameter of that kind and name; NULL: it is no parameter. */
static struct node *find_arg(const struct expander *e, enum node_kind kind, const char *name)
{
	struct node *arg = e->x ? e->x->args : NULL;

	for (const struct node *p = arg ? e->x->macro->macro.params : NULL; p; p = p->next, arg = arg->next)
		if (p->kind == kind && macro_param_name(p) == name)
			return arg;
	return NULL;
}

static void move(struct span *at, uint32_t shift)
{
	if (!at->start)
		return;
	at->start += shift;
	at->end += shift;
}

static void move_spans(struct node *n, uint32_t shift)
{
	struct span *part = node_part_span(n);

	move(&n->span, shift);
	if (part)
		move(part, shift);
}

static const char *fresh_name(struct expander *e, const char *name)
{
	struct expansion *x = e->x;

	for (size_t i = 0; i < x->vars.n; i++)
		if (x->vars.v[i].name == name)
			return x->vars.v[i].fresh;
	vec_push(&x->vars, (struct renamed){ name, arena_strdup(e->s->arena, name) });
	return x->vars.v[x->vars.n - 1].fresh;
}

static void expand_var(struct expander *e, struct node *n)
{
	const struct node *arg = find_arg(e, NODE_var, n->var.name);

	if (e->x)
		n->var.name = arg ? arg->var.name : fresh_name(e, n->var.name);
}

static void expand_map(struct expander *e, struct node *n)
{
	const struct node *arg = find_arg(e, NODE_map, n->map.name);

	if (arg)
		n->map.name = arg->map.name;
	else if (e->x)
		diag_error(e->s->diags, DIAG_MACRO, n->span,
			   "Unhygienic access to map: @%s. Maps must be passed into the macro as arguments.",
			   n->map.name);
}

static void expand_let(struct expander *e, struct node *n)
{
	const char *name = n->let.var->var.name;
	struct span at = n->let.var->span;

	if (!find_arg(e, NODE_var, name))
		return;
	move(&at, e->x->shift);
	diag_hint(e->s->diags,
		  diag_error(e->s->diags, DIAG_MACRO, at,
			     "Variable declaration shadows macro arg $%s", name),
		  "choose another name for the variable");
}

/* A variable or map cannot be assigned through a parameter that is an expression: it becomes its value. */
static struct node *as_value(struct expander *e, struct node *arg)
{
	struct node *block, *stmt;

	if (arg->kind != NODE_var && (arg->kind != NODE_map || arg->map.key))
		return arg;
	stmt = node_new(e->s->arena, NODE_expr_stmt, arg->span);
	stmt->expr_stmt.value = arg;
	stmt->expr_stmt.trailing = true;
	block = node_new(e->s->arena, NODE_block, arg->span);
	block->block.stmts = stmt;
	block->depth = arg->depth + 2;
	return block;
}

/* Another node is made. True: one too many. */
static bool count_node(const struct node *n, void *ctx)
{
	struct expander *e = ctx;

	if (e->nodes++ == MAX_NODES)
		stop(e, n->span, "%u parts of expressions and statements is the limit", MAX_NODES);
	return e->is_stopped;
}

static void become_arg(struct expander *e, struct node *n, const struct node *arg)
{
	if (e->depth + arg->depth > NODE_MAX_DEPTH)
		stop(e, n->span, deep, NODE_MAX_DEPTH);
	if (!e->is_stopped && !node_any(arg, count_node, e))
		become(n, as_value(e, node_copy(e->s->arena, arg)));
}

/* is_arg: an argument of a call, which may be a type. */
static void expand_name(struct expander *e, struct node *n, bool is_arg)
{
	const char *name = n->name.name;
	const struct node *arg = find_arg(e, NODE_name, name), *macro, *closest;

	if (arg && arg->kind == NODE_type_of && !is_arg) {
		diag_hint(e->s->diags,
			  diag_error(e->s->diags, DIAG_MACRO, n->span,
				     "'%s' is a type here and has no value", name),
			  "a type can stand in sizeof(%s) or in front of a value: (%s)1", name,
			  name);
		return;
	}
	if (arg) {
		become_arg(e, n, arg);
		return;
	}
	macro = macros_find(&e->macros, name, true, NULL, &closest);
	if (macro)
		expand_call(e, n, macro, NULL);
	else if (closest && !builtin_find(name))
		diag_error(e->s->diags, DIAG_MACRO, n->span,
			   "Call to %s() has the wrong number of arguments. Expected: %u but got 0.", name,
			   macro_arg_count(closest->macro.params));
}

static bool is_lone_word(const struct node *n)
{
	return n->kind == NODE_type_name && n->type_name.tag == TAG_NONE && !n->type_name.n_suffixes;
}

static void say_bad_type(struct expander *e, const struct node *n)
{
	const char *text = sources_text(e->s->sources, n->span.start);

	struct diag *d =
		diag_error(e->s->diags, DIAG_MACRO, n->span,
			   "Invalid replacement for macro '%s' type parameter '%s' which makes "
			   "up the type '%.*s'",
			   e->x->macro->macro.name, n->type_name.name,
			   (int)(n->span.end - n->span.start), text);

	if (ctype_hint_cast(e->s, d, n))
		return;
	diag_hint(e->s->diags, d, "give it the name of a type%s: typeof(%s)",
		  n->type_name.tag == TAG_NONE ? "" : " without that word",
		  n->type_name.tag == TAG_NONE ? "uint64" : "task_struct");
}

/* "p", "p*", "struct p" where p is a parameter: the argument is typeof(T). */
static void expand_type_name(struct expander *e, struct node *n)
{
	const struct node *arg = find_arg(e, NODE_name, n->type_name.name);
	const struct node *of = arg && arg->kind == NODE_type_of ? arg->type_of.operand : NULL;
	struct node type = *n;

	if (!arg)
		return;
	if (of && of->kind != NODE_type_name && is_lone_word(n)) {
		become(n, node_copy(e->s->arena, arg));
		return;
	}
	if (!of || of->kind != NODE_type_name || (n->type_name.tag != TAG_NONE && !is_lone_word(of)) ||
	    of->type_name.n_suffixes + n->type_name.n_suffixes > MAX_SUFFIXES) {
		say_bad_type(e, n);
		return;
	}
	type.type_name = of->type_name;
	if (n->type_name.tag != TAG_NONE)
		type.type_name.tag = n->type_name.tag;
	for (unsigned i = 0; i < n->type_name.n_suffixes; i++)
		type.type_name.suffix[type.type_name.n_suffixes++] = n->type_name.suffix[i];
	become(n, &type);
}

/* Of sizeof and its like. A lone word was read as a type; as a parameter it is any argument. */
static void expand_operand(struct expander *e, struct node *n)
{
	const struct node *arg = is_lone_word(n) ? find_arg(e, NODE_name, n->type_name.name) : NULL;

	if (!arg) {
		expand(e, n);
		return;
	}
	become(n, node_copy(e->s->arena, arg->kind == NODE_type_of ? arg->type_of.operand : arg));
	if (n->kind == NODE_name && !builtin_find(n->name.name)) { /* a lone word again */
		const char *name = n->name.name;

		n->kind = NODE_type_name;
		memset(&n->type_name, 0, sizeof(n->type_name));
		n->type_name.name = name;
	}
}

/* The names of "a.b.c" as a list; empty when it is something else. */
static struct node_list field_names(struct expander *e, const struct node *n)
{
	struct node_list list = { 0 };
	struct node *name = node_new(e->s->arena, NODE_name, n->span);

	if (n->kind == NODE_name) {
		name->name.name = n->name.name;
		return node_list_add(list, name);
	}
	if (n->kind != NODE_field)
		return list;
	list = field_names(e, n->field.base);
	name->name.name = n->field.name;
	name->span = n->field.name_span;
	return list.first ? node_list_add(list, name) : list;
}

/* Of offsetof: a parameter is a word, or a chain of them. Anything else is left to be no member. */
static void expand_members(struct expander *e, struct node **members)
{
	struct node_list all = { 0 };

	for (struct node *m = *members, *next; m; m = next) {
		const struct node *arg = find_arg(e, NODE_name, m->name.name);
		struct node_list names = { 0 };

		next = m->next;
		m->next = NULL;
		if (e->x)
			move_spans(m, e->x->shift);
		if (arg)
			names = field_names(e, arg);
		if (arg && arg->kind == NODE_field && !names.first)
			diag_error(e->s->diags, DIAG_MACRO, arg->span,
				   "FieldAccess expressions must be made up entirely of idents (e.g. a.b.c) to "
				   "replace the second argument in `offsetof`");
		all = node_list_add(all, names.first ? names.first : m);
		if (names.first)
			all.last = names.last;
	}
	*members = all.first;
}

/* ---- the tree ---- */

struct below {
	struct expander *e;
	uint32_t deepest;
};

static int expand_child(struct node *child, void *ctx)
{
	struct below *b = ctx;

	expand(b->e, child);
	if (child->depth > b->deepest)
		b->deepest = child->depth;
	return b->e->is_stopped;
}

static void expand_macro_call(struct expander *e, struct node *n)
{
	const struct node *closest, *macro = macros_find(&e->macros, n->call.name, false, n->call.args, &closest);

	if (macro) {
		expand_call(e, n, macro, n->call.args);
		return;
	}
	if (closest && !builtin_find(n->call.name))
		macros_say_mismatch(&e->macros, n->span, n->call.name, n->call.args, closest);
	for (const struct node *a = n->call.args; a; a = a->next)
		if (a->kind == NODE_type_of)
			diag_error(e->s->diags, DIAG_MACRO, a->span,
				   "When used as a call argument, `typeof` builtin only valid for macro calls "
				   "that are expecting a type parameter");
}

static void expand_args(struct expander *e, struct below *b, struct node *args)
{
	for (struct node *a = args; a && !e->is_stopped; a = a->next) {
		if (a->kind != NODE_name) {
			expand_child(a, b);
			continue;
		}
		if (e->x)
			move_spans(a, e->x->shift);
		expand_name(e, a, true);
		if (a->depth > b->deepest)
			b->deepest = a->depth;
	}
}

static void expand_below(struct expander *e, struct node *n)
{
	struct below b = { e, 0 };

	e->depth++;
	switch (n->kind) {
	case NODE_call:
		expand_args(e, &b, n->call.args);
		break;
	case NODE_offset_of:
		expand_operand(e, n->offset_of.operand);
		expand_members(e, &n->offset_of.members);
		b.deepest = n->offset_of.operand->depth;
		break;
	case NODE_size_of:
		expand_operand(e, n->size_of.operand);
		b.deepest = n->size_of.operand->depth;
		break;
	case NODE_type_info:
		expand_operand(e, n->type_info.operand);
		b.deepest = n->type_info.operand->depth;
		break;
	case NODE_type_of:
		expand_operand(e, n->type_of.operand);
		b.deepest = n->type_of.operand->depth;
		break;
	default:
		node_each_child(n, expand_child, &b);
	}
	e->depth--;
	n->depth = b.deepest + 1;
}

static void expand(struct expander *e, struct node *n)
{
	if (e->x) {
		move_spans(n, e->x->shift);
		count_node(n, e);
		if (e->depth > NODE_MAX_DEPTH)
			stop(e, n->span, deep, NODE_MAX_DEPTH);
	}
	if (e->is_stopped)
		return;
	if (n->kind == NODE_let)
		expand_let(e, n); /* still by the names of the macro */
	expand_below(e, n);
	if (n->kind == NODE_var)
		expand_var(e, n);
	else if (n->kind == NODE_map)
		expand_map(e, n);
	else if (n->kind == NODE_name)
		expand_name(e, n, false);
	else if (n->kind == NODE_type_name)
		expand_type_name(e, n);
	else if (n->kind == NODE_call)
		expand_macro_call(e, n);
}

/* ---- the script ---- */

static void expand_item(struct expander *e, struct node *item)
{
	if (item->kind == NODE_function) {
		for (struct node *param = item->function.params; param; param = param->next)
			expand(e, param->param.declared);
		expand(e, item->function.result);
		expand(e, item->function.body);
	} else if (item->kind == NODE_probe) {
		if (item->probe.predicate)
			expand(e, item->probe.predicate);
		expand(e, item->probe.body);
	}
}

int pass_macros(struct script *s)
{
	struct expander e = { .s = s, .macros = { .s = s } };

	macros_read(&e.macros);
	for (struct node *n = s->root->program.items; n && !diags_errors(s->diags); n = n->next)
		expand_item(&e, n);
	macros_done(&e.macros);
	return diags_errors(s->diags) ? -1 : 0;
}
