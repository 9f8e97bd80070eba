#include <stdarg.h>
#include <string.h>

#include "codegen/cg_priv.h"

/* Registers, memory and blocks: the words everything else is said in. */

/* Up to this many bytes are copied, zeroed or compared word by word; beyond, by a helper or in a loop. */
enum { UNROLL_BYTES = 128 };

const struct script *cg_script(const struct cg *cg)
{
	return cg->s;
}

struct script *cg_script_mut(struct cg *cg)
{
	return cg->s;
}

const struct unit *cg_unit(const struct cg *cg)
{
	return cg->u;
}

const struct attach_target *cg_target(const struct cg *cg)
{
	return &cg->u->targets[0];
}

struct value cg_value(ref r, const struct type *t)
{
	return (struct value){ r, t };
}

/* -- blocks -- */

LLVMBasicBlockRef block_new(struct cg *cg, const char *name)
{
	return LLVMAppendBasicBlockInContext(cg->c, cg->f->fn, name);
}

void block_start(struct cg *cg, LLVMBasicBlockRef b)
{
	LLVMPositionBuilderAtEnd(cg->b, b);
}

void branch(struct cg *cg, LLVMBasicBlockRef to)
{
	LLVMBuildBr(cg->b, to);
}

void branch_if(struct cg *cg, LLVMValueRef cond, LLVMBasicBlockRef yes, LLVMBasicBlockRef no)
{
	LLVMBuildCondBr(cg->b, cond, yes, no);
}

struct cg_fork cg_if(struct cg *cg, ref cond)
{
	LLVMBasicBlockRef yes = block_new(cg, "then");
	struct cg_fork f = { .no = block_new(cg, "else") };

	branch_if(cg, cond, yes, f.no);
	block_start(cg, yes);
	return f;
}

void cg_else(struct cg *cg, struct cg_fork *f)
{
	f->end = block_new(cg, "end");
	branch(cg, f->end);
	block_start(cg, f->no);
}

void cg_end(struct cg *cg, struct cg_fork *f)
{
	LLVMBasicBlockRef end = f->end ? f->end : f->no;

	branch(cg, end);
	block_start(cg, end);
}

void cg_leave(struct cg *cg)
{
	branch(cg, cg->f->leave);
	block_start(cg, block_new(cg, "unreachable"));
}

void cg_exit(struct cg *cg, ref code)
{
	cg_store(cg, cg_globals(cg, offsetof(struct globals, exit_code)), 0, 8, code);
	cg_store(cg, cg_globals(cg, offsetof(struct globals, exiting)), 0, 4, cg_const(cg, 1));
	cg_store(cg, cg_globals(cg, offsetof(struct globals, enabled)), 0, 4, cg_const(cg, 0));
}

void cg_leave_unless(struct cg *cg, ref cond)
{
	LLVMBasicBlockRef go_on = block_new(cg, "go_on");

	branch_if(cg, cond, go_on, cg->f->leave);
	block_start(cg, go_on);
}

/* -- arithmetic -- */

ref cg_const(struct cg *cg, uint64_t v)
{
	return LLVMConstInt(cg->i64, v, 0);
}

LLVMValueRef ref_i64(struct cg *cg, LLVMValueRef r)
{
	LLVMTypeRef t = LLVMTypeOf(r);

	if (t == cg->i64)
		return r;
	if (t == cg->ptr)
		return LLVMBuildPtrToInt(cg->b, r, cg->i64, "");
	return LLVMBuildZExt(cg->b, r, cg->i64, "");
}

ref cg_as_int(struct cg *cg, ref ptr)
{
	return ref_i64(cg, ptr);
}

ref cg_as_ptr(struct cg *cg, ref v)
{
	return LLVMTypeOf(v) == cg->ptr ? v : LLVMBuildIntToPtr(cg->b, v, cg->ptr, "");
}

ref cg_op(struct cg *cg, enum op op, ref a, ref b)
{
	static const LLVMOpcode opcodes[] = {
		[OP_ADD] = LLVMAdd,      [OP_SUB] = LLVMSub,      [OP_MUL] = LLVMMul,
		[OP_DIV] = LLVMUDiv,     [OP_MOD] = LLVMURem,     [OP_BIT_AND] = LLVMAnd,
		[OP_BIT_OR] = LLVMOr,    [OP_BIT_XOR] = LLVMXor,  [OP_SHL] = LLVMShl,
		[OP_SHR] = LLVMLShr,
	};

	return LLVMBuildBinOp(cg->b, opcodes[op], ref_i64(cg, a), ref_i64(cg, b), "");
}

