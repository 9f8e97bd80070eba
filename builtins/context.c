/* What the event brings along: arguments, result, where it happened. */
#include <stdlib.h>
#include <string.h>

#include "ast/ctype.h"
#include "ast/plan.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"
#include "probes/probe.h"

/* Arguments that a function call passes in registers. */
#if defined(__x86_64__)
enum { ARG_REGISTERS = 6 };
#define ARCH "x86_64"
#elif defined(__aarch64__)
enum { ARG_REGISTERS = 8 };
#define ARCH "arm64"
#elif defined(__riscv) && __riscv_xlen == 64
enum { ARG_REGISTERS = 8 };
#define ARCH "riscv64"
#else
#error "the calling convention of this architecture is not known"
#endif

static bool has(const struct unit *u, unsigned gives)
{
	return u->probe->kind->gives & gives;
}

static bool is_tracepoint(const struct unit *u)
{
	return !strcmp(u->probe->kind->name, "tracepoint");
}

/* What a probe does have where something was asked of it that it has not. */
static void hint_other_data(struct script *s, struct diag *d, const struct unit *u)
{
	const char *kind = u->probe->kind->name;

	if (has(u, GIVES_ARGS))
		diag_hint(s->diags, d, "%s has args: args.NAME", kind);
	else if (has(u, GIVES_RETVAL))
		diag_hint(s->diags, d, "%s runs when the function returns: it has retval", kind);
	else if (has(u, GIVES_ARGN))
		diag_hint(s->diags, d, "%s has arg0, arg1 ...", kind);
	else
		diag_hint(s->diags, d, "%s is no event with data: ask in a probe of a function or a tracepoint", kind);
}

/* -- arg0, arg1 ... -- */

static unsigned arg_number(const struct node *call)
{
	return (unsigned)strtoul(builtin_call_name(call) + strlen("arg"), NULL, 10);
}

static int check_argn(struct script *s, struct unit *u, struct node *call)
{
	const char *name = builtin_call_name(call);
	struct diag *d;

	call->as = u->probe->kind->as;
	if (!has(u, GIVES_ARGN)) {
		d = diag_error(s->diags, DIAG_PROBE_DATA, call->span,
			       "The %s builtin can only be used with 'kprobe' and 'uprobe' probes",
			       name);
		hint_other_data(s, d, u);
		return -1;
	}
	if (strlen(name) <= strlen("arg99") && arg_number(call) < ARG_REGISTERS)
		return 0;
	d = diag_error(s->diags, DIAG_PROBE_DATA, call->span, "%s doesn't support %s", ARCH, name);
	diag_hint(s->diags, d, "registers hold arg0 to arg%d; further ones are on the stack, at reg(\"sp\")",
		  ARG_REGISTERS - 1);
	return -1;
}

static struct value emit_argn(struct cg *cg, const struct node *call)
{
	struct value v = cg_unit(cg)->probe->kind->emit_arg(cg, arg_number(call));

	return cg_value(v.ref, call->type);
}

static int refuse_sarg(struct script *s, struct unit *u, struct node *call)
{
	struct diag *d = diag_error(s->diags, DIAG_REMOVED, call->span,
				    "sarg* is deleted. This was deprecated in v0.21 and was last available "
				    "in v0.24.");

	(void)u;
	diag_hint(s->diags, d, "Use *(reg(\"sp\") + <stack_offset>) instead.");
	return -1;
}

/* -- args, ctx, retval -- */

static int check_args(struct script *s, struct unit *u, struct node *call)
{
	const struct probe_kind *kind = u->probe->kind;

	call->as = probe_data_as(u->targets);
	if (!has(u, GIVES_ARGS)) {
		hint_other_data(s, diag_error(s->diags, DIAG_PROBE_DATA, call->span,
					      "The args builtin can only be used with 'tracepoint' and 'rawtracepoint' "
					      "probes (%s used here)", kind->name), u);
		return -1;
	}
	call->type = kind->context(s, &u->targets[0], call->span);
	return call->type ? 0 : -1;
}

/* What a program of a perf event gets is not laid out as its struct says: the kernel turns each load from it into
 * another one. Whoever follows the pointer reads a copy. */
static ref copy_event_data(struct cg *cg, const struct type *t)
{
	ref copy = cg_temp(cg, t->size, "ctx");

	for (uint32_t at = 0; at + 8 <= t->size; at += 8)
		cg_store(cg, copy, at, 8, cg_ctx_load(cg, at, 8, false));
	return copy;
}

static struct value emit_ctx(struct cg *cg, const struct node *call)
{
	const struct type *t = type_complete(call->type->to);
	bool is_event = !has(cg_unit(cg), GIVES_ARGN | GIVES_RETVAL);

	return cg_value(cg_as_int(cg, is_event && t->size ? copy_event_data(cg, t) : cg_ctx(cg)),
			call->type);
}

