#include "builtins/builtin.h"
#include "codegen/cg_priv.h"
#include "probes/probe.h"

/* Expressions: one small function a kind of node. */

static bool compares(enum op op)
{
	return op >= OP_EQ && op <= OP_GE;
}

/* -- variables -- */

LLVMValueRef variable_address(struct cg *cg, const struct variable *v)
{
	const struct var_slot *slot = v->slot;

	switch (slot->where) {
	case SLOT_ALLOCA:
		return variable_alloca(cg, v);
	case SLOT_FRAME:
		return program_frame_address(cg, slot->offset);
	default:
		return scratch_address(cg, slot->offset);
	}
}

struct value variable_value(struct cg *cg, const struct variable *v)
{
	LLVMValueRef addr = variable_address(cg, v);

	if (type_is_scalar(v->type)) /* registers: kept at full width */
		return cg_value(cg_load(cg, addr, 0, 8, false), v->type);
	return cg_value(addr, v->type);
}

static struct value emit_var(struct cg *cg, const struct node *n)
{
	return variable_value(cg, n->var.sym);
}

/* -- literals -- */

static struct value emit_number(struct cg *cg, const struct node *n)
{
	return cg_value(cg_const(cg, n->number.value), n->type);
}

static struct value emit_boolean(struct cg *cg, const struct node *n)
{
	return cg_value(cg_const(cg, n->boolean.value), n->type);
}

static struct value emit_string(struct cg *cg, const struct node *n)
{
	LLVMValueRef to = cg_temp(cg, n->type->size, "text");

	cg_store_text(cg, to, n->string.text, n->string.len, n->type->size);
	return cg_value(to, n->type);
}

static struct value emit_map(struct cg *cg, const struct node *n)
{
	return map_read(cg, n);
}

/* -- operators -- */

/* By zero the result is 1. */
static LLVMValueRef divide(struct cg *cg, const struct node *n, enum op op, LLVMValueRef a, LLVMValueRef b)
{
	LLVMValueRef zero, one = cg_const(cg, 1);

	if (LLVMIsAConstantInt(b) && LLVMConstIntGetZExtValue(b))
		return cg_op(cg, op, a, b);
	zero = cg_compare(cg, OP_EQ, false, b, cg_const(cg, 0));
	cg_count_if(cg, SITE_DIVISION, n->span, zero);
	return cg_select(cg, zero, one, cg_op(cg, op, a, cg_select(cg, zero, one, b)));
}

static LLVMValueRef arithmetic(struct cg *cg, const struct node *n, enum op op, LLVMValueRef a,
			       LLVMValueRef b)
{
	if (op == OP_DIV || op == OP_MOD)
		return divide(cg, n, op, a, b);
	if (op == OP_SHL || op == OP_SHR)
		b = cg_op(cg, OP_BIT_AND, b, cg_const(cg, 63));
	return cg_op(cg, op, a, b);
}

static bool compare_signed(struct cg *cg, const struct type *a, const struct type *b)
{
	const struct type *both;

	if (a->kind == TYPE_POINTER || b->kind == TYPE_POINTER)
		return false;
	both = type_promote(cg->s->types, type_decay(cg->s->types, a), type_decay(cg->s->types, b));
	return both && both->kind == TYPE_INT && both->is_signed;
}

/* Texts are zero behind their end, so equal texts have equal bytes up to the smaller capacity, and the
 * larger one ends there. */
static LLVMValueRef strings_equal(struct cg *cg, struct value l, struct value r)
{
	struct value shorter = l.type->size <= r.type->size ? l : r;
	struct value longer = l.type->size <= r.type->size ? r : l;
	uint32_t n = shorter.type->size;
	LLVMValueRef same = bytes_equal(cg, l.ref, r.ref, n);

	if (longer.type->size == n)
		return same;
	/* a shorter one that has its end inside decides alone; one that fills its capacity must be
	 * followed by the other's end */
	{
		LLVMValueRef end = cg_load(cg, shorter.ref, n - 1, 1, false);
		LLVMValueRef next = cg_load(cg, longer.ref, n, 1, false);
		LLVMValueRef both = cg_op(cg, OP_BIT_AND,
					  cg_bool(cg, cg_compare(cg, OP_NE, false, end, cg_const(cg, 0))),
					  cg_bool(cg, cg_compare(cg, OP_NE, false, next, cg_const(cg, 0))));
		LLVMValueRef open = cg_compare(cg, OP_NE, false, both, cg_const(cg, 0));

		return LLVMBuildAnd(cg->b, same, cg_not(cg, open), "");
	}
}