ref cg_compare(struct cg *cg, enum op op, bool is_signed, ref a, ref b)
{
	static const LLVMIntPredicate predicates[][2] = {
		[OP_EQ] = { LLVMIntEQ, LLVMIntEQ },   [OP_NE] = { LLVMIntNE, LLVMIntNE },
		[OP_LT] = { LLVMIntULT, LLVMIntSLT }, [OP_LE] = { LLVMIntULE, LLVMIntSLE },
		[OP_GT] = { LLVMIntUGT, LLVMIntSGT }, [OP_GE] = { LLVMIntUGE, LLVMIntSGE },
	};

	return LLVMBuildICmp(cg->b, predicates[op][is_signed], ref_i64(cg, a), ref_i64(cg, b), "");
}

ref cg_select(struct cg *cg, ref cond, ref a, ref b)
{
	return LLVMBuildSelect(cg->b, cond, a, b, "");
}

ref cg_bool(struct cg *cg, ref i1)
{
	return LLVMBuildZExt(cg->b, i1, cg->i64, "");
}

ref cg_not(struct cg *cg, ref i1)
{
	return LLVMBuildNot(cg->b, i1, "");
}

static LLVMTypeRef int_of(const struct cg *cg, unsigned bytes)
{
	return bytes == 1 ? cg->i8 : bytes == 2 ? cg->i16 : bytes == 4 ? cg->i32 : cg->i64;
}

ref cg_extend(struct cg *cg, ref v, unsigned bytes, bool is_signed)
{
	LLVMValueRef low;

	if (bytes >= 8)
		return v;
	low = LLVMBuildTrunc(cg->b, v, int_of(cg, bytes), "");
	return is_signed ? LLVMBuildSExt(cg->b, low, cg->i64, "") : LLVMBuildZExt(cg->b, low, cg->i64, "");
}

ref cg_is_null(struct cg *cg, ref ptr)
{
	return LLVMBuildICmp(cg->b, LLVMIntEQ, ptr, LLVMConstNull(LLVMTypeOf(ptr)), "");
}

/* -- memory -- */

LLVMValueRef entry_alloca(struct cg *cg, LLVMTypeRef t, const char *name)
{
	LLVMBasicBlockRef here = LLVMGetInsertBlock(cg->b);
	LLVMValueRef a;

	block_start(cg, cg->f->entry);
	a = LLVMBuildAlloca(cg->b, t, name);
	LLVMSetAlignment(a, 8);
	block_start(cg, here);
	return a;
}

struct temp_mark temps_mark(const struct cg *cg)
{
	return (struct temp_mark){ cg->f->stack_used, cg->scratch_used, cg->f->root->frame_used };
}

void temps_release(struct cg *cg, struct temp_mark mark)
{
	cg->f->stack_used = mark.stack;
	cg->scratch_used = mark.scratch;
	cg->f->root->frame_used = mark.frame;
}

ref cg_temp(struct cg *cg, uint32_t size, const char *name)
{
	struct function *f = cg->f;
	uint32_t room = (size + 7) & ~7u, at;

	(void)name;
	if (size <= cg->s->settings.on_stack_limit && !cg->is_tight && f->stack_used + room <= f->stack_limit) {
		at = f->stack_used;
		f->stack_used += room;
		if (f->stack_used > f->stack_top)
			f->stack_top = f->stack_used;
		return cg_at(cg, f->stack, at);
	}
	return scratch_address(cg, scratch_reserve(cg, room));
}

ref cg_at(struct cg *cg, ref addr, uint64_t offset)
{
	LLVMValueRef index = cg_const(cg, offset);

	addr = cg_as_ptr(cg, addr);
	return offset ? LLVMBuildInBoundsGEP2(cg->b, cg->i8, addr, &index, 1, "") : addr;
}