static int check_ctx(struct script *s, struct unit *u, struct node *call)
{
	const struct probe_kind *kind = u->probe->kind;
	/* probes of functions have arguments or results, perf events have not */
	bool is_function = has(u, GIVES_ARGN | GIVES_RETVAL);

	call->as = AS_KERNEL;
	call->type = type_int(s->types, 64, false); /* nothing else is said of one that is refused */
	if (has(u, GIVES_CTX)) {
		call->type = type_pointer_to(s->types, ctype_struct(s, is_function ? "pt_regs" : "bpf_perf_event_data"));
		return 0;
	}
	if (is_tracepoint(u))
		diag_error(s->diags, DIAG_PROBE_DATA, call->span, "Use args instead of ctx in tracepoint");
	else
		hint_other_data(s, diag_error(s->diags, DIAG_PROBE_DATA, call->span,
					      "The ctx builtin can not be used with '%s' probes", kind->name), u);
	return -1;
}

static int check_retval(struct script *s, struct unit *u, struct node *call)
{
	struct diag *d;

	call->as = u->probe->kind->as;
	if (has(u, GIVES_RETVAL))
		return 0;
	d = diag_error(s->diags, DIAG_PROBE_DATA, call->span,
		       "The retval builtin can only be used with 'kretprobe' and 'uretprobe' probes%s", is_tracepoint(u) ? " (try to use args.ret instead)" : "");
	if (!is_tracepoint(u))
		hint_other_data(s, d, u);
	return -1;
}

static struct value emit_retval(struct cg *cg, const struct node *call)
{
	return cg_value(cg_unit(cg)->probe->kind->emit_retval(cg).ref, call->type);
}

/* -- func: ksym() or usym() of the address of the function -- */

static struct value emit_func_address(struct cg *cg, const struct node *call)
{
	return cg_value(cg_unit(cg)->probe->kind->emit_func(cg).ref, call->type);
}

static const struct builtin func_address = {
	.name = "func", .sig = "uint64()", .flags = BUILTIN_VALUE | BUILTIN_CONTEXT,
	.emit = COMPILE_SIDE(emit_func_address),
};

/* The call that `func` stands for. */
static struct node *make_func(struct script *s, const struct unit *u, const struct node *at)
{
	struct node *address = node_new(s->arena, NODE_name, at->span);
	struct node *sym = node_new(s->arena, NODE_call, at->span);

	address->name.name = func_address.name;
	address->name.fn = &func_address;
	address->type = type_int(s->types, 64, false);
	address->as = u->probe->kind->as;
	sym->call.name = address->as == AS_USER ? "usym" : "ksym";
	sym->call.name_span = at->span;
	sym->call.fn = builtin_find(sym->call.name);
	sym->call.args = address;
	return sym;
}

static int check_func(struct script *s, struct unit *u, struct node *call)
{
	struct node *sym;
	struct diag *d;

	if (!has(u, GIVES_FUNC)) {
		call->type = type_int(s->types, 64, false);
		d = diag_error(s->diags, DIAG_PROBE_DATA, call->span,
			       "The func builtin can not be used with '%s' probes", u->probe->kind->name);
		diag_hint(s->diags, d, "`probe` is the attach point, and known in every probe");
		return -1;
	}
	sym = make_func(s, u, call);
	if (builtin_check(s, u, sym))
		return -1;
	/* becomes that call, so that there is one place that knows what a symbol is */
	call->kind = NODE_call;
	call->call = sym->call;
	call->type = sym->type;
	call->as = sym->as;
	return 0;
}

/* -- probe, probetype: texts known when the script is compiled -- */

static const char *probe_text(const struct node *call, const struct probe_kind *kind,
			      const struct attach_target *t)
{
	if (!strcmp(builtin_call_name(call), "probe"))
		return t->name;
	return kind->sees_sonde ? "special" : kind->name;
}

static int check_probe(struct script *s, struct unit *u, struct node *call)
{
	size_t longest = 0;

	for (size_t i = 0; i < u->n_targets; i++) {
		size_t len = strlen(probe_text(call, u->probe->kind, &u->targets[i]));

		longest = len > longest ? len : longest;
	}
	call->type = type_string(s->types, (uint32_t)longest + 1);
	call->as = AS_KERNEL;
	return 0;
}

static int known_probe(struct script *s, const struct unit *u, const struct node *call, bool is_settled,
		       struct node *ret_literal)
{
	bool differs = !strcmp(builtin_call_name(call), "probe");
	const char *text;

	(void)s;
	(void)is_settled;
	if (u->fn || (differs && u->n_targets != 1))
		return -1;
	text = probe_text(call, u->probe->kind, u->targets);
	ret_literal->kind = NODE_string;
	ret_literal->string.text = text;
	ret_literal->string.len = (uint32_t)strlen(text);
	return 0;
}

