#include <string.h>

#include "ast/ctype.h"
#include "ast/pass.h"
#include "ast/passes/late.h"
#include "ast/plan.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/nearest.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "probes/probe.h"

/* Variables that a block (or a loop) declared. */
struct scope {
	struct scope *up;
	VEC(struct variable *) vars;
};

struct resolver {
	struct script *s;
	struct unit *u;
	struct scope *scope;
	unsigned loops;                /* loops of any kind around */
	unsigned unevaluated;          /* operands of sizeof and its like around */
	const struct node *returns;    /* the first return of the outermost loop; NULL: none so far */
	unsigned bodies;               /* for loops around: their bodies are functions of their own */
	struct expansion *expansion;   /* the #defines that what is looked at stands for */
	unsigned expanded;             /* nodes that they made */
};

enum { MAX_EXPANDED = 250000 };        /* nodes that #defines make in all */

/* A #define that is on its way to become what it stands for. */
struct expansion {
	struct expansion *up;
	const char *name;
	unsigned depth;                /* levels of the expressions so far */
};

static void resolve(struct resolver *r, struct node *n);

static void resolve_list(struct resolver *r, struct node *n)
{
	for (; n; n = n->next)
		resolve(r, n);
}

static int resolve_child(struct node *child, void *ctx)
{
	resolve(ctx, child);
	return 0;
}

/* -- variables -- */

static struct variable *find_variable(const struct resolver *r, const char *name)
{
	for (const struct scope *sc = r->scope; sc; sc = sc->up)
		for (size_t i = 0; i < sc->vars.n; i++)
			if (sc->vars.v[i]->name == name)
				return sc->vars.v[i];
	return NULL;
}

static struct variable *declare(struct resolver *r, struct node *var, int origin)
{
	struct variable *v = ARENA_NEW(r->s->arena, struct variable);

	v->name = var->var.name;
	v->first = var->span;
	v->origin = origin;
	v->loop_depth = r->bodies;
	vec_push(&r->scope->vars, v);
	vec_push(&r->u->vars, v);
	var->var.sym = v;
	return v;
}

static void use_variable(struct resolver *r, struct variable *v, struct node *n)
{
	n->var.sym = v;
	if (r->bodies > v->loop_depth)
		v->is_captured = true;
}

static void push_scope(struct resolver *r, struct scope *sc)
{
	*sc = (struct scope){ .up = r->scope };
	r->scope = sc;
}

static void pop_scope(struct resolver *r)
{
	struct scope *sc = r->scope;

	r->scope = sc->up;
	vec_done(&sc->vars);
}

static void resolve_var(struct resolver *r, struct node *n)
{
	struct variable *v = find_variable(r, n->var.name);
	struct nearest near = { .want = n->var.name, .arena = r->s->arena };
	struct diag *d;

	if (v) {
		use_variable(r, v, n);
		if (!v->is_assigned && !v->is_read && !r->unevaluated)
			diag_warning(r->s->diags, DIAG_UNASSIGNED, n->span,
				     "Variable used before it was assigned: $%s", v->name);
		v->is_read = v->is_read || !r->unevaluated;
		return;
	}
	d = diag_error(r->s->diags, DIAG_UNKNOWN_VARIABLE, n->span,
		       "Undefined or undeclared variable: $%s", n->var.name);
	for (const struct scope *sc = r->scope; sc; sc = sc->up) {
		for (size_t i = 0; i < sc->vars.n; i++) {
			if (!strcmp(sc->vars.v[i]->name, n->var.name)) { /* of another macro: see macros.c */
				diag_hint(r->s->diags, d, "Variables must be passed into the macro as "
					  "arguments.");
				return;
			}
			nearest_offer(&near, sc->vars.v[i]->name);
		}
	}
	for (size_t i = 0; i < r->u->vars.n; i++) {
		if (r->u->vars.v[i]->name == n->var.name) {
			diag_hint(r->s->diags, d, "the $%s of another block ends with it: declare it in front of "
				  "both with `let $%s;`", n->var.name, n->var.name);
			return;
		}
	}
	nearest_hint(&near, r->s->diags, d, "$", "");
}

