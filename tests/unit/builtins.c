/* The signatures of the rows, and what the checks of printf say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/intern.h"
#include "base/vec.h"
#include "builtins/builtin.h"

static const struct host host;

static struct map scalar_map = { .name = "m", .is_scalar = true };
static struct map keyed_map = { .name = "k", .is_keyed = true };

static struct node *new_node(struct script *s, enum node_kind kind, const struct type *t)
{
	struct node *n = ARENA_NEW(s->arena, struct node);

	n->kind = kind;
	n->type = t;
	return n;
}

/* One argument: i an integer, u an unsigned one, n a number, - a negative number, s a text, S a literal
 * text, b a bool, p a pointer, B a buffer, m a map, k an element of a map, w a bare word, c a count,
 * h a histogram, ? of a type not known yet. */
static struct node *make_arg(struct script *s, char what)
{
	struct types *ts = s->types;
	struct node *n;

	switch (what) {
	case 'i':
		return new_node(s, NODE_var, type_int(ts, 64, true));
	case 'u':
		return new_node(s, NODE_var, type_int(ts, 32, false));
	case 'n':
	case '-':
		n = new_node(s, NODE_number, type_int_literal(ts, 1, what == '-'));
		n->number.value = what == '-' ? (uint64_t)-1 : 1;
		n->number.negative = what == '-';
		return n;
	case 's':
		return new_node(s, NODE_var, type_string(ts, 16));
	case 'S':
		n = new_node(s, NODE_string, type_string(ts, 4));
		n->string.text = "abc";
		n->string.len = 3;
		return n;
	case 'b':
		return new_node(s, NODE_var, &type_bool);
	case 'p':
		return new_node(s, NODE_var, type_pointer_to(ts, type_int(ts, 8, true)));
	case 'B':
		return new_node(s, NODE_var, type_buffer(ts, 16));
	case 'm':
	case 'k':
		n = new_node(s, NODE_map, type_int(ts, 64, true));
		n->map.name = what == 'm' ? "m" : "k";
		n->map.sym = what == 'm' ? &scalar_map : &keyed_map;
		n->map.key = what == 'k' ? make_arg(s, 'i') : NULL;
		return n;
	case 'w':
		n = new_node(s, NODE_name, &type_none);
		n->name.name = "perf";
		return n;
	case 'c':
	case 'h':
		return new_node(s, NODE_map,
				type_agg(ts, builtin_find(what == 'c' ? "count" : "hist")->agg, false, NULL));
	case '?':
		return new_node(s, NODE_var, NULL);
	}
	fail_msg("no such argument: %c", what);
	return NULL;
}

static struct node *make_call(struct script *s, const struct builtin *b, const char *name, const char *args)
{
	struct node *call = new_node(s, NODE_call, NULL), **end = &call->call.args;

	call->call.name = name;
	call->call.fn = b;
	for (; *args; args++) {
		*end = make_arg(s, *args);
		end = &(*end)->next;
	}
	return call;
}

/* The only complaint, NULL when there was none. */
static const char *complaint(const struct script *s)
{
	const struct diag *d = diags_first(s->diags);

	if (d)
		assert_null(d->next);
	return d ? d->message : NULL;
}

static void expect(const char *what, const char *args, const char *got, const char *want)
{
	if (!got != !want || (got && strcmp(got, want)))
		fail_msg("%s with \"%s\":\n  got  %s\n  want %s", what, args, got ? got : "(nothing)",
			 want ? want : "(nothing)");
}

