#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/host.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "codegen/cg_priv.h"

/* Functions of a program for its maps (it may have 256, with the parts). */
enum { MAX_MAP_FUNCTIONS = 110 };

/* Maps of the script (how they are kept: ast/plan.h). */

static bool in_globals(const struct map_desc *m)
{
	return m->bpf_type == BPF_MAP_TYPE_UNSPEC;
}

static bool is_agg(const struct map_desc *m)
{
	return m->value->kind == TYPE_AGG;
}

/* -- keys -- */

static bool holds_struct(const struct type *t)
{
	for (uint32_t i = 0; t->kind == TYPE_TUPLE && i < t->n; i++)
		if (holds_struct(t->elems[i]))
			return true;
	return t->kind == TYPE_STRUCT || (t->kind == TYPE_ARRAY && holds_struct(t->to));
}

/* Marks the bytes of a value that mean something: used[at] and on. */
static void mark_used(const struct type *t, uint32_t at, bool *used)
{
	for (uint32_t i = 0; t->kind == TYPE_STRUCT && i < t->n; i++) {
		const struct field *f = &t->fields[i];

		if (f->bits)
			memset(used + at + f->offset, true, (f->bit_at + f->bits + 7u) / 8);
		else
			mark_used(f->type, at + f->offset, used);
	}
	for (uint32_t i = 0; t->kind == TYPE_TUPLE && i < t->n; i++)
		mark_used(t->elems[i], at + t->offsets[i], used);
	for (uint32_t i = 0; t->kind == TYPE_ARRAY && i < t->n; i++)
		mark_used(t->to, at + i * t->to->size, used);
	if (t->kind != TYPE_STRUCT && t->kind != TYPE_TUPLE && t->kind != TYPE_ARRAY)
		memset(used + at, true, t->size);
}

/* C leaves anything between the members of a struct; equal keys must have equal bytes. */
static void clear_padding(struct cg *cg, LLVMValueRef addr, const struct type *t)
{
	bool *used;
	uint32_t n;

	if (!holds_struct(t))
		return;
	type_complete_deep(t);
	used = xcalloc(t->size + 1, sizeof(*used));
	mark_used(t, 0, used);
	for (uint32_t at = 0; at < t->size; at += n ? n : 1) {
		for (n = 0; at + n < t->size && !used[at + n];)
			n++;
		if (n)
			cg_zero(cg, cg_at(cg, addr, at), n);
	}
	free(used);
}

/* The key of an element in memory: padding is zero, so equal keys have equal bytes. */
static LLVMValueRef user_key(struct cg *cg, const struct node *n, uint32_t room)
{
	const struct map_desc *m = n->map.sym->desc;
	LLVMValueRef key = cg_temp(cg, room, "key");
	uint32_t padded = (m->key->size + 7) & ~7u;

	if (room > m->key->size)
		cg_zero(cg, cg_at(cg, key, m->key->size & ~7u), padded - (m->key->size & ~7u));
	cg_expr_into(cg, n->map.key, m->key, key);
	clear_padding(cg, key, m->key);
	return key;
}

static LLVMValueRef scalar_key(struct cg *cg)
{
	LLVMValueRef key = cg_temp(cg, 4, "zero");

	cg_store(cg, key, 0, 4, cg_const(cg, 0));
	return key;
}

void cg_map_key(struct cg *cg, const struct node *map, ref *ret_key)
{
	const struct map_desc *m = map->map.sym->desc;

	*ret_key = m->key ? user_key(cg, map, m->key_size) : scalar_key(cg);
}

/* The number of the bucket, behind the user's key: all of the key of a scalar map. */
static void store_bucket(struct cg *cg, const struct map_desc *m, LLVMValueRef key, LLVMValueRef bucket)
{
	cg_store(cg, key, m->key ? m->key_size - 8 : 0, m->key ? 8 : 4, bucket);
}

