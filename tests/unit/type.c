/* Types: names, sizes, promotion, what fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ast/type.h"
#include "base/arena.h"
#include "base/intern.h"
#include "base/vec.h"
#include "builtins/builtin.h"

static struct arena *arena;
static struct intern *names;
static struct types *ts;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	names = intern_new(arena);
	ts = types_new(arena, names);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static const struct type *read_type(const char **at);

static const struct type *read_tuple(const char **at)
{
	const struct type *elems[8];
	uint32_t n = 0;

	while (**at != ')') {
		elems[n++] = read_type(at);
		*at += **at == ',';
	}
	(*at)++;
	return type_tuple(ts, elems, n);
}

static const struct type *read_record(const char **at)
{
	const struct type *elems[8];
	const char *record_names[8];
	uint32_t n = 0;

	while (**at != '}') {
		record_names[n] = intern_name(names, *at, 1);
		++*at;
		elems[n++] = read_type(at);
		*at += **at == ',';
	}
	(*at)++;
	return type_record(ts, elems, record_names, n);
}

/* A type from a short text: s8 u32 ..., 7 -7 (literals), b, v, *T pointer to T, $16 string, #16 buffer, [4T array,
 * (T,T) tuple, {aT,bT} record with the fields a and b, and count sum usum hist. */
static const struct type *read_type(const char **at)
{
	const struct type *t;
	const char *p = *at;
	uint32_t n;

	for (size_t i = 0; i < 4; i++) {
		static const char *const aggs[] = { "count", "sum", "usum", "hist" };
		size_t len = strlen(aggs[i]);

		if (strncmp(p, aggs[i], len))
			continue;
		*at += len;
		return type_agg(ts, builtin_find(aggs[i] + (i == 2))->agg, i != 2, NULL);
	}
	(*at)++;
	switch (*p) {
	case 's':
	case 'u':
		return type_int(ts, strtoul(*at, (char **)at, 10), *p == 's');
	case 'b':
		return &type_bool;
	case 'v':
		return &type_void;
	case '*':
		return type_pointer_to(ts, read_type(at));
	case '$':
		return type_string(ts, strtoul(*at, (char **)at, 10));
	case '#':
		return type_buffer(ts, strtoul(*at, (char **)at, 10));
	case '(':
		return read_tuple(at);
	case '{':
		return read_record(at);
	case '[':
		n = strtoul(*at, (char **)at, 10);
		t = read_type(at);
		return type_array(ts, t, n);
	default:
		return type_int_literal(ts, strtoull(p, (char **)at, 10), *p == '-');
	}
}

static const struct type *type_of(const char *text)
{
	return read_type(&text);
}

