#include <string.h>

#include "ast/pass.h"
#include "ast/passes/late.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "builtins/builtin.h"

/* Integers are worked out exactly, in 128 bits, and must then fit int64 or uint64. */
typedef __int128 wide;

struct folder {
	struct script *s;
	const struct unit *u;
	bool is_settled;               /* types are known and stay */
	unsigned comptime;             /* comptime around what is folded */
	unsigned folded;               /* how many nodes became another one */
};

static void fold(struct folder *f, struct node *n);
static void fold_children(struct folder *f, struct node *n);

/* -- literals -- */

static wide number_value(const struct node *n)
{
	if (n->kind == NODE_boolean)
		return n->boolean.value;
	return n->number.negative ? (wide)(int64_t)n->number.value : (wide)n->number.value;
}

static bool is_true(const struct node *n)
{
	if (n->kind == NODE_string)
		return n->string.len > 0;
	return number_value(n) != 0;
}

/* Becomes another node; its place in the parent's list stays. */
static void become(struct folder *f, struct node *n, enum node_kind kind)
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

static void become_copy(struct folder *f, struct node *n, const struct node *from)
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

static void become_text(struct folder *f, struct node *n, const char *text, uint32_t len)
{
	become(f, n, NODE_string);
	n->string.text = text;
	n->string.len = len;
}

static void say_overflow(struct folder *f, const struct node *n)
{
	diag_error(f->s->diags, DIAG_FOLD, n->span, "unable to fold literals due to overflow or underflow");
}

static void become_number(struct folder *f, struct node *n, wide value)
{
	if (value < INT64_MIN || value > (wide)UINT64_MAX) {
		say_overflow(f, n);
		value = 0;
	}
	become(f, n, NODE_number);
	n->number.value = (uint64_t)value;
	n->number.negative = value < 0;
}

/* -- parameters -- */

static void become_param_number(struct folder *f, struct node *n, uint64_t value, bool negative)
{
	become(f, n, NODE_number);
	n->number.value = value;
	n->number.negative = negative;
}

static const char *param_text(const struct script *s, uint64_t i)
{
	return i >= 1 && i <= s->n_params ? s->params[i - 1] : "";
}

static void say_empty_param(struct folder *f, const struct node *n)
{
	diag_warning(f->s->diags, DIAG_PARAM_EMPTY, n->span,
		     "Positional parameter $%llu is empty or not provided. ",
		     (unsigned long long)n->positional.n);
}

/* As a number where it reads as one (a sign allowed), else as text. */
static void fold_positional(struct folder *f, struct node *n)
{
	const char *text, *digits, *error;
	uint64_t value;
	size_t len;
	bool minus;

	if (n->positional.n == 0) {
		become_param_number(f, n, f->s->n_params, false);
		return;
	}
	text = param_text(f->s, n->positional.n);
	if (!*text) {
		say_empty_param(f, n);
		become_param_number(f, n, 0, false);
		return;
	}
	minus = *text == '-';
	digits = text + (minus || *text == '+');
	len = strlen(digits);
	if (len > 1 && digits[len - 1] == '_')
		len--;
	if (number_parse(digits, len, &value, &error) || (minus && value > (uint64_t)INT64_MAX + 1))
		become_text(f, n, text, (uint32_t)strlen(text));
	else
		become_param_number(f, n, minus ? -value : value, minus && value);
}

/* str($1), str($1, n), str($1 + k): always the text. Before the children are folded. */
static void fold_str_of_param(struct folder *f, struct node *call)
{
	struct node *arg = call->call.args, *at;

	if (strcmp(call->call.name, "str") || !arg)
		return;
	at = arg->kind == NODE_binary && arg->binary.op == OP_ADD ? arg->binary.lhs : arg;
	if (at->kind != NODE_positional || !at->positional.n)
		return;
	if (!*param_text(f->s, at->positional.n))
		say_empty_param(f, at);
	{
		const char *text = param_text(f->s, at->positional.n);

		become_text(f, at, text, (uint32_t)strlen(text));
	}
}

/* -- str() of literals -- */

