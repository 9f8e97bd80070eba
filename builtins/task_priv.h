#ifndef SONDE_BUILTINS_TASK_PRIV_H
#define SONDE_BUILTINS_TASK_PRIV_H

struct LLVMOpaqueValue;
struct cg;

/* The process id of the current task as sonde's own PID namespace counts, which is how /proc knows it. */
struct LLVMOpaqueValue *task_emit_pid(struct cg *cg);

#endif
