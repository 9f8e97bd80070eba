#include "builtins/builtin.h"
#include "codegen/cg_priv.h"

/* for: the body is a function that the kernel calls for every element or number. It sees the variables
 * around it through the frame. */

static bool is_exit(const struct node *n, void *ctx)
{
	(void)ctx;
	return n->kind == NODE_call && n->call.fn && (n->call.fn->flags & BUILTIN_EXIT);
}

/* Whether a return below leaves what the loop stands in; those in functions called there do not. */
static int has_return(struct node *n, void *ctx)
{
	if (n->kind == NODE_return_stmt)
		return 1;
	return n->kind == NODE_inlined ? 0 : node_each_child(n, has_return, ctx);
}

static struct cg_fork if_left(struct cg *cg, unsigned what)
{
	LLVMValueRef left = cg_load(cg, frame_address(cg, FRAME_LEFT), 0, 8, false);

	return cg_if(cg, cg_compare(cg, OP_EQ, false, left, cg_const(cg, what)));
}

/* A return inside the body of a loop in a function of the script leaves that, too. */
static void return_when_returned(struct cg *cg)
{
	struct cg_fork f = if_left(cg, LEFT_FUNCTION);

	if (cg->f == cg->inlined->f)
		cg_store(cg, frame_address(cg, FRAME_LEFT), 0, 8, cg_const(cg, LEFT_NOTHING));
	inlined_leave(cg);
	cg_end(cg, &f);
}

/* A return or exit() inside the body leaves the program, too. */
static void leave_when_left(struct cg *cg, const struct node *body)
{
	bool returns = has_return((struct node *)body, NULL);
	struct cg_fork f;

	if (returns && cg->inlined)
		return_when_returned(cg);
	if (!node_any(body, is_exit, NULL) && (!returns || cg->inlined))
		return;
	f = if_left(cg, LEFT_PROGRAM);
	if (cg->f->kind != FUNCTION_CALLBACK)
		result_store(cg, cg_load(cg, frame_address(cg, FRAME_RET), 0, 8, false));
	cg_leave(cg);
	cg_end(cg, &f);
}

static void emit_loop_body(struct cg *cg, const struct node *body)
{
	struct loop loop = { NULL, block_new(cg, "break"), block_new(cg, "continue") };

	cg->f->loops = &loop;
	body_emit(cg, body);
	branch(cg, loop.continue_to);
	block_start(cg, loop.break_to);
	LLVMBuildRet(cg->b, cg_const(cg, 1));
	block_start(cg, loop.continue_to);
	cg->f->loops = NULL;
}

/* -- over a map -- */

static void bind_element(struct cg *cg, const struct node *n, LLVMValueRef key, LLVMValueRef value)
{
	const struct map_desc *m = n->for_map.map->map.sym->desc;
	const struct variable *v = n->for_map.var->var.sym;
	LLVMValueRef to = variable_address(cg, v);
	struct value element;

	if (m->value->kind == TYPE_AGG) {
		LLVMValueRef copy = cg_temp(cg, m->key_size, "key");

		cg_copy(cg, copy, key, m->key_size);
		element = agg_read(cg, m, copy);
	} else {
		element = value_load(cg, value, m->value);
	}
	value_store(cg, cg_at(cg, to, v->type->offsets[0]), v->type->elems[0], value_load(cg, key, m->key));
	value_store(cg, cg_at(cg, to, v->type->offsets[1]), v->type->elems[1], element);
}

void for_map_emit(struct cg *cg, const struct node *n)
{
	LLVMTypeRef params[4] = { cg->ptr, cg->ptr, cg->ptr, cg->ptr };
	struct function body = { 0 };
	LLVMValueRef r;

	cg->u->desc->has_for = true;
	callback_begin(cg, &body, LLVMFunctionType(cg->i64, params, 4, 0), 3);
	bind_element(cg, n, LLVMGetParam(body.fn, 1), LLVMGetParam(body.fn, 2));
	emit_loop_body(cg, n->for_map.body);
	callback_end(cg);
	r = cg_helper(cg, BPF_FUNC_for_each_map_elem, 4, map_ref(cg, n->for_map.map->map.sym->desc), body.fn,
		      frame_address(cg, 0), cg_const(cg, 0));
	cg_check(cg, SITE_HELPER, "for_each_map_elem", NULL, r, n->span);
	leave_when_left(cg, n->for_map.body);
}

/* -- over a range -- */

/* Where the range starts, for the body to add to its count. */
static uint32_t keep_start(struct cg *cg, LLVMValueRef from)
{
	uint32_t at = frame_reserve(cg, 8);

	cg_store(cg, frame_address(cg, at), 0, 8, from);
	return at;
}

void for_range_emit(struct cg *cg, const struct node *n)
{
	LLVMTypeRef params[2] = { cg->i64, cg->ptr };
	const struct variable *v = n->for_range.var->var.sym;
	struct value from = cg_convert(cg, cg_expr(cg, n->for_range.from), v->type);
	struct value to = cg_convert(cg, cg_expr(cg, n->for_range.to), v->type);
	uint32_t start = keep_start(cg, from.ref);
	LLVMValueRef some, r, i;
	struct function body = { 0 };
	struct cg_fork f;

	cg->u->desc->has_for = true;
	some = cg_compare(cg, OP_LT, v->type->is_signed, from.ref, to.ref);
	callback_begin(cg, &body, LLVMFunctionType(cg->i64, params, 2, 0), 1);
	i = cg_op(cg, OP_ADD, cg_load(cg, frame_address(cg, start), 0, 8, false), LLVMGetParam(body.fn, 0));
	cg_store(cg, variable_address(cg, v), 0, 8, cg_extend(cg, i, v->type->size, v->type->is_signed));
	emit_loop_body(cg, n->for_range.body);
	callback_end(cg);
	/* The verifier must not see a call with a count that it knows to be zero: it takes the body for dead
	 * code, removes it, and then misses it ("No program to jit", 6.18). */
	f = cg_if(cg, some);
	r = cg_helper(cg, BPF_FUNC_loop, 4, cg_op(cg, OP_SUB, to.ref, from.ref), body.fn, frame_address(cg, 0),
		      cg_const(cg, 0));
	cg_check(cg, SITE_LOOP, "loop", NULL, r, n->span);
	cg_end(cg, &f);
	leave_when_left(cg, n->for_range.body);
}
