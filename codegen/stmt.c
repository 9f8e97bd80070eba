#include "codegen/cg_priv.h"

/* Statements. Temporary values live as long as the statement that made them. */

static void set_variable(struct cg *cg, const struct variable *v, const struct node *value)
{
	LLVMValueRef addr = variable_address(cg, v);

	if (type_is_scalar(v->type))
		cg_store(cg, addr, 0, 8, cg_convert(cg, cg_expr(cg, value), v->type).ref);
	else
		cg_expr_into(cg, value, v->type, addr);
}

static void clear_variable(struct cg *cg, const struct variable *v)
{
	LLVMValueRef addr = variable_address(cg, v);

	if (type_is_scalar(v->type))
		cg_store(cg, addr, 0, 8, cg_const(cg, 0));
	else
		cg_zero(cg, addr, v->type->size);
}

static void emit_let(struct cg *cg, const struct node *n)
{
	if (n->let.value)
		set_variable(cg, n->let.var->var.sym, n->let.value);
	else
		clear_variable(cg, n->let.var->var.sym);
}

static void assign_variable(struct cg *cg, const struct node *n)
{
	const struct variable *v = n->assign.target->var.sym;
	struct value old, r;
	LLVMValueRef addr;

	if (n->assign.op == OP_NONE) {
		set_variable(cg, v, n->assign.value);
		return;
	}
	/* $x op= e is $x = $x op (e): what e does to $x comes too late. */
	old = cg_value(cg_load(cg, variable_address(cg, v), 0, 8, false), v->type);
	r = cg_expr(cg, n->assign.value);
	addr = variable_address(cg, v);
	r = operate(cg, n, n->assign.op, old, r, v->type);
	if (v->type->size < 8)
		r.ref = cg_extend(cg, r.ref, v->type->size, v->type->is_signed);
	cg_store(cg, addr, 0, 8, r.ref);
}

static void emit_assign(struct cg *cg, const struct node *n)
{
	const struct node *target = n->assign.target;

	if (target->kind == NODE_var)
		assign_variable(cg, n);
	else if (n->assign.op == OP_NONE)
		map_assign(cg, target, n->assign.value);
	else
		map_assign_op(cg, n);
}

static void emit_cond(struct cg *cg, const struct node *n)
{
	struct cg_fork f = cg_if(cg, cg_truth(cg, cg_expr(cg, n->cond.cond)));

	body_emit(cg, n->cond.yes);
	if (n->cond.no) {
		cg_else(cg, &f);
		if (n->cond.no->kind == NODE_cond)
			emit_cond(cg, n->cond.no);
		else
			body_emit(cg, n->cond.no);
	}
	cg_end(cg, &f);
}

static void emit_expr_stmt(struct cg *cg, const struct node *n)
{
	if (n->expr_stmt.value->kind == NODE_cond)
		emit_cond(cg, n->expr_stmt.value);
	else if (n->expr_stmt.value->kind == NODE_block)
		body_emit(cg, n->expr_stmt.value);
	else
		cg_expr(cg, n->expr_stmt.value);
}

static void emit_discard(struct cg *cg, const struct node *n)
{
	cg_expr(cg, n->discard.value);
}

static void note_while(struct cg *cg, struct span at)
{
	for (size_t i = 0; i < cg->whiles.n; i++)
		if (cg->whiles.v[i].start == at.start && cg->whiles.v[i].end == at.end)
			return;
	vec_push(&cg->whiles, at);
}

static void emit_while(struct cg *cg, const struct node *n)
{
	LLVMBasicBlockRef test = block_new(cg, "while"), body = block_new(cg, "body");
	LLVMBasicBlockRef done = block_new(cg, "done");
	struct loop loop = { cg->f->loops, done, test };

	note_while(cg, n->span);
	cg->has_jumps_back = cg->u->desc->has_loops = true;
	branch(cg, test);
	block_start(cg, test);
	branch_if(cg, cg_truth(cg, cg_expr(cg, n->while_loop.cond)), body, done);
	block_start(cg, body);
	cg->f->loops = &loop;
	body_emit(cg, n->while_loop.body);
	cg->f->loops = loop.up;
	branch(cg, test);
	block_start(cg, done);
}

static void emit_unroll(struct cg *cg, const struct node *n)
{
	cg->u->desc->has_loops = true;
	for (uint64_t i = 0; i < n->unroll.count->number.value; i++)
		body_emit(cg, n->unroll.body);
}

