#include <bpf/bpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ast/script.h"
#include "ast/type.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/str.h"
#include "codegen/cg.h"
#include "probes/arch.h"
#include "probes/probe_priv.h"
#include "probes/tracefs.h"
#include "probes/tracepoint_priv.h"
#include "runtime/run.h"

/* tracepoint:category:event. A body that looks at the record is attached through perf, whose record
 * is what the format file describes. Without that, a raw tracepoint is cheaper in every way, and
 * one on sys_enter or sys_exit stands for many system calls (prog_desc.how). */
enum how {
	HOW_PERF,
	HOW_RAW,        /* those without a raw tracepoint of their name: perf */
	HOW_SYS_ENTER,  /* targets are told apart by number, in front of the body */
	HOW_SYS_EXIT,
	HOW_SYS_BOTH,   /* the same system calls at both ends */
};

enum { MANY_SYSCALLS = 8, MAX_SYSCALLS = 512, WORDS = MAX_SYSCALLS / 64 };

static const char enter_prefix[] = "sys_enter_", exit_prefix[] = "sys_exit_";

static bool is_enter(const char *event)
{
	return !strncmp(event, enter_prefix, strlen(enter_prefix));
}

static bool is_exit(const char *event)
{
	return !strncmp(event, exit_prefix, strlen(exit_prefix));
}

static bool is_syscall(const struct attach_target *t)
{
	return !strcmp(t->path, "syscalls");
}

/* ---- which events ---- */

static int parse_tracepoint(struct script *s, struct probe *p)
{
	p->path = p->n_parts == 2 ? p->part[0] : "*";
	p->function = p->part[p->n_parts - 1];
	if (!*p->path || !*p->function)
		return probe_error(s, p, "tracepoint probe must have a target");
	return 0;
}

static int64_t syscall_number(const char *category, const char *event)
{
	if (strcmp(category, "syscalls"))
		return -1;
	if (is_enter(event))
		return arch_syscall(event + strlen(enter_prefix));
	return is_exit(event) ? arch_syscall(event + strlen(exit_prefix)) : -1;
}

static int each_event(struct script *s, const struct probe *p, const char *category,
		      const char *event, target_fn each, void *ctx)
{
	struct attach_target t = probe_target(p);

	t.path = category;
	t.function = event;
	t.name = arena_printf(s->arena, "tracepoint:%s:%s", category, event);
	t.id = syscall_number(category, event);
	return each(ctx, &t);
}

static int say_no_tracefs(struct script *s, const struct probe *p, int err)
{
	struct diag *d = diag_error(
		s->diags, DIAG_SYSTEM, p->span, "Cannot read the list of tracepoints: %s",
		host_tracefs(s->host) ? strerror(err) : "tracefs is not mounted");

	diag_hint(s->diags, d, "Run as root, or: mount -t tracefs tracefs /sys/kernel/tracing");
	return -1;
}

static int match_tracepoint(struct script *s, const struct probe *p, target_fn each, void *ctx)
{
	struct tracefs_events ev;
	int err, n = 0;

	if (!has_wildcard(p->path) && !has_wildcard(p->function)) {
		err = tracefs_event_id(s->host, p->path, p->function);
		if (err == -ENOENT && host_tracefs(s->host))
			return 0;
		if (err < 0)
			return say_no_tracefs(s, p, -err);
		err = each_event(s, p, p->path, p->function, each, ctx);
		return err ? err : 1;
	}
	err = tracefs_events(s->host, &ev);
	if (err)
		return say_no_tracefs(s, p, -err);
	for (size_t i = 0; i < ev.n && !err; i++) {
		const char *colon = strchr(ev.names[i], ':');
		char *category;

		if (!colon || !wildcard_match(p->function, colon + 1))
			continue;
		category = arena_strndup(s->arena, ev.names[i], (size_t)(colon - ev.names[i]));
		if (!wildcard_match(p->path, category))
			continue;
		err = each_event(s, p, category, arena_strdup(s->arena, colon + 1), each, ctx);
		n++;
	}
	tracefs_events_done(&ev);
	return err ? err : n;
}

