#ifndef SONDE_PROBES_ARCH_H
#define SONDE_PROBES_ARCH_H

#include <stddef.h>
#include <stdint.h>

/* Facts of the CPU; one file arch_<name>.c each. Offsets are bytes in struct pt_regs. */

enum { ARCH_ARG_REGISTERS = 6 };

extern const char arch_name[];                  /* "x86_64" */
int arch_register(const char *name);            /* offset, -1: no such register */
int arch_arg(unsigned n); /* offset of argument n of a call, -1: not in a register */
int arch_return(void);
int arch_ip(void);
int arch_syscall_nr(void);                      /* where the number of a system call is kept */

/* Bytes of the instruction at the start of code; 0: not one that is known. */
size_t arch_instruction_length(const uint8_t *code, size_t len);

/* A breakpoint was executed before a program sees the instruction pointer: this many bytes ago. */
enum { ARCH_BREAKPOINT_SIZE = 1 };

/* Whether a task is in a system call of the 32-bit ABI, whose numbers mean something else: 32 bits
 * at this offset of struct task_struct (thread_info comes first), and the bit in them. */
enum { ARCH_TASK_STATUS = 16, ARCH_STATUS_COMPAT = 2 };

/* The number of a system call by the name its tracepoints have ("newfstat"); -1: not known. */
int arch_syscall(const char *name);
/* The name of a number, NULL: not known. */
const char *arch_syscall_name(unsigned nr);

#endif