/* A text against a literal: only as many bytes as the literal has. */
static LLVMValueRef equals_literal(struct cg *cg, struct value v, const struct node *literal)
{
	uint32_t n = literal->string.len + 1;

	if (literal->string.len > v.type->size)
		return LLVMConstInt(cg->i1, 0, 0);
	if (n > v.type->size)
		n = v.type->size; /* fills the capacity: no end to compare */
	return bytes_equal_text(cg, v.ref, literal->string.text, literal->string.len, n);
}

static LLVMValueRef tuples_equal(struct cg *cg, struct value l, struct value r)
{
	const struct type *both = type_promote(cg->s->types, l.type, r.type);
	LLVMValueRef a = cg_temp(cg, both->size, "left"), b = cg_temp(cg, both->size, "right");

	value_store(cg, a, both, l);
	value_store(cg, b, both, r);
	return bytes_equal(cg, a, b, both->size);
}

static LLVMValueRef buffers_equal(struct cg *cg, struct value l, struct value r)
{
	uint32_t n = l.type->size < r.type->size ? l.type->size : r.type->size;

	return bytes_equal(cg, l.ref, r.ref, n); /* the length is in front, unused bytes are zero */
}

static LLVMValueRef memory_equal(struct cg *cg, struct value l, struct value r)
{
	switch (l.type->kind) {
	case TYPE_STRING:
		return strings_equal(cg, l, r);
	case TYPE_TUPLE:
		return tuples_equal(cg, l, r);
	case TYPE_BUFFER:
		return buffers_equal(cg, l, r);
	default:
		return bytes_equal(cg, l.ref, r.ref, l.type->size);
	}
}

LLVMValueRef scaled(struct cg *cg, const struct type *pointer, LLVMValueRef by)
{
	uint32_t size = pointer->to && type_complete(pointer->to)->size ? pointer->to->size : 1;

	return size == 1 ? by : cg_op(cg, OP_MUL, by, cg_const(cg, size));
}

struct value operate(struct cg *cg, const struct node *n, enum op op, struct value l, struct value r,
		     const struct type *result)
{
	LLVMValueRef v;

	if (compares(op)) {
		if (type_is_scalar(l.type)) {
			v = cg_compare(cg, op, compare_signed(cg, l.type, r.type), l.ref, r.ref);
		} else {
			v = memory_equal(cg, l, r);
			if (op == OP_NE)
				v = cg_not(cg, v);
		}
		return cg_value(cg_bool(cg, v), result);
	}
	if (l.type->kind == TYPE_POINTER)
		r.ref = scaled(cg, l.type, r.ref);
	else if (r.type->kind == TYPE_POINTER)
		l.ref = scaled(cg, r.type, l.ref);
	v = arithmetic(cg, n, op, l.ref, r.ref);
	if (result->kind == TYPE_BOOL)
		v = cg_bool(cg, cg_compare(cg, OP_NE, false, v, cg_const(cg, 0)));
	return cg_value(v, result);
}

/* && and ||: the right side is only looked at when the left one leaves it open. */
static struct value emit_logical(struct cg *cg, const struct node *n)
{
	LLVMValueRef result = entry_alloca(cg, cg->i64, "logical"), left, right;
	bool is_and = n->binary.op == OP_AND;
	struct cg_fork f;

	left = cg_truth(cg, cg_expr(cg, n->binary.lhs));
	LLVMBuildStore(cg->b, cg_bool(cg, left), result);
	f = cg_if(cg, is_and ? left : cg_not(cg, left));
	right = cg_truth(cg, cg_expr(cg, n->binary.rhs));
	LLVMBuildStore(cg->b, cg_bool(cg, right), result);
	cg_end(cg, &f);
	return cg_value(LLVMBuildLoad2(cg->b, cg->i64, result, ""), n->type);
}

static struct value emit_literal_comparison(struct cg *cg, const struct node *n, const struct node *text,
					    const struct node *other)
{
	LLVMValueRef same = equals_literal(cg, cg_expr(cg, other), text);

	return cg_value(cg_bool(cg, n->binary.op == OP_NE ? cg_not(cg, same) : same), n->type);
}

static struct value emit_binary(struct cg *cg, const struct node *n)
{
	const struct node *l = n->binary.lhs, *r = n->binary.rhs;
	struct value a, b;

	if (n->binary.op == OP_AND || n->binary.op == OP_OR)
		return emit_logical(cg, n);
	if (r->kind == NODE_string && l->type->kind == TYPE_STRING)
		return emit_literal_comparison(cg, n, r, l);
	if (l->kind == NODE_string && r->type->kind == TYPE_STRING)
		return emit_literal_comparison(cg, n, l, r);
	a = cg_expr(cg, l);
	b = cg_expr(cg, r);
	return operate(cg, n, n->binary.op, a, b, n->type);
}

