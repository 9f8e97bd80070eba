#ifndef SONDE_BASE_KALLSYMS_H
#define SONDE_BASE_KALLSYMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A line of /proc/kallsyms: "address type name", of a module with a tab and "[module]" behind. Texts are pieces
 * of the line, not ended. */
struct kallsym {
	uint64_t address;            /* 0: hidden from those who may not see it */
	char type;                   /* 't', 'T': a function */
	const char *name, *module;   /* module: NULL: the kernel itself */
	size_t name_len, module_len;
};

/* Reads on from *at (at first the text of the file, NUL-terminated) to the next symbol; lines that are none are
 * passed over. False behind the last. The text stays as it is; a caller whose own it is may cut the name off. */
bool kallsyms_next(const char **at, struct kallsym *ret_symbol);
bool kallsym_is(const struct kallsym *symbol, const char *name);

#endif
