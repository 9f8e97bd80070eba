/* What functions the running kernel has, and which of them programs may call. */
#include <string.h>

#include "ast/script.h"
#include "base/diag.h"
#include "builtins/builtin.h"
#include "probes/probe.h"

static int known_exist(struct script *s, const struct unit *u, const struct node *call, bool is_settled,
		       struct node *ret_literal)
{
	const struct node *name = builtin_arg(call, 0);

	(void)u;
	(void)is_settled;
	if (!name || name->kind != NODE_string)
		return -1;
	ret_literal->kind = NODE_boolean;
	ret_literal->boolean.value = probe_has_function(s, name->string.text);
	return 0;
}

static int known_allowed(struct script *s, const struct unit *u, const struct node *call, bool is_settled,
			 struct node *ret_literal)
{
	const struct node *name = builtin_arg(call, 0);
	int allowed;

	(void)is_settled;
	if (!name || name->kind != NODE_string)
		return -1;
	allowed = probe_kfunc_allowed(s, u->probe, name->string.text);
	if (allowed < 0)
		return -1;
	ret_literal->kind = NODE_boolean;
	ret_literal->boolean.value = allowed;
	return 0;
}

/* A call that is still there could not be answered. */
static int check_allowed(struct script *s, struct unit *u, struct node *call)
{
	const char *name = builtin_arg(call, 0)->string.text;
	int err = probe_kfunc_allowed(s, u->probe, name);

	if (err >= 0)
		return 0;
	diag_error(s->diags, DIAG_SYSTEM, call->span, "cannot ask the kernel whether it allows %s: %s", name,
		   strerror(-err));
	return -1;
}

const struct builtin builtins_kfunc[] = {
	{ .name = "kfunc_exist", .sig = "bool(lit_string)",
	  .doc = "Whether the kernel or one of its modules has a function of that name, by its BTF. Known when the "
		 "script is compiled.",
	  .known = COMPILE_SIDE(known_exist) },
	{ .name = "kfunc_allowed", .sig = "bool(lit_string)", .flags = BUILTIN_PROBE,
	  .doc = "Whether the kernel lets BPF programs of this kind of probe call that function of it. For a tracepoint "
		 "that is a program that looks at its data, whether this one does or not. Known when the script is "
		 "compiled.",
	  .check = COMPILE_SIDE(check_allowed), .known = COMPILE_SIDE(known_allowed) },
	{ 0 }
};
