#include "builtins/agg.h"

static const struct agg sum = {
	.type_name = "sum_t",
	.unsigned_type_name = "usum_t",
	.slot_size = 8,
	.is_castable = true,
	.emit_update = COMPILE_SIDE(agg_emit_add),
	.emit_merge = COMPILE_SIDE(agg_emit_merge),
	.emit_result = COMPILE_SIDE(agg_emit_number),
	.format = agg_format,
	.rank = agg_rank,
};

const struct builtin builtins_sum[] = {
	{ .name = "sum", .sig = "own(int)", .flags = BUILTIN_EFFECT, .check = COMPILE_SIDE(agg_check_number),
	  .agg = &sum, .doc = "Adds up numbers: @ = sum(args.ret). 64 bits, wraps around." },
	{ 0 }
};
