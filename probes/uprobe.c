#include <errno.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ast/script.h"
#include "ast/type.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/str.h"
#include "codegen/cg.h"
#include "probes/arch.h"
#include "probes/elf.h"
#include "probes/probe_priv.h"
#include "runtime/run.h"

/* uprobe and uretprobe: functions of programs and libraries. One link for all functions of a binary
 * where the kernel has that, else a perf event for each. */

extern const struct probe_kind probes_uprobe[];

static bool is_return(const struct probe_kind *k)
{
	return k == &probes_uprobe[1];
}

/* ---- what is asked for ---- */

static int parse_function(struct script *s, struct probe *p, const char *text)
{
	const char *error;

	if (!*text)
		return probe_error(s, p, "%s should be attached to a function and/or address",
				   p->kind->name);
	if (!is_number(text)) {
		if (function_parse(s, p, text))
			return -1;
		if (p->offset && is_return(p->kind))
			return probe_error(s, p,
					   "uretprobes can not be attached to a function offset");
		return 0;
	}
	if (has_wildcard(text) || has_wildcard(p->path))
		return probe_error(s, p, "Cannot use wildcards with absolute address");
	if (number_parse(text, strlen(text), &p->address, &error))
		return probe_error(s, p, "Invalid address: %s: %s", error, text);
	return 0;
}

/* The program of the process of -p, below that process's root. */
static int path_of_process(struct script *s, struct probe *p)
{
	char link[64], exe[4096];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/%d/exe", s->host->pid);
	len = readlink(link, exe, sizeof(exe) - 1);
	if (len < 0)
		return probe_error_hint(s, p, "is that process still there? The program may be named: "
					"uprobe:BINARY:FUNCTION", "error finding uprobe target: %s: %s", link,
					strerror(errno));
	exe[len] = 0;
	p->path = arena_printf(s->arena, "/proc/%d/root%s", s->host->pid, exe);
	return 0;
}

static int parse_uprobe(struct script *s, struct probe *p)
{
	for (unsigned i = 0; i < p->n_parts; i++)
		if (!strcmp(p->part[i], "@")) {
			diag_hint(s->diags, diag_error(s->diags, DIAG_NOT_BUILT, p->span,
						       "source locations are not supported by this version"),
				  "a place in a function: %s:BINARY:FUNCTION+OFFSET; `objdump -dl` tells offsets",
				  p->kind->name);
			return -1;
		}
	if (p->n_parts > 3)
		return probe_error(s, p, "%s probe type requires %s arguments, found %u",
				   p->kind->name, p->kind->counts, p->n_parts);
	if (p->n_parts == 1) {
		if (path_of_process(s, p))
			return -1;
		return parse_function(s, p, p->part[0]);
	}
	p->path = p->part[0];
	if (!*p->path)
		return probe_error(s, p, "uprobe should have a target");
	if (p->n_parts == 3 && !strcmp(p->part[1], "cpp")) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_NOT_BUILT, p->span,
					       "C++ names are not supported by this version"),
			  "the name as the linker has it, which `nm` shows: %s:BINARY:_Z...", p->kind->name);
		return -1;
	}
	if (p->n_parts == 3)
		return probe_error(s, p, "unsupported language type: %s", p->part[1]);
	return parse_function(s, p, p->part[1]);
}

/* ---- which functions ---- */

struct paths {
	struct script *s;
	VEC(const char *) of;
};

static int add_path(void *ctx, const char *path)
{
	struct paths *paths = ctx;

	vec_push(&paths->of, arena_strdup(paths->s->arena, path));
	return 0;
}

static struct elf_file *open_binary(const struct host *h, const char *path)
{
	struct elf_file *f;
	char buf[4096];

	return elf_open(elf_path_in(h, path, buf, sizeof(buf)), &f) ? NULL : f;
}

static int each_function(struct script *s, const struct probe *p, const char *path,
			 const char *function, target_fn each, void *ctx)
{
	struct attach_target t = probe_target(p);

	t.path = path;
	t.function = function;
	if (!function)
		t.name = arena_printf(s->arena, "%s:%s:%llu", p->kind->name, path,
				      (unsigned long long)p->address);
	else if (p->offset)
		t.name = arena_printf(s->arena, "%s:%s:%s+%llu", p->kind->name, path, function,
				      (unsigned long long)p->offset);
	else
		t.name = arena_printf(s->arena, "%s:%s:%s", p->kind->name, path, function);
	return each(ctx, &t);
}

