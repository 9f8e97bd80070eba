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

/* The first instructions go to a block of their own, from which it goes on: what comes behind the block still names the
 * right one. */
static LLVMBasicBlockRef cut_head(struct cg *cg, LLVMBasicBlockRef b)
{
	LLVMBasicBlockRef head = LLVMInsertBasicBlockInContext(cg->c, b, "");

	LLVMPositionBuilderAtEnd(cg->b, head);
	for (unsigned n = 0; n < BLOCK_LENGTH; n++) {
		LLVMValueRef first = LLVMGetFirstInstruction(b);

		LLVMInstructionRemoveFromParent(first);
		LLVMInsertIntoBuilder(cg->b, first);
	}
	LLVMBuildBr(cg->b, b);
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

bool cut_blocks(struct cg *cg)
{
	bool any = false;

	for (LLVMValueRef fn = LLVMGetFirstFunction(cg->m); fn; fn = LLVMGetNextFunction(fn))
		for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(fn); b; b = LLVMGetNextBasicBlock(b))
			for (unsigned n = length_of(b); n > 2 * BLOCK_LENGTH; n -= BLOCK_LENGTH) {
				turn_jumps(fn, b, cut_head(cg, b));
				any = true;
			}
	return any;
}
