#ifndef SONDE_RUNTIME_PROGRAM_H
#define SONDE_RUNTIME_PROGRAM_H

#include <stddef.h>

struct plan;

/* A compiled script: all the run side may know. The object code is an ELF file as LLVM writes it: one
 * section a program (prog_desc.section), its main function first, callbacks behind it. Load
 * instructions (ld_imm64) of kind BPF_PSEUDO_MAP_FD and BPF_PSEUDO_MAP_VALUE hold the number of a map
 * (PLAN_MAP_*; PLAN_MAP_FIRST + index for the script's) where the kernel wants a descriptor. */
struct program {
	struct plan *plan;
	void *elf;
	size_t elf_len;
};

#endif
