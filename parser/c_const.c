/* Constant expressions, as #if, array bounds, bit-fields and enumerators have them: the rules of C for int,
 * unsigned, long and unsigned long; in a condition everything is long. */
#include <string.h>

#include "base/arena.h"
#include "parser/c_headers.h"
#include "parser/c_priv.h"

static int parse_conditional(struct c_section *c, struct c_value *v);
static int parse_unary(struct c_section *c, struct c_value *v);

/* ---- numbers ---- */

static void fit(struct c_value *v)
{
	if (!v->is_long)
		v->bits = v->is_unsigned ? (uint32_t)v->bits : (uint64_t)(int64_t)(int32_t)v->bits;
}

static struct c_value of_int(uint64_t bits)
{
	return (struct c_value){ .bits = bits };
}

static struct c_value of_size(uint64_t bits)
{
	return (struct c_value){ .bits = bits, .is_unsigned = true, .is_long = true };
}

/* Both become the larger type, unsigned when that one is. */
static void balance(struct c_value *a, struct c_value *b)
{
	bool is_long = a->is_long || b->is_long;
	bool is_unsigned = (a->is_unsigned && a->is_long == is_long) ||
			   (b->is_unsigned && b->is_long == is_long);

	a->is_long = b->is_long = is_long;
	a->is_unsigned = b->is_unsigned = is_unsigned;
	fit(a);
	fit(b);
}

static bool is_less(const struct c_value *a, const struct c_value *b)
{
	return a->is_unsigned ? a->bits < b->bits : (int64_t)a->bits < (int64_t)b->bits;
}

static uint64_t shift_right(const struct c_value *a, uint64_t by)
{
	if (by > 63)
		return a->is_unsigned || (int64_t)a->bits >= 0 ? 0 : UINT64_MAX;
	return a->is_unsigned ? a->bits >> by : (uint64_t)((int64_t)a->bits >> by);
}

static uint64_t divide(const struct c_value *a, const struct c_value *b, bool want_rest)
{
	if (a->is_unsigned)
		return want_rest ? a->bits % b->bits : a->bits / b->bits;
	if (b->bits == UINT64_MAX) /* the smallest number has no counterpart */
		return want_rest ? 0 : -a->bits;
	return want_rest ? (uint64_t)((int64_t)a->bits % (int64_t)b->bits)
			 : (uint64_t)((int64_t)a->bits / (int64_t)b->bits);
}

/* ---- operators of two ---- */

static unsigned level_of(const struct c_token *t)
{
	if (t->kind != C_PUNCT)
		return 0;
	switch (t->op) {
	case C_OP('|', '|', 0): return 1;
	case C_OP('&', '&', 0): return 2;
	case C_OP('|', 0, 0): return 3;
	case C_OP('^', 0, 0): return 4;
	case C_OP('&', 0, 0): return 5;
	case C_OP('=', '=', 0): case C_OP('!', '=', 0): return 6;
	case C_OP('<', 0, 0): case C_OP('>', 0, 0): case C_OP('<', '=', 0): case C_OP('>', '=', 0): return 7;
	case C_OP('<', '<', 0): case C_OP('>', '>', 0): return 8;
	case C_OP('+', 0, 0): case C_OP('-', 0, 0): return 9;
	case C_OP('*', 0, 0): case C_OP('/', 0, 0): case C_OP('%', 0, 0): return 10;
	default: return 0;
	}
}

static int shift(struct c_value *a, const struct c_value *b, bool left)
{
	uint64_t by = b->bits;

	if (left)
		a->bits = by > 63 ? 0 : a->bits << by;
	else
		a->bits = shift_right(a, by);
	fit(a);
	return 0;
}

static int divide_values(struct c_section *c, const struct c_token *op, struct c_value *a,
			 const struct c_value *b)
{
	if (b->bits) {
		a->bits = divide(a, b, op->op == C_OP('%', 0, 0));
	} else if (c->unevaluated) {
		a->bits = 0;
	} else {
		c_error(c, DIAG_FOLD, op->span, "division by zero");
		return -1;
	}
	fit(a);
	return 0;
}

