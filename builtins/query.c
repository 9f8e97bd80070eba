/* What is asked when the script is compiled: kinds of values, and conditions that must hold. */
#include <string.h>

#include "ast/script.h"
#include "base/diag.h"
#include "base/vec.h"
#include "builtins/builtin.h"
#include "builtins/memory_priv.h"
#include "codegen/cg.h"
#include "probes/probe.h"

/* -- kinds of values -- */

static bool is_kind(const char *question, const struct type *t)
{
	if (!strcmp(question, "is_str"))
		return t->kind == TYPE_STRING;
	if (!strcmp(question, "is_ptr"))
		return t->kind == TYPE_POINTER;
	if (!strcmp(question, "is_array"))
		return t->kind == TYPE_ARRAY;
	return t->kind == TYPE_INT && (!strcmp(question, "is_integer") || !t->is_signed);
}

static int known_kind(struct script *s, const struct unit *u, const struct node *call, bool is_settled,
		      struct node *ret_literal)
{
	const struct node *arg = builtin_arg(call, 0);

	(void)s;
	(void)u;
	if (!arg || !arg->type || !is_settled)
		return -1;
	ret_literal->kind = NODE_boolean;
	ret_literal->boolean.value = is_kind(call->call.name, arg->type);
	return 0;
}

/* What is no literal may become one until types are settled. */
static int known_literal(struct script *s, const struct unit *u, const struct node *call, bool is_settled,
			 struct node *ret_literal)
{
	const struct node *arg = builtin_arg(call, 0);

	(void)s;
	(void)u;
	if (!arg || (!is_settled && !node_is_literal(arg)))
		return -1;
	ret_literal->kind = NODE_boolean;
	ret_literal->boolean.value = node_is_literal(arg);
	return 0;
}

static int check_scalar(struct script *s, struct unit *u, struct node *call)
{
	const struct node *map = builtin_arg(call, 0);

	(void)u;
	if (map->kind == NODE_map && !map->map.key)
		return 0;
	diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_TYPE, map->span,
				       "is_scalar() expects a map for the first argument"),
		  "a map by its name alone: is_scalar(@name)");
	return -1;
}

static int known_scalar(struct script *s, const struct unit *u, const struct node *call, bool is_settled,
			struct node *ret_literal)
{
	const struct node *map = builtin_arg(call, 0);

	(void)s;
	(void)u;
	if (!is_settled || !map || map->kind != NODE_map || map->map.key || !map->map.sym->is_written)
		return -1;
	ret_literal->kind = NODE_boolean;
	ret_literal->boolean.value = !map->map.sym->is_keyed;
	return 0;
}

/* The kernel's error codes as addresses: the last 4095 there are. */
static struct value emit_is_err(struct cg *cg, const struct node *call)
{
	ref v = cg_expr(cg, builtin_arg(call, 0)).ref;

	return cg_value(cg_bool(cg, cg_compare(cg, OP_GE, false, v, cg_const(cg, (uint64_t)-4095))), call->type);
}

/* -- what must hold: nothing is left of these when it does -- */

static struct value emit_nothing(struct cg *cg, const struct node *call)
{
	(void)cg;
	(void)call;
	return cg_value(NULL, &type_void);
}

static int check_static_assert(struct script *s, struct unit *u, struct node *call)
{
	const struct node *cond = builtin_arg(call, 0), *message = builtin_arg(call, 1);

	(void)u;
	if (cond->kind != NODE_number && cond->kind != NODE_boolean) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_COMPTIME, cond->span,
					       "Unable to resolve comptime expression"),
			  "static_assert() looks at what is known when the script is compiled; assert() looks while "
			  "it runs");
		return -1;
	}
	if (cond->kind == NODE_number ? cond->number.value != 0 : cond->boolean.value)
		return 0;
	diag_error(s->diags, DIAG_ASSERT, call->span, "%s",
		   message->kind == NODE_string ? message->string.text : "");
	return -1;
}

static int check_assert_str(struct script *s, struct unit *u, struct node *call)
{
	(void)u;
	return memory_check_text(s, builtin_arg(call, 0));
}

static int check_check_key(struct script *s, struct unit *u, struct node *call)
{
	const struct node *map = builtin_arg(call, 0), *name = builtin_arg(call, 2);

	(void)u;
	if (!map->map.sym->is_scalar || name->kind != NODE_string)
		return 0;
	diag_hint(s->diags, diag_error(s->diags, DIAG_MAP_KIND, call->span,
				       "call to %s expects a map with explicit keys (non-scalar map)",
				       name->string.text),
		  "@%s has one value and no keys", map->map.name);
	return -1;
}

static int check_userspace(struct script *s, struct unit *u, struct node *call)
{
	static const char *const kinds[] = { "uprobe", "uretprobe", "usdt" };
	const struct node *name = builtin_arg(call, 0);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(u->probe->kind->name, kinds[i]))
			return 0;
	diag_hint(s->diags, diag_error(s->diags, DIAG_PROBE_DATA, call->span,
				       "%s can not be used for this probetype: %s",
				       name->kind == NODE_string ? name->string.text : "this",
				       u->probe->kind->name),
		  "probes in programs are uprobe, uretprobe and usdt");
	return -1;
}

const struct builtin builtins_query[] = {
#define KIND(what, text) \
	{ .name = what, .sig = "bool(any)", .doc = "Whether the value is " text ". Known when the script is compiled.", \
	  .known = COMPILE_SIDE(known_kind) }
	KIND("is_str", "a string"),
	KIND("is_ptr", "a pointer"),
	KIND("is_array", "an array"),
	KIND("is_integer", "an integer"),
	KIND("is_unsigned_integer", "an unsigned integer"),
	{ .name = "is_literal", .sig = "bool(any)", .flags = BUILTIN_COMPTIME,
	  .doc = "Whether the value is worked out when the script is compiled.",
	  .known = COMPILE_SIDE(known_literal) },
	{ .name = "is_scalar", .sig = "bool(map_or_any)",
	  .doc = "Whether a map has no keys. Known when the script is compiled.",
	  .check = COMPILE_SIDE(check_scalar), .known = COMPILE_SIDE(known_scalar) },
	{ .name = "is_err", .sig = "bool(int_or_ptr)",
	  .doc = "Whether a pointer of the kernel is an error code instead, -4095 to -1.",
	  .emit = COMPILE_SIDE(emit_is_err) },
	{ .name = "static_assert", .sig = "void(any, lit_string)", .flags = BUILTIN_COMPTIME,
	  .doc = "The script is refused with this text unless the condition holds, which must be known when "
		 "it is compiled.",
	  .check = COMPILE_SIDE(check_static_assert), .emit = COMPILE_SIDE(emit_nothing) },
	{ .name = "assert_str", .sig = "void(any)",
	  .doc = "The script is refused unless the value is a string, or an array of or a pointer to characters.",
	  .check = COMPILE_SIDE(check_assert_str), .emit = COMPILE_SIDE(emit_nothing) },
	{ .name = "check_key", .sig = "void(map, any, lit_string)", .flags = BUILTIN_COMPTIME,
	  .doc = "The script is refused in the name of a function (\"f()\") when the map has no keys.",
	  .check = COMPILE_SIDE(check_check_key), .emit = COMPILE_SIDE(emit_nothing) },
	{ .name = "assert_userspace_probe", .sig = "void(lit_string)", .flags = BUILTIN_COMPTIME,
	  .doc = "The script is refused in the name of a function unless the probe is uprobe, uretprobe or usdt.",
	  .check = COMPILE_SIDE(check_userspace), .emit = COMPILE_SIDE(emit_nothing) },
	{ 0 }
};
