/* Attach points taken apart, what they match, and how their programs are attached. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ast/plan.h"
#include "ast/script.h"
#include "ast/type.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/str.h"
#include "probes/arch.h"
#include "probes/probe_priv.h"

static const char *const params[] = { "s:7", "$1", "" };

static struct script *new_script(const struct host *h)
{
	struct script *s = script_new(h);

	s->params = params;
	s->n_params = ARRAY_SIZE(params);
	return s;
}

/* What was parsed as "kind|label|path|function|unit|count|offset|address", "-" for what is not there. */
static int describe(void *ctx, struct probe *p)
{
	struct strbuf *out = ctx;

	strbuf_printf(out, "%s%s|%s|%s|%s|%s|%llu|%llu|%llu", out->len ? " " : "", p->kind->name,
		      p->label ? p->label : "-", p->path ? p->path : "-", p->function ? p->function : "-",
		      p->unit ? p->unit : "-", (unsigned long long)p->count, (unsigned long long)p->offset,
		      (unsigned long long)p->address);
	return 0;
}

static void check_parse(const struct host *h, const char *text, const char *want, const char *error,
			enum diag_code code)
{
	struct script *s = new_script(h);
	struct strbuf got = { 0 };
	const struct diag *d;
	int err = probe_parse(s, text, (struct span){ 1, 2 }, describe, &got);

	d = diags_first(s->diags);
	if (error) {
		assert_int_equal(err, -1);
		assert_non_null(d);
		assert_string_equal(d->message, error);
		assert_int_equal(d->code, code);
		assert_int_equal(d->span.start, 1);
	} else {
		if (d)
			fail_msg("%s: %s", text, d->message);
		assert_int_equal(err, 0);
		assert_string_equal(got.data, want);
	}
	strbuf_done(&got);
	script_free(s);
}

