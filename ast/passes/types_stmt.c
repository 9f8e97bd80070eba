#include <string.h>

#include "ast/pass.h"
#include "ast/passes/types_priv.h"
#include "ast/plan.h"
#include "ast/script.h"
#include "base/nearest.h"
#include "base/vec.h"
#include "builtins/builtin.h"

/* Statements, and what they make of variables and maps. */

static void grow(struct typer *t, const struct type **slot, const struct type *to)
{
	if (*slot != to)
		t->changed = true;
	*slot = to;
}

/* -- variables -- */

static void say_variable_clash(struct typer *t, const struct node *from, const struct variable *v,
			       const struct type *type, const struct type *has)
{
	struct diag *d;

	t->failed = true;
	d = diag_error(t->s->diags, DIAG_TYPE_CLASH, from->span,
		       "Type mismatch for $%s: trying to assign value of type '%s' when variable already has "
		       "a type '%s'", v->name, type->name, has->name);
	diag_note(t->s->diags, d, v->first, "$%s was first used here", v->name);
	if (type->kind == TYPE_INT && has->kind == TYPE_INT)
		diag_hint(t->s->diags, d, "declare it with a larger type, or cut the value: (%s)(...)", has->name);
	else if (type->kind == TYPE_STRING && has->kind == TYPE_STRING)
		diag_hint(t->s->diags, d, "declare it as %s, or cut the text: str(text, %u)", type->name,
			  has->size ? has->size - 1 : 0);
	else
		diag_hint(t->s->diags, d, "a variable has one type: use another one for this value");
}

bool is_storable(const struct type *type)
{
	return type->kind != TYPE_VOID && type->kind != TYPE_NONE &&
	       (type->kind != TYPE_AGG || type->agg->is_castable);
}

static bool literal_in_range(const struct node *n, const struct type *to)
{
	unsigned bits = to->size * 8;
	uint64_t v = n->number.value;

	if (n->number.negative)
		return to->is_signed && (int64_t)v >= (int64_t)(-1ull << (bits - 1));
	if (to->is_signed)
		return v < 1ull << (bits - 1);
	return bits == 64 || v < 1ull << bits;
}

bool suits_declared(struct typer *t, const struct type *to, const struct type *type, const struct node *from)
{
	if (to->kind == TYPE_INT && type->kind == TYPE_INT) {
		if (from->kind == NODE_number && !literal_in_range(from, to))
			return false;
		if (from->kind != NODE_number && from->kind != NODE_incdec)
			warn_conversion(t, from, to);
		return true;
	}
	return to == type || (to->kind == TYPE_POINTER && type->kind == TYPE_POINTER) ||
	       (to->kind == TYPE_STRING && type->kind == TYPE_STRING && type->size <= to->size) ||
	       (to->kind == type->kind && type_fits(type, to));
}

static void assign_variable(struct typer *t, struct variable *v, const struct type *type,
			    const struct node *from, enum addr_space as)
{
	const struct type *both;

	type = type_decay(t->s->types, type);
	if (v->as == AS_NONE)
		v->as = as;
	if (v->declared && !v->declared->is_unsized) {
		if (!suits_declared(t, v->declared, type, from))
			say_variable_clash(t, from, v, type, v->declared);
		return;
	}
	both = v->type ? type_promote(t->s->types, v->type, type) : type;
	if (!both) {
		say_variable_clash(t, from, v, type, v->type);
		return;
	}
	if (from->kind != NODE_incdec)
		warn_conversion(t, from, both);
	grow(t, &v->type, both);
}

/* -- maps -- */

static void say_map_clash(struct typer *t, const struct node *from, const struct map *m,
			  const struct type *type)
{
	struct diag *d;

	t->failed = true;
	d = diag_error(t->s->diags, DIAG_TYPE_CLASH, from->span,
		       "Type mismatch for @%s: trying to assign value of type '%s' when map already has a "
		       "type '%s'", m->name, type->name, m->value->name);
	if (m->value_use.start)
		diag_note(t->s->diags, d, m->value_use, "@%s became %s here", m->name, m->value->name);
	if (m->value->kind == TYPE_AGG && type->kind == TYPE_INT)
		diag_hint(t->s->diags, d, "zero(@%s) starts it anew; a number needs a map of its own", m->name);
	else
		diag_hint(t->s->diags, d, "the values of a map have one type: use another map for this one");
}

static void say_agg_copy(struct typer *t, const struct node *from, const struct map *m,
			 const struct type *type)
{
	struct diag *d;

	t->failed = true;
	d = diag_error(t->s->diags, DIAG_MAP_VALUE, from->span,
		       "Map value '%s' cannot be assigned from one map to another. The function that returns "
		       "this type must be called directly e.g. `@%s = %.*s();`.", type->name, m->name,
		       (int)strlen(type->agg->type_name) - 2, type->agg->type_name);
	if (type->agg->is_castable && from->kind == NODE_map)
		diag_hint(t->s->diags, d, "Add a cast to integer if you want the value of the aggregate, e.g. "
			  "`@%s = (int64)@%s;`.", m->name, from->map.name);
	else if (from->kind == NODE_map)
		diag_hint(t->s->diags, d, "print(@%s) shows it", from->map.name);
}

