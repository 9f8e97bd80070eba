#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/host.h"
#include "codegen/cg_priv.h"
#include "probes/probe.h"

/* One program: what comes before and after the body of a probe. */

/* Variables that need memory stay on the stack up to this many bytes of a program. */
enum { STACK_VARS = 96 };

/* -- memory that is sized when the body is known -- */

static LLVMValueRef area_open(struct cg *cg, const char *name)
{
	LLVMBasicBlockRef here = LLVMGetInsertBlock(cg->b);
	LLVMValueRef a;

	block_start(cg, cg->f->entry);
	a = LLVMBuildArrayAlloca(cg->b, cg->i8, cg_const(cg, 1), name);
	LLVMSetAlignment(a, 8);
	if (here)
		block_start(cg, here);
	return a;
}

static void area_close(struct cg *cg, LLVMValueRef area, uint32_t size)
{
	LLVMValueRef a;

	LLVMPositionBuilderBefore(cg->b, area);
	a = LLVMBuildAlloca(cg->b, LLVMArrayType2(cg->i8, size ? size : 1), "area");
	LLVMSetAlignment(a, 8);
	LLVMReplaceAllUsesWith(area, a);
	LLVMInstructionEraseFromParent(area);
}

LLVMValueRef frame_address(struct cg *cg, uint32_t offset)
{
	cg->f->root->uses_frame = true;
	return cg_at(cg, cg->f->frame, offset);
}

/* Memory in the frame of the program, from wherever. The kernel follows what stands there through parts, too. */
LLVMValueRef program_frame_address(struct cg *cg, uint32_t offset)
{
	struct function *root = cg->f->root;

	if (root->kind == FUNCTION_PROGRAM)
		return frame_address(cg, offset);
	root->uses_outer = true;
	if (cg->f == root)
		return cg_at(cg, root->outer, offset);
	return cg_at(cg, LLVMBuildLoad2(cg->b, cg->ptr, frame_address(cg, FRAME_OUTER), ""), offset);
}

LLVMValueRef scratch_address(struct cg *cg, uint32_t offset)
{
	LLVMValueRef base;

	cg->uses_scratch = true;
	if (cg->f->kind == FUNCTION_CALLBACK)
		base = LLVMBuildLoad2(cg->b, cg->ptr, frame_address(cg, FRAME_SCRATCH), "scratch");
	else
		base = LLVMBuildLoad2(cg->b, cg->ptr, cg->f->scratch, "scratch");
	return cg_at(cg, base, offset);
}

uint32_t scratch_reserve(struct cg *cg, uint32_t size)
{
	uint32_t at = cg->scratch_used;
	struct diag *d;

	if (size > SCRATCH_BYTES - at) {
		d = diag_error(cg->s->diags, DIAG_LOAD, cg->u->probe->span,
			       "This probe needs more than %u MiB of memory for its variables and values", SCRATCH_BYTES >> 20);
		diag_hint(cg->s->diags, d, "every CPU has that memory %u times: keep less at once", SCRATCH_LEVELS);
		size = 0;
	}
	cg->scratch_used += size;
	if (cg->scratch_used > cg->scratch_top)
		cg->scratch_top = cg->scratch_used;
	cg->uses_scratch = true;
	return at;
}

uint32_t frame_reserve(struct cg *cg, uint32_t size)
{
	struct function *root = cg->f->root;
	uint32_t at = root->frame_used;

	root->frame_used += size;
	if (root->frame_used > root->frame_top)
		root->frame_top = root->frame_used;
	return at;
}

/* -- variables -- */

/* Registers get their alloca when they are first used, in the function that declares them. What the program
 * and its loops share is in the frame. What parts share is in scratch, but for what a while ends by: the
 * kernel wants to see that, and it follows what is on the stack; the less of that, the fewer ways it has to go. */