/* The names of a unit's targets as a table, each at its target's id. */
static uint32_t name_room(const struct unit *u, uint64_t *ret_ids)
{
	size_t longest = 0;

	*ret_ids = 0;
	for (size_t i = 0; i < u->n_targets; i++) {
		size_t len = strlen(u->targets[i].name);

		longest = len > longest ? len : longest;
		if ((uint64_t)u->targets[i].id >= *ret_ids)
			*ret_ids = (uint64_t)u->targets[i].id + 1;
	}
	return (uint32_t)(longest + 1 + 7) & ~7u;
}

static void fill_names(void *to, const void *unit)
{
	const struct unit *u = unit;
	uint64_t ids;
	uint32_t room = name_room(u, &ids);

	for (size_t i = 0; i < u->n_targets; i++)
		strcpy((char *)to + (uint64_t)u->targets[i].id * room, u->targets[i].name);
}

/* One program serves many targets: the name is looked up by the id of the one that was hit. */
static void emit_shared_probe(struct cg *cg, const struct node *call, ref dst)
{
	const struct unit *u = cg_unit(cg);
	uint64_t ids;
	uint32_t room = name_room(u, &ids);
	ref names = cg_constants(cg, u, (uint32_t)ids * room, fill_names);
	ref id = u->probe->kind->emit_target(cg);
	struct cg_fork f = cg_if(cg, cg_compare(cg, OP_LT, false, id, cg_const(cg, ids)));

	cg_copy(cg, dst, cg_element(cg, names, id, room), call->type->size);
	cg_else(cg, &f);
	cg_zero(cg, dst, call->type->size);
	cg_end(cg, &f);
}

static void emit_probe(struct cg *cg, const struct node *call, ref dst)
{
	const char *text = probe_text(call, cg_unit(cg)->probe->kind, cg_target(cg));

	if (cg_unit(cg)->n_targets > 1 && !strcmp(builtin_call_name(call), "probe")) {
		emit_shared_probe(cg, call, dst);
		return;
	}
	cg_store_text(cg, dst, text, (uint32_t)strlen(text), call->type->size);
}

const struct builtin builtins_context[] = {
	{ .name = "arg#", .sig = "uint64()", .flags = BUILTIN_VALUE | BUILTIN_CONTEXT,
	  .doc = "arg0, arg1 ...: an argument of the traced function, as a number.",
	  .check = COMPILE_SIDE(check_argn), .emit = COMPILE_SIDE(emit_argn) },
	{ .name = "sarg#", .sig = "uint64()", .flags = BUILTIN_VALUE | BUILTIN_CONTEXT,
	  .doc = "Removed from the language: use *(reg(\"sp\") + offset).",
	  .check = COMPILE_SIDE(refuse_sarg) },
	{ .name = "args", .sig = "own()",
	  .flags = BUILTIN_VALUE | BUILTIN_CONTEXT | BUILTIN_PER_TARGET, .behind = ".NAME",
	  .doc = "The arguments of the event by name: args.filename. sonde -lv shows them.",
	  .check = COMPILE_SIDE(check_args) },
	{ .name = "ctx", .sig = "own()", .flags = BUILTIN_VALUE | BUILTIN_CONTEXT | BUILTIN_NO_KEY,
	  .doc = "Address of what the kernel hands to the program.",
	  .check = COMPILE_SIDE(check_ctx), .emit = COMPILE_SIDE(emit_ctx) },
	{ .name = "retval", .sig = "uint64()", .flags = BUILTIN_VALUE | BUILTIN_CONTEXT,
	  .doc = "What the traced function returned, as an unsigned number of 64 bits.",
	  .check = COMPILE_SIDE(check_retval), .emit = COMPILE_SIDE(emit_retval) },
	{ .name = "func", .sig = "own()", .flags = BUILTIN_VALUE | BUILTIN_CONTEXT,
	  .doc = "Name of the traced function.", .check = COMPILE_SIDE(check_func) },
	{ .name = "probe", .sig = "own()", .flags = BUILTIN_VALUE | BUILTIN_TARGET,
	  .doc = "Full name of the event, as sonde -l shows it.",
	  .check = COMPILE_SIDE(check_probe), .known = COMPILE_SIDE(known_probe),
	  .emit_into = COMPILE_SIDE(emit_probe) },
	{ .name = "probetype", .sig = "own()", .flags = BUILTIN_VALUE | BUILTIN_PROBE,
	  .doc = "Kind of the probe: \"kprobe\", \"tracepoint\" ...; \"special\" in those of sonde itself, as "
		 "begin and end.",
	  .check = COMPILE_SIDE(check_probe), .known = COMPILE_SIDE(known_probe),
	  .emit_into = COMPILE_SIDE(emit_probe) },
	{ 0 }
};
