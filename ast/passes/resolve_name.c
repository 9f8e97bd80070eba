#include <string.h>

#include "ast/ctype.h"
#include "ast/passes/resolve_priv.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/nearest.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "probes/probe.h"

enum {
	MAX_EXPANDED = 250000,         /* nodes that #defines make in all */
	MAX_ERRORS_TO_EXPAND = 20,     /* then what a #define is made of is not looked at */
};

/* A #define that is on its way to become what it stands for. */
struct expansion {
	struct expansion *up;
	const char *name;
	unsigned depth;                /* levels of the expressions so far */
};

/* -- builtins -- */

static bool say_not_built(struct resolver *r, struct span at, const char *name)
{
	const char *absent;

	for (size_t i = 0; (absent = builtin_absent(i)); i++)
		if (!strcmp(absent, name)) {
			diag_hint(r->s->diags,
				  diag_error(r->s->diags, DIAG_NOT_BUILT, at,
					     "'%s' is not supported by this version of sonde", name),
				  "sonde-lang(7) lists what there is");
			return true;
		}
	return false;
}

static void say_unknown(struct resolver *r, enum diag_code code, struct span at, const char *what,
			const char *name)
{
	struct nearest near = { .want = name, .arena = r->s->arena };
	const struct builtin *b;
	struct diag *d;

	if (say_not_built(r, at, name))
		return;
	d = diag_error(r->s->diags, code, at, "%s: '%s'", what, name);
	for (size_t i = 0; i < r->s->functions.n; i++)
		nearest_offer(&near, r->s->functions.v[i]->name);
	for (size_t i = 0; (b = builtin_at(i)); i++)
		nearest_offer(&near, b->name);
	if (code == DIAG_UNKNOWN_NAME)
		ctype_offer_constants(r->s, &near);
	ctype_hint_define(r->s, d, name);
	if (!d->hints)
		nearest_hint(&near, r->s->diags, d, "", "");
	ctype_hint_headers(r->s, d, name);
	if (!d->hints && code == DIAG_UNKNOWN_FUNCTION)
		diag_hint(r->s->diags, d, "sonde-lang(7) lists the functions there are");
	else if (!d->hints)
		diag_hint(r->s->diags, d,
			  "variables begin with '$', maps with '@', and strings stand in quotes; "
			  "sonde-lang(7) lists the words there are");
}

/* What looks at a probe has nothing to look at in a function. */
static void say_no_probe(struct resolver *r, const struct builtin *b, const struct node *n, const char *name)
{
	struct diag *d = diag_error(r->s->diags, DIAG_PROBE_DATA, n->span,
				    "Builtin %s not supported outside probe", name);

	diag_hint(r->s->diags, d, "%s",
		  b->flags & BUILTIN_STACK
			  ? "no type of a parameter takes a stack: ask for it in the probe"
			  : "ask for it in the probe, and give it to the function as an argument");
}

static void use_builtin(struct resolver *r, const struct builtin *b, const struct node *n,
			const char *name)
{
	const unsigned of_probe = BUILTIN_CONTEXT | BUILTIN_TARGET | BUILTIN_PER_TARGET | BUILTIN_PROBE;

	if (r->u->fn && (b->flags & of_probe)) {
		say_no_probe(r, b, n, name);
		return;
	}
	if (b->flags & BUILTIN_CONTEXT) {
		r->u->uses_context = true;
		if (r->bodies)
			diag_hint(r->s->diags,
				  diag_error(r->s->diags, DIAG_FLOW, n->span,
					     "'%s' builtin is not allowed in a for-loop", name),
				  "keep it in a variable in front of the loop: $x = %s%s;", name,
				  b->behind ? b->behind : "");
	}
	if ((b->flags & BUILTIN_UNSAFE) && !r->s->host->unsafe)
		diag_hint(r->s->diags,
			  diag_error(r->s->diags, DIAG_UNSAFE, n->span,
				     "%s() is an unsafe function being used in safe mode", name),
			  "the option --unsafe allows it");
}

/* A constant of an enum becomes its number, with the enum as its type. */
static bool become_constant(struct resolver *r, struct node *n)
{
	const struct type *of = NULL;
	uint64_t value = 0;

	if (!ctype_constant(r->s, n->name.name, &of, &value))
		return false;
	n->kind = NODE_number;
	n->number.value = value;
	n->number.negative = of->is_signed && (int64_t)value < 0;
	n->number.of = of->enumeration ? of : NULL;
	return true;
}

/* Where registers say nothing, the mode is known: it is sonde itself that runs, or it is the kernel. */
static bool become_mode(const struct resolver *r, const struct builtin *b, struct node *n)
{
	const struct probe_kind *kind = r->u->probe->kind;

	if (r->u->fn || !(b->flags & BUILTIN_USERMODE) || (kind->gives & GIVES_USERMODE))
		return false;
	n->kind = NODE_number;
	n->number.value = kind->sees_sonde;
	n->number.negative = false;
	n->number.of = NULL;
	return true;
}

