/* Stacks of the kernel and of the current process. */
#include <stddef.h>
#include <string.h>

#include "ast/script.h"
#include "base/diag.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "builtins/task_priv.h"
#include "codegen/cg.h"
#include "runtime/ksyms.h"
#include "runtime/output.h"
#include "runtime/usyms.h"

/* Parameters of the types. */
enum { MODE, LIMIT };
enum { DEFAULT_LIMIT = 127, MAX_LIMIT = 1024 };

/* A value: how many frames, where they are from (of processes only), then the addresses, innermost first. */
enum { KSTACK_HEADER = 8, USTACK_HEADER = 16, USTACK_PID = 8, USTACK_RESERVED = 12 };

static const char *const mode_names[] = {
	[STACK_BPFTRACE] = "bpftrace", [STACK_PERF] = "perf", [STACK_RAW] = "raw", [STACK_BUILD_ID] = "build_id",
};

static uint32_t element_size(const int64_t *param)
{
	return param[MODE] == STACK_BUILD_ID ? sizeof(struct bpf_stack_build_id) : sizeof(uint64_t);
}

static uint32_t size_kstack(const int64_t *param)
{
	return KSTACK_HEADER + param[LIMIT] * element_size(param);
}

static uint32_t size_ustack(const int64_t *param)
{
	return USTACK_HEADER + param[LIMIT] * element_size(param);
}

static void name_kstack(const int64_t *param, struct strbuf *out)
{
	strbuf_printf(out, "kstack_%s_%d", mode_names[param[MODE]], (int)param[LIMIT]);
}

static void name_ustack(const int64_t *param, struct strbuf *out)
{
	strbuf_printf(out, "ustack_%s_%d", mode_names[param[MODE]], (int)param[LIMIT]);
}

/* -- user side -- */

struct frame {
	uint64_t addr, offset;
	const char *name;              /* NULL: unknown */
	const char *path;              /* of processes; NULL: unknown */
};

static void put_symbol(const struct frame *f, struct strbuf *out)
{
	if (f->name)
		strbuf_printf(out, "%s+%llu", f->name, (unsigned long long)f->offset);
	else
		strbuf_printf(out, f->addr ? "0x%llx" : "%llx", (unsigned long long)f->addr);
}

static void put_frame(const struct type *t, const struct frame *f, bool is_user, struct strbuf *out)
{
	switch (t->param[MODE]) {
	case STACK_BPFTRACE:
		strbuf_puts(out, "        ");
		put_symbol(f, out);
		break;
	case STACK_PERF:
		strbuf_printf(out, "\t%llx ", (unsigned long long)f->addr);
		put_symbol(f, out);
		if (is_user)
			strbuf_printf(out, " (%s)", f->name && f->path ? f->path : "[unknown]");
		break;
	default:
		strbuf_printf(out, "%llx", (unsigned long long)f->addr);
	}
	strbuf_putc(out, '\n');
}

static uint64_t read_count(const struct type *t, const char *bytes)
{
	uint64_t count;

	memcpy(&count, bytes, sizeof(count));
	return count < (uint64_t)t->param[LIMIT] ? count : (uint64_t)t->param[LIMIT];
}

static uint64_t read_address(const char *addresses, uint64_t i)
{
	uint64_t addr;

	memcpy(&addr, addresses + i * sizeof(addr), sizeof(addr));
	return addr;
}

static void format_kstack(struct output *o, const struct type *t, const void *bytes, struct strbuf *out)
{
	uint64_t count = read_count(t, bytes);
	const struct ksyms *ks = t->param[MODE] == STACK_RAW ? NULL : output_ksyms(o);

	strbuf_putc(out, '\n');
	for (uint64_t i = 0; i < count; i++) {
		struct frame f = { .addr = read_address((const char *)bytes + KSTACK_HEADER, i) };

		f.name = ks ? ksyms_name(ks, f.addr, &f.offset) : NULL;
		put_frame(t, &f, false, out);
	}
}

/* All frames but the innermost are return addresses. Behind a call that does not return there may be
 * no more code of the function: then the call itself tells its name. */
