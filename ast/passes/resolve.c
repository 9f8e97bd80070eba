#include <string.h>

#include "ast/pass.h"
#include "ast/passes/late.h"
#include "ast/passes/resolve_priv.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "builtins/builtin.h"

/* Variables that a block (or a loop) declared. */
struct scope {
	struct scope *up;
	VEC(struct variable *) vars;
};

static int resolve_child(struct node *child, void *ctx)
{
	resolve(ctx, child);
	return 0;
}

/* -- variables -- */

static struct variable *find_variable(const struct resolver *r, const char *name)
{
	for (const struct scope *sc = r->scope; sc; sc = sc->up)
		for (size_t i = 0; i < sc->vars.n; i++)
			if (sc->vars.v[i]->name == name)
				return sc->vars.v[i];
	return NULL;
}

static struct variable *declare(struct resolver *r, struct node *var, int origin)
{
	struct variable *v = ARENA_NEW(r->s->arena, struct variable);

	v->name = var->var.name;
	v->first = var->span;
	v->origin = origin;
	v->loop_depth = r->bodies;
	vec_push(&r->scope->vars, v);
	vec_push(&r->u->vars, v);
	var->var.sym = v;
	return v;
}

static void use_variable(struct resolver *r, struct variable *v, struct node *n)
{
	n->var.sym = v;
	if (r->bodies > v->loop_depth)
		v->is_captured = true;
}

static void push_scope(struct resolver *r, struct scope *sc)
{
	*sc = (struct scope){ .up = r->scope };
	r->scope = sc;
}

static void pop_scope(struct resolver *r)
{
	struct scope *sc = r->scope;

	r->scope = sc->up;
	vec_done(&sc->vars);
}

static void resolve_var(struct resolver *r, struct node *n)
{
	struct variable *v = find_variable(r, n->var.name);
	struct nearest near = { .want = n->var.name, .arena = r->s->arena };
	struct diag *d;

	if (v) {
		use_variable(r, v, n);
		if (!v->is_assigned && !v->is_read && !r->unevaluated)
			diag_warning(r->s->diags, DIAG_UNASSIGNED, n->span,
				     "Variable used before it was assigned: $%s", v->name);
		v->is_read = v->is_read || !r->unevaluated;
		return;
	}
	d = diag_error(r->s->diags, DIAG_UNKNOWN_VARIABLE, n->span,
		       "Undefined or undeclared variable: $%s", n->var.name);
	for (const struct scope *sc = r->scope; sc; sc = sc->up) {
		for (size_t i = 0; i < sc->vars.n; i++) {
			if (!strcmp(sc->vars.v[i]->name, n->var.name)) { /* of another macro: see macros.c */
				diag_hint(r->s->diags, d, "Variables must be passed into the macro as "
					  "arguments.");
				return;
			}
			nearest_offer(&near, sc->vars.v[i]->name);
		}
	}
	for (size_t i = 0; i < r->u->vars.n; i++) {
		if (r->u->vars.v[i]->name == n->var.name) {
			diag_hint(r->s->diags, d, "the $%s of another block ends with it: declare it in front of "
				  "both with `let $%s;`", n->var.name, n->var.name);
			return;
		}
	}
	if (near.best)
		nearest_hint(&near, r->s->diags, d, "$", "");
	else
		diag_hint(r->s->diags, d, "assign to it first: $%s = ...;", n->var.name);
}

static void say_shadow(struct resolver *r, const struct node *var, const struct variable *old, bool loop)
{
	static const char *const notes[] = {
		[VAR_ASSIGNED] = "This is the initial assignment.",
		[VAR_DECLARED] = "This is the initial declaration.",
		[VAR_LOOP] = "This is the loop variable.",
		[VAR_PARAM] = "This is the function parameter.",
	};
	struct diag *d;

	if (loop)
		d = diag_error(r->s->diags, DIAG_SHADOW, var->span,
			       "Loop declaration shadows existing variable: $%s", var->var.name);
	else
		d = diag_error(r->s->diags, DIAG_SHADOW, var->span,
			       "Variable $%s was already declared. Variable shadowing is not allowed.",
			       var->var.name);
	diag_note(r->s->diags, d, old->first, "%s", notes[old->origin]);
	if (loop)
		diag_hint(r->s->diags, d, "choose another name for the variable of the loop");
	else
		diag_hint(r->s->diags, d, "assign without 'let', or choose another name");
}

