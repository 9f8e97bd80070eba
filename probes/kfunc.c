#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "base/vec.h"
#include "probes/probe.h"
#include "probes/probe_priv.h"

/* Functions of the kernel that programs may call: the kernel itself is asked, by loading one that does. */

enum { LOG_SIZE = 1 << 16, MAX_ARGS = 5 };

/* A descriptor of the BTF of a module that is loaded; -errno. */
static int open_module(const char *module)
{
	uint32_t id = 0;

	while (!bpf_btf_get_next_id(id, &id)) {
		char name[64] = "";
		struct bpf_btf_info info = { .name = (uint64_t)(uintptr_t)name, .name_len = sizeof(name) };
		uint32_t size = sizeof(info);
		int fd = bpf_btf_get_fd_by_id(id);

		if (fd < 0)
			continue;
		if (!bpf_obj_get_info_by_fd(fd, &info, &size) && info.kernel_btf && !strcmp(name, module))
			return fd;
		close(fd);
	}
	return -ENOENT;
}

/* Loads a program that calls the function with zeros; what the kernel thinks of it goes to the log. */
static int load_call(int prog_type, uint32_t id, int module_fd, char *log)
{
	int fds[] = { -1, module_fd };
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .log_level = 1, .log_buf = log, .log_size = LOG_SIZE,
		    .fd_array = module_fd >= 0 ? fds : NULL);
	struct bpf_insn insns[MAX_ARGS + 3];
	size_t n = 0;

	for (; n < MAX_ARGS; n++)
		insns[n] = (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K,
					      .dst_reg = (unsigned char)(BPF_REG_1 + n) & 0xf };
	insns[n++] = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_KFUNC_CALL,
					.off = module_fd >= 0, .imm = (int32_t)id };
	insns[n++] = (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 };
	insns[n++] = (struct bpf_insn){ .code = BPF_JMP | BPF_EXIT };
	return bpf_prog_load((enum bpf_prog_type)prog_type, "probe", "GPL", insns, n, &opts);
}

/* What a program that was refused with this log says about the call. One that is allowed may fail by what it is called
 * with; then the log has come as far as the instruction. */
static bool was_call_allowed(const char *log, const char *name)
{
	static const char *const refusals[] = { "is not allowed", "must be sleepable", "CAP_SYS_BOOT" };
	const char *call = strstr(log, "call ");

	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++)
		if (strstr(log, refusals[i]))
			return false;
	return call && !strncmp(call + strlen("call "), name, strlen(name));
}

bool probe_has_function(struct script *s, const char *name)
{
	const char *module;

	return kernel_find_function(s, name, &module) != 0;
}

int probe_kfunc_allowed(struct script *s, const struct probe *p, const char *name)
{
	const char *module;
	uint32_t id = kernel_find_function(s, name, &module);
	int module_fd = -1, fd, ret;
	char *log;

	if (!id)
		return 0;
	if (strcmp(module, "vmlinux") && (module_fd = open_module(module)) < 0)
		return module_fd;
	log = xcalloc(1, LOG_SIZE);
	fd = load_call(p->kind->prog_type, id, module_fd, log);
	if (fd >= 0)
		close(fd);
	if (module_fd >= 0)
		close(module_fd);
	ret = fd == -EPERM ? fd : fd >= 0 || was_call_allowed(log, name);
	free(log);
	return ret;
}