/* The body of a for is a function that is not given the registers: the mode is worked out in front of the body of
 * the probe, once, and kept for all loops. */
static struct variable *keep_mode(struct resolver *r, const struct builtin *b, struct span at)
{
	struct variable *v = ARENA_NEW(r->s->arena, struct variable);
	struct node *let = node_new(r->s->arena, NODE_let, at);
	struct node *block = r->u->body;

	v->name = b->name; /* not interned, so the script cannot mean it */
	v->first = at;
	v->is_assigned = v->is_read = v->is_captured = true;
	vec_push(&r->u->vars, v);
	let->let.var = node_new(r->s->arena, NODE_var, at);
	let->let.var->var.name = v->name;
	let->let.var->var.sym = v;
	let->let.value = node_new(r->s->arena, NODE_name, at);
	let->let.value->name.name = b->name;
	let->let.value->name.fn = b;
	let->next = block->block.stmts;
	block->block.stmts = let;
	r->u->uses_context = true;
	return v;
}

static bool become_kept(struct resolver *r, const struct builtin *b, struct node *n)
{
	if (r->u->fn || !(b->flags & BUILTIN_USERMODE) || !r->bodies)
		return false;
	if (!r->u->mode)
		r->u->mode = keep_mode(r, b, n->span);
	n->kind = NODE_var;
	n->var.name = b->name;
	n->var.sym = r->u->mode;
	return true;
}

/* -- #define -- */

/* "A->B->A" from the outermost expansion on. */
static void put_chain(const struct expansion *x, struct strbuf *out)
{
	if (x->up)
		put_chain(x->up, out);
	strbuf_printf(out, "%s->", x->name);
}

static void say_recursion(struct resolver *r, const struct node *n, bool is_direct)
{
	struct strbuf chain = { 0 };

	if (!is_direct)
		put_chain(r->expansion, &chain);
	strbuf_puts(&chain, n->name.name);
	diag_hint(r->s->diags,
		  diag_error(r->s->diags, DIAG_C_MACRO, n->span, "Macro recursion: %s", chain.data),
		  "a #define cannot stand for itself: give one of them another text");
	strbuf_done(&chain);
}

static bool is_expanding(const struct resolver *r, const char *name)
{
	for (const struct expansion *x = r->expansion; x; x = x->up)
		if (x->name == name)
			return true;
	return false;
}

struct tree_size {
	unsigned nodes, level, depth;
};

static int measure(struct node *n, void *ctx)
{
	struct tree_size *size = ctx;

	size->nodes++;
	if (++size->level > size->depth)
		size->depth = size->level;
	node_each_child(n, measure, ctx);
	size->level--;
	return 0;
}

/* Whether what a #define stands for may be put in; false: said why not. */
static bool may_expand(struct resolver *r, const struct node *n, struct node *made, struct expansion *x)
{
	struct tree_size size = { 0 };
	struct diag *d;

	measure(made, &size);
	r->expanded += size.nodes;
	x->depth = size.depth + (x->up ? x->up->depth : 0);
	if (x->depth <= NODE_MAX_DEPTH && r->expanded <= MAX_EXPANDED)
		return true;
	d = diag_error(r->s->diags, DIAG_NESTING, n->span, "macros are nested too deeply");
	diag_hint(r->s->diags, d, "%d levels of expressions, and %d parts of expressions in all, are the limit",
		  NODE_MAX_DEPTH, MAX_EXPANDED);
	return false;
}

static void become_made(struct resolver *r, struct node *n, const char *name, struct node *made)
{
	struct expansion *x = ARENA_NEW(r->s->arena, struct expansion); /* what is put off needs it later */
	struct node *next = n->next;

	x->up = r->expansion;
	x->name = name;
	if (!may_expand(r, n, made, x))
		return;
	*n = *made;
	n->next = next;
	r->expansion = x;
	resolve(r, n);
	r->expansion = x->up;
}

/* One mistake in a macro that others are made of is many thousands. */
static bool has_said_enough(struct resolver *r)
{
	if (diags_errors(r->s->diags) < MAX_ERRORS_TO_EXPAND)
		return false;
	diag_error(r->s->diags, DIAG_C_MACRO, (struct span){ 0, 0 },
		   "too many errors, macros of C are not expanded any more");
	return true;
}

/* A #define becomes what it stands for; false: the name is none. */
static bool become_expansion(struct resolver *r, struct node *n)
{
	struct node *made;

	if (r->expansion && has_said_enough(r))
		return true;
	if (is_expanding(r, n->name.name)) {
		/* headers have "#define A A" beside the constant A */
		if (!become_constant(r, n))
			say_recursion(r, n, r->expansion->name == n->name.name);
		return true;
	}
	made = ctype_expand(r->s, n);
	if (made)
		become_made(r, n, n->name.name, made);
	return made != NULL;
}

