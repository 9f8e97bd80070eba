#include <llvm-c/Analysis.h>
#include <llvm-c/BitReader.h>
#include <llvm-c/Error.h>
#include <llvm-c/ErrorHandling.h>
#include <llvm-c/Linker.h>
#include <llvm-c/Support.h>
#include <llvm-c/Transforms/PassBuilder.h>

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "codegen/cg_priv.h"
#include "codegen/codegen.h"
#include "codegen/lib.h"
#include "probes/probe.h"
#include "runtime/program.h"

/* The module of a script: made once, all programs in it, object code out of it. */

/* globaldce at the end: bodies of loops that turned out to run never must go, or the kernel finds more functions
 * described than called. */
static const char passes[] = "always-inline,function(sroa,early-cse,simplifycfg),globaldce";
static const char passes_with_lib[] = "always-inline,globaldce,function(sroa,early-cse,simplifycfg),globaldce";

static void add_attribute(struct cg *cg, LLVMValueRef fn, const char *name)
{
	unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));

	LLVMAddAttributeAtIndex(fn, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
				LLVMCreateEnumAttribute(cg->c, kind, 0));
}

LLVMValueRef function_new(struct cg *cg, const char *name, LLVMTypeRef type)
{
	LLVMValueRef fn = LLVMAddFunction(cg->m, name, type);

	add_attribute(cg, fn, "nounwind"); /* else a section of unwind tables appears */
	return fn;
}

void cg_use_lib(struct cg *cg, const char *function)
{
	for (unsigned i = 0; lib_files[i].name; i++)
		if (!strcmp(lib_files[i].name, function + strlen("sonde_")))
			cg->lib_used |= 1u << i;
}

static void too_deep(struct cg *cg, const struct unit *u)
{
	cg->is_too_deep = true;
	cg->deep = u;
}

/* The one whose function a message of LLVM's names. */
static const struct unit *unit_in(const struct script *s, const char *message)
{
	for (size_t i = 0; i < s->units.n; i++)
		if (strstr(message, s->units.v[i]->desc->name))
			return s->units.v[i];
	return s->units.v[0];
}

static void say_fault(struct cg *cg, const char *what, const char *text)
{
	diag_hint(cg->s->diags, diag_error(cg->s->diags, DIAG_SYSTEM, (struct span){ 0, 0 }, "%s: %s", what, text),
		  "this is a fault of sonde: please report it with the script");
}

/* LLVM's complaints; the one that scripts can meet is a body whose values do not fit the 512 bytes of stack. */
static void on_llvm_message(LLVMDiagnosticInfoRef info, void *ctx)
{
	struct cg *cg = ctx;
	char *text;

	if (LLVMGetDiagInfoSeverity(info) != LLVMDSError || cg->refused)
		return;
	cg->refused = true;
	text = LLVMGetDiagInfoDescription(info);
	if (strstr(text, "stack limit"))
		too_deep(cg, unit_in(cg->s, text));
	else
		say_fault(cg, "LLVM", text);
	LLVMDisposeMessage(text);
}

static int target_machine(struct cg *cg)
{
	LLVMTargetRef target;
	char *error = NULL;

	LLVMInitializeBPFTargetInfo();
	LLVMInitializeBPFTarget();
	LLVMInitializeBPFTargetMC();
	LLVMInitializeBPFAsmPrinter();
	if (LLVMGetTargetFromTriple("bpfel", &target, &error)) {
		say_fault(cg, "LLVM", error);
		LLVMDisposeMessage(error);
		return -1;
	}
	cg->tm = LLVMCreateTargetMachine(target, "bpfel", "v3", "", LLVMCodeGenLevelDefault, LLVMRelocDefault,
					 LLVMCodeModelDefault);
	return 0;
}