/* NULL: there are too many. */
static LLVMValueRef lookup_function(struct cg *cg, const struct map_desc *m)
{
	LLVMValueRef *fn = &cg->map_functions[m->index].lookup;

	if (*fn || cg->n_map_functions == MAX_MAP_FUNCTIONS)
		return *fn;
	cg->n_map_functions++;
	return *fn = find_function(cg, PLAN_MAP_FIRST + m->index);
}

static LLVMValueRef lookup(struct cg *cg, const struct map_desc *m, LLVMValueRef key)
{
	LLVMValueRef fn = cg->is_split && cg->f->kind != FUNCTION_LEAF ? lookup_function(cg, m) : NULL;

	if (fn)
		return call_find(cg, fn, key);
	return cg_helper_ptr(cg, BPF_FUNC_map_lookup_elem, 2, map_ref(cg, m), key);
}

static LLVMValueRef update(struct cg *cg, const struct map_desc *m, LLVMValueRef key, LLVMValueRef value,
			   uint64_t flags)
{
	return cg_helper(cg, BPF_FUNC_map_update_elem, 4, map_ref(cg, m), key, value, cg_const(cg, flags));
}

/* -- reading -- */

/* The value at an address that may be NULL; nothing there reads as zero. */
static struct value read_element(struct cg *cg, LLVMValueRef element, const struct type *t)
{
	bool scalar = type_is_scalar(t);
	LLVMValueRef to = scalar ? entry_alloca(cg, cg->i64, "element") : cg_temp(cg, t->size, "element");
	struct cg_fork f = cg_if(cg, cg_is_null(cg, element));

	if (scalar)
		LLVMBuildStore(cg->b, cg_const(cg, 0), to);
	else
		cg_zero(cg, to, t->size);
	cg_else(cg, &f);
	if (scalar)
		LLVMBuildStore(cg->b, value_load(cg, element, t).ref, to);
	else
		cg_copy(cg, to, element, t->size);
	cg_end(cg, &f);
	return cg_value(scalar ? LLVMBuildLoad2(cg->b, cg->i64, to, "") : to, t);
}

/* A loop over 0 ... n - 1 in place: counted_begin() returns the number. */
struct counted {
	LLVMBasicBlockRef loop, done;
	LLVMValueRef at;
	uint32_t n;
};

static LLVMValueRef counted_begin(struct cg *cg, struct counted *c, uint32_t n, const char *name)
{
	c->loop = block_new(cg, name);
	c->done = block_new(cg, "done");
	c->at = entry_alloca(cg, cg->i64, name);
	c->n = n;
	cg->has_jumps_back = true;
	LLVMBuildStore(cg->b, cg_const(cg, 0), c->at);
	branch(cg, c->loop);
	block_start(cg, c->loop);
	return LLVMBuildLoad2(cg->b, cg->i64, c->at, "");
}

static void counted_end(struct cg *cg, struct counted *c)
{
	LLVMValueRef next = cg_op(cg, OP_ADD, LLVMBuildLoad2(cg->b, cg->i64, c->at, ""), cg_const(cg, 1));

	LLVMBuildStore(cg->b, next, c->at);
	branch_if(cg, cg_compare(cg, OP_LT, false, next, cg_const(cg, c->n)), c->loop, c->done);
	block_start(cg, c->done);
}

static LLVMValueRef lookup_on_cpu(struct cg *cg, const struct map_desc *m, LLVMValueRef key, LLVMValueRef cpu)
{
	return cg_helper_ptr(cg, BPF_FUNC_map_lookup_percpu_elem, 3, map_ref(cg, m), key, cpu);
}

/* acc += slot of one CPU, for all CPUs. */
static void merge_cpus(struct cg *cg, const struct map_desc *m, LLVMValueRef key, struct cg_slot *acc)
{
	struct counted cpus;
	LLVMValueRef cpu = counted_begin(cg, &cpus, cg->s->host->n_cpus, "cpus");
	struct cg_slot slot = { lookup_on_cpu(cg, m, key, cpu) };
	struct cg_fork f = cg_if(cg, cg_not(cg, cg_is_null(cg, slot.addr)));

	m->value->agg->emit_merge(cg, m->value, acc, &slot);
	cg_end(cg, &f);
	counted_end(cg, &cpus);
}

