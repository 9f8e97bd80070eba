/* Maps, histograms and writing: the examples of spec/output.md 3 and 8, byte by byte. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "ast/plan.h"
#include "base/arena.h"
#include "base/intern.h"
#include "base/str.h"
#include "base/vec.h"
#include "builtins/builtin.h"
#include "runtime/output.h"

static struct arena *arena;
static struct types *ts;
static const struct settings settings = { .str_trunc_trailer = "..", .max_strlen = 1024 };

static int setup(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	arena = arena_new();
	ts = types_new(arena, intern_new(arena));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* -- maps -- */

#define BAR52 "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@"
#define BAR26 "@@@@@@@@@@@@@@@@@@@@@@@@@@                          "
#define BAR0 "                                                    "

static char *map_text(const struct map_desc *m, struct map_entry *entries, size_t n, uint64_t top, int64_t div)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	struct output *o = output_new(f, BUFFER_FULL, &settings);

	output_map(o, m, entries, n, top, div);
	output_free(o);
	fclose(f);
	return text;
}

static void expect_map(const char *want, const struct map_desc *m, struct map_entry *entries, size_t n,
		       uint64_t top, int64_t div)
{
	char *text = map_text(m, entries, n, top, div);

	assert_string_equal(text, want);
	free(text);
}

static const struct type *s64(void)
{
	return type_int(ts, 64, true);
}

/* -- values -- */

static const struct enum_constant color_constants[] = { { "RED", 0 }, { "GREEN", 5 }, { "NONE", UINT64_MAX } };
static const struct enum_def colors = { "enum color", color_constants, ARRAY_SIZE(color_constants) };
static const struct enum_def unnamed = { NULL, color_constants, ARRAY_SIZE(color_constants) };

static const struct type *s8(void)
{
	return type_int(ts, 8, true);
}

static const struct type *u32(void)
{
	return type_int(ts, 32, false);
}

static const struct type *s32(void)
{
	return type_int(ts, 32, true);
}

#define ELEMS(...) ((const struct type *const[]){ __VA_ARGS__ })
#define NAMES(...) ((const char *const[]){ __VA_ARGS__ })
#define TUPLE(...) \
	type_tuple(ts, ELEMS(__VA_ARGS__), sizeof(ELEMS(__VA_ARGS__)) / sizeof(const struct type *))
#define STRUCT(size, ...) \
	type_struct(ts, "struct s", (const struct field[]){ __VA_ARGS__ }, \
		    sizeof((const struct field[]){ __VA_ARGS__ }) / sizeof(struct field), size)

/* A value of a type, its bytes, and what is printed. */
static void expect_text(const char *want, const struct type *t, const void *bytes, int64_t div)
{
	FILE *f = fopen("/dev/null", "w");
	struct output *o = output_new(f, BUFFER_FULL, &settings);
	struct strbuf text = { 0 };

	output_format_div(o, t, bytes, div, &text);
	assert_string_equal(text.data, want);
	strbuf_done(&text);
	output_free(o);
	fclose(f);
}

