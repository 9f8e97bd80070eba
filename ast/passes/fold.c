#include <string.h>

#include "ast/pass.h"
#include "ast/passes/fold_priv.h"
#include "ast/passes/late.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "builtins/builtin.h"

static void fold(struct folder *f, struct node *n);
static void fold_children(struct folder *f, struct node *n);

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

static bool is_text_call(const struct node *call)
{
	return call->call.fn && (call->call.fn->flags & BUILTIN_TEXT);
}

/* str($1), str($1, n), str($1 + k): always the text. Before the children are folded. */
static void fold_str_of_param(struct folder *f, struct node *call)
{
	struct node *arg = call->call.args, *at;

	if (!is_text_call(call) || !arg)
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

	if (!is_text_call(n) || !arg || (limit && limit->next))
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

void fold_known(struct folder *f, struct node *n, const struct builtin *b, bool may_be_text)
{
	struct node literal = { 0 };

	if (b && b->known && builtin_has_all(n) && !b->known(f->s, f->u, n, f->is_settled, &literal) &&
	    (literal.kind != NODE_string || may_be_text || f->comptime)) {
		literal.depth = literal.kind == NODE_tuple ? 2 : 1;
		become_copy(f, n, &literal);
	}
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
	struct diag *d;

	if (cond->kind == NODE_tuple) {
		d = diag_error(s->diags, DIAG_CONDITION, cond->span, "Invalid condition: %s",
			       cond->tuple.names ? "record" : "tuple");
		diag_hint(s->diags, d, "one of its elements can be: .%s",
			  cond->tuple.names ? cond->tuple.names[0] : "0");
	}
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
