/* Texts and bytes from memory: str, buf, strncmp. */
#include <string.h>

#include "ast/script.h"
#include "base/diag.h"
#include "builtins/builtin.h"
#include "builtins/memory_priv.h"
#include "codegen/cg.h"

enum {
	SHORT_STRLEN = 1024,           /* below this max_strlen one byte more is read, to see what was cut */
	BUF_HEADER = 4,                /* a buffer's length, in front of its bytes */
	INLINE_COMPARE = 16,           /* bytes that strncmp() compares without a loop */
	LARGEST_VALUE = 1 << 28,       /* the kernel's verifier counts offsets up to 2^29 */
};

static ref emit_min(struct cg *cg, ref a, ref b)
{
	return cg_select(cg, cg_compare(cg, OP_LT, false, a, b), a, b);
}

/* Whether values of max_strlen bytes can be handled at all. */
static int check_max_strlen(struct script *s, const char *what, const struct node *call)
{
	if (s->settings.max_strlen <= LARGEST_VALUE)
		return 0;
	diag_hint(s->diags, diag_error(s->diags, DIAG_STRING_LENGTH, call->span,
				       "BPFTRACE_MAX_STRLEN too large to use on %s (%llu > %u)", what,
				       (unsigned long long)s->settings.max_strlen, LARGEST_VALUE),
		  "config = { max_strlen = N } sets it, too");
	return -1;
}

/* A length argument that is a negative literal is refused. */
static int check_length(struct script *s, const char *name, const struct node *len)
{
	if (!len || len->kind != NODE_number || !len->number.negative)
		return 0;
	diag_error(s->diags, DIAG_ARG_VALUE, len->span, "%s cannot use negative length (%lld)", name,
		   (long long)len->number.value);
	return -1;
}

static void warn_length(struct script *s, const struct node *len, uint64_t most)
{
	diag_warning(s->diags, DIAG_STRING_LENGTH, len->span,
		     "length param (%llu) is too long and will be shortened to %llu bytes (see "
		     "BPFTRACE_MAX_STRLEN)", (unsigned long long)len->number.value,
		     (unsigned long long)most);
}

/* -- str(ptr, len) -- */

/* The length a call was given as a literal that says something: one over max_strlen does not. NULL: none. */
static const struct node *literal_length(const struct script *s, const struct node *call)
{
	const struct node *len = builtin_arg(call, 1);

	return len && len->kind == NODE_number && len->number.value <= s->settings.max_strlen ? len : NULL;
}

static int check_str(struct script *s, struct unit *u, struct node *call)
{
	const struct node *arg = builtin_arg(call, 0), *len = builtin_arg(call, 1), *literal;
	uint64_t most = s->settings.max_strlen;

	(void)u;
	call->as = AS_KERNEL;
	call->type = type_string(s->types, most <= LARGEST_VALUE ? (uint32_t)most : LARGEST_VALUE);
	if (check_max_strlen(s, "string", call) || check_length(s, "str", len))
		return -1;
	if (len && len->kind == NODE_number && len->number.value >= most)
		warn_length(s, len, most);
	literal = literal_length(s, call);
	if (literal && literal->number.value < most)
		call->type = type_string(s->types, (uint32_t)literal->number.value + 1);
	if (arg->type->kind == TYPE_STRING || arg->type->kind == TYPE_POINTER || memory_is_number(arg->type))
		return 0;
	diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_TYPE, arg->span,
				       "str() expects a string, integer or a pointer type as first argument (%s "
				       "provided)", arg->type->name),
		  "str() reads the text at an address; %%s in printf() shows any value as a text");
	return -1;
}

/* How many bytes may be read, the end included: at most *ret_max, at run time as many as the result. there: of
 * a text, which may fill them and have no end. */
static ref emit_limit(struct cg *cg, const struct node *call, uint32_t there, uint32_t *ret_max)
{
	const struct script *s = cg_script(cg);
	const struct node *len = builtin_arg(call, 1), *literal = literal_length(s, call);
	const struct type *from = builtin_arg(call, 0)->type;
	uint32_t max = (uint32_t)s->settings.max_strlen;
	ref limit = NULL;

	if (literal)
		max = (uint32_t)literal->number.value;
	else if ((!len || len->kind == NODE_number) && max < SHORT_STRLEN)
		max++;
	if (from->kind == TYPE_STRING && there + 1 < max)
		max = there + 1;
	if (len && len->kind != NODE_number) {
		limit = cg_convert(cg, cg_expr(cg, len), type_int(s->types, 64, false)).ref;
		limit = emit_min(cg, limit, cg_const(cg, max));
	}
	*ret_max = max;
	return limit;
}

