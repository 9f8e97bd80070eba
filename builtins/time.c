/* Clocks: nsecs, elapsed, jiffies, and the time of day as text. */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "ast/script.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/vec.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"
#include "runtime/output.h"
#include "runtime/run.h"

enum {
	TAI_KERNEL = 0x060100,         /* KERNEL_VERSION(6, 1, 0): ktime_get_tai_ns() */
	TIME_SIZE = 64,                /* of a finished text, with its end */
};

static const char default_format[] = "%H:%M:%S\n";

/* -- nsecs(mode) -- */

static const struct mode {
	const char *name;
	enum bpf_func_id helper;
	bool adds_offset;              /* measured by sonde, see struct globals */
	uint32_t min_kernel;
} modes[] = {
	{ "boot", BPF_FUNC_ktime_get_boot_ns, false, 0 },
	{ "monotonic", BPF_FUNC_ktime_get_ns, false, 0 },
	{ "tai", BPF_FUNC_ktime_get_tai_ns, false, TAI_KERNEL },
	{ "sw_tai", BPF_FUNC_ktime_get_boot_ns, true, 0 },
};

/* The mode of a call; the first one when there is none. NULL: no such mode. */
static const struct mode *find_mode(const struct node *call)
{
	const struct node *arg = builtin_arg(call, 0);

	if (!arg)
		return &modes[0];
	for (size_t i = 0; arg->kind == NODE_name && i < ARRAY_SIZE(modes); i++)
		if (!strcmp(modes[i].name, arg->name.name))
			return &modes[i];
	return NULL;
}

static int check_nsecs(struct script *s, struct unit *u, struct node *call)
{
	const struct mode *m = find_mode(call);
	const struct node *arg = builtin_arg(call, 0);
	struct diag *d;

	(void)u;
	if (m && s->host->kernel_version >= m->min_kernel)
		return 0;
	if (m) {
		diag_error(s->diags, DIAG_ARG_VALUE, arg->span,
			   "Kernel does not support %s timestamp, please try nsecs(sw_tai)", m->name);
		return -1;
	}
	if (arg->kind == NODE_name)
		d = diag_error(s->diags, DIAG_ARG_VALUE, arg->span, "Invalid timestamp mode: %s",
			       arg->name.name);
	else
		d = diag_error(s->diags, DIAG_ARG_TYPE, arg->span, "%s() expects a timestamp mode",
			       call->call.name);
	diag_hint(s->diags, d, "Valid modes: boot, monotonic, tai, sw_tai");
	return -1;
}

static struct value emit_nsecs(struct cg *cg, const struct node *call)
{
	const struct mode *m = find_mode(call);
	ref now = cg_helper(cg, m->helper, 0), offset;

	if (m->adds_offset) {
		offset = cg_load(cg, cg_globals(cg, offsetof(struct globals, tai_offset)), 0, 8, false);
		now = cg_op(cg, OP_ADD, now, offset);
	}
	return cg_value(now, call->type);
}

/* -- elapsed, jiffies -- */

static struct value emit_elapsed(struct cg *cg, const struct node *call)
{
	ref now = cg_helper(cg, BPF_FUNC_ktime_get_boot_ns, 0);
	ref start = cg_load(cg, cg_globals(cg, offsetof(struct globals, start_ns)), 0, 8, false);

	return cg_value(cg_op(cg, OP_SUB, now, start), call->type);
}

static struct value emit_jiffies(struct cg *cg, const struct node *call)
{
	return cg_value(cg_helper(cg, BPF_FUNC_jiffies64, 0), call->type);
}

/* -- time(format) -- */

static struct value emit_time(struct cg *cg, const struct node *call)
{
	struct event_desc *e = cg_event_new(cg, call->call.fn, call->span);
	const struct node *format = builtin_arg(call, 0);

	e->text = format ? format->string.text : default_format;
	e->text_len = format ? format->string.len : sizeof(default_format) - 1;
	cg_event_send(cg, e, NULL);
	return cg_value(NULL, &type_void);
}

static void handle_time(struct run *run, const struct event_desc *e, const void *args)
{
	time_t now = time(NULL);
	char text[TIME_SIZE];
	struct tm tm;
	size_t len = 0;

	(void)args;
	if (localtime_r(&now, &tm))
		len = strftime(text, sizeof(text), e->text, &tm);
	if (len)
		output_write(run_output(run), text, len);
	else
		run_complain(run, true, "strftime returned zero (%s)", strerror(ERANGE));
}

const struct builtin builtins_time[] = {
	{ .name = "nsecs", .sig = "uint64(word?)", .flags = BUILTIN_VALUE | BUILTIN_WORDS,
	  .doc = "Nanoseconds since boot. nsecs(monotonic) leaves out time asleep, nsecs(tai) and "
		 "nsecs(sw_tai) count from 1970 in atomic time.",
	  .check = COMPILE_SIDE(check_nsecs), .emit = COMPILE_SIDE(emit_nsecs) },
	{ .name = "elapsed", .sig = "uint64()", .flags = BUILTIN_VALUE,
	  .doc = "Nanoseconds since tracing began.", .emit = COMPILE_SIDE(emit_elapsed) },
	{ .name = "jiffies", .sig = "uint64()", .flags = BUILTIN_VALUE,
	  .doc = "The kernel's count of timer ticks.", .emit = COMPILE_SIDE(emit_jiffies) },
	{ .name = "time", .sig = "void(lit_string?)", .flags = BUILTIN_EFFECT,
	  .doc = "Prints the local time with a format of strftime(3), \"%H:%M:%S\\n\" when none is "
		 "given.",
	  .emit = COMPILE_SIDE(emit_time), .handle = handle_time },
	{ 0 }
};