static void say_shadow(struct resolver *r, const struct node *var, const struct variable *old, bool loop)
{
	static const char *const notes[] = {
		[VAR_ASSIGNED] = "This is the initial assignment.",
		[VAR_DECLARED] = "This is the initial declaration.",
		[VAR_LOOP] = "This is the loop variable.",
		[VAR_PARAM] = "This is the function parameter.",
	};
	struct diag *d;

	if (loop)
		d = diag_error(r->s->diags, DIAG_SHADOW, var->span,
			       "Loop declaration shadows existing variable: $%s", var->var.name);
	else
		d = diag_error(r->s->diags, DIAG_SHADOW, var->span,
			       "Variable $%s was already declared. Variable shadowing is not allowed.",
			       var->var.name);
	diag_note(r->s->diags, d, old->first, "%s", notes[old->origin]);
}

static void resolve_let(struct resolver *r, struct node *n)
{
	struct variable *old = find_variable(r, n->let.var->var.name), *v;

	if (n->let.declared)
		resolve(r, n->let.declared);
	if (n->let.value)
		resolve(r, n->let.value);
	if (old) {
		say_shadow(r, n->let.var, old, false);
		n->let.var->var.sym = old;
		return;
	}
	v = declare(r, n->let.var, VAR_DECLARED);
	v->is_assigned = n->let.value != NULL;
}

static void assign_var(struct resolver *r, struct node *var, bool reads)
{
	struct variable *v = find_variable(r, var->var.name);

	if (!v && reads) {
		resolve_var(r, var); /* complains */
		return;
	}
	if (!v)
		v = declare(r, var, VAR_ASSIGNED);
	use_variable(r, v, var);
	v->is_assigned = true;
	if (reads)
		v->is_read = true;
}

/* "&$x": whoever has the address may write there. */
static void resolve_address(struct resolver *r, struct node *operand)
{
	struct variable *v = operand->kind == NODE_var ? find_variable(r, operand->var.name) : NULL;

	if (v)
		v->is_assigned = true;
	resolve(r, operand);
}

/* -- maps -- */

static void note_map_shape(struct resolver *r, struct map *m, const struct node *n, bool keyed)
{
	const char *fmt;
	struct diag *d;

	if (!(keyed ? m->is_scalar : m->is_keyed)) {
		if (keyed)
			m->is_keyed = true;
		else
			m->is_scalar = true;
		if (!m->key_use.start)
			m->key_use = n->span;
		return;
	}
	fmt = keyed ? "@%s used as a map with an explicit key (non-scalar map), previously used without an "
		      "explicit key (scalar map)"
		    : "@%s used as a map without an explicit key (scalar map), previously used with an "
		      "explicit key (non-scalar map)";
	d = diag_error(r->s->diags, DIAG_MAP_KIND, n->span, fmt, m->name);
	diag_note(r->s->diags, d, m->key_use, "@%s was used here first", m->name);
}

/* whole: the map itself is meant (print(@x), for), not an element. */
static struct map *resolve_map(struct resolver *r, struct node *n, bool whole)
{
	struct map *m = script_map(r->s, n->map.name, n->span);

	n->map.sym = m;
	m->is_used = true;
	if (n->map.key) {
		resolve(r, n->map.key);
		note_map_shape(r, m, n, true);
	} else if (!whole) {
		note_map_shape(r, m, n, false);
	}
	return m;
}

static void resolve_target(struct resolver *r, struct node *n, bool reads)
{
	if (n->kind == NODE_var) {
		assign_var(r, n, reads);
		return;
	}
	if (n->kind == NODE_map) {
		resolve_map(r, n, false)->is_written = true;
		return;
	}
	resolve(r, n);
}

/* -- builtins -- */

static void say_unknown(struct resolver *r, enum diag_code code, struct span at, const char *what,
			const char *name)
{
	struct diag *d = diag_error(r->s->diags, code, at, "%s: '%s'", what, name);
	struct nearest near = { .want = name, .arena = r->s->arena };
	const struct builtin *b;

	for (size_t i = 0; i < r->s->functions.n; i++)
		nearest_offer(&near, r->s->functions.v[i]->name);
	for (size_t i = 0; (b = builtin_at(i)); i++)
		nearest_offer(&near, b->name);
	if (code == DIAG_UNKNOWN_NAME)
		ctype_offer_constants(r->s, &near);
	nearest_hint(&near, r->s->diags, d, "", "");
	ctype_hint_headers(r->s, d, name);
}

/* What looks at a probe has nothing to look at in a function. */
static void say_no_probe(struct resolver *r, const struct node *n, const char *name)
{
	if (strcmp(name, "probe") && strcmp(name, "probetype"))
		diag_error(r->s->diags, DIAG_PROBE_DATA, n->span, "Builtin %s not supported outside probe", name);
	else
		diag_error(r->s->diags, DIAG_PROBE_DATA, n->span, "%s can only be used inside of a probe.",
			   name);
}