void variable_place(struct cg *cg, struct variable *v)
{
	struct var_slot *slot = v->slot;
	uint32_t size;
	bool small;

	if (!v->type) /* what used it was under a sizeof, and is gone */
		return;
	size = type_is_scalar(v->type) ? 8 : (v->type->size + 7) & ~7u;
	small = type_is_scalar(v->type) ||
		(v->type->size <= cg->s->settings.on_stack_limit && cg->vars_on_stack + size <= STACK_VARS);
	slot->where = SLOT_ALLOCA; /* a call may be emitted more than once */
	if (cg->is_tight && !type_is_scalar(v->type))
		small = false;
	if (v->is_captured && cg->is_tight)
		small = small && cg->f->root->frame_used + size <= FRAME_TIGHT;
	if (v->is_captured && cg->is_split)
		small = slot->ends_while &&
			cg->f->root->frame_used + size <= (cg->is_tight ? FRAME_TIGHT : FRAME_SPLIT);
	if (!small) {
		slot->where = SLOT_SCRATCH;
		slot->offset = scratch_reserve(cg, size);
		return;
	}
	if (!type_is_scalar(v->type))
		cg->vars_on_stack += size;
	if (!v->is_captured)
		return;
	slot->where = SLOT_FRAME;
	slot->offset = frame_reserve(cg, size);
}

void variable_release(struct cg *cg, const struct variable *v)
{
	const struct var_slot *slot = v->slot;

	if (v->type && slot->where == SLOT_FRAME && !type_is_scalar(v->type))
		cg->vars_on_stack -= (v->type->size + 7) & ~7u;
}

LLVMValueRef variable_alloca(struct cg *cg, const struct variable *v)
{
	struct var_slot *slot = v->slot;

	if (slot->fn != cg->f->fn) { /* the body of a loop may be emitted more than once: unroll */
		slot->fn = cg->f->fn;
		LLVMTypeRef t = type_is_scalar(v->type) ? cg->i64
							: LLVMArrayType2(cg->i8, (v->type->size + 7) & ~7u);
		slot->alloca = entry_alloca(cg, t, v->name);
	}
	return slot->alloca;
}

/* -- functions -- */

static void open_function(struct cg *cg, struct function *f, uint32_t stack)
{
	cg->f = f;
	f->entry = block_new(cg, "entry");
	f->leave = block_new(cg, "leave");
	f->stack_limit = stack;
	f->stack = area_open(cg, "temps");
}

LLVMValueRef inner_function(struct cg *cg, const char *name, LLVMTypeRef type)
{
	LLVMValueRef fn = function_new(cg, name, type);

	LLVMSetSection(fn, cg->u->desc->section);
	LLVMSetLinkage(fn, LLVMInternalLinkage);
	cg->u->desc->has_functions = true;
	return fn;
}

/* A function inside another's body. */
static void inner_begin(struct cg *cg, struct function *f, const char *what, LLVMTypeRef type, uint32_t stack)
{
	char name[160];

	f->up = cg->f;
	snprintf(name, sizeof(name), "%.120s_%s%u", cg->u->desc->name, what, ++cg->functions);
	f->fn = inner_function(cg, name, type);
	f->up->resume = LLVMGetInsertBlock(cg->b);
	open_function(cg, f, stack);
	f->start = block_new(cg, "start");
	block_start(cg, f->start);
}

void leaf_begin(struct cg *cg, struct function *f, const char *what, LLVMTypeRef type)
{
	f->kind = FUNCTION_LEAF;
	f->root = f;
	inner_begin(cg, f, what, type, STACK_SPLIT);
}

void leaf_end(struct cg *cg)
{
	struct function *f = cg->f;

	block_start(cg, f->leave); /* nothing leaves from here */
	LLVMBuildRet(cg->b, LLVMConstNull(LLVMGetReturnType(LLVMGlobalGetValueType(f->fn))));
	block_start(cg, f->entry);
	branch(cg, f->start);
	area_close(cg, f->stack, f->stack_top);
	cg->f = f->up;
	block_start(cg, cg->f->resume);
}

bool wants_leaf(const struct cg *cg)
{
	return cg->u->is_long && !cg->is_tight && (cg->f->kind == FUNCTION_PROGRAM || cg->f->kind == FUNCTION_PART);
}

void callback_begin(struct cg *cg, struct function *f, LLVMTypeRef type, unsigned frame_param)
{
	f->kind = FUNCTION_CALLBACK;
	f->root = cg->f->root;
	inner_begin(cg, f, "loop", type, cg->is_split ? STACK_SPLIT : STACK_CALLBACK);
	f->frame = LLVMGetParam(f->fn, frame_param);
}

