/* Where arguments are in memory. */
#include "ast/script.h"
#include "builtins/memory_priv.h"

bool memory_is_number(const struct type *t)
{
	return type_is_int_like(t) && t->kind != TYPE_BOOL;
}

ref memory_emit_address(struct cg *cg, const struct node *arg, enum addr_space *ret_as, uint32_t *ret_bytes)
{
	struct value v;

	*ret_as = arg->as;
	if (arg->type->kind != TYPE_POINTER && !memory_is_number(arg->type))
		return cg_where(cg, arg, ret_as, ret_bytes);
	v = cg_expr(cg, arg);
	if (v.type->kind == TYPE_POINTER)
		return v.ref;
	return cg_convert(cg, v, type_int(cg_script(cg)->types, 64, false)).ref;
}
