#include "ast/node.h"
#include "ast/script.h"
#include "builtins/agg.h"
#include "codegen/cg.h"

static void format_avg(struct output *o, const struct type *t, const void *acc, int64_t div, struct strbuf *out)
{
	(void)o;
	agg_put(t, agg_mean(t, acc), div, out);
}

static struct value emit_result(struct cg *cg, const struct type *t, struct cg_slot *acc)
{
	return cg_value(agg_emit_mean(cg, t, acc), type_int(cg_script_mut(cg)->types, 64, t->is_signed));
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