static const char *nearest_tracepoint(struct script *s, const struct probe *p)
{
	struct nearest near = {
		.want = arena_printf(s->arena, "%s:%s", p->path, p->function), .arena = s->arena,
	};
	struct tracefs_events ev;

	if (tracefs_events(s->host, &ev))
		return NULL;
	for (size_t i = 0; i < ev.n; i++) {
		const char *colon = strchr(ev.names[i], ':');

		if (colon &&
		    !strcmp(colon + 1, p->function)) { /* the same event of another category */
			near.best = arena_strdup(s->arena, ev.names[i]);
			break;
		}
		nearest_offer(&near, ev.names[i]);
	}
	tracefs_events_done(&ev);
	return near.best;
}

/* ---- the record ---- */

static const char *missing_field(struct script *s, const struct attach_target *t, const char *name)
{
	if (!strncmp(name, "common_", 7))
		return "BPF does not support accessing common tracepoint fields";
	return arena_printf(
		s->arena,
		"Struct/union of type 'struct tracepoint:%s:%s_args' does not contain a "
		"field named '%s'",
		t->path, t->function, name);
}

static enum addr_space data_as(const struct attach_target *t)
{
	return is_syscall(t) ? AS_USER : AS_KERNEL;
}

/* ---- one program for many system calls ---- */

struct call_set {
	uint64_t enter[WORDS], exit[WORDS];
	size_t n_enter, n_exit;
};

/* False when a target is no system call whose number is known, or stands twice. */
static bool collect_calls(const struct unit *u, struct call_set *set)
{
	for (size_t i = 0; i < u->n_targets; i++) {
		const struct attach_target *t = &u->targets[i];
		bool enter = is_enter(t->function);
		uint64_t *words = enter ? set->enter : set->exit, bit = 1ull << (t->id % 64);

		if (t->id < 0 || t->id >= MAX_SYSCALLS || words[t->id / 64] & bit)
			return false;
		words[t->id / 64] |= bit;
		if (enter)
			set->n_enter++;
		else
			set->n_exit++;
	}
	return true;
}

static enum how decide_how(const struct unit *u)
{
	struct call_set set = { 0 };
	size_t syscalls = 0;

	if (u->uses_context)
		return HOW_PERF;
	for (size_t i = 0; i < u->n_targets; i++)
		syscalls += is_syscall(&u->targets[i]);
	if (syscalls < u->n_targets)
		return HOW_RAW;
	if (syscalls < MANY_SYSCALLS || !collect_calls(u, &set))
		return HOW_PERF;
	if (!set.n_exit)
		return HOW_SYS_ENTER;
	if (!set.n_enter)
		return HOW_SYS_EXIT;
	return memcmp(set.enter, set.exit, sizeof(set.enter)) ? HOW_PERF : HOW_SYS_BOTH;
}

static void decide_tracepoint(struct script *s, const struct unit *u, struct prog_desc *d)
{
	(void)s;
	d->how = decide_how(u);
	d->prog_type = d->how == HOW_PERF ? BPF_PROG_TYPE_TRACEPOINT : BPF_PROG_TYPE_RAW_TRACEPOINT;
}

/* One program on sys_enter or on sys_exit sees the number of the call: the target's id. */
static bool tells_target(const struct unit *u)
{
	enum how how = decide_how(u);

	return how == HOW_SYS_ENTER || how == HOW_SYS_EXIT;
}