/* The slots of all CPUs in one; zero when there are none. */
struct value agg_read(struct cg *cg, const struct map_desc *m, LLVMValueRef key)
{
	struct cg_slot acc = { cg_temp(cg, m->value->agg->slot_size, "acc") };

	cg_zero(cg, acc.addr, m->value->agg->slot_size);
	merge_cpus(cg, m, key, &acc);
	return m->value->agg->emit_result(cg, m->value, &acc);
}

/* Reading what is not there is an everyday thing: counted only when the user asks (-k). */
static void check_lookup(struct cg *cg, const struct map_desc *m, LLVMValueRef element, struct span at)
{
	LLVMValueRef missing;

	if (!cg->s->warn_reads)
		return;
	missing = cg_select(cg, cg_is_null(cg, element), cg_const(cg, (uint64_t)-ENOENT), cg_const(cg, 0));
	cg_check(cg, SITE_HELPER, "map_lookup_elem", m, missing, at);
}

/* A histogram has no value that an expression could go on with. */
static struct value refuse_read(struct cg *cg, const struct node *n, const struct map_desc *m)
{
	diag_error(cg->s->diags, DIAG_AGGREGATION, n->span,
		   "The value of @%s (%s) cannot be read in an expression: print() shows it", m->name,
		   m->value->name);
	return cg_value(cg_const(cg, 0), type_int(cg->s->types, 64, false));
}

struct value map_read(struct cg *cg, const struct node *n)
{
	const struct map_desc *m = n->map.sym->desc;
	LLVMValueRef key, element;

	if (in_globals(m)) /* zero while it is not set */
		return value_load(cg, cg_globals(cg, m->slot + 8), m->value);
	if (is_agg(m) && !m->value->agg->emit_result)
		return refuse_read(cg, n, m);
	cg_map_key(cg, n, &key);
	if (is_agg(m))
		return agg_read(cg, m, key);
	element = lookup(cg, m, key);
	check_lookup(cg, m, element, n->span);
	return read_element(cg, element, m->value);
}

/* -- writing -- */

static void mark_set(struct cg *cg, const struct map_desc *m)
{
	cg_store(cg, cg_globals(cg, m->slot), 0, 8, cg_const(cg, 1));
}

/* The element that is meant becomes what stands at `value`. */
static void put(struct cg *cg, const struct node *target, LLVMValueRef value)
{
	const struct map_desc *m = target->map.sym->desc;
	LLVMValueRef key, r;

	cg_map_key(cg, target, &key);
	r = update(cg, m, key, value, BPF_ANY);
	cg_check(cg, SITE_MAP_UPDATE, "map_update_elem", m, r, target->span);
}

static void assign_plain(struct cg *cg, const struct node *target, const struct node *value)
{
	const struct map_desc *m = target->map.sym->desc;
	LLVMValueRef to;

	if (in_globals(m)) {
		struct value v = cg_convert(cg, cg_expr(cg, value), m->value);

		if (type_is_scalar(m->value))
			value_store(cg, cg_globals(cg, m->slot + 8), m->value, v);
		else
			cg_copy(cg, cg_globals(cg, m->slot + 8), v.ref, m->value->size);
		mark_set(cg, m);
		return;
	}
	to = cg_temp(cg, m->value->size, "value");
	cg_expr_into(cg, value, m->value, to);
	put(cg, target, to);
}

/* Adds to the slot of this CPU; a key that is new gets a slot first. Something that runs in between on
 * this CPU may have made it: then its slot is added to. A failure is counted in the globals. */
