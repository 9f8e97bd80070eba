/* Addresses of the current process shown by name. */
#include <stddef.h>
#include <string.h>

#include "ast/script.h"
#include "base/diag.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "builtins/task_priv.h"
#include "codegen/cg.h"
#include "runtime/output.h"
#include "runtime/usyms.h"

struct usym_value {
	uint64_t addr;
	uint32_t pid, reserved;
};

static void format_usym(struct output *o, const struct type *t, const void *bytes, struct strbuf *out)
{
	struct usym_value v;
	struct usym sym;

	(void)t;
	memcpy(&v, bytes, sizeof(v));
	sym = usyms_find(output_usyms(o), v.pid, v.addr);
	if (sym.name)
		strbuf_puts(out, sym.name);
	else
		strbuf_printf(out, v.addr ? "0x%llx" : "%llx", (unsigned long long)v.addr);
}

static const struct value_kind usym = {
	.name = "usym_t", .size = sizeof(struct usym_value), .align = 1, .format = format_usym, .of_process = true,
};

static int check_usym(struct script *s, struct unit *u, struct node *call)
{
	const struct node *arg = builtin_arg(call, 0);
	struct diag *d;

	(void)u;
	call->type = type_special(s->types, &usym, NULL);
	if (!arg->type || arg->type->kind == TYPE_POINTER || arg->type->kind == TYPE_INT)
		return 0;
	d = diag_error(s->diags, DIAG_ARG_TYPE, arg->span, "usym() expects an integer or pointer argument");
	builtin_hint_number(s, d, arg->type);
	return -1;
}

static void emit_usym(struct cg *cg, const struct node *call, ref dst)
{
	cg_store(cg, dst, offsetof(struct usym_value, addr), 8, cg_expr(cg, builtin_arg(call, 0)).ref);
	cg_store(cg, dst, offsetof(struct usym_value, pid), 4, task_emit_pid(cg));
	cg_store(cg, dst, offsetof(struct usym_value, reserved), 4, cg_const(cg, 0));
}

const struct builtin builtins_usym[] = {
	{ .name = "usym", .sig = "own(any)",
	  .doc = "An address of the current process that is shown as the name of the function or variable it "
		 "lies in.",
	  .check = COMPILE_SIDE(check_usym), .emit_into = COMPILE_SIDE(emit_usym) },
	{ 0 }
};
