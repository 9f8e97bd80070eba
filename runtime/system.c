#include "runtime/system.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/version.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/host.h"
#include "base/str.h"
#include "base/vec.h"

/* -- may we? -- */

/* The capabilities in force, as bits. */
static uint64_t own_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &head, data))
		return 0;
	return data[0].effective | (uint64_t)data[1].effective << 32;
}

int system_check_privileges(struct strbuf *message)
{
	static const struct { int cap; bool or_admin; const char *name; } needed[] = {
		{ CAP_DAC_READ_SEARCH, false, "CAP_DAC_READ_SEARCH" },
		{ CAP_DAC_OVERRIDE, false, "CAP_DAC_OVERRIDE" },
		{ CAP_BPF, true, "CAP_BPF" },
		{ CAP_PERFMON, true, "CAP_PERFMON" },
	};
	uint64_t caps = own_capabilities();

	if (geteuid() == 0 && caps >> CAP_SYS_ADMIN & 1)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (caps >> needed[i].cap & 1 || (needed[i].or_admin && caps >> CAP_SYS_ADMIN & 1))
			continue;
		strbuf_printf(message, "Missing %s capability, please run sonde as the root user.",
			      needed[i].name);
		return -1;
	}
	return 0;
}

int system_check_lockdown(struct strbuf *message)
{
	char *text;
	int result = 0;

	if (host_read_file("/sys/kernel/security/lockdown", &text, NULL))
		return 0;
	if (strstr(text, "[confidentiality]")) {
		strbuf_puts(message,
			    "The kernel is locked down in confidentiality mode: it lets no BPF "
			    "program read its memory.\n"
			    "Lockdown is often switched on by Secure Boot.\n"
			    "Boot with lockdown=integrity (or none) on the kernel command line,\n"
			    "or switch Secure Boot off in the firmware, and run sonde again.");
		result = -1;
	}
	free(text);
	return result;
}

void system_check_kernel(uint32_t kernel_version, struct strbuf *message)
{
	struct utsname u;

	if (kernel_version >= KERNEL_VERSION(5, 15, 0))
		return;
	uname(&u);
	strbuf_printf(message,
		      "Kernel version (%s) is lower than the minimum supported kernel version "
		      "(5.15.0). Some features/scripts may not work as expected.",
		      u.release);
}

/* -- --info -- */

static bool loads(enum bpf_prog_type type, int attach_type, const struct bpf_insn *insns, size_t n)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = (enum bpf_attach_type)attach_type);
	int fd = bpf_prog_load(type, "probe", "GPL", insns, n, &opts);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static const struct bpf_insn leave[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
	{ .code = BPF_JMP | BPF_EXIT },
};

/* Attaches for a moment to a function that every kernel has. */
static bool has_kprobe_multi(int attach_type)
{
	struct {
		uint32_t prog_fd, target_fd, attach_type, flags;
		uint32_t multi_flags, count;
		uint64_t syms, addrs, cookies;
		char room[64];
	} attr = { 0 };
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = (enum bpf_attach_type)attach_type);
	const char *names[] = { "ksys_read" };
	int fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "probe", "GPL", leave, ARRAY_SIZE(leave),
			       &opts),
	    link;

	if (fd < 0)
		return false;
	attr.prog_fd = (uint32_t)fd;
	attr.attach_type = (uint32_t)attach_type;
	attr.count = 1;
	attr.syms = (uint64_t)(uintptr_t)names;
	link = (int)syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));
	if (link >= 0)
		close(link);
	close(fd);
	return link >= 0;
}

/* A path that is no file is EBADF where the kernel knows uprobe_multi, EINVAL elsewhere. */
static bool has_uprobe_multi(void)
{
	enum { UPROBE_MULTI = 48 };
	struct {
		uint32_t prog_fd, target_fd, attach_type, flags;
		uint64_t path, offsets, ref_ctr_offsets, cookies;
		uint32_t count, multi_flags, pid;
		char room[64];
	} attr = { 0 };
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = (enum bpf_attach_type)UPROBE_MULTI);
	int fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "probe", "GPL", leave, ARRAY_SIZE(leave),
			       &opts),
	    err;
	uint64_t offset = 0;

	if (fd < 0)
		return false;
	attr.prog_fd = (uint32_t)fd;
	attr.attach_type = UPROBE_MULTI;
	attr.path = (uint64_t)(uintptr_t)"/";
	attr.offsets = (uint64_t)(uintptr_t)&offset;
	attr.count = 1;
	err = syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr)) < 0 ? errno : 0;
	close(fd);
	return err == EBADF;
}

