#include "ast/node.h"
#include "ast/script.h"
#include "base/diag.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"

/* bswap(n): the bytes of an integer in reverse order, as network and host order differ. */

static int check_bswap(struct script *s, struct unit *u, struct node *call)
{
	const struct node *arg = builtin_arg(call, 0);
	const struct type *t = arg->type ? type_decay(s->types, arg->type) : NULL;

	(void)u;
	if (!t)
		return 0;
	if (!type_is_integer(t)) {
		builtin_hint_number(s, diag_error(s->diags, DIAG_ARG_TYPE, arg->span,
						  "bswap() only supports integer arguments (%s provided)", t->name),
				    t);
		return -1;
	}
	call->type = type_int(s->types, 8 * t->size, false);
	return 0;
}

/* Byte by byte, with the shifts and masks that every kernel runs. */
static struct value emit_bswap(struct cg *cg, const struct node *call)
{
	ref n = cg_convert(cg, cg_expr(cg, builtin_arg(call, 0)), call->type).ref;
	ref swapped = cg_const(cg, 0), byte;
	uint32_t size = call->type->size;

	for (uint32_t i = 0; i < size; i++) {
		byte = cg_op(cg, OP_BIT_AND, cg_op(cg, OP_SHR, n, cg_const(cg, 8 * i)), cg_const(cg, 0xff));
		byte = cg_op(cg, OP_SHL, byte, cg_const(cg, 8 * (size - 1 - i)));
		swapped = cg_op(cg, OP_BIT_OR, swapped, byte);
	}
	return cg_value(swapped, call->type);
}

const struct builtin builtins_bswap[] = {
	{ .name = "bswap", .sig = "own(any)",
	  .doc = "An integer with its bytes in reverse order, unsigned, of the same width: "
		 "bswap((uint16)args.port).",
	  .check = COMPILE_SIDE(check_bswap), .emit = COMPILE_SIDE(emit_bswap) },
	{ 0 }
};