static int module_open(struct cg *cg)
{
	LLVMTargetDataRef layout;
	LLVMTypeRef two[2];

	if (target_machine(cg))
		return -1;
	cg->c = LLVMContextCreate();
	LLVMContextSetDiagnosticHandler(cg->c, on_llvm_message, cg);
	cg->m = LLVMModuleCreateWithNameInContext("sonde", cg->c);
	cg->b = LLVMCreateBuilderInContext(cg->c);
	LLVMSetTarget(cg->m, "bpfel");
	layout = LLVMCreateTargetDataLayout(cg->tm);
	LLVMSetModuleDataLayout(cg->m, layout);
	LLVMDisposeTargetData(layout);
	cg->i1 = LLVMInt1TypeInContext(cg->c);
	cg->i8 = LLVMInt8TypeInContext(cg->c);
	cg->i16 = LLVMInt16TypeInContext(cg->c);
	cg->i32 = LLVMInt32TypeInContext(cg->c);
	cg->i64 = LLVMInt64TypeInContext(cg->c);
	cg->ptr = LLVMPointerTypeInContext(cg->c, 0);
	two[0] = two[1] = cg->i64;
	cg->pseudo_type = LLVMFunctionType(cg->i64, two, 2, 0);
	cg->pseudo = LLVMAddFunction(cg->m, "llvm.bpf.pseudo", cg->pseudo_type);
	return 0;
}

static void module_close(struct cg *cg)
{
	if (cg->b)
		LLVMDisposeBuilder(cg->b);
	if (cg->m)
		LLVMDisposeModule(cg->m);
	if (cg->c)
		LLVMContextDispose(cg->c);
	if (cg->tm)
		LLVMDisposeTargetMachine(cg->tm);
	vec_done(&cg->events);
	vec_done(&cg->sites);
	vec_done(&cg->next_site);
	vec_done(&cg->whiles);
	vec_done(&cg->rodata);
	vec_done(&cg->constants);
}

static int say_llvm(struct cg *cg, const char *what, char *message)
{
	say_fault(cg, what, message ? message : "");
	LLVMDisposeMessage(message);
	return -1;
}

static int link_file(struct cg *cg, const struct lib_file *file)
{
	LLVMMemoryBufferRef bytes = LLVMCreateMemoryBufferWithMemoryRange((const char *)file->bitcode,
									  file->len, file->name, 0);
	LLVMModuleRef lib;
	int err = LLVMParseBitcodeInContext2(cg->c, bytes, &lib);

	LLVMDisposeMemoryBuffer(bytes);
	if (err) {
		say_fault(cg, file->name, "this BPF function cannot be read");
		return -1;
	}
	for (LLVMValueRef fn = LLVMGetFirstFunction(lib); fn; fn = LLVMGetNextFunction(fn)) {
		if (LLVMIsDeclaration(fn))
			continue;
		LLVMRemoveEnumAttributeAtIndex(fn, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
					       LLVMGetEnumAttributeKindForName("noinline", 8));
		add_attribute(cg, fn, "alwaysinline");
	}
	return LLVMLinkModules2(cg->m, lib) ? -1 : 0;
}

/* The algorithms written in C become part of the module, inlined where they are called. */
static int link_lib(struct cg *cg)
{
	for (unsigned i = 0; lib_files[i].name; i++)
		if ((cg->lib_used & 1u << i) && link_file(cg, &lib_files[i]))
			return -1;
	if (!cg->lib_used)
		return 0;
	for (LLVMValueRef fn = LLVMGetFirstFunction(cg->m); fn; fn = LLVMGetNextFunction(fn))
		if (!LLVMIsDeclaration(fn) && !LLVMGetSection(fn))
			LLVMSetLinkage(fn, LLVMInternalLinkage);
	return 0;
}

static void dump(const struct cg *cg, const char *when)
{
	char *text = LLVMPrintModuleToString(cg->m);

	printf("LLVM IR %s optimization\n------------------------------\n%s\n", when, text);
	LLVMDisposeMessage(text);
}

/* Parts of a body that turned out to run never must go, as bodies of loops do. Whether there were any: what they
 * called may be without a caller now. */
static bool drop_unused(struct cg *cg)
{
	LLVMValueRef fn = LLVMGetFirstFunction(cg->m), next;
	bool any = false;

	for (; fn; fn = next) {
		next = LLVMGetNextFunction(fn);
		if (LLVMGetFirstUse(fn) || (LLVMGetLinkage(fn) != LLVMInternalLinkage &&
					    LLVMGetVisibility(fn) != LLVMHiddenVisibility))
			continue;
		LLVMDeleteFunction(fn);
		any = true;
	}
	return any;
}

