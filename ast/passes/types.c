#include "ast/pass.h"
#include "ast/passes/late.h"
#include "ast/passes/types_priv.h"
#include "ast/script.h"
#include "base/diag.h"
#include "builtins/builtin.h"

/* Types are found by going over the whole script until nothing changes: a variable or map has the type
 * that all its uses fit into. Until then trouble is written to diags nobody reads; the last round, in
 * which every type is known, complains for real. */

enum { MAX_ROUNDS = 50 };

void set_type(struct typer *t, struct node *n, const struct type *type)
{
	if (n->type != type)
		t->changed = true;
	n->type = type;
}

struct diag *type_error(struct typer *t, enum diag_code code, struct span at, const char *message)
{
	t->failed = true;
	return diag_error(t->s->diags, code, at, "%s", message);
}

const struct type *int8(struct typer *t)
{
	return type_int(t->s->types, 8, true);
}

const struct type *int64(struct typer *t)
{
	return type_int(t->s->types, 64, true);
}

const struct type *uint64(struct typer *t)
{
	return type_int(t->s->types, 64, false);
}

/* Whether a conversion that the script did not write may change the value. */
void warn_conversion(struct typer *t, const struct node *n, const struct type *to)
{
	const struct type *from = n->type ? type_decay(t->s->types, n->type) : NULL;

	if (!from || from->kind != TYPE_INT || to->kind != TYPE_INT || from->is_flexible ||
	    type_fits(from, to))
		return;
	diag_warning(t->s->diags, DIAG_IMPLICIT_CAST, n->span,
		     "Expression of type: %s being cast to type: %s. This may cause unexpected results. Use "
		     "an explicit cast to suppress this warning.", from->name, to->name);
}

static int infer_child(struct node *child, void *ctx)
{
	infer(ctx, child);
	return 0;
}

/* -- leaves -- */

void infer_number(struct typer *t, struct node *n)
{
	set_type(t, n, n->number.of ? n->number.of
				    : type_int_literal(t->s->types, n->number.value, n->number.negative));
}

static void infer_boolean(struct typer *t, struct node *n)
{
	set_type(t, n, &type_bool);
}

static void infer_string(struct typer *t, struct node *n)
{
	uint64_t longest = t->s->settings.max_strlen - 1;

	set_type(t, n, type_string(t->s->types, n->string.len + 1));
	n->as = AS_KERNEL;
	if (n->string.len > longest && !t->any_length) {
		t->failed = true;
		diag_hint(t->s->diags, diag_error(t->s->diags, DIAG_STRING_LENGTH, n->span,
						  "String is too long (over %llu bytes): %.40s...",
						  (unsigned long long)longest, n->string.text),
			  "config = { max_strlen = %u } allows it", n->string.len + 1);
	}
}

static void infer_var(struct typer *t, struct node *n)
{
	const struct variable *v = n->var.sym;

	if (v->type)
		set_type(t, n, v->type);
	n->as = v->as;
	if (!v->type && t->final && !t->failed && v->origin != VAR_LOOP) /* else there was a complaint */
		diag_hint(t->s->diags, type_error(t, DIAG_UNASSIGNED, n->span,
						  "Could not resolve the type of this variable"),
			  "it is never assigned: let $%s = VALUE;", v->name);
}

/* A bare builtin, or a call. Words and maps by name are the builtin's own business. */
static void infer_args(struct typer *t, struct node *args, const struct builtin *b)
{
	bool any_length = t->any_length;
	unsigned i = 0;

	t->any_length = any_length || (b->flags & (BUILTIN_COMPTIME | BUILTIN_LITERALS));
	for (struct node *a = args; a; a = a->next, i++) {
		if (a->kind == NODE_name && !a->name.fn)
			set_type(t, a, &type_none);
		else if (a->kind == NODE_map && (a->map.key ? builtin_needs_map(b, i) : builtin_takes_map(b, i)))
			infer_whole_map(t, a);
		else
			infer_value(t, a);
		t->any_length = any_length || (b->flags & BUILTIN_LITERALS);
	}
	t->any_length = any_length;
}

bool is_refused(const struct node *n)
{
	bool calls = n->kind == NODE_call || (n->kind == NODE_name && n->name.fn);
	bool is_agg = n->kind == NODE_call && n->call.fn && n->call.fn->agg;

	return calls && (n->type == &type_none || (is_agg && n->type && n->type->kind != TYPE_AGG));
}

static bool has_refused(const struct node *args)
{
	for (const struct node *a = args; a; a = a->next)
		if (is_refused(a))
			return true;
	return false;
}

static bool args_known(const struct node *args)
{
	for (const struct node *a = args; a; a = a->next)
		if (!a->type)
			return false;
	return true;
}