/* The verifier looks at 1000000 instructions since 5.2; a program of more than 4096 is then
 * accepted. */
static unsigned instruction_limit(void)
{
	enum { MANY = 5000 };
	struct bpf_insn *insns = xcalloc(MANY, sizeof(*insns));
	bool ok;

	for (size_t i = 0; i < MANY; i++)
		insns[i] = leave[0];
	insns[MANY - 1] = leave[1];
	ok = loads(BPF_PROG_TYPE_RAW_TRACEPOINT, 0, insns, MANY);
	free(insns);
	return ok ? 1000000 : 4096;
}

static bool has_helper(enum bpf_prog_type type, enum bpf_func_id id)
{
	return libbpf_probe_bpf_helper(type, id, NULL) == 1;
}

/* What comes with BTF from some version on. */
static bool has_btf(uint32_t since)
{
	struct host h;

	host_init(&h);
	return h.kernel_version >= since && !access("/sys/kernel/btf/vmlinux", R_OK);
}

static const char *yes_no(bool yes)
{
	return yes ? "yes" : "no";
}

/* Two entries a line, each 35 columns wide. */
static void put_pair(FILE *out, const char *left, const char *left_value, const char *right,
		     const char *right_value)
{
	char a[80], b[80] = "";

	snprintf(a, sizeof(a), "  %s: %s", left, left_value);
	if (right)
		snprintf(b, sizeof(b), "%s: %s", right, right_value);
	fprintf(out, "%-35s%-*s\n", a, right ? 35 : 0, b);
}

static void put_system(FILE *out, const char *llvm)
{
	struct utsname u;

	uname(&u);
	fprintf(out, "System\n  OS: %s %s %s\n  Arch: %s\n\n", u.sysname, u.release, u.version,
		u.machine);
	fprintf(out, "Build\n  version: " SONDE_VERSION "\n  LLVM: %s\n  libbpf: %s\n",
		llvm ? llvm : "no", libbpf_version_string() + 1);
	fputs("  bfd: no\n  libdw (DWARF support): no\n  libsystemd (systemd notify support): no\n"
	      "  blazesym (advanced symbolization): no\n  dwunwind (DWARF stack unwinding): no\n\n",
	      out);
}

void system_info(FILE *out, const char *llvm)
{
	enum { KPROBE_SESSION = 56 };
	enum bpf_prog_type kprobe = BPF_PROG_TYPE_KPROBE;
	char limit[16];

	put_system(out, llvm);
	fprintf(out, "Kernel helpers\n");
	put_pair(out, "dpath", yes_no(has_btf(KERNEL_VERSION(5, 10, 0))),
		 "get_tai_ns", yes_no(has_helper(kprobe, BPF_FUNC_ktime_get_tai_ns)));
	put_pair(out, "get_func_ip", yes_no(has_helper(kprobe, BPF_FUNC_get_func_ip)),
		 "lookup_percpu_elem", yes_no(has_helper(kprobe, BPF_FUNC_map_lookup_percpu_elem)));
	put_pair(out, "loop", yes_no(has_helper(kprobe, BPF_FUNC_loop)), NULL, NULL);
	snprintf(limit, sizeof(limit), "%u", instruction_limit());
	fprintf(out, "\n%-35s\n", "Kernel features");
	put_pair(out, "Instruction limit", limit, "btf", yes_no(has_btf(0)));
	put_pair(out, "module btf", yes_no(has_btf(KERNEL_VERSION(5, 11, 0))), NULL, NULL);
	fprintf(out, "\n%-35s\n", "Probe types");
	put_pair(out, "kprobe_multi", yes_no(has_kprobe_multi(BPF_TRACE_KPROBE_MULTI)),
		 "uprobe_multi", yes_no(has_uprobe_multi()));
	put_pair(out, "kprobe_session", yes_no(has_kprobe_multi(KPROBE_SESSION)), "iter",
		 yes_no(has_btf(KERNEL_VERSION(5, 8, 0))));
	fputc('\n', out);
}