static int apply(struct c_section *c, const struct c_token *op, struct c_value *a, struct c_value *b)
{
	if (op->op == C_OP('<', '<', 0) || op->op == C_OP('>', '>', 0))
		return shift(a, b, op->op == C_OP('<', '<', 0));
	balance(a, b);
	switch (op->op) {
	case C_OP('|', '|', 0): *a = of_int(a->bits || b->bits); break;
	case C_OP('&', '&', 0): *a = of_int(a->bits && b->bits); break;
	case C_OP('|', 0, 0): a->bits |= b->bits; break;
	case C_OP('^', 0, 0): a->bits ^= b->bits; break;
	case C_OP('&', 0, 0): a->bits &= b->bits; break;
	case C_OP('=', '=', 0): *a = of_int(a->bits == b->bits); break;
	case C_OP('!', '=', 0): *a = of_int(a->bits != b->bits); break;
	case C_OP('<', 0, 0): *a = of_int(is_less(a, b)); break;
	case C_OP('>', 0, 0): *a = of_int(is_less(b, a)); break;
	case C_OP('<', '=', 0): *a = of_int(!is_less(b, a)); break;
	case C_OP('>', '=', 0): *a = of_int(!is_less(a, b)); break;
	case C_OP('+', 0, 0): a->bits += b->bits; break;
	case C_OP('-', 0, 0): a->bits -= b->bits; break;
	case C_OP('*', 0, 0): a->bits *= b->bits; break;
	default: return divide_values(c, op, a, b);
	}
	a->is_long |= c->in_condition;
	fit(a);
	return 0;
}

/* What "0 && x" and "1 || x" do not look at is not wrong either. */
static bool skips_right(const struct c_token *op, const struct c_value *left)
{
	return (op->op == C_OP('&', '&', 0) && !left->bits) || (op->op == C_OP('|', '|', 0) && left->bits);
}

static int parse_binary(struct c_section *c, struct c_value *v, unsigned min_level)
{
	if (parse_unary(c, v))
		return -1;
	for (;;) {
		struct c_token op = c->tok;
		unsigned level = level_of(&op);
		struct c_value right;
		bool is_skipped = skips_right(&op, v);
		int err;

		if (!level || level < min_level)
			return 0;
		c_advance(c);
		c->unevaluated += is_skipped;
		err = parse_binary(c, &right, level + 1);
		c->unevaluated -= is_skipped;
		if (err || apply(c, &op, v, &right))
			return -1;
	}
}

/* ---- types in expressions ---- */

static int type_size(struct c_section *c, const struct c_type *t, struct span at, struct c_value *v)
{
	uint64_t size;

	if (!t || c_type_size(c, t, at, &size))
		return -1;
	*v = of_size(size);
	return 0;
}

/* Its bytes and the NUL. */
static int parse_string_size(struct c_section *c, struct c_value *v)
{
	*v = of_size(c_string_length(&c->tok) + 1);
	c_advance(c);
	return 0;
}

/* Behind sizeof or _Alignof. */
static int parse_size(struct c_section *c, struct c_value *v, bool wants_align)
{
	struct span at = c->tok.span;
	const struct c_type *t;

	if (!wants_align && c->tok.kind == C_STRING)
		return parse_string_size(c, v);
	if (c_expect(c, C_OP('(', 0, 0), "'('"))
		return -1;
	if (!wants_align && c->tok.kind == C_STRING)
		return parse_string_size(c, v) || c_expect(c, C_OP(')', 0, 0), "')'") ? -1 : 0;
	if (!c_starts_type(c)) {
		c_error(c, DIAG_SYNTAX, c->tok.span, "a type is expected here");
		return -1;
	}
	t = c_type_name(c);
	if (type_size(c, t, at, v) || c_expect(c, C_OP(')', 0, 0), "')'"))
		return -1;
	if (wants_align)
		*v = of_size(c_type_align(t));
	return 0;
}

