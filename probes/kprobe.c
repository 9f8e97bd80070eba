#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ast/script.h"
#include "ast/type.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/kallsyms.h"
#include "base/str.h"
#include "codegen/cg.h"
#include "probes/arch.h"
#include "probes/btf.h"
#include "probes/probe_priv.h"
#include "probes/traceable.h"
#include "runtime/run.h"

/* kprobe and kretprobe: functions of the kernel. Many functions take one link where the kernel has
 * that and tells their addresses, else a perf event each. attach_target.id: the address, 0: not
 * known. */

extern const struct probe_kind probes_kprobe[];

static bool is_return(const struct probe_kind *k)
{
	return k == &probes_kprobe[1];
}

/* ---- what is asked for ---- */

static int parse_address(struct script *s, struct probe *p, const char *text)
{
	const char *error;

	if (number_parse(text, strlen(text), &p->address, &error))
		return probe_error(s, p, "Invalid address: %s: %s", error, text);
	if (!s->host->unsafe)
		return probe_error_hint(s, p, "a function, or a place in one, needs no --unsafe: kprobe:FUNCTION+OFFSET",
					"Probing by address requires --unsafe");
	return 0;
}

static int parse_kprobe(struct script *s, struct probe *p)
{
	const char *text = p->part[p->n_parts - 1];

	if (!*text)
		return probe_error(s, p, "kprobes should be attached to a function or an address");
	if (p->n_parts == 2 && *p->part[0])
		p->path = p->part[0];
	if (is_number(text) && !p->path)
		return parse_address(s, p, text);
	if (function_parse(s, p, text))
		return -1;
	if (p->offset && is_return(p->kind))
		return probe_error(s, p, "Offset not allowed");
	return 0;
}

/* ---- which functions ---- */

static int each_function(struct script *s, const struct probe *p,
			 const struct traceable_function *f, target_fn each, void *ctx)
{
	struct attach_target t = probe_target(p);
	const char *colon = p->path ? ":" : "";

	t.path = p->path ? f->module : NULL;
	t.function = f->name;
	t.id = (int64_t)f->address;
	t.name = arena_printf(s->arena, "%s%s%s:%s", p->kind->name, colon, p->path ? f->module : "",
			      f->name);
	if (p->offset)
		t.name = arena_printf(s->arena, "%s+%llu", t.name, (unsigned long long)p->offset);
	return each(ctx, &t);
}

/* Functions that only their address tells apart, when the kernel does not tell it: none can be
 * asked for. */
static bool is_ambiguous(const struct traceable *all, size_t i)
{
	const struct traceable_function *f = &all->v[i];

	return !f->address && ((i && !strcmp(f->name, f[-1].name)) ||
			       (i + 1 < all->n && !strcmp(f->name, f[1].name)));
}

static int match_pattern(struct script *s, const struct probe *p, target_fn each, void *ctx)
{
	const struct traceable *all;
	int err = traceable_read(s->host, &all), n = 0;

	if (err) {
		struct diag *d = diag_error(s->diags, DIAG_SYSTEM, p->span,
					    "Cannot read the list of traceable functions: %s",
					    strerror(-err));

		diag_hint(s->diags, d,
			  "A list of your own can be given with --traceable-functions.");
		return -1;
	}
	for (size_t i = 0; i < all->n && !err; i++) {
		const struct traceable_function *f = &all->v[i];

		if (!wildcard_match(p->function, f->name) || strstr(f->name, ".part.") ||
		    is_ambiguous(all, i) || (p->path && !wildcard_match(p->path, f->module)))
			continue;
		err = each_function(s, p, f, each, ctx);
		n++;
	}
	return err ? err : n;
}

static int match_address(struct script *s, const struct probe *p, target_fn each, void *ctx)
{
	struct attach_target t = probe_target(p);
	int err;

	t.name = arena_printf(s->arena, "%s:%llu", p->kind->name, (unsigned long long)p->address);
	err = each(ctx, &t);
	return err ? err : 1;
}

/* A name that is not in the list: a missing probe, unless --unsafe wants to see for itself. */
static int match_untraceable(struct script *s, const struct probe *p, target_fn each, void *ctx)
{
	struct traceable_function f = { .name = p->function, .module = p->path };
	int err;

	if (s->settings.missing_probes != MISSING_IGNORE)
		diag_warning(s->diags, DIAG_NOT_TRACEABLE, p->span,
			     "%s is not traceable (either non-existing, inlined, or marked as "
			     "\"notrace\"); attaching to it will likely fail",
			     p->function);
	if (!s->host->unsafe)
		return 0;
	err = each_function(s, p, &f, each, ctx);
	return err ? err : 1;
}

