/* The C section: layouts as the compiler has them, the preprocessor, constants, types, #define in expressions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ast/ctype.h"
#include "ast/script.h"
#include "ast/type.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/vec.h"
#include "parser/c_section.h"
#include "parser/parser.h"

static const struct host host = { .n_cpus = 2, .kernel_version = 0x061200 };

static struct script *read_text(const char *text)
{
	struct script *s = script_new(&host);

	if (!script_parse(s, "test", text, strlen(text)) && s->read_c)
		s->read_c(s);
	return s;
}

static struct script *read_well(const char *text)
{
	struct script *s = read_text(text);

	if (diags_errors(s->diags)) {
		diags_show_errors(s->diags, stderr, (struct diags_look){ 0 });
		fail_msg("refused: %s", text);
	}
	return s;
}

/* ---- layouts ---- */

struct want {
	const char *name;
	uint64_t bit_at, bits;
	bool is_bit_field;
};

#define LAYOUT(type, members, ...) __VA_ARGS__;
#include "c_layouts.def"
#undef LAYOUT

/* Where a field is whose bits are the only ones in the bytes. */
static struct want probe_bits(const char *name, const unsigned char *bytes, size_t size)
{
	struct want w = { .name = name, .is_bit_field = true };

	for (uint64_t i = 0; i < size * 8; i++) {
		if (!(bytes[i / 8] >> i % 8 & 1))
			continue;
		if (!w.bits)
			w.bit_at = i;
		w.bits++;
	}
	return w;
}

static void check_member(const struct type *t, const struct want *w)
{
	const struct field *f = type_field(t, w->name);

	if (!f)
		fail_msg("%s has no member %s", t->name, w->name);
	if (f->offset * 8ull + f->bit_at != w->bit_at)
		fail_msg("%s.%s is at bit %llu, not %llu", t->name, w->name, f->offset * 8ull + f->bit_at,
			 (unsigned long long)w->bit_at);
	if (w->is_bit_field ? f->bits != w->bits : f->bits || f->size * 8ull != w->bits)
		fail_msg("%s.%s has %u bits, %u bytes, not %llu bits", t->name, w->name, f->bits, f->size,
			 (unsigned long long)w->bits);
}

static void check_layout(struct script *s, const char *name, size_t size, const struct want *want)
{
	bool is_union = !strncmp(name, "union", 5);
	const struct type *t = ctype_find(s, is_union ? TAG_UNION : TAG_STRUCT, strchr(name, ' ') + 1);
	uint32_t n = 0;

	assert_non_null(t);
	type_complete(t);
	assert_string_equal(t->name, name);
	assert_int_equal(t->is_union, is_union);
	if (t->size != size)
		fail_msg("%s has %u bytes, not %zu", name, t->size, size);
	for (; want[n].name; n++)
		check_member(t, &want[n]);
	assert_int_equal(t->n, n);
}