/* What wildcards match: parts that the compiler split off, and functions without a known size, are
 * not meant. */
static bool is_meant(const struct elf_function *f, const char *pattern)
{
	return f->size && wildcard_match(pattern, f->name) && !strstr(f->name, ".part.");
}

static int match_functions(struct script *s, const struct probe *p, const char *path,
			   struct elf_file *f, target_fn each, void *ctx)
{
	const struct elf_function *all;
	const char *last = "";
	size_t n_all;
	int n = 0, err = 0;

	all = elf_functions(f, &n_all);
	for (size_t i = 0; i < n_all && !err; i++) {
		if (!strcmp(all[i].name, last) || !is_meant(&all[i], p->function))
			continue;
		last = all[i].name;
		err = each_function(s, p, path, arena_strdup(s->arena, last), each, ctx);
		n++;
	}
	return err ? err : n;
}

static int match_binary(struct script *s, const struct probe *p, const char *path, target_fn each,
			void *ctx)
{
	struct elf_file *f;
	int n = 0;

	if (!p->function) {
		n = each_function(s, p, path, NULL, each, ctx);
		return n ? n : 1;
	}
	f = open_binary(s->host, path);
	if (!f)
		return 0;
	if (has_wildcard(p->function)) {
		n = match_functions(s, p, path, f, each, ctx);
	} else if (elf_function(f, p->function)) {
		n = each_function(s, p, path, p->function, each, ctx);
		n = n ? n : 1;
	}
	elf_close(f);
	return n;
}

static int find_binaries(struct script *s, const struct probe *p, struct paths *paths)
{
	elf_find(s->host, p->path, add_path, paths);
	if (has_wildcard(p->path))
		return 0;
	if (!paths->of.n)
		return probe_error_hint(s, p, "a path, or the name of a program that is in PATH or of a library",
					"uprobe target file '%s' does not exist or is not executable",
					p->path);
	if (paths->of.n > 1)
		diag_warning(s->diags, DIAG_MANY_BINARIES, p->span,
			     "attaching to uprobe target file '%s' but matched %zu binaries",
			     paths->of.v[0], paths->of.n);
	paths->of.n = 1;
	return 0;
}

static int match_uprobe(struct script *s, const struct probe *p, target_fn each, void *ctx)
{
	struct paths paths = { .s = s };
	int n = find_binaries(s, p, &paths), got = 0;

	for (size_t i = 0; i < paths.of.n && n >= 0 && got >= 0; i++) {
		got = match_binary(s, p, paths.of.v[i], each, ctx);
		n = got < 0 ? got : n + got;
	}
	vec_done(&paths.of);
	return n;
}

static const char *nearest_function(struct script *s, const struct probe *p)
{
	struct nearest near = { .want = p->function, .arena = s->arena };
	struct paths paths = { .s = s };
	const struct elf_function *all;
	struct elf_file *f = NULL;
	const char *path = NULL;
	size_t n;

	if (elf_find(s->host, p->path, add_path, &paths) > 0)
		path = paths.of.v[0];
	vec_done(&paths.of);
	f = path ? open_binary(s->host, path) : NULL;
	if (!f)
		return NULL;
	all = elf_functions(f, &n);
	for (size_t i = 0; i < n; i++)
		nearest_offer(&near, all[i].name);
	elf_close(f);
	return near.best ? arena_printf(s->arena, "%s:%s", p->path, near.best) : NULL;
}

/* ---- the code ---- */

/* Links of one process alone meant one thread before 6.10 (46ba0e49b642). */
static void decide_uprobe(struct script *s, const struct unit *u, struct prog_desc *d)
{
	uint32_t since = s->host->pid ? KERNEL_VERSION(6, 10, 0) : KERNEL_VERSION(6, 6, 0);

	(void)u;
	if (s->host->kernel_version >= since)
		d->attach_type = (enum bpf_attach_type)ATTACH_UPROBE_MULTI;
}

/* At a return, the helper knows where the function began; for perf events since 6.7. */
static struct value emit_func(struct cg *cg)
{
	const struct type *t = type_int(cg_script_mut(cg)->types, 64, false);
	const struct unit *u = cg_unit(cg);
	struct script *s = cg_script_mut(cg);