static void resolve_let(struct resolver *r, struct node *n)
{
	struct variable *old = find_variable(r, n->let.var->var.name), *v;

	if (n->let.declared)
		resolve(r, n->let.declared);
	if (n->let.value)
		resolve(r, n->let.value);
	if (old) {
		say_shadow(r, n->let.var, old, false);
		n->let.var->var.sym = old;
		return;
	}
	v = declare(r, n->let.var, VAR_DECLARED);
	v->is_assigned = n->let.value != NULL;
}

static void assign_var(struct resolver *r, struct node *var, bool reads)
{
	struct variable *v = find_variable(r, var->var.name);

	if (!v && reads) {
		resolve_var(r, var); /* complains */
		return;
	}
	if (!v)
		v = declare(r, var, VAR_ASSIGNED);
	use_variable(r, v, var);
	v->is_assigned = true;
	if (reads)
		v->is_read = true;
}

/* "&$x": whoever has the address may write there. */
static void resolve_address(struct resolver *r, struct node *operand)
{
	struct variable *v = operand->kind == NODE_var ? find_variable(r, operand->var.name) : NULL;

	if (v)
		v->is_assigned = true;
	resolve(r, operand);
}

/* -- maps -- */

static void note_map_shape(struct resolver *r, struct map *m, const struct node *n, bool keyed)
{
	const char *fmt;
	struct diag *d;

	if (!(keyed ? m->is_scalar : m->is_keyed)) {
		if (keyed)
			m->is_keyed = true;
		else
			m->is_scalar = true;
		if (!m->key_use.start)
			m->key_use = n->span;
		return;
	}
	fmt = keyed ? "@%s used as a map with an explicit key (non-scalar map), previously used without an "
		      "explicit key (scalar map)"
		    : "@%s used as a map without an explicit key (scalar map), previously used with an "
		      "explicit key (non-scalar map)";
	d = diag_error(r->s->diags, DIAG_MAP_KIND, n->span, fmt, m->name);
	diag_note(r->s->diags, d, m->key_use, "@%s was used here first", m->name);
	diag_hint(r->s->diags, d, "use it with a key everywhere or nowhere, or use another map");
}

struct map *resolve_map(struct resolver *r, struct node *n, bool whole)
{
	struct map *m = script_map(r->s, n->map.name, n->span);

	n->map.sym = m;
	m->is_used = true;
	if (n->map.key) {
		resolve(r, n->map.key);
		note_map_shape(r, m, n, true);
	} else if (!whole) {
		note_map_shape(r, m, n, false);
	}
	return m;
}

static void resolve_target(struct resolver *r, struct node *n, bool reads)
{
	if (n->kind == NODE_var) {
		assign_var(r, n, reads);
		return;
	}
	if (n->kind == NODE_map) {
		resolve_map(r, n, false)->is_written = true;
		return;
	}
	resolve(r, n);
}

/* -- statements -- */

static bool is_jump(const struct node *n)
{
	if (n->kind == NODE_expr_stmt)
		n = n->expr_stmt.value;
	return n->kind == NODE_return_stmt || n->kind == NODE_break_stmt ||
	       n->kind == NODE_continue_stmt ||
	       (n->kind == NODE_call && n->call.fn && (n->call.fn->flags & BUILTIN_EXIT));
}

/* The value of a block that is never computed is dropped. */
static void say_unreachable(struct resolver *r, struct node *st)
{
	struct node *value = st->kind == NODE_expr_stmt && st->expr_stmt.trailing ? st->expr_stmt.value : NULL;

	diag_warning(r->s->diags, DIAG_UNREACHABLE, st->span, "%s",
		     value ? "Unreachable expression; block type is implicitly none."
			   : "Unreachable statement.");
	if (value) {
		st->kind = NODE_discard;
		st->discard.value = value;
	}
}

