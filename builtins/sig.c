/* Reads the signatures of the rows: "result(arg, arg?, ...)".
 *
 * Arguments:
 *   int uint int8 ... uint64    any integer, also an aggregation that can be read as one
 *   bool string ptr buffer ...  a value of that base type
 *   int_or_ptr                  an integer or a pointer
 *   any                         anything with a value
 *   lit_int lit_string          a literal (after folding)
 *   word                        a bare name that means something to the builtin alone (the row needs
 *                               BUILTIN_WORDS), or anything else: check() looks at it
 *   map                         a map by name, or an element of it
 *   map_or_any                  a map by name when it stands without a key, else a value
 *   key                         the key of the map in front of it
 * '?' behind an argument: it may be missing, and all behind it; "...": any number of anything (128 in
 * all). Results: void bool int uint int8 ... uint64, or "own": check() sets the type.
 *
 * A call f(@m, k) of a row with a key becomes f(@m[k]): rows and codegen only see that form. */
#include <stdio.h>
#include <string.h>

#include "ast/node.h"
#include "ast/script.h"
#include "ast/type.h"
#include "base/diag.h"
#include "base/source.h"
#include "base/vec.h"
#include "builtins/builtin.h"

enum { SIG_MAX_ARGS = 128, SIG_NAME = 16 };

/* One argument of a signature. */
struct sig_arg {
	char type[SIG_NAME];
	bool is_optional, is_rest;
};

/* How many arguments a signature takes. */
struct sig_count {
	unsigned min, max;
};

/* Reads the next argument at *at (behind the opening parenthesis at first); false: there is none left. */
static bool next_arg(const char **at, struct sig_arg *ret)
{
	const char *p = *at + strspn(*at, ", ");
	size_t len = strcspn(p, ",? )");

	if (!len)
		return false;
	memset(ret, 0, sizeof(*ret));
	memcpy(ret->type, p, len < SIG_NAME ? len : SIG_NAME - 1);
	ret->is_rest = !strcmp(ret->type, "...");
	ret->is_optional = ret->is_rest || p[len] == '?';
	*at = p + len + (p[len] == '?');
	return true;
}

static const char *first_arg(const struct builtin *b)
{
	return strchr(b->sig, '(') + 1;
}

static bool arg_at(const struct builtin *b, unsigned i, struct sig_arg *ret)
{
	const char *at = first_arg(b);

	while (next_arg(&at, ret))
		if (ret->is_rest || !i--)
			return true;
	return false;
}

static struct sig_count count_args(const struct builtin *b)
{
	struct sig_count n = { 0 };
	const char *at = first_arg(b);
	struct sig_arg a;

	while (next_arg(&at, &a)) {
		n.max = a.is_rest ? SIG_MAX_ARGS : n.max + 1;
		n.min += !a.is_optional;
	}
	return n;
}

bool builtin_takes_map(const struct builtin *b, unsigned i)
{
	struct sig_arg a;

	return arg_at(b, i, &a) && (!strcmp(a.type, "map") || !strcmp(a.type, "map_or_any"));
}

bool builtin_needs_map(const struct builtin *b, unsigned i)
{
	struct sig_arg a;

	return arg_at(b, i, &a) && !strcmp(a.type, "map");
}

/* -- keys -- */

/* The number of the argument that is a key; 0: the row has none. */
static unsigned key_arg(const struct builtin *b)
{
	const char *at = first_arg(b);
	struct sig_arg a;

	for (unsigned i = 0; next_arg(&at, &a); i++)
		if (!strcmp(a.type, "key"))
			return i;
	return 0;
}

static bool has_key(const struct node *map)
{
	return map->kind == NODE_map && map->map.key;
}

/* Moves the argument that is a key into the map in front of it; nothing to do for most calls. */
static void move_key(struct node *call)
{
	unsigned i = key_arg(call->call.fn);
	struct node *map = i ? builtin_arg(call, i - 1) : NULL, *key;

	if (!map || map->kind != NODE_map || map->map.key || !map->next)
		return;
	key = map->next;
	map->next = key->next;
	key->next = NULL;
	map->map.key = key;
	map->span = span_join(map->span, key->span);
}

/* -- how many -- */

static const char *put_count(char *buf, size_t size, unsigned n)
{
	if (n == 1)
		snprintf(buf, size, "one argument");
	else
		snprintf(buf, size, "%u arguments", n);
	return buf;
}

