/* printf: the arguments travel as a tuple, the text is made when the event is read. */
#include <string.h>

#include "ast/script.h"
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
	diag_error(s->diags, DIAG_FORMAT, arg->span, "unsupported format specifier for type '%s': %s",
		   arg->type->name, c->text);
	return -1;
}

static int check_conversion(struct script *s, const struct conversion *c, const struct node *arg)
{
	const struct type *t = arg->type;

	if (!t)
		return 0;
	if (t->kind == TYPE_NONE || t->kind == TYPE_VOID) {
		diag_error(s->diags, DIAG_FORMAT, arg->span, "unable to print none type for specifier: %s",
			   c->text);
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
			diag_error(s->diags, DIAG_FORMAT, call->span, "unsupported format specifier: %s",
				   c.text);
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

static const struct type *record_of(struct cg *cg, const struct node *args)
{
	struct script *s = cg_script_mut(cg);
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
	e->record = record_of(cg, format->next);
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

const struct builtin builtins_printf[] = {
	{ .name = "printf", .sig = "void(lit_string, ...)", .flags = BUILTIN_EFFECT | BUILTIN_COMPTIME,
	  .doc = "Prints with a format: %d %i %u %o %x %X %c %p for numbers (%ld and so on for 64 bits), "
		 "%s for anything, %r %rx %rh for buffers.",
	  .check = COMPILE_SIDE(check_printf), .emit = COMPILE_SIDE(emit_printf),
	  .handle = handle_printf },
	{ 0 }
};