static void jump(struct cg *cg, LLVMBasicBlockRef to)
{
	branch(cg, to);
	block_start(cg, block_new(cg, "unreachable"));
}

static void emit_break(struct cg *cg, const struct node *n)
{
	(void)n;
	jump(cg, cg->f->loops->break_to);
}

static void emit_continue(struct cg *cg, const struct node *n)
{
	(void)n;
	jump(cg, cg->f->loops->continue_to);
}

/* -- calls of functions of the script -- */

static bool ends_with_return(const struct node *block)
{
	const struct node *st = block->block.stmts;

	while (st && st->next)
		st = st->next;
	return st && st->kind == NODE_return_stmt;
}

static void emit_call(struct cg *cg, const struct node *n)
{
	struct inlined in = { cg->inlined, cg->f, n->inlined.result, block_new(cg, n->inlined.fn->name) };
	unsigned i = 0;

	for (const struct node *arg = n->inlined.args; arg; arg = arg->next)
		set_variable(cg, n->inlined.vars[i++], arg);
	if (in.result && !ends_with_return(n->inlined.body))
		clear_variable(cg, in.result);
	cg->inlined = &in;
	body_emit(cg, n->inlined.body);
	cg->inlined = in.up;
	branch(cg, in.end);
	block_start(cg, in.end);
}

/* The result stays up to the end of the statement that calls, the variables do not. With parts, all stay: parts
 * are made once and look where they were. */
struct value inlined_emit(struct cg *cg, const struct node *n)
{
	bool places = !cg->is_split;
	struct temp_mark mark;

	if (places && n->inlined.result)
		variable_place(cg, n->inlined.result);
	mark = temps_mark(cg);
	for (unsigned i = 0; places && i < n->inlined.n_vars; i++)
		variable_place(cg, n->inlined.vars[i]);
	emit_call(cg, n);
	for (unsigned i = 0; places && i < n->inlined.n_vars; i++)
		variable_release(cg, n->inlined.vars[i]);
	temps_release(cg, mark);
	return n->inlined.result ? variable_value(cg, n->inlined.result) : cg_value(NULL, n->type);
}

void inlined_leave(struct cg *cg)
{
	if (cg->f == cg->inlined->f) {
		jump(cg, cg->inlined->end);
		return;
	}
	if (cg->f->kind == FUNCTION_PART) {
		jump(cg, cg->f->returned);
		return;
	}
	/* In the body of a for: whoever runs the loop goes on with leaving, loop by loop. */
	cg_store(cg, frame_address(cg, FRAME_LEFT), 0, 8, cg_const(cg, LEFT_FUNCTION));
	LLVMBuildRet(cg->b, cg_const(cg, 1));
	block_start(cg, block_new(cg, "unreachable"));
}

static void emit_return(struct cg *cg, const struct node *n)
{
	if (cg->inlined) {
		if (n->return_stmt.value)
			set_variable(cg, cg->inlined->result, n->return_stmt.value);
		inlined_leave(cg);
		return;
	}
	if (n->return_stmt.value)
		result_store(cg, cg_expr(cg, n->return_stmt.value).ref);
	cg_leave(cg);
}

static void emit_nothing(struct cg *cg, const struct node *n)
{
	(void)cg, (void)n;
}

typedef void (*emit_fn)(struct cg *cg, const struct node *n);

static const emit_fn statements[NODE_KINDS] = {
	[NODE_let] = emit_let,
	[NODE_assign] = emit_assign,
	[NODE_discard] = emit_discard,
	[NODE_expr_stmt] = emit_expr_stmt,
	[NODE_while_loop] = emit_while,
	[NODE_unroll] = emit_unroll,
	[NODE_for_map] = for_map_emit,
	[NODE_for_range] = for_range_emit,
	[NODE_break_stmt] = emit_break,
	[NODE_continue_stmt] = emit_continue,
	[NODE_return_stmt] = emit_return,
	[NODE_block] = body_emit,
	[NODE_import] = emit_nothing,
};

void statement_emit(struct cg *cg, const struct node *n)
{
	struct temp_mark mark = temps_mark(cg);

	statements[n->kind](cg, n);
	temps_release(cg, mark);
}

void statements_emit(struct cg *cg, const struct node *block)
{
	for (const struct node *st = block->block.stmts; st; st = st->next)
		statement_emit(cg, st);
}

void body_emit(struct cg *cg, const struct node *block)
{
	if (block->block.part)
		part_emit(cg, block);
	else
		statements_emit(cg, block);
}