static void check_call(struct typer *t, struct node *n)
{
	const struct type *before = n->type;

	/* one that is refused may have no type: who uses it has nothing to add then */
	if (builtin_check(t->s, t->u, n))
		t->failed = true;
	if (n->type != before)
		t->changed = true;
}

static void infer_name(struct typer *t, struct node *n)
{
	check_call(t, n);
}

/* What is around it has nothing to add: it may be a number there, or be refused. */
static void refuse_aggregation(struct typer *t, struct node *n)
{
	struct diag *d = diag_error(t->s->diags, DIAG_AGGREGATION, n->span, "%s() must be assigned directly to a map",
				    n->call.name);

	t->failed = true;
	diag_hint(t->s->diags, d, "@name = %s(...); or @name[key] = %s(...);", n->call.name, n->call.name);
	set_type(t, n, n->call.fn->agg->is_castable ? int64(t) : &type_none);
}

static void infer_call(struct typer *t, struct node *n)
{
	bool is_update = t->agg_allowed == n;

	t->agg_allowed = NULL;
	if (n->call.script_fn) {
		infer_fn_call(t, n);
		return;
	}
	infer_args(t, n->call.args, n->call.fn);
	if (!args_known(n->call.args))
		return;
	if (has_refused(n->call.args)) {
		set_type(t, n, &type_none);
		return;
	}
	if (n->call.fn->agg && !is_update)
		refuse_aggregation(t, n);
	else
		check_call(t, n);
}

/* -- branches -- */

void check_condition(struct typer *t, const struct node *n)
{
	const struct type *c = n->type;
	struct diag *d;

	if (!c || is_refused(n) || c->kind == TYPE_INT || c->kind == TYPE_BOOL || c->kind == TYPE_POINTER ||
	    n->kind == NODE_string)
		return;
	t->failed = true;
	d = diag_error(t->s->diags, DIAG_CONDITION, n->span, "Invalid condition: %s", type_base_name(c));
	if (c->kind == TYPE_STRING || type_is_castable_agg(c))
		diag_hint(t->s->diags, d, "compare it: != %s", c->kind == TYPE_STRING ? "\"\"" : "0");
	else if (c->kind == TYPE_TUPLE)
		builtin_hint_number(t->s, d, c);
	else
		diag_hint(t->s->diags, d, "a condition is a number, a bool or a pointer, as comparing makes them");
}

static void promote_branches(struct typer *t, struct node *n, const struct node *yes,
			     const struct node *no)
{
	const struct type *a, *b, *both;
	struct diag *d;

	if (!yes->type || !no->type)
		return;
	a = type_decay(t->s->types, yes->type);
	b = type_decay(t->s->types, no->type);
	both = type_promote(t->s->types, a, b);
	if (!both) {
		t->failed = true;
		d = diag_error(t->s->diags, DIAG_TYPE_CLASH, n->span,
			       "Branches must return the same type or compatible types: have '%s' and '%s'",
			       a->name, b->name);
		diag_hint(t->s->diags, d, "what differs in type goes into two statements: if (...) { ... } else { ... }");
		both = a;
	} else if (both->kind == TYPE_AGG) {
		t->failed = true;
		d = diag_error(t->s->diags, DIAG_AGGREGATION, n->span,
			       "A value of type %s cannot be chosen: it is only ever the value of a map", both->name);
		diag_hint(t->s->diags, d, "choose between two statements: if (...) { print(@a); } else { print(@b); }");
	}
	set_type(t, n, both);
	n->as = yes->as == no->as ? yes->as : AS_NONE;
}

static void infer_ternary(struct typer *t, struct node *n)
{
	struct node *yes = n->ternary.yes ? n->ternary.yes : n->ternary.cond;

	if (infer_choice(t, n))
		return;
	infer(t, n->ternary.cond);
	check_condition(t, n->ternary.cond);
	if (n->ternary.yes)
		infer(t, n->ternary.yes);
	infer(t, n->ternary.no);
	promote_branches(t, n, yes, n->ternary.no);
}

/* -- blocks with a value -- */

static const struct node *trailing_value(const struct node *block)
{
	const struct node *st = block->kind == NODE_block ? block->block.stmts : NULL;

	while (st && st->next)
		st = st->next;
	return st && st->kind == NODE_expr_stmt && st->expr_stmt.trailing ? st->expr_stmt.value : NULL;
}

static void infer_block(struct typer *t, struct node *n)
{
	const struct node *value = trailing_value(n);

	for (struct node *st = n->block.stmts; st; st = st->next) {
		if (value && !st->next)
			infer(t, st->expr_stmt.value);
		else
			infer_statement(t, st);
	}
	if (!value)
		set_type(t, n, &type_none);
	else if (value->type)
		set_type(t, n, value->type);
	n->as = value ? value->as : AS_NONE;
}

