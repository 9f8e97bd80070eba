/* printf and its like: the arguments travel as a tuple, the text is made when the event is read. */
#include <string.h>

#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "base/vec.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"
#include "runtime/output.h"
#include "runtime/run.h"

static unsigned count_args(const struct node *arg)
{
	unsigned n = 0;

	for (; arg; arg = arg->next)
		n++;
	return n;
}

static bool is_number(const struct type *t)
{
	return t->kind == TYPE_INT || t->kind == TYPE_BOOL || t->kind == TYPE_POINTER;
}

/* Whether %s can show it: everything but aggregations without a current value, and what is no value of
 * its own (the arguments of a tracepoint). */
static bool is_showable(const struct node *arg)
{
	const struct type *t = arg->type;

	return !builtin_is_context(arg) && (t->kind != TYPE_AGG || type_is_castable_agg(t) || t->agg->shown_as);
}

static int refuse(struct script *s, const struct conversion *c, const struct node *arg)
{
	struct diag *d = diag_error(s->diags, DIAG_FORMAT, arg->span, "unsupported format specifier for type '%s': %s",
				    arg->type->name, c->text);

	if (c->conv == 's')
		diag_hint(s->diags, d, arg->kind == NODE_map ? "print() shows it: print(@%s)" : "print() shows it",
			  arg->kind == NODE_map ? arg->map.name : "");
	else if (strchr("rRH", c->conv))
		diag_hint(s->diags, d, "buf(address, length) makes bytes of what is there; %%s shows the value itself");
	else
		diag_hint(s->diags, d, "%%s shows it");
	return -1;
}

static int check_conversion(struct script *s, const struct conversion *c, const struct node *arg)
{
	const struct type *t = arg->type;

	if (!t)
		return 0;
	if (t->kind == TYPE_NONE || t->kind == TYPE_VOID) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_FORMAT, arg->span,
					       "unable to print none type for specifier: %s", c->text),
			  "what stands here has no value");
		return -1;
	}
	if (c->conv == 's')
		return is_showable(arg) ? 0 : refuse(s, c, arg);
	if (strchr("rRH", c->conv))
		return t->kind == TYPE_BUFFER ? 0 : refuse(s, c, arg);
	return is_number(t) ? 0 : refuse(s, c, arg);
}

static int check_count(struct script *s, const struct node *call, unsigned supplied, unsigned expected)
{
	if (supplied == expected)
		return 0;
	diag_error(s->diags, DIAG_FORMAT, call->span,
		   "%s arguments for format string (%u supplied, %u expected)",
		   supplied < expected ? "not enough" : "too many", supplied, expected);
	return -1;
}

static int check_printf(struct script *s, struct unit *u, struct node *call)
{
	const struct node *format = builtin_arg(call, 0), *arg = format->next;
	struct conversion c;
	unsigned n = 0;
	size_t at = 0;
	int ret = 0;

	(void)u;
	if (format->kind != NODE_string)
		return 0;
	while (format_next(format->string.text, format->string.len, &at, &c)) {
		n++;
		if (!strchr("dioxXucpsrRHG", c.conv)) {
			diag_hint(s->diags, diag_error(s->diags, DIAG_FORMAT, call->span,
						       "unsupported format specifier: %s", c.text),
				  "there are no fractions: %%d for numbers, %%x in hexadecimal, %%s for anything");
			ret = -1;
		} else if (arg && check_conversion(s, &c, arg)) {
			ret = -1;
		}
		arg = arg ? arg->next : NULL;
	}
	return check_count(s, call, count_args(format->next), n) ? -1 : ret;
}

/* How an argument travels: integers in full width, so that they are stored at once; those of an enum as
 * they are, their size tells what a negative constant looks like. */
static const struct type *travel_type(struct script *s, const struct type *t)
{
	t = builtin_shown_type(s, t);
	return t->kind == TYPE_INT && !t->enumeration ? type_int(s->types, 64, t->is_signed) : t;
}

static const struct type *record_of(struct script *s, const struct node *args)
{
	VEC(const struct type *) members = { 0 };
	const struct type *record = NULL;

	for (const struct node *arg = args; arg; arg = arg->next)
		vec_push(&members, travel_type(s, arg->type));
	if (members.n)
		record = type_tuple(s->types, members.v, (uint32_t)members.n);
	vec_done(&members);
	return record;
}

static struct value emit_printf(struct cg *cg, const struct node *call)
{
	const struct node *format = builtin_arg(call, 0);
	struct event_desc *e = cg_event_new(cg, call->call.fn, call->span);

	e->text = format->string.text;
	e->text_len = format->string.len;
	e->record = record_of(cg_script_mut(cg), format->next);
	cg_event_send(cg, e, format->next);
	return cg_value(NULL, &type_void);
}

static void handle_printf(struct run *run, const struct event_desc *e, const void *args)
{
	struct output *o = run_output(run);
	struct strbuf text = { 0 };

	output_printf(o, e, args, &text);
	output_write(o, text.data, text.len);
	strbuf_done(&text);
}

/* -- errorf, warnf, assert: lines with their place on standard error -- */

static void say_event(struct run *run, const struct event_desc *e, const void *args, bool is_error)
{
	struct strbuf text = { 0 };

	output_printf(run_output(run), e, args, &text);
	run_complain_at(run, is_error, e->span, text.len ? text.data : "", text.len);
	strbuf_done(&text);
}