static struct value emit_unary(struct cg *cg, const struct node *n)
{
	const struct node *operand = n->unary.operand;
	LLVMValueRef r;
	struct value v;

	if (n->unary.op == OP_DEREF)
		return access_emit(cg, n);
	if (n->unary.op == OP_ADDRESS)
		return cg_value(ref_i64(cg, variable_address(cg, operand->var.sym)), n->type);
	v = cg_convert(cg, cg_expr(cg, operand), type_decay(cg->s->types, operand->type));
	if (n->unary.op == OP_NOT)
		return cg_value(cg_bool(cg, cg_not(cg, cg_truth(cg, v))), n->type);
	if (n->unary.op == OP_NEG)
		r = cg_op(cg, OP_SUB, cg_const(cg, 0), v.ref);
	else
		r = cg_op(cg, OP_BIT_XOR, v.ref, cg_const(cg, UINT64_MAX));
	return cg_value(cg_extend(cg, r, v.type->size, v.type->is_signed), n->type);
}

static LLVMValueRef step_of(struct cg *cg, const struct type *t)
{
	return cg_const(cg, t->kind == TYPE_POINTER && type_complete(t->to)->size ? t->to->size : 1);
}

static struct value emit_incdec(struct cg *cg, const struct node *n)
{
	const struct node *target = n->incdec.operand;
	enum op op = n->incdec.op == OP_INC ? OP_ADD : OP_SUB;
	LLVMValueRef old, next, addr;

	if (target->kind == NODE_map) { /* which steps by what a pointer points to */
		struct value one = { cg_const(cg, 1), type_int(cg->s->types, 64, true) };

		map_modify(cg, target, op, one, n, &old, &next);
		return cg_value(n->incdec.prefix ? next : old, target->type);
	}
	addr = variable_address(cg, target->var.sym);
	old = cg_load(cg, addr, 0, 8, false);
	next = cg_extend(cg, cg_op(cg, op, old, step_of(cg, target->type)), target->type->size,
			 target->type->is_signed);
	cg_store(cg, addr, 0, 8, next);
	return cg_value(n->incdec.prefix ? next : old, target->type);
}

/* -- choosing -- */

struct choice {
	const struct type *t;
	LLVMValueRef to;
};

static struct choice choice_new(struct cg *cg, const struct type *t)
{
	struct choice c = { .t = t };

	if (t->size)
		c.to = type_is_scalar(t) ? entry_alloca(cg, cg->i64, "choice") : cg_temp(cg, t->size, "choice");
	return c;
}

static void choose(struct cg *cg, struct choice *c, const struct node *n)
{
	if (!c->t->size)
		cg_expr(cg, n);
	else if (type_is_scalar(c->t))
		LLVMBuildStore(cg->b, cg_convert(cg, cg_expr(cg, n), c->t).ref, c->to);
	else
		cg_expr_into(cg, n, c->t, c->to);
}

static struct value chosen(struct cg *cg, const struct choice *c)
{
	if (c->t->size && type_is_scalar(c->t))
		return cg_value(LLVMBuildLoad2(cg->b, cg->i64, c->to, ""), c->t);
	return cg_value(c->to, c->t);
}

static struct value emit_choice(struct cg *cg, const struct node *n, const struct node *cond,
				const struct node *yes, const struct node *no)
{
	struct choice c = choice_new(cg, n->type);
	struct cg_fork f = cg_if(cg, cg_truth(cg, cg_expr(cg, cond)));

	choose(cg, &c, yes ? yes : cond);
	cg_else(cg, &f);
	if (no)
		choose(cg, &c, no);
	cg_end(cg, &f);
	return chosen(cg, &c);
}

static struct value emit_ternary(struct cg *cg, const struct node *n)
{
	return emit_choice(cg, n, n->ternary.cond, n->ternary.yes, n->ternary.no);
}

static struct value emit_cond(struct cg *cg, const struct node *n)
{
	return emit_choice(cg, n, n->cond.cond, n->cond.yes, n->cond.no);
}

static struct value emit_block(struct cg *cg, const struct node *n)
{
	struct value v = { NULL, n->type };

	for (const struct node *st = n->block.stmts; st; st = st->next) {
		if (!st->next && st->kind == NODE_expr_stmt && st->expr_stmt.trailing)
			v = cg_expr(cg, st->expr_stmt.value);
		else
			statement_emit(cg, st);
	}
	return v;
}

/* -- access -- */

/* The bytes of an array as one number; three bytes are no size to load at once. */
static LLVMValueRef read_number(struct cg *cg, struct value array, const struct type *t)
{
	LLVMValueRef word = cg_temp(cg, 8, "word");

	cg_zero(cg, word, 8);
	cg_copy(cg, word, array.ref, array.type->size);
	return cg_extend(cg, cg_load(cg, word, 0, 8, false), t->size, t->kind == TYPE_INT && t->is_signed);
}

