#include "ast/passes/types_priv.h"
#include "ast/script.h"
#include "base/diag.h"
#include "builtins/builtin.h"

/* A flexible side takes the other one's sign; of two of them, one above INT64_MAX is unsigned. */
static bool is_signed_pair(const struct type *a, const struct type *b)
{
	bool sa = a->kind == TYPE_INT && a->is_signed, sb = b->kind == TYPE_INT && b->is_signed;

	if (a->is_flexible && b->is_flexible)
		return sa && sb;
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
	else if (l->type->kind == TYPE_STRING || r->type->kind == TYPE_STRING)
		diag_hint(t->s->diags, d, "a number is written without quotes, and a text with them");
	else if (type_is_int_like(l->type) || is_pointer(l->type))
		builtin_hint_number(t->s, d, r->type);
	else if (type_is_int_like(r->type) || is_pointer(r->type))
		builtin_hint_number(t->s, d, l->type);
	if (!d->hints)
		diag_hint(t->s->diags, d, "both sides need one type: compare values like these with each other, or parts "
			  "of them");
}

/* What can be done instead with two values of a kind that has no such operator. */
static const char *other_way(enum op op, const struct type *type)
{
	if (is_pointer(type))
		return "addresses are reckoned with as numbers: (uint64)(...)";
	if (type->kind == TYPE_STRING)
		return op == OP_ADD ? "printf(\"%s%s\", a, b) writes texts one behind the other"
				    : "texts that are not literals have == and !=, and strncmp(a, b, n)";
	if (type->kind == TYPE_TUPLE)
		return "tuples and records have == and != alone; their elements have the others";
	return "values of this type have == and != alone";
}

static void say_no_operator(struct typer *t, const struct node *n, enum op op, const struct node *l,
			    const struct node *r)
{
	struct diag *d = diag_error(t->s->diags, DIAG_OPERATOR, n->span,
				    "The %s operator can not be used on expressions of types %s, %s", op_text(op),
				    l->type->name, r->type->name);

	t->failed = true;
	diag_hint(t->s->diags, d, "%s", other_way(op, is_pointer(r->type) ? r->type : l->type));
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
	struct diag *d = NULL;

	if (op == OP_EQ || op == OP_NE) {
		if (a->n != b->n)
			d = type_error(t, DIAG_OPERATOR, n->span,
				       "Only arrays of same size support comparison operators.");
		else if (a->to->kind != TYPE_INT || a->to != b->to)
			d = type_error(t, DIAG_OPERATOR, n->span,
				       "Only arrays of same sized integer support comparison operators.");
		if (d)
			diag_hint(t->s->diags, d, "these are %s and %s: compare their elements, (...)[0]", a->name,
				  b->name);
		return &type_bool;
	}
	t->failed = true;
	d = diag_error(t->s->diags, DIAG_OPERATOR, n->span, "The %s operator cannot be used on arrays.",
		       op_text(op));
	diag_hint(t->s->diags, d, "arrays have == and != alone; their elements, (...)[0], have the others");
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

void infer_binary(struct typer *t, struct node *n)
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
	struct diag *d = diag_error(t->s->diags, DIAG_OPERATOR, n->span,
				    "The %s operator can not be used on expressions of type '%s'",
				    op_text(n->unary.op), type->name);

	t->failed = true;
	if (n->unary.op == OP_NOT && type->kind == TYPE_STRING)
		diag_hint(t->s->diags, d, "compare it: == \"\"");
	else if (n->unary.op == OP_NOT && is_pointer(type))
		diag_hint(t->s->diags, d, "compare it: == 0");
	else
		builtin_hint_number(t->s, d, type);
}

static void infer_address(struct typer *t, struct node *n)
{
	struct node *v = n->unary.operand;

	if (v->kind != NODE_var) {
		diag_hint(t->s->diags, type_error(t, DIAG_NOT_BUILT, n->span,
						  "the address of a map is not supported by this version of sonde"),
			  "builtins and macros take a map by its name: @%s", v->kind == NODE_map ? v->map.name : "name");
		set_type(t, n, int64(t));
		return;
	}
	infer(t, v);
	n->as = AS_KERNEL;
	if (v->type)
		set_type(t, n, type_pointer_to(t->s->types, v->type));
}

void infer_unary(struct typer *t, struct node *n)
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

/* The type ++ or -- leaves in a variable or map of type `of`; NULL of: nothing known yet. NULL: refused. */
static const struct type *incdec_type(struct typer *t, const struct node *n, const struct type *of)
{
	struct diag *d;

	if (!of)
		return int64(t);
	if (is_pointer(of))
		return of;
	if (of->kind != TYPE_INT) {
		d = diag_error(t->s->diags, DIAG_OPERATOR, n->span,
			       "The %s operator can not be used on expressions of type '%s'",
			       op_text(n->incdec.op), of->name);
		if (of->kind == TYPE_AGG)
			diag_hint(t->s->diags, d, "@name = count(); adds one to a map of its own");
		else
			diag_hint(t->s->diags, d, "integers and pointers have it");
		t->failed = true;
		return NULL;
	}
	return of->is_signed || n->incdec.op == OP_DEC ? int64(t) : uint64(t);
}

void infer_incdec(struct typer *t, struct node *n)
{
	struct node *target = n->incdec.operand;
	const struct type *type;

	if (target->kind == NODE_map && target->map.key)
		infer(t, target->map.key);
	type = incdec_type(t, n, target->kind == NODE_map ? target->map.sym->value : target->var.sym->type);
	if (type)
		assign_type(t, target, type, n, AS_NONE);
	infer(t, target);
	if (target->type)
		set_type(t, n, target->type);
}
