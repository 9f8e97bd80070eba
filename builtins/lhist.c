#include <inttypes.h>

#include "ast/node.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "builtins/agg.h"
#include "codegen/cg.h"

/* Parameters: smallest, largest, step. Bucket 0 is below the smallest; the last holds the rest. */
enum { MIN, MAX, STEP, MAX_BUCKETS = 1000 };

static uint32_t n_buckets(const struct type *t)
{
	return 2 + (t->param[MAX] - t->param[MIN]) / t->param[STEP];
}

static void put_number(int64_t v, bool by_1024, struct strbuf *out)
{
	if (by_1024 && v && v % (1 << 20) == 0)
		strbuf_printf(out, "%" PRId64 "M", v >> 20);
	else if (by_1024 && v && v % (1 << 10) == 0)
		strbuf_printf(out, "%" PRId64 "K", v >> 10);
	else
		strbuf_printf(out, "%" PRId64, v);
}

static void put_label(const struct type *t, uint32_t i, struct strbuf *out)
{
	int64_t step = t->param[STEP], low = t->param[MIN] + ((int64_t)i - 1) * step;
	bool by_1024 = step % 1024 == 0, is_last = i + 1 == n_buckets(t);

	if (!i) {
		strbuf_puts(out, "(..., ");
		put_number(t->param[MIN], by_1024, out);
		strbuf_putc(out, ')');
		return;
	}
	strbuf_putc(out, '[');
	put_number(low, by_1024, out);
	if (step == 1 && !is_last) {
		strbuf_putc(out, ']');
		return;
	}
	strbuf_puts(out, ", ");
	if (is_last)
		strbuf_puts(out, "...");
	else
		put_number(low + step, by_1024, out);
	strbuf_putc(out, ')');
}

/* Counts stay as they are, whatever print() divides by. */
static void format_buckets(struct output *o, const struct type *t, const void *slots, uint64_t surveyed,
			   int64_t div, struct strbuf *out)
{
	(void)o, (void)surveyed, (void)div;
	agg_put_bars(t, slots, 1, put_label, out);
}

static struct value emit_bucket(struct cg *cg, const struct node *call, struct value *by)
{
	const int64_t *param = call->type->param;
	ref n = cg_expr(cg, builtin_arg(call, 0)).ref;
	ref min = cg_const(cg, param[MIN]), max = cg_const(cg, param[MAX]), zero = cg_const(cg, 0);
	ref steps = cg_op(cg, OP_DIV, cg_op(cg, OP_SUB, n, min), cg_const(cg, param[STEP]));
	ref bucket = cg_op(cg, OP_ADD, steps, cg_const(cg, 1));

	(void)by;
	bucket = cg_select(cg, cg_compare(cg, OP_GT, true, n, max),
			   cg_const(cg, 1 + (param[MAX] - param[MIN]) / param[STEP]), bucket);
	bucket = cg_select(cg, cg_compare(cg, OP_LT, true, n, min), zero, bucket);
	return cg_value(bucket, type_int(cg_script_mut(cg)->types, 64, false));
}

static const struct agg lhist = {
	.type_name = "lhist_t",
	.params_clash = "Different lhist bounds in a single map unsupported",
	.slot_size = 8,
	.is_bucketed = true,
	.n_buckets = n_buckets,
	.emit_bucket = COMPILE_SIDE(emit_bucket),
	.emit_update = COMPILE_SIDE(agg_emit_add_one),
	.rank = agg_rank_total,
	.format_buckets = format_buckets,
};

/* Reads the three literals. */
static int read_params(struct script *s, struct node *call, int64_t *param)
{
	static const char *const complaints[] = {
		[MIN] = "lhist: invalid min value (must be non-negative literal)",
		[MAX] = "lhist: invalid max value (must be non-negative literal)",
		[STEP] = "lhist: invalid step value (must be non-negative literal)",
	};

	for (unsigned i = 0; i < 3; i++) {
		uint64_t value = 0;
		bool negative = false;

		if (!agg_literal(call, i + 1, &value, &negative) || negative || value > INT64_MAX) {
			diag_error(s->diags, DIAG_ARG_VALUE, builtin_arg(call, i + 1)->span, "%s", complaints[i]);
			return -1;
		}
		param[i] = value;
	}
	return 0;
}

static int refuse(struct script *s, struct node *call, const char *text)
{
	diag_error(s->diags, DIAG_ARG_VALUE, call->span, "lhist() %s", text);
	return -1;
}

static int check_lhist(struct script *s, struct unit *u, struct node *call)
{
	int64_t param[TYPE_PARAMS] = { 0 };
	int64_t range;

	(void)u;
	if (read_params(s, call, param))
		return -1;
	range = param[MAX] - param[MIN];
	if (!param[STEP])
		return refuse(s, call, "step must be >= 1 (0 provided)");
	if (range <= 0)
		return refuse(s, call, arena_printf(s->arena, "min must be less than max (provided min %" PRId64
						    " and max %" PRId64 ")", param[MIN], param[MAX]));
	if (param[STEP] > range)
		return refuse(s, call, arena_printf(s->arena, "step is too large for the given range (provided "
						    "step %" PRId64 " for range %" PRId64 ")", param[STEP], range));
	if (range / param[STEP] > MAX_BUCKETS)
		return refuse(s, call, arena_printf(s->arena, "too many buckets, must be <= %d (would need %" PRId64
						    ")", MAX_BUCKETS, range / param[STEP]));
	call->type = type_agg(s->types, &lhist, true, param);
	return 0;
}

const struct builtin builtins_lhist[] = {
	{ .name = "lhist", .sig = "own(int, lit_int, lit_int, lit_int)", .flags = BUILTIN_EFFECT,
	  .check = COMPILE_SIDE(check_lhist), .agg = &lhist,
	  .doc = "A histogram with buckets of the same size: @ = lhist(value, min, max, step)." },
	{ 0 }
};