static int optimize(struct cg *cg, struct codegen_options opt)
{
	LLVMPassBuilderOptionsRef po;
	LLVMErrorRef err;
	char *message = NULL;

	if (opt.dump_ir)
		dump(cg, "before");
	if (opt.verify && LLVMVerifyModule(cg->m, LLVMReturnStatusAction, &message))
		return say_llvm(cg, "the generated code is not valid", message);
	LLVMDisposeMessage(message);
	po = LLVMCreatePassBuilderOptions();
	err = LLVMRunPasses(cg->m, cg->lib_used ? passes_with_lib : passes, cg->tm, po);
	LLVMDisposePassBuilderOptions(po);
	if (err) {
		char *text = LLVMGetErrorMessage(err);

		say_fault(cg, "LLVM", text);
		LLVMDisposeErrorMessage(text);
		return -1;
	}
	while (drop_unused(cg))
		;
	if (opt.dump_optimized)
		dump(cg, "after");
	return 0;
}

/* Options of LLVM's, for all modules from here on. Each may be given once. */
static void set_options(int n, const char *const *options, bool *are_set)
{
	if (!*are_set)
		LLVMParseCommandLineOptions(n, options, "");
	*are_set = true;
}

/* Blocks stay in the order they were made in. Placed by LLVM, the end of a loop may come to stand in front
 * of its start and fall into it. Linux 6.1 refuses that ("back-edge"): it wants a jump. */
static void keep_blocks_in_order(void)
{
	static const char *const options[] = { "sonde", "-disable-block-placement" };
	static bool are_set;

	set_options(2, options, &are_set);
}

/* Sums are worked out where they stand, not behind the next call, up to which all their terms would have to be
 * kept. */
static void keep_sums_in_place(void)
{
	static const char *const options[] = { "sonde", "-disable-machine-sink", "-pre-RA-sched=source" };
	static bool are_set;

	set_options(3, options, &are_set);
}

static bool has_long(const struct script *s)
{
	for (size_t i = 0; i < s->units.n; i++)
		if (s->units.v[i]->is_long)
			return true;
	return false;
}

static int emit_object(struct cg *cg, struct program *p)
{
	LLVMMemoryBufferRef out;
	char *error = NULL;

	if (cg->has_jumps_back)
		keep_blocks_in_order();
	if (cg->is_tight || has_long(cg->s))
		keep_sums_in_place();
	cut_blocks(cg);
	if (LLVMTargetMachineEmitToMemoryBuffer(cg->tm, cg->m, LLVMObjectFile, &error, &out))
		return say_llvm(cg, "LLVM", error);
	if (cg->refused) {
		LLVMDisposeMemoryBuffer(out);
		return -1;
	}
	p->elf_len = LLVMGetBufferSize(out);
	p->elf = xmalloc(p->elf_len);
	memcpy(p->elf, LLVMGetBufferStart(out), p->elf_len);
	LLVMDisposeMemoryBuffer(out);
	return 0;
}

static void finish_plan(struct cg *cg)
{
	struct plan *plan = cg->s->plan;

	for (size_t i = 0; i < cg->events.n; i++)
		if (cg->events.v[i]->record)
			type_complete_deep(cg->events.v[i]->record);
	plan->n_events = cg->events.n;
	plan->events = arena_memdup(cg->s->arena, cg->events.v, cg->events.n * sizeof(*cg->events.v));
	plan->rodata_size = (uint32_t)cg->rodata.n;
	plan->rodata = arena_memdup(cg->s->arena, cg->rodata.v, cg->rodata.n);
	plan->n_sites = cg->sites.n;
	plan->sites = arena_memdup(cg->s->arena, cg->sites.v, cg->sites.n * sizeof(*cg->sites.v));
}

static bool has_calls(const struct script *s)
{
	for (size_t i = 0; i < s->units.n; i++)
		if (s->units.v[i]->desc->has_functions)
			return true;
	return false;
}

