/* printf: the table of spec/functions.md 1.1, byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ast/plan.h"
#include "ast/settings.h"
#include "ast/type.h"
#include "base/arena.h"
#include "base/intern.h"
#include "base/str.h"
#include "base/vec.h"
#include "runtime/output.h"

static struct arena *arena;
static struct types *ts;
static struct output *out;
static FILE *sink;
static const struct settings settings = { .str_trunc_trailer = "..", .max_strlen = 1024 };

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	ts = types_new(arena, intern_new(arena));
	sink = fopen("/dev/null", "w");
	out = output_new(sink, BUFFER_LINE, &settings);
	return sink ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	output_free(out);
	fclose(sink);
	arena_free(arena);
	return 0;
}

/* One argument, with the bytes of its value. */
struct value {
	const struct type *type;
	unsigned char bytes[64];
};

static struct value number(unsigned bits, bool is_signed, int64_t v)
{
	struct value ret = { type_int(ts, bits, is_signed), { 0 } };

	memcpy(ret.bytes, &v, bits / 8);
	return ret;
}

static struct value boolean(bool v)
{
	return (struct value){ &type_bool, { v } };
}

static struct value pointer(uint64_t v)
{
	struct value ret = { type_pointer_to(ts, &type_void), { 0 } };

	memcpy(ret.bytes, &v, sizeof(v));
	return ret;
}

static struct value string(const char *text, uint32_t capacity)
{
	struct value ret = { type_string(ts, capacity), { 0 } };

	memcpy(ret.bytes, text, strnlen(text, capacity));
	return ret;
}

static struct value buffer(const char *text, uint32_t capacity)
{
	struct value ret = { type_buffer(ts, capacity), { 0 } };
	uint32_t len = strlen(text);

	memcpy(ret.bytes, &len, sizeof(len));
	memcpy(ret.bytes + sizeof(len), text, len);
	return ret;
}

static struct value tuple(struct value a, struct value b)
{
	const struct type *const elems[] = { a.type, b.type };
	struct value ret = { type_tuple(ts, elems, 2), { 0 } };

	memcpy(ret.bytes + ret.type->offsets[0], a.bytes, a.type->size);
	memcpy(ret.bytes + ret.type->offsets[1], b.bytes, b.type->size);
	return ret;
}

static struct value array(uint8_t a, uint8_t b)
{
	return (struct value){ type_array(ts, type_int(ts, 8, false), 2), { a, b } };
}

static struct value record(void)
{
	const struct type *i8 = type_int(ts, 8, true);
	const struct field fields[] = { { .name = "a", .type = i8, .size = 1 },
					{ .name = "b", .type = i8, .offset = 1, .size = 1 } };

	return (struct value){ type_struct(ts, "struct s", fields, 2, 2), { 1, 2 } };
}

static const struct enum_constant constants[] = { { "A", 0 }, { "B", 5 }, { "MINUS", UINT64_MAX } };
static const struct enum_def letters = { "enum letters", constants, ARRAY_SIZE(constants) };

static struct value letter(uint32_t size, uint64_t v)
{
	struct value ret = { type_enum(ts, &letters, size), { 0 } };

	memcpy(ret.bytes, &v, size);
	return ret;
}

static struct value named(struct value a, struct value b)
{
	const struct type *const elems[] = { a.type, b.type };
	const char *const names[] = { "a", "b" };
	struct value ret = { type_record(ts, elems, names, 2), { 0 } };

	memcpy(ret.bytes + ret.type->offsets[0], a.bytes, a.type->size);
	memcpy(ret.bytes + ret.type->offsets[1], b.bytes, b.type->size);
	return ret;
}

static void expect_n(const char *want, const char *format, const struct value *values, unsigned n)
{
	const struct type *elems[8];
	const struct type *t;
	struct format *f;
	struct strbuf text = { 0 };
	unsigned char args[512] = { 0 };

	for (unsigned i = 0; i < n; i++)
		elems[i] = values[i].type;
	t = n ? type_tuple(ts, elems, n) : NULL;
	for (unsigned i = 0; i < n; i++)
		memcpy(args + t->offsets[i], values[i].bytes, values[i].type->size);
	f = format_new(format, strlen(format), t);
	format_put(out, f, args, &text);
	assert_string_equal(text.data, want);
	strbuf_reset(&text);
	format_put(out, f, args, &text);
	assert_string_equal(text.data, want);
	format_free(f);
	strbuf_done(&text);
}

#define EXPECT(want, format, ...) \
	do { \
		const struct value values_[] = { __VA_ARGS__ }; \
		expect_n(want, format, values_, ARRAY_SIZE(values_)); \
	} while (0)

