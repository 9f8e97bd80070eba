#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ast/script.h"
#include "ast/type.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "codegen/cg.h"
#include "probes/btf.h"
#include "probes/probe_priv.h"
#include "runtime/run.h"

/* rawtracepoint:module:event: what the kernel's code hands to its tracepoint, before a record is
 * made of it. The context is the arguments, 64 bits each. */

/* ---- which events ---- */

static int parse_raw(struct script *s, struct probe *p)
{
	p->path = p->n_parts == 2 ? p->part[0] : "*";
	p->function = p->part[p->n_parts - 1];
	if (!*p->function)
		return probe_error(s, p, "rawtracepoint should be attached to a function");
	return 0;
}

/* A walk over events of modules, sorted. */
struct walk {
	const char *module, *event;    /* patterns */
	struct names names;            /* of the module being read */
	bool stop_at_first;
	bool no_btf; /* that of the kernel itself cannot be read */
	int n;
	int (*each)(struct walk *w, const char *module, const char *event);
	void *ctx;
};

static int add_name(void *ctx, const char *event)
{
	struct walk *w = ctx;

	if (wildcard_match(w->event, event))
		vec_push(&w->names.of, event);
	return 0;
}

static int walk_module(void *ctx, const char *module)
{
	struct walk *w = ctx;
	struct kernel_btf *b;
	int err = 0;

	if (!wildcard_match(w->module, module) || (w->stop_at_first && w->n))
		return 0;
	if (btf_open(module, NULL, &b)) {
		w->no_btf |= !strcmp(module, "vmlinux");
		return 0;
	}
	w->names.of.n = 0;
	if (has_wildcard(w->event))
		btf_events(b, add_name, w);
	else if (btf_has_event(b, w->event))
		vec_push(&w->names.of, w->event);
	names_sort(&w->names);
	for (size_t i = 0; i < w->names.of.n && !err; i++, w->n++)
		err = w->each(w, module, w->names.of.v[i]);
	btf_close(b);
	return err;
}

/* Returns how many events there were, or what each returned when not 0. An event without wildcards
 * is most likely the kernel's own: the modules are asked only when it is not. */
static int walk_events(struct walk *w)
{
	int err = 0;

	w->stop_at_first = !has_wildcard(w->event);
	if (w->stop_at_first)
		err = walk_module(w, "vmlinux");
	if (!err)
		err = btf_modules(walk_module, w);
	vec_done(&w->names.of);
	return err ? err : w->n;
}

struct match {
	struct script *s;
	const struct probe *p;
	target_fn each;
	void *ctx;
};

static int match_event(struct walk *w, const char *module, const char *event)
{
	struct match *m = w->ctx;
	struct attach_target t = probe_target(m->p);

	t.path = arena_strdup(m->s->arena, module);
	t.function = arena_strdup(m->s->arena, event);
	t.name = arena_printf(m->s->arena, "rawtracepoint:%s:%s", module, event);
	return m->each(m->ctx, &t);
}

static int match_raw(struct script *s, const struct probe *p, target_fn each, void *ctx)
{
	struct match m = { s, p, each, ctx };
	struct walk w = { .module = p->path, .event = p->function, .each = match_event, .ctx = &m };
	int n = walk_events(&w);

	if (n == -ENOENT || n == -EACCES || (!n && w.no_btf)) {
		diag_error(s->diags, DIAG_SYSTEM, p->span,
			   "rawtracepoints require kernel BTF. Try using a "
			   "'tracepoint' instead.");
		return -1;
	}
	return n;
}

static int offer_event(struct walk *w, const char *module, const char *event)
{
	(void)module;
	nearest_offer(w->ctx, event);
	return 0;
}

static const char *nearest_raw(struct script *s, const struct probe *p)
{
	struct nearest near = { .want = p->function, .arena = s->arena };
	struct walk w = { .module = p->path, .event = "*", .each = offer_event, .ctx = &near };

	walk_events(&w);
	return near.best;
}

/* ---- arguments by name ---- */

struct record {
	struct script *s;
	const char *module;
	VEC(struct field) fields;
	uint32_t n;                    /* arguments seen */
};

static int add_field(void *ctx, const struct trace_param *p)
{
	struct record *r = ctx;
	struct field field = { .name = arena_strdup(r->s->arena, p->name), .offset = 8 * r->n };

	kernel_describe(r->s, r->module, p->id, &field);
	if (type_is_scalar(field.type))
		vec_push(&r->fields, field);
	r->n++;
	return 0;
}

/* Calls each for the parameters of an event; -errno. */
static int each_param(struct script *s, const struct attach_target *t,
		      int (*each)(void *ctx, const struct trace_param *p), void *ctx)
{
	struct kernel_btf *b = kernel_btf(s, t->path);

	return b ? btf_event_params(b, t->function, each, ctx) : -ENOENT;
}

static const struct type *raw_record(struct script *s, const struct attach_target *t,
				     struct span use)
{
	const char *name =
		arena_printf(s->arena, "struct rawtracepoint:%s:%s_args", t->path, t->function);
	const struct type *type = record_find(s, name);
	struct record r = { .s = s, .module = t->path };

	if (type)
		return type;
	if (each_param(s, t, add_field, &r)) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_PROBE_DATA, use,
					       "Could not parse arguments of \"%s\": BTF data for the "
					       "function not found",
					       t->function),
			  "arg0, arg1 ... need no BTF");
	} else if (!r.fields.n) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_PROBE_DATA, use, "Cannot read function parameters"),
			  "this event has no arguments");
	} else {
		type = type_struct(
			s->types, name,
			arena_memdup(s->arena, r.fields.v, r.fields.n * sizeof(*r.fields.v)),
			(uint32_t)r.fields.n, 8 * r.n);
		record_keep(s, type);
	}
	vec_done(&r.fields);
	return type;
}