static void update_slot_here(struct cg *cg, const struct map_desc *m, LLVMValueRef key, struct value by,
			     LLVMValueRef count)
{
	const struct agg *agg = m->value->agg;
	struct cg_slot slot = { lookup(cg, m, key) }, fresh, late;
	struct cg_fork missing = cg_if(cg, cg_is_null(cg, slot.addr)), lost;
	LLVMValueRef r, exists;

	fresh.addr = cg_temp(cg, agg->slot_size, "fresh");
	cg_zero(cg, fresh.addr, agg->slot_size);
	agg->emit_update(cg, m->value, &fresh, by);
	r = update(cg, m, key, fresh.addr, BPF_NOEXIST);
	exists = cg_compare(cg, OP_EQ, false, r, cg_const(cg, (uint64_t)-EEXIST));
	lost = cg_if(cg, exists);
	late.addr = lookup(cg, m, key);
	{
		struct cg_fork f = cg_if(cg, cg_not(cg, cg_is_null(cg, late.addr)));

		agg->emit_update(cg, m->value, &late, by);
		cg_end(cg, &f);
	}
	cg_else(cg, &lost);
	site_check(cg, r, count);
	cg_end(cg, &lost);
	cg_else(cg, &missing);
	agg->emit_update(cg, m->value, &slot, by);
	cg_end(cg, &missing);
}

/* The same as a function of its own: (key, what to add, where in the globals a failure is counted). */
static LLVMValueRef update_function(struct cg *cg, const struct map_desc *m, const struct type *by,
				    LLVMTypeRef type)
{
	struct map_functions *fns = &cg->map_functions[m->index];
	struct value v = { .type = by };
	struct function f = { 0 };

	if (fns->update || cg->n_map_functions == MAX_MAP_FUNCTIONS)
		return fns->by == by ? fns->update : NULL;
	cg->n_map_functions++;
	leaf_begin(cg, &f, "update", type);
	v.ref = by ? LLVMGetParam(f.fn, 1) : NULL;
	update_slot_here(cg, m, LLVMGetParam(f.fn, 0), v, LLVMGetParam(f.fn, 2));
	LLVMBuildRet(cg->b, cg_const(cg, 0));
	leaf_end(cg);
	fns->by = by;
	return fns->update = f.fn;
}

static void update_slot(struct cg *cg, const struct map_desc *m, LLVMValueRef key, struct value by,
			struct span at)
{
	const uint32_t size = m->value->agg->slot_size;
	LLVMTypeRef params[3] = { cg->ptr, cg->i64, cg->i64 }, type = LLVMFunctionType(cg->i64, params, 3, 0);
	bool is_number = by.type ? type_is_scalar(by.type) : !by.ref; /* tseries: an address */
	LLVMValueRef count = site_count(cg, SITE_MAP_UPDATE, "map_update_elem", m, at), fn = NULL;
	LLVMValueRef args[3] = { key, by.ref ? by.ref : cg_const(cg, 0), count };

	if (wants_leaf(cg) && is_number && size <= cg->s->settings.on_stack_limit && size <= STACK_SPLIT)
		fn = update_function(cg, m, by.type, type);
	if (fn)
		LLVMBuildCall2(cg->b, type, fn, args, 3, "");
	else
		update_slot_here(cg, m, key, by, count);
}

static void update_scalar_slot(struct cg *cg, const struct map_desc *m, LLVMValueRef key, struct value by)
{
	const struct agg *agg = m->value->agg;
	struct cg_slot slot = { lookup(cg, m, key) };
	struct cg_fork f = cg_if(cg, cg_not(cg, cg_is_null(cg, slot.addr)));

	agg->emit_update(cg, m->value, &slot, by);
	if (!agg->is_bucketed)
		cg_store(cg, slot.addr, agg->slot_size, 8, cg_const(cg, 1));
	cg_end(cg, &f);
}

static void assign_agg(struct cg *cg, const struct node *target, const struct node *call)
{
	const struct map_desc *m = target->map.sym->desc;
	const struct agg *agg = m->value->agg;
	struct value by = { 0 }, bucket;
	LLVMValueRef key;

	if (agg->is_bucketed)
		bucket = agg->emit_bucket(cg, call, &by);
	else if (call->call.args)
		by = cg_expr(cg, call->call.args);
	cg_map_key(cg, target, &key);
	if (agg->is_bucketed)
		store_bucket(cg, m, key, bucket.ref);
	if (m->key)
		update_slot(cg, m, key, by, target->span);
	else
		update_scalar_slot(cg, m, key, by);
}

