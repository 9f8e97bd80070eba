#include "ast/node.h"
#include "ast/script.h"
#include "builtins/agg.h"
#include "codegen/cg.h"

static void format_avg(struct output *o, const struct type *t, const void *acc, int64_t div, struct strbuf *out)
{
	(void)o;
	agg_put(t, agg_mean(t, acc), div, out);
}

/* BPF divides unsigned numbers only: divides the magnitude and puts the sign back. */
static struct value emit_result(struct cg *cg, const struct type *t, struct cg_slot *acc)
{
	ref zero = cg_const(cg, 0);
	ref total = cg_load(cg, acc->addr, offsetof(struct agg_mean, total), 8, false);
	ref count = cg_load(cg, acc->addr, offsetof(struct agg_mean, count), 8, false);
	ref negative = cg_compare(cg, OP_LT, true, total, zero);
	ref mean;

	count = cg_select(cg, cg_compare(cg, OP_EQ, false, count, zero), cg_const(cg, 1), count);
	if (t->is_signed)
		total = cg_select(cg, negative, cg_op(cg, OP_SUB, zero, total), total);
	mean = cg_op(cg, OP_DIV, total, count);
	if (t->is_signed)
		mean = cg_select(cg, negative, cg_op(cg, OP_SUB, zero, mean), mean);
	return cg_value(mean, type_int(cg_script_mut(cg)->types, 64, t->is_signed));
}

static const struct agg avg = {
	.type_name = "avg_t",
	.unsigned_type_name = "uavg_t",
	.slot_size = sizeof(struct agg_mean),
	.is_castable = true,
	.emit_update = COMPILE_SIDE(agg_mean_emit_update),
	.emit_merge = COMPILE_SIDE(agg_mean_emit_merge),
	.emit_result = COMPILE_SIDE(emit_result),
	.merge = agg_mean_merge,
	.format = format_avg,
	.rank = agg_mean_rank,
};

const struct builtin builtins_avg[] = {
	{ .name = "avg", .sig = "own(int)", .flags = BUILTIN_EFFECT, .check = COMPILE_SIDE(agg_check_number),
	  .agg = &avg, .doc = "The average of numbers, as an integer: @ = avg(args.ret)." },
	{ 0 }
};
