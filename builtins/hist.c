#include "ast/node.h"
#include "ast/script.h"
#include "base/diag.h"
#include "base/str.h"
#include "builtins/agg.h"
#include "codegen/cg.h"

/* Parameter k: every power of two is cut into 2^k buckets. Bucket 0 holds what is below zero. */
enum { MAX_BITS = 5 };

static uint32_t n_buckets(const struct type *t)
{
	unsigned k = t->param[0];

	return ((64 - k) << k) + 1;
}

/* The lower bound of bucket x + 1; true when it was written without scaling it. */
static bool put_bound(unsigned k, uint32_t x, struct strbuf *out)
{
	static const char *const suffixes[] = { "", "K", "M", "G", "T", "P", "E" };
	uint32_t n = 1u << k, power = (x >> k) - 1, tens = power / 10;

	if (x <= 2 * n) {
		strbuf_printf(out, "%u", x);
		return true;
	}
	strbuf_printf(out, "%llu%s", (unsigned long long)(n + (x & (n - 1))) << (power - 10 * tens), suffixes[tens]);
	return false;
}

static void put_label(const struct type *t, uint32_t i, struct strbuf *out)
{
	unsigned k = t->param[0];

	if (!i) {
		strbuf_puts(out, "(..., 0)");
		return;
	}
	strbuf_putc(out, '[');
	put_bound(k, i - 1, out);
	if (i <= 2u << k) {
		strbuf_putc(out, ']');
		return;
	}
	strbuf_puts(out, ", ");
	put_bound(k, i, out);
	strbuf_putc(out, ')');
}

static void format_buckets(struct output *o, const struct type *t, const void *slots, uint64_t surveyed,
			   int64_t div, struct strbuf *out)
{
	(void)o, (void)surveyed;
	agg_put_bars(t, slots, div, put_label, out);
}

/* The position of the highest bit set in v, which is not 0: halves the range where it can be. */
static ref emit_highest_bit(struct cg *cg, ref v)
{
	ref position = cg_const(cg, 0);

	for (unsigned half = 32; half; half /= 2) {
		ref limit = cg_const(cg, (1ull << half) - 1);
		ref shift = cg_select(cg, cg_compare(cg, OP_GT, false, v, limit), cg_const(cg, half),
				      cg_const(cg, 0));

		v = cg_op(cg, OP_SHR, v, shift);
		position = cg_op(cg, OP_ADD, position, shift);
	}
	return position;
}

/* With k = 0 bucket 1 is 0, 2 is 1, 3 is [2, 4): one more than the highest bit of 2n + 1. */
static ref emit_power(struct cg *cg, ref n)
{
	ref odd = cg_op(cg, OP_BIT_OR, cg_op(cg, OP_SHL, n, cg_const(cg, 1)), cg_const(cg, 1));

	return cg_op(cg, OP_ADD, emit_highest_bit(cg, odd), cg_const(cg, 1));
}

/* n below 2^k: n + 1. Else, with the highest bit of n at p and l = p - k: ((l + 1) << k) + the k bits
 * below the highest one + 1. */
static ref emit_fine(struct cg *cg, ref n, unsigned k)
{
	ref size = cg_const(cg, 1ull << k), one = cg_const(cg, 1);
	ref small = cg_compare(cg, OP_LT, false, n, size);
	ref l = cg_op(cg, OP_SUB, emit_highest_bit(cg, cg_select(cg, small, size, n)), cg_const(cg, k));
	ref x = cg_op(cg, OP_BIT_AND, cg_op(cg, OP_SHR, n, l), cg_const(cg, (1ull << k) - 1));
	ref base = cg_op(cg, OP_SHL, cg_op(cg, OP_ADD, l, one), cg_const(cg, k));

	return cg_op(cg, OP_ADD, cg_select(cg, small, n, cg_op(cg, OP_ADD, base, x)), one);
}

static struct value emit_bucket(struct cg *cg, const struct node *call, struct value *by)
{
	ref n = cg_expr(cg, builtin_arg(call, 0)).ref, zero = cg_const(cg, 0);
	unsigned k = call->type->param[0];
	ref bucket = k ? emit_fine(cg, n, k) : emit_power(cg, n);

	(void)by;
	bucket = cg_select(cg, cg_compare(cg, OP_LT, true, n, zero), zero, bucket);
	return cg_value(bucket, type_int(cg_script_mut(cg)->types, 64, false));
}

static const struct agg hist = {
	.type_name = "hist_t",
	.params_clash = "Different bits in a single hist unsupported",
	.slot_size = 8,
	.is_bucketed = true,
	.n_buckets = n_buckets,
	.emit_bucket = COMPILE_SIDE(emit_bucket),
	.emit_update = COMPILE_SIDE(agg_emit_add_one),
	.rank = agg_rank_total,
	.format_buckets = format_buckets,
};

static int check_hist(struct script *s, struct unit *u, struct node *call)
{
	int64_t param[TYPE_PARAMS] = { 0 };
	uint64_t bits = 0;
	bool negative = false;

	(void)u;
	if (agg_literal(call, 1, &bits, &negative) && (negative || bits > MAX_BITS)) {
		diag_error(s->diags, DIAG_ARG_VALUE, builtin_arg(call, 1)->span, "hist: bits %s%llu must be 0..%d",
			   negative ? "-" : "", (unsigned long long)(negative ? -bits : bits), MAX_BITS);
		return -1;
	}
	param[0] = bits;
	call->type = type_agg(s->types, &hist, true, param);
	return 0;
}

const struct builtin builtins_hist[] = {
	{ .name = "hist", .sig = "own(int, lit_int?)", .flags = BUILTIN_EFFECT, .check = COMPILE_SIDE(check_hist),
	  .agg = &hist,
	  .doc = "A histogram whose buckets are powers of two: @ = hist(nsecs). With a second argument of 1 to "
		 "5 every power of two is cut into 2, 4, 8, 16 or 32 buckets." },
	{ 0 }
};