static void handle_errorf(struct run *run, const struct event_desc *e, const void *args)
{
	say_event(run, e, args, true);
}

static void handle_warnf(struct run *run, const struct event_desc *e, const void *args)
{
	say_event(run, e, args, false);
}

/* The message is text, not a format. */
static struct value emit_assert(struct cg *cg, const struct node *call)
{
	static const char format[] = "assert failed: %s";
	const struct node *message = builtin_arg(call, 1);
	struct cg_fork f = cg_if(cg, cg_not(cg, cg_truth(cg, cg_expr(cg, builtin_arg(call, 0)))));
	struct event_desc *e = cg_event_new(cg, call->call.fn, call->span);

	e->text = format;
	e->text_len = sizeof(format) - 1;
	e->record = record_of(cg_script_mut(cg), message);
	cg_exit(cg, cg_const(cg, 1));
	cg_event_send(cg, e, message);
	cg_leave(cg);
	cg_end(cg, &f);
	return cg_value(NULL, &type_void);
}

/* -- fail: the text is made when the script is compiled -- */

static void store_number(char *to, uint64_t v, uint32_t size)
{
	uint32_t v32 = (uint32_t)v;
	uint16_t v16 = (uint16_t)v;
	uint8_t v8 = (uint8_t)v;

	memcpy(to, size == 8 ? (void *)&v : size == 4 ? (void *)&v32 : size == 2 ? (void *)&v16 : (void *)&v8, size);
}

/* A literal as a program would leave it in memory. */
static void store_literal(char *to, const struct node *n, const struct type *t)
{
	uint32_t i = 0;

	if (n->kind == NODE_number) {
		store_number(to, n->number.value, t->size);
	} else if (n->kind == NODE_boolean) {
		*to = n->boolean.value;
	} else if (n->kind == NODE_string) {
		memcpy(to, n->string.text, n->string.len < t->size ? n->string.len : t->size);
	} else {
		for (const struct node *e = n->tuple.elems; e; e = e->next, i++)
			store_literal(to + t->offsets[i], e, t->elems[i]);
	}
}

static void say_failure(struct script *s, const struct node *call)
{
	const struct node *format = builtin_arg(call, 0);
	const struct type *record = record_of(s, format->next);
	struct format *f = format_new(format->string.text, format->string.len, record);
	struct output *o = output_new(stderr, BUFFER_LINE, &s->settings);
	char *values = arena_alloc(s->arena, record ? record->size : 1);
	struct strbuf text = { 0 };
	uint32_t i = 0;

	for (const struct node *arg = format->next; arg; arg = arg->next, i++)
		store_literal(values + record->offsets[i], arg, record->elems[i]);
	format_put(o, f, values, &text);
	diag_error(s->diags, DIAG_ASSERT, call->span, "%s", text.len ? text.data : "");
	strbuf_done(&text);
	output_free(o);
	format_free(f);
}

static int check_fail(struct script *s, struct unit *u, struct node *call)
{
	const struct node *format = builtin_arg(call, 0);
	int err = 0;

	if (format->kind != NODE_string) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_TYPE, format->span,
					       "first argument to fail() must be a string literal"),
			  "the text must be known when the script is compiled: write it in quotes");
		return -1;
	}
	for (const struct node *arg = format->next; arg; arg = arg->next) {
		if (node_is_literal(arg))
			continue;
		diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_TYPE, arg->span,
					       "fail() arguments need to be literals"),
			  "fail() speaks when the script is compiled; errorf() and exit() act while it runs");
		err = -1;
	}
	if (!err && !check_printf(s, u, call))
		say_failure(s, call);
	return -1;
}

const struct builtin builtins_printf[] = {
	{ .name = "printf", .sig = "void(lit_string, ...)", .flags = BUILTIN_EFFECT | BUILTIN_COMPTIME,
	  .doc = "Prints with a format: %d %i %u %o %x %X %c %p for numbers (%ld and so on for 64 bits), "
		 "%s for anything, %r %rx %rh for buffers.",
	  .check = COMPILE_SIDE(check_printf), .emit = COMPILE_SIDE(emit_printf),
	  .handle = handle_printf },
	{ .name = "errorf", .sig = "void(lit_string, ...)", .flags = BUILTIN_EFFECT | BUILTIN_COMPTIME,
	  .doc = "printf() on standard error, with the place in the script and the word ERROR in front.",
	  .check = COMPILE_SIDE(check_printf), .emit = COMPILE_SIDE(emit_printf),
	  .handle = handle_errorf },
	{ .name = "warnf", .sig = "void(lit_string, ...)", .flags = BUILTIN_EFFECT | BUILTIN_COMPTIME,
	  .doc = "The same with the word WARNING; silent with --no-warnings.",
	  .check = COMPILE_SIDE(check_printf), .emit = COMPILE_SIDE(emit_printf),
	  .handle = handle_warnf },
	{ .name = "assert", .sig = "void(any, lit_string)", .flags = BUILTIN_EFFECT | BUILTIN_COMPTIME,
	  .doc = "Ends tracing with status 1 and the text as an error unless the condition holds.",
	  .emit = COMPILE_SIDE(emit_assert), .handle = handle_errorf },
	{ .name = "fail", .sig = "void(any, ...)", .flags = BUILTIN_COMPTIME,
	  .doc = "The script is refused with this text, which is made as by printf() from literals; of use in a "
		 "branch behind comptime.",
	  .check = COMPILE_SIDE(check_fail) },
	{ 0 }
};