/* By either of its names; ret_alias: room for the one that is not in the list. */
static const struct traceable_function *find_function(const struct traceable *all, const struct probe *p,
						      struct traceable_function *ret_alias)
{
	const struct traceable_function *f = traceable_find(all, p->function, p->path);

	if (f || (p->path && strcmp(p->path, "vmlinux")))
		return f;
	f = traceable_find_alias(all, p->function);
	if (!f)
		return NULL;
	*ret_alias = *f;
	ret_alias->name = p->function;
	return ret_alias;
}

static int match_kprobe(struct script *s, const struct probe *p, target_fn each, void *ctx)
{
	const struct traceable_function *f;
	struct traceable_function alias, unknown = { .name = p->function, .module = p->path };
	const struct traceable *all;
	int err;

	if (!p->function)
		return match_address(s, p, each, ctx);
	if (p->path && !has_wildcard(p->path) && !traceable_has_module(p->path)) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_PROBE_MISSING, p->span,
					       "specified module %s in probe %s:%s:%s is not loaded.", p->path,
					       p->kind->name, p->path, p->function),
			  "`modprobe %s` loads it; functions of the kernel itself are in vmlinux", p->path);
		return 0;
	}
	if (has_wildcard(p->function) || (p->path && has_wildcard(p->path)))
		return match_pattern(s, p, each, ctx);
	if (traceable_read(s->host, &all)) {
		if (p->is_guess)
			return 0;
		f = &unknown; /* the kernel decides when it is attached */
	} else {
		f = find_function(all, p, &alias);
		if (!f)
			return match_untraceable(s, p, each, ctx);
	}
	err = each_function(s, p, f, each, ctx);
	return err ? err : 1;
}

static const char *nearest_function(struct script *s, const struct probe *p)
{
	struct nearest near = { .want = p->function, .arena = s->arena };
	const struct traceable *all;

	if (traceable_read(s->host, &all))
		return NULL;
	for (size_t i = 0; i < all->n; i++)
		nearest_offer(&near, all->v[i].name);
	return near.best;
}

/* ---- the code ---- */

static bool has_offsets(const struct unit *u)
{
	for (size_t i = 0; i < u->n_targets; i++)
		if (u->targets[i].offset || !u->targets[i].function)
			return true;
	return false;
}

static void decide_kprobe(struct script *s, const struct unit *u, struct prog_desc *d)
{
	bool multi = u->n_targets > 1 && !has_offsets(u) &&
		     s->host->kernel_version >= KERNEL_VERSION(5, 18, 0);

	for (size_t i = 0; i < u->n_targets && multi; i++)
		multi = u->targets[i].id != 0;
	if (multi)
		d->attach_type = (enum bpf_attach_type)ATTACH_KPROBE_MULTI;
}

/* Inside a function, the place is where the breakpoint was; the helper knows only of functions. */
static struct value emit_func(struct cg *cg)
{
	const struct type *t = type_int(cg_script_mut(cg)->types, 64, false);

	if (is_return(cg_unit(cg)->probe->kind) || !has_offsets(cg_unit(cg)))
		return cg_value(cg_helper(cg, BPF_FUNC_get_func_ip, 1, cg_ctx(cg)), t);
	return cg_value(cg_op(cg, OP_SUB, cg_ctx_load(cg, (uint64_t)arch_ip(), 8, false),
			      cg_const(cg, ARCH_BREAKPOINT_SIZE)), t);
}

/* ---- attaching ---- */

/* The distance from a function to the next symbol; 0: not known. */
static uint64_t function_size(const char *name)
{
	uint64_t start = 0, next = UINT64_MAX;
	struct kallsym sym;
	const char *at;
	size_t len;
	char *text;

	if (host_read_file("/proc/kallsyms", &text, &len))
		return 0;
	for (at = text; !start && kallsyms_next(&at, &sym);)
		if (kallsym_is(&sym, name))
			start = sym.address;
	for (at = text; start && kallsyms_next(&at, &sym);)
		if (sym.address > start && sym.address < next)
			next = sym.address;
	free(text);
	return start && next < UINT64_MAX ? next - start : 0;
}

