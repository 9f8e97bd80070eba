#include "ast/pass.h"
#include "ast/plan.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "probes/probe.h"

/* Functions of the script (fn). A body is resolved and typed once, as a unit without a probe. In the
 * program every call is a copy of the body with variables of its own. */

enum {
	MAX_CHAIN = 200,       /* functions that call one another in a row */
	MAX_NODES = 50000,     /* of a probe with all its calls put in place */
};

/* -- by name -- */

/* Where builtins look for what is around them. */
static const struct probe_kind function_kind = { .name = "fn", .as = AS_KERNEL };
static const struct probe function_probe = { .kind = &function_kind };

static struct unit *unit_new(struct script *s, struct script_fn *f)
{
	struct unit *u = ARENA_NEW(s->arena, struct unit);

	u->probe = &function_probe;
	u->body = f->def->function.body;
	u->targets = ARENA_NEW(s->arena, struct attach_target);
	u->targets->kind = &function_kind;
	u->targets->name = f->name;
	u->n_targets = 1;
	u->fn = f;
	return u;
}

static void add_function(struct script *s, struct node *def)
{
	const struct script_fn *old = script_find_fn(s, def->function.name);
	struct script_fn *f;
	struct diag *d;

	if (old) {
		d = diag_error(s->diags, DIAG_FUNCTION, def->function.name_span,
			       "Redefinition of function: %s", def->function.name);
		diag_note(s->diags, d, old->def->function.name_span, "This is the original definition.");
		diag_hint(s->diags, d, "rename or remove one of them");
		return;
	}
	f = ARENA_NEW(s->arena, struct script_fn);
	f->name = def->function.name;
	f->def = def;
	for (const struct node *p = def->function.params; p; p = p->next)
		f->n_params++;
	f->unit = unit_new(s, f);
	vec_push(&s->functions, f);
}

int pass_functions(struct script *s)
{
	for (struct node *n = s->root->program.items; n; n = n->next)
		if (n->kind == NODE_function)
			add_function(s, n);
	return diags_errors(s->diags) ? -1 : 0;
}

/* -- who calls whom -- */

struct measure {
	size_t nodes;                  /* at most MAX_NODES + 1 */
	unsigned at, depth;
	const struct node *too_much;   /* the call with which MAX_NODES was passed */
};

static int measure_node(struct node *n, void *ctx)
{
	const struct script_fn *f = n->kind == NODE_call ? n->call.script_fn : NULL;
	struct measure *m = ctx;
	unsigned depth = ++m->at + (f ? f->depth : 0);

	m->nodes += 1 + (f ? f->size : 0);
	if (m->nodes > MAX_NODES) {
		m->nodes = MAX_NODES + 1;
		if (!m->too_much)
			m->too_much = n;
	}
	if (depth > m->depth)
		m->depth = depth;
	node_each_child(n, measure_node, m);
	m->at--;
	return 0;
}

struct walk {
	struct script *s;
	const struct script_fn *chain[MAX_CHAIN];
	unsigned n_chain;
	VEC(struct script_fn *) done;
};

static void say_recursion(struct walk *w, const struct node *call)
{
	const struct script_fn *f = call->call.script_fn;
	struct strbuf chain = { 0 };
	unsigned i = w->n_chain;

	while (w->chain[i - 1] != f)
		i--;
	for (i--; i < w->n_chain; i++)
		strbuf_printf(&chain, "%s > ", w->chain[i]->name);
	diag_hint(w->s->diags,
		  diag_error(w->s->diags, DIAG_FUNCTION, call->span,
			     "Recursive function call detected. Call chain: %s%s", chain.data,
			     f->name),
		  "a function is put in the place of its call and cannot call itself: a loop can "
		  "take turns");
	strbuf_done(&chain);
}

static void say_deep(struct walk *w, struct span at)
{
	struct diag *d = diag_error(w->s->diags, DIAG_FUNCTION, at, "Functions call functions too deeply here");

	diag_hint(w->s->diags, d, "%d functions in a row, and %d levels of operators and blocks in all, are the "
		  "limit", MAX_CHAIN, NODE_MAX_DEPTH);
}

