/* print: a whole map when its event is read, or a value as it is now. */
#include <string.h>

#include "ast/script.h"
#include "base/diag.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"
#include "runtime/output.h"
#include "runtime/run.h"

enum { PARAM_TOP, PARAM_DIV }; /* of the event */

static bool is_whole_map(const struct node *arg)
{
	return arg->kind == NODE_map && !arg->map.key;
}

/* -- is a call inside a loop? -- */

struct search {
	const struct node *call;
	unsigned loops;                /* around what is looked at */
	bool found, in_loop;
};

static bool is_loop(const struct node *n)
{
	return n->kind == NODE_while_loop || n->kind == NODE_for_map || n->kind == NODE_for_range;
}

/* A statement whose place does not hold the call's does not hold the call. The condition made of a
 * predicate has the place of the predicate alone. */
static bool is_elsewhere(const struct node *n, const struct node *call)
{
	if (n->kind == NODE_expr_stmt)
		n = n->expr_stmt.value;
	if (n->kind == NODE_cond || n->kind == NODE_block)
		return false;
	return call->span.start < n->span.start || call->span.end > n->span.end;
}

static int look_for_call(struct node *n, void *ctx)
{
	struct search *f = ctx;

	if (n == f->call) {
		f->found = true;
		f->in_loop = f->loops > 0;
		return 1;
	}
	if (is_elsewhere(n, f->call))
		return 0;
	f->loops += is_loop(n);
	node_each_child(n, look_for_call, f);
	f->loops -= is_loop(n);
	return f->found;
}

static bool is_in_loop(struct unit *u, const struct node *call)
{
	struct search f = { .call = call };

	look_for_call(u->body, &f);
	return f.in_loop;
}

/* -- checking -- */

static int check_map(struct script *s, struct unit *u, struct node *call, const struct node *map)
{
	const struct type *value = map->map.sym->value;

	if (is_in_loop(u, call))
		diag_warning(s->diags, DIAG_PRINT_LATER, call->span,
			     "Due to it's asynchronous nature using 'print()' in a loop can lead to "
			     "unexpected behavior. The map will likely be updated before the runtime can "
			     "'print' it.");
	if (builtin_arg(call, 1) && value && value->kind == TYPE_AGG && !value->agg->is_castable &&
	    !value->agg->is_bucketed)
		diag_warning(s->diags, DIAG_AGGREGATION, call->span,
			     "print()'s top and div arguments are ignored when used on %s() maps.",
			     "stats");
	return 0;
}

/* Neither what a probe brings along as a whole, nor where that of a perf event lies, tells anything. */
static bool can_show(const struct node *arg)
{
	const struct type *t = arg->type;

	if (t->kind == TYPE_POINTER && t->to->kind == TYPE_STRUCT &&
	    !strcmp(t->to->name, "struct bpf_perf_event_data"))
		return false;
	return t->kind != TYPE_NONE && t->kind != TYPE_VOID && !builtin_is_context(arg);
}

static int check_shown(struct script *s, const struct node *arg)
{
	const struct type *t = arg->type;
	struct diag *d;

	if (!t)
		return 0;
	if (t->kind == TYPE_AGG && !t->agg->is_castable && !t->agg->shown_as) {
		d = diag_error(s->diags, DIAG_AGGREGATION, arg->span,
			       "Map type %s cannot print the value of individual keys. You must print the whole "
			       "map.", t->name);
		if (arg->kind == NODE_map)
			diag_hint(s->diags, d, "print(@%s)", arg->map.name);
		return -1;
	}
	if (can_show(arg))
		return 0;
	d = diag_error(s->diags, DIAG_ARG_TYPE, arg->span, "%s type passed to print() is not printable", t->name);
	if (builtin_is_context(arg))
		diag_hint(s->diags, d, "its members are: args.NAME");
	else if (t->kind == TYPE_POINTER)
		diag_hint(s->diags, d, "one of its members: (...)->NAME; its address: (uint64)(...)");
	else
		diag_hint(s->diags, d, "what stands here has no value");
	return -1;
}

static int check_print(struct script *s, struct unit *u, struct node *call)
{
	const struct node *arg = builtin_arg(call, 0);
	unsigned n = 0;

	if (is_whole_map(arg))
		return check_map(s, u, call, arg);
	for (const struct node *a = arg; a; a = a->next)
		n++;
	if (n > 1) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_COUNT, call->span,
					       "Non-map print() only takes 1 argument, %u found", n),
			  "several values at once: print((a, b)), or printf()");
		return -1;
	}
	return check_shown(s, arg);
}

/* -- making code -- */

/* A literal argument of the call; a negative one means as little as none. */
static int64_t literal(const struct node *call, unsigned i)
{
	const struct node *arg = builtin_arg(call, i);

	return !arg || arg->number.negative ? 0 : (int64_t)arg->number.value;
}

static struct value emit_print(struct cg *cg, const struct node *call)
{
	struct event_desc *e = cg_event_new(cg, call->call.fn, call->span);
	const struct node *arg = builtin_arg(call, 0);
	const struct type *t;

	if (is_whole_map(arg)) {
		e->map = arg->map.sym->desc;
		e->param[PARAM_TOP] = literal(call, 1);
		e->param[PARAM_DIV] = literal(call, 2);
		cg_event_send(cg, e, NULL);
		return cg_value(NULL, &type_void);
	}
	t = builtin_shown_type(cg_script_mut(cg), arg->type);
	e->record = type_tuple(cg_script(cg)->types, &t, 1);
	cg_event_send(cg, e, arg);
	return cg_value(NULL, &type_void);
}

static void handle_print(struct run *run, const struct event_desc *e, const void *args)
{
	struct output *o = run_output(run);
	struct strbuf text = { 0 };

	if (e->map) {
		run_print_map(run, e->map, (uint64_t)e->param[PARAM_TOP], e->param[PARAM_DIV]);
		return;
	}
	output_format(o, e->record->elems[0], args, &text);
	strbuf_putc(&text, '\n');
	output_write(o, text.data, text.len);
	strbuf_done(&text);
}

const struct builtin builtins_print[] = {
	{ .name = "print", .sig = "void(map_or_any, lit_int?, lit_int?)", .flags = BUILTIN_EFFECT,
	  .doc = "Prints a value, or a whole map: print(@m, top, div) shows the `top` largest elements, "
		 "their values divided by `div`.",
	  .check = COMPILE_SIDE(check_print), .emit = COMPILE_SIDE(emit_print), .handle = handle_print },
	{ 0 }
};