static void use_builtin(struct resolver *r, const struct builtin *b, const struct node *n,
			const char *name)
{
	const unsigned of_probe = BUILTIN_CONTEXT | BUILTIN_TARGET | BUILTIN_PER_TARGET | BUILTIN_PROBE;

	if (r->u->fn && (b->flags & of_probe)) {
		say_no_probe(r, n, name);
		return;
	}
	if (b->flags & BUILTIN_CONTEXT) {
		r->u->uses_context = true;
		if (r->bodies)
			diag_error(r->s->diags, DIAG_FLOW, n->span,
				   "'%s' builtin is not allowed in a for-loop", name);
	}
	if ((b->flags & BUILTIN_UNSAFE) && !r->s->host->unsafe)
		diag_error(r->s->diags, DIAG_UNSAFE, n->span,
			   "%s() is an unsafe function being used in safe mode", name);
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
	diag_error(r->s->diags, DIAG_C_MACRO, n->span, "Macro recursion: %s", chain.data);
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

/* A #define becomes what it stands for; false: the name is none. */
static bool become_expansion(struct resolver *r, struct node *n)
{
	struct node *made;

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
	if (is_expanding(r, n->call.name) || !ctype_expand(r->s, n))
		return false;
	for (struct node *arg = n->call.args; arg; arg = arg->next)
		if (arg->kind != NODE_name || ctype_expand(r->s, arg))
			resolve(r, arg);
	become_made(r, n, n->call.name, ctype_expand(r->s, n));
	return true;
}

static void resolve_name(struct resolver *r, struct node *n)
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
	if (become_mode(r, b, n))
		return;
	n->name.fn = b;
	use_builtin(r, b, n, n->name.name);
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

static void resolve_call(struct resolver *r, struct node *n)
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
	if (!n->call.args && become_mode(r, b, n))
		return;
	n->call.fn = b;
	use_builtin(r, b, n, n->call.name);
	for (struct node *arg = n->call.args; arg; arg = arg->next)
		resolve_arg(r, b, i++, arg);
}

/* -- statements -- */

static bool is_jump(const struct node *n)
{
	if (n->kind == NODE_expr_stmt)
		n = n->expr_stmt.value;
	return n->kind == NODE_return_stmt || n->kind == NODE_break_stmt ||
	       n->kind == NODE_continue_stmt || (n->kind == NODE_call && !n->call.script_fn && !strcmp(n->call.name, "exit"));
}

/* The value of a block that is never computed is dropped. */
static void say_unreachable(struct resolver *r, struct node *st)
{
	struct node *value = st->kind == NODE_expr_stmt && st->expr_stmt.trailing ? st->expr_stmt.value : NULL;

	diag_warning(r->s->diags, DIAG_UNREACHABLE, st->span, "%s",
		     value ? "Unreachable expression; block type is implicitly none."
			   : "Unreachable statement.");
	if (value) {
		st->kind = NODE_discard;
		st->discard.value = value;
	}
}

static void resolve_block(struct resolver *r, struct node *n)
{
	struct scope sc;
	bool reachable = true;

	push_scope(r, &sc);
	for (struct node *st = n->block.stmts; st; st = st->next) {
		if (!reachable) {
			say_unreachable(r, st);
			reachable = true; /* say it once */
		}
		resolve(r, st);
		if (is_jump(st) && st->next)
			reachable = false;
	}
	pop_scope(r);
}

static void resolve_body(struct resolver *r, struct node *body)
{
	if (!r->loops++)
		r->returns = NULL;
	resolve(r, body);
	r->loops--;
}

static void resolve_for(struct resolver *r, struct node *var, struct node *body)
{
	struct variable *old = find_variable(r, var->var.name);
	struct scope sc;

	push_scope(r, &sc);
	r->bodies++;
	if (old)
		say_shadow(r, var, old, true);
	declare(r, var, VAR_LOOP)->is_assigned = true;
	resolve_body(r, body);
	r->bodies--;
	pop_scope(r);
}

static void say_while(struct resolver *r, const struct node *n)
{
	struct span head = { n->span.start, n->span.start + 5 };
	struct diag *d = diag_warning(r->s->diags, DIAG_DEPRECATED, head,
				      "While loops are deprecated and may be removed in the future.");

	diag_hint(r->s->diags, d, "For loops support ranges (e.g. `for ($x : $start..$end) { ... }`), and "
		  "can be used in place of while. These are more easily proven to be bounded by the "
		  "verifier.");
}