/* The number of the call: sys_enter has (registers, number), sys_exit (registers, result). */
static ref call_number(struct cg *cg, enum how how)
{
	ref regs, nr;

	if (how == HOW_SYS_ENTER)
		return cg_ctx_load(cg, 8, 8, false);
	regs = cg_ctx_load(cg, 0, 8, false);
	nr = cg_temp(cg, 8, "nr");
	cg_probe_read(
		cg, nr, 8,
		cg_as_ptr(cg, cg_op(cg, OP_ADD, regs, cg_const(cg, (uint64_t)arch_syscall_nr()))),
		AS_KERNEL, cg_target(cg)->span);
	return cg_load(cg, nr, 0, 8, false);
}

static ref emit_target(struct cg *cg)
{
	return call_number(cg, (enum how)cg_unit(cg)->desc->how);
}

static void emit_prologue(struct cg *cg)
{
	const struct unit *u = cg_unit(cg);
	enum how how = (enum how)u->desc->how;
	struct call_set set = { 0 };
	const uint64_t *words;
	ref nr, word, set_word, task;

	if (how < HOW_SYS_ENTER)
		return;
	collect_calls(u, &set);
	words = how == HOW_SYS_EXIT ? set.exit : set.enter;
	nr = call_number(cg, how);
	word = cg_op(cg, OP_SHR, nr, cg_const(cg, 6));
	set_word = cg_const(cg, 0);
	for (uint64_t i = 0; i < WORDS; i++)
		if (words[i])
			set_word =
				cg_select(cg, cg_compare(cg, OP_EQ, false, word, cg_const(cg, i)),
					  cg_const(cg, words[i]), set_word);
	nr = cg_op(cg, OP_BIT_AND, nr, cg_const(cg, 63));
	nr = cg_op(cg, OP_BIT_AND, cg_op(cg, OP_SHR, set_word, nr), cg_const(cg, 1));
	cg_leave_unless(cg, cg_compare(cg, OP_NE, false, nr, cg_const(cg, 0)));
	/* As the tracepoints of the calls themselves: none for the 32-bit ABI. */
	task = cg_load(cg, cg_helper_ptr(cg, BPF_FUNC_get_current_task_btf, 0), ARCH_TASK_STATUS, 4,
		       false);
	task = cg_op(cg, OP_BIT_AND, task, cg_const(cg, ARCH_STATUS_COMPAT));
	cg_leave_unless(cg, cg_compare(cg, OP_EQ, false, task, cg_const(cg, 0)));
}

/* ---- attaching ---- */

/* Through perf a tracepoint takes so many programs, of everybody together (BPF_TRACE_MAX_PROGS). */
#define MAX_PROGRAMS "64"

static int attach_perf(struct run *run, const struct prog_desc *d, const struct attach_target *t,
		       const char **ret_reason)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .sample_period = 1 };
	int id = tracefs_event_id(run_host(run), t->path, t->function), fd, err;

	if (id < 0)
		return id;
	fd = run_load(run, d, BPF_PROG_TYPE_TRACEPOINT, 0);
	if (fd < 0)
		return fd;
	attr.config = (uint64_t)id;
	err = perf_attach(run, &attr, -1, 0, fd);
	if (err == -E2BIG)
		*ret_reason = "The kernel runs at most " MAX_PROGRAMS " programs at a tracepoint, those of others "
			      "included. Write what several probes do there as one probe: predicates become "
			      "`if`.";
	return err;
}

static int attach_raw(struct run *run, const struct prog_desc *d, const char *event)
{
	int fd = run_load(run, d, BPF_PROG_TYPE_RAW_TRACEPOINT, 0), link;

	if (fd < 0)
		return fd;
	link = bpf_raw_tracepoint_open(event, fd);
	if (link < 0)
		return -errno;
	run_keep_fd(run, link, false);
	return 0;
}

static int attach_target(struct run *run, const struct prog_desc *d, const struct attach_target *t,
			 const char **ret_reason)
{
	int err = -ENOENT;

	if (d->how == HOW_RAW && !is_syscall(t))
		err = attach_raw(run, d, t->function);
	/* Some events have another name than their raw tracepoint; twice the same is EEXIST. */
	return err == -ENOENT || err == -EEXIST ? attach_perf(run, d, t, ret_reason) : err;
}

