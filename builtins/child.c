#include "ast/node.h"
#include "ast/script.h"
#include "base/diag.h"
#include "base/host.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"

/* The process of -c: known before the script is compiled, so a constant. */

static int check_cpid(struct script *s, struct unit *u, struct node *call)
{
	(void)u;
	if (!s->host->child)
		diag_warning(s->diags, DIAG_PARAM_EMPTY, call->span,
			     "No child command (`-c`); cpid is zero");
	return 0;
}

static struct value emit_cpid(struct cg *cg, const struct node *call)
{
	return cg_value(cg_const(cg, (uint64_t)cg_script(cg)->host->child), call->type);
}

static struct value emit_has_cpid(struct cg *cg, const struct node *call)
{
	return cg_value(cg_const(cg, cg_script(cg)->host->child != 0), call->type);
}

const struct builtin builtins_child[] = {
	{ .name = "cpid", .sig = "uint64()", .flags = BUILTIN_VALUE,
	  .doc = "The process id of the command that -c runs; 0 without one.",
	  .check = COMPILE_SIDE(check_cpid), .emit = COMPILE_SIDE(emit_cpid) },
	{ .name = "has_cpid", .sig = "bool()", .flags = BUILTIN_VALUE,
	  .doc = "Whether -c runs a command.",
	  .emit = COMPILE_SIDE(emit_has_cpid) },
	{ 0 }
};