static void resolve_jump(struct resolver *r, const struct node *n, const char *word)
{
	struct diag *d;

	if (r->loops)
		return;
	d = diag_error(r->s->diags, DIAG_FLOW, n->span, "'%s' statement is not allowed in a %s", word,
		       r->u->fn ? "function" : "probe");
	diag_hint(r->s->diags, d, "outside of loops, return leaves the %s", r->u->fn ? "function" : "probe");
}

/* All returns of a loop have a value, or none has. */
static void resolve_return(struct resolver *r, const struct node *n)
{
	struct diag *d;

	if (r->u->fn) {
		r->u->fn->returns_in_for |= r->bodies > 0;
		r->u->fn->returns_value |= n->return_stmt.value != NULL;
	}
	if (n->return_stmt.value)
		resolve(r, n->return_stmt.value);
	if (!r->loops)
		return;
	if (!r->returns)
		r->returns = n;
	if (!r->returns->return_stmt.value == !n->return_stmt.value)
		return;
	d = diag_error(r->s->diags, DIAG_FLOW, n->span, "Return value used in loop is inconsistent");
	diag_note(r->s->diags, d, r->returns->span, "This is the other return.");
}

static bool writes_map(const struct node *n, void *ctx)
{
	(void)ctx;
	if (n->kind == NODE_assign)
		return n->assign.target->kind == NODE_map;
	return n->kind == NODE_incdec && n->incdec.operand->kind == NODE_map;
}

/* Of sizeof and its like, which evaluate nothing. A map by its name alone stands for all of it. */
static void resolve_operand(struct resolver *r, const struct node *n, struct node *operand, const char *what)
{
	if (node_any(operand, writes_map, NULL))
		diag_error(r->s->diags, DIAG_MAP_VALUE, n->span, "Map assignments not allowed inside of %s", what);
	r->unevaluated++;
	if (operand->kind == NODE_map && !operand->map.key)
		resolve_map(r, operand, true);
	else
		resolve(r, operand);
	r->unevaluated--;
}

/* -- comptime -- */

/* What is needed to resolve a branch when its condition is known. */
struct late {
	struct resolver r;
	struct variable **visible;
	size_t n;
};

static bool assigns(const struct node *n, void *ctx)
{
	const struct variable *v = ctx;

	return n->kind == NODE_assign && n->assign.target->kind == NODE_var &&
	       n->assign.target->var.name == v->name;
}

/* For choice, an if or a ternary. A variable that one of its branches assigns has a value behind it, for all
 * that is known. */
static struct late *put_off(const struct resolver *r, const struct node *choice)
{
	struct late *late = ARENA_NEW(r->s->arena, struct late);

	late->r = *r;
	late->r.scope = NULL;
	for (const struct scope *sc = r->scope; sc; sc = sc->up)
		late->n += sc->vars.n;
	late->visible = ARENA_ARRAY(r->s->arena, struct variable *, late->n);
	late->n = 0;
	for (const struct scope *sc = r->scope; sc; sc = sc->up)
		for (size_t i = 0; i < sc->vars.n; i++)
			late->visible[late->n++] = sc->vars.v[i];
	for (size_t i = 0; i < late->n; i++)
		if (!late->visible[i]->is_assigned && node_any(choice, assigns, late->visible[i]))
			late->visible[i]->is_assigned = true;
	return late;
}

void resolve_late(const struct late *late, struct node *n)
{
	struct resolver r = late->r;
	struct scope sc;

	push_scope(&r, &sc);
	for (size_t i = 0; i < late->n; i++)
		vec_push(&sc.vars, late->visible[i]);
	resolve(&r, n);
	pop_scope(&r);
}

/* An if or a ternary whose condition is comptime: only one branch is ever looked at. */
static void resolve_choice(struct resolver *r, struct node *n, struct node *cond)
{
	resolve(r, cond->comptime.operand);
	fold_operand(r->s, r->u, cond->comptime.operand, false);
	if (!node_is_literal(cond->comptime.operand)) {
		cond->comptime.late = put_off(r, n);
		return;
	}
	fold_choose(r->s, n);
	resolve(r, n);
}

