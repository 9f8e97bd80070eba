/* Registers, and addresses of kernel symbols. */
#include <string.h>

#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "base/vec.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"
#include "probes/probe.h"
#include "runtime/ksyms.h"

/* Names of the 64-bit registers in the order of the kernel's struct pt_regs; NULL: no name. What stands
 * in the other list are second names. */
#if defined(__x86_64__)
#define ARCH "x86_64"
static const char *const regs[] = {
	"r15", "r14", "r13", "r12", "bp", "bx", "r11", "r10", "r9", "r8", "ax", "cx", "dx", "si", "di",
	"orig_rax", "ip", "cs", "flags", "sp", "ss",
};
static const char *const second_names[][2] = { { "pc", "ip" } };
#elif defined(__aarch64__)
#define ARCH "arm64"
static const char *const regs[] = {
	"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
	"r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", "r26", "r27", "r28", "r29",
	"r30", "sp", "pc", "pstate",
};
static const char *const second_names[][2] = {
	{ "compat_sp", "r13" }, { "compat_lr", "r14" }, { "compat_fp", "r11" },
};
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH "riscv64"
static const char *const regs[] = {
	"pc", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5", "a6",
	"a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
};
static const char *const second_names[][2] = { { "fp", "s0" } };
#else
#error "the registers of this architecture are not known"
#endif

/* The number of a register in struct pt_regs; -1: unknown. */
static int find_reg(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(second_names); i++)
		if (!strcmp(second_names[i][0], name))
			name = second_names[i][1];
	for (size_t i = 0; i < ARRAY_SIZE(regs); i++)
		if (!strcmp(regs[i], name))
			return (int)i;
	return -1;
}

/* -- reg("name") -- */

static void hint_registers(struct script *s, struct diag *d)
{
	struct strbuf names = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(regs); i++)
		strbuf_printf(&names, i ? ", %s" : "%s", regs[i]);
	for (size_t i = 0; i < ARRAY_SIZE(second_names); i++)
		strbuf_printf(&names, ", %s", second_names[i][0]);
	diag_hint(s->diags, d, "registers are %s", names.data);
	strbuf_done(&names);
}

static int check_reg(struct script *s, struct unit *u, struct node *call)
{
	const struct node *arg = builtin_arg(call, 0);
	struct diag *d;

	call->as = u->probe->kind->as;
	if (!(u->probe->kind->gives & GIVES_REGS)) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_PROBE_DATA, call->span,
					       "reg can not be used with \"%s\" probes", u->probe->kind->name),
			  "registers are seen in kprobe, kretprobe, uprobe, uretprobe, profile and software probes");
		return -1;
	}
	if (find_reg(arg->string.text) >= 0)
		return 0;
	d = diag_error(s->diags, DIAG_ARG_VALUE, arg->span,
		       "'%s' is not a valid register on this architecture (%s)", arg->string.text, ARCH);
	hint_registers(s, d);
	return -1;
}

static struct value emit_reg(struct cg *cg, const struct node *call)
{
	uint64_t n = (uint64_t)find_reg(builtin_arg(call, 0)->string.text);

	return cg_value(cg_ctx_load(cg, n * 8, 8, false), call->type);
}

/* -- usermode -- */

/* The low bits of x86's code segment are the privilege level: 3 in user mode, 0 in the kernel. */
static int check_usermode(struct script *s, struct unit *u, struct node *call)
{
	(void)u;
	if (!strcmp(ARCH, "x86_64"))
		return 0;
	diag_error(s->diags, DIAG_PROBE_DATA, call->span, "'usermode' builtin is only supported on x86_64");
	return -1;
}

static struct value emit_usermode(struct cg *cg, const struct node *call)
{
	ref cs = cg_ctx_load(cg, (uint64_t)find_reg("cs") * 8, 8, false);

	cs = cg_op(cg, OP_BIT_AND, cs, cg_const(cg, 3));
	return cg_value(cg_bool(cg, cg_compare(cg, OP_NE, false, cs, cg_const(cg, 0))), call->type);
}

/* -- kaddr("symbol") -- */

/* Looked up once: the symbols of a kernel are long to read. */
static int check_kaddr(struct script *s, struct unit *u, struct node *call)
{
	const struct node *arg = builtin_arg(call, 0);
	uint64_t *address = call->call.data;
	struct ksyms *ks;

	(void)u;
	call->as = AS_KERNEL;
	if (!address) {
		address = ARENA_NEW(s->arena, uint64_t);
		call->call.data = address;
		if (!ksyms_open(&ks)) {
			*address = ksyms_address(ks, arg->string.text);
			ksyms_free(ks);
		}
	}
	if (*address)
		return 0;
	diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_VALUE, arg->span,
				       "Failed to resolve kernel symbol: %s", arg->string.text),
		  "the symbols of this kernel are in /proc/kallsyms, their addresses for root only");
	return -1;
}

static struct value emit_kaddr(struct cg *cg, const struct node *call)
{
	const uint64_t *address = call->call.data;

	return cg_value(cg_const(cg, *address), call->type);
}

const struct builtin builtins_reg[] = {
	{ .name = "reg", .sig = "uint64(lit_string)", .flags = BUILTIN_CONTEXT, .behind = "(\"NAME\")",
	  .doc = "A register at the probe, by name: reg(\"sp\").",
	  .check = COMPILE_SIDE(check_reg), .emit = COMPILE_SIDE(emit_reg) },
	{ .name = "usermode", .sig = "uint8()", .flags = BUILTIN_VALUE | BUILTIN_CONTEXT | BUILTIN_USERMODE,
	  .doc = "1 when the event interrupted user mode, else 0.",
	  .check = COMPILE_SIDE(check_usermode), .emit = COMPILE_SIDE(emit_usermode) },
	{ .name = "kaddr", .sig = "uint64(lit_string)",
	  .doc = "The address of a kernel symbol.",
	  .check = COMPILE_SIDE(check_kaddr), .emit = COMPILE_SIDE(emit_kaddr) },
	{ 0 }
};