static void test_parse(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "begin", "begin|-|-|-|-|0|0|0" },
		{ "BEGIN", "begin|-|-|-|-|0|0|0" },
		{ "End", "end|-|-|-|-|0|0|0" },
		{ "interval:s:5", "interval|-|-|-|s|5|0|0" },
		{ "i:hz:1e3", "interval|-|-|-|hz|1000|0|0" },
		{ "interval:1s", "interval|-|-|-|us|1000000|0|0" },
		{ "interval:1500ns", "interval|-|-|-|us|1|0|0" },
		{ "interval:us:1", "interval|-|-|-|us|1|0|0" },
		{ "interval:s:1s", "interval|-|-|-|s|1000000000|0|0" },
		{ "interval:$1", "interval|-|-|-|s|7|0|0" },
		{ "interval:ms:0x10$3", "interval|-|-|-|ms|16|0|0" },
		{ "interval:ms:5$9", "interval|-|-|-|ms|5|0|0" },
		{ "Self:signal:SIGUSR1", "self|-|-|SIGUSR1|-|0|0|0" },
		{ "p:hz:99", "profile|-|-|-|hz|99|0|0" },
		{ "profile:250us", "profile|-|-|-|us|250|0|0" },
		{ "x=profile:hz:1", "profile|x|-|-|hz|1|0|0" },
		{ "t:sched:sched_switch", "tracepoint|-|sched|sched_switch|-|0|0|0" },
		{ "TracePoint:a:b*", "tracepoint|-|a|b*|-|0|0|0" },
		{ "tracepoint:*read*", "tracepoint|-|*|*read*|-|0|0|0" },
		{ "tracepoint:\"a:b\":\"c\\\"d\"", "tracepoint|-|a:b|c\"d|-|0|0|0" },
		{ "tracepoint:\"$1\":e", "tracepoint|-|$1|e|-|0|0|0" },
		{ "tracepoint:a:$2", "tracepoint|-|a|$1|-|0|0|0" },
		{ "rt:e", "rawtracepoint|-|*|e|-|0|0|0" },
		{ "rawtracepoint:m:e", "rawtracepoint|-|m|e|-|0|0|0" },
		{ "s:faults:1", "software|-|-|faults|-|1|0|0" },
		{ "software:cs", "software|-|-|cs|-|0|0|0" },
		{ "software:cs:*", "software|-|-|cs|-|0|0|0" },
		{ "u:/bin/sh:main", "uprobe|-|/bin/sh|main|-|0|0|0" },
		{ "uprobe:libc:malloc+0x10", "uprobe|-|libc|malloc|-|0|16|0" },
		{ "uprobe:./a:0x1234", "uprobe|-|./a|-|-|0|0|4660" },
		{ "ur:a*:*f*", "uretprobe|-|a*|*f*|-|0|0|0" },
		{ "k:vfs_read", "kprobe|-|-|vfs_read|-|0|0|0" },
		{ "kprobe:vmlinux:vfs_read+4", "kprobe|-|vmlinux|vfs_read|-|0|4|0" },
		{ "kr:f+0", "kretprobe|-|-|f|-|0|0|0" },
	};
	struct host h = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_parse(&h, cases[i].text, cases[i].want, NULL, 0);
	h.unsafe = true;
	check_parse(&h, "kprobe:0xffffffff81000000", "kprobe|-|-|-|-|0|0|18446744071578845184", NULL, 0);
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *error;
		enum diag_code code;
	} cases[] = {
		{ "", "No attach points for probe", DIAG_PROBE_SPEC },
		{ "\"\"", "No attach points for probe", DIAG_PROBE_SPEC },
		{ "asdf", "Invalid probe type: asdf", DIAG_PROBE_KIND },
		{ "asyncwatchpoint:1:8:w", "Invalid probe type: asyncwatchpoint", DIAG_PROBE_KIND },
		{ "UR:a:b", "Invalid provider: 'ur'", DIAG_PROBE_KIND },
		{ "U:a:b", "probe type 'usdt' is not supported by this version", DIAG_NOT_BUILT },
		{ "fentry:f", "probe type 'fentry' is not supported by this version", DIAG_NOT_BUILT },
		{ "kretfunc:f", "probe type 'fexit' is not supported by this version", DIAG_NOT_BUILT },
		{ "Iter:task", "probe type 'iter' is not supported by this version", DIAG_NOT_BUILT },
		{ "self:signal", "self probe type requires 2 arguments, found 1", DIAG_PROBE_SPEC },
		{ "self:timer:SIGUSR1", "timer is not a supported trigger", DIAG_PROBE_SPEC },
		{ "self::SIGUSR1", " is not a supported trigger", DIAG_PROBE_SPEC },
		{ "self:signal:SIGUSR2", "SIGUSR2 is not a supported signal", DIAG_PROBE_SPEC },
		{ "self:signal:*", "* is not a supported signal", DIAG_PROBE_SPEC },
		{ "zz*:f", "No probe type matched for zz*", DIAG_PROBE_KIND },
		{ "begin:", "begin/end probes should not have a target", DIAG_PROBE_SPEC },
		{ "a:b:c:d:e:f:g:h:i:j:k:l", "Invalid probe type: a", DIAG_PROBE_KIND },
		{ "tracepoint:b:c:d:e:f:g:h:i:j:k:l", "tracepoint probe type requires 2 arguments, found 11",
		  DIAG_PROBE_SPEC },
		{ "tracepoint:a", "tracepoint probe type requires 2 arguments, found 1", DIAG_PROBE_SPEC },
		{ "tracepoint:sched:", "tracepoint probe must have a target", DIAG_PROBE_SPEC },
		{ "rawtracepoint:a:b:c", "rawtracepoint probe type requires 1 or 2 arguments, found 3", DIAG_PROBE_SPEC },
		{ "rawtracepoint:", "rawtracepoint should be attached to a function", DIAG_PROBE_SPEC },
		{ "interval", "interval probe type requires 1 or 2 arguments, found 0", DIAG_PROBE_SPEC },
		{ "interval:s:", "Invalid rate of interval probe: invalid integer: ", DIAG_PROBE_SPEC },
		{ "profile:s:*", "Invalid rate of profile probe: invalid integer: *", DIAG_PROBE_SPEC },
		{ "interval:999", "Invalid rate of interval probe. Minimum is 1000 or 1us. Found: 999 nanoseconds",
		  DIAG_PROBE_SPEC },
		{ "interval:S:1", "S is not an accepted unit of time", DIAG_PROBE_SPEC },
		{ "interval:s:0", "interval frequency should be a positive integer", DIAG_PROBE_SPEC },
		{ "profile:hz:-5", "profile frequency should be a positive integer", DIAG_PROBE_SPEC },
		{ "interval:s:$0", "invalid trailing character for positional param: 0. Try quoting this entire "
		  "part if this is intentional e.g. \"$0\".", DIAG_PROBE_SPEC },
		{ "interval:s:$a", "invalid trailing character for positional param: a. Try quoting this entire "
		  "part if this is intentional e.g. \"$a\".", DIAG_PROBE_SPEC },
		{ "interval:s:$", "invalid trailing character for positional param: . Try quoting this entire "
		  "part if this is intentional e.g. \"$\".", DIAG_PROBE_SPEC },
		{ "software:foo", "foo is not a software probe", DIAG_PROBE_SPEC },
		{ "software:c*", "wildcards are not allowed for software probe type", DIAG_PROBE_SPEC },
		{ "software:cs:", "Invalid count for software probe: invalid integer: ", DIAG_PROBE_SPEC },
		{ "software:cs:-1", "software count should be a positive integer", DIAG_PROBE_SPEC },
		{ "uprobe::f", "uprobe should have a target", DIAG_PROBE_SPEC },
		{ "uprobe:a:", "uprobe should be attached to a function and/or address", DIAG_PROBE_SPEC },
		{ "uprobe:f", "uprobe probe type requires 2 or 3 arguments, found 1", DIAG_PROBE_SPEC },
		{ "uprobe:a:b:c:d", "uprobe probe type requires 2 or 3 arguments, found 4", DIAG_PROBE_SPEC },
		{ "uprobe:a:rust:f", "unsupported language type: rust", DIAG_PROBE_SPEC },
		{ "uprobe:a:cpp:f", "C++ names are not supported by this version", DIAG_NOT_BUILT },
		{ "uprobe:a@b.c:4", "source locations are not supported by this version", DIAG_NOT_BUILT },
		{ "uprobe:a*:0x10", "Cannot use wildcards with absolute address", DIAG_PROBE_SPEC },
		{ "uretprobe:a:f+1", "uretprobes can not be attached to a function offset", DIAG_PROBE_SPEC },
		{ "kprobe:", "kprobes should be attached to a function or an address", DIAG_PROBE_SPEC },
		{ "kprobe:0x1", "Probing by address requires --unsafe", DIAG_PROBE_SPEC },
		{ "kprobe:f+1+2", "Cannot take more than one offset", DIAG_PROBE_SPEC },
		{ "kprobe:f+", "Invalid offset", DIAG_PROBE_SPEC },
		{ "kprobe:f+x", "Invalid offset: invalid integer: x", DIAG_PROBE_SPEC },
		{ "kretprobe:f+4", "Offset not allowed", DIAG_PROBE_SPEC },
	};
	struct host h = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_parse(&h, cases[i].text, NULL, cases[i].error, cases[i].code);
}

