/* Headers that are known without being read, and the table of their constants, compared with the headers that this
 * test is compiled with. No kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/elf.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/futex.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <linux/kvm.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "ast/ctype.h"
#include "ast/script.h"
#include "ast/type.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/vec.h"
#include "parser/c_headers.h"
#include "parser/parser.h"

/* ---- the table ---- */

static const struct {
	const char *name;
	long long value;
} seen_here[] = {
#define SEEN(name) { #name, (long long)(name) }
	SEEN(AF_UNIX), SEEN(AF_INET), SEEN(AF_INET6), SEEN(AF_NETLINK), SEEN(AF_VSOCK), SEEN(PF_PACKET),
	SEEN(SOCK_STREAM), SEEN(SOCK_DGRAM), SEEN(SOCK_NONBLOCK), SEEN(SOCK_CLOEXEC), SEEN(SOL_SOCKET),
	SEEN(SO_REUSEADDR), SEEN(SO_RCVBUF), SEEN(SO_BINDTODEVICE), SEEN(MSG_DONTWAIT), SEEN(MSG_PEEK), SEEN(SOMAXCONN),
	SEEN(IPPROTO_TCP), SEEN(IPPROTO_UDP), SEEN(IPPROTO_ICMPV6), SEEN(TCP_NODELAY), SEEN(TCP_ESTABLISHED),
	SEEN(TCP_LISTEN), SEEN(TCP_CLOSE), SEEN(ETH_P_IP), SEEN(ETH_P_ARP), SEEN(ARPHRD_LOOPBACK), SEEN(IFF_UP),
	SEEN(IFF_PROMISC), SEEN(IFNAMSIZ), SEEN(IFF_TAP), SEEN(TUNSETIFF), SEEN(INADDR_LOOPBACK), SEEN(INET_ADDRSTRLEN),
	SEEN(NETLINK_ROUTE), SEEN(RTM_NEWLINK), SEEN(RTM_DELADDR),
	SEEN(O_RDONLY), SEEN(O_WRONLY), SEEN(O_RDWR), SEEN(O_CREAT), SEEN(O_TRUNC), SEEN(O_DIRECTORY), SEEN(O_TMPFILE),
	SEEN(O_CLOEXEC), SEEN(O_DIRECT), SEEN(AT_FDCWD), SEEN(AT_SYMLINK_NOFOLLOW), SEEN(F_SETLK), SEEN(F_DUPFD_CLOEXEC),
	SEEN(LOCK_EX), SEEN(SEEK_END), SEEN(S_IFMT), SEEN(S_IFREG), SEEN(S_IFDIR), SEEN(S_IFSOCK), SEEN(S_ISUID),
	SEEN(S_IRWXU), SEEN(S_IWOTH), SEEN(RENAME_EXCHANGE), SEEN(FALLOC_FL_PUNCH_HOLE), SEEN(BLKGETSIZE64),
	SEEN(FIFREEZE), SEEN(FS_IOC_GETFLAGS), SEEN(TMPFS_MAGIC), SEEN(EXT4_SUPER_MAGIC), SEEN(IN_CREATE),
	SEEN(IN_ALL_EVENTS), SEEN(EPOLLIN), SEEN(EPOLLET), SEEN(EPOLL_CTL_MOD), SEEN(POLLHUP), SEEN(PATH_MAX), SEEN(NAME_MAX),
	SEEN(PROT_READ), SEEN(PROT_EXEC), SEEN(MAP_SHARED), SEEN(MAP_ANONYMOUS), SEEN(MAP_HUGETLB), SEEN(MADV_DONTNEED),
	SEEN(CLONE_VM), SEEN(CLONE_NEWPID), SEEN(CLONE_THREAD), SEEN(SCHED_FIFO), SEEN(SCHED_BATCH), SEEN(SIGKILL),
	SEEN(SIGSEGV), SEEN(SIGCHLD), SEEN(SA_RESTART), SEEN(SEGV_MAPERR), SEEN(FUTEX_WAIT), SEEN(FUTEX_PRIVATE_FLAG),
	SEEN(RLIMIT_NOFILE), SEEN(PTRACE_ATTACH), SEEN(PR_SET_NAME), SEEN(CAP_SYS_ADMIN), SEEN(SECCOMP_RET_ERRNO),
	SEEN(CLOCK_MONOTONIC), SEEN(CLOCK_BOOTTIME), SEEN(EPERM), SEEN(EAGAIN), SEEN(ENOTSUP), SEEN(EHWPOISON),
	SEEN(TIOCGWINSZ), SEEN(TCGETS), SEEN(FIONREAD), SEEN(KVM_RUN), SEEN(KVM_CREATE_VCPU), SEEN(BPF_MAP_CREATE),
	SEEN(BPF_PROG_TYPE_KPROBE), SEEN(PERF_TYPE_HARDWARE), SEEN(PERF_EVENT_IOC_ENABLE), SEEN(PT_LOAD),
	SEEN(INT_MAX), SEEN(INT_MIN), SEEN(UINT_MAX), SEEN(LLONG_MIN), SEEN(ULLONG_MAX), SEEN(INT64_MAX), SEEN(UINT32_MAX),
	SEEN(RTLD_NOW), SEEN(__NR_openat), SEEN(__NR_close),
#undef SEEN
};