static struct frame find_frame(struct usyms *us, uint32_t pid, uint64_t addr, bool is_return)
{
	struct usym sym = usyms_find(us, pid, addr);
	struct frame f = { addr, sym.offset, sym.name, sym.path };

	if (sym.name || !is_return)
		return f;
	sym = usyms_find(us, pid, addr - 1);
	f.name = sym.name;
	f.offset = sym.offset + 1;
	return f;
}

static void put_build_id(const struct bpf_stack_build_id *e, struct strbuf *out)
{
	if (e->status != BPF_STACK_BUILD_ID_VALID) {
		strbuf_printf(out, "%llx\n", (unsigned long long)e->ip);
		return;
	}
	for (size_t i = 0; i < sizeof(e->build_id); i++)
		strbuf_printf(out, "%02x", e->build_id[i]);
	strbuf_printf(out, " 0x%02llx\n", (unsigned long long)e->offset);
}

static void format_ustack(struct output *o, const struct type *t, const void *bytes, struct strbuf *out)
{
	const char *elements = (const char *)bytes + USTACK_HEADER;
	uint64_t count = read_count(t, bytes);
	uint32_t pid;

	memcpy(&pid, (const char *)bytes + USTACK_PID, sizeof(pid));
	strbuf_putc(out, '\n');
	for (uint64_t i = 0; i < count; i++) {
		struct bpf_stack_build_id e;
		struct frame f;

		if (t->param[MODE] == STACK_BUILD_ID) {
			memcpy(&e, elements + i * sizeof(e), sizeof(e));
			put_build_id(&e, out);
			continue;
		}
		f = (struct frame){ .addr = read_address(elements, i) };
		if (t->param[MODE] != STACK_RAW)
			f = find_frame(output_usyms(o), pid, f.addr, i > 0);
		put_frame(t, &f, true, out);
	}
}

static const struct value_kind kstack = {
	.name = "kstack", .size_of = size_kstack, .full_name = name_kstack, .format = format_kstack, .align = 8,
	.of_kernel = true,
};

static const struct value_kind ustack = {
	.name = "ustack", .size_of = size_ustack, .full_name = name_ustack, .format = format_ustack, .align = 8,
	.of_process = true,
};

/* -- compile side -- */

static int check_mode(struct script *s, const char *name, const struct node *arg, int64_t *ret_mode)
{
	if (arg->kind != NODE_name) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_TYPE, arg->span,
					       "Expected stack mode as first argument"),
			  "%s(perf, 10); only a limit: %s(10)", name, name);
		return -1;
	}
	for (size_t i = 0; i < sizeof(mode_names) / sizeof(mode_names[0]); i++) {
		if (!strcmp(mode_names[i], arg->name.name)) {
			*ret_mode = i;
			return 0;
		}
	}
	diag_error(s->diags, DIAG_ARG_VALUE, arg->span,
		   "Error parsing stack mode: %s: Invalid value for stack_mode: valid values are bpftrace, raw, perf, "
		   "and build_id.", name);
	return -1;
}

static int check_limit(struct script *s, const char *name, const struct node *arg, int64_t *ret_limit)
{
	if (arg->kind != NODE_number || arg->number.negative) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_VALUE, arg->span, "%s: invalid limit value", name),
			  "the number of frames must be known when the script is compiled: %s(10), %s(perf, 10)",
			  name, name);
		return -1;
	}
	if (arg->number.value > MAX_LIMIT) {
		diag_error(s->diags, DIAG_ARG_VALUE, arg->span,
			   "%s([int limit]): limit shouldn't exceed %d, %llu given", name, MAX_LIMIT,
			   (unsigned long long)arg->number.value);
		return -1;
	}
	*ret_limit = arg->number.value;
	return 0;
}