/* 0, or -1: too deep, or a diag. */
static int check_stack(struct cg *cg, struct program *p)
{
	struct stack_use use = stack_use(p->elf);
	const struct unit *u = cg->s->units.v[use.program];
	struct diag *d;

	if (use.bytes <= STACK_BYTES && use.functions <= STACK_FUNCTIONS && use.all <= MAX_FUNCTIONS)
		return 0;
	program_done(p);
	if (use.all > MAX_FUNCTIONS) {
		d = diag_error(cg->s->diags, DIAG_LOAD, cg->s->units.v[use.all_of]->probe->span,
			       "This probe has too many loops: with their bodies it is %u functions to the kernel, "
			       "which takes %d", use.all, MAX_FUNCTIONS);
		diag_hint(cg->s->diags, d, "a function of the script brings its loops along each time it is called");
	} else if (use.functions > STACK_FUNCTIONS) {
		d = diag_error(cg->s->diags, DIAG_LOAD, u->probe->span,
			       "The loops of this probe stand inside each other %u deep: the kernel calls their "
			       "bodies, and has room for %u", use.functions - 1, STACK_FUNCTIONS - 1);
		diag_hint(cg->s->diags, d, "unroll (N) { ... } is no call: an inner loop of few rounds may be one");
	} else {
		too_deep(cg, u);
	}
	return -1;
}

/* What LLVM would end the process for is jumped out of. What it was about then is left as it is: LLVM does not say what
 * of it is still whole. */
static jmp_buf on_fatal;
static char fatal[160];
static const void *last_words;
static struct cg *wrecks;

static void leave_llvm(const char *reason)
{
	snprintf(fatal, sizeof(fatal), "%s", reason);
	last_words = reason;
	longjmp(on_fatal, 1);
}

static int compile(struct cg *cg, struct codegen_options opt, struct program *p)
{
	struct script *s = cg->s;
	int err = module_open(cg);

	for (size_t i = 0; !err && i < s->units.n; i++)
		program_emit(cg, s->units.v[i]);
	if (!err && diags_errors(s->diags))
		err = -1;
	if (!err)
		err = link_lib(cg);
	if (!err)
		err = optimize(cg, opt);
	if (!err)
		err = emit_object(cg, p);
	if (!err && has_calls(s))
		err = check_stack(cg, p);
	if (!err)
		finish_plan(cg);
	return err;
}

static void say_fatal(const struct script *s)
{
	const struct node *st = heaviest_statement(s);

	if (strstr(fatal, "out of insn range"))
		diag_error(s->diags, DIAG_LOAD, st ? st->span : (struct span){ 0, 0 },
			   "This statement becomes more code than a BPF program can jump over. Split it into several "
			   "statements.");
	else
		diag_error(s->diags, DIAG_SYSTEM, (struct span){ 0, 0 }, "LLVM: %s", fatal);
}

/* One attempt: 0, or -1; *ret_deep: the unit for which the stack was too small, without a diag. */
static int attempt(struct script *s, struct codegen_options opt, bool tight, struct program *ret_program,
		   const struct unit **ret_deep)
{
	struct cg *cg = xcalloc(1, sizeof(*cg));
	int err;

	*ret_deep = NULL;
	cg->s = s;
	cg->is_tight = tight;
	LLVMInstallFatalErrorHandler(leave_llvm);
	if (setjmp(on_fatal)) {
		LLVMResetFatalErrorHandler();
		cg->next_wreck = wrecks;
		cg->last_words = last_words;
		wrecks = cg;
		say_fatal(s);
		return -1;
	}
	err = compile(cg, opt, ret_program);
	LLVMResetFatalErrorHandler();
	if (err && cg->is_too_deep)
		*ret_deep = cg->deep;
	module_close(cg);
	free(cg);
	return err;
}

int codegen_program(struct script *s, struct codegen_options opt, struct program *ret_program)
{
	struct program p = { .plan = s->plan };
	const struct unit *deep = NULL;
	int err = attempt(s, opt, false, &p, &deep);

	if (deep)
		err = attempt(s, opt, true, &p, &deep);
	if (!err)
		*ret_program = p;
	else if (deep)
		diag_error(s->diags, DIAG_LOAD, deep->probe->span,
			   "The body of this probe keeps more values at a time than the %d bytes of stack of a BPF "
			   "program hold. Split long expressions into several statements, or nest loops less.",
			   STACK_BYTES);
	return err;
}

void program_done(struct program *p)
{
	free(p->elf);
	p->elf = NULL;
}