static void resolve_block(struct resolver *r, struct node *n)
{
	struct scope sc;
	bool reachable = true;

	push_scope(r, &sc);
	for (struct node *st = n->block.stmts; st; st = st->next) {
		if (!reachable) {
			say_unreachable(r, st);
			reachable = true; /* say it once */
		}
		resolve(r, st);
		if (is_jump(st) && st->next)
			reachable = false;
	}
	pop_scope(r);
}

static void resolve_body(struct resolver *r, struct node *body)
{
	if (!r->loops++)
		r->returns = NULL;
	resolve(r, body);
	r->loops--;
}

static void resolve_for(struct resolver *r, struct node *var, struct node *body)
{
	struct variable *old = find_variable(r, var->var.name);
	struct scope sc;

	push_scope(r, &sc);
	r->bodies++;
	if (old)
		say_shadow(r, var, old, true);
	declare(r, var, VAR_LOOP)->is_assigned = true;
	resolve_body(r, body);
	r->bodies--;
	pop_scope(r);
}

static void say_while(struct resolver *r, const struct node *n)
{
	struct span head = { n->span.start, n->span.start + 5 };
	struct diag *d = diag_warning(r->s->diags, DIAG_DEPRECATED, head,
				      "While loops are deprecated and may be removed in the future.");

	diag_hint(r->s->diags, d, "For loops support ranges (e.g. `for ($x : $start..$end) { ... }`), and "
		  "can be used in place of while. These are more easily proven to be bounded by the "
		  "verifier.");
}

static void resolve_jump(struct resolver *r, const struct node *n, const char *word)
{
	struct diag *d;

	if (r->loops)
		return;
	d = diag_error(r->s->diags, DIAG_FLOW, n->span, "'%s' statement is not allowed in a %s", word,
		       r->u->fn ? "function" : "probe");
	diag_hint(r->s->diags, d, "outside of loops, return leaves the %s", r->u->fn ? "function" : "probe");
}

/* All returns of a loop have a value, or none has. */
static void resolve_return(struct resolver *r, const struct node *n)
{
	struct diag *d;

	if (r->u->fn) {
		r->u->fn->returns_in_for |= r->bodies > 0;
		r->u->fn->returns = true;
	}
	if (n->return_stmt.value)
		resolve(r, n->return_stmt.value);
	if (!r->loops)
		return;
	if (!r->returns)
		r->returns = n;
	if (!r->returns->return_stmt.value == !n->return_stmt.value)
		return;
	d = diag_error(r->s->diags, DIAG_FLOW, n->span, "Return value used in loop is inconsistent");
	diag_note(r->s->diags, d, r->returns->span, "This is the other return.");
	diag_hint(r->s->diags, d, "give a value to all of them or to none");
}

static bool writes_map(const struct node *n, void *ctx)
{
	(void)ctx;
	if (n->kind == NODE_assign)
		return n->assign.target->kind == NODE_map;
	return n->kind == NODE_incdec && n->incdec.operand->kind == NODE_map;
}

/* Of sizeof and its like, which evaluate nothing. A map by its name alone stands for all of it. */
static void resolve_operand(struct resolver *r, const struct node *n, struct node *operand, const char *what)
{
	if (node_any(operand, writes_map, NULL))
		diag_hint(r->s->diags,
			  diag_error(r->s->diags, DIAG_MAP_VALUE, n->span,
				     "Map assignments not allowed inside of %s", what),
			  "assign in front of it");
	r->unevaluated++;
	if (operand->kind == NODE_map && !operand->map.key)
		resolve_map(r, operand, true);
	else
		resolve(r, operand);
	r->unevaluated--;
}

/* -- comptime -- */

/* What is needed to resolve a branch when its condition is known. */
struct late {
	struct resolver r;
	struct variable **visible;
	size_t n;
};

static bool assigns(const struct node *n, void *ctx)
{
	const struct variable *v = ctx;

	return n->kind == NODE_assign && n->assign.target->kind == NODE_var &&
	       n->assign.target->var.name == v->name;
}

/* For choice, an if or a ternary. A variable that one of its branches assigns has a value behind it, for all
 * that is known. */
