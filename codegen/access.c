#include "builtins/builtin.h"
#include "codegen/cg_priv.h"
#include "probes/probe.h"

/* Members, elements and what pointers point to. "a->b.c[2]" is one address that is worked out step by step;
 * only what stands at its end is read. */

struct place {
	LLVMValueRef addr;             /* remote: a 64-bit number; else an address in our own memory */
	bool is_remote;                /* in memory of the kernel or a process: read through a helper */
	bool is_raw;                   /* texts there may have anything behind their end */
	enum addr_space as;
	LLVMValueRef inside;           /* i1: no index was out of bounds, else 0 is read; NULL: surely */
	const struct field *bits;      /* a bit-field; NULL: whole bytes */
	uint32_t text_bytes;           /* a text has fewer bytes there than its type; 0: it has not */
	struct span span;
};

static struct place place_of(struct cg *cg, const struct node *n);

static struct place own_place(const struct node *n, LLVMValueRef addr)
{
	return (struct place){ .addr = addr, .span = n->span };
}

static struct place remote_place(const struct node *n, LLVMValueRef addr, enum addr_space as)
{
	return (struct place){ .addr = addr, .is_remote = true, .is_raw = true, .as = as, .span = n->span };
}

static void move(struct cg *cg, struct place *p, LLVMValueRef by)
{
	if (p->is_remote)
		p->addr = cg_op(cg, OP_ADD, p->addr, by);
	else
		p->addr = LLVMBuildInBoundsGEP2(cg->b, cg->i8, p->addr, &by, 1, "");
}

/* -- reading -- */

static void read_raw(struct cg *cg, const struct place *p, uint32_t bytes, LLVMValueRef dst)
{
	if (p->is_remote)
		cg_probe_read(cg, dst, bytes, p->addr, p->as, p->span);
	else
		cg_copy(cg, dst, p->addr, bytes);
}

/* The value, or 0 where an index was out of bounds. */
static LLVMValueRef checked(struct cg *cg, const struct place *p, LLVMValueRef v)
{
	return p->inside ? cg_select(cg, p->inside, v, cg_const(cg, 0)) : v;
}

/* Up to 64 bits that start somewhere in a byte: they touch at most nine. */
static LLVMValueRef read_bits(struct cg *cg, const struct place *p, const struct type *t)
{
	unsigned at = p->bits->bit_at, n = p->bits->bits, bytes = (at + n + 7) / 8;
	LLVMValueRef words = cg_temp(cg, 16, "bits"), v, high;

	cg_zero(cg, words, 16);
	read_raw(cg, p, bytes, words);
	v = cg_op(cg, OP_SHR, cg_load(cg, words, 0, 8, false), cg_const(cg, at));
	if (bytes > 8) {
		high = cg_op(cg, OP_SHL, cg_load(cg, words, 8, 8, false), cg_const(cg, 64 - at));
		v = cg_op(cg, OP_BIT_OR, v, high);
	}
	if (n == 64)
		return v;
	v = cg_op(cg, OP_SHL, v, cg_const(cg, 64 - n));
	return t->kind == TYPE_INT && t->is_signed
		       ? LLVMBuildAShr(cg->b, v, cg_const(cg, 64 - n), "")
		       : cg_op(cg, OP_SHR, v, cg_const(cg, 64 - n));
}

static struct value read_scalar(struct cg *cg, const struct place *p, const struct type *t)
{
	LLVMValueRef to;

	if (p->bits)
		return cg_value(checked(cg, p, read_bits(cg, p, t)), t);
	if (!p->is_remote)
		return cg_value(checked(cg, p, value_load(cg, p->addr, t).ref), t);
	to = cg_temp(cg, t->size, "read");
	read_raw(cg, p, t->size, to);
	return cg_value(checked(cg, p, value_load(cg, to, t).ref), t);
}

/* A text gets zeroes behind its end; one byte more than its capacity is needed to see that it has none. */
static LLVMValueRef read_text(struct cg *cg, const struct place *p, const struct type *t)
{
	LLVMValueRef to = cg_temp(cg, t->size + 1, "text");
	uint32_t bytes = p->text_bytes ? p->text_bytes : t->size;

	cg_probe_read_str(cg, to, t->size + 1, bytes + 1, NULL, p->addr, p->is_remote ? p->as : AS_KERNEL,
			  p->span);
	return to;
}

static void read_into(struct cg *cg, const struct place *p, const struct type *t, LLVMValueRef dst)
{
	struct cg_fork f;

	if (!p->inside) {
		read_raw(cg, p, t->size, dst);
		return;
	}
	f = cg_if(cg, p->inside);
	read_raw(cg, p, t->size, dst);
	cg_else(cg, &f);
	cg_zero(cg, dst, t->size);
	cg_end(cg, &f);
}

static struct value place_read(struct cg *cg, const struct place *p, const struct type *t)
{
	LLVMValueRef to;

	if (type_is_scalar(t))
		return read_scalar(cg, p, t);
	if (!t->size || (!p->is_remote && !p->inside && !(p->is_raw && t->kind == TYPE_STRING)))
		return cg_value(p->is_remote ? cg_temp(cg, 1, "nothing") : p->addr, t);
	if (t->kind == TYPE_STRING && p->is_raw && !p->inside)
		return cg_value(read_text(cg, p, t), t);
	to = cg_temp(cg, t->size, "read");
	read_into(cg, p, t, to);
	if (t->kind == TYPE_STRING && p->is_raw) {
		struct place copy = { .addr = to, .text_bytes = p->text_bytes, .span = p->span };

		return cg_value(read_text(cg, &copy, t), t);
	}
	return cg_value(to, t);
}

/* -- the steps -- */

