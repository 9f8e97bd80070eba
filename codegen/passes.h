#ifndef SONDE_CODEGEN_PASSES_H
#define SONDE_CODEGEN_PASSES_H

#include <llvm-c/TargetMachine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Optimises a module: functions marked so are inlined, values go from memory to registers, what is worked
 * out twice is worked out once, blocks are merged. */
void passes_run(LLVMModuleRef m, LLVMTargetMachineRef tm);

#ifdef __cplusplus
}
#endif

#endif
