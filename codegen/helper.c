#include <stdarg.h>
#include <stdio.h>

#include "base/host.h"
#include "codegen/cg_priv.h"

/* What the kernel does for a program: helpers, maps, and the counting of what fails. */

enum { MAX_ARGS = 5 };

/* LLVM value names tell which helper a call is (tests look for them). */
/* Results are named after the function, for people who read the code. */
static const char *const helper_names[] = {
#define NAME(helper) [BPF_FUNC_##helper] = #helper
	__BPF_FUNC_MAPPER(NAME)
#undef NAME
};

static const char *helper_name(enum bpf_func_id id)
{
	return id < ARRAY_SIZE(helper_names) ? helper_names[id] : "helper";
}

static LLVMValueRef call_helper(struct cg *cg, enum bpf_func_id id, LLVMTypeRef result, unsigned n,
				va_list ap)
{
	LLVMTypeRef types[MAX_ARGS];
	LLVMValueRef args[MAX_ARGS], fn;

	for (unsigned i = 0; i < n; i++) {
		args[i] = va_arg(ap, LLVMValueRef);
		types[i] = LLVMTypeOf(args[i]);
	}
	fn = LLVMConstIntToPtr(LLVMConstInt(cg->i64, id, 0), cg->ptr);
	return LLVMBuildCall2(cg->b, LLVMFunctionType(result, types, n, 0), fn, args, n, helper_name(id));
}

ref cg_helper(struct cg *cg, enum bpf_func_id id, unsigned n, ...)
{
	LLVMValueRef r;
	va_list ap;

	va_start(ap, n);
	r = call_helper(cg, id, cg->i64, n, ap);
	va_end(ap);
	/* Before 6.4 (d7ba4cc900bf) the kernel's functions behind these return int, and it calls them directly:
	 * the upper half of the register is not the sign. */
	if (id == BPF_FUNC_map_update_elem || id == BPF_FUNC_map_delete_elem)
		r = cg_extend(cg, r, 4, true);
	return r;
}

ref cg_helper_ptr(struct cg *cg, enum bpf_func_id id, unsigned n, ...)
{
	LLVMValueRef r;
	va_list ap;

	va_start(ap, n);
	r = call_helper(cg, id, cg->ptr, n, ap);
	va_end(ap);
	return r;
}

bool cg_kernel_since(const struct cg *cg, unsigned major, unsigned minor)
{
	return cg->s->host->kernel_version >= (major << 16 | minor << 8);
}

/* -- maps by number -- */

static LLVMValueRef pseudo(struct cg *cg, uint64_t kind, uint64_t number)
{
	LLVMValueRef args[2] = { cg_const(cg, kind), cg_const(cg, number) };
	LLVMValueRef r = LLVMBuildCall2(cg->b, cg->pseudo_type, cg->pseudo, args, 2, "");

	return LLVMBuildIntToPtr(cg->b, r, cg->ptr, "");
}

ref cg_map(struct cg *cg, uint32_t number)
{
	return pseudo(cg, BPF_PSEUDO_MAP_FD, number);
}

LLVMValueRef map_ref(struct cg *cg, const struct map_desc *m)
{
	return cg_map(cg, PLAN_MAP_FIRST + m->index);
}

LLVMValueRef find_function(struct cg *cg, uint32_t number)
{
	LLVMBasicBlockRef here = LLVMGetInsertBlock(cg->b);
	LLVMValueRef fn;
	char name[160];

	snprintf(name, sizeof(name), "%.120s_find%u", cg->u->desc->name, number);
	fn = inner_function(cg, name, LLVMFunctionType(cg->ptr, &cg->ptr, 1, 0));
	block_start(cg, LLVMAppendBasicBlockInContext(cg->c, fn, "entry"));
	LLVMBuildRet(cg->b, cg_helper_ptr(cg, BPF_FUNC_map_lookup_elem, 2, cg_map(cg, number), LLVMGetParam(fn, 0)));
	block_start(cg, here);
	return fn;
}

LLVMValueRef call_find(struct cg *cg, LLVMValueRef fn, LLVMValueRef key)
{
	return LLVMBuildCall2(cg->b, LLVMGlobalGetValueType(fn), fn, &key, 1, "");
}

ref cg_globals(struct cg *cg, uint32_t offset)
{
	return cg_at(cg, pseudo(cg, BPF_PSEUDO_MAP_VALUE, PLAN_MAP_GLOBALS), offset);
}