static void enums(void **state)
{
	const struct { const char *want; const struct type *type; uint64_t value; int64_t div; } cases[] = {
		{ "RED", type_enum(ts, &colors, 8), 0, 0 },
		{ "GREEN", type_enum(ts, &colors, 8), 5, 5 },
		{ "7", type_enum(ts, &colors, 8), 7, 7 },
		{ "NONE", type_enum(ts, &colors, 8), UINT64_MAX, 0 },
		{ "NONE", type_enum(ts, &colors, 4), UINT32_MAX, 0 },
		{ "NONE", type_enum(ts, &colors, 1), UINT8_MAX, 0 },
		{ "4294967294", type_enum(ts, &colors, 4), UINT32_MAX - 1, 0 },
		{ "18446744073709551614", type_enum(ts, &colors, 8), UINT64_MAX - 1, 0 },
		{ "GREEN", type_enum(ts, &unnamed, 4), 5, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect_text(cases[i].want, cases[i].type, &cases[i].value, cases[i].div);
}

static void structs(void **state)
{
	const struct type *color = type_enum(ts, &colors, 4), *inner, *t;
	const char bytes[] = "\x05\0\0\0" "\xf0\xff\xff\xff" "name\0zzz" "\x10\0\0\0\0\0\0\0";

	(void)state;
	inner = STRUCT(8, { .name = "c", .type = color, .size = 4 },
		       { .name = "n", .type = s32(), .offset = 4, .size = 4 });
	expect_text("{ .c = GREEN, .n = -16 }", inner, bytes, 0);
	expect_text("{ .c = GREEN, .n = -5 }", inner, bytes, 3);
	t = STRUCT(24, { .name = "in", .type = inner, .size = 8 },
		   { .name = "name", .type = type_string(ts, 9), .offset = 8, .size = 8 },
		   { .name = "cut", .type = type_string(ts, 4), .offset = 8, .size = 4 },
		   { .name = "c", .type = type_int(ts, 8, false), .offset = 8, .size = 1 },
		   { .name = "is", .type = &type_bool, .offset = 12, .size = 1 },
		   { .name = "p", .type = type_pointer_to(ts, inner), .offset = 16, .size = 8 },
		   { .name = "f", .type = &type_none, .offset = 16, .size = 8 });
	expect_text("{ .in = { .c = GREEN, .n = -16 }, .name = name, .cut = name.., .c = 110, .is = false, "
		     ".p = 0x10, .f = null }", t, bytes, 0);
	expect_text("{}", type_struct(ts, "struct nothing", NULL, 0, 0), bytes, 0);
	expect_text("[{ .c = GREEN, .n = -16 },{ .c = 1701667182, .n = 2054840929 }]",
		     type_array(ts, inner, 2), "\x05\0\0\0\xf0\xff\xff\xffname" "abzz", 0);
	/* eight characters in memory fill no capacity of nine */
	expect_text("{ .name = 12345678 }", STRUCT(8, { .name = "name", .type = type_string(ts, 9), .size = 8 }),
		     "12345678x", 0);
	expect_text("{ .names = [ab,cd] }",
		     STRUCT(4, { .name = "names", .type = type_array(ts, type_string(ts, 3), 2), .size = 4 }),
		     "abcdxx", 0);
	expect_text("{ .wide = -2 }", STRUCT(2, { .name = "wide", .type = s64(), .size = 2 }), "\xfe\xff\x7f", 0);
}

static void bit_fields(void **state)
{
	/* 0xbd: 101 111 01 from the top; 0x7f; the last starts at bit 1 and takes 64 bits */
	const char bytes[] = "\xbd\x7f\xff\xff\xff\xff\xff\xff\xff\x01";
	const struct type *t = STRUCT(10, { .name = "a", .type = u32(), .size = 4, .bits = 2 },
				      { .name = "b", .type = s32(), .size = 4, .bit_at = 2, .bits = 3 },
				      { .name = "c", .type = s32(), .size = 4, .bit_at = 5, .bits = 5 },
				      { .name = "d", .type = u32(), .size = 4, .bit_at = 5, .bits = 11 },
				      { .name = "e", .type = type_enum(ts, &colors, 4), .size = 4, .bit_at = 5,
					.bits = 3 },
				      { .name = "f", .type = &type_bool, .size = 1, .bit_at = 6, .bits = 1 },
				      { .name = "g", .type = type_int(ts, 64, false), .offset = 1, .size = 8,
					.bit_at = 1, .bits = 64 },
				      { .name = "h", .type = s64(), .offset = 1, .size = 8, .bit_at = 1,
					.bits = 64 });

	(void)state;
	expect_text("{ .a = 1, .b = -1, .c = -3, .d = 1021, .e = GREEN, .f = false, .g = 18446744073709551551, "
		     ".h = -65 }", t, bytes, 0);
	expect_text("{ .a = 0, .b = 0, .c = -1, .d = 510, .e = GREEN, .f = false, "
		     ".g = 9223372036854775775, .h = -32 }", t, bytes, 2);
}

static void unions(void **state)
{
	const struct type *t = STRUCT(8, { .name = "n", .type = s32(), .size = 4 },
				      { .name = "text", .type = type_string(ts, 8), .size = 8 },
				      { .name = "bytes", .type = type_array(ts, type_int(ts, 8, false), 3),
					.size = 3 });

	(void)state;
	expect_text("{ .n = 6513249, .text = abc, .bytes = [97,98,99] }", t, "abc\0\0\0\0", 0);
}

static void tuples_and_records(void **state)
{
	const char *const names[] = { "a", "b" };
	const struct type *pair = type_record(ts, ELEMS(s8(), type_string(ts, 3)), names, 2);
	const struct type *nested = type_record(ts, ELEMS(pair, TUPLE(s8())), names, 2);

	(void)state;
	expect_text("{ .a = 6, .b = xy }", pair, "\6xy\0", 0);
	expect_text("{ .a = 3, .b = xyz.. }", pair, "\6xyz", 2);
	expect_text("{ .a = { .a = 6, .b = xy }, .b = (9) }", nested, "\6xy\0\x09", 0);
	expect_text("{ .a = { .a = 2, .b = xy }, .b = (3) }", nested, "\6xy\0\x09", 3);
	expect_text("(-1)", TUPLE(s8()), "\xff", 0);
	expect_text("((-1))", TUPLE(TUPLE(s8())), "\xff", 0);
	expect_text("([-1,2,0], true)", TUPLE(type_array(ts, s8(), 3), &type_bool), "\xff\2\0\2", 0);
	expect_text("([0,1,0], true)", TUPLE(type_array(ts, s8(), 3), &type_bool), "\xff\2\0\2", 2);
	expect_text("[[1,2],[3,4]]", type_array(ts, type_array(ts, s8(), 2), 2), "\1\2\3\4", 0);
	expect_text("[]", type_array(ts, s8(), 0), "", 0);
}

/* Maps whose keys or values are of these types. */
static void sorted_by_enum_and_record(void **state)
{
	const struct type *color = type_enum(ts, &colors, 4);
	struct map_desc m = { .name = "e", .key = color, .value = type_string(ts, 2) };
	uint32_t red = 0, green = 5, none = UINT32_MAX, other = 3;
	struct map_entry e[] = { { &green, "g" }, { &other, "o" }, { &none, "n" }, { &red, "r" } };
	const char *const names[] = { "n", "s" };
	struct map_entry r[] = { { "\x02\0" "b", "1" }, { "\x01\0" "c", "2" }, { "\x02\0" "a", "3" } };
	struct map_entry v[] = { { "\1", &green }, { "\2", &other }, { "\3", &red } };

	(void)state;
	expect_map("@e[NONE]: n\n@e[RED]: r\n@e[3]: o\n@e[GREEN]: g\n", &m, e, 4, 0, 0);
	m.key = type_record(ts, ELEMS(type_int(ts, 16, true), type_string(ts, 2)), names, 2);
	expect_map("@e[{ .n = 1, .s = c }]: 2\n@e[{ .n = 2, .s = a }]: 3\n@e[{ .n = 2, .s = b }]: 1\n", &m, r, 3,
		   0, 0);
	m.key = s8();
	m.value = color;
	expect_map("@e[3]: RED\n@e[2]: 3\n@e[1]: GREEN\n", &m, v, 3, 0, 3);
	m.value = TUPLE(color);
	expect_map("@e[1]: (GREEN)\n@e[2]: (3)\n@e[3]: (RED)\n", &m, v, 3, 0, 3);
}

/* -- maps, sorted -- */

static void sorted_by_value(void **state)
{
	struct map_desc m = { .name = "", .key = type_string(ts, 2), .value = s64() };
	int64_t values[] = { 5, 30, 17 };
	struct map_entry e[] = { { "a", &values[0] }, { "b", &values[1] }, { "c", &values[2] } };

	(void)state;
	expect_map("@[a]: 5\n@[c]: 17\n@[b]: 30\n", &m, e, 3, 0, 0);
	expect_map("@[c]: 17\n@[b]: 30\n", &m, e, 3, 2, 0);
	expect_map("@[c]: 3\n@[b]: 6\n", &m, e, 3, 2, 5);
	expect_map("@[a]: 5\n@[c]: 17\n@[b]: 30\n", &m, e, 3, 100, 1);
	expect_map("", &m, e, 0, 0, 0);
}

static void narrow_and_unsigned_values(void **state)
{
	struct map_desc m = { .name = "n", .key = type_int(ts, 32, false), .value = type_int(ts, 8, true) };
	uint32_t keys[] = { 1, 2, 3 };
	int8_t narrow[] = { 7, -7, 3 };
	uint64_t wide[] = { UINT64_MAX, 1, 2 };
	struct map_entry e[] = { { &keys[0], &narrow[0] }, { &keys[1], &narrow[1] }, { &keys[2], &narrow[2] } };

	(void)state;
	expect_map("@n[2]: -7\n@n[3]: 3\n@n[1]: 7\n", &m, e, 3, 0, 0);
	expect_map("@n[2]: -3\n@n[3]: 1\n@n[1]: 3\n", &m, e, 3, 0, 2);
	m.value = type_int(ts, 64, false);
	for (int i = 0; i < 3; i++)
		e[i].value = &wide[i];
	expect_map("@n[2]: 1\n@n[3]: 2\n@n[1]: 18446744073709551615\n", &m, e, 3, 0, 0);
}

static void sorted_by_key(void **state)
{
	const struct type *const elems[] = { type_int(ts, 64, true), type_string(ts, 4) };
	struct map_desc m = { .name = "s", .key = type_tuple(ts, elems, 2), .value = type_string(ts, 4) };
	struct { int64_t n; char s[8]; } keys[] = { { 2, "b" }, { -1, "z" }, { 2, "a" } };
	struct map_entry e[] = { { &keys[0], "x" }, { &keys[1], "y" }, { &keys[2], "wxyz" } };

	(void)state;
	expect_map("@s[-1, z]: y\n@s[2, a]: wxyz..\n@s[2, b]: x\n", &m, e, 3, 0, 0);
}

static void key_brackets(void **state)
{
	const struct type *const inner[] = { s64(), s64() };
	const struct type *const outer[] = { s64(), type_tuple(ts, inner, 2) };
	struct map_desc m = { .name = "x", .key = type_tuple(ts, outer, 2), .value = &type_bool };
	int64_t key[] = { 1, 2, 3 };
	bool yes = true;
	struct map_entry e = { key, &yes };

	(void)state;
	expect_map("@x[1, (2, 3)]: true\n", &m, &e, 1, 0, 0);
	m.key = type_string(ts, 8);
	e.key = "(x)\0\0\0\0";
	expect_map("@x[x]: true\n", &m, &e, 1, 0, 0);
	m.key = type_array(ts, type_array(ts, type_int(ts, 8, false), 2), 2);
	e.key = "\1\2\3\4";
	expect_map("@x[[[1,2],[3,4]]]: true\n", &m, &e, 1, 0, 0);
}

static void divided_inside(void **state)
{
	const struct type *const elems[] = { s64(), &type_bool, type_array(ts, s64(), 2) };
	struct map_desc m = { .name = "t", .value = type_tuple(ts, elems, 3) };
	struct { int64_t n; bool b; int64_t a[2]; } value = { -25, true, { 9, 100 } };
	struct map_entry e = { NULL, &value };

	(void)state;
	expect_map("@t: (-2, true, [0,10])\n", &m, &e, 1, 0, 10);
}

/* -- aggregations -- */

static const struct type *agg_type(const char *name, bool is_signed, const int64_t *param)
{
	return type_agg(ts, builtin_find(name)->agg, is_signed, param);
}

static void merged(void **state)
{
	static const struct {
		const char *name;
		bool is_signed;
		int64_t slots[3][2], div;
		const char *want;
	} cases[] = {
		{ "count", true, { { 3 }, { 0 }, { 4 } }, 0, "7" },
		{ "count", true, { { 30 }, { 0 }, { 4 } }, 10, "3" },
		{ "sum", true, { { -3 }, { 1 }, { -4 } }, 0, "-6" },
		{ "sum", false, { { -1 }, { 0 }, { 0 } }, 0, "18446744073709551615" },
		{ "min", true, { { 5, 1 }, { -100, 0 }, { 3, 1 } }, 0, "3" },
		{ "min", true, { { 5, 1 }, { -100, 1 }, { 3, 1 } }, 0, "-100" },
		{ "min", false, { { 5, 1 }, { -100, 1 }, { 0, 0 } }, 0, "5" },
		{ "max", true, { { -5, 1 }, { 0, 0 }, { -7, 1 } }, 0, "-5" },
		{ "max", false, { { -5, 1 }, { 0, 0 }, { 7, 1 } }, 0, "18446744073709551611" },
		{ "avg", true, { { -3, 1 }, { -4, 1 }, { 0, 0 } }, 0, "-3" },
		{ "avg", false, { { 20, 1 }, { 0, 0 }, { 41, 2 } }, 0, "20" },
		{ "avg", true, { { 0, 0 }, { 0, 0 }, { 0, 0 } }, 0, "0" },
		{ "stats", true, { { 20, 1 }, { 0, 0 }, { 41, 2 } }, 0, "{ .count = 3, .average = 20, .total = 61 }" },
		{ "stats", true, { { -3, 1 }, { 0, 0 }, { 0, 0 } }, 0, "{ .count = 1, .average = -3, .total = -3 }" },
		{ "stats", true, { { 20, 1 }, { 0, 0 }, { 41, 2 } }, 10, "{ .count = 3, .average = 2, .total = 61 }" },
		{ "stats", true, { { 0, 0 }, { 0, 0 }, { 0, 0 } }, 0, "{ .count = 0, .average = 0, .total = 0 }" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct type *t = agg_type(cases[i].name, cases[i].is_signed, NULL);
		uint64_t acc[2] = { 0 };
		struct strbuf text = { 0 };

		for (int cpu = 0; cpu < 3; cpu++) {
			if (t->agg->merge)
				t->agg->merge(t, acc, cases[i].slots[cpu]);
			else
				acc[0] += (uint64_t)cases[i].slots[cpu][0];
		}
		t->agg->format(NULL, t, acc, cases[i].div, &text);
		assert_string_equal(text.data, cases[i].want);
		strbuf_done(&text);
	}
}

static void sorted_aggregations(void **state)
{
	struct map_desc m = { .name = "", .key = s64(), .value = agg_type("avg", true, NULL) };
	int64_t keys[] = { 1, 2, 3 }, means[][2] = { { 100, 10 }, { -50, 1 }, { 11, 1 } };
	int64_t best[][2] = { { -1, 1 }, { 5, 1 }, { 3, 1 } };
	struct map_entry e[] = { { &keys[0], means[0] }, { &keys[1], means[1] }, { &keys[2], means[2] } };

	(void)state;
	expect_map("@[2]: -50\n@[1]: 10\n@[3]: 11\n", &m, e, 3, 0, 0);
	m.value = agg_type("min", true, NULL);
	for (int i = 0; i < 3; i++)
		e[i].value = best[i];
	expect_map("@[3]: 3\n@[2]: 5\n@[1]: -1\n", &m, e, 3, 0, 0);
}

/* Buckets as the kernel side fills them: how often which value. */
static uint64_t *hist_counts(const struct type *t, const uint32_t *buckets, size_t n)
{
	uint64_t *counts = xcalloc(t->agg->n_buckets(t), sizeof(*counts));

	for (size_t i = 0; i < n; i++)
		counts[buckets[i]]++;
	return counts;
}

static void histogram(void **state)
{
	const struct type *const elems[] = { type_string(ts, 2), s64() };
	struct map_desc m = { .name = "h", .key = type_tuple(ts, elems, 2), .value = agg_type("hist", true, NULL) };
	struct { char s[8]; int64_t n; } keys[] = { { "x", 1 }, { "y", 2 } };
	uint64_t *x = hist_counts(m.value, (uint32_t[]){ 0, 1, 4, 4 }, 4);
	uint64_t *y = hist_counts(m.value, (uint32_t[]){ 12 }, 1);
	struct map_entry e[] = { { &keys[0], x }, { &keys[1], y } };

	(void)state;
	expect_map("@h[y, 2]:\n"
		   "[1K, 2K)               1 |" BAR52 "|\n"
		   "\n"
		   "@h[x, 1]:\n"
		   "(..., 0)               1 |" BAR26 "|\n"
		   "[0]                    1 |" BAR26 "|\n"
		   "[1]                    0 |" BAR0 "|\n"
		   "[2, 4)                 0 |" BAR0 "|\n"
		   "[4, 8)                 2 |" BAR52 "|\n"
		   "\n", &m, e, 2, 0, 0);
	memset(x, 0, 8 * 65);
	expect_map("@h[x, 1]:\n\n", &m, e, 1, 0, 0);
	free(x);
	free(y);
}

static void divided_histogram(void **state)
{
	struct map_desc m = { .name = "d", .value = agg_type("hist", true, NULL) };
	uint64_t counts[65] = { [1] = 9, [2] = 20, [3] = 1 };
	struct map_entry e = { NULL, counts };

	(void)state;
	expect_map("@d:\n"
		   "[0]                    4 |@@@@@@@@@@@@@@@@@@@@                                |\n"
		   "[1]                   10 |" BAR52 "|\n"
		   "[2, 4)                 0 |" BAR0 "|\n"
		   "\n", &m, &e, 1, 0, 2);
	expect_map("@d:\n"
		   "[0]                    0 |" BAR0 "|\n"
		   "[1]                    0 |" BAR0 "|\n"
		   "[2, 4)                 0 |" BAR0 "|\n"
		   "\n", &m, &e, 1, 0, 1000);
}

static void linear_histogram(void **state)
{
	const int64_t param[TYPE_PARAMS] = { 0, 100, 25 };
	struct map_desc m = { .name = "l", .value = agg_type("lhist", true, param) };
	uint64_t *counts = hist_counts(m.value, (uint32_t[]){ 0, 1, 3, 3, 5 }, 5);
	struct map_entry e = { NULL, counts };
	const char *want = "@l:\n"
			   "(..., 0)               1 |" BAR26 "|\n"
			   "[0, 25)                1 |" BAR26 "|\n"
			   "[25, 50)               0 |" BAR0 "|\n"
			   "[50, 75)               2 |" BAR52 "|\n"
			   "[75, 100)              0 |" BAR0 "|\n"
			   "[100, ...)             1 |" BAR26 "|\n"
			   "\n";

	(void)state;
	expect_map(want, &m, &e, 1, 0, 0);
	expect_map(want, &m, &e, 1, 0, 5);
	free(counts);
}

/* The label of one bucket, cut out of a map that has nothing else. */
static void expect_label(const char *want, const struct type *t, uint32_t bucket)
{
	struct map_desc m = { .name = "", .value = t };
	uint64_t *counts = hist_counts(t, &bucket, 1);
	struct map_entry e = { NULL, counts };
	char *text = map_text(&m, &e, 1, 0, 0), label[17] = { 0 };

	assert_memory_equal(text, "@:\n", 3);
	memcpy(label, text + 3, 16);
	while (*label && label[strlen(label) - 1] == ' ')
		label[strlen(label) - 1] = 0;
	assert_string_equal(label, want);
	free(text);
	free(counts);
}

/* The bucket of a value, as spec/types.md 6.3 defines it. */
static uint32_t bucket_of(uint64_t n, unsigned k)
{
	unsigned p;

	if (n < 1ull << k)
		return n + 1;
	p = 63 - __builtin_clzll(n);
	return ((p - k + 1) << k) + ((n >> (p - k)) & ((1u << k) - 1)) + 1;
}

static void labels(void **state)
{
	static const struct { unsigned k; uint64_t n; const char *want; } powers[] = {
		{ 0, 0, "[0]" }, { 0, 1, "[1]" }, { 0, 2, "[2, 4)" }, { 0, 600, "[512, 1K)" }, { 0, 1024, "[1K, 2K)" },
		{ 0, 1 << 19, "[512K, 1M)" }, { 0, INT64_MAX, "[4E, 8E)" },
		{ 1, 768, "[768, 1024)" }, { 1, 1024, "[1024, 1536)" }, { 1, 1536, "[1536, 2K)" },
		{ 2, 0, "[0]" }, { 2, 7, "[7]" }, { 2, 8, "[8, 10)" }, { 2, 10, "[10, 12)" }, { 2, 17, "[16, 20)" },
		{ 5, 1008 << 10, "[1008K, 1024K)" }, { 5, 1024 << 10, "[1024K, 1056K)" },
		{ 5, (8192ull << 50) - 1, "[8064P, 8192P)" },
	};
	static const struct { int64_t param[TYPE_PARAMS]; uint32_t bucket; const char *want; } linear[] = {
		{ { 0, 10 << 20, 512 << 10 }, 2, "[512K, 1M)" },
		{ { 0, 10 << 20, 512 << 10 }, 3, "[1M, 1536K)" },
		{ { 0, 10 << 20, 512 << 10 }, 1, "[0, 512K)" },
		{ { 1000, 9192, 2048 }, 1, "[1000, 3048)" },
		{ { 0, 25, 10 }, 3, "[20, ...)" },
		{ { 5, 10, 1 }, 0, "(..., 5)" },
		{ { 5, 10, 1 }, 2, "[6]" },
		{ { 5, 10, 1 }, 6, "[10, ...)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(powers); i++) {
		const int64_t param[TYPE_PARAMS] = { powers[i].k };

		expect_label(powers[i].want, agg_type("hist", true, param), bucket_of(powers[i].n, powers[i].k));
	}
	for (size_t i = 0; i < ARRAY_SIZE(linear); i++)
		expect_label(linear[i].want, agg_type("lhist", true, linear[i].param), linear[i].bucket);
}

/* -- time series -- */

enum { SECOND = 1000000000, LAST = 0, AVG, MAX, MIN, SUM };
#define LINE51 "___________________________________________________"
#define GAP51  "                                                   "

struct series_slot {
	int64_t value;
	uint64_t meta, epoch;
};

/* The TAI of a time of day (UTC), 1970-01-01, in nanoseconds. */
static uint64_t tai_of(unsigned hour, unsigned minute, unsigned second, uint64_t ns)
{
	struct timespec tai, wall;
	int64_t ahead;

	clock_gettime(CLOCK_TAI, &tai);
	clock_gettime(CLOCK_REALTIME, &wall);
	ahead = ((tai.tv_sec - wall.tv_sec) * SECOND + tai.tv_nsec - wall.tv_nsec + SECOND / 2) / SECOND;
	return ((hour * 60 + minute) * 60 + second + ahead) * (uint64_t)SECOND + ns;
}

static const struct type *series_type(uint64_t interval, int64_t n, int64_t how, bool is_signed)
{
	const int64_t param[TYPE_PARAMS] = { (int64_t)interval, n, how };

	return agg_type("tseries", is_signed, param);
}

static void put_slot(const struct type *t, struct series_slot *slots, uint64_t epoch, int64_t v)
{
	slots[epoch % (uint64_t)t->param[1]] = (struct series_slot){ v, 1, epoch };
}

static void series(void **state)
{
	static const struct { unsigned at; int64_t v; } points[] = {
		{ 0, -2 }, { 2, 4 }, { 3, 7 }, { 4, 10 }, { 5, 13 },
	};
	struct map_desc m = { .name = "ts", .value = series_type(20000000, 10, LAST, true) };
	uint64_t first = tai_of(9, 47, 57, 700000000) / 20000000;
	struct series_slot slots[10] = { 0 };
	struct map_entry e = { NULL, slots };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(points); i++)
		put_slot(m.value, slots, first + points[i].at, points[i].v);
	put_slot(m.value, slots, first - 9, 100); /* before the window */
	expect_map("@ts:\n"
		   "             -2                                                 13\n"
		   "hh:mm:ss.ms  |" LINE51 "|\n"
		   "09:47:57.700 *      .                                            | -2\n"
		   "09:47:57.720 |      .                                            | -\n"
		   "09:47:57.740 |      .            *                               | 4\n"
		   "09:47:57.760 |      .                       *                    | 7\n"
		   "09:47:57.780 |      .                                 *          | 10\n"
		   "09:47:57.800 |      .                                            * 13\n"
		   "             v" LINE51 "v\n"
		   "             -2                                                 13\n"
		   "\n", &m, &e, 1, 0, 1000);
}

static void series_of_one(void **state)
{
	static const struct { bool is_signed; int64_t v; const char *low, *high, *line; } edges[] = {
		{ true, INT64_MAX, "9223372036854775806", "9223372036854775807", "|" GAP51 "*" },
		{ true, INT64_MIN, "-9223372036854775808", "-9223372036854775807", "*" GAP51 "|" },
		{ false, -1, "18446744073709551614", "18446744073709551615", "|" GAP51 "*" },
		{ false, 0, "0", "1", "*" GAP51 "|" },
	};
	struct map_desc m = { .name = "one", .value = series_type(SECOND, 5, LAST, true) };
	uint64_t epoch = tai_of(9, 40, 9, 0) / SECOND;
	struct series_slot slots[5] = { 0 };
	struct map_entry e = { NULL, slots };

	(void)state;
	put_slot(m.value, slots, epoch, 5);
	expect_map("@one:\n"
		   "                   4                                                   6\n"
		   "hh:mm:ss.ns        |" LINE51 "|\n"
		   "09:40:09.000000000 |                         *                         | 5\n"
		   "                   v" LINE51 "v\n"
		   "                   4                                                   6\n"
		   "\n", &m, &e, 1, 0, 0);
	for (size_t i = 0; i < ARRAY_SIZE(edges); i++) {
		struct strbuf want = { 0 };

		m.value = series_type(SECOND, 5, LAST, edges[i].is_signed);
		put_slot(m.value, slots, epoch, edges[i].v);
		strbuf_printf(&want, "@one:\n%19s%-21s%32s\nhh:mm:ss.ns        |" LINE51 "|\n", "",
			      edges[i].low, edges[i].high);
		strbuf_printf(&want, "09:40:09.000000000 %s ", edges[i].line);
		strbuf_printf(&want, edges[i].is_signed ? "%lld\n" : "%llu\n", (long long)edges[i].v);
		strbuf_printf(&want, "%19sv" LINE51 "v\n%19s%-21s%32s\n\n", "", "", edges[i].low,
			      edges[i].high);
		expect_map(want.data, &m, &e, 1, 0, 0);
		strbuf_done(&want);
	}
}

/* All keys end with the newest interval of any, in the order they come in. */
static void series_by_key(void **state)
{
	struct map_desc m = { .name = "k", .key = s64(), .value = series_type(2 * (uint64_t)SECOND, 3, AVG, true) };
	uint64_t last = tai_of(23, 59, 58, 0) / SECOND / 2;
	struct series_slot a[3] = { 0 }, b[3] = { 0 }, c[3] = { 0 };
	int64_t keys[] = { 256, 1, 2 };
	struct map_entry e[] = { { &keys[0], a }, { &keys[1], b }, { &keys[2], c } };

	(void)state;
	put_slot(m.value, a, last - 1, -7);
	a[(last - 1) % 3].meta = 2;             /* -7 of two: -3 */
	put_slot(m.value, a, last, 1);
	put_slot(m.value, b, last - 3, 5);
	expect_map("@k[256]:\n"
		   "         -3                                                  1\n"
		   "hh:mm:ss |" LINE51 "|\n"
		   "23:59:56 *                                      .            | -3\n"
		   "23:59:58 |                                      .            * 1\n"
		   "         v" LINE51 "v\n"
		   "         -3                                                  1\n"
		   "\n"
		   "@k[1]:\n"
		   "                   null                                             null\n"
		   "hh:mm:ss.ns        |" LINE51 "|\n"
		   "23:59:58.000000000 |" GAP51 "| -\n"
		   "                   v" LINE51 "v\n"
		   "                   null                                             null\n"
		   "\n"
		   "@k[2]:\n<no data>\n", &m, e, 3, 0, 0);
}

/* The Greek letter is two bytes: the head is a column short. */
static void series_of_microseconds(void **state)
{
	struct map_desc m = { .name = "", .value = series_type(5000, 4, SUM, false) };
	uint64_t first = tai_of(0, 0, 1, 15000) / 5000;
	struct series_slot slots[4] = { 0 };
	struct map_entry e = { NULL, slots };

	(void)state;
	put_slot(m.value, slots, first, 0);
	put_slot(m.value, slots, first + 1, 52);
	expect_map("@:\n"
		   "                0                                                  52\n"
		   "hh:mm:ss.\u03bcs    |" LINE51 "|\n"
		   "00:00:01.000015 *" GAP51 "| 0\n"
		   "00:00:01.000020 |" GAP51 "* 52\n"
		   "                v" LINE51 "v\n"
		   "                0                                                  52\n"
		   "\n", &m, &e, 1, 0, 0);
}

static void merged_series(void **state)
{
	static const struct {
		int how;
		bool is_signed;
		struct series_slot slots[3], want;
	} cases[] = {
		{ SUM, true, { { 5, 2, 7 }, { 0, 0, 0 }, { -9, 1, 7 } }, { -4, 3, 7 } },
		{ SUM, true, { { 5, 2, 7 }, { 3, 1, 17 }, { 1, 1, 7 } }, { 3, 1, 17 } },
		{ AVG, true, { { 5, 2, 7 }, { 1, 4, 7 }, { 0, 0, 0 } }, { 6, 6, 7 } },
		{ MIN, true, { { 5, 1, 7 }, { -1, 1, 7 }, { 8, 1, 7 } }, { -1, 3, 7 } },
		{ MIN, false, { { 5, 1, 7 }, { -1, 1, 7 }, { 8, 1, 7 } }, { 5, 3, 7 } },
		{ MAX, true, { { 5, 1, 7 }, { -1, 1, 7 }, { 8, 1, 7 } }, { 8, 3, 7 } },
		{ MAX, false, { { 5, 1, 7 }, { -1, 1, 7 }, { 8, 1, 7 } }, { -1, 3, 7 } },
		{ LAST, true, { { 5, 100, 7 }, { 6, 130, 7 }, { 7, 120, 7 } }, { 6, 130, 7 } },
		{ LAST, true, { { 0, 0, 0 }, { 0, 5, 0 }, { 0, 0, 0 } }, { 0, 5, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct type *t = series_type(SECOND, 10, cases[i].how, cases[i].is_signed);
		struct series_slot acc = { 0 };

		for (int cpu = 0; cpu < 3; cpu++)
			t->agg->merge(t, &acc, &cases[i].slots[cpu]);
		assert_memory_equal(&acc, &cases[i].want, sizeof(acc));
	}
}

/* -- writing -- */

/* What each write() to the descriptor of an output was, each followed by a bar. */
struct recorder {
	int fd[2];
	FILE *f;
	struct output *o;
	struct strbuf writes;
};

static void recorder_open(struct recorder *r, enum buffering b)
{
	*r = (struct recorder){ 0 };
	/* A pipe in packet mode keeps writes apart. */
	assert_int_equal(pipe2(r->fd, O_DIRECT | O_NONBLOCK), 0);
	assert_true(fcntl(r->fd[1], F_SETPIPE_SZ, 1 << 20) > 0);
	r->f = fdopen(r->fd[1], "w");
	r->o = output_new(r->f, b, &settings);
}

static const char *recorder_close(struct recorder *r)
{
	char packet[4096];
	ssize_t n;

	output_free(r->o);
	fclose(r->f);
	while ((n = read(r->fd[0], packet, sizeof(packet))) > 0) {
		strbuf_put(&r->writes, packet, (size_t)n);
		strbuf_putc(&r->writes, '|');
	}
	close(r->fd[0]);
	return r->writes.data;
}

static void buffering(void **state)
{
	static const struct { enum buffering b; const char *want; } cases[] = {
		{ BUFFER_LINE, "ab\n|1\n|c\n|\n|" },
		{ BUFFER_FULL, "ab\n1\nc\n\n|" },
		{ BUFFER_NONE, "a|b\n|1\n|c|\n|\n|" },
	};
	static const char *const texts[] = { "a", "b\n", "1\n", "c", "\n", "\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct recorder r;

		recorder_open(&r, cases[i].b);
		for (size_t j = 0; j < ARRAY_SIZE(texts); j++)
			output_text(r.o, texts[j]);
		assert_string_equal(recorder_close(&r), cases[i].want);
		strbuf_done(&r.writes);
	}
}

static void held(void **state)
{
	struct recorder r;
	struct strbuf want = { 0 };

	(void)state;
	recorder_open(&r, BUFFER_LINE);
	output_hold(r.o, true);
	for (int i = 0; i < 70; i++) {
		output_text(r.o, "x\n");
		strbuf_puts(&want, i < 64 ? "x\n|" : "x\n");
	}
	output_text(r.o, "part");
	strbuf_puts(&want, "|part|");
	output_hold(r.o, false);
	assert_string_equal(recorder_close(&r), want.data);
	strbuf_done(&r.writes);
	strbuf_done(&want);
}

static void failed_write(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct output *o = output_new(full, BUFFER_LINE, &settings);

	(void)state;
	assert_int_equal(output_error(o), 0);
	output_text(o, "x\n");
	assert_int_equal(output_error(o), ENOSPC);
	output_text(o, "y\n");
	assert_int_equal(output_error(o), ENOSPC);
	output_free(o);
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enums),
		cmocka_unit_test(structs),
		cmocka_unit_test(bit_fields),
		cmocka_unit_test(unions),
		cmocka_unit_test(tuples_and_records),
		cmocka_unit_test(sorted_by_enum_and_record),
		cmocka_unit_test(sorted_by_value),
		cmocka_unit_test(narrow_and_unsigned_values),
		cmocka_unit_test(sorted_by_key),
		cmocka_unit_test(key_brackets),
		cmocka_unit_test(divided_inside),
		cmocka_unit_test(merged),
		cmocka_unit_test(sorted_aggregations),
		cmocka_unit_test(histogram),
		cmocka_unit_test(divided_histogram),
		cmocka_unit_test(linear_histogram),
		cmocka_unit_test(labels),
		cmocka_unit_test(series),
		cmocka_unit_test(series_of_one),
		cmocka_unit_test(series_by_key),
		cmocka_unit_test(series_of_microseconds),
		cmocka_unit_test(merged_series),
		cmocka_unit_test(buffering),
		cmocka_unit_test(held),
		cmocka_unit_test(failed_write),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