/* What a pointer points to; of pointers to pointers, what the last one points to. */
static struct place behind_pointer(struct cg *cg, const struct node *n, const struct node *pointer,
				   const struct type **ret_type)
{
	const struct type *t = pointer->type->to;
	struct place p = remote_place(n, cg_expr(cg, pointer).ref, pointer->as);

	for (; t->kind == TYPE_POINTER; t = t->to)
		p.addr = read_scalar(cg, &p, t).ref;
	*ret_type = t;
	return p;
}

static struct place place_of_member(struct cg *cg, const struct node *n)
{
	const struct node *base = n->field.base;
	const struct type *t = base->type;
	const struct field *f;
	struct place p;

	if (type_is_record(t)) {
		p = place_of(cg, base);
		move(cg, &p, cg_const(cg, t->offsets[type_element_named(t, n->field.name)]));
		return p;
	}
	if (t->kind == TYPE_POINTER)
		p = behind_pointer(cg, n, base, &t);
	else
		p = place_of(cg, base);
	f = type_field(t, n->field.name);
	move(cg, &p, cg_const(cg, f->offset));
	p.is_raw = true;
	p.bits = f->bits ? f : NULL;
	p.text_bytes = f->type->kind == TYPE_STRING && f->size < f->type->size ? f->size : 0;
	return p;
}

/* An index that is out of bounds reads as 0; where it is not known before, it is looked at and counted. */
static void step_into_array(struct cg *cg, struct place *p, const struct node *n, const struct type *t)
{
	const struct type *elem = n->type;
	uint32_t count = t->kind == TYPE_ARRAY ? t->n : p->text_bytes ? p->text_bytes : t->size;
	LLVMValueRef i = cg_expr(cg, n->index.index).ref, inside;
	bool is_open = t->kind == TYPE_ARRAY && !t->n && p->is_remote; /* a flexible array */

	if (!is_open && !(LLVMIsAConstantInt(i) && LLVMConstIntGetZExtValue(i) < count)) {
		inside = cg_compare(cg, OP_LT, false, i, cg_const(cg, count));
		if (t->kind == TYPE_ARRAY)
			cg_count_if(cg, SITE_BOUNDS, n->span, cg_not(cg, inside));
		i = cg_select(cg, inside, i, cg_const(cg, 0));
		p->inside = p->inside ? LLVMBuildAnd(cg->b, p->inside, inside, "") : inside;
	}
	move(cg, p, cg_op(cg, OP_MUL, i, cg_const(cg, elem->size)));
}

static struct place place_of_index(struct cg *cg, const struct node *n)
{
	const struct node *base = n->index.base;
	const struct type *t = base->type;
	struct place p;

	if (t->kind == TYPE_POINTER) {
		LLVMValueRef addr = cg_expr(cg, base).ref, i = cg_expr(cg, n->index.index).ref;

		return remote_place(n, cg_op(cg, OP_ADD, addr, scaled(cg, t, i)), base->as);
	}
	p = place_of(cg, base);
	p.span = n->span;
	if (t->kind == TYPE_TUPLE)
		move(cg, &p, cg_const(cg, t->offsets[n->index.index->number.value]));
	else
		step_into_array(cg, &p, n, t);
	return p;
}

static struct place place_of_pointee(struct cg *cg, const struct node *n)
{
	const struct node *pointer = n->unary.operand;

	return remote_place(n, cg_expr(cg, pointer).ref, pointer->as);
}

/* A member of `args`: the kind of probe knows where it is. */
static bool is_offered(const struct node *n)
{
	return builtin_is_context(n->field.base);
}

static struct value offered(struct cg *cg, const struct node *n)
{
	return cg->u->probe->kind->emit_field(cg, type_field(n->field.base->type, n->field.name));
}

static struct place place_of(struct cg *cg, const struct node *n)
{
	struct place p;

	switch (n->kind) {
	case NODE_field:
		if (!is_offered(n))
			return place_of_member(cg, n);
		break;
	case NODE_index:
		return place_of_index(cg, n);
	case NODE_element:
		p = place_of(cg, n->element.base);
		move(cg, &p, cg_const(cg, n->element.base->type->offsets[n->element.n]));
		return p;
	case NODE_unary:
		if (n->unary.op == OP_DEREF)
			return place_of_pointee(cg, n);
		break;
	default:
		break;
	}
	return own_place(n, cg_expr(cg, n).ref);
}

struct value access_emit(struct cg *cg, const struct node *n)
{
	const struct type *t = n->type;
	struct place p;

	if (n->kind == NODE_field && is_offered(n))
		return offered(cg, n);
	/* "*" on a number reads as many bytes as the number has */
	if (n->kind == NODE_unary && n->unary.operand->type->kind == TYPE_INT)
		t = type_int(cg->s->types, n->unary.operand->type->size * 8, false);
	p = place_of(cg, n);
	return cg_value(place_read(cg, &p, t).ref, n->type);
}

bool access_emit_into(struct cg *cg, const struct node *n, LLVMValueRef dst)
{
	struct place p;

	if ((n->type->kind != TYPE_STRUCT && n->type->kind != TYPE_ARRAY) || !n->type->size ||
	    (n->kind == NODE_field && is_offered(n)))
		return false;
	p = place_of(cg, n);
	read_into(cg, &p, n->type, dst);
	return true;
}

ref cg_where(struct cg *cg, const struct node *n, enum addr_space *ret_as, uint32_t *ret_bytes)
{
	struct place p = place_of(cg, n);
	LLVMValueRef own;

	*ret_as = p.is_remote && !p.inside ? p.as : AS_KERNEL;
	*ret_bytes = p.text_bytes ? p.text_bytes : n->type->size;
	if (p.is_remote && !p.inside)
		return p.addr;
	own = place_read(cg, &p, n->type).ref;
	return cg_as_int(cg, own);
}