static void emit_str(struct cg *cg, const struct node *call, ref dst)
{
	const struct node *arg = builtin_arg(call, 0);
	enum addr_space as;
	uint32_t max, there = 0;
	ref address = memory_emit_address(cg, arg, &as, &there), text = dst, limit;

	limit = emit_limit(cg, call, there, &max);
	if (!max) {
		cg_zero(cg, dst, call->type->size);
		return;
	}
	if (max > call->type->size) {
		/* one byte more than there is room for: what was cut has no end */
		text = cg_temp(cg, max, "str");
		cg_probe_read_str(cg, text, max, max, limit, address, as, call->span);
		cg_copy(cg, dst, text, call->type->size);
		return;
	}
	cg_probe_read_str(cg, dst, call->type->size, max, limit, address, as, call->span);
}

static int known_str_length(struct script *s, const struct unit *u, const struct node *call, bool is_settled,
			    struct node *ret_literal)
{
	(void)u;
	(void)call;
	(void)is_settled;
	ret_literal->kind = NODE_number;
	ret_literal->number.value = s->settings.max_strlen;
	return 0;
}

/* -- buf(data, len) -- */

static uint64_t longest_buffer(const struct script *s)
{
	return s->settings.max_strlen > BUF_HEADER ? s->settings.max_strlen - BUF_HEADER : 0;
}

/* Bytes there are to read; a number or pointer does not tell. */
static uint64_t bytes_there(const struct node *arg)
{
	return arg->type->kind == TYPE_STRING || arg->type->kind == TYPE_ARRAY ? arg->type->size : UINT64_MAX;
}

static uint64_t buf_capacity(const struct script *s, const struct node *call)
{
	const struct node *arg = builtin_arg(call, 0), *len = builtin_arg(call, 1);
	uint64_t n = longest_buffer(s);

	if (bytes_there(arg) < n)
		n = bytes_there(arg);
	if (len && len->kind == NODE_number && len->number.value < n)
		n = len->number.value;
	return n;
}

static int check_buf(struct script *s, struct unit *u, struct node *call)
{
	const struct node *arg = builtin_arg(call, 0), *len = builtin_arg(call, 1);
	enum type_kind kind = arg->type->kind;
	uint64_t n;

	(void)u;
	call->as = AS_KERNEL;
	call->type = type_buffer(s->types, 1);
	if (kind != TYPE_STRING && kind != TYPE_ARRAY && kind != TYPE_POINTER && !memory_is_number(arg->type)) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_TYPE, arg->span,
					       "buf() expects an integer, string, or array argument but saw %s",
					       arg->type->name),
			  "bytes at an address: buf(address, length)");
		return -1;
	}
	if (!len && kind != TYPE_ARRAY) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_COUNT, call->span,
					       "buf() expects a length argument for non-array type %s",
					       arg->type->name), "buf(address, length)");
		return -1;
	}
	if (check_max_strlen(s, "buffer", call) || check_length(s, "buf", len))
		return -1;
	if (len && len->kind == NODE_number && len->number.value > longest_buffer(s))
		warn_length(s, len, longest_buffer(s));
	n = buf_capacity(s, call);
	call->type = type_buffer(s->types, (uint32_t)(n ? n : 1));
	return 0;
}

static void emit_buf(struct cg *cg, const struct node *call, ref dst)
{
	const struct node *arg = builtin_arg(call, 0), *len = builtin_arg(call, 1);
	uint32_t capacity = (uint32_t)buf_capacity(cg_script(cg), call);
	uint32_t there = capacity;
	enum addr_space as;
	ref bytes = cg_at(cg, dst, BUF_HEADER), address = memory_emit_address(cg, arg, &as, &there), n;

	if (there < capacity)
		capacity = there;
	cg_zero(cg, dst, call->type->size);
	if (!capacity)
		return;
	if (!len || len->kind == NODE_number) {
		cg_store(cg, dst, 0, BUF_HEADER, cg_const(cg, capacity));
		cg_probe_read(cg, bytes, capacity, address, as, call->span);
		return;
	}
	n = cg_convert(cg, cg_expr(cg, len), type_int(cg_script(cg)->types, 64, false)).ref;
	n = emit_min(cg, n, cg_const(cg, capacity));
	cg_store(cg, dst, 0, BUF_HEADER, n);
	cg_probe_read_upto(cg, bytes, capacity, n, address, as, call->span);
}

/* -- strncmp(a, b, n) -- */