static void layouts_are_the_compilers(void **state)
{
	static const char text[] =
#define LAYOUT(type, members, ...) #__VA_ARGS__ "\n"
#include "c_layouts.def"
#undef LAYOUT
		;
	struct script *s = read_well(text);

	(void)state;
#define M(type, m) { #m, offsetof(type, m) * 8, sizeof(((type *)0)->m) * 8, false },
#define F(type, m) { #m, offsetof(type, m) * 8, 0, false },
#define B(type, m) \
	({ \
		type v; \
		memset(&v, 0, sizeof(v)); \
		v.m = -1; \
		probe_bits(#m, (unsigned char *)&v, sizeof(v)); \
	}),
#define LAYOUT(type, members, ...) check_layout(s, #type, sizeof(type), (struct want[]){ members { 0 } });
#include "c_layouts.def"
#undef LAYOUT
	script_free(s);
}

/* ---- the preprocessor, and constant expressions ---- */

/* Texts that make a constant V. */
static const struct {
	const char *text;
	int64_t value;
} constants[] = {
	{ "enum { V = 1 + 2 * 3 };", 7 },
	{ "enum { V = (1 + 2) * 3 };", 9 },
	{ "enum { V = 10 - 3 - 2 };", 5 },
	{ "enum { V = 1 << 31 };", -2147483648ll },
	{ "enum { V = 1u << 31 };", 2147483648ll },
	{ "enum { V = 1ull << 40 };", 1ll << 40 },
	{ "enum { V = ~0u };", 4294967295ll },
	{ "enum { V = ~0ul };", -1 },
	{ "enum { V = -1 };", -1 },
	{ "enum { V = -7 / 2 };", -3 },
	{ "enum { V = -7 % 2 };", -1 },
	{ "enum { V = -8 >> 1 };", -4 },
	{ "enum { V = -1 < 0u };", 0 },
	{ "enum { V = 3 > 2 ? 10 : 1 / 0 };", 10 },
	{ "enum { V = 0 && 1 / 0 };", 0 },
	{ "enum { V = 1 || 1 / 0 };", 1 },
	{ "enum { V = 0x10 | 010 | 0b1 };", 25 },
	{ "enum { V = 'a' };", 97 },
	{ "enum { V = '\\n' };", 10 },
	{ "enum { V = '\\x41' };", 65 },
	{ "enum { V = '\\377' };", -1 },
	{ "enum { V = (unsigned char)300 };", 44 },
	{ "enum { V = (signed char)200 };", -56 },
	{ "enum { V = (_Bool)5 };", 1 },
	{ "enum { V = sizeof(int[3][2]) };", 24 },
	{ "enum { V = sizeof(struct { char a; long b; }) };", 16 },
	{ "enum { V = sizeof(char *(*)[3]) };", 8 },
	{ "enum { V = sizeof \"abc\" };", 4 },
	{ "enum { V = _Alignof(long) };", 8 },
	{ "struct s { char a; struct { int b; } c[2]; };\nenum { V = __builtin_offsetof(struct s, c[1].b) };", 8 },
	{ "enum { A = 5, B, V };", 7 },
	{ "enum { A = -2, B, V };", 0 },
	{ "enum { A = 7 };\nenum { V = A + 1 };", 8 },
	{ "enum { V = 2147483647, W };", 2147483647 },
	{ "#define A 3\nenum { V = A };", 3 },
	{ "#define A B\n#define B 4\nenum { V = A };", 4 },
	{ "#define F(x, y) ((x) * 10 + (y))\nenum { V = F(1, 2) };", 12 },
	{ "#define F(x) x\nenum { V = F(F(F(5))) };", 5 },
	{ "#define F(x) x + 1\n#define G(x) F(F(x))\nenum { V = G(1) };", 3 },
	{ "#define F() 6\nenum { V = F() };", 6 },
	{ "#define F(x, ...) x + 0##__VA_ARGS__\nenum { V = F(1, 2) };", 3 },
	{ "#define F(x, ...) N(x, ## __VA_ARGS__)\n#define N(x) x\nenum { V = F(7) };", 7 },
	{ "#define F(args...) SUM(args)\n#define SUM(a, b) a + b\nenum { V = F(2, 3) };", 5 },
	{ "#define CAT(a, b) a##b\nenum { CAT(V,) = CAT(1, 2) };", 12 },
	{ "#define CAT(a, b) a##b\n#define X(a, b) CAT(a, b)\n#define ONE 1\nenum { V = X(ONE, 2) };", 12 },
	{ "#define STR(x) #x\nenum { V = sizeof(STR(a + \"b\")) };", 8 },
	{ "#define V V\nenum { V = 9 };", 9 },
	{ "#define A B + 1\n#define B A + 1\nenum { A_ = 1, B2 = 2 };\nenum { V = 3 };", 3 },
	{ "#define A 1\n#undef A\n#ifndef A\nenum { V = 2 };\n#endif", 2 },
	{ "#if 0\nenum { V = 1 };\n#elif 1\nenum { V = 2 };\n#else\nenum { V = 3 };\n#endif", 2 },
	{ "#if 1\nenum { V = 1 };\n#elif 1 / 0\nenum { V = 2 };\n#endif", 1 },
	{ "#if 0\n#if 1\n#else\n#endif\n#bad\n#else\nenum { V = 4 };\n#endif", 4 },
	{ "#if defined A || !defined(B)\nenum { V = 5 };\n#endif", 5 },
	{ "#define A 0x80000000\n#if A > 0 && -1 < A\nenum { V = 6 };\n#endif", 6 },
	{ "#if -1 > 0u\nenum { V = 7 };\n#endif", 7 },
	{ "#if (1 << 40) > 0\nenum { V = 8 };\n#endif", 8 },
	{ "#if NO_SUCH_NAME == 0 && __has_attribute(packed) == 0\nenum { V = 9 };\n#endif", 9 },
	{ "#if 'u' > -1 && 'U' > -1\nenum { V = 11 };\n#endif", 11 },
	{ "#if 'a' == 97 // text\nenum { V = 1 };\n#endif", 1 },
	{ "#ifdef __x86_64__\nenum { V = __LP64__ };\n#endif", 1 },
	{ "#pragma pack(push, 1)\nstruct s { char a; int b; };\n#pragma pack(pop)\nenum { V = sizeof(struct s) };", 5 },
	{ "#define EMPTY\nenum EMPTY { V = EMPTY 3 EMPTY };", 3 },
	{ "#line 5 \"x\"\n# 7 \"y\" 1\n#\nenum { V = 1 };", 1 },
	{ "enum { V = 1, };", 1 },
	{ "enum e { A } ;\nstruct s { enum e e[2]; };\nenum { V = sizeof(struct s) + sizeof(enum e) };", 12 },
	{ "struct s { int a; _Static_assert(sizeof(int) == 4, \"x\"); };\nenum { V = sizeof(struct s) };", 4 },
};

static void constants_are_worked_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(constants); i++) {
		struct script *s = read_well(constants[i].text);
		const struct type *type = NULL;
		uint64_t value = 0;

		if (!ctype_constant(s, "V", &type, &value))
			fail_msg("no V: %s", constants[i].text);
		if ((int64_t)value != constants[i].value)
			fail_msg("%s: %lld", constants[i].text, (long long)value);
		assert_int_equal(type->size, 8);
		script_free(s);
	}
}

