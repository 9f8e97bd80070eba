#include <string.h>

#include "ast/script.h"
#include "base/intern.h"
#include "base/str.h"
#include "base/vec.h"
#include "builtins/agg.h"
#include "codegen/cg.h"

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

static const struct type *shown_as(struct script *s, const struct type *t)
{
	const struct type *number = type_int(s->types, 64, t->is_signed);
	const struct type *const elems[] = { type_int(s->types, 64, false), number, number };
	const char *const names[] = { intern_str(s->names, "count"), intern_str(s->names, "average"),
				      intern_str(s->names, "total") };

	return type_record(s->types, elems, names, ARRAY_SIZE(elems));
}

static struct value emit_result(struct cg *cg, const struct type *t, struct cg_slot *acc)
{
	const struct type *record = shown_as(cg_script_mut(cg), t);
	ref to = cg_temp(cg, record->size, "stats");

	cg_store(cg, to, record->offsets[0], 8,
		 cg_load(cg, acc->addr, offsetof(struct agg_mean, count), 8, false));
	cg_store(cg, to, record->offsets[1], 8, agg_emit_mean(cg, t, acc));
	cg_store(cg, to, record->offsets[2], 8,
		 cg_load(cg, acc->addr, offsetof(struct agg_mean, total), 8, false));
	return cg_value(to, record);
}

static const struct agg stats = {
	.type_name = "stats_t",
	.unsigned_type_name = "ustats_t",
	.slot_size = sizeof(struct agg_mean),
	.emit_update = COMPILE_SIDE(agg_mean_emit_update),
	.emit_merge = COMPILE_SIDE(agg_mean_emit_merge),
	.shown_as = COMPILE_SIDE(shown_as),
	.emit_result = COMPILE_SIDE(emit_result),
	.merge = agg_mean_merge,
	.format = format_stats,
	.rank = agg_mean_rank,
};

const struct builtin builtins_stats[] = {
	{ .name = "stats", .sig = "own(int)", .flags = BUILTIN_EFFECT, .check = COMPILE_SIDE(agg_check_number),
	  .agg = &stats, .doc = "Count, average and total of numbers: @ = stats(args.ret)." },
	{ 0 }
};