/* Mode and limit of a call: both may be missing. */
static int read_params(struct script *s, const struct node *call, int64_t *param)
{
	const char *name = builtin_call_name(call);
	const struct node *first = builtin_arg(call, 0), *second = builtin_arg(call, 1);
	int err = 0;

	param[MODE] = s->settings.stack_mode;
	param[LIMIT] = DEFAULT_LIMIT;
	if (first && (second || first->kind == NODE_name))
		err |= check_mode(s, name, first, &param[MODE]);
	else if (first)
		err |= check_limit(s, name, first, &param[LIMIT]);
	if (second)
		err |= check_limit(s, name, second, &param[LIMIT]);
	return err;
}

static int check_kstack(struct script *s, struct unit *u, struct node *call)
{
	int64_t param[TYPE_PARAMS] = { 0 };

	(void)u;
	if (read_params(s, call, param))
		return -1;
	if (param[MODE] == STACK_BUILD_ID) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_VALUE, call->span,
					       "'build_id' stack mode can only be used for ustack"),
			  "modes of the kernel's stack: bpftrace, raw, perf");
		return -1;
	}
	call->type = type_special(s->types, &kstack, param);
	return 0;
}

static int check_ustack(struct script *s, struct unit *u, struct node *call)
{
	int64_t param[TYPE_PARAMS] = { 0 };

	(void)u;
	if (read_params(s, call, param))
		return -1;
	call->type = type_special(s->types, &ustack, param);
	return 0;
}

/* Frames go to dst + header, and how many there are to the start of dst. The helper fills what it was
 * given to the end, with zeros behind the frames. */
static void emit_frames(struct cg *cg, const struct node *call, ref dst, uint32_t header, uint64_t flags)
{
	const int64_t *param = call->type->param;
	uint32_t element = element_size(param);
	ref zero = cg_const(cg, 0), bytes, count;

	if (!param[LIMIT]) {
		cg_store(cg, dst, 0, 8, zero);
		return;
	}
	bytes = cg_helper(cg, BPF_FUNC_get_stack, 4, cg_ctx(cg), cg_at(cg, dst, header),
			  cg_const(cg, param[LIMIT] * element), cg_const(cg, flags));
	cg_check(cg, SITE_STACK, builtin_call_name(call), NULL, bytes, call->span);
	count = cg_op(cg, OP_DIV, bytes, cg_const(cg, element));
	cg_store(cg, dst, 0, 8, cg_select(cg, cg_compare(cg, OP_LT, true, bytes, zero), zero, count));
}

static void emit_kstack(struct cg *cg, const struct node *call, ref dst)
{
	emit_frames(cg, call, dst, KSTACK_HEADER, 0);
}

static void emit_ustack(struct cg *cg, const struct node *call, ref dst)
{
	uint64_t flags = BPF_F_USER_STACK;

	if (call->type->param[MODE] == STACK_BUILD_ID)
		flags |= BPF_F_USER_BUILD_ID;
	cg_store(cg, dst, USTACK_PID, 4, task_emit_pid(cg));
	cg_store(cg, dst, USTACK_RESERVED, 4, cg_const(cg, 0));
	emit_frames(cg, call, dst, USTACK_HEADER, flags);
}

const struct builtin builtins_stack[] = {
	{ .name = "kstack", .sig = "own(word?, word?)",
	  .flags = BUILTIN_VALUE | BUILTIN_WORDS | BUILTIN_CONTEXT | BUILTIN_STACK,
	  .doc = "The stack of the kernel: kstack(mode, limit), both optional. Modes: bpftrace, perf, raw. At "
		 "most 1024 frames, 127 when no limit is given.",
	  .check = COMPILE_SIDE(check_kstack), .emit_into = COMPILE_SIDE(emit_kstack) },
	{ .name = "ustack", .sig = "own(word?, word?)",
	  .flags = BUILTIN_VALUE | BUILTIN_WORDS | BUILTIN_CONTEXT | BUILTIN_STACK,
	  .doc = "The stack of the current process: ustack(mode, limit), both optional. Modes: bpftrace, perf, "
		 "raw, build_id. Needs frame pointers in the program.",
	  .check = COMPILE_SIDE(check_ustack), .emit_into = COMPILE_SIDE(emit_ustack) },
	{ 0 }
};