/* ---- what is refused ---- */

static const struct {
	const char *text, *message;
} refused[] = {
	{"#if 1", "#if without #endif"},
	{"#endif", "#endif without #if"},
	{"#else", "#else without #if"},
	{"#if 1\n#else\n#else\n#endif", "#else behind #else"},
	{"#if", "a condition is missing"},
	{"#if 1 2\n#endif", "the condition is over before this"},
	{"#if 1 / 0\n#endif", "division by zero"},
	{"#ifdef 5\n#endif", "#ifdef needs a name"},
	{"#define 5", "#define needs a name"},
	{"#define F(x", "the parameters of the macro 'F' cannot be read"},
	{"#undef", "#undef needs a name"},
	{"#error stop it", "#error stop it"},
	{"#bad", "there is no directive '#bad'"},
	{"#include nothing", "#include needs \"file\" or <file>"},
	{"#include \"no/such/file.h\"", "'no/such/file.h' file not found"},
	{"#define F(x) x\nenum { A = F(1, 2) };", "the macro 'F' takes 1 arguments and got 2"},
	{"#define F(x) x\nenum { A = F(1 };", "the arguments of the macro 'F' are not closed"},
	{"#define C(a, b) a##b\nenum { A = C(1, +) };", "'##' makes no token of '1+'"},
	{"enum { A = x };", "'x' is not a constant"},
	{"enum { A = 1.5 };", "'1.5' is not an integer"},
	{"enum { A = 1 / 0 };", "division by zero"},
	{"enum { A, A };", "redefinition of enumerator 'A'"},
	{"enum { A = 0xffffffffffffffff, B };", "the value of 'B' is too large"},
	{"enum { A B };", "expected ',' or '}'"},
	{"struct s { int a; };\nstruct s { int b; };", "redefinition of 'struct s'"},
	{"struct s { int a; };\nunion s { int b; };",
	 "'union s' is a different kind of type than before"},
	{"struct s { int a; char a; };", "there are two members 'a'"},
	{"struct s { int a; struct { char a; }; };", "there are two members 'a'"},
	{"struct s { struct s a; };", "'struct s' cannot be part of itself"},
	{"struct s { struct no_such_struct_ a; };", "unknown type 'struct no_such_struct_'"},
	{"struct s { no_such_type_ a; };", "unknown type 'no_such_type_'"},
	{"struct s { void a; };", "a member cannot be void"},
	{"struct s { int a(void); };", "a member cannot be a function"},
	{"struct s { int a[]; int b; };", "an array without a size must be the last member"},
	{"struct s { int a[-1]; };", "an array has no negative number of elements"},
	{"struct s { int a[1 << 30]; };", "this is larger than 1073741824 bytes"},
	{"struct s { int a[0x7fffffff][0x7fffffff]; };", "this is larger than 1073741824 bytes"},
	{"struct s { int a : 33; };", "the bit-field is wider than its type: 32 bits are the limit"},
	{"struct s { int a : -1; };", "a bit-field has no negative width"},
	{"struct s { int a : 0; };", "a bit-field with a name has at least one bit"},
	{"struct s { float a : 3; };", "only integers have bit-fields"},
	{"struct s { long char a; };", "these words make no type"},
	{"struct s { int a __attribute__((aligned(3))); };",
	 "an alignment is a power of two up to 65536"},
	{"struct s { int a __attribute__((mode(DI))); };", "the attribute 'mode' is not supported"},
	{"struct s { int; };\nstruct t { int a b; };", "expected ';'"},
	{"struct s { int a[2; };", "expected ']'"},
};

