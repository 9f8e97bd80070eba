/* Functions of whole maps and of their elements. */
#include <string.h>

#include "ast/script.h"
#include "base/diag.h"
#include "base/host.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"
#include "runtime/run.h"

/* -- clear, zero: done when the event is read -- */

static int check_whole(struct script *s, struct unit *u, struct node *call)
{
	const struct node *map = builtin_arg(call, 0);

	(void)u;
	if (!map->map.key)
		return 0;
	diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_TYPE, map->span, "%s() expects a map argument",
				       call->call.name),
		  "all of the map: %s(@%s); one element: delete(@%s, key)", call->call.name, map->map.name,
		  map->map.name);
	return -1;
}

static struct value emit_whole(struct cg *cg, const struct node *call)
{
	struct event_desc *e = cg_event_new(cg, call->call.fn, call->span);

	e->map = builtin_arg(call, 0)->map.sym->desc;
	cg_event_send(cg, e, NULL);
	return cg_value(NULL, &type_void);
}

static void handle_clear(struct run *run, const struct event_desc *e, const void *args)
{
	(void)args;
	run_clear_map(run, e->map);
}

static void handle_zero(struct run *run, const struct event_desc *e, const void *args)
{
	(void)args;
	run_zero_map(run, e->map);
}

/* -- delete, has_key: done at once -- */

static int refuse_shape(struct script *s, const struct node *call, const char *how, bool keyed)
{
	const char *name = builtin_arg(call, 0)->map.name;
	struct diag *d = diag_error(s->diags, DIAG_MAP_KIND, call->span, "call to %s()%s expects a map %s",
				    call->call.name, how, keyed ? "with explicit keys (non-scalar map)"
								: "without explicit keys (scalar map)");

	if (!strcmp(call->call.name, "delete"))
		diag_hint(s->diags, d, keyed ? "@%s has one value: delete(@%s)"
					     : "an element of @%s: delete(@%s, key); all of it: clear(@%s)",
			  name, name, name);
	else
		diag_hint(s->diags, d, "@%s has one value and no keys", name);
	return -1;
}

/* Elements of aggregations with buckets are as many elements of the kernel's map, and a scalar one has
 * them for every CPU. Up to 8192 jumps in a row are what the verifier follows. */
static int check_buckets(struct script *s, const struct node *call)
{
	enum { MAX_STEPS = 8000 };
	const struct map *m = builtin_arg(call, 0)->map.sym;
	uint64_t steps;
	struct diag *d;

	if (!m->value || m->value->kind != TYPE_AGG || !m->value->agg->is_bucketed)
		return 0;
	steps = m->value->agg->n_buckets(m->value);
	steps *= m->is_keyed ? 1 : s->host->n_cpus;
	if (steps <= MAX_STEPS)
		return 0;
	d = diag_error(s->diags, DIAG_AGGREGATION, call->span,
		       "%s() has to look at %llu places of @%s one by one, and the kernel allows %d",
		       call->call.name, (unsigned long long)steps, m->name, MAX_STEPS);
	diag_hint(s->diags, d, "clear(@%s) is done outside of the kernel and has no such limit.", m->name);
	return -1;
}

static int check_delete(struct script *s, struct unit *u, struct node *call)
{
	const struct node *map = builtin_arg(call, 0);

	(void)u;
	if (map->map.key && map->map.sym->is_scalar)
		return refuse_shape(s, call, " with two arguments", true);
	if (!map->map.key && map->map.sym->is_keyed)
		return refuse_shape(s, call, " with a single argument", false);
	return check_buckets(s, call);
}

static struct value emit_delete(struct cg *cg, const struct node *call)
{
	const struct node *map = builtin_arg(call, 0);
	ref existed = map->map.key ? cg_map_delete(cg, map) : cg_scalar_delete(cg, map);

	return cg_value(existed, call->type);
}

static int check_has_key(struct script *s, struct unit *u, struct node *call)
{
	(void)u;
	if (builtin_arg(call, 0)->map.sym->is_scalar)
		return refuse_shape(s, call, "", true);
	return check_buckets(s, call);
}

static struct value emit_has_key(struct cg *cg, const struct node *call)
{
	return cg_value(cg_map_has(cg, builtin_arg(call, 0)), call->type);
}

/* -- len: elements of a map, frames of a stack -- */

static bool is_stack(const struct type *t)
{
	const char *base = type_base_name(t);

	return !strcmp(base, "kstack") || !strcmp(base, "ustack");
}

static int check_len(struct script *s, struct unit *u, struct node *call)
{
	const struct node *arg = builtin_arg(call, 0);

	(void)u;
	if (arg->kind == NODE_map && !arg->map.key)
		return arg->map.sym->is_scalar ? refuse_shape(s, call, "", true) : check_buckets(s, call);
	if (!arg->type || is_stack(arg->type))
		return 0;
	diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_TYPE, arg->span,
				       "call to len() expects a map, ustack, or kstack"),
		  "len() counts elements and frames; sizeof() is the number of bytes");
	return -1;
}

static struct value emit_len(struct cg *cg, const struct node *call)
{
	const struct node *arg = builtin_arg(call, 0);

	if (arg->kind == NODE_map && !arg->map.key)
		return cg_value(cg_map_len(cg, arg), call->type);
	/* stacks begin with the number of their frames */
	return cg_value(cg_load(cg, cg_expr(cg, arg).ref, 0, 8, false), call->type);
}

const struct builtin builtins_mapfn[] = {
	{ .name = "clear", .sig = "void(map)", .flags = BUILTIN_EFFECT,
	  .doc = "Deletes all elements of a map.",
	  .check = COMPILE_SIDE(check_whole), .emit = COMPILE_SIDE(emit_whole), .handle = handle_clear },
	{ .name = "zero", .sig = "void(map)", .flags = BUILTIN_EFFECT,
	  .doc = "Sets all values of a map to zero and keeps its keys.",
	  .check = COMPILE_SIDE(check_whole), .emit = COMPILE_SIDE(emit_whole), .handle = handle_zero },
	{ .name = "delete", .sig = "bool(map, key?)", .flags = BUILTIN_EFFECT | BUILTIN_STATEMENT,
	  .doc = "Deletes an element: delete(@m, key), or delete(@m) of a map without keys. True when it "
		 "existed.",
	  .check = COMPILE_SIDE(check_delete), .emit = COMPILE_SIDE(emit_delete) },
	{ .name = "has_key", .sig = "bool(map, key)",
	  .doc = "Whether a map has an element.",
	  .check = COMPILE_SIDE(check_has_key), .emit = COMPILE_SIDE(emit_has_key) },
	{ .name = "len", .sig = "int64(map_or_any)",
	  .doc = "Number of elements of a map, or of frames of a stack.",
	  .check = COMPILE_SIDE(check_len), .emit = COMPILE_SIDE(emit_len) },
	{ 0 }
};