/* Names of the targets, each behind a space. */
static int put_target(void *ctx, const struct attach_target *t)
{
	struct strbuf *out = ctx;

	strbuf_printf(out, " %s", t->name);
	return 0;
}

struct matching {
	struct script *s;
	struct strbuf names;
	int n;
};

static int match_probe(void *ctx, struct probe *p)
{
	struct matching *m = ctx;

	m->n = probe_match(m->s, p, put_target, &m->names);
	return 0;
}

static void check_match(const struct host *h, const char *text, int want_n, const char *want)
{
	struct matching m = { .s = new_script(h) };

	strbuf_puts(&m.names, "");
	assert_int_equal(probe_parse(m.s, text, (struct span){ 0 }, match_probe, &m), 0);
	assert_int_equal(m.n, want_n);
	assert_string_equal(m.names.data, want);
	strbuf_done(&m.names);
	script_free(m.s);
}

static void test_names(void **state)
{
	struct host h = { 0 };

	(void)state;
	check_match(&h, "BEGIN", 1, " begin");
	check_match(&h, "x=self:signal:SIGUSR1", 1, " self:signal:SIGUSR1");
	check_match(&h, "i:1s", 1, " interval:us:1000000");
	check_match(&h, "profile:hz:99", 1, " profile:hz:99");
	check_match(&h, "s:cpu:100000", 1, " software:cpu:100000");
	check_match(&h, "software:cs:*", 1, " software:cs");
}