/* ".b[2].c" behind offsetof(type, a; *t is the type of what was named last. */
static int parse_designator(struct c_section *c, const struct c_type **t, uint64_t *offset)
{
	uint64_t bit_at, size;
	const struct c_member *m;
	struct c_value index;

	if (c_accept(c, C_OP('[', 0, 0))) {
		if ((*t)->kind != CT_ARRAY) {
			diag_hint(c->diags,
				  c_error(c, DIAG_SYNTAX, c->tok.span, "this is no array"),
				  "'[' goes behind a member that is an array");
			return -1;
		}
		*t = (*t)->to;
		if (c_const_expr(c, &index) || c_type_size(c, *t, c->tok.span, &size))
			return -1;
		*offset += index.bits * size;
		return c_expect(c, C_OP(']', 0, 0), "']'");
	}
	m = c->tok.kind == C_NAME && (*t)->kind == CT_RECORD
		    ? c_find_member((*t)->record, c->tok.name, &bit_at) : NULL;
	if (!m || m->is_bit_field) {
		diag_hint(c->diags,
			  c_error(c, DIAG_UNKNOWN_FIELD, c->tok.span,
				  "this is no member that has an offset"),
			  "name a member of the struct; bit-fields have no offset in bytes");
		return -1;
	}
	c_advance(c);
	*t = m->type;
	*offset += bit_at / 8;
	return 0;
}

static int parse_offset(struct c_section *c, struct c_value *v)
{
	const struct c_type *t;
	uint64_t offset = 0;

	if (c_expect(c, C_OP('(', 0, 0), "'('"))
		return -1;
	t = c_type_name(c);
	if (type_size(c, t, c->tok.span, v) || c_expect(c, C_OP(',', 0, 0), "','"))
		return -1;
	do {
		if (parse_designator(c, &t, &offset))
			return -1;
	} while (c_accept(c, C_OP('.', 0, 0)) || c_is(&c->tok, C_OP('[', 0, 0)));
	*v = of_size(offset);
	return c_expect(c, C_OP(')', 0, 0), "')'");
}

static int cast(struct c_section *c, const struct c_type *t, struct span at, struct c_value *v)
{
	uint64_t size;

	if (c_type_size(c, t, at, &size))
		return -1;
	if ((t->kind != CT_INT && t->kind != CT_ENUM && t->kind != CT_POINTER &&
	     t->kind != CT_FOREIGN) ||
	    size > 8) {
		diag_hint(c->diags,
			  c_error(c, DIAG_CAST, at, "a constant cannot be converted to this type"),
			  "constants are integers: cast to an integer or a pointer");
		return -1;
	}
	v->is_unsigned = t->kind == CT_POINTER || !c_type_is_signed(t);
	v->is_long = size == 8;
	if (t->is_bool)
		v->bits = v->bits != 0;
	else if (size < 8)
		v->bits = v->is_unsigned ? v->bits & ((1ull << size * 8) - 1)
					 : (uint64_t)((int64_t)(v->bits << (64 - size * 8)) >> (64 - size * 8));
	if (size < 4)
		v->is_unsigned = false; /* an int holds it */
	return 0;
}

/* ---- operands ---- */

/* Behind a '(': a cast, or an expression in parentheses. */
static int parse_paren(struct c_section *c, struct c_value *v)
{
	struct span at = c->tok.span;
	const struct c_type *t;

	if (c->in_condition || !c_starts_type(c))
		return c_const_expr(c, v) || c_expect(c, C_OP(')', 0, 0), "')'") ? -1 : 0;
	t = c_type_name(c);
	if (!t || c_expect(c, C_OP(')', 0, 0), "')'") || parse_unary(c, v))
		return -1;
	return cast(c, t, at, v);
}

/* In a condition: a name that is no macro, nor one of a header that was not read, is 0, also one
 * that asks the compiler for something. */
static int parse_unknown_name(struct c_section *c, struct c_value *v)
{
	unsigned depth = 0;
	bool is_negative;

	*v = (struct c_value){ .is_long = true };
	if (c_header_constant(c->script, c->tok.name, &v->bits, &is_negative))
		v->is_unsigned = !is_negative && v->bits > INT64_MAX;
	c_advance(c);
	if (!c_is(&c->tok, C_OP('(', 0, 0)))
		return 0;
	do {
		depth += c_is(&c->tok, C_OP('(', 0, 0));
		depth -= c_is(&c->tok, C_OP(')', 0, 0));
		c_advance(c);
	} while (depth && c->tok.kind != C_END);
	return 0;
}