static struct late *put_off(const struct resolver *r, const struct node *choice)
{
	struct late *late = ARENA_NEW(r->s->arena, struct late);

	late->r = *r;
	late->r.scope = NULL;
	for (const struct scope *sc = r->scope; sc; sc = sc->up)
		late->n += sc->vars.n;
	late->visible = ARENA_ARRAY(r->s->arena, struct variable *, late->n);
	late->n = 0;
	for (const struct scope *sc = r->scope; sc; sc = sc->up)
		for (size_t i = 0; i < sc->vars.n; i++)
			late->visible[late->n++] = sc->vars.v[i];
	for (size_t i = 0; i < late->n; i++)
		if (!late->visible[i]->is_assigned && node_any(choice, assigns, late->visible[i]))
			late->visible[i]->is_assigned = true;
	return late;
}

void resolve_late(const struct late *late, struct node *n)
{
	struct resolver r = late->r;
	struct scope sc;

	push_scope(&r, &sc);
	for (size_t i = 0; i < late->n; i++)
		vec_push(&sc.vars, late->visible[i]);
	resolve(&r, n);
	pop_scope(&r);
}

/* An if or a ternary whose condition is comptime: only one branch is ever looked at. */
static void resolve_choice(struct resolver *r, struct node *n, struct node *cond)
{
	resolve(r, cond->comptime.operand);
	fold_operand(r->s, r->u, cond->comptime.operand, false);
	if (!node_is_literal(cond->comptime.operand)) {
		cond->comptime.late = put_off(r, n);
		return;
	}
	fold_choose(r->s, n);
	resolve(r, n);
}

/* The statement that gives a block its value; NULL: it has none. */
static struct node **value_of(struct node *block)
{
	struct node **last = &block->block.stmts;

	while (*last && (*last)->next)
		last = &(*last)->next;
	return *last && (*last)->kind == NODE_expr_stmt && (*last)->expr_stmt.trailing ? last : NULL;
}

static bool ends_in_aggregation(struct node *n)
{
	struct node **last = n->kind == NODE_block ? value_of(n) : NULL;

	if (last)
		return ends_in_aggregation((*last)->expr_stmt.value);
	return n->kind == NODE_call && n->call.fn && n->call.fn->agg;
}

/* "@m = { ...; count() }", which a macro may leave behind, becomes "{ ...; @m = count() }". */
static void assign_inside(struct resolver *r, struct node *n)
{
	struct node *block = n->assign.value, *next = n->next;
	struct node *inner = node_new(r->s->arena, NODE_assign, n->span);
	struct node **last = value_of(block);

	inner->assign = n->assign;
	inner->assign.value = (*last)->expr_stmt.value;
	*last = inner;
	*n = *block;
	n->next = next;
	if (inner->assign.value->kind == NODE_block)
		assign_inside(r, inner);
}

static void resolve_assign(struct resolver *r, struct node *n)
{
	resolve(r, n->assign.value);
	resolve_target(r, n->assign.target, n->assign.op != OP_NONE);
	if (n->assign.op == OP_NONE && n->assign.target->kind == NODE_map && n->assign.value->kind == NODE_block &&
	    ends_in_aggregation(n->assign.value))
		assign_inside(r, n);
}

static void resolve_statement(struct resolver *r, struct node *n)
{
	switch (n->kind) {
	case NODE_return_stmt:
		resolve_return(r, n);
		return;
	case NODE_let:
		resolve_let(r, n);
		return;
	case NODE_assign:
		resolve_assign(r, n);
		return;
	case NODE_block:
		resolve_block(r, n);
		return;
	case NODE_while_loop:
		say_while(r, n);
		resolve(r, n->while_loop.cond);
		resolve_body(r, n->while_loop.body);
		return;
	case NODE_for_map:
		resolve_map(r, n->for_map.map, true);
		resolve_for(r, n->for_map.var, n->for_map.body);
		return;
	case NODE_for_range:
		resolve(r, n->for_range.from);
		resolve(r, n->for_range.to);
		resolve_for(r, n->for_range.var, n->for_range.body);
		return;
	case NODE_break_stmt:
		resolve_jump(r, n, "break");
		return;
	case NODE_continue_stmt:
		resolve_jump(r, n, "continue");
		return;
	default:
		node_each_child(n, resolve_child, r);
	}
}