/* Parameters of a bucketed aggregation must be the same wherever the map is written. */
static void say_params_clash(struct typer *t, const struct node *from, const struct type *type)
{
	t->failed = true;
	diag_hint(t->s->diags, diag_error(t->s->diags, DIAG_AGGREGATION, from->span, "%s", type->agg->params_clash),
		  "use another map for this one, or the same numbers");
}

/* A map that gets an aggregation: one kind only; signed when any of its arguments is. */
static void assign_agg(struct typer *t, struct map *m, const struct type *type, const struct node *from)
{
	const struct type *has = m->value;
	const struct node *arg = from->kind == NODE_call ? from->call.args : NULL;
	bool flexible = arg && arg->type && arg->type->kind == TYPE_INT && arg->type->is_flexible;

	if (!has) {
		grow(t, &m->value, type);
		return;
	}
	if (has->kind != TYPE_AGG || has->agg != type->agg) {
		say_map_clash(t, from, m, type);
		return;
	}
	if (memcmp(has->param, type->param, sizeof(has->param))) {
		say_params_clash(t, from, type);
		return;
	}
	if (type->is_signed && !has->is_signed && !flexible)
		grow(t, &m->value, type);
}

static void assign_map(struct typer *t, struct map *m, const struct type *type, const struct node *from,
		       enum addr_space as)
{
	const struct type *both;
	bool copies = type->kind == TYPE_AGG && !(from->kind == NODE_call && from->call.fn && from->call.fn->agg);

	m->as = as;
	if (m->is_guessed && !copies && !type_promote(t->s->types, m->value, type_decay(t->s->types, type))) {
		m->value = NULL; /* this was not known when there was nothing but a guess */
		m->is_guessed = false;
	}
	if (type->kind == TYPE_AGG && !copies) {
		assign_agg(t, m, type, from);
	} else if (copies && (!m->value || m->value->kind != TYPE_INT || m->is_guessed)) {
		if (t->final)
			say_agg_copy(t, from, m, type);
		return;
	} else {
		type = type_decay(t->s->types, type);
		both = m->value ? type_promote(t->s->types, m->value, type) : type;
		if (!both || (m->value && m->value->kind == TYPE_AGG)) {
			say_map_clash(t, from, m, type);
			return;
		}
		if (from->kind != NODE_incdec)
			warn_conversion(t, from, both);
		grow(t, &m->value, both);
	}
	if (!m->value_use.start)
		m->value_use = from->span;
}

/* What is assigned cannot be kept. */
static void say_no_value(struct typer *t, const struct node *from, const struct type *type, bool to_map)
{
	struct diags *ds = t->s->diags;
	struct diag *d;

	if (type->kind == TYPE_NONE) {
		d = diag_error(ds, DIAG_MAP_VALUE, from->span, "Invalid expression for assignment");
		if (from->kind == NODE_cond)
			diag_hint(ds, d, "every branch needs a value without ';' at its end, and an `else` must be there");
		else if (from->kind == NODE_block)
			diag_hint(ds, d, "the value of a block stands at its end without ';': { ...; 5 }");
		else
			diag_hint(ds, d, "what stands here has no value");
		return;
	}
	d = diag_error(ds, DIAG_MAP_VALUE, from->span, "Value '%s' cannot be assigned to a %s.", type->name,
		       to_map ? "map" : "scratch variable");
	if (builtin_is_context(from))
		diag_hint(ds, d, "its members are: args.NAME");
	else if (type->kind == TYPE_AGG && from->kind == NODE_map)
		diag_hint(ds, d, "print(@%s) shows it", from->map.name);
	else if (type->kind == TYPE_VOID)
		diag_hint(ds, d, "what stands here only does something: make it a statement of its own");
}

void assign_type(struct typer *t, struct node *target, const struct type *type, const struct node *from,
		 enum addr_space as)
{
	bool to_map = target->kind == NODE_map;

	if (builtin_is_context(from) || (!is_storable(type) && !(to_map && type->kind == TYPE_AGG))) {
		t->failed = true;
		if (is_refused(from))
			return;
		say_no_value(t, from, type, to_map);
		return;
	}
	if (to_map)
		assign_map(t, target->map.sym, type, from, as);
	else if (target->var.sym)
		assign_variable(t, target->var.sym, type, from, as);
}

/* What the kernel hands to the program is of no use behind its end; its members and its address as a number are
 * values like others. */
static bool holds_context(const struct node *key)
{
	if (key->kind == NODE_tuple) {
		for (const struct node *e = key->tuple.elems; e; e = e->next)
			if (holds_context(e))
				return true;
		return false;
	}
	return builtin_is_context(key) ||
	       (key->kind == NODE_name && key->name.fn && (key->name.fn->flags & BUILTIN_NO_KEY));
}