	if (is_return(u->probe->kind)) {
		if ((int)u->desc->attach_type != ATTACH_UPROBE_MULTI &&
		    s->host->kernel_version < KERNEL_VERSION(6, 7, 0))
			diag_error(s->diags, DIAG_PROBE_DATA, u->probe->span,
				   "BPF_FUNC_get_func_ip not available for your kernel version. "
				   "Consider using the 'probe' builtin instead.");
		return cg_value(cg_helper(cg, BPF_FUNC_get_func_ip, 1, cg_ctx(cg)), t);
	}
	return cg_value(cg_ctx_load(cg, (uint64_t)arch_ip(), 8, false), t);
}

/* ---- attaching ---- */

/* The targets of one binary, and where they lie in it. */
struct group {
	struct run *run;
	const struct prog_desc *d;
	const char *path;              /* as this process reaches it */
	struct elf_file *file;
	VEC(const struct attach_target *) targets;
	VEC(uint64_t) offsets;
};

#define UNSAFE_HINT                                                                                \
	"\nUse --unsafe to force attachment. WARNING: This option could lead to data corruption "  \
	"in the target process."

/* What is wrong with a place that is not the start of a function; --unsafe turns errors into
 * warnings. */
static int complain(const struct group *g, const char *error, const char *warning,
		    const char *where, char *reason, size_t size)
{
	if (run_host(g->run)->unsafe) {
		run_complain(g->run, false, "%s: %s", warning, where);
		return 0;
	}
	snprintf(reason, size, "%s: %s" UNSAFE_HINT, error, where);
	return -EINVAL;
}

/* A breakpoint must replace the first byte of an instruction: those from the start of the function
 * on are counted through. */
static int check_boundary(const struct group *g, const struct attach_target *t,
			  const struct elf_function *f, uint64_t offset, char *reason, size_t size)
{
	size_t len, at = 0, step = 1;
	uint8_t *code = xmalloc(f->size);
	char where[512];
	uint64_t start;

	len = elf_offset(g->file, f->address, &start) ? 0 : elf_read(g->file, start, code, f->size);
	while (at < offset && step) {
		step = at < len ? arch_instruction_length(code + at, len - at) : 0;
		at += step;
	}
	free(code);
	if (at == offset)
		return 0;
	snprintf(where, sizeof(where), "%s:%s+%llu", t->path, f->name, (unsigned long long)offset);
	if (step)
		return complain(g, "Could not add uprobe into middle of instruction",
				"Unsafe uprobe in the middle of the instruction", where, reason,
				size);
	return complain(g, "Can't check if uprobe is in proper place", "Unchecked uprobe", where,
			reason, size);
}

static int check_offset(const struct group *g, const struct attach_target *t,
			const struct elf_function *f, char *reason, size_t size)
{
	if (!t->offset)
		return 0;
	if (!f->size) {
		if (run_host(g->run)->unsafe)
			return 0;
		snprintf(reason, size,
			 "Could not determine boundary for %s (symbol has size 0)." UNSAFE_HINT,
			 t->function);
		return -EINVAL;
	}
	if (t->offset < f->size)
		return check_boundary(g, t, f, t->offset, reason, size);
	snprintf(reason, size, "Offset outside the function bounds ('%s' size is %llu)",
		 t->function, (unsigned long long)f->size);
	return -EINVAL;
}

static int resolve_address(const struct group *g, const struct attach_target *t, uint64_t *ret,
			   char *reason, size_t size)
{
	const struct elf_function *f = elf_function_at(g->file, t->address);

	if (f && is_return(g->d->kind) && f->address != t->address) {
		snprintf(reason, size,
			 "uretprobes cannot be attached at function offset. (address "
			 "resolved to: %s+%llu)",
			 f->name, (unsigned long long)(t->address - f->address));
		return -EINVAL;
	}
	if (f && f->size && check_boundary(g, t, f, t->address - f->address, reason, size))
		return -EINVAL;
	if (!elf_offset(g->file, t->address, ret))
		return 0;
	snprintf(reason, size, "Could not resolve address: %s:0x%llx", t->path,
		 (unsigned long long)t->address);
	return -ENOENT;
}

/* Where the target is in the file; -errno with a reason. */
static int resolve_target(const struct group *g, const struct attach_target *t, uint64_t *ret,
			  char *reason, size_t size)
{
	const struct elf_function *f;

	if (!g->file) {
		snprintf(reason, size, "Could not open %s: %s", t->path, strerror(errno));
		return -ENOENT;
	}
	if (!t->function)
		return resolve_address(g, t, ret, reason, size);
	f = elf_function(g->file, t->function);
	if (f && check_offset(g, t, f, reason, size))
		return -EINVAL;
	if (f && !elf_offset(g->file, f->address + t->offset, ret))
		return 0;
	snprintf(reason, size, "Could not resolve symbol: %s:%s", t->path, t->function);
	return -ENOENT;
}