void map_assign(struct cg *cg, const struct node *target, const struct node *value)
{
	if (is_agg(target->map.sym->desc))
		assign_agg(cg, target, value);
	else
		assign_plain(cg, target, value);
}

/* -- target = target op value -- */

static LLVMValueRef fetch_add(struct cg *cg, LLVMValueRef addr, LLVMValueRef delta)
{
	return LLVMBuildAtomicRMW(cg->b, LLVMAtomicRMWBinOpAdd, addr, delta, LLVMAtomicOrderingMonotonic, 0);
}

/* Adds to an element that other CPUs add to as well; returns what was there before. */
static LLVMValueRef add_shared(struct cg *cg, const struct node *target, LLVMValueRef delta)
{
	const struct map_desc *m = target->map.sym->desc;
	LLVMValueRef old = entry_alloca(cg, cg->i64, "old"), key, element, r, fresh, again;
	struct cg_fork missing, exists, there;

	LLVMBuildStore(cg->b, cg_const(cg, 0), old);
	cg_map_key(cg, target, &key);
	element = lookup(cg, m, key);
	missing = cg_if(cg, cg_is_null(cg, element));
	fresh = cg_temp(cg, 8, "fresh");
	cg_store(cg, fresh, 0, 8, delta);
	r = update(cg, m, key, fresh, BPF_NOEXIST);
	exists = cg_if(cg, cg_compare(cg, OP_EQ, false, r, cg_const(cg, (uint64_t)-EEXIST)));
	again = lookup(cg, m, key);
	there = cg_if(cg, cg_not(cg, cg_is_null(cg, again)));
	LLVMBuildStore(cg->b, fetch_add(cg, again, delta), old);
	cg_end(cg, &there);
	cg_else(cg, &exists);
	cg_check(cg, SITE_MAP_UPDATE, "map_update_elem", m, r, target->span);
	cg_end(cg, &exists);
	cg_else(cg, &missing);
	LLVMBuildStore(cg->b, fetch_add(cg, element, delta), old);
	cg_end(cg, &missing);
	return LLVMBuildLoad2(cg->b, cg->i64, old, "");
}

static LLVMValueRef add_global(struct cg *cg, const struct map_desc *m, LLVMValueRef delta)
{
	LLVMValueRef old = fetch_add(cg, cg_globals(cg, m->slot + 8), delta);

	mark_set(cg, m);
	return old;
}

static void write_back(struct cg *cg, const struct node *target, struct value v)
{
	const struct map_desc *m = target->map.sym->desc;
	LLVMValueRef to;

	if (in_globals(m)) {
		value_store(cg, cg_globals(cg, m->slot + 8), m->value, v);
		mark_set(cg, m);
		return;
	}
	to = cg_temp(cg, m->value->size, "value");
	value_store(cg, to, m->value, v);
	put(cg, target, to);
}

void map_modify(struct cg *cg, const struct node *target, enum op op, struct value by,
		const struct node *at, LLVMValueRef *ret_old, LLVMValueRef *ret_new)
{
	const struct map_desc *m = target->map.sym->desc;
	bool adds = (op == OP_ADD || op == OP_SUB) && m->value->kind == TYPE_INT && m->value->size == 8;
	struct value old = { .type = m->value }, next;

	if (adds) {
		LLVMValueRef delta = op == OP_ADD ? by.ref : cg_op(cg, OP_SUB, cg_const(cg, 0), by.ref);

		old.ref = in_globals(m) ? add_global(cg, m, delta) : add_shared(cg, target, delta);
		next = cg_value(cg_op(cg, OP_ADD, old.ref, delta), m->value);
	} else {
		old = map_read(cg, target);
		next = cg_convert(cg, operate(cg, at, op, old, by, m->value), m->value);
		write_back(cg, target, next);
	}
	if (ret_old)
		*ret_old = old.ref;
	if (ret_new)
		*ret_new = next.ref;
}

