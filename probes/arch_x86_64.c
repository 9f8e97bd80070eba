#include "probes/arch.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "probes/probe.h"

const char arch_name[] = "x86_64";

/* In the order of struct pt_regs, 8 bytes each. */
static const char *const registers[] = {
	"r15", "r14", "r13", "r12", "bp",	"bx", "r11", "r10",   "r9", "r8", "ax",
	"cx",  "dx",  "si",  "di",  "orig_rax", "ip", "cs",  "flags", "sp", "ss",
};

static const char *const arguments[ARCH_ARG_REGISTERS] = { "di", "si", "dx", "cx", "r8", "r9" };

/* SYSCALL(number, name): the ABI, which only grows. Names are those of the tracepoints. */
static const char *const syscalls[] = {
#define SYSCALL(nr, name) [nr] = #name,
#include "probes/syscalls_x86_64.def"
#undef SYSCALL
};

int arch_register(const char *name)
{
	if (!strcmp(name, "pc"))
		name = "ip";
	for (size_t i = 0; i < ARRAY_SIZE(registers); i++)
		if (!strcmp(registers[i], name))
			return (int)(8 * i);
	return -1;
}

int arch_arg(unsigned n)
{
	return n < ARCH_ARG_REGISTERS ? arch_register(arguments[n]) : -1;
}

int arch_return(void)
{
	return arch_register("ax");
}

int arch_ip(void)
{
	return arch_register("ip");
}

int arch_syscall_nr(void)
{
	return arch_register("orig_rax");
}

int arch_syscall(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(syscalls); i++)
		if (syscalls[i] && !strcmp(syscalls[i], name))
			return (int)i;
	return -1;
}

const char *arch_syscall_name(unsigned nr)
{
	return nr < ARRAY_SIZE(syscalls) ? syscalls[nr] : NULL;
}

int probe_register(const char *name)
{
	return arch_register(name);
}