static uint32_t constants_at(struct cg *cg, const void *key, uint32_t size,
			     void (*fill)(void *to, const void *key))
{
	struct constants c = { key, (uint32_t)cg->rodata.n };

	for (size_t i = 0; i < cg->constants.n; i++)
		if (cg->constants.v[i].key == key)
			return cg->constants.v[i].at;
	for (uint32_t i = 0; i < ((size + 7) & ~7u); i++)
		vec_push(&cg->rodata, 0);
	fill(cg->rodata.v + c.at, key);
	vec_push(&cg->constants, c);
	return c.at;
}

ref cg_constants(struct cg *cg, const void *key, uint32_t size, void (*fill)(void *to, const void *key))
{
	uint32_t at = constants_at(cg, key, size, fill);

	return cg_at(cg, pseudo(cg, BPF_PSEUDO_MAP_VALUE, PLAN_MAP_RODATA), at);
}

LLVMValueRef text_constant(struct cg *cg, const char *text, uint32_t len)
{
	struct constants c = { text, (uint32_t)cg->rodata.n };

	for (size_t i = 0; i < cg->constants.n; i++)
		if (cg->constants.v[i].key == text)
			return cg_at(cg, pseudo(cg, BPF_PSEUDO_MAP_VALUE, PLAN_MAP_RODATA),
				     cg->constants.v[i].at);
	for (uint32_t i = 0; i < (len + 8) / 8 * 8; i++)
		vec_push(&cg->rodata, i < len ? text[i] : 0);
	vec_push(&cg->constants, c);
	return cg_at(cg, pseudo(cg, BPF_PSEUDO_MAP_VALUE, PLAN_MAP_RODATA), c.at);
}

/* -- what went wrong, counted -- */

static uint32_t add_site(struct cg *cg, enum site_kind kind, const char *helper, const struct map_desc *m,
			 struct span at)
{
	struct site_desc site = { .kind = kind, .helper = helper, .map = m, .span = at };
	uint32_t *bucket = &cg->site_buckets[(at.start * 31 + at.end) % SITE_BUCKETS];

	for (uint32_t i = *bucket; i; i = cg->next_site.v[i - 1]) {
		const struct site_desc *s = &cg->sites.v[i - 1];

		if (s->kind == kind && s->helper == helper && s->map == m && s->span.start == at.start &&
		    s->span.end == at.end)
			return i - 1;
	}
	vec_push(&cg->sites, site);
	vec_push(&cg->next_site, *bucket);
	*bucket = (uint32_t)cg->sites.n;
	return *bucket - 1;
}

static void count_at(struct cg *cg, LLVMValueRef count, LLVMValueRef result)
{
	cg_atomic_add(cg, count, 0, cg_const(cg, 1));
	if (result)
		cg_store(cg, count, 8, 8, result);
}

LLVMValueRef site_count(struct cg *cg, enum site_kind kind, const char *helper, const struct map_desc *m, struct span at)
{
	return cg_const(cg, plan_site_at(cg->s->plan, add_site(cg, kind, helper, m, at)));
}

static void check_here(struct cg *cg, LLVMValueRef result, LLVMValueRef count)
{
	struct cg_fork f = cg_if(cg, cg_compare(cg, OP_LT, true, result, cg_const(cg, 0)));

	count_at(cg, LLVMBuildGEP2(cg->b, cg->i8, cg_globals(cg, 0), &count, 1, ""), result);
	cg_end(cg, &f);
}

/* The same as a function of its own: (result, where in the globals). */
static LLVMValueRef check_function(struct cg *cg, LLVMTypeRef type)
{
	struct function f = { 0 };

	if (cg->checks)
		return cg->checks;
	leaf_begin(cg, &f, "check", type);
	check_here(cg, LLVMGetParam(f.fn, 0), LLVMGetParam(f.fn, 1));
	LLVMBuildRet(cg->b, cg_const(cg, 0));
	leaf_end(cg);
	return cg->checks = f.fn;
}

void site_check(struct cg *cg, LLVMValueRef result, LLVMValueRef count)
{
	LLVMTypeRef params[2] = { cg->i64, cg->i64 }, type = LLVMFunctionType(cg->i64, params, 2, 0);
	LLVMValueRef args[2] = { result, count };

	if (wants_leaf(cg))
		LLVMBuildCall2(cg->b, type, check_function(cg, type), args, 2, "");
	else
		check_here(cg, result, count);
}

void cg_check(struct cg *cg, enum site_kind kind, const char *helper, const struct map_desc *m, ref result,
	      struct span at)
{
	site_check(cg, result, site_count(cg, kind, helper, m, at));
}

void cg_count_if(struct cg *cg, enum site_kind kind, struct span at, ref cond)
{
	uint32_t site = add_site(cg, kind, NULL, NULL, at);
	struct cg_fork f = cg_if(cg, cond);

	count_at(cg, cg_globals(cg, plan_site_at(cg->s->plan, site)), NULL);
	cg_end(cg, &f);
}

