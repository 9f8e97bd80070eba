#include <string.h>

#include "ast/pass.h"
#include "ast/plan.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/source.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "probes/probe.h"

/* The units that one probe of the script becomes. */
struct expansion {
	struct script *s;
	struct node *node;             /* NODE_probe */
	bool per_target;               /* the body is another one for every target */
	bool asks_target;              /* the body asks which target was hit */
	size_t first_unit;             /* of this probe, in s->units */
	struct unit *unit;             /* that targets are being added to; NULL: none yet */
	const struct probe *probe;     /* attach point being expanded */
	VEC(struct attach_target) targets;
};

/* Whether a node is a builtin with one of the flags at ctx. */
static bool has_flags(const struct node *n, void *ctx)
{
	const unsigned *flags = ctx;
	const struct builtin *b;
	const char *name;

	if (n->kind == NODE_name)
		name = n->name.name;
	else if (n->kind == NODE_call)
		name = n->call.name;
	else
		return false;
	b = builtin_find(name);
	return b && (b->flags & *flags);
}

static bool uses_flags(const struct node *probe, unsigned flags)
{
	return node_any(probe->probe.body, has_flags, &flags) ||
	       (probe->probe.predicate && node_any(probe->probe.predicate, has_flags, &flags));
}

/* Whether a node asks at compile time which target it is. */
static bool asks_at_comptime(const struct node *n, void *ctx)
{
	unsigned flags = BUILTIN_TARGET;

	(void)ctx;
	return n->kind == NODE_comptime && node_any(n->comptime.operand, has_flags, &flags);
}

/* The body of a for is a function of its own, which does not see the event. */
static bool is_for(const struct node *n, void *ctx)
{
	(void)ctx;
	return n->kind == NODE_for_map || n->kind == NODE_for_range;
}

/* A predicate is an if around the body. */
static struct node *body_copy(struct script *s, const struct node *probe)
{
	struct node *body = node_copy(s->arena, probe->probe.body), *block, *cond;

	if (!probe->probe.predicate)
		return body;
	cond = node_new(s->arena, NODE_cond, probe->probe.predicate->span);
	cond->cond.cond = node_copy(s->arena, probe->probe.predicate);
	cond->cond.yes = body;
	block = node_new(s->arena, NODE_block, body->span);
	block->block.stmts = node_new(s->arena, NODE_expr_stmt, cond->span);
	block->block.stmts->expr_stmt.value = cond;
	return block;
}

static struct unit *add_unit(struct expansion *x)
{
	struct unit *u = ARENA_NEW(x->s->arena, struct unit);

	u->probe = x->probe;
	u->body = body_copy(x->s, x->node);
	u->per_target = x->per_target;
	vec_push(&x->s->units, u);
	return u;
}

static int check_limit(struct expansion *x)
{
	struct script *s = x->s;
	struct diag *d;

	if (s->units.n <= s->settings.max_bpf_progs)
		return 0;
	d = diag_error(s->diags, DIAG_PROBE_LIMIT, x->probe->span,
		       "Your program is trying to generate more than %zu BPF programs, which exceeds the "
		       "current limit of %llu", s->units.n - 1,
		       (unsigned long long)s->settings.max_bpf_progs);
	diag_hint(s->diags, d, "You can increase the limit through the SONDE_MAX_BPF_PROGS environment "
		  "variable.");
	return -1;
}

static int add_target(void *ctx, const struct attach_target *t)
{
	struct expansion *x = ctx;
	struct unit *u;

	if (!x->per_target) {
		vec_push(&x->targets, *t);
		return 0;
	}
	u = add_unit(x);
	u->targets = arena_memdup(x->s->arena, t, sizeof(*t));
	u->n_targets = 1;
	return check_limit(x);
}

/* What stands in front of the function; "*" that the script left out is not there. */
static const char *written_path(const struct probe *p)
{
	return p->path && (p->n_parts > 1 || strcmp(p->path, "*")) ? p->path : NULL;
}

static bool probe_is_wildcard(const struct probe *p)
{
	const char *path = written_path(p);

	return (path && has_wildcard(path)) || (p->function && has_wildcard(p->function));
}

static void say_missing(struct script *s, const struct probe *p)
{
	const char *path = written_path(p), *colon = path ? ":" : "";
	struct diag *d;

	switch (s->settings.missing_probes) {
	case MISSING_ERROR:
		d = diag_error(s->diags, DIAG_PROBE_MISSING, p->span, "No matches for %s %s%s%s.",
			       p->kind->name, path ? path : "", colon,
			       p->function ? p->function : "");
		probe_hint_nearest(s, p, d);
		if (!d->hints && path)
			diag_hint(s->diags, d, "`sonde -l '%s:%s:*'` lists what there is",
				  p->kind->name, path);
		else if (!d->hints && p->function)
			diag_hint(s->diags, d, "`sonde -l '%s:*%s*'` lists what has such a name",
				  p->kind->name, p->function);
		return;
	case MISSING_WARN:
		diag_warning(s->diags, DIAG_PROBE_MISSING, p->span,
			     "No matches for %s %s%s%s. Skipping.", p->kind->name, path ? path : "",
			     colon, p->function ? p->function : "");
		return;
	case MISSING_IGNORE:
		return;
	}
}

static void add_targets(struct script *s, struct unit *u, const struct attach_target *targets, size_t n)
{
	struct attach_target *all = ARENA_ARRAY(s->arena, struct attach_target, u->n_targets + n);

	if (u->n_targets)
		memcpy(all, u->targets, u->n_targets * sizeof(*all));
	memcpy(all + u->n_targets, targets, n * sizeof(*all));
	u->targets = all;
	u->n_targets += n;
}