static bool changes_map(const struct node *n, void *map)
{
	const struct node *target = n->kind == NODE_incdec ? n->incdec.operand :
				    n->kind == NODE_assign ? n->assign.target : NULL;

	return target && target->kind == NODE_map && target->map.sym == map;
}

void map_assign_op(struct cg *cg, const struct node *n)
{
	const struct node *target = n->assign.target;
	const struct map_desc *m = target->map.sym->desc;
	struct value old, by;

	if (!node_any(n->assign.value, changes_map, target->map.sym)) {
		map_modify(cg, target, n->assign.op, cg_expr(cg, n->assign.value), n, NULL, NULL);
		return;
	}
	/* @x op= e is @x = @x op (e): what e does to @x comes too late, and there is nothing to do at once. */
	old = map_read(cg, target);
	by = cg_expr(cg, n->assign.value);
	write_back(cg, target, cg_convert(cg, operate(cg, n, n->assign.op, old, by, m->value), m->value));
}

/* -- what is there, deleting, counting -- */

static void set_if(struct cg *cg, LLVMValueRef flag, LLVMValueRef cond)
{
	LLVMValueRef old = LLVMBuildLoad2(cg->b, cg->i64, flag, "");

	LLVMBuildStore(cg->b, cg_op(cg, OP_BIT_OR, old, cg_bool(cg, cond)), flag);
}

static LLVMValueRef new_flag(struct cg *cg, const char *name)
{
	LLVMValueRef flag = entry_alloca(cg, cg->i64, name);

	LLVMBuildStore(cg->b, cg_const(cg, 0), flag);
	return flag;
}

/* Whether act() is true for the key of a map node, or for any of its buckets: all are tried. */
static LLVMValueRef any_bucket(struct cg *cg, const struct node *map,
			       LLVMValueRef (*act)(struct cg *cg, const struct map_desc *m, LLVMValueRef key))
{
	const struct map_desc *m = map->map.sym->desc;
	LLVMValueRef key, any;
	struct counted buckets;

	cg_map_key(cg, map, &key);
	if (!is_agg(m) || !m->value->agg->is_bucketed)
		return cg_bool(cg, act(cg, m, key));
	any = new_flag(cg, "any");
	store_bucket(cg, m, key, counted_begin(cg, &buckets, m->value->agg->n_buckets(m->value), "buckets"));
	set_if(cg, any, act(cg, m, key));
	counted_end(cg, &buckets);
	return LLVMBuildLoad2(cg->b, cg->i64, any, "");
}

static LLVMValueRef is_there(struct cg *cg, const struct map_desc *m, LLVMValueRef key)
{
	return cg_not(cg, cg_is_null(cg, lookup(cg, m, key)));
}

ref cg_map_has(struct cg *cg, const struct node *map)
{
	return any_bucket(cg, map, is_there);
}

static LLVMValueRef delete_one(struct cg *cg, const struct map_desc *m, LLVMValueRef key)
{
	LLVMValueRef r = cg_helper(cg, BPF_FUNC_map_delete_elem, 2, map_ref(cg, m), key);

	return cg_compare(cg, OP_EQ, false, r, cg_const(cg, 0));
}

ref cg_map_delete(struct cg *cg, const struct node *map)
{
	return any_bucket(cg, map, delete_one);
}

static LLVMValueRef clear_global(struct cg *cg, const struct map_desc *m)
{
	LLVMValueRef slot = cg_globals(cg, m->slot), was = cg_load(cg, slot, 0, 8, false);

	cg_store(cg, slot, 0, 8, cg_const(cg, 0));
	cg_zero(cg, cg_at(cg, slot, 8), m->value_size);
	return was;
}

/* Zeroes the slots of every CPU; true when any of them was in use: a bucket says so itself, others have
 * a mark behind the slot. */
