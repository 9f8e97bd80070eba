#ifndef SONDE_PROBES_ELF_H
#define SONDE_PROBES_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct host;

/* What a binary looks like: its functions, and where they lie in the file. */
struct elf_file;

struct elf_function {
	const char *name;              /* lives as long as the file is open */
	uint64_t address;              /* as linked */
	uint64_t size;                 /* 0: unknown */
};

int elf_open(const char *path, struct elf_file **ret);    /* -errno; -ENOEXEC: not an ELF file */
void elf_close(struct elf_file *f);                       /* NULL is fine */

/* The functions of .symtab and .dynsym, and of the debug file that goes with a stripped binary;
 * sorted by name, then address, each once. They live as long as the file is open. */
const struct elf_function *elf_functions(struct elf_file *f, size_t *ret_n);
/* The first of that name; NULL: there is none. */
const struct elf_function *elf_function(struct elf_file *f, const char *name);
/* The function an address lies in; NULL: none. */
const struct elf_function *elf_function_at(struct elf_file *f, uint64_t address);
/* Where in the file an address is; -ENOENT: in no executable part of it. */
int elf_offset(struct elf_file *f, uint64_t address, uint64_t *ret_offset);

/* Reads bytes of the file; returns how many there were. */
size_t elf_read(struct elf_file *f, uint64_t offset, void *buf, size_t size);

bool elf_is_elf(const char *path);                        /* a regular file that starts like one */

/* A file as the process of -p sees it: below its root when it has other mounts. Returns buf, or
 * path. */
const char *elf_path_in(const struct host *h, const char *path, char *buf, size_t size);

/* The binaries that a name of a script stands for (spec/probes.md 2.5): a path, one with wildcards,
 * a program of $PATH, a library of the dynamic linker, or "*": all that run (with -p: in that
 * process). Calls each with every path once; returns how many there were, or what each returned
 * when not 0. */
typedef int (*path_fn)(void *ctx, const char *path);
int elf_find(const struct host *h, const char *name, path_fn each, void *ctx);

#endif