static void mistakes_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		struct script *s = read_text(refused[i].text);
		const struct diag *d = diags_first(s->diags);

		if (!d || strcmp(d->message, refused[i].message))
			fail_msg("%s: %s", refused[i].text, d ? d->message : "accepted");
		script_free(s);
	}
}

/* ---- types ---- */

static const struct {
	const char *member, *type;
} members[] = {
	{ "char a;", "int8" },
	{ "unsigned char a;", "uint8" },
	{ "_Bool a;", "uint8" },
	{ "bool a;", "uint8" },
	{ "float a;", "none" },
	{ "double a[3];", "none" },
	{ "__int128 a;", "none" },
	{ "char a[8];", "string[9]" },
	{ "unsigned char a[8];", "uint8[8]" },
	{ "signed char a[8];", "int8[8]" },
	{ "char a[2][8];", "string[8][2]" },
	{ "int a[2][3];", "int32[3][2]" },
	{ "void *a;", "void *" },
	{ "char *a;", "int8 *" },
	{ "const char *const *a;", "int8 * *" },
	{ "int (*a)(int, char);", "void *" },
	{ "struct s *a;", "struct s *" },
	{ "enum e { A } a;", "enum e" },
	{ "enum { A } a;", "uint32" },
	{ "struct inner { int b; } a;", "struct inner" },
	{ "union { int b; } a;", "union (unnamed at test:1:18)" },
};

static void members_have_types(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		char text[200];
		const struct field *f;
		struct script *s;

		snprintf(text, sizeof(text), "struct s { %s };", members[i].member);
		s = read_well(text);
		f = type_field(type_complete(ctype_find(s, TAG_STRUCT, "s")), "a");
		assert_non_null(f);
		assert_string_equal(f->type->name, members[i].type);
		script_free(s);
	}
}

static void names_are_found(void **state)
{
	struct script *s = read_well("struct s { int a; };\nunion u { int a; };\nenum e { A = 300 } __attribute__((packed));");
	const struct type *t = ctype_find(s, TAG_STRUCT, "s");

	(void)state;
	assert_ptr_equal(ctype_find(s, TAG_NONE, "s"), t);
	assert_null(type_complete(t)->source == NULL ? t : NULL);
	assert_ptr_equal(ctype_find(s, TAG_NONE, "u"), ctype_find(s, TAG_UNION, "u"));
	assert_int_equal(ctype_find(s, TAG_ENUM, "e")->size, 8);
	assert_int_equal(ctype_find(s, TAG_NONE, "e")->size, 2);
	assert_string_equal(ctype_find(s, TAG_ENUM, "e")->name, "enum e");
	script_free(s);
}

/* A header may say what a script may not. */
static const char header[] =
	"#ifndef H\n#define H\n#include \"/dev/null\"\n"
	"typedef unsigned int u_t, *u_p;\ntypedef struct { u_t a; } s_t;\n"
	"typedef u_t u_t;\nextern int f(struct s *, s_t);\nstatic inline int g(int x) { return x + (1); }\n"
	"int v[3] = { 1, 2, 3 }, w;\nstruct s;\nstruct user { struct s *p; s_t s; u_p q; struct later *l; };\n"
	"struct later { int x; } __attribute__((packed));\nunknown_t h(unknown_t);\n_Static_assert(1, \"\");\n"
	"static const struct user table[] = { { 0 }, };\n#define LONG 1 + \\\n 2\n#endif\n#include \"/dev/null\"\n";

static void headers_are_read(void **state)
{
	char path[] = "/tmp/c_section.XXXXXX";
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");
	struct script *s = script_new(&host);
	const struct type *t;

	(void)state;
	fputs(header, f);
	fclose(f);
	assert_int_equal(c_section_read_file(s, path, (struct span){ 0, 0 }), 0);
	assert_int_equal(c_section_read_file(s, path, (struct span){ 0, 0 }), 0);
	remove(path);
	assert_int_equal(s->read_c(s), 0);
	t = type_complete(ctype_find(s, TAG_STRUCT, "user"));
	assert_int_equal(t->size, 32);
	assert_string_equal(type_field(t, "s")->type->name, "s_t");
	assert_string_equal(type_field(t, "q")->type->name, "uint32 *");
	assert_string_equal(type_field(t, "l")->type->name, "struct later *");
	assert_int_equal(type_field(t, "l")->type->to->size, 4);
	assert_string_equal(ctype_find(s, TAG_NONE, "u_t")->name, "uint32");
	script_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layouts_are_the_compilers),
		cmocka_unit_test(constants_are_worked_out),
		cmocka_unit_test(mistakes_are_told),
		cmocka_unit_test(members_have_types),
		cmocka_unit_test(names_are_found),
		cmocka_unit_test(headers_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
