#include <string.h>

#include "ast/passes/fold_priv.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"

/* Integers are worked out exactly, in 128 bits, and must then fit int64 or uint64. */
typedef __int128 wide;

/* -- literals -- */

static wide number_value(const struct node *n)
{
	if (n->kind == NODE_boolean)
		return n->boolean.value;
	return n->number.negative ? (wide)(int64_t)n->number.value : (wide)n->number.value;
}

bool is_true(const struct node *n)
{
	if (n->kind == NODE_string)
		return n->string.len > 0;
	return number_value(n) != 0;
}

void become(struct folder *f, struct node *n, enum node_kind kind)
{
	struct node *next = n->next;
	struct span span = n->span;

	memset(n, 0, sizeof(*n));
	n->kind = kind;
	n->span = span;
	n->next = next;
	n->depth = 1;
	f->folded++;
}

void become_copy(struct folder *f, struct node *n, const struct node *from)
{
	struct node *next = n->next;
	struct span span = n->span;

	*n = *from;
	n->next = next;
	n->span = span;
	f->folded++;
}

static void become_bool(struct folder *f, struct node *n, bool value)
{
	become(f, n, NODE_boolean);
	n->boolean.value = value;
}

void become_text(struct folder *f, struct node *n, const char *text, uint32_t len)
{
	become(f, n, NODE_string);
	n->string.text = text;
	n->string.len = len;
}

/* What results may be; with operands of both signs, both and the result are int64. */
static const char range[] =
	"numbers go from -9223372036854775808 to 18446744073709551615, and in operations with a "
	"negative one to 9223372036854775807";

static void say_overflow(struct folder *f, const struct node *n, const char *hint)
{
	struct diag *d = diag_error(f->s->diags, DIAG_FOLD, n->span,
				    "unable to fold literals due to overflow or underflow");

	diag_hint(f->s->diags, d, "%s", hint);
}

static const char *why_no_result(enum op op, wide b)
{
	if ((op == OP_DIV || op == OP_MOD) && !b)
		return "a number cannot be divided by 0";
	if ((op == OP_SHL || op == OP_SHR) && (b < 0 || b > 63))
		return "numbers can be shifted by 0 to 63 bits";
	return range;
}

static void become_number(struct folder *f, struct node *n, wide value)
{
	if (value < INT64_MIN || value > (wide)UINT64_MAX) {
		say_overflow(f, n, range);
		value = 0;
	}
	become(f, n, NODE_number);
	n->number.value = (uint64_t)value;
	n->number.negative = value < 0;
}

/* -- operators -- */

void fold_unary(struct folder *f, struct node *n)
{
	struct node *v = n->unary.operand;

	if (n->unary.op == OP_NOT && (v->kind == NODE_number || v->kind == NODE_boolean)) {
		become_bool(f, n, !is_true(v));
		return;
	}
	if (v->kind != NODE_number)
		return;
	if (n->unary.op == OP_BIT_NOT) {
		uint64_t value = ~v->number.value;

		become(f, n, NODE_number);
		n->number.value = value;
	} else if (n->unary.op == OP_NEG) {
		if (!v->number.negative && v->number.value > (uint64_t)INT64_MAX + 1) {
			diag_hint(f->s->diags,
				  diag_error(f->s->diags, DIAG_FOLD, n->span,
					     "negative value will underflow"),
				  "-9223372036854775808 is the smallest number");
			return;
		}
		become_number(f, n, -number_value(v));
	}
}