static void test_functions_of_a_list(void **state)
{
	static const char list[] = "alpha\nbeta [mod]\nalpha_two\nrcu_thing\n__ftrace_invalid_address___8\n"
				   "alpha.part.0\n";
	char path[] = "/tmp/sonde-unit-XXXXXX";
	struct host h = { .traceable_functions = path };
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, list, strlen(list)), (int)strlen(list));
	close(fd);
	check_match(&h, "kprobe:alpha", 1, " kprobe:alpha");
	check_match(&h, "kprobe:alpha+0", 1, " kprobe:alpha");
	check_match(&h, "kprobe:vmlinux:alpha+4", 1, " kprobe:vmlinux:alpha+4");
	check_match(&h, "kprobe:alpha*", 2, " kprobe:alpha kprobe:alpha_two");
	check_match(&h, "kretprobe:*:*a", 2, " kretprobe:vmlinux:alpha kretprobe:mod:beta");
	check_match(&h, "kprobe:rcu*", 0, "");
	check_match(&h, "kprobe:gamma", 0, "");
	unlink(path);
}

static void test_period(void **state)
{
	static const struct {
		const char *unit;
		uint64_t count, ns;
	} cases[] = {
		{ "s", 2, 2000000000 }, { "ms", 3, 3000000 }, { "us", 4, 4000 }, { "hz", 1000, 1000000 },
		{ "hz", 3, 333333333 }, { "hz", 5000000000, 1 }, { "s", UINT64_MAX, UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct attach_target t = { .unit = cases[i].unit, .count = cases[i].count };

		assert_true(rate_period_ns(&t) == cases[i].ns);
	}
}

static void test_registers(void **state)
{
	(void)state;
	assert_int_equal(probe_register("nosuch"), -1);
	assert_int_equal(probe_register("pc"), probe_register("ip"));
	assert_int_equal(arch_arg(ARCH_ARG_REGISTERS), -1);
#ifdef __x86_64__
	assert_int_equal(probe_register("r15"), 0);
	assert_int_equal(probe_register("di"), 112);
	assert_int_equal(probe_register("ss"), 160);
	assert_int_equal(arch_arg(0), 112);
	assert_int_equal(arch_return(), 80);
#endif
}

#ifdef __x86_64__
/* Instructions with all of their bytes: whole, each has its length; with one byte less it is none. */
static void test_instructions(void **state)
{
	static const struct {
		const char *code;
		size_t len;
	} cases[] = {
		{ "\x90", 1 },                                              /* nop */
		{ "\xf3\x0f\x1e\xfa", 4 },                                 /* endbr64 */
		{ "\x55", 1 },                                              /* push %rbp */
		{ "\x48\x89\xe5", 3 },                                     /* mov %rsp,%rbp */
		{ "\x48\x83\xec\x10", 4 },                                 /* sub $16,%rsp */
		{ "\x48\x81\xec\x00\x01\x00\x00", 7 },                    /* sub $256,%rsp */
		{ "\x48\xb8\x01\x02\x03\x04\x05\x06\x07\x08", 10 },       /* movabs $..,%rax */
		{ "\x66\xb8\x01\x02", 4 },                                 /* mov $..,%ax */
		{ "\xb8\x01\x02\x03\x04", 5 },                             /* mov $..,%eax */
		{ "\x48\x8b\x05\x01\x02\x03\x04", 7 },                    /* mov 0x..(%rip),%rax */
		{ "\x48\x8b\x44\x24\x08", 5 },                             /* mov 8(%rsp),%rax */
		{ "\x8b\x04\x8d\x00\x00\x00\x00", 7 },                    /* mov 0x0(,%rcx,4),%eax */
		{ "\x8b\x84\x88\x00\x01\x00\x00", 7 },                    /* mov 256(%rax,%rcx,4),%eax */
		{ "\xe8\x01\x02\x03\x04", 5 },                             /* call */
		{ "\x0f\x84\x01\x02\x03\x04", 6 },                         /* je */
		{ "\x74\x01", 2 },                                          /* je, short */
		{ "\xf6\xc1\x01", 3 },                                      /* test $1,%cl */
		{ "\xf7\xd8", 2 },                                          /* neg %eax */
		{ "\xf7\xc1\x01\x02\x03\x04", 6 },                         /* test $..,%ecx */
		{ "\x66\xf7\xc1\x01\x02", 5 },                             /* test $..,%cx */
		{ "\xa0\x01\x02\x03\x04\x05\x06\x07\x08", 9 },            /* movabs 0x..,%al */
		{ "\xc8\x01\x02\x03", 4 },                                 /* enter */
		{ "\xf0\x0f\xb1\x0a", 4 },                                 /* lock cmpxchg %ecx,(%rdx) */
		{ "\x66\x2e\x0f\x1f\x84\x00\x00\x00\x00\x00", 10 },       /* nopw */
		{ "\x66\x0f\x38\x00\xc1", 5 },                             /* pshufb */
		{ "\x66\x0f\x3a\x0f\xc1\x04", 6 },                         /* palignr */
		{ "\x66\x0f\x70\xc1\x04", 5 },                             /* pshufd */
		{ "\xc5\xf8\x77", 3 },                                      /* vzeroupper */
		{ "\xc5\xf9\x70\xc1\x04", 5 },                             /* vpshufd */
		{ "\xc4\xe2\x7d\x18\x05\x01\x02\x03\x04", 9 },            /* vbroadcastss */
		{ "\xc4\xe3\x7d\x39\xc1\x01", 6 },                         /* vextracti128 */
		{ "\x62\xf1\x7c\x48\x10\x00", 6 },                         /* vmovups %zmm */
		{ "\x62\xf3\x7d\x48\x3f\xc0\x00", 7 },                    /* vpcmpb */
		{ "\x8f\x00", 2 },                                          /* pop (%rax) */
		{ "\x8f\xe9\x78\xc7\xdb", 5 },                             /* vphaddwq (XOP) */
	};
	static const uint8_t bad[] = { 0x06, 0x06, 0x06 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t code[32] = { 0 };

		memcpy(code, cases[i].code, cases[i].len);
		assert_int_equal(arch_instruction_length(code, sizeof(code)), cases[i].len);
		assert_int_equal(arch_instruction_length(code, cases[i].len), cases[i].len);
		assert_int_equal(arch_instruction_length(code, cases[i].len - 1), 0);
	}
	assert_int_equal(arch_instruction_length(bad, sizeof(bad)), 0);
}
#endif

/* The numbers of the C library's header; the names differ for these only. */
static void test_syscall_numbers(void **state)
{
	static const struct {
		const char *name;
		int nr;
	} cases[] = {
#ifdef __x86_64__
		{ "read", 0 }, { "newstat", 4 }, { "newfstat", 5 }, { "newlstat", 6 }, { "getppid", 110 },
		{ "newuname", 63 }, { "umount", 166 }, { "sendfile64", 40 }, { "openat2", 437 },
		{ "set_mempolicy_home_node", 450 }, { "mseal", 462 }, { "stat", -1 }, { "nosuch", -1 },
#endif
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(arch_syscall(cases[i].name), cases[i].nr);
}

/* How a tracepoint program is attached, by its targets: 0 perf, 1 raw, 2 sys_enter, 3 sys_exit, 4 both. */
static void test_tracepoint_ways(void **state)
{
	static const char *const calls[] = {
		"read", "write", "openat", "close", "lseek", "mmap", "brk", "ioctl", "getpid", "getppid",
	};
	static const struct {
		unsigned n_enter, n_exit, n_other;
		bool uses_context, twice;
		int how;
		enum bpf_prog_type type;
	} cases[] = {
		{ 0, 0, 1, false, false, 1, BPF_PROG_TYPE_RAW_TRACEPOINT },
		{ 0, 0, 1, true, false, 0, BPF_PROG_TYPE_TRACEPOINT },
		{ 1, 0, 0, false, false, 0, BPF_PROG_TYPE_TRACEPOINT },
		{ 7, 0, 0, false, false, 0, BPF_PROG_TYPE_TRACEPOINT },
		{ 8, 0, 0, false, false, 2, BPF_PROG_TYPE_RAW_TRACEPOINT },
		{ 8, 0, 0, false, true, 0, BPF_PROG_TYPE_TRACEPOINT },
		{ 8, 0, 0, true, false, 0, BPF_PROG_TYPE_TRACEPOINT },
		{ 0, 10, 0, false, false, 3, BPF_PROG_TYPE_RAW_TRACEPOINT },
		{ 5, 5, 0, false, false, 4, BPF_PROG_TYPE_RAW_TRACEPOINT },
		{ 5, 6, 0, false, false, 0, BPF_PROG_TYPE_TRACEPOINT },
		{ 10, 0, 1, false, false, 1, BPF_PROG_TYPE_RAW_TRACEPOINT },
	};
	const struct probe_kind *k = probe_kind_find("tracepoint");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct attach_target t[24] = { 0 };
		struct probe p = { .kind = k };
		struct unit u = { .probe = &p, .targets = t, .uses_context = cases[i].uses_context };
		struct prog_desc d = { .kind = k };
		char names[24][40];

		for (unsigned j = 0; j < cases[i].n_enter + cases[i].n_exit; j++) {
			bool enter = j < cases[i].n_enter;
			const char *call = calls[enter ? j : j - cases[i].n_enter];

			snprintf(names[j], sizeof(names[j]), "sys_%s_%s", enter ? "enter" : "exit", call);
			t[j].path = "syscalls";
			t[j].function = names[j];
			t[j].id = arch_syscall(call);
		}
		u.n_targets = cases[i].n_enter + cases[i].n_exit;
		if (cases[i].twice)
			t[1].id = t[0].id;
		for (unsigned j = 0; j < cases[i].n_other; j++) {
			t[u.n_targets].path = "sched";
			t[u.n_targets++].function = "sched_switch";
		}
		k->decide(NULL, &u, &d);
		assert_int_equal(d.how, cases[i].how);
		assert_int_equal(d.prog_type, cases[i].type);
	}
}

static void test_nearest(void **state)
{
	struct arena *a = arena_new();
	struct nearest n = { .want = "sched_swich", .arena = a };

	(void)state;
	nearest_offer(&n, "something_else");
	assert_null(n.best);
	nearest_offer(&n, "sched_twitch");
	nearest_offer(&n, "sched_switch");
	nearest_offer(&n, "sched_stitch");
	assert_string_equal(n.best, "sched_switch");
	nearest_offer(&n, "sched_swich");
	nearest_offer(&n, "sched_switch");
	assert_string_equal(n.best, "sched_swich");
	arena_free(a);
}

/* Every row explains itself, and its names are its own. */
static void test_rows(void **state)
{
	const struct probe_kind *k;

	(void)state;
	for (size_t i = 0; (k = probe_kind_at(i)); i++) {
		assert_non_null(k->doc);
		assert_non_null(k->spec);
		assert_non_null(k->counts);
		assert_ptr_equal(probe_kind_find(k->name), k);
		assert_true(k->is_special || k->attach);
		assert_true(!(k->gives & GIVES_ARGN) || k->emit_arg);
		assert_true(!(k->gives & GIVES_ARGS) || (k->context && k->emit_field));
		assert_true(!(k->gives & GIVES_RETVAL) || k->emit_retval);
		assert_true(!(k->gives & GIVES_FUNC) || k->emit_func);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_functions_of_a_list),
		cmocka_unit_test(test_period),
		cmocka_unit_test(test_registers),
#ifdef __x86_64__
		cmocka_unit_test(test_instructions),
#endif
		cmocka_unit_test(test_syscall_numbers),
		cmocka_unit_test(test_tracepoint_ways),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
