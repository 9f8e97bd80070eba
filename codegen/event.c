#include "codegen/cg_priv.h"

#include "base/arena.h"
#include "builtins/builtin.h"

/* Telling user space: records are built right in the ring buffer. */

enum { EVENT_HEADER = 8 };

struct event_desc *cg_event_new(struct cg *cg, const struct builtin *from, struct span span)
{
	struct event_desc *e = ARENA_NEW(cg->s->arena, struct event_desc);

	e->from = from;
	e->index = (uint32_t)cg->events.n;
	e->span = span;
	vec_push(&cg->events, e);
	return e;
}

struct cg_fork cg_event_open(struct cg *cg, const struct event_desc *e, uint32_t size, ref *ret_args)
{
	LLVMValueRef rec = cg_helper_ptr(cg, BPF_FUNC_ringbuf_reserve, 3, cg_map(cg, PLAN_MAP_RING),
					 cg_const(cg, EVENT_HEADER + size), cg_const(cg, 0));
	struct cg_fork f = cg_if(cg, cg_is_null(cg, rec));

	if (size > e->size)
		cg->events.v[e->index]->size = size;
	cg_atomic_add(cg, cg_globals(cg, plan_lost_at(cg->s->plan, cg->u->desc->index)), 0, cg_const(cg, 1));
	cg_else(cg, &f);
	cg_store(cg, rec, 0, 8, cg_const(cg, e->index));
	*ret_args = cg_at(cg, rec, EVENT_HEADER);
	return f;
}

void cg_event_close(struct cg *cg, struct cg_fork *f, ref args)
{
	LLVMValueRef back = LLVMConstInt(cg->i64, (uint64_t)-EVENT_HEADER, 1);
	LLVMValueRef rec = LLVMBuildGEP2(cg->b, cg->i8, args, &back, 1, "");

	cg_helper(cg, BPF_FUNC_ringbuf_submit, 2, rec, cg_const(cg, 0));
	cg_end(cg, f);
}

/* Something that must happen whether or not there is room for the record. */
static bool has_effect(const struct node *n, void *ctx)
{
	(void)ctx;
	if (n->kind == NODE_call)
		return n->call.fn->flags & BUILTIN_EFFECT;
	return n->kind == NODE_inlined || n->kind == NODE_incdec || n->kind == NODE_cond || n->kind == NODE_block;
}

/* Scalars are worked out first, they sit in registers; larger values are written into the record. */
void cg_event_send(struct cg *cg, const struct event_desc *e, const struct node *args)
{
	struct value v[128] = { 0 };
	LLVMValueRef to;
	struct cg_fork f;
	unsigned i = 0;

	for (const struct node *a = args; a; a = a->next, i++)
		if (type_is_scalar(e->record->elems[i]) || node_any(a, has_effect, NULL))
			v[i] = cg_convert(cg, cg_expr(cg, a), e->record->elems[i]);
	f = cg_event_open(cg, e, e->record ? e->record->size : 0, &to);
	i = 0;
	for (const struct node *a = args; a; a = a->next, i++) {
		LLVMValueRef at = cg_at(cg, to, e->record->offsets[i]);

		if (v[i].ref)
			value_store(cg, at, e->record->elems[i], v[i]);
		else
			cg_expr_into(cg, a, e->record->elems[i], at);
	}
	cg_event_close(cg, &f, to);
}
