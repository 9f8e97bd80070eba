#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probes/probe_priv.h"

/* Links of many functions at once, which libbpf 1.1 does not know: our own layout of what
 * bpf(BPF_LINK_CREATE) takes behind its first four words. */

enum { FLAG_RETURN = 1 };

struct multi_attr {
	uint32_t prog_fd, target_fd, attach_type, flags;
	union {
		struct {
			uint32_t flags, n;
			uint64_t symbols, addresses, cookies;
		} kprobes;
		struct {
			uint64_t path, offsets, ref_ctr_offsets, cookies;
			uint32_t n, flags, pid;
		} uprobes;
	};
};

static int create_link(struct multi_attr *attr)
{
	int fd = (int)syscall(SYS_bpf, BPF_LINK_CREATE, attr, sizeof(*attr));

	return fd < 0 ? -errno : fd;
}

int multi_link_uprobes(int prog_fd, const char *path, const uint64_t *offsets, size_t n,
		       bool at_return, int pid)
{
	struct multi_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_fd = (uint32_t)prog_fd;
	attr.attach_type = ATTACH_UPROBE_MULTI;
	attr.uprobes.path = (uintptr_t)path;
	attr.uprobes.offsets = (uintptr_t)offsets;
	attr.uprobes.n = (uint32_t)n;
	attr.uprobes.flags = at_return ? FLAG_RETURN : 0;
	attr.uprobes.pid = (uint32_t)pid;
	return create_link(&attr);
}

int multi_link_kprobes(int prog_fd, const uint64_t *addresses, size_t n, bool at_return)
{
	struct multi_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_fd = (uint32_t)prog_fd;
	attr.attach_type = ATTACH_KPROBE_MULTI;
	attr.kprobes.flags = at_return ? FLAG_RETURN : 0;
	attr.kprobes.n = (uint32_t)n;
	attr.kprobes.addresses = (uintptr_t)addresses;
	return create_link(&attr);
}