ref cg_element(struct cg *cg, ref addr, ref index, uint32_t size)
{
	LLVMValueRef at = cg_op(cg, OP_MUL, index, cg_const(cg, size));

	return LLVMBuildInBoundsGEP2(cg->b, cg->i8, addr, &at, 1, "");
}

/* How an address is aligned, as far as its distance from the start of its memory tells. All memory
 * starts at a multiple of 8; the verifier insists on alignment for the stack. */
static unsigned alignment_of(LLVMValueRef addr)
{
	uint64_t offsets = 0;

	while (LLVMIsAGetElementPtrInst(addr)) {
		LLVMValueRef index = LLVMGetOperand(addr, 1);

		if (LLVMIsABinaryOperator(index) && LLVMGetInstructionOpcode(index) == LLVMMul)
			index = LLVMGetOperand(index, 1);
		if (!LLVMIsAConstantInt(index))
			return 1;
		offsets |= LLVMConstIntGetZExtValue(index);
		addr = LLVMGetOperand(addr, 0);
	}
	return offsets & 7 ? (unsigned)(offsets & -offsets) : 8;
}

/* Where the stack is short, values in other memory stay there until they are used: LLVM would read them early
 * and keep them on the stack. */
static void stay_in_memory(struct cg *cg, LLVMValueRef access, LLVMValueRef addr)
{
	if (!cg->is_tight)
		return;
	while (LLVMIsAGetElementPtrInst(addr))
		addr = LLVMGetOperand(addr, 0);
	if (!LLVMIsAAllocaInst(addr))
		LLVMSetVolatile(access, 1);
}

ref cg_load(struct cg *cg, ref addr, uint64_t offset, unsigned bytes, bool is_signed)
{
	LLVMValueRef from = cg_at(cg, addr, offset), v;
	unsigned align = alignment_of(from);

	v = LLVMBuildLoad2(cg->b, int_of(cg, bytes), from, "");
	LLVMSetAlignment(v, align < bytes ? align : bytes);
	stay_in_memory(cg, v, from);
	if (bytes == 8)
		return v;
	return is_signed ? LLVMBuildSExt(cg->b, v, cg->i64, "") : LLVMBuildZExt(cg->b, v, cg->i64, "");
}

void cg_store(struct cg *cg, ref addr, uint64_t offset, unsigned bytes, ref v)
{
	LLVMValueRef to = cg_at(cg, addr, offset), st;
	unsigned align = alignment_of(to);

	v = ref_i64(cg, v);
	if (bytes < 8)
		v = LLVMBuildTrunc(cg->b, v, int_of(cg, bytes), "");
	st = LLVMBuildStore(cg->b, v, to);
	LLVMSetAlignment(st, align < bytes ? align : bytes);
	stay_in_memory(cg, st, to);
}

/* The widest access for `left` more bytes at offset `at` of memory aligned like this. */
static unsigned word_size(unsigned align, uint32_t at, uint32_t left)
{
	unsigned w = 8;

	while (w > left || w > align || at % w)
		w /= 2;
	return w;
}

/* Large memory is zeroed by a helper that fails to read address 0. */
void cg_zero(struct cg *cg, ref addr, uint32_t bytes)
{
	unsigned align = alignment_of(addr);

	if (bytes > UNROLL_BYTES) {
		cg_helper(cg, BPF_FUNC_probe_read_kernel, 3, addr, cg_const(cg, bytes), cg_const(cg, 0));
		return;
	}
	for (uint32_t at = 0; at < bytes;) {
		unsigned w = word_size(align, at, bytes - at);

		cg_store(cg, addr, at, w, cg_const(cg, 0));
		at += w;
	}
}

void cg_copy(struct cg *cg, ref dst, ref src, uint32_t bytes)
{
	unsigned a = alignment_of(dst), b = alignment_of(src), align = a < b ? a : b;

	if (bytes > UNROLL_BYTES) {
		cg_helper(cg, BPF_FUNC_probe_read_kernel, 3, dst, cg_const(cg, bytes), src);
		return;
	}
	for (uint32_t at = 0; at < bytes;) {
		unsigned w = word_size(align, at, bytes - at);

		cg_store(cg, dst, at, w, cg_load(cg, src, at, w, false));
		at += w;
	}
}