static int check_count(struct script *s, const struct node *call, const struct builtin *b, unsigned n)
{
	struct sig_count want = count_args(b);
	const char *name = builtin_call_name(call);
	const char *how = "requires";
	char count[32];

	if (n >= want.min && n <= want.max)
		return 0;
	if (!want.max) {
		diag_error(s->diags, DIAG_ARG_COUNT, call->span,
			   "%s() requires no arguments (%u provided)", name, n);
		return -1;
	}
	if (want.min != want.max)
		how = n < want.min ? "requires at least" : "takes up to";
	put_count(count, sizeof(count), n < want.min ? want.min : want.max);
	diag_error(s->diags, DIAG_ARG_COUNT, call->span, "%s() %s %s (%u provided)", name, how, count, n);
	return -1;
}

/* -- what they are -- */

static bool is_int_name(const char *type)
{
	static const char *const names[] = { "int", "uint", "int8", "int16", "int32", "int64",
					     "uint8", "uint16", "uint32", "uint64" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], type))
			return true;
	return false;
}

static bool is_integer(const struct type *t)
{
	return t->kind == TYPE_INT || type_is_castable_agg(t);
}

/* What an argument of the signature is called in messages. */
static const char *spoken(const char *type)
{
	if (is_int_name(type))
		return "int";
	if (!strcmp(type, "int_or_ptr"))
		return "int or pointer";
	return !strcmp(type, "ptr") ? "pointer" : type;
}

static bool accepts(const char *type, const struct type *t)
{
	if (is_int_name(type))
		return is_integer(t);
	if (!strcmp(type, "int_or_ptr"))
		return is_integer(t) || t->kind == TYPE_POINTER;
	return !strcmp(type_base_name(t), spoken(type));
}

/* "$1" became its number: whether it stands there by itself, and how it is written. */
static bool was_positional(const struct script *s, const struct node *arg, const char **ret_text, int *ret_len)
{
	struct place p = source_place(s->sources, arg->span.start);

	*ret_text = p.text + p.column - 1;
	*ret_len = (int)(arg->span.end - arg->span.start);
	return arg->span.start && p.column <= p.text_len && **ret_text == '$' &&
	       strspn(*ret_text + 1, "0123456789") == (size_t)*ret_len - 1;
}

static int check_literal(struct script *s, const char *name, const char *type, const struct node *arg)
{
	bool is_text = !strcmp(type, "lit_string");
	struct diag *d;
	const char *text;
	int len;

	if (arg->kind == (is_text ? NODE_string : NODE_number))
		return 0;
	if (!arg->type)
		return 0;
	d = diag_error(s->diags, DIAG_ARG_TYPE, arg->span, "%s() expects %s literal (%s provided)", name,
		       is_text ? "a string" : "an int", type_base_name(arg->type));
	if (is_text && was_positional(s, arg, &text, &len))
		diag_hint(s->diags, d, "Use str(%.*s) to treat %.*s as a string", len, text, len, text);
	else if (is_text)
		diag_hint(s->diags, d, "the text must be known when the script is compiled: write it in quotes");
	else
		diag_hint(s->diags, d, "the number must be known when the script is compiled: 5, $1, "
			  "sizeof(int32)");
	return -1;
}

/* Of a type whose values have no number in them nothing is said. */
void builtin_hint_number(struct script *s, struct diag *d, const struct type *t)
{
	if (t->kind == TYPE_STRING)
		diag_hint(s->diags, d, "a number is written without quotes; a parameter of the script is one as $1");
	else if (t->kind == TYPE_BOOL)
		diag_hint(s->diags, d, "as a number: (int64)(...)");
	else if (t->kind == TYPE_POINTER)
		diag_hint(s->diags, d, "the address as a number: (uint64)(...)");
	else if (type_is_record(t))
		diag_hint(s->diags, d, "one of its elements: (...).%s", t->names[0]);
	else if (t->kind == TYPE_TUPLE)
		diag_hint(s->diags, d, "one of its elements: (...).0");
	else if (t->kind == TYPE_ARRAY)
		diag_hint(s->diags, d, "one of its elements: (...)[0]");
	else if (t->kind == TYPE_STRUCT)
		diag_hint(s->diags, d, "one of its members: (...).NAME");
}