/* Adds a target; its body runs once where several names stand for one place. */
static int add_target(struct group *g, const struct attach_target *t)
{
	char reason[1024];
	uint64_t offset;
	int err = resolve_target(g, t, &offset, reason, sizeof(reason));

	if (err) {
		run_attach_failed(g->run, t, -err, reason);
		return 0;
	}
	for (size_t i = 0; i < g->offsets.n; i++)
		if (g->offsets.v[i] == offset)
			return 1;
	vec_push(&g->targets, t);
	vec_push(&g->offsets, offset);
	return 1;
}

static int link_multi(struct group *g, size_t first, size_t n)
{
	int fd = run_load(g->run, g->d, BPF_PROG_TYPE_KPROBE, ATTACH_UPROBE_MULTI), link;

	if (fd < 0)
		return fd;
	link = multi_link_uprobes(fd, g->path, g->offsets.v + first, n, is_return(g->d->kind),
				  run_host(g->run)->pid);
	if (link < 0)
		return link;
	run_keep_fd(g->run, link, true);
	return 0;
}

static int link_perf(struct group *g, size_t i)
{
	struct perf_event_attr attr = { .config = is_return(g->d->kind) };
	int pid = run_host(g->run)->pid, type = perf_pmu_type("uprobe"), fd;

	if (type < 0)
		return type;
	fd = run_load(g->run, g->d, BPF_PROG_TYPE_KPROBE, 0);
	if (fd < 0)
		return fd;
	attr.type = (uint32_t)type;
	attr.uprobe_path = (uintptr_t)g->path;
	attr.probe_offset = g->offsets.v[i];
	return perf_attach(g->run, &attr, pid ? pid : -1, pid ? -1 : 0, fd);
}

/* The kernel's own ENOTSUPP, for which the C library has no words: x86 refuses instructions with a lock prefix, for one. */
enum { NO_PROBE_ON_INSTRUCTION = 524 };

/* One by one, so that it is known which cannot be attached. Returns how many could not. */
static int link_each(struct group *g, bool multi)
{
	int failed = 0;

	for (size_t i = 0; i < g->offsets.n; i++) {
		int err = multi ? link_multi(g, i, 1) : link_perf(g, i);

		if (!err)
			continue;
		run_attach_failed(g->run, g->targets.v[i], -err, err == -NO_PROBE_ON_INSTRUCTION ?
				  "The kernel cannot put a probe on the instruction that stands there." : NULL);
		failed++;
	}
	return failed;
}

static int link_group(struct group *g)
{
	int err;

	if (!g->offsets.n)
		return 0;
	if ((int)g->d->attach_type != ATTACH_UPROBE_MULTI)
		return link_each(g, false);
	err = link_multi(g, 0, g->offsets.n);
	if (!err)
		return 0;
	return link_each(g, err != -EOPNOTSUPP);
}

/* Attaches the targets from `first` that have its path; those before it with that path are done. */
static int attach_group(struct run *run, const struct prog_desc *d, size_t first)
{
	const char *path = d->targets[first].path;
	struct group g = { .run = run, .d = d };
	char buf[4096];
	int n = 0;

	for (size_t i = 0; i < first; i++)
		if (!strcmp(d->targets[i].path, path))
			return 0;
	g.path = elf_path_in(run_host(run), path, buf, sizeof(buf));
	errno = -elf_open(g.path, &g.file);
	for (size_t i = first; i < d->n_targets; i++)
		if (!strcmp(d->targets[i].path, path))
			n += add_target(&g, &d->targets[i]);
	n -= link_group(&g);
	elf_close(g.file);
	vec_done(&g.targets);
	vec_done(&g.offsets);
	return n;
}

static int attach_uprobe(struct run *run, const struct prog_desc *d)
{
	int n = 0;

	for (size_t i = 0; i < d->n_targets; i++)
		n += attach_group(run, d, i);
	return n;
}

/* ---- -l ---- */

struct listing {
	const struct host *h;
	const char *kind, *pattern;
	bool of_process;               /* files that were found in the process of -p */
	line_fn each;
	void *ctx;
};