static int check_strncmp(struct script *s, struct unit *u, struct node *call)
{
	const struct node *n = builtin_arg(call, 2);
	int ret;

	(void)u;
	ret = memory_check_text(s, builtin_arg(call, 0)) | memory_check_text(s, builtin_arg(call, 1));
	if (n->kind == NODE_number && !n->number.negative)
		return ret;
	diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_VALUE, n->span,
				       "Builtin strncmp requires a non-negative literal"),
		  "how many bytes are compared is known when the script is compiled: strncmp(a, b, 5)");
	return -1;
}

/* A text to compare: bytes behind its capacity count as its end. */
struct text {
	ref address;
	uint32_t capacity;
};

/* What a pointer points to is read first, as much as is compared. */
static struct text emit_text(struct cg *cg, const struct node *arg, uint32_t n)
{
	struct text t = { NULL, arg->type->size };

	if (arg->type->kind != TYPE_POINTER) {
		t.address = cg_expr(cg, arg).ref;
		return t;
	}
	t.capacity = n + 1;
	t.address = cg_temp(cg, t.capacity, "strncmp");
	cg_probe_read_str(cg, t.address, t.capacity, t.capacity, NULL, cg_expr(cg, arg).ref, arg->as,
			  arg->span);
	return t;
}

/* Whether the first n bytes of a text differ from a literal, byte by byte; n is at most the literal's
 * length with its end. */
static ref emit_differs(struct cg *cg, struct text t, const char *literal, uint32_t n)
{
	ref differs = cg_const(cg, 0), byte;

	if (n > t.capacity && literal[t.capacity])
		return cg_const(cg, 1);
	for (uint32_t i = 0; i < n && i < t.capacity; i++) {
		byte = cg_load(cg, t.address, i, 1, false);
		byte = cg_op(cg, OP_BIT_XOR, byte, cg_const(cg, (unsigned char)literal[i]));
		differs = cg_op(cg, OP_BIT_OR, differs, byte);
	}
	return cg_bool(cg, cg_compare(cg, OP_NE, false, differs, cg_const(cg, 0)));
}

/* Bytes worth comparing: none follow the end of a literal, none fit behind both capacities. */
static uint32_t compared_bytes(const struct script *s, const struct node *call)
{
	uint64_t n = builtin_arg(call, 2)->number.value, most = s->settings.max_strlen;
	uint64_t end;

	for (unsigned i = 0; i < 2; i++) {
		const struct node *arg = builtin_arg(call, i);

		if (arg->kind != NODE_string)
			continue;
		end = strnlen(arg->string.text, arg->string.len) + 1;
		if (end < n)
			n = end;
	}
	return (uint32_t)(n < most ? n : most);
}

static struct value emit_strncmp(struct cg *cg, const struct node *call)
{
	const struct node *left = builtin_arg(call, 0), *right = builtin_arg(call, 1);
	uint32_t n = compared_bytes(cg_script(cg), call);
	struct text a, b;

	if (left->kind == NODE_string && right->kind != NODE_string) {
		left = right;
		right = builtin_arg(call, 0);
	}
	a = emit_text(cg, left, n);
	if (right->kind == NODE_string && n <= INLINE_COMPARE)
		return cg_value(emit_differs(cg, a, right->string.text, n), call->type);
	b = emit_text(cg, right, n);
	return cg_value(cg_lib(cg, "sonde_strncmp", 5, a.address, cg_const(cg, a.capacity), b.address,
			       cg_const(cg, b.capacity), cg_const(cg, n)), call->type);
}

const struct builtin builtins_str[] = {
	{ .name = "str", .sig = "own(any, int?)", .flags = BUILTIN_TEXT,
	  .doc = "The text at an address, cut at max_strlen bytes or at the length given (its end "
		 "included).",
	  .check = COMPILE_SIDE(check_str), .emit_into = COMPILE_SIDE(emit_str) },
	{ .name = "default_str_length", .sig = "uint64()", .flags = BUILTIN_VALUE,
	  .doc = "How many bytes str() makes room for without a length (max_strlen). Known when the script is "
		 "compiled.",
	  .known = COMPILE_SIDE(known_str_length) },
	{ .name = "buf", .sig = "own(any, int?)",
	  .doc = "Bytes at an address, or of a string or array; printed as text or \\x.., see %r.",
	  .check = COMPILE_SIDE(check_buf), .emit_into = COMPILE_SIDE(emit_buf) },
	{ .name = "strncmp", .sig = "uint64(any, any, any)",
	  .doc = "0 when the first n bytes of two texts are the same, else 1.",
	  .check = COMPILE_SIDE(check_strncmp), .emit = COMPILE_SIDE(emit_strncmp) },
	{ 0 }
};
