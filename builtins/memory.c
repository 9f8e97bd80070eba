/* Where arguments are in memory, and which are texts. */
#include "ast/script.h"
#include "base/diag.h"
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

static bool is_char(const struct type *t)
{
	return t->kind == TYPE_INT && t->size == 1;
}

int memory_check_text(struct script *s, const struct node *arg)
{
	const struct type *t = arg->type;
	const char *message;

	if (t->kind == TYPE_STRING || ((t->kind == TYPE_ARRAY || t->kind == TYPE_POINTER) && is_char(t->to)))
		return 0;
	if (t->kind == TYPE_ARRAY)
		message = "string-like arrays must contain a char-like type";
	else if (t->kind == TYPE_POINTER)
		message = "string-like pointers must point to a char-like type";
	else
		message = "string-like values must be either strings, arrays or pointers";
	diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_TYPE, arg->span, "%s", message),
		  "str(address) reads the text at an address");
	return -1;
}
