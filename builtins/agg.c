#include "builtins/agg.h"

#include <string.h>

#include "ast/node.h"
#include "ast/script.h"
#include "base/str.h"
#include "codegen/cg.h"

enum { LABEL_WIDTH = 16, BAR_WIDTH = 52 };

int agg_check_number(struct script *s, struct unit *u, struct node *call)
{
	const struct type *arg = builtin_arg(call, 0)->type;

	(void)u;
	if (arg)
		call->type = type_agg(s->types, call->call.fn->agg, arg->is_signed, NULL);
	return 0;
}

bool agg_literal(const struct node *call, unsigned n, uint64_t *ret_value, bool *ret_negative)
{
	const struct node *arg = builtin_arg(call, n);

	if (!arg || arg->kind != NODE_number)
		return false;
	*ret_value = arg->number.value;
	*ret_negative = arg->number.negative;
	return true;
}

/* -- user side -- */

void agg_put(const struct type *t, int64_t v, int64_t div, struct strbuf *out)
{
	if (div && div != 1)
		v = (t->is_signed ? (__int128)v : (__int128)(uint64_t)v) / div;
	if (t->is_signed)
		strbuf_printf(out, "%lld", (long long)v);
	else
		strbuf_printf(out, "%llu", (unsigned long long)v);
}

void agg_format(struct output *o, const struct type *t, const void *acc, int64_t div, struct strbuf *out)
{
	int64_t v;

	(void)o;
	memcpy(&v, acc, sizeof(v));
	agg_put(t, v, div, out);
}

__int128 agg_rank(const struct type *t, const void *acc)
{
	int64_t v;

	memcpy(&v, acc, sizeof(v));
	return t->is_signed ? (__int128)v : (__int128)(uint64_t)v;
}

void agg_mean_merge(const struct type *t, void *acc, const void *slot)
{
	struct agg_mean a, b;

	(void)t;
	memcpy(&a, acc, sizeof(a));
	memcpy(&b, slot, sizeof(b));
	a.total = (uint64_t)a.total + (uint64_t)b.total;
	a.count += b.count;
	memcpy(acc, &a, sizeof(a));
}

int64_t agg_mean(const struct type *t, const void *acc)
{
	struct agg_mean m;

	memcpy(&m, acc, sizeof(m));
	if (!m.count)
		return 0;
	if (!t->is_signed)
		return (uint64_t)m.total / m.count;
	return (__int128)m.total / (__int128)m.count;
}

__int128 agg_mean_rank(const struct type *t, const void *acc)
{
	int64_t v = agg_mean(t, acc);

	return t->is_signed ? (__int128)v : (__int128)(uint64_t)v;
}

static uint64_t divide_count(uint64_t count, int64_t div)
{
	return div && div != 1 ? (uint64_t)((__int128)count / div) : count;
}

void agg_put_bars(const struct type *t, const void *slots, int64_t div,
		  void (*label)(const struct type *t, uint32_t i, struct strbuf *out), struct strbuf *out)
{
	const uint64_t *counts = slots;
	uint32_t first = 0, end = t->agg->n_buckets(t);
	uint64_t max = 0;

	while (end && !counts[end - 1])
		end--;
	while (first < end && !counts[first])
		first++;
	for (uint32_t i = first; i < end; i++)
		max = divide_count(counts[i], div) > max ? divide_count(counts[i], div) : max;
	for (uint32_t i = first; i < end; i++) {
		uint64_t count = divide_count(counts[i], div);
		unsigned bar = max ? (double)count / (double)max * BAR_WIDTH : 0;
		size_t from = out->len;

		label(t, i, out);
		if (out->len - from < LABEL_WIDTH)
			strbuf_pad(out, ' ', LABEL_WIDTH - (out->len - from));
		strbuf_printf(out, "%8llu |", (unsigned long long)count);
		strbuf_pad(out, '@', bar);
		strbuf_pad(out, ' ', BAR_WIDTH - bar);
		strbuf_puts(out, "|\n");
	}
	strbuf_putc(out, '\n');
}

__int128 agg_rank_total(const struct type *t, const void *counts)
{
	const uint64_t *c = counts;
	__int128 total = 0;

	for (uint32_t i = 0; i < t->agg->n_buckets(t); i++)
		total += c[i];
	return total;
}

/* -- kernel side -- */

/* The slot is this CPU's own, but a program can be interrupted, and on kernels whose system call
 * tracepoints may sleep (6.13 and later) even preempted, by another one that adds to the same slot. So
 * additions are atomic: 5 ns on a line that stays in the cache of its CPU. */
void agg_emit_add(struct cg *cg, const struct type *t, struct cg_slot *slot, struct value value)
{
	(void)t;
	cg_atomic_add(cg, slot->addr, 0, value.ref);
}

void agg_emit_add_one(struct cg *cg, const struct type *t, struct cg_slot *slot, struct value value)
{
	(void)t;
	(void)value;
	cg_atomic_add(cg, slot->addr, 0, cg_const(cg, 1));
}

void agg_emit_merge(struct cg *cg, const struct type *t, struct cg_slot *acc, struct cg_slot *slot)
{
	ref sum = cg_op(cg, OP_ADD, cg_load(cg, acc->addr, 0, 8, false), cg_load(cg, slot->addr, 0, 8, false));

	(void)t;
	cg_store(cg, acc->addr, 0, 8, sum);
}

struct value agg_emit_number(struct cg *cg, const struct type *t, struct cg_slot *acc)
{
	return cg_value(cg_load(cg, acc->addr, 0, 8, false), type_int(cg_script_mut(cg)->types, 64, t->is_signed));
}

void agg_mean_emit_update(struct cg *cg, const struct type *t, struct cg_slot *slot, struct value value)
{
	(void)t;
	cg_atomic_add(cg, slot->addr, offsetof(struct agg_mean, total), value.ref);
	cg_atomic_add(cg, slot->addr, offsetof(struct agg_mean, count), cg_const(cg, 1));
}

void agg_mean_emit_merge(struct cg *cg, const struct type *t, struct cg_slot *acc, struct cg_slot *slot)
{
	struct cg_slot acc_count = { cg_at(cg, acc->addr, offsetof(struct agg_mean, count)) };
	struct cg_slot slot_count = { cg_at(cg, slot->addr, offsetof(struct agg_mean, count)) };

	agg_emit_merge(cg, t, acc, slot);
	agg_emit_merge(cg, t, &acc_count, &slot_count);
}

/* BPF divides unsigned numbers only: divides the magnitude and puts the sign back. */
ref agg_emit_mean(struct cg *cg, const struct type *t, struct cg_slot *acc)
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
	return t->is_signed ? cg_select(cg, negative, cg_op(cg, OP_SUB, zero, mean), mean) : mean;
}
