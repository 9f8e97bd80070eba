#ifndef SONDE_BASE_HOST_H
#define SONDE_BASE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What this machine is and what the command line says about processes: read once by main.c, then
 * only looked at. Compile side and run side both work from it. */
struct host {
	unsigned n_cpus;             /* possible CPUs: what per-CPU maps have */
	uint32_t kernel_version;     /* KERNEL_VERSION(a, b, c) */
	uint64_t pidns_dev, pidns_ino; /* our PID namespace, as bpf_get_ns_current_pid_tgid() takes
					  it; ino 0: the initial one */
	int32_t pid;                 /* -p, or the child of -c; 0: no process given */
	int32_t child;               /* pid of the -c child, else 0 */
	bool unsafe;                 /* --unsafe */
	const char *traceable_functions; /* --traceable-functions, else NULL */
};

/* Fills in the facts of the machine (all but pid, child, unsafe, traceable_functions). */
void host_init(struct host *h);

/* Where tracefs is mounted; NULL: nowhere. Looked for when first asked for, at /sys/kernel/tracing
 * and /sys/kernel/debug/tracing; where it is not mounted, it is mounted for this process alone, in
 * a mount namespace of its own, or detached. The text lives as long as the process. */
const char *host_tracefs(const struct host *h);

/* The CPUs that are online, ascending; returns how many. -errno on failure. The caller frees
 * *ret_cpus. */
int host_online_cpus(int **ret_cpus);

/* Reads a whole file; NUL-terminated. -errno on failure. The caller frees *ret_text. */
int host_read_file(const char *path, char **ret_text, size_t *ret_len);

#endif