static void fold_str(struct folder *f, struct node *n)
{
	struct node *arg = n->call.args, *limit = arg ? arg->next : NULL;
	const char *text;
	uint32_t len;

	if (strcmp(n->call.name, "str") || !arg || (limit && limit->next))
		return;
	if (limit && (limit->kind != NODE_number || limit->number.negative))
		return;
	if (arg->kind == NODE_number) {
		text = arg->number.negative
			       ? arena_printf(f->s->arena, "%lld", (long long)arg->number.value)
			       : arena_printf(f->s->arena, "%llu", (unsigned long long)arg->number.value);
		len = (uint32_t)strlen(text);
	} else if (arg->kind == NODE_string) {
		text = arg->string.text;
		len = arg->string.len;
	} else {
		return;
	}
	if (limit && limit->number.value < len) {
		len = (uint32_t)limit->number.value;
		text = arena_strndup(f->s->arena, text, len);
	}
	become_text(f, n, text, len);
}

/* -- values of builtins that are known -- */

/* A text takes the place of a builtin only where a literal is asked for: literals have limits. */
static void fold_known(struct folder *f, struct node *n, const struct builtin *b, bool may_be_text)
{
	struct node literal = { 0 };

	if (b && b->known && !b->known(f->s, f->u, n, f->is_settled, &literal) &&
	    (literal.kind != NODE_string || may_be_text || f->comptime)) {
		literal.depth = 1;
		become_copy(f, n, &literal);
	}
}

static void fold_compared(struct folder *f, struct node *n)
{
	if (n->kind == NODE_name)
		fold_known(f, n, n->name.fn, true);
	else if (n->kind == NODE_call && !n->call.script_fn)
		fold_known(f, n, n->call.fn, true);
}

/* -- operators -- */