static LLVMValueRef clear_cpus(struct cg *cg, const struct map_desc *m)
{
	const struct agg *agg = m->value->agg;
	LLVMValueRef key = scalar_key(cg), any = new_flag(cg, "any"), cpu, slot, used;
	struct counted buckets, cpus;
	struct cg_fork f;

	store_bucket(cg, m, key,
		     counted_begin(cg, &buckets, agg->is_bucketed ? agg->n_buckets(m->value) : 1, "buckets"));
	cpu = counted_begin(cg, &cpus, cg->s->host->n_cpus, "cpus");
	slot = lookup_on_cpu(cg, m, key, cpu);
	f = cg_if(cg, cg_not(cg, cg_is_null(cg, slot)));
	used = cg_load(cg, slot, agg->is_bucketed ? agg->used_at : agg->slot_size, 8, false);
	set_if(cg, any, cg_compare(cg, OP_NE, false, used, cg_const(cg, 0)));
	cg_zero(cg, slot, m->value_size);
	cg_end(cg, &f);
	counted_end(cg, &cpus);
	counted_end(cg, &buckets);
	return LLVMBuildLoad2(cg->b, cg->i64, any, "");
}

ref cg_scalar_delete(struct cg *cg, const struct node *map)
{
	const struct map_desc *m = map->map.sym->desc;

	return in_globals(m) ? clear_global(cg, m) : clear_cpus(cg, m);
}

/* In a callback that gets each element: counts those that are the lowest bucket of their key. The loop is left
 * as soon as it can be: the verifier follows every way through what is left of it. */
static void count_lowest_bucket(struct cg *cg, const struct map_desc *m, LLVMValueRef key, uint32_t count_at)
{
	LLVMValueRef copy = cg_temp(cg, m->key_size, "key"), lower = new_flag(cg, "lower"), own, bucket, count;
	LLVMBasicBlockRef look, more;
	struct counted buckets;

	cg_copy(cg, copy, key, m->key_size);
	own = cg_load(cg, copy, m->key_size - 8, 8, false);
	bucket = counted_begin(cg, &buckets, m->value->agg->n_buckets(m->value), "buckets");
	look = block_new(cg, "look");
	branch_if(cg, cg_compare(cg, OP_LT, false, bucket, own), look, buckets.done);
	block_start(cg, look);
	store_bucket(cg, m, copy, bucket);
	set_if(cg, lower, is_there(cg, m, copy));
	bucket = LLVMBuildLoad2(cg->b, cg->i64, lower, "");
	more = block_new(cg, "more");
	branch_if(cg, cg_compare(cg, OP_NE, false, bucket, cg_const(cg, 0)), buckets.done, more);
	block_start(cg, more);
	counted_end(cg, &buckets);
	lower = LLVMBuildLoad2(cg->b, cg->i64, lower, "");
	count = cg_load(cg, frame_address(cg, count_at), 0, 8, false);
	count = cg_op(cg, OP_ADD, count, cg_op(cg, OP_BIT_XOR, lower, cg_const(cg, 1)));
	cg_store(cg, frame_address(cg, count_at), 0, 8, count);
}

/* Walking a map tells how many elements it has; with buckets, a key has several of them. */
ref cg_map_len(struct cg *cg, const struct node *map)
{
	LLVMTypeRef params[4] = { cg->ptr, cg->ptr, cg->ptr, cg->ptr };
	const struct map_desc *m = map->map.sym->desc;
	bool has_buckets = is_agg(m) && m->value->agg->is_bucketed;
	uint32_t count_at = frame_reserve(cg, 8);
	struct function body = { 0 };
	LLVMValueRef elements;

	cg_store(cg, frame_address(cg, count_at), 0, 8, cg_const(cg, 0));
	callback_begin(cg, &body, LLVMFunctionType(cg->i64, params, 4, 0), 3);
	if (has_buckets)
		count_lowest_bucket(cg, m, LLVMGetParam(body.fn, 1), count_at);
	callback_end(cg);
	elements = cg_helper(cg, BPF_FUNC_for_each_map_elem, 4, map_ref(cg, m), body.fn, frame_address(cg, 0),
			     cg_const(cg, 0));
	return has_buckets ? cg_load(cg, frame_address(cg, count_at), 0, 8, false) : elements;
}
