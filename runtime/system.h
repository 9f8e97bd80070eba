#ifndef SONDE_RUNTIME_SYSTEM_H
#define SONDE_RUNTIME_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct strbuf;

/* Whether this process may trace (spec/cli.md 12). 0, or -1 with a message that says what is
 * missing. */
int system_check_privileges(struct strbuf *message);
/* Whether the kernel lets anybody read its memory. 0, or -1 with a message. */
int system_check_lockdown(struct strbuf *message);
/* A message when the kernel is older than what sonde is tested with, else nothing. */
void system_check_kernel(uint32_t kernel_version, struct strbuf *message);
/* The report of --info. llvm: version of the compiler inside; NULL: there is none. */
void system_info(FILE *out, const char *llvm);

#endif