static void test_signatures(void **state)
{
	static const struct {
		const char *sig, *args, *complaint;
	} cases[] = {
		{ "int()", "", NULL },
		{ "int()", "i", "f() requires no arguments (1 provided)" },
		{ "int(any)", "", "f() requires one argument (0 provided)" },
		{ "int(any)", "is", "f() requires one argument (2 provided)" },
		{ "int(any, any)", "i", "f() requires 2 arguments (1 provided)" },
		{ "int(any, any?)", "", "f() requires at least one argument (0 provided)" },
		{ "int(any, any?)", "iii", "f() takes up to 2 arguments (3 provided)" },
		{ "int(any?)", "ii", "f() takes up to one argument (2 provided)" },
		{ "int(any, any, any?)", "i", "f() requires at least 2 arguments (1 provided)" },
		{ "void(lit_string, ...)", "S", NULL },
		{ "void(lit_string, ...)", "Sisbp", NULL },
		{ "void(lit_string, ...)", "i", "f() expects a string literal (int provided)" },
		{ "void(lit_string, ...)", "s", "f() expects a string literal (string provided)" },
		{ "void(lit_int?)", "n", NULL },
		{ "void(lit_int?)", "-", NULL },
		{ "void(lit_int?)", "i", "f() expects an int literal (int provided)" },
		{ "void(int)", "i", NULL },
		{ "void(int)", "u", NULL },
		{ "void(int)", "c", NULL },
		{ "void(int)", "?", NULL },
		{ "void(int)", "s", "f() only supports int arguments (string provided)" },
		{ "void(int)", "b", "f() only supports int arguments (bool provided)" },
		{ "void(int)", "h", "f() only supports int arguments (hist_t provided)" },
		{ "void(uint64)", "p", "f() only supports int arguments (pointer provided)" },
		{ "void(int_or_ptr)", "p", NULL },
		{ "void(int_or_ptr)", "i", NULL },
		{ "void(int_or_ptr)", "s", "f() only supports int or pointer arguments (string provided)" },
		{ "void(ptr)", "i", "f() only supports pointer arguments (int provided)" },
		{ "void(string)", "s", NULL },
		{ "void(buffer)", "s", "f() only supports buffer arguments (string provided)" },
		{ "void(map)", "m", NULL },
		{ "void(map)", "i", "f() expects a map argument" },
		{ "void(map_or_any)", "i", NULL },
		{ "void(word?)", "w", NULL },
		{ "void(word?)", "n", NULL },
		{ "void(map, key)", "m", "f() requires 2 arguments (1 provided)" },
		{ "void(map, key)", "mi", NULL },
		{ "void(map, key)", "k", NULL },
		{ "void(map, key)", "ki", "f() requires 2 arguments (3 provided)" },
		{ "void(map, key)", "ii", "f() expects a map argument" },
		{ "void(map, key)", "mii", "f() requires 2 arguments (3 provided)" },
		{ "void(map, key?)", "m", NULL },
		{ "void(map, key?)", "mii", "f() takes up to 2 arguments (3 provided)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct script *s = script_new(&host);
		const struct builtin row = { .name = "f", .sig = cases[i].sig };
		struct node *call = make_call(s, &row, "f", cases[i].args);

		assert_int_equal(builtin_check(s, NULL, call), cases[i].complaint ? -1 : 0);
		expect(cases[i].sig, cases[i].args, complaint(s), cases[i].complaint);
		script_free(s);
	}
}

static void test_key_moves_into_map(void **state)
{
	struct script *s = script_new(&host);
	const struct builtin row = { .name = "f", .sig = "bool(map, key, int?)" };
	struct node *call = make_call(s, &row, "f", "min");
	struct node *key = call->call.args->next, *last = key->next;

	(void)state;
	for (int round = 0; round < 2; round++) {
		assert_int_equal(builtin_check(s, NULL, call), 0);
		assert_ptr_equal(call->call.args->map.key, key);
		assert_null(key->next);
		assert_ptr_equal(call->call.args->next, last);
		assert_ptr_equal(call->type, &type_bool);
	}
	assert_null(complaint(s));
	script_free(s);
}

static void test_maps_by_name(void **state)
{
	static const struct {
		const char *sig;
		bool takes[3];
	} cases[] = {
		{ "void(map)", { true, false, false } },
		{ "void(map_or_any, lit_int?)", { true, false, false } },
		{ "void(any, map)", { false, true, false } },
		{ "void(lit_string, ...)", { false, false, false } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (unsigned k = 0; k < 3; k++) {
			const struct builtin row = { .name = "f", .sig = cases[i].sig };

			assert_int_equal(builtin_takes_map(&row, k), cases[i].takes[k]);
		}
}

static void test_results(void **state)
{
	static const struct {
		const char *sig, *type;
	} cases[] = {
		{ "void()", "void" },	{ "bool()", "bool" },	  { "int()", "int64" },
		{ "uint()", "uint64" }, { "uint8()", "uint8" },	  { "int32()", "int32" },
		{ "own()", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct script *s = script_new(&host);
		const struct builtin row = { .name = "f", .sig = cases[i].sig };
		struct node *name = new_node(s, NODE_name, NULL);

		name->name.name = "f";
		name->name.fn = &row;
		assert_int_equal(builtin_check(s, NULL, name), 0);
		if (cases[i].type)
			assert_string_equal(name->type->name, cases[i].type);
		else
			assert_null(name->type);
		script_free(s);
	}
}

static void test_names(void **state)
{
	static const struct {
		const char *name, *row;
	} cases[] = {
		{ "pid", "pid" },   { "arg0", "arg#" }, { "arg12", "arg#" }, { "sarg3", "sarg#" },
		{ "args", "args" }, { "arg", NULL },	{ "arg#", NULL },    { "arg1x", NULL },
		{ "pi", NULL },	    { "pidx", NULL },	{ "", NULL },
	};
	const struct builtin *b;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		b = builtin_find(cases[i].name);
		expect("name", cases[i].name, b ? b->name : NULL, cases[i].row);
	}
	/* every row can be found, says what it does, and has a signature that can be read */
	for (size_t i = 0; (b = builtin_at(i)); i++) {
		if (!strchr(b->name, '#'))
			assert_ptr_equal(builtin_find(b->name), b);
		assert_non_null(b->doc);
		assert_non_null(strchr(b->sig, '('));
		assert_int_equal(b->sig[strlen(b->sig) - 1], ')');
	}
	/* what is still to be built is not there */
	for (size_t i = 0; builtin_absent(i); i++)
		assert_null(builtin_find(builtin_absent(i)));
}

static void test_printf(void **state)
{
	static const struct {
		const char *format, *args, *complaint;
	} cases[] = {
		{ "x", "", NULL },
		{ "%d", "i", NULL },
		{ "%d %% %s", "ib", NULL },
		{ "%d", "", "not enough arguments for format string (0 supplied, 1 expected)" },
		{ "%d", "ii", "too many arguments for format string (2 supplied, 1 expected)" },
		{ "%d", "s", "unsupported format specifier for type 'string[16]': d" },
		{ "%c%p%x", "ibp", NULL },
		{ "%d", "c", "unsupported format specifier for type 'count_t': d" },
		{ "%s", "c", NULL },
		{ "%s", "h", "unsupported format specifier for type 'hist_t': s" },
		{ "%s", "w", "unable to print none type for specifier: s" },
		{ "%r%rx%rh", "BBB", NULL },
		{ "%rx", "s", "unsupported format specifier for type 'string[16]': rx" },
		{ "%gr", "i", NULL },
		{ "%f", "i", "unsupported format specifier: f" },
		{ "%y", "", NULL },
		{ "%s", "?", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct script *s = script_new(&host);
		struct node *call = make_call(s, builtin_find("printf"), "printf", "S");

		call->call.args->string.text = cases[i].format;
		call->call.args->string.len = (uint32_t)strlen(cases[i].format);
		call->call.args->next = make_call(s, NULL, "", cases[i].args)->call.args;
		builtin_check(s, NULL, call);
		expect(cases[i].format, cases[i].args, complaint(s), cases[i].complaint);
		script_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signatures),  cmocka_unit_test(test_key_moves_into_map),
		cmocka_unit_test(test_maps_by_name), cmocka_unit_test(test_results),
		cmocka_unit_test(test_names),	    cmocka_unit_test(test_printf),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