/* The kernel would take an offset behind the function for one in the next. */
static int check_bounds(struct run *run, const struct attach_target *t)
{
	uint64_t size = t->offset ? function_size(t->function) : 0;
	char reason[512];

	if (!size || t->offset < size)
		return 0;
	snprintf(reason, sizeof(reason), "Offset outside the function bounds ('%s' size is %llu)",
		 t->function, (unsigned long long)size);
	run_attach_failed(run, t, EINVAL, reason);
	return -1;
}

static void say_failed(struct run *run, const struct attach_target *t, int err)
{
	char reason[512];

	switch (err) {
	case EILSEQ:
		run_attach_failed(run, t, err,
				  "Possible attachment attempt in the middle of an instruction, "
				  "try a different offset.");
		return;
	case EADDRNOTAVAIL:
		snprintf(reason, sizeof(reason), "Several functions of the kernel are called '%s'. Name one by "
			 "its address, which is in /proc/kallsyms, with --unsafe.",
			 t->function ? t->function : t->name);
		run_attach_failed(run, t, err, reason);
		return;
	case ENODEV:
		run_attach_failed(run, t, err,
				  "This kernel has no kprobes (CONFIG_KPROBE_EVENTS).");
		return;
	case ENOENT:
		run_attach_failed(run, t, err, "");
		return;
	default:
		run_attach_failed(run, t, err, NULL);
	}
}

static int link_perf(struct run *run, const struct prog_desc *d, const struct attach_target *t,
		     bool by_address)
{
	struct perf_event_attr attr = { .config = is_return(d->kind) };
	int type = perf_pmu_type("kprobe"), fd;
	char name[256];

	if (type < 0)
		return -ENODEV;
	fd = run_load(run, d, BPF_PROG_TYPE_KPROBE, 0);
	if (fd < 0)
		return fd;
	attr.type = (uint32_t)type;
	if (t->function && !by_address) {
		bool in_module = t->path && strcmp(t->path, "vmlinux");

		snprintf(name, sizeof(name), "%s%s%s", in_module ? t->path : "",
			 in_module ? ":" : "", t->function);
		attr.kprobe_func = (uintptr_t)name;
		attr.probe_offset = t->offset;
	} else {
		attr.kprobe_addr = t->function ? (uint64_t)t->id : t->address;
	}
	return perf_attach(run, &attr, -1, 0, fd);
}

static int link_multi(struct run *run, const struct prog_desc *d)
{
	int fd = run_load(run, d, BPF_PROG_TYPE_KPROBE, ATTACH_KPROBE_MULTI), link;
	uint64_t *addresses;

	if (fd < 0)
		return fd;
	addresses = xmalloc(d->n_targets * sizeof(*addresses));
	for (size_t i = 0; i < d->n_targets; i++)
		addresses[i] = (uint64_t)d->targets[i].id;
	link = multi_link_kprobes(fd, addresses, d->n_targets, is_return(d->kind));
	free(addresses);
	if (link < 0)
		return link;
	run_keep_fd(run, link, true);
	return 0;
}

static int attach_kprobe(struct run *run, const struct prog_desc *d)
{
	int n = 0, err;

	/* What the link refuses as a whole is tried one by one, so that it is known what it was. */
	if ((int)d->attach_type == ATTACH_KPROBE_MULTI && !link_multi(run, d))
		return (int)d->n_targets;
	for (size_t i = 0; i < d->n_targets; i++) {
		if (check_bounds(run, &d->targets[i]))
			continue;
		err = link_perf(run, d, &d->targets[i], false);
		/* one of several functions of that name */
		if (err == -EADDRNOTAVAIL && d->targets[i].id && !d->targets[i].offset)
			err = link_perf(run, d, &d->targets[i], true);
		if (err)
			say_failed(run, &d->targets[i], -err);
		else
			n++;
	}
	return n;
}

/* ---- -l ---- */

/* Names that match, with the module in front when the pattern has one. The caller frees each. */
static void collect_names(const struct traceable *all, const char *pattern, struct names *ret)
{
	bool with_module = strchr(pattern, ':');
	struct strbuf text = { 0 };
	const char *last = "";

	for (size_t i = 0; i < all->n; i++) {
		const struct traceable_function *f = &all->v[i];

		if (!with_module && !strcmp(f->name, last))
			continue;
		last = f->name;
		strbuf_reset(&text);
		if (with_module)
			strbuf_printf(&text, "%s:", f->module);
		strbuf_puts(&text, f->name);
		if (wildcard_match(pattern, text.data))
			vec_push(&ret->of, xstrdup(text.data));
	}
	strbuf_done(&text);
	if (with_module)
		names_sort(ret);
}