static void infer_key(struct typer *t, struct node *n)
{
	struct map *m = n->map.sym;
	const struct type *key, *both;
	struct diag *d;

	m->is_keyed = true; /* also where a builtin took the key as an argument of its own */
	infer_value(t, n->map.key);
	if (!n->map.key->type)
		return;
	key = type_decay(t->s->types, n->map.key->type);
	if (holds_context(n->map.key)) {
		d = type_error(t, DIAG_MAP_KEY, n->map.key->span, "context cannot be part of a map key");
		diag_hint(t->s->diags, d, "what it holds can be: args.NAME, ctx->NAME");
		return;
	}
	if (key->kind == TYPE_AGG || key->kind == TYPE_VOID || key->kind == TYPE_NONE) {
		t->failed = true;
		if (is_refused(n->map.key))
			return;
		d = diag_error(t->s->diags, DIAG_MAP_KEY, n->map.key->span, "%s cannot be part of a map key",
			       key->name);
		if (key->kind == TYPE_AGG)
			diag_hint(t->s->diags, d, "print() shows an aggregation; keys are made of numbers, texts and stacks");
		else
			diag_hint(t->s->diags, d, "what stands here has no value");
		return;
	}
	both = m->key ? type_promote(t->s->types, m->key, key) : key;
	if (!both) {
		t->failed = true;
		d = diag_error(t->s->diags, DIAG_MAP_KEY, n->span,
			       "Argument mismatch for @%s: trying to access with arguments: '%s' when map "
			       "expects arguments: '%s'", m->name, key->name, m->key->name);
		diag_note(t->s->diags, d, m->key_use, "@%s was used here first", m->name);
		diag_hint(t->s->diags, d, "the keys of a map have one type: use another map for this one");
		return;
	}
	warn_conversion(t, n->map.key, both);
	grow(t, &m->key, both);
}

void infer_map(struct typer *t, struct node *n)
{
	struct map *m = n->map.sym;

	if (n->map.key)
		infer_key(t, n);
	if (m->value)
		set_type(t, n, m->value);
	n->as = m->as != AS_NONE ? m->as : AS_NONE;
}

static void say_undefined(struct typer *t, const struct node *n)
{
	const struct script *s = t->s;
	struct nearest near = { .want = n->map.name, .arena = s->arena };
	struct diag *d = diag_error(s->diags, DIAG_UNKNOWN_MAP, n->span, "Undefined map: @%s", n->map.name);

	t->failed = true;
	for (size_t i = 0; i < s->maps.n; i++)
		if (s->maps.v[i]->is_written)
			nearest_offer(&near, s->maps.v[i]->name);
	if (near.best)
		nearest_hint(&near, s->diags, d, "@", "");
	else
		diag_hint(s->diags, d, "nothing is ever assigned to it");
}

/* The map itself is handed over, or one of its elements to be changed, or it is gone through. */
void infer_whole_map(struct typer *t, struct node *n)
{
	struct map *m = n->map.sym;

	if (n->map.key)
		infer_key(t, n);
	if (t->final && !m->is_written)
		say_undefined(t, n);
	if (m->value)
		set_type(t, n, m->value);
}

/* -- statements -- */

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
		grow(t, &v->type, d);
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
	if (v->type && v->type->kind != TYPE_VOID && v->type->kind != TYPE_NONE &&
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

		grow(t, &v->type, type_tuple(t->s->types, pair, 2));
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

		grow(t, &v->type, v->type && both ? type_promote(t->s->types, v->type, both) : both);
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

/* -- maps as a whole -- */

static const struct {
	const char *name, *shown;
	bool percpu;
} map_kinds[] = {
	{ "hash", "hash", false },
	{ "lruhash", "lruhash", false },
	{ "percpuhash", "percpuhash", true },
	{ "percpulruhash", "percpulruhash", true },
};

static void check_declared_kind(struct typer *t, const struct map *m)
{
	bool agg = m->value && m->value->kind == TYPE_AGG;

	if (!m->declared_kind || !m->is_used)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(map_kinds); i++)
		if (!strcmp(map_kinds[i].name, m->declared_kind) && map_kinds[i].percpu != agg)
			diag_hint(t->s->diags, diag_error(t->s->diags, DIAG_MAP_KIND, m->declared_at,
							  "Incompatible map types. Type from declaration: %s. "
							  "Type from value/key type: %s", map_kinds[i].shown,
							  agg ? "percpuhash" : "hash"),
				  "let @%s = %s%s(N);", m->name, agg ? "percpu" : "",
				  strstr(m->declared_kind, "lru") ? "lruhash" : "hash");
}

void check_map_types(struct typer *t)
{
	for (size_t i = 0; i < t->s->maps.n; i++)
		check_declared_kind(t, t->s->maps.v[i]);
}
