#include <string.h>

#include "ast/node.h"
#include "ast/script.h"
#include "builtins/agg.h"
#include "codegen/cg.h"

/* A slot: the best value so far, once there was one. */
struct best {
	int64_t value;
	uint64_t is_set;
};

static bool is_better(const struct type *t, bool want_max, int64_t a, int64_t b)
{
	bool less = t->is_signed ? a < b : (uint64_t)a < (uint64_t)b;

	return a != b && less != want_max;
}

static void merge_best(const struct type *t, bool want_max, void *acc, const void *slot)
{
	struct best a, b;

	memcpy(&a, acc, sizeof(a));
	memcpy(&b, slot, sizeof(b));
	if (b.is_set && (!a.is_set || is_better(t, want_max, b.value, a.value)))
		memcpy(acc, &b, sizeof(b));
}

static void merge_min(const struct type *t, void *acc, const void *slot)
{
	merge_best(t, false, acc, slot);
}

static void merge_max(const struct type *t, void *acc, const void *slot)
{
	merge_best(t, true, acc, slot);
}

/* Smallest and largest values are ordered as unsigned numbers (spec/output.md 3.1). */
static __int128 rank_best(const struct type *t, const void *acc)
{
	uint64_t v;

	(void)t;
	memcpy(&v, acc, sizeof(v));
	return v;
}

/* Keeps value in the slot when it is better than what is there, or the first, and cond (i1; NULL: true). */
static void emit_best(struct cg *cg, const struct type *t, struct cg_slot *slot, bool want_max, ref value,
		      ref is_there)
{
	ref old = cg_load(cg, slot->addr, offsetof(struct best, value), 8, false);
	ref is_set = cg_load(cg, slot->addr, offsetof(struct best, is_set), 8, false);
	ref better = cg_bool(cg, cg_compare(cg, want_max ? OP_GT : OP_LT, t->is_signed, value, old));
	ref first = cg_bool(cg, cg_compare(cg, OP_EQ, false, is_set, cg_const(cg, 0)));
	ref wanted = cg_op(cg, OP_BIT_OR, better, first);
	struct cg_fork f;

	if (is_there)
		wanted = cg_op(cg, OP_BIT_AND, wanted, is_there);
	f = cg_if(cg, cg_compare(cg, OP_NE, false, wanted, cg_const(cg, 0)));
	cg_store(cg, slot->addr, offsetof(struct best, value), 8, value);
	cg_store(cg, slot->addr, offsetof(struct best, is_set), 8, cg_const(cg, 1));
	cg_end(cg, &f);
}

static void emit_update_min(struct cg *cg, const struct type *t, struct cg_slot *slot, struct value value)
{
	emit_best(cg, t, slot, false, value.ref, NULL);
}

static void emit_update_max(struct cg *cg, const struct type *t, struct cg_slot *slot, struct value value)
{
	emit_best(cg, t, slot, true, value.ref, NULL);
}

static void emit_merge(struct cg *cg, const struct type *t, struct cg_slot *acc, struct cg_slot *slot,
		       bool want_max)
{
	ref value = cg_load(cg, slot->addr, offsetof(struct best, value), 8, false);

	emit_best(cg, t, acc, want_max, value, cg_load(cg, slot->addr, offsetof(struct best, is_set), 8, false));
}

static void emit_merge_min(struct cg *cg, const struct type *t, struct cg_slot *acc, struct cg_slot *slot)
{
	emit_merge(cg, t, acc, slot, false);
}

static void emit_merge_max(struct cg *cg, const struct type *t, struct cg_slot *acc, struct cg_slot *slot)
{
	emit_merge(cg, t, acc, slot, true);
}

static const struct agg min = {
	.type_name = "min_t",
	.unsigned_type_name = "umin_t",
	.slot_size = sizeof(struct best),
	.is_castable = true,
	.emit_update = COMPILE_SIDE(emit_update_min),
	.emit_merge = COMPILE_SIDE(emit_merge_min),
	.emit_result = COMPILE_SIDE(agg_emit_number),
	.merge = merge_min,
	.format = agg_format,
	.rank = rank_best,
};

static const struct agg max = {
	.type_name = "max_t",
	.unsigned_type_name = "umax_t",
	.slot_size = sizeof(struct best),
	.is_castable = true,
	.emit_update = COMPILE_SIDE(emit_update_max),
	.emit_merge = COMPILE_SIDE(emit_merge_max),
	.emit_result = COMPILE_SIDE(agg_emit_number),
	.merge = merge_max,
	.format = agg_format,
	.rank = rank_best,
};

const struct builtin builtins_minmax[] = {
	{ .name = "min", .sig = "own(int)", .flags = BUILTIN_EFFECT, .check = COMPILE_SIDE(agg_check_number),
	  .agg = &min, .doc = "Keeps the smallest number: @ = min(args.ret)." },
	{ .name = "max", .sig = "own(int)", .flags = BUILTIN_EFFECT, .check = COMPILE_SIDE(agg_check_number),
	  .agg = &max, .doc = "Keeps the largest number: @ = max(args.ret)." },
	{ 0 }
};