/* -- reading the memory of others -- */

/* Memory that cannot be read is an everyday thing: counted only when the user asks (-k). Where the address
 * space is not known, what user space said counts, if the kernel could not read it either. */
static void check_read(struct cg *cg, enum bpf_func_id id, LLVMValueRef result, struct span at)
{
	if (cg->s->warn_reads)
		cg_check(cg, SITE_HELPER, helper_name(id), NULL, result, at);
}

/* The first result when the second is a failure, too; else 0. */
static LLVMValueRef both_failed(struct cg *cg, LLVMValueRef first, LLVMValueRef second)
{
	return cg_select(cg, cg_compare(cg, OP_LT, true, second, cg_const(cg, 0)), first, cg_const(cg, 0));
}

static void read_bytes(struct cg *cg, ref dst, LLVMValueRef n, ref addr, enum addr_space as, struct span at)
{
	enum bpf_func_id id = as == AS_USER ? BPF_FUNC_probe_read_user : BPF_FUNC_probe_read_kernel;
	struct cg_fork f;
	LLVMValueRef r;

	addr = cg_as_ptr(cg, addr);
	if (as != AS_NONE) {
		check_read(cg, id, cg_helper(cg, id, 3, dst, n, addr), at);
		return;
	}
	/* nobody knows which memory this is: user space first, as its addresses are the lower ones */
	r = cg_helper(cg, BPF_FUNC_probe_read_user, 3, dst, n, addr);
	f = cg_if(cg, cg_compare(cg, OP_LT, true, r, cg_const(cg, 0)));
	r = both_failed(cg, r, cg_helper(cg, id, 3, dst, n, addr));
	check_read(cg, BPF_FUNC_probe_read_user, r, at);
	cg_end(cg, &f);
}

void cg_probe_read(struct cg *cg, ref dst, uint32_t bytes, ref addr, enum addr_space as, struct span at)
{
	read_bytes(cg, dst, cg_const(cg, bytes), addr, as, at);
}

/* The smaller of the two: the verifier wants to see the bound, whatever the optimiser knows. */
static LLVMValueRef bounded(struct cg *cg, LLVMValueRef n, uint32_t max)
{
	LLVMValueRef slot = entry_alloca(cg, cg->i64, "limit");
	LLVMValueRef big = cg_compare(cg, OP_GT, false, n, cg_const(cg, max));

	LLVMBuildStore(cg->b, cg_select(cg, big, cg_const(cg, max), n), slot);
	return LLVMBuildLoad2(cg->b, cg->i64, slot, "");
}

void cg_probe_read_upto(struct cg *cg, ref dst, uint32_t max, ref n, ref addr, enum addr_space as,
			struct span at)
{
	read_bytes(cg, dst, bounded(cg, n, max), addr, as, at);
}

void cg_probe_read_str(struct cg *cg, ref dst, uint32_t capacity, uint32_t max, ref limit, ref addr,
		       enum addr_space as, struct span at)
{
	enum bpf_func_id id = as == AS_KERNEL ? BPF_FUNC_probe_read_kernel_str : BPF_FUNC_probe_read_user_str;
	LLVMValueRef n = limit ? bounded(cg, limit, max) : cg_const(cg, max), r;
	struct cg_fork f;

	addr = cg_as_ptr(cg, addr);
	cg_zero(cg, dst, capacity);
	r = cg_helper(cg, id, 3, dst, n, addr);
	if (as != AS_NONE) {
		check_read(cg, id, r, at);
		return;
	}
	f = cg_if(cg, cg_compare(cg, OP_LT, true, r, cg_const(cg, 0)));
	r = both_failed(cg, r, cg_helper(cg, BPF_FUNC_probe_read_kernel_str, 3, dst, n, addr));
	check_read(cg, id, r, at);
	cg_end(cg, &f);
}

/* -- algorithms in C -- */

ref cg_lib(struct cg *cg, const char *name, unsigned n, ...)
{
	LLVMTypeRef types[MAX_ARGS], type;
	LLVMValueRef args[MAX_ARGS], fn;
	va_list ap;

	va_start(ap, n);
	for (unsigned i = 0; i < n; i++) {
		args[i] = va_arg(ap, LLVMValueRef);
		types[i] = LLVMTypeOf(args[i]);
	}
	va_end(ap);
	type = LLVMFunctionType(cg->i64, types, n, 0);
	fn = LLVMGetNamedFunction(cg->m, name);
	if (!fn)
		fn = LLVMAddFunction(cg->m, name, type);
	cg_use_lib(cg, name);
	return LLVMBuildCall2(cg->b, type, fn, args, n, "");
}