static void say_no_number(struct script *s, const struct node *call, const char *type, const struct node *arg)
{
	const char *name = builtin_call_name(call);
	const struct type *t = arg->type;
	struct diag *d;

	if (call->call.fn->agg)
		d = diag_error(s->diags, DIAG_ARG_TYPE, arg->span,
			       "%s() only supports integer arguments (%s provided)", name, t->name);
	else
		d = diag_error(s->diags, DIAG_ARG_TYPE, arg->span, "%s() only supports %s arguments (%s provided)",
			       name, spoken(type), type_base_name(t));
	if (call->call.fn->agg && t->kind == TYPE_STRING)
		diag_hint(s->diags, d, "texts are counted by making them the key: @name[text] = count();");
	else if (t->kind == TYPE_STRING && !strcmp(type, "int_or_ptr"))
		diag_hint(s->diags, d, "an address is needed, as args.argv is one");
	else
		builtin_hint_number(s, d, t);
}

static int check_value(struct script *s, const struct node *call, const char *type, const struct node *arg)
{
	const char *name = builtin_call_name(call);
	const struct type *t = arg->type;

	if (!t)
		return 0;
	if (!strcmp(type, "any") || !strcmp(type, "map_or_any") || !strcmp(type, "...")) {
		if (t->kind != TYPE_VOID)
			return 0;
		diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_TYPE, arg->span,
					       "%s() needs a value here (%s provided)", name, t->name),
			  "what stands here only does something: make it a statement of its own");
		return -1;
	}
	if (accepts(type, t))
		return 0;
	say_no_number(s, call, type, arg);
	return -1;
}

static int check_arg(struct script *s, const struct node *call, const struct sig_arg *want,
		     const struct node *arg)
{
	const char *name = builtin_call_name(call);

	if (!strcmp(want->type, "word"))
		return 0;
	if (!strncmp(want->type, "lit_", 4))
		return check_literal(s, name, want->type, arg);
	if (!strcmp(want->type, "map_or_any") && arg->kind == NODE_map)
		return 0;
	if (strcmp(want->type, "map"))
		return check_value(s, call, want->type, arg);
	if (arg->kind == NODE_map)
		return 0;
	diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_TYPE, arg->span, "%s() expects a map argument", name),
		  "%s(@name%s)", name, key_arg(call->call.fn) ? ", key" : "");
	return -1;
}

static int check_args(struct script *s, const struct node *call)
{
	const struct builtin *b = call->call.fn;
	const struct node *before = NULL;
	const char *at = first_arg(b);
	struct sig_arg want = { 0 };
	int ret = 0;

	for (const struct node *arg = call->call.args; arg; arg = arg->next) {
		if (!want.is_rest && !next_arg(&at, &want))
			break;
		/* a key is in its map already, or stands behind what is no map */
		if (!strcmp(want.type, "key") && !has_key(before))
			continue;
		if (!strcmp(want.type, "key") && !next_arg(&at, &want))
			break;
		if (check_arg(s, call, &want, arg))
			ret = -1;
		before = arg;
	}
	return ret;
}

/* -- the whole call -- */

static void set_result(struct script *s, const struct builtin *b, struct node *call)
{
	size_t len = strcspn(b->sig, "(");
	char name[SIG_NAME] = { 0 };

	memcpy(name, b->sig, len < SIG_NAME ? len : SIG_NAME - 1);
	if (!strcmp(name, "own"))
		return;
	if (!strcmp(name, "int") || !strcmp(name, "uint"))
		call->type = type_int(s->types, 64, name[0] == 'i');
	else
		call->type = type_named(s->types, name);
}

/* How many arguments there are; a key counts wherever it is. */
static unsigned count_given(const struct node *call)
{
	unsigned n = 0, key = key_arg(call->call.fn);
	const struct node *map = key ? builtin_arg(call, key - 1) : NULL;

	for (const struct node *arg = call->call.args; arg; arg = arg->next)
		n++;
	return map && has_key(map) ? n + 1 : n;
}

bool builtin_has_all(const struct node *call)
{
	const struct builtin *b = call->kind == NODE_call ? call->call.fn : call->name.fn;
	struct sig_count want = count_args(b);
	unsigned n = call->kind == NODE_call ? count_given(call) : 0;

	return n >= want.min && n <= want.max;
}

int builtin_check(struct script *s, struct unit *u, struct node *call)
{
	bool bare = call->kind == NODE_name;
	const struct builtin *b = bare ? call->name.fn : call->call.fn;

	if (!bare)
		move_key(call);
	set_result(s, b, call);
	if (check_count(s, call, b, bare ? 0 : count_given(call)))
		return -1;
	if (!bare && check_args(s, call))
		return -1;
	return b->check ? b->check(s, u, call) : 0;
}