static int parse_name(struct c_section *c, struct c_value *v)
{
	const struct c_name *n;

	if (c->in_condition)
		return parse_unknown_name(c, v);
	if (c_accept_word(c, "sizeof"))
		return parse_size(c, v, false);
	if (c_accept_word(c, "_Alignof") || c_accept_word(c, "__alignof__") || c_accept_word(c, "__alignof"))
		return parse_size(c, v, true);
	if (c_accept_word(c, "offsetof") || c_accept_word(c, "__builtin_offsetof"))
		return parse_offset(c, v);
	if (c_accept_word(c, "__extension__"))
		return parse_unary(c, v);
	n = c_table_find(&c->names, c->tok.name);
	if (n && n->enumeration) {
		*v = n->value;
	} else if (!c_foreign_constant(c, c->tok.name, v)) {
		diag_hint(c->diags,
			  c_error(c, DIAG_UNKNOWN_NAME, c->tok.span, "'%s' is not a constant",
				  c->tok.name),
			  "constants are numbers, members of an enum, and a #define of such");
		return -1;
	}
	c_advance(c);
	return 0;
}

static int parse_primary(struct c_section *c, struct c_value *v)
{
	if (c_accept(c, C_OP('(', 0, 0)))
		return parse_paren(c, v);
	if (c->tok.kind == C_NAME)
		return parse_name(c, v);
	if (c->tok.kind != C_NUMBER && c->tok.kind != C_CHAR) {
		c_error(c, DIAG_SYNTAX, c->tok.span, "a constant is expected here");
		return -1;
	}
	if (c_number(&c->tok, v)) {
		diag_hint(c->diags,
			  c_error(c, DIAG_LITERAL, c->tok.span, "'%.*s' is not an integer",
				  (int)c->tok.len, c->tok.text),
			  "constants are integers: 10, 0x1f, 10UL");
		return -1;
	}
	if (c->in_condition) {
		v->is_long = true;
		v->is_unsigned = c->tok.kind == C_NUMBER &&
				 (v->bits > INT64_MAX || memchr(c->tok.text, 'u', c->tok.len) ||
				  memchr(c->tok.text, 'U', c->tok.len));
	}
	c_advance(c);
	return 0;
}

static int parse_prefixed(struct c_section *c, struct c_value *v)
{
	struct c_token op = c->tok;

	if (!c_is(&op, C_OP('-', 0, 0)) && !c_is(&op, C_OP('+', 0, 0)) && !c_is(&op, C_OP('!', 0, 0)) &&
	    !c_is(&op, C_OP('~', 0, 0)))
		return parse_primary(c, v);
	c_advance(c);
	if (parse_unary(c, v))
		return -1;
	if (op.op == C_OP('!', 0, 0))
		*v = of_int(!v->bits);
	else if (op.op == C_OP('-', 0, 0))
		v->bits = -v->bits;
	else if (op.op == C_OP('~', 0, 0))
		v->bits = ~v->bits;
	v->is_long |= c->in_condition;
	fit(v);
	return 0;
}

static int parse_unary(struct c_section *c, struct c_value *v)
{
	int err = c_enter(c) ? -1 : parse_prefixed(c, v);

	c_leave(c);
	return err;
}

static int parse_branch(struct c_section *c, struct c_value *v, bool is_taken)
{
	int err;

	c->unevaluated += !is_taken;
	err = parse_conditional(c, v);
	c->unevaluated -= !is_taken;
	return err;
}

static int parse_conditional(struct c_section *c, struct c_value *v)
{
	struct c_value yes, no;
	int err = c_enter(c) || parse_binary(c, v, 1);

	if (!err && c_accept(c, C_OP('?', 0, 0))) {
		bool value = v->bits != 0;

		err = parse_branch(c, &yes, value) || c_expect(c, C_OP(':', 0, 0), "':'") ||
		      parse_branch(c, &no, !value);
		if (!err) {
			balance(&yes, &no);
			*v = value ? yes : no;
		}
	}
	c_leave(c);
	return err ? -1 : 0;
}

int c_const_expr(struct c_section *c, struct c_value *ret_value)
{
	struct c_value v = { 0 };

	if (parse_conditional(c, &v))
		return -1;
	*ret_value = v;
	return 0;
}
