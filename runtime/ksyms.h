#ifndef SONDE_RUNTIME_KSYMS_H
#define SONDE_RUNTIME_KSYMS_H

#include <stdint.h>

/* Kernel addresses to names and back, from /proc/kallsyms, read once. */
struct ksyms;

int ksyms_open(struct ksyms **ret_ksyms);                 /* -errno */
/* The symbol an address lies in, and the distance from its start; NULL: none. */
const char *ksyms_name(const struct ksyms *ks, uint64_t addr, uint64_t *ret_offset);
uint64_t ksyms_address(const struct ksyms *ks, const char *name); /* 0: no such symbol */
void ksyms_free(struct ksyms *ks);                        /* NULL is fine */

#endif
