#include <string.h>

#include "ast/passes/types_priv.h"
#include "ast/script.h"
#include "base/nearest.h"
#include "builtins/builtin.h"

/* What variables and maps hold: types that grow with every assignment, or were declared. */

void grow_type(struct typer *t, const struct type **slot, const struct type *to)
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
	else if (v->declared && type->kind == has->kind && ((has->special && has->special == type->special) ||
							    (has->kind == TYPE_ARRAY && has->to == type->to)))
		diag_hint(t->s->diags, d, "declare it as %s", type->name);
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
	bool is_typed = v->type && (!v->declared || v->type->kind == v->declared->kind);
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
	if (!both || (v->declared && type->kind != v->declared->kind)) {
		say_variable_clash(t, from, v, type, is_typed ? v->type : v->declared);
		if (!v->type) /* said once */
			v->type = type;
		return;
	}
	if (from->kind != NODE_incdec)
		warn_conversion(t, from, both);
	grow_type(t, &v->type, both);
}

/* -- maps -- */

void say_map_clash(struct typer *t, const struct node *from, const struct map *m,
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
		grow_type(t, &m->value, type);
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
		grow_type(t, &m->value, type);
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
		grow_type(t, &m->value, both);
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
	       (key->kind == NODE_name && key->name.fn && (key->name.fn->flags & BUILTIN_NO_KEY) &&
		key->type && key->type->kind == TYPE_POINTER); /* else it was refused */
}

/* The kernel keeps no keys and no elements of no bytes: an array without elements, a struct without members. */
static void check_has_bytes(struct typer *t, struct span at, const struct type *type, const char *what)
{
	struct diag *d;

	if (!t->final || type->kind == TYPE_AGG || type_complete(type)->size)
		return;
	t->failed = true;
	d = diag_error(t->s->diags, DIAG_MAP_KEY, at, "A value of type '%s' has no bytes: it cannot be %s of a map",
		       type->name, what);
	diag_hint(t->s->diags, d, "a number in its place would do: 0");
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
	grow_type(t, &m->key, both);
	check_has_bytes(t, n->map.key->span, m->key, "the key");
}

void infer_map(struct typer *t, struct node *n)
{
	struct map *m = n->map.sym;

	if (n->map.key)
		infer_key(t, n);
	if (m->value)
		set_type(t, n, m->value);
	if (n->map.key && m->value)
		check_has_bytes(t, n->span, m->value, "an element");
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
		diag_hint(s->diags, d, s->left_out ?
			  "nothing is assigned to it in the probes that are left: one without a match was left out (missing_probes)" :
			  "nothing is ever assigned to it");
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

/* -- maps as a whole -- */

static void check_declared_kind(struct typer *t, const struct map *m)
{
	const struct map_kind *kind = m->declared_kind;
	bool agg = m->value && m->value->kind == TYPE_AGG;

	if (!kind || !m->is_used || kind->is_percpu == agg)
		return;
	diag_hint(t->s->diags, diag_error(t->s->diags, DIAG_MAP_KIND, m->declared_at,
					  "Incompatible map types. Type from declaration: %s. "
					  "Type from value/key type: %s", kind->name, agg ? "percpuhash" : "hash"),
		  "let @%s = %s%s(N);", m->name, agg ? "percpu" : "", kind->is_lru ? "lruhash" : "hash");
}

void check_map_types(struct typer *t)
{
	for (size_t i = 0; i < t->s->maps.n; i++)
		check_declared_kind(t, t->s->maps.v[i]);
}
