#include "ast/passes/types_priv.h"
#include "ast/script.h"
#include "builtins/builtin.h"

/* Statements. */

const struct type *infer_declared(struct typer *t, struct node *declared, const char *what)
{
	const struct type *d;

	infer(t, declared);
	d = declared->type;
	if (!d || (is_storable(d) && d->kind != TYPE_AGG))
		return d;
	t->failed = true;
	diag_hint(t->s->diags, diag_error(t->s->diags, DIAG_TYPE_CLASH, declared->span, "Invalid %s type: %s", what,
					  d->name),
		  d->kind == TYPE_AGG ? "aggregations are values of maps: @name = count();"
				      : "variables and parameters hold values: int64, string, struct NAME *");
	return NULL;
}

static void declare_type(struct typer *t, struct variable *v, struct node *declared)
{
	const struct type *d = infer_declared(t, declared, "variable declaration");

	if (!d)
		return;
	v->declared = d;
	if (!d->is_unsized && !v->type)
		grow_type(t, &v->type, d);
}

/* No type, and nothing in the declaration itself that was complained about. */
static bool is_untyped(const struct node *n)
{
	const struct node *declared = n->let.declared;

	return !n->let.value && (!declared || (declared->type && declared->type->is_unsized));
}

static void infer_let(struct typer *t, struct node *n)
{
	struct variable *v = n->let.var->var.sym;

	if (n->let.declared)
		declare_type(t, v, n->let.declared);
	if (n->let.value) {
		infer_value(t, n->let.value);
		if (n->let.value->type)
			assign_type(t, n->let.var, n->let.value->type, n->let.value, n->let.value->as);
	}
	if (t->final && !v->type) {
		if (is_untyped(n))
			diag_hint(t->s->diags, type_error(t, DIAG_UNASSIGNED, n->let.var->span,
							  "Could not resolve the type of this variable"),
				  "give it a value, let $%s = VALUE;, or a type with a size, let $%s : int64;", v->name,
				  v->name);
		t->failed = true;
		v->type = int64(t); /* said once */
	}
	n->let.var->type = v->type;
}

/* "target op= value": what the target becomes. A map that has no type yet starts as an int8 of 0. */
static void infer_compound(struct typer *t, struct node *n)
{
	struct node *target = n->assign.target, *value = n->assign.value;
	struct node now = *target;
	const struct type *type;

	if (!now.type)
		now.type = type_int(t->s->types, target->kind == NODE_map ? 8 : 64, true);
	type = infer_operation(t, n, n->assign.op, &now, value);
	if (!type)
		return;
	if (now.type->kind == TYPE_AGG) {
		say_map_clash(t, value, target->map.sym, type);
		return;
	}
	now.type = type;
	now.kind = NODE_incdec; /* a result, not something written down: no conversion to warn about */
	assign_type(t, target, type, &now, value->as);
}

static void infer_assign(struct typer *t, struct node *n)
{
	struct node *target = n->assign.target, *value = n->assign.value;

	if (target->kind == NODE_map && n->assign.op == OP_NONE)
		t->agg_allowed = value;
	infer_value(t, value);
	t->agg_allowed = NULL;
	if (target->kind == NODE_map)
		infer_map(t, target);
	else if (target->var.sym && target->var.sym->type)
		set_type(t, target, target->var.sym->type);
	if (!value->type)
		return;
	if (n->assign.op != OP_NONE)
		infer_compound(t, n);
	else
		assign_type(t, target, value->type, value, value->as);
	if (target->kind == NODE_var && target->var.sym && target->var.sym->type)
		set_type(t, target, target->var.sym->type);
	else if (target->kind == NODE_map && target->map.sym->value)
		set_type(t, target, target->map.sym->value);
}

static void infer_expr_stmt(struct typer *t, struct node *n)
{
	struct node *v = n->expr_stmt.value;
	const struct builtin *b = v->kind == NODE_call ? v->call.fn : v->kind == NODE_name ? v->name.fn : NULL;

	if (v->kind == NODE_cond && infer_choice(t, v))
		return;
	if (v->kind == NODE_cond) {
		infer(t, v->cond.cond);
		check_condition(t, v->cond.cond);
		infer_body(t, v->cond.yes);
		if (v->cond.no && v->cond.no->kind == NODE_cond) {
			struct node rest = { .kind = NODE_expr_stmt, .span = v->cond.no->span };

			rest.expr_stmt.value = v->cond.no;
			infer_expr_stmt(t, &rest);
		} else if (v->cond.no) {
			infer_body(t, v->cond.no);
		}
		return;
	}
	if (v->kind == NODE_block) {
		infer_body(t, v);
		return;
	}
	infer(t, v);
	if (v->type && v->type->kind != TYPE_VOID && v->type->kind != TYPE_NONE && !is_refused(v) &&
	    v->kind != NODE_incdec && !(b && (b->flags & BUILTIN_STATEMENT)))
		diag_warning(t->s->diags, DIAG_DISCARDED, v->span, "Return value discarded.");
}