static int has_name(void *ctx, const struct trace_param *p)
{
	return !strcmp(p->name, ctx);
}

static const char *missing_field(struct script *s, const struct attach_target *t, const char *name)
{
	if (each_param(s, t, has_name, arena_strdup(s->arena, name)) > 0)
		return arena_printf(s->arena, "%s has unsupported type", name);
	return arena_printf(s->arena, "Can't find function parameter %s", name);
}

/* ---- the code ---- */

static struct value emit_arg(struct cg *cg, unsigned n)
{
	return cg_value(cg_ctx_load(cg, 8 * n, 8, false),
			type_int(cg_script_mut(cg)->types, 64, false));
}

static struct value emit_field(struct cg *cg, const struct field *f)
{
	ref v = cg_ctx_load(cg, f->offset, 8, false);

	if (f->type == &type_bool)
		return cg_value(cg_bool(cg, cg_compare(cg, OP_NE, false, cg_extend(cg, v, 1, false),
						       cg_const(cg, 0))), f->type);
	return cg_value(f->size < 8 ? cg_extend(cg, v, f->size, f->type->is_signed) : v, f->type);
}

/* ---- attaching ---- */

static int attach_raw(struct run *run, const struct prog_desc *d)
{
	int fd = run_load(run, d, (int)d->prog_type, (int)d->attach_type), n = 0;

	if (fd < 0)
		return fd;
	for (size_t i = 0; i < d->n_targets; i++) {
		const struct attach_target *t = &d->targets[i];
		int link = bpf_raw_tracepoint_open(t->function, fd);
		char reason[160];

		if (link >= 0) {
			run_keep_fd(run, link, false);
			n++;
		} else if (errno == ENOENT) {
			snprintf(reason, sizeof(reason), "Probe does not exist: %s", t->name);
			run_attach_failed(run, t, ENOENT, reason);
		} else if (errno == EINVAL) {
			run_attach_failed(
				run, t, EINVAL,
				"Maybe trying to access arguments beyond what's available "
				"in this tracepoint");
		} else {
			run_attach_failed(run, t, errno, NULL);
		}
	}
	return n;
}

/* ---- -l ---- */

struct listing {
	line_fn each;
	void *ctx;
	bool with_params;
	struct kernel_btf *vmlinux, *module; /* opened when parameters are asked for */
	char open_module[64];
};

static int list_param(void *ctx, const struct trace_param *p)
{
	struct listing *l = ctx;
	struct strbuf line = { 0 };
	int err;

	strbuf_puts(&line, "    ");
	btf_type_text(l->module ? l->module : l->vmlinux, p->id, &line);
	strbuf_printf(&line, " %s", p->name);
	err = l->each(l->ctx, line.data);
	strbuf_done(&line);
	return err;
}

static int list_params(struct listing *l, const char *module, const char *event)
{
	int err;

	if (!l->vmlinux && btf_open("vmlinux", NULL, &l->vmlinux))
		return 0;
	if (strcmp(module, l->open_module)) {
		btf_close(l->module);
		l->module = NULL;
		snprintf(l->open_module, sizeof(l->open_module), "%s", module);
		if (strcmp(module, "vmlinux") && btf_open(module, l->vmlinux, &l->module))
			return 0;
	}
	err = btf_event_params(l->module ? l->module : l->vmlinux, event, list_param, l);
	return err > 0 ? err : 0;
}

static int list_event(struct walk *w, const char *module, const char *event)
{
	struct listing *l = w->ctx;
	struct strbuf text = { 0 };
	int err;

	strbuf_printf(&text, "%s:%s", module, event);
	err = list_line("rawtracepoint", text.data, "*", l->each, l->ctx);
	strbuf_done(&text);
	return err || !l->with_params ? err : list_params(l, module, event);
}

static int list_raw(const struct host *h, const char *pattern, bool with_params, line_fn each,
		    void *ctx)
{
	struct listing l = { .each = each, .ctx = ctx, .with_params = with_params };
	const char *colon = strchr(pattern, ':');
	char module[64] = "*";
	struct walk w = { .module = module,
			  .event = colon ? colon + 1 : pattern,
			  .each = list_event,
			  .ctx = &l };
	int n;

	(void)h;
	if (colon)
		snprintf(module, sizeof(module), "%.*s", (int)(colon - pattern), pattern);
	n = walk_events(&w);
	btf_close(l.module);
	btf_close(l.vmlinux);
	return n == -ENOENT ? 0 : n < 0 ? n : 0;
}

const struct probe_kind probes_rawtracepoint[] = {
	{
		.name = "rawtracepoint",
		.aliases = "rt",
		.spec = "rawtracepoint[:module]:event",
		.doc = "Runs where the kernel's source has a tracepoint, with the arguments it is "
		       "called with.",
		.counts = "1 or 2",
		.min_parts = 1,
		.max_parts = 2,
		.gives = GIVES_ARGN | GIVES_ARGS | GIVES_WHOLE_ARGS | GIVES_SIGNAL,
		.as = AS_KERNEL,
		.pid_filter = PID_FILTER_PROGRAM,
		.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT,
		.parse = COMPILE_SIDE(parse_raw),
		.match = COMPILE_SIDE(match_raw),
		.nearest = COMPILE_SIDE(nearest_raw),
		.context = COMPILE_SIDE(raw_record),
		.missing_field = COMPILE_SIDE(missing_field),
		.emit_arg = COMPILE_SIDE(emit_arg),
		.emit_field = COMPILE_SIDE(emit_field),
		.attach = attach_raw,
		.list = list_raw,
	},
	{ 0 },
};
