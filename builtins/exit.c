/* exit: tells the run side to end, and leaves the program. */
#include "ast/script.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"
#include "runtime/run.h"

static struct value emit_exit(struct cg *cg, const struct node *call)
{
	const struct node *arg = builtin_arg(call, 0);
	const struct type *code_type = type_int(cg_script(cg)->types, 64, true);
	ref code = cg_const(cg, 0);

	if (arg)
		code = cg_convert(cg, cg_expr(cg, arg), code_type).ref;
	cg_exit(cg, code);
	cg_event_send(cg, cg_event_new(cg, call->call.fn, call->span), NULL);
	cg_leave(cg);
	return cg_value(NULL, &type_void);
}

/* The event only wakes the reader, which then finds `exiting` in the globals. */
static void handle_exit(struct run *run, const struct event_desc *e, const void *args)
{
	(void)run;
	(void)e;
	(void)args;
}

const struct builtin builtins_exit[] = {
	{ .name = "exit", .sig = "void(int?)", .flags = BUILTIN_EFFECT | BUILTIN_EXIT,
	  .doc = "Ends tracing; end probes still run and maps are printed. The argument becomes the exit "
		 "status.",
	  .emit = COMPILE_SIDE(emit_exit), .handle = handle_exit },
	{ 0 }
};
