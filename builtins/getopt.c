/* Parameters of the script by name: --name=value on the command line, getopt("name") in the script. */
#include <string.h>

#include "ast/named_param.h"
#include "ast/script.h"
#include "base/diag.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"

/* The default of a call: what it says and of what kind. 0, or -1 when it is no literal. */
static int read_default(const struct node *arg, enum param_kind *ret_kind, struct param_value *ret)
{
	*ret = (struct param_value){ 0 };
	*ret_kind = PARAM_BOOL;
	if (!arg)
		return 0;
	switch (arg->kind) {
	case NODE_boolean:
		ret->number = arg->boolean.value;
		return 0;
	case NODE_number:
		*ret_kind = arg->number.negative ? PARAM_INT : PARAM_UINT;
		ret->number = arg->number.value;
		return 0;
	case NODE_string:
		*ret_kind = PARAM_TEXT;
		ret->text = arg->string.text;
		ret->len = arg->string.len;
		return 0;
	default:
		return -1;
	}
}

static bool same_value(const struct param_value *a, const struct param_value *b)
{
	return a->number == b->number && a->len == b->len && (!a->len || !memcmp(a->text, b->text, a->len));
}

/* The kernel hands no longer word to a program. */
enum { LONGEST_WORD = 1 << 17 };

static const struct type *type_of(const struct script *s, enum param_kind kind)
{
	uint64_t room = s->settings.max_strlen;

	if (kind == PARAM_BOOL)
		return &type_bool;
	if (kind == PARAM_TEXT)
		return type_string(s->types, (uint32_t)(room < LONGEST_WORD ? room : LONGEST_WORD));
	return type_int(s->types, 64, kind == PARAM_INT);
}

static void say_other_default(struct script *s, const struct node *call, const struct named_param *p)
{
	struct strbuf before = { 0 };
	struct diag *d;

	named_param_show_default(p, &before);
	d = diag_error(s->diags, DIAG_PARAM_CLASH,
		       builtin_arg(call, 1) ? builtin_arg(call, 1)->span : call->span,
		       "Command line option '%s' needs to have the same default value in all places it is used. "
		       "Previous default value: %s", p->name, before.data ? before.data : "");
	diag_hint(s->diags, d, "ask once, in `begin`, and keep the answer in a map");
	strbuf_done(&before);
}

/* The parameter a call asks for, made by the first one; NULL with a diag. */
static struct named_param *find_param(struct script *s, const struct node *call, enum param_kind kind,
				      struct param_value fallback)
{
	const char *name = builtin_arg(call, 0)->string.text;
	struct named_param *p = named_param_find(s, name);

	if (!p) {
		p = named_param_new(s, name, kind, fallback);
		p->type = type_of(s, kind);
	} else if (p->kind != kind || !same_value(&p->fallback, &fallback)) {
		say_other_default(s, call, p);
		return NULL;
	}
	return p;
}

/* Every place tells the same about a parameter, or nothing. */
static int check_description(struct script *s, const struct node *call, struct named_param *p)
{
	const struct node *arg = builtin_arg(call, 2);

	if (!arg)
		return 0;
	if (arg->kind != NODE_string) {
		diag_warning(s->diags, DIAG_ARG_TYPE, arg->span,
			     "Function 'getopt' requires the third parameter to be a string literal.");
		return 0;
	}
	if (!p->description)
		p->description = arg->string.text;
	if (!strcmp(p->description, arg->string.text))
		return 0;
	diag_hint(s->diags, diag_error(s->diags, DIAG_PARAM_CLASH, arg->span,
				       "Command line option '%s' must have the same description in all places "
				       "it's used.", p->name),
		  "one place may describe it, and the others leave it out: getopt(\"%s\", default)", p->name);
	return -1;
}

static int refuse(struct script *s, enum diag_code code, const struct node *at, const char *message)
{
	diag_hint(s->diags, diag_error(s->diags, code, at->span, "%s", message),
		  "getopt(\"name\"), getopt(\"name\", 5), getopt(\"name\", 5, \"what it is for\")");
	return -1;
}

static int check_getopt(struct script *s, struct unit *u, struct node *call)
{
	const struct node *name = builtin_arg(call, 0), *literal = builtin_arg(call, 1);
	struct param_value fallback;
	struct named_param *p;
	enum param_kind kind;
	int err = read_default(literal, &kind, &fallback);

	(void)u;
	call->type = type_of(s, kind);
	call->as = kind == PARAM_TEXT ? AS_KERNEL : AS_NONE;
	if (!name || builtin_arg(call, 3))
		return refuse(s, DIAG_ARG_COUNT, call,
			      "The 'getopt' function can take a maximum of three arguments and a minimum of "
			      "one argument.");
	if (name->kind != NODE_string)
		return refuse(s, DIAG_ARG_TYPE, name,
			      "First argument to 'getopt' must be a string literal.");
	if (err)
		return refuse(s, DIAG_ARG_TYPE, literal,
			      "Second argument to 'getopt' must be a string literal, integer literal, or a "
			      "boolean literal.");
	p = find_param(s, call, kind, fallback);
	call->call.data = p;
	return p ? check_description(s, call, p) : -1;
}

/* A text that fills all of it has no end, and shows that it was cut. */
static void fill_text(void *to, const void *param)
{
	const struct named_param *p = param;

	memcpy(to, p->value.text, p->value.len < p->type->size ? p->value.len : p->type->size);
}

static struct value emit_getopt(struct cg *cg, const struct node *call)
{
	const struct named_param *p = call->call.data;

	if (p->kind == PARAM_TEXT)
		return cg_value(cg_constants(cg, p, p->type->size, fill_text), p->type);
	return cg_value(cg_const(cg, p->value.number), p->type);
}

const struct builtin builtins_getopt[] = {
	{ .name = "getopt", .sig = "own(...)", .flags = BUILTIN_LITERALS,
	  .doc = "The value of --name=value behind \"--\" on the command line, getopt(\"name\", default, "
		 "\"description\"). The default, a literal, gives the type; without one it is a bool. "
		 "--help lists them.",
	  .check = COMPILE_SIDE(check_getopt), .emit = COMPILE_SIDE(emit_getopt) },
	{ 0 }
};
