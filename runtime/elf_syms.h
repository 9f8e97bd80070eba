#ifndef SONDE_RUNTIME_ELF_SYMS_H
#define SONDE_RUNTIME_ELF_SYMS_H

#include <stddef.h>
#include <stdint.h>

/* The function and data symbols of one ELF file: .symtab, else the separate debug file of the same build
 * id, else .dynsym and what .gnu_debugdata adds. */
struct elf_syms;

/* Reads a file; the descriptor stays the caller's. -errno (-ENOEXEC: no ELF file). */
int elf_syms_read(int fd, struct elf_syms **ret_syms);
/* The same from memory, as the vdso is. */
int elf_syms_read_memory(const void *image, size_t len, struct elf_syms **ret_syms);
/* The address of the program headers for an offset in the file; UINT64_MAX: the file is not loaded there. */
uint64_t elf_syms_address(const struct elf_syms *es, uint64_t file_offset);
/* The symbol that address lies in and the distance from its start; NULL: none. Lives as long as es. */
const char *elf_syms_find(const struct elf_syms *es, uint64_t address, uint64_t *ret_offset);
void elf_syms_free(struct elf_syms *es); /* NULL is fine */

#endif
