/* The binary that a probe in user space is in. */
#include <string.h>

#include "ast/plan.h"
#include "ast/script.h"
#include "base/diag.h"
#include "builtins/builtin.h"
#include "probes/probe.h"

static int check_elf(struct script *s, struct unit *u, struct node *call)
{
	const struct probe_kind *kind = u->probe->kind;
	uint64_t inode;
	bool is_fixed;
	int err;

	if (kind->as != AS_USER) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_PROBE_DATA, call->span,
					       "%s can not be used for this probetype: %s",
					       builtin_call_name(call), kind->name),
			  "it is about the binary of a uprobe or uretprobe");
		return -1;
	}
	err = probe_binary(s, u->targets, &is_fixed, &inode);
	if (!err)
		return 0;
	diag_error(s->diags, DIAG_SYSTEM, call->span, "cannot read %s: %s", u->targets->path, strerror(-err));
	return -1;
}

static int known_elf(struct script *s, const struct unit *u, const struct node *call, bool is_settled,
		     struct node *ret_literal)
{
	uint64_t inode;
	bool is_fixed;

	(void)is_settled;
	if (u->probe->kind->as != AS_USER || probe_binary(s, u->targets, &is_fixed, &inode))
		return -1;
	if (!strcmp(builtin_call_name(call), "elf_is_exe")) {
		ret_literal->kind = NODE_boolean;
		ret_literal->boolean.value = is_fixed;
	} else {
		ret_literal->kind = NODE_number;
		ret_literal->number.value = inode;
	}
	return 0;
}

const struct builtin builtins_elf[] = {
	{ .name = "elf_is_exe", .sig = "bool()", .flags = BUILTIN_VALUE | BUILTIN_PER_TARGET,
	  .doc = "Whether the binary of a uprobe or uretprobe is always loaded where it was linked to: neither a library "
		 "nor position-independent. Known when the script is compiled.",
	  .check = COMPILE_SIDE(check_elf), .known = COMPILE_SIDE(known_elf) },
	{ .name = "elf_info", .sig = "uint64()", .flags = BUILTIN_VALUE | BUILTIN_PER_TARGET,
	  .doc = "The inode of the binary of a uprobe or uretprobe. Known when the script is compiled.",
	  .check = COMPILE_SIDE(check_elf), .known = COMPILE_SIDE(known_elf) },
	{ 0 }
};