static void visit(struct walk *w, struct script_fn *f)
{
	struct measure m = { 0 };

	f->state = FN_OPEN;
	w->chain[w->n_chain++] = f;
	for (size_t i = 0; i < f->calls.n; i++) {
		struct script_fn *callee = f->calls.v[i]->call.script_fn;

		if (callee->state == FN_OPEN)
			say_recursion(w, f->calls.v[i]);
		else if (callee->state == FN_NEW && w->n_chain == MAX_CHAIN)
			say_deep(w, f->calls.v[i]->span);
		else if (callee->state == FN_NEW)
			visit(w, callee);
	}
	w->n_chain--;
	f->state = FN_DONE;
	measure_node(f->def, &m);
	f->size = m.nodes;
	f->depth = m.depth;
	if (f->depth > NODE_MAX_DEPTH && !diags_errors(w->s->diags))
		say_deep(w, f->def->function.name_span);
	vec_push(&w->done, f);
}

static void check_unit(struct walk *w, const struct unit *u)
{
	struct measure m = { 0 };
	struct diag *d;

	measure_node(u->body, &m);
	if (m.depth > NODE_MAX_DEPTH)
		say_deep(w, u->probe->span);
	if (!m.too_much)
		return;
	d = diag_error(w->s->diags, DIAG_FUNCTION, m.too_much->span,
		       "The functions that this probe calls are too large");
	diag_hint(w->s->diags, d, "every call becomes a copy of the function, also of those it calls: "
		  "together they may have %d operands, operators and statements", MAX_NODES);
}

int pass_order(struct script *s)
{
	struct walk w = { .s = s };

	for (size_t i = 0; i < s->functions.n; i++)
		if (s->functions.v[i]->state == FN_NEW)
			visit(&w, s->functions.v[i]);
	for (size_t i = 0; i < w.done.n; i++)
		s->functions.v[i] = w.done.v[i];
	vec_done(&w.done);
	for (size_t i = 0; s->functions.n && i < s->units.n && !diags_errors(s->diags); i++)
		check_unit(&w, s->units.v[i]);
	return diags_errors(s->diags) ? -1 : 0;
}

/* -- a copy for every call -- */

struct inliner {
	struct script *s;
	struct unit *u;
};

static struct variable *add_variable(struct inliner *in, const struct variable *of)
{
	struct variable *v = arena_memdup(in->s->arena, of, sizeof(*of));

	v->is_of_call = true;
	vec_push(&in->u->vars, v);
	return v;
}

/* The result is a variable, too: the body writes it and the call reads it. */
static struct variable *add_result(struct inliner *in, const struct script_fn *f)
{
	const struct variable result = {
		.name = f->name,
		.first = f->def->function.name_span,
		.type = f->result,
		.as = f->as,
		.is_captured = f->returns_in_for,
	};

	return f->result->kind == TYPE_VOID ? NULL : add_variable(in, &result);
}

static int inline_node(struct node *n, void *ctx);

static void inline_call(struct inliner *in, struct node *n)
{
	struct script_fn *f = n->call.script_fn;
	struct node *args = n->call.args;

	n->kind = NODE_inlined;
	n->inlined.fn = f;
	n->inlined.args = args;
	n->inlined.n_vars = (unsigned)f->unit->vars.n;
	n->inlined.vars = ARENA_ARRAY(in->s->arena, struct variable *, f->unit->vars.n);
	for (size_t i = 0; i < f->unit->vars.n; i++)
		n->inlined.vars[i] = f->unit->vars.v[i]->copy = add_variable(in, f->unit->vars.v[i]);
	n->inlined.result = add_result(in, f);
	n->inlined.body = node_copy(in->s->arena, f->unit->body);
	inline_node(n->inlined.body, in);
}

/* Arguments first: they are the caller's, and their calls end before this one begins. */
static int inline_node(struct node *n, void *ctx)
{
	if (n->kind == NODE_var && n->var.sym && n->var.sym->copy)
		n->var.sym = n->var.sym->copy;
	node_each_child(n, inline_node, ctx);
	if (n->kind == NODE_call && n->call.script_fn)
		inline_call(ctx, n);
	return 0;
}

int pass_inline(struct script *s)
{
	for (size_t i = 0; s->functions.n && i < s->units.n; i++) {
		struct inliner in = { s, s->units.v[i] };

		inline_node(s->units.v[i]->body, &in);
	}
	return 0;
}