/* The same with arguments, which are what they are where the call stands, not inside the #define. A lone name may be
 * meant as that of a member. */
static bool become_called(struct resolver *r, struct node *n)
{
	if (r->expansion && has_said_enough(r))
		return true;
	if (is_expanding(r, n->call.name) || !ctype_expand(r->s, n))
		return false;
	for (struct node *arg = n->call.args; arg; arg = arg->next)
		if (arg->kind != NODE_name || ctype_expand(r->s, arg))
			resolve(r, arg);
	become_made(r, n, n->call.name, ctype_expand(r->s, n));
	return true;
}

void resolve_name(struct resolver *r, struct node *n)
{
	const struct builtin *b = builtin_find(n->name.name);

	if (!b && (become_expansion(r, n) || become_constant(r, n)))
		return;
	if (!b || !(b->flags & BUILTIN_VALUE)) {
		if (b || script_find_fn(r->s, n->name.name))
			diag_error(r->s->diags, DIAG_UNKNOWN_NAME, n->span,
				   "This is a function and needs parentheses: '%s'", n->name.name);
		else
			say_unknown(r, DIAG_UNKNOWN_NAME, n->span, "Unknown identifier", n->name.name);
		return;
	}
	if (become_mode(r, b, n) || become_kept(r, b, n))
		return;
	n->name.fn = b;
	use_builtin(r, b, n, n->name.name);
}

static void resolve_list(struct resolver *r, struct node *n)
{
	for (; n; n = n->next)
		resolve(r, n);
}

/* A #define of a map, or of a word that means nothing else: the builtin asks what that is. */
static void expand_arg(struct resolver *r, struct node *arg)
{
	struct node *made = arg, *next = arg->next;

	for (unsigned i = 0; i < NODE_MAX_DEPTH && made->kind == NODE_name && !builtin_find(made->name.name); i++) {
		struct node *step = ctype_expand(r->s, made);

		if (!step)
			break;
		made = step;
	}
	if (made == arg || (made->kind != NODE_map && (made->kind != NODE_name || ctype_expand(r->s, made))))
		return;
	*arg = *made;
	arg->next = next;
}

/* A name that the script's own C definitions know; the kernel is not asked. */
static bool is_defined(const struct resolver *r, const struct node *name)
{
	const struct type *type;
	uint64_t value;

	for (const struct ctype_source *src = r->s->ctypes; src; src = src->next)
		if (src->constant(src, name->name.name, &type, &value) || (src->expand && src->expand(src, name)))
			return true;
	return false;
}

static void resolve_arg(struct resolver *r, const struct builtin *b, unsigned i, struct node *arg)
{
	expand_arg(r, arg);
	/* a word like "perf" or "boot" means something to the builtin alone */
	if (arg->kind == NODE_name && (b->flags & BUILTIN_WORDS) && !builtin_find(arg->name.name) &&
	    !is_defined(r, arg))
		return;
	if (arg->kind == NODE_map && !arg->map.key && builtin_takes_map(b, i)) {
		resolve_map(r, arg, true);
		return;
	}
	resolve(r, arg);
}

static void call_function(struct resolver *r, struct node *n, struct script_fn *f)
{
	size_t count = 0;
	struct diag *d;

	n->call.script_fn = f;
	if (r->u->fn)
		vec_push(&r->u->fn->calls, n);
	for (const struct node *arg = n->call.args; arg; arg = arg->next)
		count++;
	if (count != f->n_params) {
		d = diag_error(r->s->diags, DIAG_ARG_COUNT, n->span,
			       "Function `%s` requires %zu argument%s, got%s %zu", f->name, f->n_params,
			       f->n_params == 1 ? "" : "s", count < f->n_params ? " only" : "", count);
		diag_note(r->s->diags, d, f->def->function.name_span, "This is the function.");
	}
	resolve_list(r, n->call.args);
}

void resolve_call(struct resolver *r, struct node *n)
{
	const struct builtin *b = builtin_find(n->call.name);
	struct script_fn *f = script_find_fn(r->s, n->call.name);
	unsigned i = 0;

	if (f) { /* also in front of a builtin of that name */
		call_function(r, n, f);
		return;
	}
	if (!b && become_called(r, n))
		return;
	if (!b) {
		say_unknown(r, DIAG_UNKNOWN_FUNCTION, n->call.name_span, "Unknown function", n->call.name);
		resolve_list(r, n->call.args);
		return;
	}
	if (!n->call.args && (become_mode(r, b, n) || become_kept(r, b, n)))
		return;
	n->call.fn = b;
	use_builtin(r, b, n, n->call.name);
	for (struct node *arg = n->call.args; arg; arg = arg->next)
		resolve_arg(r, b, i++, arg);
}