void callback_end(struct cg *cg)
{
	struct function *f = cg->f;

	LLVMBuildRet(cg->b, cg_const(cg, 0));
	block_start(cg, f->leave);
	cg_store(cg, cg_at(cg, f->frame, FRAME_LEFT), 0, 8, cg_const(cg, LEFT_PROGRAM));
	LLVMBuildRet(cg->b, cg_const(cg, 1));
	block_start(cg, f->entry);
	branch(cg, f->start);
	area_close(cg, f->stack, f->stack_top);
	cg->f = f->up;
	block_start(cg, cg->f->resume);
}

static void open_frame(struct cg *cg)
{
	struct function *f = cg->f;
	LLVMValueRef ret;

	if (!f->uses_frame)
		return;
	if (f->kind == FUNCTION_PROGRAM)
		ret = LLVMBuildLoad2(cg->b, cg->i64, f->ret, "");
	else
		ret = cg_load(cg, scratch_address(cg, cg->part_result), 0, 8, false);
	cg_store(cg, f->frame, FRAME_LEFT, 8, cg_const(cg, 0));
	cg_store(cg, f->frame, FRAME_RET, 8, ret);
	if (cg->uses_scratch)
		LLVMBuildStore(cg->b, LLVMBuildLoad2(cg->b, cg->ptr, f->scratch, ""),
			       cg_at(cg, f->frame, FRAME_SCRATCH));
	if (f->uses_outer)
		LLVMBuildStore(cg->b, f->outer, cg_at(cg, f->frame, FRAME_OUTER));
}

/* -- parts -- */

LLVMTypeRef part_type(struct cg *cg)
{
	LLVMTypeRef params[3] = { cg->i64, cg->ptr, cg->ptr };

	return LLVMFunctionType(cg->i64, params, 3, 0);
}

void part_begin(struct cg *cg, struct function *f)
{
	f->kind = FUNCTION_PART;
	f->root = f;
	f->frame_used = f->frame_top = FRAME_VARS;
	inner_begin(cg, f, "part", part_type(cg), STACK_SPLIT);
	f->ctx = LLVMGetParam(f->fn, 1);
	f->outer = LLVMGetParam(f->fn, 2);
	f->scratch = entry_alloca(cg, cg->ptr, "scratch");
	f->entry_number = entry_alloca(cg, cg->i32, "entry");
	f->frame = area_open(cg, "frame");
}

/* The scratch entry of the program, looked up again: the kernel knows a part only with numbers. None leaves the
 * program: a while around this must not go on as if its body had run. */
static void find_scratch(struct cg *cg)
{
	struct function *f = cg->f;
	LLVMBasicBlockRef there = block_new(cg, "there");
	LLVMValueRef entry;

	cg_store(cg, f->entry_number, 0, 4, LLVMGetParam(f->fn, 0));
	if (!cg->find_scratch)
		cg->find_scratch = find_function(cg, PLAN_MAP_SCRATCH);
	entry = call_find(cg, cg->find_scratch, f->entry_number);
	branch_if(cg, cg_is_null(cg, entry), f->leave, there);
	block_start(cg, there);
	LLVMBuildStore(cg->b, cg_at(cg, entry, SCRATCH_HEADER), f->scratch);
}

void part_end(struct cg *cg)
{
	struct function *f = cg->f;
	LLVMBasicBlockRef prologue = block_new(cg, "prologue");

	block_start(cg, prologue);
	find_scratch(cg);
	open_frame(cg);
	branch(cg, f->start);
	block_start(cg, f->entry);
	branch(cg, prologue);
	area_close(cg, f->stack, f->stack_top);
	area_close(cg, f->frame, f->uses_frame ? f->frame_top : 0);
	if (!f->uses_context && !f->uses_outer) {
		LLVMSetLinkage(f->fn, LLVMExternalLinkage);
		LLVMSetVisibility(f->fn, LLVMHiddenVisibility); /* nobody else calls it */
	}
	cg->f = f->up;
	block_start(cg, cg->f->resume);
}

void result_store(struct cg *cg, LLVMValueRef v)
{
	if (cg->f->kind == FUNCTION_PROGRAM)
		LLVMBuildStore(cg->b, v, cg->f->ret);
	else if (cg->f->kind == FUNCTION_CALLBACK)
		cg_store(cg, frame_address(cg, FRAME_RET), 0, 8, v);
	else
		cg_store(cg, scratch_address(cg, cg->part_result), 0, 8, v);
}