static struct value emit_cast(struct cg *cg, const struct node *n)
{
	struct value v = cg_expr(cg, n->cast.operand);

	LLVMValueRef to;

	if (v.type->kind == TYPE_ARRAY && type_is_scalar(n->type))
		return cg_value(read_number(cg, v, n->type), n->type);
	if (type_is_scalar(n->type) || (n->type->kind != TYPE_SPECIAL && !type_is_scalar(v.type)))
		return cg_convert(cg, v, n->type);
	to = cg_temp(cg, n->type->size < 8 ? 8 : n->type->size, "cast");
	if (type_is_scalar(v.type)) /* an array of up to 8 bytes, a user name */
		cg_store(cg, to, 0, n->type->size < 8 ? n->type->size : 8, v.ref);
	return cg_value(to, n->type);
}

/* In the order they are written down; in a record of type t they may stand in another one. */
static void store_elements(struct cg *cg, const struct node *n, const struct type *t, LLVMValueRef dst)
{
	uint32_t used = 0, i = 0;

	for (i = 0; i < t->n; i++)
		used += t->elems[i]->size;
	if (used != t->size)
		cg_zero(cg, dst, t->size);
	i = 0;
	for (const struct node *e = n->tuple.elems; e; e = e->next, i++) {
		int to = type_counterpart(t, n->type, i);

		cg_expr_into(cg, e, t->elems[to], cg_at(cg, dst, t->offsets[to]));
	}
}

static struct value emit_tuple(struct cg *cg, const struct node *n)
{
	LLVMValueRef to = cg_temp(cg, n->type->size, "tuple");

	store_elements(cg, n, n->type, to);
	return cg_value(to, n->type);
}

/* -- builtins -- */

static const struct builtin *row_of(const struct node *n)
{
	return n->kind == NODE_call ? n->call.fn : n->name.fn;
}

static struct value emit_builtin(struct cg *cg, const struct node *n)
{
	const struct builtin *b = row_of(n);
	LLVMValueRef to;

	if (!b->emit_into || b->emit)
		return b->emit(cg, n);
	to = cg_temp(cg, n->type->size, "result");
	b->emit_into(cg, n, to);
	return cg_value(to, n->type);
}

typedef struct value (*emit_fn)(struct cg *cg, const struct node *n);

static const emit_fn expressions[NODE_KINDS] = {
	[NODE_number] = emit_number,
	[NODE_boolean] = emit_boolean,
	[NODE_string] = emit_string,
	[NODE_name] = emit_builtin,
	[NODE_var] = emit_var,
	[NODE_map] = emit_map,
	[NODE_unary] = emit_unary,
	[NODE_incdec] = emit_incdec,
	[NODE_binary] = emit_binary,
	[NODE_ternary] = emit_ternary,
	[NODE_cast] = emit_cast,
	[NODE_call] = emit_builtin,
	[NODE_field] = access_emit,
	[NODE_element] = access_emit,
	[NODE_index] = access_emit,
	[NODE_tuple] = emit_tuple,
	[NODE_cond] = emit_cond,
	[NODE_block] = emit_block,
	[NODE_inlined] = inlined_emit,
};

struct value cg_expr(struct cg *cg, const struct node *n)
{
	return expressions[n->kind](cg, n);
}

/* -- straight into memory -- */

static bool writes_itself(const struct node *n, const struct type *t)
{
	if (n->kind != NODE_call && n->kind != NODE_name)
		return false;
	if (!row_of(n)->emit_into)
		return false;
	return n->type == t || (n->type->kind == TYPE_STRING && t->kind == TYPE_STRING &&
				n->type->size <= t->size);
}

static bool is_access(const struct node *n)
{
	return n->kind == NODE_field || n->kind == NODE_index ||
	       (n->kind == NODE_unary && n->unary.op == OP_DEREF);
}

void cg_expr_into(struct cg *cg, const struct node *n, const struct type *t, ref dst)
{
	if (n->type == t && is_access(n) && access_emit_into(cg, n, dst))
		return;
	if (n->kind == NODE_string && t->kind == TYPE_STRING) {
		cg_store_text(cg, dst, n->string.text, n->string.len, t->size);
	} else if (n->kind == NODE_tuple && t->kind == TYPE_TUPLE) {
		store_elements(cg, n, t, dst);
	} else if (writes_itself(n, t)) {
		row_of(n)->emit_into(cg, n, dst);
		if (n->type->size < t->size)
			cg_zero(cg, cg_at(cg, dst, n->type->size), t->size - n->type->size);
	} else {
		value_store(cg, dst, t, cg_expr(cg, n));
	}
}