/* The same value for every conversion. */
static void expect_all(const char *want, const char *format, struct value v, unsigned n)
{
	const struct value values[] = { v, v, v, v, v, v, v, v };

	expect_n(want, format, values, n);
}

static void numbers(void **state)
{
	struct value big = number(64, true, 0x123456789abcdef0);

	(void)state;
	expect_all("[   42][42   ][00042][+42][42]", "[%5d][%-5d][%05d][%+d][% d]", number(64, true, 42), 5);
	expect_all("[  -42][-42  ][00-42][-42][-42]", "[%5d][%-5d][%05d][%+d][% d]", number(8, true, -42), 5);
	expect_all("[42000][00+42][+4200]", "[%-05d][%+05d][%-+05d]", number(8, true, 42), 3);
	expect_all("[52][2A][052][0x2a][0X2A]", "[%o][%X][%#o][%#x][%#X]", number(8, true, 42), 5);
	expect_all("[0000002a][    0x2a][00000x2a]", "[%08x][%#8x][%#08x]", number(8, true, 42), 3);
	expect_all("[00000x2a][0x2a    ][42]", "[%08p][%-8p][%hhi]", number(64, true, 42), 3);
	expect_all("[-42][4294967254][ffffffd6][0xffffffffffffffd6]", "[%d][%u][%x][%p]", number(64, true, -42), 4);
	expect_all("[-42][4294967254][ffffffd6][0xffffffffffffffd6]", "[%d][%u][%x][%p]", number(8, true, -42), 4);
	expect_all("[-16][-8464][-1698898192][1311768467463790320]", "[%hhd][%hd][%d][%ld]", big, 4);
	expect_all("[f0][def0][9abcdef0][123456789abcdef0]", "[%hhx][%hx][%Lx][%zx]", big, 4);
	expect_all("[18446744073709551615][-1][4294967295]", "[%llu][%jd][%u]", number(64, false, -1), 3);
	EXPECT("[42][      42][42][abcdef][  abcdef]", "[%.3d][%8.3d][%*d][%.3s][%8.3s]", number(8, true, 42),
	       number(8, true, 42), number(8, true, 42), string("abcdef", 7), string("abcdef", 7));
	expect_all("[A][  A][00A]", "[%c][%3c][%03c]", number(8, true, 65), 3);
	expect_all("[0][0][0][0]", "[%#x][%#o][%p][%x]", number(8, true, 0), 4);
	expect_all("[1][true][0x1]", "[%d][%s][%p]", boolean(true), 3);
}

static void texts(void **state)
{
	(void)state;
	EXPECT("[   42][true   ][0true][000ab]", "[%5s][%-7s][%05s][%05s]", number(8, true, 42), boolean(true),
	       boolean(true), string("ab", 3));
	EXPECT("[+42][-42][+7]", "[%+s][%+s][%+s]", number(8, true, 42), number(8, true, -42), number(32, false, 7));
	EXPECT("[         (1, a)][(         1, 2)][         [1,0]]", "[%10s][%-10s][%10s]",
	       tuple(number(8, true, 1), string("a", 2)), tuple(number(8, true, 1), number(8, true, 2)), array(1, 0));
	EXPECT("[{         .a = 1, .b = 2 }]", "[%-10s]", record());
	EXPECT("[      0xff][ff][255]", "[%10s][%x][%d]", pointer(255), pointer(255), pointer(255));
	EXPECT("[0x0][0]", "[%s][%p]", pointer(0), pointer(0));
	EXPECT("[ab..][abc..][ab]", "[%s][%s][%s]", string("ab", 2), string("abc", 3), string("ab", 4));
	EXPECT("[][  ]", "[%s][%2s]", string("", 4), string("", 4));
}

static void buffers(void **state)
{
	(void)state;
	expect_all("[ab\\x0a][\\x61\\x62\\x0a][61 62 0a]", "[%r][%rx][%rh]", buffer("ab\n", 8), 3);
	expect_all("[        ab][\\x61\\x62      ][     61 62][        ab]", "[%10r][%-14rx][%10rh][%10s]",
		   buffer("ab", 8), 4);
	expect_all("[\\x61\\x5cx][a\\]", "[%rxx][%r]", buffer("a\\", 2), 2);
}

static void enums(void **state)
{
	(void)state;
	expect_all("[B][5][5][    B]", "[%s][%d][%x][%5s]", letter(8, 5), 4);
	expect_all("[B][+5][B    ][5][05][0x5]", "[%+s][%+d][%-5s][%lu][%02o][%p]", letter(4, 5), 6);
	expect_all("[7][   7][7]", "[%s][%4s][%lld]", letter(8, 7), 3);
	expect_all("[MINUS][-1][18446744073709551615]", "[%s][%ld][%lu]", letter(8, UINT64_MAX), 3);
	expect_all("[MINUS][-1][4294967295]", "[%s][%d][%lu]", letter(4, UINT32_MAX), 3);
	EXPECT("(B, A)", "%s", tuple(letter(4, 5), letter(8, 0)));
}

