/* The one file in C++. LLVM's C interface makes passes by name only, from a registry that links all of them
 * into the program and sets all of them up when it starts: 12 MB of code, 10 MB of memory and half a
 * millisecond of a hello. Three are needed, so they are made here. */
#include <llvm/Analysis/TargetTransformInfo.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Transforms/IPO/AlwaysInliner.h>
#include <llvm/Transforms/Scalar.h>

#include "codegen/passes.h"

using namespace llvm;

/* The BPF target asks the registry to read the options of its own passes, should anybody name one. Nobody
 * does; this answer keeps the registry out of the program. */
Expected<bool> PassBuilder::parseSinglePassOption(StringRef, StringRef, StringRef)
{
	return false;
}

void passes_run(LLVMModuleRef m, LLVMTargetMachineRef tm)
{
	auto *machine = reinterpret_cast<TargetMachine *>(tm);
	legacy::PassManager pm;

	pm.add(createTargetTransformInfoWrapperPass(machine->getTargetIRAnalysis()));
	pm.add(createAlwaysInlinerLegacyPass());
	pm.add(createSROAPass(false /* it may change the blocks */));
	pm.add(createEarlyCSEPass());
	pm.add(createCFGSimplificationPass());
	pm.run(*unwrap(m));
}