/* Attach points of one kind share a body: their targets join the last unit where they can. */
static void flush_targets(struct expansion *x)
{
	struct script *s = x->s;
	struct unit *u = NULL;
	size_t n = x->targets.n;

	if (!n)
		return;
	for (size_t i = x->first_unit; i < s->units.n; i++)
		if (s->units.v[i]->probe->kind == x->probe->kind && !x->probe->kind->is_special)
			u = s->units.v[i];
	if (!u)
		u = add_unit(x);
	add_targets(s, u, x->targets.v, n);
	x->targets.n = 0;
}

static int expand_probe(void *ctx, struct probe *p)
{
	struct expansion *x = ctx;
	unsigned errors = diags_errors(x->s->diags);
	int n;

	x->probe = p;
	n = probe_match(x->s, p, add_target, x);
	if (n < 0) {
		x->targets.n = 0;
		return -1;
	}
	if (!n && !probe_is_wildcard(p) && diags_errors(x->s->diags) == errors)
		say_missing(x->s, p);
	flush_targets(x);
	return check_limit(x);
}

/* A body that asks for its target stays shared where its kind can tell; else there is one a target. */
static void split_unit(struct expansion *x, struct unit *u)
{
	const struct attach_target *targets = u->targets;
	size_t n = u->n_targets;

	if (n < 2)
		return;
	u->uses_context = uses_flags(x->node, BUILTIN_CONTEXT);
	if (u->probe->kind->tells_target && u->probe->kind->tells_target(u) &&
	    !node_any(x->node->probe.body, is_for, NULL))
		return;
	x->probe = u->probe;
	u->n_targets = 1;
	u->per_target = true;
	for (size_t i = 1; i < n; i++) {
		struct unit *more = add_unit(x);

		more->per_target = true;
		more->targets = arena_memdup(x->s->arena, &targets[i], sizeof(*targets));
		more->n_targets = 1;
	}
}

/* -- probes with the same body -- */

static bool is_same_text(const struct script *s, struct span a, struct span b)
{
	uint32_t len = a.end - a.start;

	return len && len == b.end - b.start &&
	       !memcmp(sources_text(s->sources, a.start), sources_text(s->sources, b.start), len);
}

static bool shares_target(const struct unit *a, const struct unit *b)
{
	for (size_t i = 0; i < a->n_targets; i++)
		for (size_t k = 0; k < b->n_targets; k++)
			if (!strcmp(a->targets[i].name, b->targets[k].name))
				return true;
	return false;
}

/* The last unit joins an earlier one with the same text, as if their attach points were a list; unless the
 * order of bodies on the same event would be another one then. */
static void join_same_body(struct script *s)
{
	enum { FEW_TARGETS = 8 };
	struct unit *last = s->units.v[s->units.n - 1];

	if (last->n_targets > FEW_TARGETS)
		return;
	for (size_t i = s->units.n - 1; i-- > 0;) {
		struct unit *u = s->units.v[i];

		if (shares_target(last, u))
			return;
		if (u->probe->kind != last->probe->kind || !is_same_text(s, u->text, last->text))
			continue;
		add_targets(s, u, last->targets, last->n_targets);
		s->units.n--;
		return;
	}
}

/* A body whose code may serve other targets, too. */
static void share_body(struct expansion *x)
{
	struct script *s = x->s;
	const struct node *probe = x->node, *first = probe->probe.predicate;
	struct unit *u = s->units.v[s->units.n - 1];

	if (s->units.n != x->first_unit + 1 || u->per_target || x->asks_target || u->probe->kind->is_special ||
	    uses_flags(probe, BUILTIN_CONTEXT))
		return;
	if (first && source_call(s->sources, first->span.start).start)
		return; /* the predicate stands in a macro */
	u->text = (struct span){ first ? first->span.start : probe->probe.body->span.start,
				 probe->probe.body->span.end };
	join_same_body(s);
}

static void expand_node(struct script *s, struct node *probe)
{
	struct expansion x = { .s = s, .node = probe, .first_unit = s->units.n };
	unsigned errors = diags_errors(s->diags);
	size_t expanded;

	x.per_target = uses_flags(probe, BUILTIN_PER_TARGET) ||
		       node_any(probe->probe.body, asks_at_comptime, NULL);
	x.asks_target = uses_flags(probe, BUILTIN_TARGET);
	for (const struct node *ap = probe->probe.points; ap; ap = ap->next)
		probe_parse(s, ap->attach_point.text, ap->span, expand_probe, &x);
	vec_done(&x.targets);
	expanded = s->units.n;
	for (size_t i = x.first_unit; x.asks_target && i < expanded; i++)
		split_unit(&x, s->units.v[i]);
	if (s->units.n > expanded)
		check_limit(&x);
	if (s->units.n > x.first_unit)
		share_body(&x);
	if (expanded > x.first_unit || diags_errors(s->diags) > errors)
		return;
	s->left_out = true;
	switch (s->settings.missing_probes) {
	case MISSING_ERROR:
		diag_error(s->diags, DIAG_PROBE_MISSING, probe->probe.points->span,
			   "Probe has no valid attach points. If this is expected, set the "
			   "'missing_probes' config variable to 'warn'.");
		return;
	case MISSING_WARN:
		diag_warning(s->diags, DIAG_PROBE_MISSING, probe->probe.points->span,
			     "Probe has no valid attach points. It is being removed which may cause "
			     "issues with program behavior.");
		return;
	case MISSING_IGNORE:
		return;
	}
}

int pass_probes(struct script *s)
{
	for (struct node *n = s->root->program.items; n; n = n->next)
		if (n->kind == NODE_probe)
			expand_node(s, n);
	return diags_errors(s->diags) ? -1 : 0;
}