static int list_binary(void *ctx, const char *path)
{
	struct listing *l = ctx;
	struct elf_file *f = open_binary(l->h, path);
	const struct elf_function *all;
	struct strbuf name = { 0 };
	const char *last = "";
	size_t n = 0;
	int err = 0;

	if (!f)
		return 0;
	all = elf_functions(f, &n);
	for (size_t i = 0; i < n && !err; i++) {
		if (!strcmp(all[i].name, last) || !is_meant(&all[i], l->pattern))
			continue;
		last = all[i].name;
		strbuf_reset(&name);
		if (l->of_process)
			strbuf_printf(&name, "/proc/%d/root", l->h->pid);
		strbuf_printf(&name, "%s:%s", path, last);
		err = list_line(l->kind, name.data, "*", l->each, l->ctx);
	}
	strbuf_done(&name);
	elf_close(f);
	return err;
}

static int list_functions(const struct host *h, const char *kind, const char *pattern, line_fn each,
			  void *ctx)
{
	const char *colon = strrchr(pattern, ':');
	struct listing l = {
		.h = h,
		.kind = kind,
		.pattern = colon ? colon + 1 : pattern,
		.each = each,
		.ctx = ctx,
	};
	char path[4096] = "*";
	int n;

	if (colon && snprintf(path, sizeof(path), "%.*s", (int)(colon - pattern), pattern) >=
			     (int)sizeof(path))
		return 0;
	if (strcmp(path, "*") && !strchr(path, '/'))
		return 0;
	if (!colon && strchr(pattern, '/'))
		return 0;
	l.of_process = names_process(h) && !strcmp(path, "*");
	n = elf_find(h, path, list_binary, &l);
	return n < 0 ? n : 0;
}

static int list_uprobe(const struct host *h, const char *pattern, bool with_params, line_fn each,
		       void *ctx)
{
	(void)with_params;
	return list_functions(h, "uprobe", pattern, each, ctx);
}

static int list_uretprobe(const struct host *h, const char *pattern, bool with_params, line_fn each,
			  void *ctx)
{
	(void)with_params;
	return list_functions(h, "uretprobe", pattern, each, ctx);
}

const struct probe_kind probes_uprobe[] = {
	{
		.name = "uprobe",
		.aliases = "u",
		.spec = "uprobe:binary:function[+offset]",
		.doc = "Runs where a function of a program or library begins: uprobe:libc:malloc. "
		       "The binary is a path, a program of $PATH, or a library's name; with -p it "
		       "may be left out.",
		.counts = "2 or 3",
		.min_parts = 2,
		.max_parts = MAX_PROBE_PARTS,
		.pid_gives_path = true,
		.gives = GIVES_ARGN | GIVES_FUNC | GIVES_REGS | GIVES_CTX | GIVES_USERMODE |
			 GIVES_SIGNAL,
		.as = AS_USER,
		.pid_filter = PID_FILTER_ATTACH,
		.reverse_order = true,
		.prog_type = BPF_PROG_TYPE_KPROBE,
		.parse = COMPILE_SIDE(parse_uprobe),
		.match = COMPILE_SIDE(match_uprobe),
		.nearest = COMPILE_SIDE(nearest_function),
		.decide = COMPILE_SIDE(decide_uprobe),
		.emit_arg = COMPILE_SIDE(regs_arg),
		.emit_func = COMPILE_SIDE(emit_func),
		.attach = attach_uprobe,
		.list = list_uprobe,
	},
	{
		.name = "uretprobe",
		.aliases = "ur",
		.spec = "uretprobe:binary:function",
		.doc = "Runs where a function of a program or library returns; retval is what it "
		       "returns.",
		.counts = "2 or 3",
		.min_parts = 2,
		.max_parts = MAX_PROBE_PARTS,
		.pid_gives_path = true,
		.gives = GIVES_RETVAL | GIVES_FUNC | GIVES_REGS | GIVES_CTX | GIVES_USERMODE |
			 GIVES_SIGNAL,
		.as = AS_USER,
		.pid_filter = PID_FILTER_ATTACH,
		.reverse_order = true,
		.prog_type = BPF_PROG_TYPE_KPROBE,
		.parse = COMPILE_SIDE(parse_uprobe),
		.match = COMPILE_SIDE(match_uprobe),
		.nearest = COMPILE_SIDE(nearest_function),
		.decide = COMPILE_SIDE(decide_uprobe),
		.emit_retval = COMPILE_SIDE(regs_retval),
		.emit_func = COMPILE_SIDE(emit_func),
		.attach = attach_uprobe,
		.list = list_uretprobe,
	},
	{ 0 },
};
