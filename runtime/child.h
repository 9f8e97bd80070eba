#ifndef SONDE_RUNTIME_CHILD_H
#define SONDE_RUNTIME_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

struct strbuf;

/* The process of -c: made early, so that its pid is known, and held before its exec until probes
 * are attached. It gets SIGTERM when sonde dies. */
struct child;

/* The command is split at every single space; its first word is looked for in PATH. 0, or -1 with a
 * message. */
int child_start(const char *command, struct strbuf *message, struct child **ret_child);
pid_t child_pid(const struct child *c);
int child_pidfd(const struct child *c);        /* readable when the child has ended */
int child_release(struct child *c);            /* has it exec; 0, or -errno of the exec */
void child_reap(struct child *c, bool verbose); /* after it ended; verbose: says how on stderr */
void child_free(struct child *c);              /* SIGTERM when it still runs; NULL is fine */

#endif
