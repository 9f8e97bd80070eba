#ifndef SONDE_RUNTIME_USYMS_H
#define SONDE_RUNTIME_USYMS_H

#include <stdbool.h>
#include <stdint.h>

/* Addresses of processes to names: mappings from /proc/PID/maps, symbols from the ELF files (.symtab,
 * .dynsym, .gnu_debugdata), vdso. Kept per process, so that a process seen alive can be shown
 * after it ended. */
struct usyms;

struct usym {
	const char *name;              /* demangled when asked for; NULL: unknown */
	const char *path;              /* file of the mapping; NULL: unknown */
	uint64_t offset;               /* from the start of the symbol */
	uint64_t file_offset;          /* in the file, as addresses of the program headers count */
	bool has_build_id;
	unsigned char build_id[20];
};

struct usyms *usyms_new(bool demangle);
/* Reads the mappings of a process now, so that they are known when it has ended. -errno. */
int usyms_learn(struct usyms *us, uint32_t pid);
/* Looks an address up. What it points to lives as long as us. */
struct usym usyms_find(struct usyms *us, uint32_t pid, uint64_t addr);
void usyms_free(struct usyms *us);

#endif