/* -- what comes before the body -- */

static void leave_unless_enabled(struct cg *cg)
{
	LLVMValueRef enabled;

	enabled = cg_load(cg, cg_globals(cg, offsetof(struct globals, enabled)), 0, 4, false);
	cg_leave_unless(cg, cg_compare(cg, OP_NE, false, enabled, cg_const(cg, 0)));
}

static LLVMValueRef current_pid(struct cg *cg)
{
	const struct host *h = cg->s->host;
	LLVMValueRef r, pid;

	if (!h->pidns_ino) {
		r = cg_helper(cg, BPF_FUNC_get_current_pid_tgid, 0);
		return cg_op(cg, OP_SHR, r, cg_const(cg, 32));
	}
	pid = entry_alloca(cg, cg->i64, "ns_pid"); /* struct bpf_pidns_info: pid, tgid */
	LLVMBuildStore(cg->b, cg_const(cg, 0), pid);
	cg_helper(cg, BPF_FUNC_get_ns_current_pid_tgid, 4, cg_const(cg, h->pidns_dev),
		  cg_const(cg, h->pidns_ino), pid, cg_const(cg, 8));
	return cg_load(cg, pid, 4, 4, false);
}

static void leave_unless_traced(struct cg *cg)
{
	LLVMValueRef pid = current_pid(cg);

	cg_leave_unless(cg, cg_compare(cg, OP_EQ, false, pid, cg_const(cg, (uint32_t)cg->s->host->pid)));
}

/* Takes the first free scratch entry of this CPU: programs nest there, and some are preempted, so an
 * entry is taken and given back by a flag. None free: the run is counted as skipped. */
static void take_scratch(struct cg *cg)
{
	struct function *f = cg->f;
	LLVMBasicBlockRef got = block_new(cg, "scratch_got");
	LLVMValueRef key = f->entry_number, first, entry, was;

	first = cg_op(cg, OP_MUL, cg_helper(cg, BPF_FUNC_get_smp_processor_id, 0),
		      cg_const(cg, SCRATCH_LEVELS));
	for (unsigned i = 0; i < SCRATCH_LEVELS; i++) {
		LLVMBasicBlockRef next = block_new(cg, "scratch_next"), there = block_new(cg, "scratch_there");

		cg_store(cg, key, 0, 4, cg_op(cg, OP_ADD, first, cg_const(cg, i)));
		entry = cg_helper_ptr(cg, BPF_FUNC_map_lookup_elem, 2, cg_map(cg, PLAN_MAP_SCRATCH), key);
		branch_if(cg, cg_is_null(cg, entry), f->leave, there);
		block_start(cg, there);
		LLVMBuildStore(cg->b, cg_at(cg, entry, SCRATCH_HEADER), f->scratch);
		was = LLVMBuildAtomicRMW(cg->b, LLVMAtomicRMWBinOpXchg, entry, cg_const(cg, 1),
					 LLVMAtomicOrderingMonotonic, 0);
		branch_if(cg, cg_compare(cg, OP_EQ, false, was, cg_const(cg, 0)), got, next);
		block_start(cg, next);
	}
	cg_atomic_add(cg, cg_globals(cg, plan_no_scratch_at(cg->s->plan, cg->u->desc->index)), 0,
		      cg_const(cg, 1));
	branch(cg, f->leave);
	block_start(cg, got);
}

static void give_scratch_back(struct cg *cg)
{
	LLVMValueRef base = LLVMBuildLoad2(cg->b, cg->ptr, cg->f->scratch, "");
	LLVMValueRef back = LLVMConstInt(cg->i64, (uint64_t)-SCRATCH_HEADER, 1);

	cg_store(cg, LLVMBuildGEP2(cg->b, cg->i8, base, &back, 1, ""), 0, 8, cg_const(cg, 0));
}

/* What parts find in scratch. */
static void tell_parts(struct cg *cg)
{
	cg_store(cg, scratch_address(cg, cg->part_entry), 0, 8, cg_load(cg, cg->f->entry_number, 0, 4, false));
	cg_store(cg, scratch_address(cg, cg->part_result), 0, 8,
		 LLVMBuildLoad2(cg->b, cg->i64, cg->f->ret, ""));
}