static void records(void **state)
{
	struct value r = named(number(8, true, 1), string("x", 2));

	(void)state;
	expect_all("[{ .a = 1, .b = x }][{      .a = 1, .b = x }][     { .a = 1, .b = x }]", "[%s][%-7s][%7s]", r, 3);
	EXPECT("{ .a = B, .b = { .a = 1, .b = 2 } }", "%s",
	       named(letter(8, 5), named(number(8, true, 1), number(16, true, 2))));
	EXPECT("({ .a = 1, .b = x }, 2)", "%s", tuple(r, number(8, true, 2)));
}

static void literal_text(void **state)
{
	(void)state;
	EXPECT("% % %y%zb%+-5d%1$d%'d 7 %", "%% %5% %y%zb%+-5d%1$d%'d %d %", number(8, true, 7));
	EXPECT("5\\x61x", "%d%rxx", number(8, true, 5), buffer("a", 4));
	expect_n("plain", "plain", NULL, 0);
	expect_n("", "", NULL, 0);
}

static void gfp(void **state)
{
	static const struct { uint32_t flags; const char *want; } cases[] = {
		{ 0, "0" },
		{ 0xcc0, "GFP_KERNEL" },
		{ 0x400cc0, "GFP_KERNEL_ACCOUNT" },
		{ 0xdc0, "GFP_KERNEL|__GFP_ZERO" },
		{ 0x820, "GFP_ATOMIC" },
		{ 0x2800, "GFP_NOWAIT" },
		{ 0xc00, "GFP_NOIO" },
		{ 0xc40, "GFP_NOFS" },
		{ 0x100cc0, "GFP_USER" },
		{ 0x100cc2, "GFP_HIGHUSER" },
		{ 0x2100cca, "GFP_HIGHUSER_MOVABLE" },
		{ 0x21c20ca, "GFP_TRANSHUGE_LIGHT" },
		{ 0x21c24ca, "GFP_TRANSHUGE" },
		{ 1, "GFP_DMA" },
		{ 4, "GFP_DMA32" },
		{ 2, "__GFP_HIGHMEM" },
		{ 1u << 26, "__GFP_NO_OBJ_EXT" },
		{ 0x208, "0x208" },
		{ 0x80000001, "GFP_DMA|0x80000000" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		EXPECT(cases[i].want, "%gr", number(32, false, cases[i].flags));
	EXPECT("GFP_KERNELx", "%grx", number(32, false, 0xcc0));
	EXPECT("  GFP_DMA", "%9gr", number(32, false, 1));
	EXPECT("!{invalid GFP flags conversion: true}", "%gr", boolean(true));
}

static void conversions(void **state)
{
	static const char format[] = "%% a %5d %-+05llx %zb %rx %gr %rh %f %";
	static const char want[][4] = { "d", "x", "rx", "gr", "rh", "f" };
	struct conversion c;
	size_t at = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_int_equal(format_next(format, strlen(format), &at, &c), 1);
		assert_string_equal(c.text, want[i]);
		assert_int_equal(c.end, at);
		if (i == 1) {
			assert_int_equal(c.size, 'l');
			assert_int_equal(c.width, 5);
			assert_true(c.minus && c.plus && c.zero && !c.sharp);
		}
	}
	assert_int_equal(format_next(format, strlen(format), &at, &c), 0);
}

static void events(void **state)
{
	struct strbuf text = { 0 };
	struct value v = number(8, true, 1);
	const struct type *t = type_tuple(ts, &v.type, 1);
	struct event_desc e[] = { { .index = 3, .record = t, .text = "%99999999999999999999d", .text_len = 22 },
				  { .index = 1, .record = t, .text = "%d.", .text_len = 3 } };

	(void)state;
	output_printf(out, &e[0], v.bytes, &text);
	assert_int_equal(text.len, 65536);
	assert_int_equal(text.data[65535], '1');
	for (int i = 0; i < 2; i++) {
		strbuf_reset(&text);
		output_printf(out, &e[1], v.bytes, &text);
		assert_string_equal(text.data, "1.");
	}
	strbuf_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(texts),
		cmocka_unit_test(buffers),
		cmocka_unit_test(enums),
		cmocka_unit_test(records),
		cmocka_unit_test(literal_text),
		cmocka_unit_test(gfp),
		cmocka_unit_test(conversions),
		cmocka_unit_test(events),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
