#include <string.h>

#include "ast/script.h"
#include "ast/type.h"
#include "base/arena.h"
#include "base/str.h"
#include "codegen/cg.h"
#include "probes/arch.h"
#include "probes/probe_priv.h"

/* What kprobes and uprobes share: functions with an offset, a context that is a struct pt_regs. */

bool is_number(const char *text)
{
	return text[0] >= '0' && text[0] <= '9';
}

int function_parse(struct script *s, struct probe *p, const char *text)
{
	const char *plus = strchr(text, '+'), *error;

	p->function = text;
	if (!plus)
		return 0;
	if (strchr(plus + 1, '+'))
		return probe_error(s, p, "Cannot take more than one offset");
	p->function = arena_strndup(s->arena, text, (size_t)(plus - text));
	if (!plus[1])
		return probe_error(s, p, "Invalid offset");
	if (number_parse(plus + 1, strlen(plus + 1), &p->offset, &error))
		return probe_error(s, p, "Invalid offset: %s: %s", error, plus + 1);
	return 0;
}

static struct value load_register(struct cg *cg, int offset)
{
	return cg_value(cg_ctx_load(cg, (uint64_t)offset, 8, false),
			type_int(cg_script_mut(cg)->types, 64, false));
}

struct value regs_arg(struct cg *cg, unsigned n)
{
	return load_register(cg, arch_arg(n));
}

struct value regs_retval(struct cg *cg)
{
	return load_register(cg, arch_return());
}
