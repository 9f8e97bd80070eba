#include <string.h>

#include "ast/ctype.h"
#include "ast/pass.h"
#include "ast/passes/late.h"
#include "ast/passes/types_priv.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "probes/probe.h"

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
		diag_error(t->s->diags, DIAG_STRING_LENGTH, n->span,
			   "String is too long (over %llu bytes): %.40s...", (unsigned long long)longest,
			   n->string.text);
	}
}

static void infer_var(struct typer *t, struct node *n)
{
	const struct variable *v = n->var.sym;

	if (v->type)
		set_type(t, n, v->type);
	n->as = v->as;
	if (!v->type && t->final && !t->failed && v->origin != VAR_LOOP) /* else there was a complaint */
		type_error(t, DIAG_UNASSIGNED, n->span, "Could not resolve the type of this variable");
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

	return calls && n->type == &type_none;
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

static void infer_call(struct typer *t, struct node *n)
{
	bool is_update = t->agg_allowed == n;
	struct diag *d;

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
	check_call(t, n);
	if (n->call.fn->agg && !is_update) {
		t->failed = true;
		d = diag_error(t->s->diags, DIAG_AGGREGATION, n->span,
			       "%s() must be assigned directly to a map", n->call.name);
		diag_hint(t->s->diags, d, "@name = %s(...); or @name[key] = %s(...);", n->call.name,
			  n->call.name);
	}
}

/* -- operators -- */

static bool is_signed_pair(const struct type *a, const struct type *b)
{
	bool sa = a->kind == TYPE_INT && a->is_signed, sb = b->kind == TYPE_INT && b->is_signed;

	if (a->kind == TYPE_INT && a->is_flexible && b->kind == TYPE_INT && !b->is_flexible)
		sa = sb;
	if (b->kind == TYPE_INT && b->is_flexible && a->kind == TYPE_INT && !a->is_flexible)
		sb = sa;
	return sa || sb;
}

static bool is_comparison(enum op op)
{
	return op >= OP_EQ && op <= OP_GE;
}

static bool is_logical(enum op op)
{
	return op == OP_AND || op == OP_OR;
}

/* What texts are read from by str(): a pointer, or a number that is no literal. */
static bool is_address(const struct node *n)
{
	return n->type->kind == TYPE_POINTER ||
	       (n->type->kind == TYPE_INT && n->type->size == 8 && n->kind != NODE_number);
}

static void say_clash(struct typer *t, const struct node *n, enum op op, const struct node *l,
		      const struct node *r)
{
	struct diag *d;

	t->failed = true;
	d = diag_error(t->s->diags, DIAG_TYPE_CLASH, n->span, "Type mismatch for '%s': comparing %s with %s",
		       op_text(op), l->type->name, r->type->name);
	diag_note(t->s->diags, d, l->span, "left (%s)", l->type->name);
	diag_note(t->s->diags, d, r->span, "right (%s)", r->type->name);
	if ((l->type->kind == TYPE_STRING && is_address(r)) || (r->type->kind == TYPE_STRING && is_address(l)))
		diag_hint(t->s->diags, d, "str() reads the text at an address");
}

static void say_no_operator(struct typer *t, const struct node *n, enum op op, const struct node *l,
			    const struct node *r)
{
	t->failed = true;
	diag_error(t->s->diags, DIAG_OPERATOR, n->span,
		   "The %s operator can not be used on expressions of types %s, %s", op_text(op),
		   l->type->name, r->type->name);
}

static void warn_division(struct typer *t, const struct node *n, enum op op, const struct type *a,
			  const struct type *b)
{
	bool mixed = a != b && !(a->is_flexible && !b->is_signed) && !(b->is_flexible && !a->is_signed);

	if ((op == OP_DIV || op == OP_MOD) && a->kind == TYPE_INT && b->kind == TYPE_INT && mixed &&
	    (a->is_signed || b->is_signed))
		diag_warning(t->s->diags, DIAG_SIGNED_DIVISION, n->span,
			     "signed operands for '%s' can lead to undefined behavior (cast to unsigned to "
			     "silence warning)", op_text(op));
}

static void warn_comparison(struct typer *t, const struct node *l, const struct node *r)
{
	const struct type *a = type_decay(t->s->types, l->type), *b = type_decay(t->s->types, r->type);
	const struct type *both = type_promote(t->s->types, a, b);

	if (!both)
		return;
	warn_conversion(t, l, both);
	warn_conversion(t, r, both);
}

static const struct type *pointer_type(struct typer *t, const struct node *n, enum op op,
				       const struct node *l, const struct node *r)
{
	const struct type *a = l->type, *b = r->type;

	if (is_comparison(op) || is_logical(op)) {
		if (is_pointer(a) && is_pointer(b) && a->to != b->to && is_comparison(op)) {
			struct diag *d = diag_warning(t->s->diags, DIAG_TYPE_CLASH, n->span,
						      "comparison of distinct pointer types: %s, %s",
						      a->to->name, b->to->name);
			diag_note(t->s->diags, d, l->span, "left (%s)", a->name);
			diag_note(t->s->diags, d, r->span, "right (%s)", b->name);
		}
		return &type_bool;
	}
	if (op == OP_ADD && is_pointer(a) != is_pointer(b))
		return is_pointer(a) ? a : b;
	if (op == OP_SUB && is_pointer(a) && !is_pointer(b))
		return a;
	say_no_operator(t, n, op, l, r);
	return NULL;
}

static const struct type *int_pair_type(struct typer *t, const struct node *n, enum op op,
					const struct node *l, const struct node *r)
{
	const struct type *a = type_decay(t->s->types, l->type), *b = type_decay(t->s->types, r->type);

	if (is_comparison(op))
		warn_comparison(t, l, r);
	if (is_comparison(op) || is_logical(op))
		return &type_bool;
	if (a->kind == TYPE_BOOL && b->kind == TYPE_BOOL)
		return &type_bool;
	warn_division(t, n, op, a, b);
	if (op == OP_SUB || is_signed_pair(a, b)) {
		if (op != OP_SHL && op != OP_SHR && is_signed_pair(a, b)) {
			warn_conversion(t, l, int64(t));
			warn_conversion(t, r, int64(t));
		}
		return int64(t);
	}
	return uint64(t);
}

/* Arrays of integers of the same length. */
static const struct type *array_pair_type(struct typer *t, const struct node *n, enum op op,
					  const struct node *l, const struct node *r)
{
	const struct type *a = l->type, *b = r->type;

	if (op == OP_EQ || op == OP_NE) {
		if (a->n != b->n)
			type_error(t, DIAG_OPERATOR, n->span,
				   "Only arrays of same size support comparison operators.");
		else if (a->to->kind != TYPE_INT || a->to != b->to)
			type_error(t, DIAG_OPERATOR, n->span,
				   "Only arrays of same sized integer support comparison operators.");
		return &type_bool;
	}
	t->failed = true;
	diag_error(t->s->diags, DIAG_OPERATOR, n->span, "The %s operator cannot be used on arrays.",
		   op_text(op));
	return NULL;
}

/* Values that are compared as bytes: only == and !=. */
static const struct type *bytes_pair_type(struct typer *t, const struct node *n, enum op op,
					  const struct node *l, const struct node *r)
{
	if (!type_promote(t->s->types, l->type, r->type)) {
		say_clash(t, n, op, l, r);
		return NULL;
	}
	if (op == OP_EQ || op == OP_NE)
		return &type_bool;
	say_no_operator(t, n, op, l, r);
	return NULL;
}

const struct type *infer_operation(struct typer *t, const struct node *n, enum op op,
				   const struct node *l, const struct node *r)
{
	const struct type *a = l->type, *b = r->type;
	bool ints = type_is_int_like(a) && type_is_int_like(b);

	if (ints)
		return int_pair_type(t, n, op, l, r);
	if ((is_pointer(a) && (is_pointer(b) || type_is_int_like(b))) ||
	    (is_pointer(b) && type_is_int_like(a)))
		return pointer_type(t, n, op, l, r);
	if (a->kind == TYPE_ARRAY && b->kind == TYPE_ARRAY)
		return array_pair_type(t, n, op, l, r);
	return bytes_pair_type(t, n, op, l, r);
}

static enum addr_space common_space(struct typer *t, const struct node *n, const struct node *l,
				    const struct node *r)
{
	if (l->as == r->as || r->as == AS_NONE)
		return l->as;
	if (l->as == AS_NONE)
		return r->as;
	diag_warning(t->s->diags, DIAG_ADDR_SPACE, n->span, "Addrspace mismatch");
	return AS_NONE;
}

static void infer_binary(struct typer *t, struct node *n)
{
	struct node *l = n->binary.lhs, *r = n->binary.rhs;
	const struct type *type;

	infer(t, l);
	infer(t, r);
	if (!l->type || !r->type)
		return;
	if (is_refused(l) || is_refused(r)) {
		set_type(t, n, int64(t));
		return;
	}
	type = infer_operation(t, n, n->binary.op, l, r);
	set_type(t, n, type ? type : &type_bool);
	n->as = is_logical(n->binary.op) ? AS_NONE : common_space(t, n, l, r);
	if (n->type->kind == TYPE_BOOL)
		n->as = AS_NONE; /* says nothing about memory any more */
}

static void say_no_unary(struct typer *t, const struct node *n, const struct type *type)
{
	t->failed = true;
	diag_error(t->s->diags, DIAG_OPERATOR, n->span,
		   "The %s operator can not be used on expressions of type '%s'", op_text(n->unary.op),
		   type->name);
}

static void infer_address(struct typer *t, struct node *n)
{
	struct node *v = n->unary.operand;

	if (v->kind != NODE_var) {
		type_error(t, DIAG_NOT_BUILT, n->span,
			   "the address of a map is not supported by this version of sonde");
		set_type(t, n, int64(t));
		return;
	}
	infer(t, v);
	n->as = AS_KERNEL;
	if (v->type)
		set_type(t, n, type_pointer_to(t->s->types, v->type));
}

static void infer_unary(struct typer *t, struct node *n)
{
	const struct type *of;

	if (n->unary.op == OP_ADDRESS) {
		infer_address(t, n);
		return;
	}
	if (n->unary.op == OP_DEREF)
		infer_allow_context(t, n->unary.operand);
	else
		infer(t, n->unary.operand);
	if (!n->unary.operand->type)
		return;
	of = type_decay(t->s->types, n->unary.operand->type);
	switch (n->unary.op) {
	case OP_DEREF:
		infer_deref(t, n, of);
		return;
	case OP_NOT:
		if (of->kind != TYPE_INT && of->kind != TYPE_BOOL)
			say_no_unary(t, n, of);
		set_type(t, n, &type_bool);
		return;
	default:
		if (of->kind != TYPE_INT)
			say_no_unary(t, n, of);
		set_type(t, n, of->kind == TYPE_INT && !of->is_signed ? uint64(t) : int64(t));
		return;
	}
}

/* The type ++ or -- leaves in a variable or map of type `of`; NULL of: nothing known yet. */
static const struct type *incdec_type(struct typer *t, const struct node *n, const struct type *of)
{
	if (!of)
		return int64(t);
	if (is_pointer(of))
		return of;
	if (of->kind != TYPE_INT) {
		t->failed = true;
		diag_error(t->s->diags, DIAG_OPERATOR, n->span,
			   "The %s operator can not be used on expressions of type '%s'",
			   op_text(n->incdec.op), of->name);
		return int64(t);
	}
	return of->is_signed || n->incdec.op == OP_DEC ? int64(t) : uint64(t);
}

static void infer_incdec(struct typer *t, struct node *n)
{
	struct node *target = n->incdec.operand;
	const struct type *type;

	if (target->kind == NODE_map && target->map.key)
		infer(t, target->map.key);
	type = incdec_type(t, n, target->kind == NODE_map ? target->map.sym->value : target->var.sym->type);
	assign_type(t, target, type, n, AS_NONE);
	infer(t, target);
	if (target->type)
		set_type(t, n, target->type);
}

void check_condition(struct typer *t, const struct node *n)
{
	const struct type *c = n->type;
	struct diag *d;

	if (!c || c->kind == TYPE_INT || c->kind == TYPE_BOOL || c->kind == TYPE_POINTER ||
	    n->kind == NODE_string)
		return;
	t->failed = true;
	d = diag_error(t->s->diags, DIAG_CONDITION, n->span, "Invalid condition: %s", type_base_name(c));
	if (c->kind == TYPE_STRING || type_is_castable_agg(c))
		diag_hint(t->s->diags, d, "compare it: != %s", c->kind == TYPE_STRING ? "\"\"" : "0");
}

static void promote_branches(struct typer *t, struct node *n, const struct node *yes,
			     const struct node *no)
{
	const struct type *a, *b, *both;

	if (!yes->type || !no->type)
		return;
	a = type_decay(t->s->types, yes->type);
	b = type_decay(t->s->types, no->type);
	both = type_promote(t->s->types, a, b);
	if (!both) {
		t->failed = true;
		diag_error(t->s->diags, DIAG_TYPE_CLASH, n->span,
			   "Branches must return the same type or compatible types: have '%s' and '%s'",
			   a->name, b->name);
		both = a;
	} else if (both->kind == TYPE_AGG) {
		t->failed = true;
		diag_error(t->s->diags, DIAG_AGGREGATION, n->span,
			   "A value of type %s cannot be chosen: it is only ever the value of a map", both->name);
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
		diag_error(real, DIAG_COMPTIME, (struct span){ 0, 0 },
			   "Type resolution exceeded maximum iterations (%d); possible infinite loop in "
			   "comptime expressions", MAX_ROUNDS);
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
