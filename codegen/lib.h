#ifndef SONDE_CODEGEN_LIB_H
#define SONDE_CODEGEN_LIB_H

#include <stddef.h>

/* The BPF functions of codegen/lib/ as bitcode, compiled with sonde and carried in it. lib/NAME.bpf.c
 * is the row NAME. */
struct lib_file {
	const char *name;
	const unsigned char *bitcode;
	size_t len;
};

extern const struct lib_file lib_files[]; /* ends with a row without name */

#endif
