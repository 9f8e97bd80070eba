#ifndef SONDE_RUNTIME_USYMS_H
#define SONDE_RUNTIME_USYMS_H

#include <stdbool.h>
#include <stdint.h>

/* Addresses of processes to names: mappings from /proc/PID/maps and from the kernel's own record of them,
 * symbols from the ELF files (runtime/elf_syms.h) and the vdso. Kept per process, so that a process that was
 * seen alive can be shown after it ended. */
struct usyms;

struct usym {
	const char *name;              /* demangled when asked for; NULL: unknown */
	const char *path;              /* file of the mapping; NULL: unknown */
	uint64_t offset;               /* from the start of the symbol */
};

struct usyms *usyms_new(bool demangle);
/* Has the kernel record every mapping of code from now on, in all processes: short-lived ones are
 * known, too, and so is what a process loads or executes later. Wants to be called before the probes are
 * attached. Returns a descriptor, which stays ours: when it is readable, usyms_drain() is due. -errno: not
 * allowed to; processes are then read when they are first asked for. */
int usyms_watch(struct usyms *us);
/* Takes in what was recorded. */
void usyms_drain(struct usyms *us);
/* Reads the mappings of a process now, so that they are known when it has ended; cheap when they are.
 * -errno. */
int usyms_learn(struct usyms *us, uint32_t pid);
/* All processes that run now; stops after 100 ms. */
void usyms_learn_all(struct usyms *us);
/* Looks an address up. What it points to lives as long as us. */
struct usym usyms_find(struct usyms *us, uint32_t pid, uint64_t addr);
void usyms_free(struct usyms *us);

#endif