/* The prologue is written last: only now is it known what the body needs. */
static void emit_prologue(struct cg *cg, LLVMBasicBlockRef body)
{
	const struct probe_kind *kind = cg->u->probe->kind;

	LLVMBuildStore(cg->b, cg_const(cg, (uint64_t)kind->default_return), cg->f->ret);
	if (!kind->is_special)
		leave_unless_enabled(cg);
	if (kind->pid_filter == PID_FILTER_PROGRAM && cg->s->host->pid)
		leave_unless_traced(cg);
	if (kind->emit_prologue)
		kind->emit_prologue(cg);
	if (cg->uses_scratch)
		take_scratch(cg);
	if (cg->is_split)
		tell_parts(cg);
	open_frame(cg);
	branch(cg, body);
}

static void start_program(struct cg *cg, struct unit *u, struct function *f)
{
	cg->u = u;
	cg->uses_scratch = false;
	cg->scratch_used = cg->scratch_top = cg->vars_on_stack = cg->functions = 0;
	f->kind = FUNCTION_PROGRAM;
	f->root = f;
	f->frame_used = f->frame_top = FRAME_VARS;
	for (size_t i = 0; i < u->vars.n; i++)
		u->vars.v[i]->slot = ARENA_NEW(cg->s->arena, struct var_slot);
	cg->is_split = split_body(cg, u);
	cg->n_map_functions = 0;
	cg->whiles.n = 0;
	cg->checks = cg->find_scratch = NULL;
	if (u->is_long)
		cg->map_functions =
			ARENA_ARRAY(cg->s->arena, struct map_functions, cg->s->plan->n_maps + 1);
	if (cg->is_split) {
		cg->part_entry = scratch_reserve(cg, 8);
		cg->part_result = scratch_reserve(cg, 8);
	}
	cg->f = f;
	for (size_t i = 0; i < u->vars.n; i++)
		if (!u->vars.v[i]->is_of_call || cg->is_split)
			variable_place(cg, u->vars.v[i]);
}

static void note_scratch(struct cg *cg)
{
	struct plan *plan = cg->s->plan;

	if (cg->uses_scratch && cg->scratch_top > plan->scratch_size)
		plan->scratch_size = cg->scratch_top;
}

void program_emit(struct cg *cg, struct unit *u)
{
	LLVMTypeRef type = LLVMFunctionType(cg->i64, &cg->ptr, 1, 0);
	struct function f = { .fn = function_new(cg, u->desc->name, type) };
	LLVMBasicBlockRef body, prologue, out;

	LLVMSetSection(f.fn, u->desc->section);
	start_program(cg, u, &f);
	open_function(cg, &f, cg->is_split ? STACK_SPLIT : STACK_MAIN);
	f.ctx = LLVMGetParam(f.fn, 0);
	prologue = block_new(cg, "prologue");
	body = block_new(cg, "body");
	out = block_new(cg, "out");
	block_start(cg, body);
	f.ret = entry_alloca(cg, cg->i64, "ret");
	f.scratch = entry_alloca(cg, cg->ptr, "scratch");
	f.entry_number = entry_alloca(cg, cg->i32, "entry");
	f.frame = area_open(cg, "frame");
	body_emit(cg, u->body);
	branch(cg, f.leave);
	block_start(cg, f.leave);
	if (cg->uses_scratch)
		give_scratch_back(cg);
	branch(cg, out);
	block_start(cg, out);
	LLVMBuildRet(cg->b, LLVMBuildLoad2(cg->b, cg->i64, f.ret, ""));
	f.leave = out; /* nothing to give back yet */
	block_start(cg, prologue);
	emit_prologue(cg, body);
	block_start(cg, f.entry);
	branch(cg, prologue);
	area_close(cg, f.stack, f.stack_top);
	area_close(cg, f.frame, f.uses_frame ? f.frame_top : 0);
	note_scratch(cg);
	u->desc->n_whiles = cg->whiles.n;
	u->desc->whiles = arena_memdup(cg->s->arena, cg->whiles.v, cg->whiles.n * sizeof(*cg->whiles.v));
}