static bool compare(enum op op, int order)
{
	switch (op) {
	case OP_EQ:
		return order == 0;
	case OP_NE:
		return order != 0;
	case OP_LT:
		return order < 0;
	case OP_LE:
		return order <= 0;
	case OP_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

static bool is_comparison(enum op op)
{
	return op >= OP_EQ && op <= OP_GE;
}

/* Signs differ: both sides must be an int64, and so must be the result. */
static bool signs_differ(wide a, wide b)
{
	return (a < 0) != (b < 0);
}

static bool signs_clash(wide a, wide b)
{
	return signs_differ(a, b) && (a > INT64_MAX || b > INT64_MAX);
}

static bool fold_arithmetic(enum op op, wide a, wide b, wide *ret)
{
	switch (op) {
	case OP_ADD:
		*ret = a + b;
		return true;
	case OP_SUB:
		*ret = a - b;
		return true;
	case OP_MUL:
		return !__builtin_mul_overflow(a, b, ret);
	case OP_DIV:
		if (b)
			*ret = a / b;
		return b != 0;
	case OP_MOD:
		if (b)
			*ret = a % b;
		return b != 0;
	case OP_SHL:
		if (b < 0 || b > 63)
			return false;
		*ret = a * ((wide)1 << b);
		return true;
	case OP_SHR:
		if (b < 0 || b > 63)
			return false;
		*ret = a >> b;
		return true;
	case OP_BIT_AND:
		*ret = a & b;
		return true;
	case OP_BIT_OR:
		*ret = a | b;
		return true;
	default:
		*ret = a ^ b;
		return true;
	}
}

static void fold_numbers(struct folder *f, struct node *n)
{
	const struct node *l = n->binary.lhs, *r = n->binary.rhs;
	bool both_bool = l->kind == NODE_boolean && r->kind == NODE_boolean;
	wide a = number_value(l), b = number_value(r), result;

	if (signs_clash(a, b)) {
		say_overflow(f, n, range);
		return;
	}
	if (is_comparison(n->binary.op)) {
		become_bool(f, n, compare(n->binary.op, a < b ? -1 : a > b));
		return;
	}
	if (!fold_arithmetic(n->binary.op, a, b, &result) || (signs_differ(a, b) && result > INT64_MAX)) {
		say_overflow(f, n, why_no_result(n->binary.op, b));
		return;
	}
	if (both_bool)
		become_bool(f, n, result != 0);
	else
		become_number(f, n, result);
}

static int compare_texts(const struct node *a, const struct node *b)
{
	uint32_t shorter = a->string.len < b->string.len ? a->string.len : b->string.len;
	int order = memcmp(a->string.text, b->string.text, shorter);

	if (order)
		return order;
	return a->string.len < b->string.len ? -1 : a->string.len > b->string.len;
}

static void fold_strings(struct folder *f, struct node *n)
{
	const struct node *l = n->binary.lhs, *r = n->binary.rhs;
	char *text;

	if (is_comparison(n->binary.op)) {
		become_bool(f, n, compare(n->binary.op, compare_texts(l, r)));
	} else if (n->binary.op == OP_ADD) {
		uint32_t len = l->string.len + r->string.len;

		text = arena_alloc(f->s->arena, len + 1);
		memcpy(text, l->string.text, l->string.len);
		memcpy(text + l->string.len, r->string.text, r->string.len);
		become_text(f, n, text, len);
	} else {
		diag_hint(f->s->diags,
			  diag_error(f->s->diags, DIAG_FOLD, n->span,
				     "illegal literal operation with strings"),
			  "strings can be compared, and joined with +");
	}
}

/* "text" + 3: without its first bytes. */
static void fold_text_offset(struct folder *f, struct node *n, const struct node *text,
			     const struct node *by)
{
	uint64_t drop = by->number.value;

	if (n->binary.op != OP_ADD || by->number.negative)
		return;
	if (drop >= text->string.len) {
		diag_warning(f->s->diags, DIAG_STRING_LENGTH, n->span, "literal string will always be empty");
		drop = text->string.len;
	}
	become_text(f, n, text->string.text + drop, text->string.len - (uint32_t)drop);
}

static bool same_literals(const struct node *a, const struct node *b);

/* The value of a field of a record, NULL when it has none of that name. */
static const struct node *field_value(const struct node *record, const char *name)
{
	const char *const *names = record->tuple.names;

	for (const struct node *e = record->tuple.elems; e; e = e->next)
		if (*names++ == name)
			return e;
	return NULL;
}

/* Two tuples, or two records with the same fields, whatever their order: other pairs do not compare. */
static bool go_together(const struct node *a, const struct node *b)
{
	const char *const *names = a->tuple.names;
	const struct node *x = a->tuple.elems, *y = b->tuple.elems;

	if (!names || !b->tuple.names)
		return !names && !b->tuple.names;
	for (; x && y; x = x->next, y = y->next)
		if (!field_value(b, *names++))
			return false;
	return !x && !y;
}

static bool same_tuples(const struct node *a, const struct node *b)
{
	const char *const *names = a->tuple.names;
	const struct node *x = a->tuple.elems, *y = b->tuple.elems;

	for (; x && y; x = x->next, y = y->next) {
		const struct node *other = names ? field_value(b, *names++) : y;

		if (!same_literals(x, other))
			return false;
	}
	return !x && !y;
}

static bool same_literals(const struct node *a, const struct node *b)
{
	if (a->kind != b->kind || (a->kind == NODE_tuple && !go_together(a, b)))
		return false;
	switch (a->kind) {
	case NODE_string:
		return !compare_texts(a, b);
	case NODE_tuple:
		return same_tuples(a, b);
	default:
		return number_value(a) == number_value(b);
	}
}

static void fold_compared(struct folder *f, struct node *n)
{
	if (n->kind == NODE_name)
		fold_known(f, n, n->name.fn, true);
	else if (n->kind == NODE_call && !n->call.script_fn)
		fold_known(f, n, n->call.fn, true);
}

void fold_binary(struct folder *f, struct node *n)
{
	const struct node *l = n->binary.lhs, *r = n->binary.rhs;
	enum op op = n->binary.op;
	bool numbers;

	if (is_comparison(op)) {
		fold_compared(f, n->binary.lhs);
		fold_compared(f, n->binary.rhs);
	}
	numbers = l->kind != NODE_string && r->kind != NODE_string;
	if (!node_is_literal(l) || !node_is_literal(r))
		return;
	if (l->kind == NODE_tuple || r->kind == NODE_tuple) {
		if (l->kind == r->kind && go_together(l, r) && (op == OP_EQ || op == OP_NE))
			become_bool(f, n, same_literals(l, r) == (op == OP_EQ));
		return;
	}
	if (op == OP_AND || op == OP_OR) {
		bool a = is_true(l), b = is_true(r);

		if (numbers || l->kind == r->kind || l->kind == NODE_boolean || r->kind == NODE_boolean)
			become_bool(f, n, op == OP_AND ? a && b : a || b);
		return;
	}
	if (numbers)
		fold_numbers(f, n);
	else if (l->kind == NODE_string && r->kind == NODE_string)
		fold_strings(f, n);
	else if (l->kind == NODE_number)
		fold_text_offset(f, n, r, l);
	else if (r->kind == NODE_number)
		fold_text_offset(f, n, l, r);
}

void fold_ternary(struct folder *f, struct node *n)
{
	const struct node *cond = n->ternary.cond;
	const struct node *yes = n->ternary.yes ? n->ternary.yes : cond;

	if (cond->kind != NODE_tuple && node_is_literal(cond) && node_is_literal(yes) && node_is_literal(n->ternary.no))
		become_copy(f, n, is_true(cond) ? yes : n->ternary.no);
}

void fold_index(struct folder *f, struct node *n)
{
	const struct node *base = n->index.base, *i = n->index.index;
	uint64_t byte;

	if (base->kind != NODE_string || i->kind != NODE_number || i->number.negative ||
	    i->number.value > base->string.len)
		return;
	byte = i->number.value < base->string.len ? (unsigned char)base->string.text[i->number.value] : 0;
	become(f, n, NODE_number);
	n->number.value = byte;
}

void fold_element(struct folder *f, struct node *n)
{
	const struct node *e;
	uint64_t i = n->element.n;

	if (n->element.base->kind != NODE_tuple || n->element.base->tuple.names || !node_is_literal(n->element.base))
		return;
	for (e = n->element.base->tuple.elems; e && i; i--)
		e = e->next;
	if (e)
		become_copy(f, n, e);
}

void fold_field(struct folder *f, struct node *n)
{
	const struct node *base = n->field.base, *value;

	if (base->kind != NODE_tuple || !base->tuple.names || !node_is_literal(base))
		return;
	value = field_value(base, n->field.name);
	if (value)
		become_copy(f, n, value);
}
