#ifndef SONDE_PROBES_TRACEABLE_H
#define SONDE_PROBES_TRACEABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct host;

/* The functions of the kernel that a kprobe can be set on. */
struct traceable_function {
	const char *name;
	const char *module;            /* "vmlinux": the kernel itself */
	uint64_t address;              /* 0: the kernel does not tell */
};

struct traceable {
	struct traceable_function *v;  /* sorted by name, then module and address */
	size_t n;
	char *text;                    /* that the names are in */
};

/* Read when first asked for, then kept as long as the process lives. -errno. */
int traceable_read(const struct host *h, const struct traceable **ret);
/* The first of that name; module NULL: any. NULL: there is none. */
const struct traceable_function *traceable_find(const struct traceable *t, const char *name,
						const char *module);
/* The kernel's own function that has this as another name, by /proc/kallsyms: a system call without arguments is one
 * function under two names, of which the list has one. NULL: there is none. */
const struct traceable_function *traceable_find_alias(const struct traceable *t, const char *name);
/* Whether a module is loaded; "vmlinux" always is. */
bool traceable_has_module(const char *module);

#endif
