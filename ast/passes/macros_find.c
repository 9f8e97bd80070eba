#include "ast/passes/macros_priv.h"
#include "ast/script.h"
#include "base/diag.h"

/* The macros of a script: what their definitions must be, and which of them a call means. */

unsigned macro_arg_count(const struct node *n)
{
	unsigned length = 0;

	for (; n; n = n->next)
		length++;
	return length;
}

/* ---- definitions ---- */

const char *macro_param_name(const struct node *param)
{
	return param->kind == NODE_var ? param->var.name :
	       param->kind == NODE_map ? param->map.name : param->name.name;
}

static void check_params(struct script *s, const struct node *macro)
{
	for (const struct node *p = macro->macro.params; p; p = p->next) {
		const struct node *old = macro->macro.params;
		const char *name = macro_param_name(p);

		while (old->kind != p->kind || macro_param_name(old) != name)
			old = old->next;
		if (old == p)
			continue;
		diag_hint(s->diags,
			  diag_error(s->diags, DIAG_MACRO, p->span,
				     "%s for macro argument has already been used: %s%s",
				     p->kind == NODE_var   ? "Variable"
				     : p->kind == NODE_map ? "Map"
							   : "Ident",
				     p->kind == NODE_var   ? "$"
				     : p->kind == NODE_map ? "@"
							   : "",
				     name),
			  "every argument needs a name of its own");
	}
}

/* Whether every call of `later` would be one of `first`. */
static bool hides(const struct node *first, const struct node *later)
{
	const struct node *a = first->macro.params, *b = later->macro.params;

	for (; a && b; a = a->next, b = b->next)
		if (a->kind != NODE_name && a->kind != b->kind)
			return false;
	return !a && !b;
}

static void add_macro(struct macros *m, struct node *macro)
{
	check_params(m->s, macro);
	for (size_t i = 0; i < m->all.n; i++) {
		const struct node *old = m->all.v[i];
		struct diag *d;

		if (old->macro.name != macro->macro.name || !hides(old, macro))
			continue;
		d = diag_error(m->s->diags, DIAG_MACRO, macro->macro.name_span, "Redefinition of macro: %s",
			       macro->macro.name);
		diag_note(m->s->diags, d, old->macro.name_span, "This is the original definition.");
		diag_hint(m->s->diags, d, "rename or remove one of them");
		return;
	}
	vec_push(&m->all, macro);
}

/* ---- jumps: a macro must not leave what its call stands in ---- */

struct jumps {
	struct script *s;
	unsigned loops;
};

static void refuse_jump(struct script *s, const struct node *n, const char *word)
{
	struct diag *d = diag_error(s->diags, DIAG_FLOW, n->span,
				    "'%s' statement is not allowed in a macro", word);

	if (n->kind == NODE_return_stmt)
		diag_hint(s->diags, d,
			  "the value of a macro is its last expression, without a ';' behind it");
	else
		diag_hint(s->diags, d, "put the whole loop into the macro, or '%s' behind its call",
			  word);
}

static int check_jumps(struct node *n, void *ctx)
{
	struct jumps *j = ctx, below = *j;

	if (n->kind == NODE_return_stmt)
		refuse_jump(j->s, n, "return");
	else if (n->kind == NODE_break_stmt && !j->loops)
		refuse_jump(j->s, n, "break");
	else if (n->kind == NODE_continue_stmt && !j->loops)
		refuse_jump(j->s, n, "continue");
	below.loops += n->kind == NODE_while_loop || n->kind == NODE_for_map || n->kind == NODE_for_range;
	return node_each_child(n, check_jumps, &below);
}

/* ---- which macro a call means ---- */

static bool accepts(const struct node *param, const struct node *arg)
{
	switch (param->kind) {
	case NODE_var:
		return arg->kind == NODE_var;
	case NODE_map:
		return arg->kind == NODE_map && !arg->map.key;
	default:
		return true;
	}
}

static bool accepts_all(const struct node *macro, const struct node *args)
{
	const struct node *p = macro->macro.params;

	for (; p && args; p = p->next, args = args->next)
		if (!accepts(p, args))
			return false;
	return !p && !args;
}

const struct node *macros_find(const struct macros *m, const char *name, bool is_bare, const struct node *args,
			       const struct node **ret_closest)
{
	unsigned n = macro_arg_count(args);
	const struct node *closest = NULL;
	bool fits = false;

	for (size_t i = 0; i < m->all.n; i++) {
		const struct node *macro = m->all.v[i];

		if (macro->macro.name != name || (is_bare && macro->macro.needs_parens))
			continue;
		if (accepts_all(macro, args))
			return macro;
		if (!closest || (!fits && macro_arg_count(macro->macro.params) == n))
			closest = macro;
		fits |= macro_arg_count(macro->macro.params) == n;
	}
	*ret_closest = closest;
	return NULL;
}

static const char *arg_kind(const struct node *arg)
{
	if (arg->kind == NODE_var)
		return "a variable";
	return arg->kind == NODE_map && !arg->map.key ? "a map" : "an expression";
}

void macros_say_mismatch(const struct macros *m, struct span at, const char *name, const struct node *args,
			 const struct node *closest)
{
	struct diags *ds = m->s->diags;
	const struct node *p = closest->macro.params;
	unsigned want = macro_arg_count(p), got = macro_arg_count(args);
	struct diag *d = diag_error(ds, DIAG_MACRO, at,
				    "Call to %s() has arguments that do not match any definition.", name);

	if (want != got) {
		diag_note(ds, d, closest->macro.name_span,
			  "The closest definition of %s() has a different number of arguments. Expected: %u "
			  "but got %u", name, want, got);
		return;
	}
	for (; p; p = p->next, args = args->next) {
		if (accepts(p, args))
			continue;
		diag_note(ds, d, args->span, "Mismatched arg. %s() expects a %s for arg %s%s but got %s.", name,
			  p->kind == NODE_map ? "map" : "variable", p->kind == NODE_map ? "@" : "$",
			  macro_param_name(p), arg_kind(args));
		diag_note(ds, d, p->span, "This is the argument in the closest definition.");
	}
}

/* ---- the macros of a script ---- */

void macros_read(struct macros *m)
{
	for (struct node *n = m->s->root->program.items; n; n = n->next) {
		struct jumps jumps = { m->s, 0 };

		if (n->kind != NODE_macro)
			continue;
		add_macro(m, n);
		check_jumps(n->macro.body, &jumps);
	}
}

void macros_done(struct macros *m)
{
	vec_done(&m->all);
}