void resolve(struct resolver *r, struct node *n)
{
	if (n->kind == NODE_cond && n->cond.cond->kind == NODE_comptime) {
		resolve_choice(r, n, n->cond.cond);
		return;
	}
	if (n->kind == NODE_ternary && n->ternary.cond->kind == NODE_comptime) {
		resolve_choice(r, n, n->ternary.cond);
		return;
	}
	switch (n->kind) {
	case NODE_var:
		resolve_var(r, n);
		return;
	case NODE_map:
		resolve_map(r, n, false);
		return;
	case NODE_name:
		resolve_name(r, n);
		return;
	case NODE_call:
		resolve_call(r, n);
		return;
	case NODE_unary:
		if (n->unary.op == OP_ADDRESS)
			resolve_address(r, n->unary.operand);
		else
			resolve(r, n->unary.operand);
		return;
	case NODE_incdec:
		resolve_target(r, n->incdec.operand, true);
		return;
	case NODE_offset_of:
		resolve_operand(r, n, n->offset_of.operand, "offsetof");
		return;
	case NODE_size_of:
		resolve_operand(r, n, n->size_of.operand, "sizeof");
		return;
	case NODE_type_info:
		resolve_operand(r, n, n->type_info.operand, "typeof or typeinfo");
		script_use_unstable(r->s, "typeinfo", "unstable_typeinfo",
				    (enum unstable)r->s->settings.unstable_typeinfo, n->span);
		return;
	case NODE_type_of:
		resolve_operand(r, n, n->type_of.operand, "typeof or typeinfo");
		return;
	default:
		resolve_statement(r, n);
	}
}

/* -- the whole script -- */

static void check_variables(struct script *s, const struct unit *u)
{
	for (size_t i = 0; i < u->vars.n; i++) {
		const struct variable *v = u->vars.v[i];

		if (!v->is_assigned)
			diag_warning(s->diags, DIAG_UNASSIGNED, v->first,
				     "Variable $%s was never assigned to.", v->name);
	}
}

static void check_maps(struct script *s)
{
	for (size_t i = 0; i < s->maps.n; i++) {
		const struct map *m = s->maps.v[i];

		if (!m->is_used)
			diag_warning(s->diags, DIAG_UNUSED_MAP, m->declared_at, "Unused map: @%s", m->name);
	}
}

static void declare_param(struct resolver *r, struct node *param)
{
	struct variable *old = find_variable(r, param->param.var->var.name), *v;

	if (old)
		say_shadow(r, param->param.var, old, false);
	v = declare(r, param->param.var, VAR_PARAM);
	v->is_assigned = true;
	vec_push(&r->u->fn->params, v);
	resolve(r, param->param.declared);
}

static void resolve_function(struct script *s, struct script_fn *f)
{
	struct resolver r = { .s = s, .u = f->unit };
	struct scope sc;

	push_scope(&r, &sc);
	for (struct node *p = f->def->function.params; p; p = p->next)
		declare_param(&r, p);
	resolve(&r, f->def->function.result);
	resolve(&r, f->unit->body);
	pop_scope(&r);
}

void resolve_check_uses(struct script *s)
{
	for (size_t i = 0; i < s->functions.n; i++)
		check_variables(s, s->functions.v[i]->unit);
	for (size_t i = 0; i < s->units.n; i++)
		check_variables(s, s->units.v[i]);
	check_maps(s);
}

int pass_resolve(struct script *s)
{
	for (size_t i = 0; i < s->functions.n; i++)
		resolve_function(s, s->functions.v[i]);
	for (size_t i = 0; i < s->units.n; i++) {
		struct resolver r = { .s = s, .u = s->units.v[i] };

		resolve(&r, s->units.v[i]->body);
	}
	if (!diags_errors(s->diags))
		return 0;
	resolve_check_uses(s); /* there will be no later */
	return -1;
}
