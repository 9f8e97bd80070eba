/* join: the texts that an array of pointers points to, in one line. */
#include <string.h>

#include "ast/script.h"
#include "base/str.h"
#include "base/vec.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"
#include "runtime/output.h"
#include "runtime/run.h"

/* The arguments of the event: how many texts were read, then the texts, each with its end. */
enum {
	JOIN_TEXTS = 16,
	JOIN_TEXT_SIZE = 1024,
	JOIN_SIZE = 8 + JOIN_TEXTS * JOIN_TEXT_SIZE,
};

/* Reads text i unless its pointer is NULL; what follows is emitted into the open fork. */
static struct cg_fork emit_text(struct cg *cg, const struct node *list, ref array, unsigned i, ref args)
{
	ref slot = cg_temp(cg, 8, "join_pointer"), text;
	struct cg_fork f;

	cg_probe_read(cg, slot, 8, cg_op(cg, OP_ADD, array, cg_const(cg, i * 8)), list->as, list->span);
	text = cg_load(cg, slot, 0, 8, false);
	f = cg_if(cg, cg_compare(cg, OP_NE, false, text, cg_const(cg, 0)));
	cg_probe_read_str(cg, cg_at(cg, args, 8 + i * JOIN_TEXT_SIZE), JOIN_TEXT_SIZE, JOIN_TEXT_SIZE, NULL,
			  text, list->as, list->span);
	cg_store(cg, args, 0, 8, cg_const(cg, i + 1));
	return f;
}

static struct value emit_join(struct cg *cg, const struct node *call)
{
	const struct node *list = builtin_arg(call, 0), *separator = builtin_arg(call, 1);
	struct event_desc *e = cg_event_new(cg, call->call.fn, call->span);
	struct cg_fork event, text[JOIN_TEXTS];
	ref array = cg_expr(cg, list).ref, args;

	e->text = separator ? separator->string.text : " ";
	e->text_len = separator ? separator->string.len : 1;
	event = cg_event_open(cg, e, JOIN_SIZE, &args);
	cg_store(cg, args, 0, 8, cg_const(cg, 0));
	for (unsigned i = 0; i < JOIN_TEXTS; i++)
		text[i] = emit_text(cg, list, array, i, args);
	for (unsigned i = JOIN_TEXTS; i-- > 0;)
		cg_end(cg, &text[i]);
	cg_event_close(cg, &event, args);
	return cg_value(NULL, &type_void);
}

static void handle_join(struct run *run, const struct event_desc *e, const void *args)
{
	const char *text = (const char *)args + 8;
	struct strbuf line = { 0 };
	uint64_t n;

	memcpy(&n, args, sizeof(n));
	for (uint64_t i = 0; i < n && i < JOIN_TEXTS && *text; i++, text += JOIN_TEXT_SIZE) {
		if (i)
			strbuf_put(&line, e->text, e->text_len);
		strbuf_put(&line, text, strnlen(text, JOIN_TEXT_SIZE));
	}
	strbuf_putc(&line, '\n');
	output_write(run_output(run), line.data, line.len);
	strbuf_done(&line);
}

const struct builtin builtins_join[] = {
	{ .name = "join", .sig = "void(int_or_ptr, lit_string?)", .flags = BUILTIN_EFFECT,
	  .doc = "Prints the texts of an array of pointers (argv), up to 16, with the second argument or a "
		 "space between them.",
	  .emit = COMPILE_SIDE(emit_join), .handle = handle_join },
	{ 0 }
};