static void fold_unary(struct folder *f, struct node *n)
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
			diag_error(f->s->diags, DIAG_FOLD, n->span, "negative value will underflow");
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
		say_overflow(f, n);
		return;
	}
	if (is_comparison(n->binary.op)) {
		become_bool(f, n, compare(n->binary.op, a < b ? -1 : a > b));
		return;
	}
	if (!fold_arithmetic(n->binary.op, a, b, &result) || (signs_differ(a, b) && result > INT64_MAX)) {
		say_overflow(f, n);
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
		diag_error(f->s->diags, DIAG_FOLD, n->span, "illegal literal operation with strings");
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

static void fold_binary(struct folder *f, struct node *n)
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

static void fold_ternary(struct folder *f, struct node *n)
{
	const struct node *cond = n->ternary.cond;
	const struct node *yes = n->ternary.yes ? n->ternary.yes : cond;

	if (cond->kind != NODE_tuple && node_is_literal(cond) && node_is_literal(yes) && node_is_literal(n->ternary.no))
		become_copy(f, n, is_true(cond) ? yes : n->ternary.no);
}

static void fold_index(struct folder *f, struct node *n)
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

static void fold_element(struct folder *f, struct node *n)
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

static void fold_field(struct folder *f, struct node *n)
{
	const struct node *base = n->field.base, *value;

	if (base->kind != NODE_tuple || !base->tuple.names || !node_is_literal(base))
		return;
	value = field_value(base, n->field.name);
	if (value)
		become_copy(f, n, value);
}

/* -- blocks and branches -- */

/* The only thing in a block, when that is its value. */
static const struct node *lone_value(const struct node *block)
{
	const struct node *st = block->kind == NODE_block ? block->block.stmts : NULL;

	return st && !st->next && st->kind == NODE_expr_stmt && st->expr_stmt.trailing ? st->expr_stmt.value
										       : NULL;
}

static void fold_block(struct folder *f, struct node *n)
{
	const struct node *value = lone_value(n);

	if (value && node_is_literal(value))
		become_copy(f, n, value);
}

static void fold_cond(struct folder *f, struct node *n)
{
	const struct node *cond = n->cond.cond, *yes = lone_value(n->cond.yes);
	const struct node *no = n->cond.no ? lone_value(n->cond.no) : NULL;

	if (cond->kind != NODE_tuple && node_is_literal(cond) && yes && no && node_is_literal(yes) &&
	    node_is_literal(no))
		become_copy(f, n, is_true(cond) ? yes : no);
}

static void fold_comptime(struct folder *f, struct node *n)
{
	if (node_is_literal(n->comptime.operand))
		become_copy(f, n, n->comptime.operand);
}

/* The condition of an if or a ternary when it is "comptime": its branches are not looked at. */
static struct node *comptime_condition(const struct node *n)
{
	struct node *cond = n->kind == NODE_cond ? n->cond.cond :
			    n->kind == NODE_ternary ? n->ternary.cond : NULL;

	return cond && cond->kind == NODE_comptime ? cond : NULL;
}

void fold_choose(struct script *s, struct node *n)
{
	bool is_if = n->kind == NODE_cond;
	const struct node *cond = comptime_condition(n)->comptime.operand;
	const struct node *yes = is_if ? n->cond.yes : n->ternary.yes ? n->ternary.yes : cond;
	const struct node *no = is_if ? n->cond.no : n->ternary.no;
	struct folder f = { .s = s };

	if (cond->kind == NODE_tuple)
		diag_error(s->diags, DIAG_CONDITION, cond->span, "Invalid condition: %s",
			   cond->tuple.names ? "record" : "tuple");
	if (cond->kind != NODE_tuple && is_true(cond))
		become_copy(&f, n, yes);
	else if (no)
		become_copy(&f, n, no);
	else
		become(&f, n, NODE_block);
}

/* -- calls -- */

static void fold_call(struct folder *f, struct node *n)
{
	if (n->call.script_fn)
		return;
	fold_str(f, n);
	if (n->kind == NODE_call)
		fold_known(f, n, n->call.fn, false);
}

/* -- the tree -- */

static void fold_one(struct folder *f, struct node *n)
{
	switch (n->kind) {
	case NODE_positional:
		fold_positional(f, n);
		return;
	case NODE_name:
		fold_known(f, n, n->name.fn, false);
		return;
	case NODE_unary:
		fold_unary(f, n);
		return;
	case NODE_binary:
		fold_binary(f, n);
		return;
	case NODE_ternary:
		fold_ternary(f, n);
		return;
	case NODE_index:
		fold_index(f, n);
		return;
	case NODE_element:
		fold_element(f, n);
		return;
	case NODE_field:
		fold_field(f, n);
		return;
	case NODE_call:
		fold_call(f, n);
		return;
	case NODE_block:
		fold_block(f, n);
		return;
	case NODE_cond:
		fold_cond(f, n);
		return;
	case NODE_comptime:
		fold_comptime(f, n);
		return;
	default:
		return;
	}
}

static void fold(struct folder *f, struct node *n)
{
	struct node *cond = comptime_condition(n);

	if (cond) {
		f->comptime++;
		fold(f, cond->comptime.operand);
		f->comptime--;
		return;
	}
	if (n->kind == NODE_call && !n->call.script_fn)
		fold_str_of_param(f, n);
	f->comptime += n->kind == NODE_comptime;
	fold_children(f, n);
	f->comptime -= n->kind == NODE_comptime;
	fold_one(f, n);
}

/* Whether a child is a body, which stays a block (or, behind "else", an if). */
static bool is_body(const struct node *n, const struct node *child)
{
	switch (n->kind) {
	case NODE_cond:
		return child != n->cond.cond;
	case NODE_while_loop:
		return child == n->while_loop.body;
	case NODE_unroll:
		return child == n->unroll.body;
	case NODE_for_map:
		return child == n->for_map.body;
	case NODE_for_range:
		return child == n->for_range.body;
	default:
		return false;
	}
}

struct below {
	struct folder *f;
	const struct node *parent;
};

static int fold_child(struct node *child, void *ctx)
{
	struct below *b = ctx;

	if (is_body(b->parent, child) && !comptime_condition(child))
		fold_children(b->f, child);
	else
		fold(b->f, child);
	return 0;
}

static void fold_children(struct folder *f, struct node *n)
{
	struct below b = { f, n };

	node_each_child(n, fold_child, &b);
}

void fold_operand(struct script *s, const struct unit *u, struct node *n, bool is_settled)
{
	struct folder f = { .s = s, .u = u, .is_settled = is_settled, .comptime = 1 };

	fold(&f, n);
}

bool fold_body(struct script *s, const struct unit *u, struct node *body, bool is_settled)
{
	struct folder f = { .s = s, .u = u, .is_settled = is_settled };

	fold_children(&f, body);
	return f.folded;
}

int pass_fold(struct script *s)
{
	for (size_t i = 0; i < s->functions.n; i++)
		fold_body(s, s->functions.v[i]->unit, s->functions.v[i]->unit->body, false);
	for (size_t i = 0; i < s->units.n; i++)
		fold_body(s, s->units.v[i], s->units.v[i]->body, false);
	return diags_errors(s->diags) ? -1 : 0;
}