struct listing {
	struct kernel_btf *btf;        /* NULL: no parameters are asked for, or there is none */
	line_fn each;
	void *ctx;
};

static int list_param(void *ctx, const struct trace_param *p)
{
	struct listing *l = ctx;
	struct strbuf line = { 0 };
	int err;

	strbuf_puts(&line, "    ");
	btf_type_text(l->btf, p->id, &line);
	strbuf_printf(&line, " %s", p->name);
	err = l->each(l->ctx, line.data);
	strbuf_done(&line);
	return err;
}

static int list_function(struct listing *l, const struct probe_kind *k, const char *name)
{
	const char *colon = strchr(name, ':');
	int err = list_line(k->name, name, "*", l->each, l->ctx);

	if (err || !l->btf)
		return err;
	err = btf_function_params(l->btf, colon ? colon + 1 : name, is_return(k), list_param, l);
	return err > 0 ? err : 0;
}

static int list_functions(const struct host *h, const struct probe_kind *k, const char *pattern,
			  bool with_params, line_fn each, void *ctx)
{
	struct listing l = { .each = each, .ctx = ctx };
	struct names names = { 0 };
	const struct traceable *all;
	int err = 0;

	if (traceable_read(h, &all))
		return 0;
	if (with_params && btf_open("vmlinux", NULL, &l.btf))
		l.btf = NULL;
	collect_names(all, pattern, &names);
	for (size_t i = 0; i < names.of.n; i++) {
		if (!err)
			err = list_function(&l, k, names.of.v[i]);
		free((char *)names.of.v[i]);
	}
	vec_done(&names.of);
	btf_close(l.btf);
	return err;
}

static int list_kprobe(const struct host *h, const char *pattern, bool with_params, line_fn each,
		       void *ctx)
{
	return list_functions(h, &probes_kprobe[0], pattern, with_params, each, ctx);
}

static int list_kretprobe(const struct host *h, const char *pattern, bool with_params, line_fn each,
			  void *ctx)
{
	return list_functions(h, &probes_kprobe[1], pattern, with_params, each, ctx);
}

const struct probe_kind probes_kprobe[] = {
	{
		.name = "kprobe",
		.aliases = "k",
		.spec = "kprobe[:module]:function[+offset]",
		.doc = "Runs where a function of the kernel begins; arg0, arg1 ... are its "
		       "arguments.",
		.counts = "1 or 2",
		.min_parts = 1,
		.max_parts = 2,
		.gives = GIVES_ARGN | GIVES_FUNC | GIVES_REGS | GIVES_CTX | GIVES_USERMODE |
			 GIVES_SIGNAL,
		.as = AS_KERNEL,
		.pid_filter = PID_FILTER_PROGRAM,
		.reverse_order = true,
		.prog_type = BPF_PROG_TYPE_KPROBE,
		.parse = COMPILE_SIDE(parse_kprobe),
		.match = COMPILE_SIDE(match_kprobe),
		.nearest = COMPILE_SIDE(nearest_function),
		.decide = COMPILE_SIDE(decide_kprobe),
		.emit_arg = COMPILE_SIDE(regs_arg),
		.emit_func = COMPILE_SIDE(emit_func),
		.attach = attach_kprobe,
		.list = list_kprobe,
	},
	{
		.name = "kretprobe",
		.aliases = "kr",
		.spec = "kretprobe[:module]:function",
		.doc = "Runs where a function of the kernel returns; retval is what it returns.",
		.counts = "1 or 2",
		.min_parts = 1,
		.max_parts = 2,
		.gives = GIVES_RETVAL | GIVES_FUNC | GIVES_REGS | GIVES_CTX | GIVES_USERMODE |
			 GIVES_SIGNAL,
		.as = AS_KERNEL,
		.pid_filter = PID_FILTER_PROGRAM,
		.prog_type = BPF_PROG_TYPE_KPROBE,
		.parse = COMPILE_SIDE(parse_kprobe),
		.match = COMPILE_SIDE(match_kprobe),
		.nearest = COMPILE_SIDE(nearest_function),
		.decide = COMPILE_SIDE(decide_kprobe),
		.emit_retval = COMPILE_SIDE(regs_retval),
		.emit_func = COMPILE_SIDE(emit_func),
		.attach = attach_kprobe,
		.list = list_kretprobe,
	},
	{ 0 },
};