static void test_sorted(void **state)
{
	struct c_constant c, before = { .name = "" };
	unsigned n = 0;

	(void)state;
	for (; c_constant_at(n, &c); n++) {
		if (strcmp(before.name, c.name) >= 0)
			fail_msg("%s stands behind %s", c.name, before.name);
		if (!c_header_is_known(c.header))
			fail_msg("%s: <%s> is no known header", c.name, c.header);
		before = c;
	}
	assert_in_range(n, 3000, 10000);
}

static const struct host host = { .n_cpus = 2, .kernel_version = 0x061200 };

static void test_values(void **state)
{
	struct script *s = script_new(&host);
	bool is_negative;
	uint64_t value;

	(void)state;
	c_headers_init(s);
	c_header_include(s, "linux/types.h");
	for (size_t i = 0; i < ARRAY_SIZE(seen_here); i++) {
		if (!c_header_constant(s, seen_here[i].name, &value, &is_negative))
			fail_msg("%s is not in the table", seen_here[i].name);
		if ((long long)value != seen_here[i].value)
			fail_msg("%s is %lld here", seen_here[i].name, seen_here[i].value);
	}
	assert_true(c_header_constant(s, "AT_FDCWD", &value, &is_negative) && is_negative);
	assert_true(c_header_constant(s, "ULLONG_MAX", &value, &is_negative) && !is_negative);
	script_free(s);
}

/* What depends on how a kernel was made, or on its version, is not there. */
static void test_left_out(void **state)
{
	static const char *const names[] = { "HZ", "NR_CPUS", "THREAD_SIZE", "CONFIG_HZ", "NR_syscalls", "BPF_FUNC_MAX" };
	struct script *s = script_new(&host);
	uint64_t value;
	bool is_negative;

	(void)state;
	c_headers_init(s);
	c_header_include(s, "linux/types.h");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (c_header_constant(s, names[i], &value, &is_negative))
			fail_msg("%s is in the table", names[i]);
	script_free(s);
}

/* ---- headers ---- */

static const struct {
	const char *name;
	bool is_known;
} headers[] = {
	{ "linux/skbuff.h", true }, { "net/sock.h", true }, { "asm/ptrace.h", true }, { "uapi/linux/ptrace.h", true },
	{ "linux/netfilter/nf_tables.h", true }, { "asm-generic/errno-base.h", true }, { "trace/events/sched.h", true },
	{ "sys/socket.h", true }, { "netinet/in.h", true }, { "stdint.h", true }, { "vmlinux.h", true },
	{ "linux/of_the_future.h", true },
	{ "foo.h", false }, { "foo/bar.h", false }, { "", false }, { ".h", false }, { "linux", false }, { "linux/", false },
	{ "linux/mm", false }, { "linux/mm.c", false }, { "linux/../../etc/x.h", false }, { "/linux/mm.h", false },
	{ "./linux/mm.h", false }, { "linux//mm.h", false }, { "linux/m m.h", false }, { "linux/.h", false },
	{ "linuxx/mm.h", false }, { "stdint", false }, { "sys", false },
};

static void test_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		if (c_header_is_known(headers[i].name) != headers[i].is_known)
			fail_msg("<%s>", headers[i].name);
}

/* ---- in a script ---- */

static struct script *parse(const char *text)
{
	struct script *s = script_new(&host);

	assert_int_equal(script_parse(s, "test", text, strlen(text)), 0);
	if (s->read_c)
		assert_int_equal(s->read_c(s), 0);
	return s;
}

static void test_only_when_included(void **state)
{
	struct script *without = parse("begin { 1 }"), *with = parse("#include <linux/mm.h>\nbegin { 1 }");
	const struct type *t = NULL;
	uint64_t value = 0;

	(void)state;
	assert_false(ctype_constant(without, "AF_INET", &t, &value));
	assert_true(ctype_constant(with, "AF_INET", &t, &value));
	assert_int_equal(value, 2);
	assert_true(t == type_int_literal(with->types, 2, false));
	assert_true(ctype_constant(with, "AT_FDCWD", &t, &value));
	assert_int_equal(value, -100);
	assert_true(t->is_signed);
	script_free(without);
	script_free(with);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorted),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_only_when_included),
	};

	return cmocka_run_group_tests_name("headers", tests, NULL, NULL);
}
