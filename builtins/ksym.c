/* Kernel addresses shown by name. */
#include <string.h>

#include "ast/script.h"
#include "base/diag.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"
#include "runtime/ksyms.h"
#include "runtime/output.h"

static void format_ksym(struct output *o, const struct type *t, const void *bytes, struct strbuf *out)
{
	const struct ksyms *ks = output_ksyms(o);
	uint64_t addr, offset;
	const char *name;

	(void)t;
	memcpy(&addr, bytes, sizeof(addr));
	name = ks ? ksyms_name(ks, addr, &offset) : NULL;
	if (name)
		strbuf_puts(out, name);
	else
		strbuf_printf(out, addr ? "0x%llx" : "%llx", (unsigned long long)addr);
}

static const struct value_kind ksym = { .name = "ksym_t", .size = 8, .format = format_ksym };

static int check_ksym(struct script *s, struct unit *u, struct node *call)
{
	const struct node *arg = builtin_arg(call, 0);
	struct diag *d;

	(void)u;
	call->type = type_special(s->types, &ksym, NULL);
	if (!arg->type || arg->type->kind == TYPE_POINTER || arg->type->kind == TYPE_INT)
		return 0;
	d = diag_error(s->diags, DIAG_ARG_TYPE, arg->span, "ksym() expects an integer or pointer argument");
	if (arg->type->kind == TYPE_STRING)
		diag_hint(s->diags, d, "the address of a symbol of the kernel is kaddr(\"name\")");
	else
		builtin_hint_number(s, d, arg->type);
	return -1;
}

static void emit_ksym(struct cg *cg, const struct node *call, ref dst)
{
	cg_store(cg, dst, 0, 8, cg_expr(cg, builtin_arg(call, 0)).ref);
}

const struct builtin builtins_ksym[] = {
	{ .name = "ksym", .sig = "own(any)",
	  .doc = "A kernel address that is shown as the name of the function or variable it lies in.",
	  .check = COMPILE_SIDE(check_ksym), .emit_into = COMPILE_SIDE(emit_ksym) },
	{ 0 }
};