static LLVMValueRef load_at(struct cg *cg, LLVMValueRef base, LLVMValueRef index, unsigned bytes)
{
	LLVMValueRef from = LLVMBuildInBoundsGEP2(cg->b, cg->i8, base, &index, 1, ""), v;

	v = LLVMBuildLoad2(cg->b, int_of(cg, bytes), from, "");
	LLVMSetAlignment(v, bytes);
	return ref_i64(cg, v);
}

/* differs |= what is not the same in [0, bytes), in steps, in a loop. */
static void compare_in_loop(struct cg *cg, LLVMValueRef a, LLVMValueRef b, uint32_t bytes, unsigned step,
			    LLVMValueRef differs)
{
	LLVMBasicBlockRef loop = block_new(cg, "compare"), done = block_new(cg, "compared");
	LLVMValueRef at = entry_alloca(cg, cg->i64, "at"), i, old, x;

	LLVMBuildStore(cg->b, cg_const(cg, 0), at);
	branch(cg, loop);
	block_start(cg, loop);
	i = LLVMBuildLoad2(cg->b, cg->i64, at, "");
	old = LLVMBuildLoad2(cg->b, cg->i64, differs, "");
	x = cg_op(cg, OP_BIT_XOR, load_at(cg, a, i, step), load_at(cg, b, i, step));
	LLVMBuildStore(cg->b, cg_op(cg, OP_BIT_OR, old, x), differs);
	i = LLVMBuildAdd(cg->b, i, cg_const(cg, step), "");
	LLVMBuildStore(cg->b, i, at);
	branch_if(cg, LLVMBuildICmp(cg->b, LLVMIntULT, i, cg_const(cg, bytes), ""), loop, done);
	block_start(cg, done);
}

LLVMValueRef bytes_equal(struct cg *cg, LLVMValueRef a, LLVMValueRef b, uint32_t bytes)
{
	unsigned al = alignment_of(a), bl = alignment_of(b), align = al < bl ? al : bl;
	LLVMValueRef differs = entry_alloca(cg, cg->i64, "differs"), old, x;
	uint32_t at = 0;

	LLVMBuildStore(cg->b, cg_const(cg, 0), differs);
	if (bytes > UNROLL_BYTES) {
		at = bytes - bytes % align;
		compare_in_loop(cg, a, b, at, align, differs);
	}
	while (at < bytes) {
		unsigned w = word_size(align, at, bytes - at);

		x = cg_op(cg, OP_BIT_XOR, cg_load(cg, a, at, w, false), cg_load(cg, b, at, w, false));
		old = LLVMBuildLoad2(cg->b, cg->i64, differs, "");
		LLVMBuildStore(cg->b, cg_op(cg, OP_BIT_OR, old, x), differs);
		at += w;
	}
	return cg_compare(cg, OP_EQ, false, LLVMBuildLoad2(cg->b, cg->i64, differs, ""), cg_const(cg, 0));
}

LLVMValueRef bytes_equal_text(struct cg *cg, LLVMValueRef a, const char *text, uint32_t len, uint32_t bytes)
{
	unsigned align = alignment_of(a);
	LLVMValueRef differs = cg_const(cg, 0);

	if (bytes > UNROLL_BYTES)
		return bytes_equal(cg, a, text_constant(cg, text, len), bytes);
	for (uint32_t at = 0; at < bytes;) {
		unsigned w = word_size(align, at, bytes - at);
		uint64_t want = 0;

		if (at < len)
			memcpy(&want, text + at, len - at < w ? len - at : w);
		differs = cg_op(cg, OP_BIT_OR, differs,
				cg_op(cg, OP_BIT_XOR, cg_load(cg, a, at, w, false), cg_const(cg, want)));
		at += w;
	}
	return cg_compare(cg, OP_EQ, false, differs, cg_const(cg, 0));
}

void cg_atomic_add(struct cg *cg, ref addr, uint64_t offset, ref v)
{
	LLVMBuildAtomicRMW(cg->b, LLVMAtomicRMWBinOpAdd, cg_at(cg, addr, offset), ref_i64(cg, v),
			   LLVMAtomicOrderingMonotonic, 0);
}

