/* Which memory an address is of: kptr(), uptr(). */
#include "ast/node.h"
#include "ast/script.h"
#include "base/diag.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"

static int check_space(struct script *s, struct node *call, enum addr_space as)
{
	const struct node *arg = builtin_arg(call, 0);
	const struct type *t = type_decay(s->types, arg->type);

	call->type = t;
	call->as = as;
	if (t->kind == TYPE_INT || t->kind == TYPE_POINTER)
		return 0;
	builtin_hint_number(s, diag_error(s->diags, DIAG_ARG_TYPE, arg->span,
					  "%s() only supports integer or pointer arguments (%s provided)",
					  builtin_call_name(call), t->name), t);
	return -1;
}

static int check_kptr(struct script *s, struct unit *u, struct node *call)
{
	(void)u;
	return check_space(s, call, AS_KERNEL);
}

static int check_uptr(struct script *s, struct unit *u, struct node *call)
{
	(void)u;
	return check_space(s, call, AS_USER);
}

static struct value emit_space(struct cg *cg, const struct node *call)
{
	return cg_convert(cg, cg_expr(cg, builtin_arg(call, 0)), call->type);
}

const struct builtin builtins_space[] = {
	{ .name = "kptr", .sig = "own(any)",
	  .doc = "The same address, of kernel memory: what is read there is read as the kernel's.",
	  .check = COMPILE_SIDE(check_kptr), .emit = COMPILE_SIDE(emit_space) },
	{ .name = "uptr", .sig = "own(any)",
	  .doc = "The same address, of the memory of the current process.",
	  .check = COMPILE_SIDE(check_uptr), .emit = COMPILE_SIDE(emit_space) },
	{ 0 }
};