static void infer_for_map(struct typer *t, struct node *n)
{
	struct map *m = n->for_map.map->map.sym;
	struct variable *v = n->for_map.var->var.sym;
	struct diag *d;

	infer_whole_map(t, n->for_map.map);
	if (t->final && !m->is_keyed && m->is_scalar) {
		t->failed = true;
		d = diag_error(t->s->diags, DIAG_FLOW, n->for_map.map->span,
			       "@%s has no explicit keys (scalar map), and cannot be used for iteration", m->name);
		diag_hint(t->s->diags, d, "its one value is @%s", m->name);
	}
	if (t->final && m->value && m->value->kind == TYPE_AGG && !m->value->agg->is_castable) {
		t->failed = true;
		d = diag_error(t->s->diags, DIAG_FLOW, n->for_map.map->span,
			       "Loop expression does not support type: %s", m->value->name);
		diag_hint(t->s->diags, d, "print(@%s) shows all of it", m->name);
	}
	if (m->key && m->value) {
		const struct type *pair[2] = { m->key, type_decay(t->s->types, m->value) };

		grow_type(t, &v->type, type_tuple(t->s->types, pair, 2));
		v->declared = v->type; /* what the body assigns must fit */
		v->as = m->as;
		set_type(t, n->for_map.var, v->type);
	}
	infer_body(t, n->for_map.body);
}

static const struct type *range_bound(struct typer *t, struct node *bound, const char *which)
{
	const struct type *type;

	infer(t, bound);
	if (!bound->type)
		return NULL;
	type = type_decay(t->s->types, bound->type);
	if (type->kind == TYPE_INT)
		return type;
	t->failed = true;
	builtin_hint_number(t->s, diag_error(t->s->diags, DIAG_FLOW, bound->span,
					     "Loop range requires an integer for the %s value", which), type);
	return NULL;
}

static void infer_for_range(struct typer *t, struct node *n)
{
	const struct type *from = range_bound(t, n->for_range.from, "start");
	const struct type *to = range_bound(t, n->for_range.to, "end");
	struct variable *v = n->for_range.var->var.sym;

	if (from && to) { /* the body may have assigned something larger */
		const struct type *both = type_promote(t->s->types, from, to);

		grow_type(t, &v->type, v->type && both ? type_promote(t->s->types, v->type, both) : both);
	} else if (t->final && !v->type) {
		v->type = type_int(t->s->types, 64, true);
	}
	if (v->type)
		set_type(t, n->for_range.var, v->type);
	infer_body(t, n->for_range.body);
}

static void infer_return(struct typer *t, struct node *n)
{
	struct node *v = n->return_stmt.value;

	if (t->u->fn) {
		infer_fn_return(t, n);
		return;
	}
	if (!v)
		return;
	infer(t, v);
	if (v->type && type_decay(t->s->types, v->type)->kind != TYPE_INT) {
		t->failed = true;
		builtin_hint_number(t->s, diag_error(t->s->diags, DIAG_FLOW, v->span,
						     "Probe return values can only be integers. Found %s",
						     type_base_name(v->type)), type_decay(t->s->types, v->type));
	}
}

static void infer_while(struct typer *t, struct node *n)
{
	infer(t, n->while_loop.cond);
	check_condition(t, n->while_loop.cond);
	infer_body(t, n->while_loop.body);
}

/* How often a body runs, with what is around it; every time is code of its own. */
static void infer_rounds(struct typer *t, struct node *n)
{
	enum { MAX_ROUNDS = 100 * 100 };
	const struct node *count = n->unroll.count;
	uint32_t around = t->rounds ? t->rounds : 1;
	uint64_t rounds = count->kind == NODE_number && count->number.value <= 100 ? around * count->number.value : around;

	if (t->final && rounds > MAX_ROUNDS) {
		diag_hint(t->s->diags, type_error(t, DIAG_FLOW, n->span, "unroll in unroll runs too often"),
			  "%d rounds in all are the limit; for ($i : 0..n) takes any", MAX_ROUNDS);
		return;
	}
	t->rounds = rounds > MAX_ROUNDS ? MAX_ROUNDS : (uint32_t)rounds;
	infer_body(t, n->unroll.body);
	t->rounds = around;
}

static void infer_unroll(struct typer *t, struct node *n)
{
	const struct node *count = n->unroll.count;

	infer(t, n->unroll.count);
	if (!t->final || count->kind == NODE_comptime) /* the latter was complained about */
		;
	else if (count->kind != NODE_number)
		diag_hint(t->s->diags, type_error(t, DIAG_FLOW, count->span, "invalid unroll value"),
			  "the number must be known when the script is compiled; for ($i : 0..n) takes any");
	else if (count->number.negative || count->number.value < 1)
		type_error(t, DIAG_FLOW, count->span, "unroll minimum value is 1");
	else if (count->number.value > 100)
		diag_hint(t->s->diags, type_error(t, DIAG_FLOW, count->span, "unroll maximum value is 100"),
			  "for ($i : 0..%llu) { ... } runs so often", (unsigned long long)count->number.value);
	infer_rounds(t, n);
}

void infer_statement(struct typer *t, struct node *n)
{
	switch (n->kind) {
	case NODE_let:
		infer_let(t, n);
		return;
	case NODE_assign:
		infer_assign(t, n);
		return;
	case NODE_discard:
		infer(t, n->discard.value);
		return;
	case NODE_expr_stmt:
		infer_expr_stmt(t, n);
		return;
	case NODE_while_loop:
		infer_while(t, n);
		return;
	case NODE_unroll:
		infer_unroll(t, n);
		return;
	case NODE_for_map:
		infer_for_map(t, n);
		return;
	case NODE_for_range:
		infer_for_range(t, n);
		return;
	case NODE_return_stmt:
		infer_return(t, n);
		return;
	case NODE_block:
		infer_body(t, n);
		return;
	default:
		return;
	}
}

/* A block whose value nobody wants. */
void infer_body(struct typer *t, struct node *block)
{
	for (struct node *st = block->block.stmts; st; st = st->next)
		infer_statement(t, st);
	block->type = &type_void;
}