void cg_store_text(struct cg *cg, ref dst, const char *text, uint32_t len, uint32_t capacity)
{
	unsigned align = alignment_of(dst);
	uint32_t at = 0;

	if (len > UNROLL_BYTES && capacity > UNROLL_BYTES) {
		at = (len + 7) / 8 * 8;
		if (at > capacity)
			at = capacity;
		cg_copy(cg, dst, text_constant(cg, text, len), at);
	}
	while (at < capacity && at < len) {
		unsigned w = word_size(align, at, capacity - at);
		uint64_t bytes = 0;

		memcpy(&bytes, text + at, len - at < w ? len - at : w);
		cg_store(cg, dst, at, w, cg_const(cg, bytes));
		at += w;
	}
	if (at < capacity)
		cg_zero(cg, cg_at(cg, dst, at), capacity - at);
}

ref cg_ctx(struct cg *cg)
{
	cg->f->uses_context = true;
	return cg->f->ctx;
}

ref cg_ctx_load(struct cg *cg, uint64_t offset, unsigned bytes, bool is_signed)
{
	LLVMValueRef from = cg_at(cg, cg_ctx(cg), offset);
	LLVMValueRef v = LLVMBuildLoad2(cg->b, int_of(cg, bytes), from, "");

	/* must stay the single access to the context the verifier knows */
	LLVMSetVolatile(v, 1);
	LLVMSetAlignment(v, bytes);
	if (bytes == 8)
		return v;
	return is_signed ? LLVMBuildSExt(cg->b, v, cg->i64, "") : LLVMBuildZExt(cg->b, v, cg->i64, "");
}

/* -- values as the language has them -- */

struct value value_load(struct cg *cg, LLVMValueRef addr, const struct type *t)
{
	if (!type_is_scalar(t))
		return cg_value(addr, t);
	return cg_value(cg_load(cg, addr, 0, t->size, t->kind == TYPE_INT && t->is_signed), t);
}

static void store_tuple(struct cg *cg, LLVMValueRef addr, const struct type *t, struct value v)
{
	uint32_t used = 0;

	for (uint32_t i = 0; i < t->n; i++)
		used += t->elems[i]->size;
	if (used != t->size)
		cg_zero(cg, addr, t->size);
	for (uint32_t i = 0; i < t->n; i++) {
		int k = type_counterpart(v.type, t, i);
		LLVMValueRef from = cg_at(cg, v.ref, v.type->offsets[k]);

		value_store(cg, cg_at(cg, addr, t->offsets[i]), t->elems[i],
			    value_load(cg, from, v.type->elems[k]));
	}
}

void value_store(struct cg *cg, LLVMValueRef addr, const struct type *t, struct value v)
{
	if (type_is_scalar(t)) {
		cg_store(cg, addr, 0, t->size, cg_convert(cg, v, t).ref);
	} else if (t->kind == TYPE_TUPLE && v.type != t) {
		store_tuple(cg, addr, t, v);
	} else {
		uint32_t n = v.type->size < t->size ? v.type->size : t->size;

		cg_copy(cg, addr, v.ref, n);
		if (n < t->size)
			cg_zero(cg, cg_at(cg, addr, n), t->size - n);
	}
}

struct value cg_convert(struct cg *cg, struct value v, const struct type *t)
{
	LLVMValueRef to;

	if (v.type == t)
		return v;
	if (t->kind == TYPE_BOOL)
		return cg_value(cg_bool(cg, cg_truth(cg, v)), t);
	if (type_is_scalar(t)) {
		bool to_signed = t->kind == TYPE_INT && t->is_signed;
		bool from_signed = v.type->kind == TYPE_INT && v.type->is_signed;

		if (t->size < 8 && (t->size <= v.type->size || (from_signed && !to_signed)))
			v.ref = cg_extend(cg, v.ref, t->size, to_signed);
		return cg_value(v.ref, t);
	}
	if (v.type->size == t->size && v.type->kind == t->kind && t->kind != TYPE_TUPLE)
		return cg_value(v.ref, t);
	to = cg_temp(cg, t->size, "converted");
	value_store(cg, to, t, v);
	return cg_value(to, t);
}

ref cg_truth(struct cg *cg, struct value v)
{
	LLVMValueRef r = type_is_scalar(v.type) ? v.ref : cg_load(cg, v.ref, 0, 1, false);

	return cg_compare(cg, OP_NE, false, r, cg_const(cg, 0));
}
