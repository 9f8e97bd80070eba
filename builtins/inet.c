/* Internet addresses: ntop(), shown as people write them, and pton(), written as they do. */
#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "builtins/memory_priv.h"
#include "codegen/cg.h"

enum { IPV4_SIZE = 4, IPV6_SIZE = 16 };

struct inet_value {
	uint64_t family;
	uint8_t address[IPV6_SIZE];    /* in network order; of IPv4 the first ones */
};

/* -- values -- */

static void format_inet(struct output *o, const struct type *t, const void *bytes, struct strbuf *out)
{
	struct inet_value v = { 0 };
	char text[INET6_ADDRSTRLEN];

	(void)o;
	memcpy(&v, bytes, t->size < sizeof(v) ? t->size : sizeof(v));
	if (v.family && inet_ntop((int)v.family, v.address, text, sizeof(text)))
		strbuf_puts(out, text);
	else if (v.family)
		strbuf_printf(out, "(family %llu?)", (unsigned long long)v.family);
}

static uint32_t inet_size(const int64_t *param)
{
	return (uint32_t)param[0];
}

static void inet_name(const int64_t *param, struct strbuf *out)
{
	strbuf_puts(out, "inet");
	if (param[0])
		strbuf_printf(out, "[%u]", inet_size(param));
}

static const struct value_kind inet = {
	.name = "inet", .align = 1, .size_of = inet_size, .is_sized_by_name = true, .full_name = inet_name,
	.format = format_inet,
};

/* -- ntop(family, address) -- */

static const struct node *address_of(const struct node *call)
{
	const struct node *second = builtin_arg(call, 1);

	return second ? second : builtin_arg(call, 0);
}

static const struct node *family_of(const struct node *call)
{
	return builtin_arg(call, 1) ? builtin_arg(call, 0) : NULL;
}

static int check_ntop(struct script *s, struct unit *u, struct node *call)
{
	const struct node *family = family_of(call), *address = address_of(call);
	const struct type *t = address->type;
	struct diag *d;

	(void)u;
	call->type = type_special(s->types, &inet, (int64_t[TYPE_PARAMS]){ sizeof(struct inet_value) });
	call->as = AS_KERNEL;
	if (family && !memory_is_number(family->type)) {
		diag_error(s->diags, DIAG_ARG_TYPE, family->span,
			   "ntop() only supports int arguments as the address family (%s provided)",
			   type_base_name(family->type));
		return -1;
	}
	if (memory_is_number(t))
		return 0;
	if (t->kind != TYPE_ARRAY && t->kind != TYPE_STRING) {
		d = diag_error(s->diags, DIAG_ARG_TYPE, address->span,
			       "ntop() expects an integer or array argument, got %s", t->name);
		if (t->kind == TYPE_POINTER)
			diag_hint(s->diags, d, "what it points to: *(...)");
		else
			builtin_hint_number(s, d, t);
		return -1;
	}
	if (t->size == IPV4_SIZE || t->size == IPV6_SIZE)
		return 0;
	diag_error(s->diags, DIAG_ARG_TYPE, address->span,
		   "ntop() argument must be 4 or 16 bytes in size (%u provided)", t->size);
	return -1;
}

static ref emit_number(struct cg *cg, const struct node *n)
{
	return cg_convert(cg, cg_expr(cg, n), type_int(cg_script(cg)->types, 64, false)).ref;
}

static void emit_ntop(struct cg *cg, const struct node *call, ref dst)
{
	const struct node *family = family_of(call), *address = address_of(call);
	bool is_number = memory_is_number(address->type);
	uint32_t size = is_number ? IPV4_SIZE : address->type->size, there;
	ref to = cg_at(cg, dst, offsetof(struct inet_value, address)), from;
	enum addr_space as;

	cg_store(cg, dst, offsetof(struct inet_value, family), 8,
		 family ? emit_number(cg, family) : cg_const(cg, size == IPV4_SIZE ? AF_INET : AF_INET6));
	if (is_number) {
		cg_store(cg, to, 0, IPV4_SIZE, emit_number(cg, address));
	} else {
		from = cg_where(cg, address, &as, &there);
		cg_probe_read(cg, to, size, from, as, call->span);
	}
	if (size < IPV6_SIZE)
		cg_zero(cg, cg_at(cg, to, size), IPV6_SIZE - size);
}

/* -- pton("address") -- */

static uint32_t pton_size(const char *text)
{
	return strchr(text, ':') ? IPV6_SIZE : IPV4_SIZE;
}

static int check_pton(struct script *s, struct unit *u, struct node *call)
{
	const struct node *arg = builtin_arg(call, 0);
	const char *text = arg->string.text;
	uint32_t size = pton_size(text);
	uint8_t *bytes = call->call.data;

	(void)u;
	call->type = type_array(s->types, type_int(s->types, 8, false), size);
	call->as = AS_KERNEL;
	if (bytes)
		return 0;
	if (!strpbrk(text, ".:")) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_VALUE, arg->span,
					       "pton() expects an IPv4/IPv6 address, got %s", text),
			  "as \"127.0.0.1\" or \"::1\"");
		return -1;
	}
	bytes = arena_alloc(s->arena, size);
	if (inet_pton(size == IPV6_SIZE ? AF_INET6 : AF_INET, text, bytes) != 1) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_VALUE, arg->span,
					       "pton() expects a valid IPv4/IPv6 address, got %s", text),
			  "as \"127.0.0.1\" or \"::1\"");
		return -1;
	}
	call->call.data = bytes;
	return 0;
}

static void emit_pton(struct cg *cg, const struct node *call, ref dst)
{
	cg_store_text(cg, dst, call->call.data, call->type->size, call->type->size);
}

const struct builtin builtins_inet[] = {
	{ .name = "ntop", .sig = "own(any, any?)", .kind = &inet,
	  .doc = "An internet address, from an integer or from 4 or 16 bytes in network order; ntop(family, "
		 "address) with AF_INET (2) or AF_INET6 (10).",
	  .check = COMPILE_SIDE(check_ntop), .emit_into = COMPILE_SIDE(emit_ntop) },
	{ .name = "pton", .sig = "own(lit_string)",
	  .doc = "The bytes of an internet address in network order, uint8[4] or uint8[16]: "
		 "args.saddr == pton(\"127.0.0.1\").",
	  .check = COMPILE_SIDE(check_pton), .emit_into = COMPILE_SIDE(emit_pton) },
	{ 0 }
};
