#include <llvm-c/Core.h>

#include "codegen/cg_priv.h"

/* A statement with thousands of values, a large tuple, is one block of code, and LLVM takes the square of a block's length
 * to select its instructions. Long blocks become several. */

enum { BLOCK_LENGTH = 1000 };          /* instructions of LLVM's */

static unsigned length_of(LLVMBasicBlockRef b)
{
	unsigned n = 0;

	for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
		n++;
	return n;
}

/* Where a zero stands that LLVM must read each time; else it would see that a block is only entered from the one in front of it,
 * and put both together. */
static LLVMValueRef make_zero(struct cg *cg, LLVMValueRef fn)
{
	LLVMTypeRef i64 = LLVMInt64TypeInContext(cg->c);
	LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(fn);
	LLVMValueRef zero;

	LLVMPositionBuilder(cg->b, entry, LLVMGetFirstInstruction(entry));
	zero = LLVMBuildAlloca(cg->b, i64, "zero");
	LLVMSetVolatile(LLVMBuildStore(cg->b, LLVMConstNull(i64), zero), true);
	return zero;
}

static void leave(struct cg *cg, LLVMValueRef fn)
{
	LLVMTypeRef type = LLVMGetReturnType(LLVMGlobalGetValueType(fn));

	if (LLVMGetTypeKind(type) == LLVMVoidTypeKind)
		LLVMBuildRetVoid(cg->b);
	else
		LLVMBuildRet(cg->b, LLVMConstNull(type));
}

/* From one block to the next, in front of which another one stands that is never entered. */
static void go_on(struct cg *cg, LLVMValueRef fn, LLVMBasicBlockRef next, LLVMValueRef zero)
{
	LLVMTypeRef i64 = LLVMInt64TypeInContext(cg->c);
	LLVMValueRef is = LLVMBuildLoad2(cg->b, i64, zero, "");
	LLVMBasicBlockRef never = LLVMInsertBasicBlockInContext(cg->c, next, "");

	LLVMSetVolatile(is, true);
	LLVMBuildCondBr(cg->b, LLVMBuildICmp(cg->b, LLVMIntEQ, is, LLVMConstNull(i64), ""), next, never);
	LLVMPositionBuilderAtEnd(cg->b, never);
	leave(cg, fn);
}

/* The first instructions go to a block of their own, from which it goes on: what comes behind the block still names the
 * right one. */
static LLVMBasicBlockRef cut_head(struct cg *cg, LLVMValueRef fn, LLVMBasicBlockRef b, LLVMValueRef zero)
{
	LLVMBasicBlockRef head = LLVMInsertBasicBlockInContext(cg->c, b, "");

	LLVMPositionBuilderAtEnd(cg->b, head);
	for (unsigned n = 0; n < BLOCK_LENGTH; n++) {
		LLVMValueRef first = LLVMGetFirstInstruction(b);

		LLVMInstructionRemoveFromParent(first);
		LLVMInsertIntoBuilder(cg->b, first);
	}
	go_on(cg, fn, b, zero);
	return head;
}

static void turn_jumps(LLVMValueRef fn, LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
	for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(fn); b; b = LLVMGetNextBasicBlock(b)) {
		LLVMValueRef end = LLVMGetBasicBlockTerminator(b);

		for (unsigned i = 0; b != to && i < LLVMGetNumSuccessors(end); i++)
			if (LLVMGetSuccessor(end, i) == from)
				LLVMSetSuccessor(end, i, to);
	}
}

void cut_blocks(struct cg *cg)
{
	for (LLVMValueRef fn = LLVMGetFirstFunction(cg->m); fn; fn = LLVMGetNextFunction(fn)) {
		LLVMValueRef zero = NULL;

		for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(fn); b; b = LLVMGetNextBasicBlock(b))
			for (unsigned n = length_of(b); n > 2 * BLOCK_LENGTH; n -= BLOCK_LENGTH) {
				zero = zero ? zero : make_zero(cg, fn);
				turn_jumps(fn, b, cut_head(cg, fn, b, zero));
			}
	}
}