static void resolve(struct resolver *r, struct node *n)
{
	if (n->kind == NODE_cond && n->cond.cond->kind == NODE_comptime) {
		resolve_choice(r, n, n->cond.cond);
		return;
	}
	if (n->kind == NODE_ternary && n->ternary.cond->kind == NODE_comptime) {
		resolve_choice(r, n, n->ternary.cond);
		return;
	}
	switch (n->kind) {
	case NODE_var:
		resolve_var(r, n);
		return;
	case NODE_map:
		resolve_map(r, n, false);
		return;
	case NODE_name:
		resolve_name(r, n);
		return;
	case NODE_call:
		resolve_call(r, n);
		return;
	case NODE_unary:
		if (n->unary.op == OP_ADDRESS)
			resolve_address(r, n->unary.operand);
		else
			resolve(r, n->unary.operand);
		return;
	case NODE_return_stmt:
		resolve_return(r, n);
		return;
	case NODE_incdec:
		resolve_target(r, n->incdec.operand, true);
		return;
	case NODE_let:
		resolve_let(r, n);
		return;
	case NODE_assign:
		resolve(r, n->assign.value);
		resolve_target(r, n->assign.target, n->assign.op != OP_NONE);
		return;
	case NODE_offset_of:
		resolve_operand(r, n, n->offset_of.operand, "offsetof");
		return;
	case NODE_size_of:
		resolve_operand(r, n, n->size_of.operand, "sizeof");
		return;
	case NODE_type_info:
		resolve_operand(r, n, n->type_info.operand, "typeof or typeinfo");
		script_use_unstable(r->s, "typeinfo", "unstable_typeinfo",
				    (enum unstable)r->s->settings.unstable_typeinfo, n->span);
		return;
	case NODE_type_of:
		resolve_operand(r, n, n->type_of.operand, "typeof or typeinfo");
		return;
	case NODE_block:
		resolve_block(r, n);
		return;
	case NODE_while_loop:
		say_while(r, n);
		resolve(r, n->while_loop.cond);
		resolve_body(r, n->while_loop.body);
		return;
	case NODE_for_map:
		resolve_map(r, n->for_map.map, true);
		resolve_for(r, n->for_map.var, n->for_map.body);
		return;
	case NODE_for_range:
		resolve(r, n->for_range.from);
		resolve(r, n->for_range.to);
		resolve_for(r, n->for_range.var, n->for_range.body);
		return;
	case NODE_break_stmt:
		resolve_jump(r, n, "break");
		return;
	case NODE_continue_stmt:
		resolve_jump(r, n, "continue");
		return;
	default:
		node_each_child(n, resolve_child, r);
	}
}

/* -- the whole script -- */

static void check_variables(struct script *s, const struct unit *u)
{
	for (size_t i = 0; i < u->vars.n; i++) {
		const struct variable *v = u->vars.v[i];

		if (!v->is_assigned)
			diag_warning(s->diags, DIAG_UNASSIGNED, v->first,
				     "Variable $%s was never assigned to.", v->name);
	}
}

static void check_maps(struct script *s)
{
	for (size_t i = 0; i < s->maps.n; i++) {
		const struct map *m = s->maps.v[i];

		if (!m->is_used)
			diag_warning(s->diags, DIAG_UNUSED_MAP, m->declared_at, "Unused map: @%s", m->name);
	}
}

static void declare_param(struct resolver *r, struct node *param)
{
	struct variable *old = find_variable(r, param->param.var->var.name), *v;

	if (old)
		say_shadow(r, param->param.var, old, false);
	v = declare(r, param->param.var, VAR_PARAM);
	v->is_assigned = true;
	vec_push(&r->u->fn->params, v);
	resolve(r, param->param.declared);
}

static void resolve_function(struct script *s, struct script_fn *f)
{
	struct resolver r = { .s = s, .u = f->unit };
	struct scope sc;

	push_scope(&r, &sc);
	for (struct node *p = f->def->function.params; p; p = p->next)
		declare_param(&r, p);
	resolve(&r, f->def->function.result);
	resolve(&r, f->unit->body);
	pop_scope(&r);
}

void resolve_check_uses(struct script *s)
{
	for (size_t i = 0; i < s->functions.n; i++)
		check_variables(s, s->functions.v[i]->unit);
	for (size_t i = 0; i < s->units.n; i++)
		check_variables(s, s->units.v[i]);
	check_maps(s);
}

int pass_resolve(struct script *s)
{
	for (size_t i = 0; i < s->functions.n; i++)
		resolve_function(s, s->functions.v[i]);
	for (size_t i = 0; i < s->units.n; i++) {
		struct resolver r = { .s = s, .u = s->units.v[i] };

		resolve(&r, s->units.v[i]->body);
	}
	if (!diags_errors(s->diags))
		return 0;
	resolve_check_uses(s); /* there will be no later */
	return -1;
}