static void names_and_sizes(void **state)
{
	static const struct {
		const char *text, *name, *base;
		uint32_t size, align;
	} cases[] = {
		{ "s8", "int8", "int", 1, 1 },
		{ "u64", "uint64", "int", 8, 8 },
		{ "7", "int8", "int", 1, 1 },
		{ "127", "int8", "int", 1, 1 },
		{ "128", "int16", "int", 2, 2 },
		{ "-128", "int8", "int", 1, 1 },
		{ "-129", "int16", "int", 2, 2 },
		{ "2147483647", "int32", "int", 4, 4 },
		{ "2147483648", "int64", "int", 8, 8 },
		{ "9223372036854775807", "int64", "int", 8, 8 },
		{ "9223372036854775808", "uint64", "int", 8, 8 },
		{ "b", "bool", "bool", 1, 1 },
		{ "*s8", "int8 *", "pointer", 8, 8 },
		{ "*v", "void *", "pointer", 8, 8 },
		{ "$16", "string[16]", "string", 16, 1 },
		{ "$0", "string", "string", 0, 1 },
		{ "#10", "buffer[14]", "buffer", 14, 1 },
		{ "[4u16", "uint16[4]", "array", 8, 2 },
		{ "(s64,$4)", "(int64,string[4])", "tuple", 16, 8 },
		{ "(b,s32,$3,s64)", "(bool,int32,string[3],int64)", "tuple", 24, 8 },
		{ "(s8,(s8,s16),s8)", "(int8,(int8,int16),int8)", "tuple", 8, 2 },
		{ "()", "none", "none", 0, 1 },
		{ "{xs8,y$4}", "record { .x = int8, .y = string[4] }", "record", 5, 1 },
		{ "{ab,b{cs64}}", "record { .a = bool, .b = record { .c = int64 } }", "record", 16, 8 },
		{ "count", "count_t", "count_t", 8, 8 },
		{ "usum", "usum_t", "sum_t", 8, 8 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct type *t = type_of(cases[i].text);

		assert_string_equal(t->name, cases[i].name);
		assert_string_equal(type_base_name(t), cases[i].base);
		assert_int_equal(t->size, cases[i].size);
		assert_int_equal(t->align, cases[i].align);
		assert_ptr_equal(t, type_of(cases[i].text));
	}
}

static void tuple_offsets(void **state)
{
	const struct type *t = type_of("(b,s32,$3,s64)");

	(void)state;
	assert_int_equal(t->offsets[0], 0);
	assert_int_equal(t->offsets[1], 4);
	assert_int_equal(t->offsets[2], 8);
	assert_int_equal(t->offsets[3], 16);
}

static void promotion(void **state)
{
	/* want NULL: no promotion. A literal stands for its type, so "flexible" shows in pointers being equal. */
	static const struct { const char *a, *b, *want; } cases[] = {
		{ "s8", "s32", "s32" }, { "u8", "u64", "u64" },
		{ "u8", "s16", "s16" }, { "u8", "s8", "s16" }, { "s8", "u16", "s32" },
		{ "u32", "s32", "s64" }, { "u64", "s8", "s64" }, { "u64", "s64", "s64" },
		{ "7", "7", "7" }, { "7", "300", "300" }, { "7", "u8", "u8" }, { "300", "u8", "u16" },
		{ "7", "s32", "s32" }, { "7", "-7", "s8" }, { "300", "-7", "s16" },
		{ "9223372036854775808", "7", "9223372036854775808" }, { "9223372036854775808", "s8", "s64" },
		{ "$4", "$16", "$16" }, { "$0", "$4", "$4" }, { "#4", "#8", "#8" },
		{ "(7,$4)", "(u16,$2)", "(u16,$4)" }, { "(s8,s8)", "(s8,s8,s8)", NULL }, { "(s8,$2)", "($2,s8)", NULL },
		{ "*s8", "*s64", "*s64" }, { "*s8", "*$4", NULL },
		{ "[4s8", "[0s8", "[4s8" }, { "[4s8", "[5s8", NULL }, { "[4s8", "[4u8", NULL },
		{ "b", "b", "b" }, { "b", "s8", NULL }, { "b", "$2", NULL }, { "s64", "*s8", NULL },
		{ "count", "s8", "s64" }, { "usum", "u8", "u64" }, { "sum", "usum", "sum" }, { "sum", "count", NULL },
		{ "hist", "s8", NULL }, { "hist", "hist", "hist" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct type *a = type_of(cases[i].a), *b = type_of(cases[i].b);
		const struct type *want = cases[i].want ? type_of(cases[i].want) : NULL;

		if (type_promote(ts, a, b) != want || type_promote(ts, b, a) != want)
			fail_msg("%s with %s", cases[i].a, cases[i].b);
	}
	assert_ptr_equal(type_promote(ts, NULL, type_of("s8")), type_of("s8"));
	assert_ptr_equal(type_promote(ts, type_of("usum"), NULL), type_of("u64"));
	assert_null(type_promote(ts, NULL, NULL));
}

static void records(void **state)
{
	static const struct { const char *a, *b, *want; } cases[] = {
		{ "{xs8,y$4}", "{y$2,xs64}", "{xs64,y$4}" }, { "{y$2,xs64}", "{xs8,y$4}", "{y$4,xs64}" },
		{ "{xs8,y$4}", "{xs8,z$4}", NULL }, { "{xs8}", "{xs8,y$4}", NULL }, { "{xs8}", "(s8)", NULL },
		{ "(s8)", "{xs8}", NULL }, { "{xs8}", "{x$4}", NULL },
		{ "{a{xs8,ys8},b7}", "{bu8,a{yu8,xs8}}", "{a{xs8,ys16},bu8}" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct type *want = cases[i].want ? type_of(cases[i].want) : NULL;

		if (type_promote(ts, type_of(cases[i].a), type_of(cases[i].b)) != want)
			fail_msg("%s with %s", cases[i].a, cases[i].b);
	}
	assert_ptr_not_equal(type_of("{xs8,ys8}"), type_of("{ys8,xs8}"));
	assert_ptr_not_equal(type_of("{xs8,ys8}"), type_of("(s8,s8)"));
	assert_int_equal(type_element_named(type_of("{xs8,ys8}"), intern_str(names, "y")), 1);
	assert_int_equal(type_element_named(type_of("{xs8,ys8}"), intern_str(names, "z")), -1);
	assert_int_equal(type_counterpart(type_of("{xs8,ys8}"), type_of("{ys8,xs8}"), 0), 1);
	assert_int_equal(type_counterpart(type_of("{xs8,ys8}"), type_of("(s8,s8)"), 0), -1);
	assert_ptr_equal(type_rigid(ts, type_of("{x7,y{z300}}")), type_of("{xs8,y{zs16}}"));
}

static void flexible_is_not_rigid(void **state)
{
	(void)state;
	assert_ptr_not_equal(type_of("7"), type_of("s8"));
	assert_ptr_equal(type_rigid(ts, type_of("7")), type_of("s8"));
	assert_ptr_equal(type_rigid(ts, type_of("(7,(300,$2))")), type_of("(s8,(s16,$2))"));
	assert_ptr_equal(type_decay(ts, type_of("count")), type_of("s64"));
	assert_ptr_equal(type_decay(ts, type_of("hist")), type_of("hist"));
}

static void fitting(void **state)
{
	static const struct { const char *from, *to; bool want; } cases[] = {
		{ "s8", "s16", true }, { "s16", "s8", false }, { "7", "u8", true }, { "300", "u8", false },
		{ "u8", "s16", true }, { "u8", "s8", false }, { "s8", "u64", false }, { "-7", "u64", false },
		{ "u64", "s64", false }, { "$4", "$5", true }, { "$5", "$4", false }, { "$5", "$0", true },
		{ "(7,$4)", "(u8,$8)", true }, { "(s8,$4)", "(u8,$8)", false }, { "(7,7)", "(s8)", false },
		{ "b", "b", true }, { "b", "s8", false },
		{ "{xs8,y$4}", "{y$4,xs16}", true }, { "{xs8}", "{ys8}", false }, { "{xs8}", "(s8)", false },
		{ "{xs8,y$4}", "{y$2,xs16}", false }, { "(s8)", "(s8,s8)", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (type_fits(type_of(cases[i].from), type_of(cases[i].to)) != cases[i].want)
			fail_msg("%s into %s", cases[i].from, cases[i].to);
}

static void named(void **state)
{
	(void)state;
	assert_ptr_equal(type_named(ts, "uint32"), type_of("u32"));
	assert_ptr_equal(type_named(ts, "pid_t"), type_of("s32"));
	assert_ptr_equal(type_named(ts, "char"), type_of("u8"));
	assert_ptr_equal(type_named(ts, "size_t"), type_of("u64"));
	assert_ptr_equal(type_named(ts, "bool"), &type_bool);
	assert_ptr_equal(type_named(ts, "string"), type_of("$0"));
	assert_string_equal(type_named(ts, "timestamp")->name, "timestamp");
	assert_string_equal(type_named(ts, "username_t")->name, "username_t");
	assert_ptr_equal(type_named(ts, "count_t"), type_of("count"));
	assert_ptr_equal(type_named(ts, "usum_t"), type_of("usum"));
	assert_null(type_named(ts, "hist_t"));
	assert_null(type_named(ts, "ksym_t"));
	assert_null(type_named(ts, "frob"));
}

static void structs(void **state)
{
	const struct field fields[] = {
		{ .name = "a", .type = type_of("s32"), .size = 4 },
		{ .name = "b", .type = type_of("u64"), .offset = 8, .size = 8 },
	};
	const struct type *t = type_struct(ts, "struct s", fields, 2, 16);

	(void)state;
	assert_string_equal(t->name, "struct s");
	assert_string_equal(type_base_name(t), "c_type");
	assert_int_equal(type_field(t, "b")->offset, 8);
	assert_null(type_field(t, "c"));
	assert_ptr_not_equal(t, type_struct(ts, "struct s", fields, 2, 16));
}

static void many(void **state)
{
	(void)state;
	for (uint32_t n = 1; n < 5000; n++)
		assert_ptr_equal(type_string(ts, n), type_string(ts, n));
	assert_ptr_not_equal(type_string(ts, 1), type_string(ts, 4999));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names_and_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(tuple_offsets, setup, teardown),
		cmocka_unit_test_setup_teardown(promotion, setup, teardown),
		cmocka_unit_test_setup_teardown(records, setup, teardown),
		cmocka_unit_test_setup_teardown(flexible_is_not_rigid, setup, teardown),
		cmocka_unit_test_setup_teardown(fitting, setup, teardown),
		cmocka_unit_test_setup_teardown(named, setup, teardown),
		cmocka_unit_test_setup_teardown(structs, setup, teardown),
		cmocka_unit_test_setup_teardown(many, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