static int attach_calls(struct run *run, const struct prog_desc *d)
{
	int err = 0;

	if (d->how != HOW_SYS_EXIT)
		err = attach_raw(run, d, "sys_enter");
	if (!err && d->how != HOW_SYS_ENTER)
		err = attach_raw(run, d, "sys_exit");
	return err ? err : (int)d->n_targets;
}

static int attach_tracepoint(struct run *run, const struct prog_desc *d)
{
	int n = 0;

	if (d->how >= HOW_SYS_ENTER)
		return attach_calls(run, d);
	for (size_t i = 0; i < d->n_targets; i++) {
		const char *reason = NULL;
		int err = attach_target(run, d, &d->targets[i], &reason);

		if (err)
			run_attach_failed(run, &d->targets[i], -err, reason);
		else
			n++;
	}
	return n;
}

/* ---- -l ---- */

struct lines {
	line_fn each;
	void *ctx;
};

static int list_field(void *ctx, const struct format_field *f)
{
	struct lines *to = ctx;
	struct strbuf line = { 0 };
	int err;

	strbuf_printf(&line, "    %s", f->decl);
	err = to->each(to->ctx, line.data);
	strbuf_done(&line);
	return err;
}

static int list_event(const struct host *h, const char *name, bool with_params, struct lines *to)
{
	const char *colon = strchr(name, ':');
	char category[128];
	int err = list_line("tracepoint", name, "*", to->each, to->ctx);

	if (err || !with_params || !colon)
		return err;
	snprintf(category, sizeof(category), "%.*s", (int)(colon - name), name);
	err = tracefs_format(h, category, colon + 1, list_field, to);
	return err > 0 ? err : 0;
}

static int list_tracepoint(const struct host *h, const char *pattern, bool with_params,
			   line_fn each, void *ctx)
{
	struct lines to = { each, ctx };
	bool any_category = !strchr(pattern, ':');
	struct tracefs_events ev;
	int err = tracefs_events(h, &ev);

	if (err)
		return err;
	for (size_t i = 0; i < ev.n && !err; i++) {
		const char *colon = strchr(ev.names[i], ':');

		if (wildcard_match(pattern, any_category && colon ? colon + 1 : ev.names[i]))
			err = list_event(h, ev.names[i], with_params, &to);
	}
	tracefs_events_done(&ev);
	return err;
}

const struct probe_kind probes_tracepoint[] = {
	{
		.name = "tracepoint",
		.aliases = "t",
		.spec = "tracepoint:category:event",
		.doc = "Runs where the kernel's source has a tracepoint; args are the fields of "
		       "its record.",
		.counts = "2",
		.min_parts = 2,
		.max_parts = 2,
		.wildcard_alone = true,
		.gives = GIVES_ARGS | GIVES_SIGNAL,
		.as = AS_KERNEL,
		.pid_filter = PID_FILTER_PROGRAM,
		.prog_type = BPF_PROG_TYPE_TRACEPOINT,
		.default_return = 1,
		.parse = COMPILE_SIDE(parse_tracepoint),
		.match = COMPILE_SIDE(match_tracepoint),
		.context = COMPILE_SIDE(tracepoint_record),
		.missing_field = COMPILE_SIDE(missing_field),
		.data_as = COMPILE_SIDE(data_as),
		.nearest = COMPILE_SIDE(nearest_tracepoint),
		.decide = COMPILE_SIDE(decide_tracepoint),
		.emit_prologue = COMPILE_SIDE(emit_prologue),
		.tells_target = COMPILE_SIDE(tells_target),
		.emit_target = COMPILE_SIDE(emit_target),
		.emit_field = COMPILE_SIDE(tracepoint_field),
		.attach = attach_tracepoint,
		.list = list_tracepoint,
	},
	{ 0 },
};
