/* Addresses of network cards. */
#include <string.h>

#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "builtins/memory_priv.h"
#include "codegen/cg.h"

enum { MAC_SIZE = 6 };

static void format_mac(struct output *o, const struct type *t, const void *bytes, struct strbuf *out)
{
	const uint8_t *b = bytes;

	(void)o;
	(void)t;
	for (int i = 0; i < MAC_SIZE; i++)
		strbuf_printf(out, i ? ":%02X" : "%02X", b[i]);
}

static const struct value_kind mac_address = {
	.name = "mac_address", .written = "macaddr_t", .size = MAC_SIZE, .align = 1, .format = format_mac,
};

static int refuse(struct script *s, const struct node *arg, const char *message)
{
	diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_TYPE, arg->span, "%s", message),
		  "it shows six bytes of memory: an array, or what a pointer leads to");
	return -1;
}

static int check_macaddr(struct script *s, struct unit *u, struct node *call)
{
	const struct node *arg = builtin_arg(call, 0);
	const struct type *t = arg->type;

	(void)u;
	call->type = type_special(s->types, &mac_address, NULL);
	call->as = AS_KERNEL;
	if (arg->kind == NODE_string)
		return refuse(s, arg, "macaddr() does not support literal string arguments");
	if (t->kind == TYPE_POINTER || memory_is_number(t))
		return 0;
	if (t->kind == TYPE_ARRAY || t->kind == TYPE_STRING) {
		if (t->size >= MAC_SIZE)
			return 0;
		return refuse(s, arg, "macaddr() argument must be at least 6 bytes in size");
	}
	return refuse(s, arg, arena_printf(s->arena, "macaddr() only supports array or pointer arguments (%s provided)",
					   t->name));
}

static void emit_macaddr(struct cg *cg, const struct node *call, ref dst)
{
	enum addr_space as;
	uint32_t there;
	ref from = memory_emit_address(cg, builtin_arg(call, 0), &as, &there);

	cg_probe_read(cg, dst, MAC_SIZE, from, as, call->span);
}

const struct builtin builtins_macaddr[] = {
	{ .name = "macaddr", .sig = "own(any)", .kind = &mac_address,
	  .doc = "The address of a network card, from the 6 bytes in an array or at an address; shown as "
		 "AA:BB:CC:DD:EE:FF.",
	  .check = COMPILE_SIDE(check_macaddr), .emit_into = COMPILE_SIDE(emit_macaddr) },
	{ 0 }
};