static void infer_cond(struct typer *t, struct node *n)
{
	if (infer_choice(t, n))
		return;
	infer(t, n->cond.cond);
	check_condition(t, n->cond.cond);
	infer(t, n->cond.yes);
	if (!n->cond.no) {
		set_type(t, n, &type_none);
		return;
	}
	infer(t, n->cond.no);
	promote_branches(t, n, n->cond.yes, n->cond.no);
}

typedef void (*infer_fn)(struct typer *t, struct node *n);

static const infer_fn expressions[NODE_KINDS] = {
	[NODE_number] = infer_number,
	[NODE_boolean] = infer_boolean,
	[NODE_string] = infer_string,
	[NODE_name] = infer_name,
	[NODE_var] = infer_var,
	[NODE_map] = infer_map,
	[NODE_unary] = infer_unary,
	[NODE_incdec] = infer_incdec,
	[NODE_binary] = infer_binary,
	[NODE_ternary] = infer_ternary,
	[NODE_cast] = infer_cast,
	[NODE_call] = infer_call,
	[NODE_field] = infer_field,
	[NODE_element] = infer_element,
	[NODE_index] = infer_index,
	[NODE_tuple] = infer_tuple,
	[NODE_size_of] = infer_size_of,
	[NODE_offset_of] = infer_offset_of,
	[NODE_type_info] = infer_type_info,
	[NODE_type_of] = infer_type_of,
	[NODE_comptime] = infer_comptime,
	[NODE_cond] = infer_cond,
	[NODE_block] = infer_block,
	[NODE_type_name] = infer_type_name,
};

/* `args` is no value that could be kept or reckoned with; who asks for its members says so first. */
void refuse_context(struct typer *t, const struct node *n)
{
	struct diag *d = type_error(t, DIAG_PROBE_DATA, n->span, "args is not a value of its own");

	diag_hint(t->s->diags, d, "its members are: args.NAME");
}

void infer(struct typer *t, struct node *n)
{
	bool context_allowed = t->context_allowed == n;

	t->context_allowed = NULL;
	if (expressions[n->kind])
		expressions[n->kind](t, n);
	else
		node_each_child(n, infer_child, t);
	if (!context_allowed && t->final && (n->kind == NODE_name || n->kind == NODE_unary) &&
	    builtin_is_context(n)) {
		refuse_context(t, n);
		n->type = NULL; /* who uses it has nothing to add */
	}
}

void infer_allow_context(struct typer *t, struct node *n)
{
	t->context_allowed = n;
	infer(t, n);
}

/* -- rounds -- */

/* Copies of a body that was complained about would say the same of every target. */
static void infer_units(struct typer *t)
{
	uint32_t refused = 0;

	infer_functions(t);
	for (size_t i = 0; i < t->s->units.n; i++) {
		struct node *body = t->s->units.v[i]->body;
		unsigned errors = diags_errors(t->s->diags);

		if (t->final && body->span.start && body->span.start == refused)
			continue;
		t->u = t->s->units.v[i];
		infer_body(t, body);
		if (diags_errors(t->s->diags) > errors)
			refused = body->span.start;
	}
}

/* Reading a map that is never written gives 0. */
static bool settle_maps(struct typer *t)
{
	bool any = false;

	for (size_t i = 0; i < t->s->maps.n; i++) {
		struct map *m = t->s->maps.v[i];

		if (!m->is_used || m->value)
			continue;
		m->value = int8(t);
		m->is_guessed = true;
		any = true;
	}
	return any;
}

static int find_types(struct typer *t)
{
	struct diags *real = t->s->diags;
	unsigned round = 0;

	t->real = real;
	t->s->diags = diags_new(t->s->arena, t->s->sources);
	for (;; round++) {
		t->changed = false;
		infer_units(t);
		if (round > MAX_ROUNDS || diags_errors(real))
			break;
		if ((t->settled || t->has_new_sizes) && fold_units(t))
			continue;
		if (t->changed)
			continue;
		if (settle_maps(t))
			continue;
		if (t->settled)
			break;
		t->settled = true; /* once more, now with sizeof worked out */
	}
	t->s->diags = real;
	if (round > MAX_ROUNDS)
		diag_hint(real, diag_error(real, DIAG_COMPTIME, (struct span){ 0, 0 },
					   "Type resolution exceeded maximum iterations (%d); possible infinite loop in "
					   "comptime expressions", MAX_ROUNDS),
			  "a comptime condition whose branches change the type it asks about never settles: declare "
			  "that type with let");
	return diags_errors(real) ? -1 : 0;
}

int pass_types(struct script *s)
{
	struct typer t = { .s = s };

	if (find_types(&t))
		return -1;
	resolve_check_uses(s);
	t.final = true;
	t.failed = false;
	infer_units(&t);
	check_map_types(&t);
	return diags_errors(s->diags) ? -1 : 0;
}
