/* Addresses shown by the name of what they lie in: of the kernel, of the current process. */
#include <stddef.h>
#include <string.h>

#include "ast/script.h"
#include "base/diag.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "builtins/task_priv.h"
#include "codegen/cg.h"
#include "runtime/ksyms.h"
#include "runtime/output.h"
#include "runtime/usyms.h"

struct usym_value {
	uint64_t addr;
	uint32_t pid, reserved;
};

static void format_symbol(const char *name, uint64_t addr, struct strbuf *out)
{
	if (name)
		strbuf_puts(out, name);
	else
		strbuf_printf(out, addr ? "0x%llx" : "%llx", (unsigned long long)addr);
}

static void format_ksym(struct output *o, const struct type *t, const void *bytes, struct strbuf *out)
{
	const struct ksyms *ks = output_ksyms(o);
	uint64_t addr, offset;

	(void)t;
	memcpy(&addr, bytes, sizeof(addr));
	format_symbol(ks ? ksyms_name(ks, addr, &offset) : NULL, addr, out);
}

static void format_usym(struct output *o, const struct type *t, const void *bytes, struct strbuf *out)
{
	struct usym_value v;

	(void)t;
	memcpy(&v, bytes, sizeof(v));
	format_symbol(usyms_find(output_usyms(o), v.pid, v.addr).name, v.addr, out);
}

static const struct value_kind ksym = { .name = "ksym_t", .size = 8, .format = format_ksym, .of_kernel = true };
static const struct value_kind usym = {
	.name = "usym_t", .size = sizeof(struct usym_value), .align = 1, .format = format_usym, .of_process = true,
};

/* hint: for who gives a name; NULL: as for other types. */
static int check_address(struct script *s, struct node *call, const struct value_kind *result, const char *hint)
{
	const struct node *arg = builtin_arg(call, 0);
	struct diag *d;

	call->type = type_special(s->types, result, NULL);
	if (!arg->type || arg->type->kind == TYPE_POINTER || arg->type->kind == TYPE_INT)
		return 0;
	d = diag_error(s->diags, DIAG_ARG_TYPE, arg->span, "%s() expects an integer or pointer argument",
		       builtin_call_name(call));
	if (hint && arg->type->kind == TYPE_STRING)
		diag_hint(s->diags, d, "%s", hint);
	else
		builtin_hint_number(s, d, arg->type);
	return -1;
}

static int check_ksym(struct script *s, struct unit *u, struct node *call)
{
	(void)u;
	return check_address(s, call, &ksym, "the address of a symbol of the kernel is kaddr(\"name\")");
}

static int check_usym(struct script *s, struct unit *u, struct node *call)
{
	(void)u;
	return check_address(s, call, &usym, NULL);
}

static void emit_ksym(struct cg *cg, const struct node *call, ref dst)
{
	cg_store(cg, dst, 0, 8, cg_expr(cg, builtin_arg(call, 0)).ref);
}

static void emit_usym(struct cg *cg, const struct node *call, ref dst)
{
	cg_store(cg, dst, offsetof(struct usym_value, addr), 8, cg_expr(cg, builtin_arg(call, 0)).ref);
	cg_store(cg, dst, offsetof(struct usym_value, pid), 4, task_emit_pid(cg));
	cg_store(cg, dst, offsetof(struct usym_value, reserved), 4, cg_const(cg, 0));
}

const struct builtin builtins_sym[] = {
	{ .name = "ksym", .sig = "own(any)",
	  .doc = "A kernel address that is shown as the name of the function or variable it lies in.",
	  .check = COMPILE_SIDE(check_ksym), .emit_into = COMPILE_SIDE(emit_ksym) },
	{ .name = "usym", .sig = "own(any)",
	  .doc = "An address of the current process that is shown as the name of the function or variable it "
		 "lies in.",
	  .check = COMPILE_SIDE(check_usym), .emit_into = COMPILE_SIDE(emit_usym) },
	{ 0 }
};
