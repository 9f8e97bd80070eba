#include <string.h>

#include "base/str.h"
#include "builtins/agg.h"

static void format_stats(struct output *o, const struct type *t, const void *acc, int64_t div,
			 struct strbuf *out)
{
	struct agg_mean m;

	(void)o;
	memcpy(&m, acc, sizeof(m));
	strbuf_printf(out, "{ .count = %llu, .average = ", (unsigned long long)m.count);
	agg_put(t, agg_mean(t, acc), div, out);
	strbuf_puts(out, ", .total = ");
	agg_put(t, m.total, 1, out);
	strbuf_puts(out, " }");
}

static const struct agg stats = {
	.type_name = "stats_t",
	.unsigned_type_name = "ustats_t",
	.slot_size = sizeof(struct agg_mean),
	.emit_update = COMPILE_SIDE(agg_mean_emit_update),
	.emit_merge = COMPILE_SIDE(agg_mean_emit_merge),
	.merge = agg_mean_merge,
	.format = format_stats,
	.rank = agg_mean_rank,
};

const struct builtin builtins_stats[] = {
	{ .name = "stats", .sig = "own(int)", .flags = BUILTIN_EFFECT, .check = COMPILE_SIDE(agg_check_number),
	  .agg = &stats, .doc = "Count, average and total of numbers: @ = stats(args.ret)." },
	{ 0 }
};
