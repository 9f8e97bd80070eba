/* Types made of BTF that is put together here: every encoding, and what no compiler writes. */
#include <linux/btf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ast/ctype.h"
#include "ast/script.h"
#include "ast/type.h"
#include "base/host.h"
#include "base/str.h"
#include "base/vec.h"
#include "probes/btf.h"
#include "probes/probe_priv.h"

static const struct host host = { .n_cpus = 2, .kernel_version = 0x061200 };

/* -- making BTF -- */

struct blob {
	VEC(uint32_t) types;
	struct strbuf strings;
	uint32_t n;                    /* types made */
	uint32_t first_id, first_string;
};

static uint32_t text(struct blob *b, const char *name)
{
	uint32_t at = b->first_string + (uint32_t)b->strings.len;

	if (!name)
		return 0;
	for (size_t i = b->first_string ? 0 : 1; i < b->strings.len; i += strlen(b->strings.data + i) + 1)
		if (!strcmp(b->strings.data + i, name))
			return b->first_string + (uint32_t)i;
	strbuf_puts(&b->strings, name);
	strbuf_putc(&b->strings, 0);
	return at;
}

static void word(struct blob *b, uint32_t v)
{
	vec_push(&b->types, v);
}

/* The common part of a type; returns its id. */
static uint32_t type(struct blob *b, unsigned kind, const char *name, uint32_t n, uint32_t size_or_type)
{
	word(b, text(b, name));
	word(b, (kind & 31) << 24 | (kind & 32 ? 1u << 31 : 0) | n);
	word(b, size_or_type);
	return b->first_id + b->n++;
}

enum { FLAG = 32 };                    /* added to a kind: its flag is set */

static uint32_t integer(struct blob *b, const char *name, uint32_t size, uint32_t encoding, uint32_t bits)
{
	uint32_t id = type(b, BTF_KIND_INT, name, 0, size);

	word(b, encoding << 24 | bits);
	return id;
}

static void member(struct blob *b, const char *name, uint32_t of, uint32_t at, uint32_t bits)
{
	word(b, text(b, name));
	word(b, of);
	word(b, at | bits << 24);
}

static uint32_t array(struct blob *b, uint32_t of, uint32_t n)
{
	uint32_t id = type(b, BTF_KIND_ARRAY, NULL, 0, 0);

	word(b, of);
	word(b, 0);
	word(b, n);
	return id;
}

static void blob_init(struct blob *b)
{
	*b = (struct blob){ .first_id = 1 };
	strbuf_putc(&b->strings, 0);
}

/* On top of another one. */
static void blob_init_split(struct blob *b, const struct blob *base)
{
	*b = (struct blob){ .first_id = base->first_id + base->n,
			    .first_string = base->first_string + (uint32_t)base->strings.len };
	strbuf_putc(&b->strings, 0);
}

static void blob_done(struct blob *b)
{
	vec_done(&b->types);
	strbuf_done(&b->strings);
}

/* The whole file, in memory of just its size. */
static char *blob_data(const struct blob *b, size_t *ret_len)
{
	struct btf_header h = { .magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(h),
				.type_len = (uint32_t)(b->types.n * 4),
				.str_off = (uint32_t)(b->types.n * 4), .str_len = (uint32_t)b->strings.len };
	char *data;

	*ret_len = sizeof(h) + h.type_len + h.str_len;
	data = xmalloc(*ret_len);
	memcpy(data, &h, sizeof(h));
	memcpy(data + sizeof(h), b->types.v, h.type_len);
	memcpy(data + sizeof(h) + h.type_len, b->strings.data, h.str_len);
	return data;
}

/* -- asking -- */

/* NULL: refused. */
static struct script *script_on(const char *data, size_t len)
{
	struct script *s = script_new(&host);
	struct kernel_btf *b;

	if (!btf_open_memory(data, len, NULL, &b) &&
	    !kernel_types_add(probe_kernel_types(s), "vmlinux", b))
		return s;
	script_free(s);
	return NULL;
}

/* "type name @offset+size :bit_at.bits" of every member. */
static void put_fields(const struct type *t, struct strbuf *out)
{
	type_complete(t);
	for (uint32_t i = 0; i < t->n; i++) {
		const struct field *f = &t->fields[i];

		strbuf_printf(out, "%s %s @%u+%u", f->type->name, f->name, f->offset, f->size);
		if (f->bits)
			strbuf_printf(out, " :%u.%u", f->bit_at, f->bits);
		if (f->as == AS_USER)
			strbuf_puts(out, " user");
		if (f->refused_tag)
			strbuf_printf(out, " refused %s", f->refused_tag);
		strbuf_putc(out, '\n');
	}
}

static void check_fields(struct script *s, enum type_tag tag, const char *name, uint32_t size, const char *want)
{
	struct strbuf got = { 0 };
	const struct type *t = ctype_find(s, tag, name);

	assert_non_null(t);
	assert_int_equal(t->size, size);
	put_fields(t, &got);
	assert_string_equal(got.data ? got.data : "", want);
	strbuf_done(&got);
}

/* -- a kernel -- */

static void add_enums(struct blob *b)
{
	type(b, BTF_KIND_ENUM, "color", 2, 4);                  /* enum color { RED = 0, BLUE = 0xffffffff } */
	word(b, text(b, "RED")), word(b, 0), word(b, text(b, "BLUE")), word(b, 0xffffffff);
	type(b, BTF_KIND_ENUM + FLAG, "sign", 1, 4);            /* enum sign { LESS = -1 } */
	word(b, text(b, "LESS")), word(b, 0xffffffff);
	type(b, BTF_KIND_ENUM64, "wide", 1, 8);                 /* enum wide { WIDE = 0x500000007 } */
	word(b, text(b, "WIDE")), word(b, 7), word(b, 5);
	type(b, BTF_KIND_ENUM, NULL, 1, 4);                     /* enum { LONELY = 3 } */
	word(b, text(b, "LONELY")), word(b, 3);
	type(b, BTF_KIND_ENUM, "tiny", 1, 1);
	word(b, text(b, "TINY")), word(b, 9);
}

/* enum { } of the ids that add_base() makes, in its order. */
enum { INT = 1, CHAR, U8, BOOL, U64, WIDEST, DOUBLE, COLOR, SIGN, WIDE, LONELY, TINY, BASE_END };

static void add_base(struct blob *b)
{
	integer(b, "int", 4, BTF_INT_SIGNED, 32);
	integer(b, "char", 1, BTF_INT_SIGNED, 8);
	integer(b, "unsigned char", 1, 0, 8);
	integer(b, "_Bool", 1, BTF_INT_BOOL, 8);
	integer(b, "long unsigned int", 8, 0, 64);
	integer(b, "__int128", 16, BTF_INT_SIGNED, 128);
	type(b, BTF_KIND_FLOAT, "double", 0, 8);
	add_enums(b);
	assert_int_equal(b->first_id + b->n, BASE_END);
}

/* struct all: a member of every kind. */
static void add_all(struct blob *b)
{
	uint32_t p = type(b, BTF_KIND_PTR, NULL, 0, 0), typedef_id = type(b, BTF_KIND_TYPEDEF, "u64", 0, U64);
	uint32_t konst = type(b, BTF_KIND_CONST, NULL, 0, typedef_id);
	uint32_t proto = type(b, BTF_KIND_FUNC_PROTO, NULL, 0, INT), call = type(b, BTF_KIND_PTR, NULL, 0, proto);
	uint32_t row = array(b, INT, 3), rows = array(b, row, 2), name = array(b, CHAR, 16);
	uint32_t names = array(b, name, 4), bytes = array(b, U8, 6), bools = array(b, BOOL, 2);
	uint32_t flags = array(b, TINY, 2), rest = array(b, CHAR, 0), wides = array(b, WIDEST, 2);
	uint32_t self = b->first_id + b->n + 1, to_self = type(b, BTF_KIND_PTR, NULL, 0, self);

	type(b, BTF_KIND_STRUCT, "all", 21, 400);
	assert_int_equal(to_self, self - 1);
	member(b, "i", INT, 0, 0);
	member(b, "b", BOOL, 32, 0);
	member(b, "c", CHAR, 40, 0);
	member(b, "k", konst, 64, 0);
	member(b, "w", WIDEST, 128, 0);
	member(b, "d", DOUBLE, 256, 0);
	member(b, "p", p, 320, 0);
	member(b, "call", call, 384, 0);
	member(b, "rows", rows, 448, 0);
	member(b, "name", name, 640, 0);
	member(b, "names", names, 768, 0);
	member(b, "bytes", bytes, 1280, 0);
	member(b, "bools", bools, 1328, 0);
	member(b, "flags", flags, 1344, 0);
	member(b, "color", COLOR, 1376, 0);
	member(b, "lonely", LONELY, 1408, 0);
	member(b, "wide", WIDE, 1472, 0);
	member(b, "self", to_self, 1536, 0);
	member(b, "wides", wides, 1664, 0);
	member(b, "proto", proto, 2176, 0);
	member(b, "rest", rest, 3200, 0);
}

static const char all_fields[] =
	"int32 i @0+4\n"
	"bool b @4+1\n"
	"int8 c @5+1\n"
	"uint64 k @8+8\n"
	"int64 w @16+8\n"
	"none d @32+0\n"
	"void * p @40+8\n"
	"void * call @48+8\n"
	"int32[3][2] rows @56+24\n"
	"string[16] name @80+16\n"
	"string[16][4] names @96+64\n"
	"string[6] bytes @160+6\n"
	"bool[2] bools @166+2\n"
	"enum tiny[2] flags @168+2\n"
	"enum color color @172+4\n"
	"uint32 lonely @176+4\n"
	"enum wide wide @184+8\n"
	"struct all * self @192+8\n"
	"int64[2][2] wides @208+32\n"
	"none proto @272+0\n"
	"int8[0] rest @400+0\n";

/* Bit-fields as they are written with the flag of the struct, and as they were before. */
static void add_bits(struct blob *b)
{
	uint32_t int3 = integer(b, "int", 4, BTF_INT_SIGNED, 3);
	uint32_t int5_at_2 = integer(b, "int", 4, BTF_INT_SIGNED, 2 << 16 | 5);

	type(b, BTF_KIND_STRUCT + FLAG, "bits", 6, 24);
	member(b, "a", INT, 0, 3);
	member(b, "b", U64, 3, 61);
	member(b, "c", BOOL, 64, 1);
	member(b, "d", COLOR, 70, 4);
	member(b, "e", INT, 96, 0);
	member(b, "too_wide", U64, 128, 65);
	type(b, BTF_KIND_STRUCT, "old_bits", 4, 8);
	member(b, "a", int3, 5, 0);
	member(b, "b", int5_at_2, 8, 0);
	member(b, "c", INT, 32, 0);
	member(b, "astray", INT, 33, 0);
}

static const char bits_fields[] =
	"int32 a @0+1 :0.3\n"
	"uint64 b @0+8 :3.61\n"
	"bool c @8+1 :0.1\n"
	"enum color d @8+2 :6.4\n"
	"int32 e @12+4\n";
static const char old_bits_fields[] =
	"int32 a @0+1 :5.3\n"
	"int32 b @1+1 :2.5\n"
	"int32 c @4+4\n";

/* struct outer { int a; union { int b; struct { int c; u8 d : 3; }; }; struct { int x; } named; } */
static void add_nested(struct blob *b)
{
	uint32_t inner = type(b, BTF_KIND_STRUCT + FLAG, NULL, 2, 8), either, named;

	member(b, "c", INT, 0, 0);
	member(b, "d", U8, 33, 3);
	either = type(b, BTF_KIND_UNION, NULL, 2, 8);
	member(b, "b", INT, 0, 0);
	member(b, NULL, inner, 0, 0);
	named = type(b, BTF_KIND_STRUCT, NULL, 1, 4);
	member(b, "x", INT, 0, 0);
	type(b, BTF_KIND_STRUCT, "outer", 3, 16);
	member(b, "a", INT, 0, 0);
	member(b, NULL, either, 32, 0);
	member(b, "named", named, 96, 0);
	type(b, BTF_KIND_TYPEDEF, "outer_t", 0, b->first_id + b->n - 1);
	type(b, BTF_KIND_UNION, "both", 2, 8);
	member(b, "i", INT, 0, 0);
	member(b, "u", U64, 0, 0);
}

static const char outer_fields[] =
	"int32 a @0+4\n"
	"int32 b @4+4\n"
	"int32 c @4+4\n"
	"uint8 d @8+1 :1.3\n"
	"struct {int32} named @12+4\n";

static void add_tags(struct blob *b)
{
	static const char *const tags[] = { "user", "rcu", "percpu" };
	uint32_t konst = type(b, BTF_KIND_CONST, NULL, 0, INT), pointer[3];

	for (int i = 0; i < 3; i++)
		pointer[i] = type(b, BTF_KIND_PTR, NULL, 0, type(b, BTF_KIND_TYPE_TAG, tags[i], 0, konst));
	type(b, BTF_KIND_STRUCT, "tagged", 3, 24);
	for (uint32_t i = 0; i < 3; i++)
		member(b, tags[i], pointer[i], 64 * i, 0);
}

static const char tagged_fields[] =
	"int32 * user @0+8 user\n"
	"int32 * rcu @8+8\n"
	"int32 * percpu @16+8 refused percpu\n";

static void add_kernel(struct blob *b)
{
	blob_init(b);
	add_base(b);
	add_all(b);
	add_bits(b);
	add_nested(b);
	add_tags(b);
}

static void test_members(void **state)
{
	struct script *s;
	struct blob b;
	size_t len;
	char *data;

	(void)state;
	add_kernel(&b);
	data = blob_data(&b, &len);
	s = script_on(data, len);
	check_fields(s, TAG_STRUCT, "all", 400, all_fields);
	check_fields(s, TAG_STRUCT, "bits", 24, bits_fields);
	check_fields(s, TAG_STRUCT, "old_bits", 8, old_bits_fields);
	check_fields(s, TAG_STRUCT, "outer", 16, outer_fields);
	check_fields(s, TAG_NONE, "outer_t", 16, outer_fields);
	check_fields(s, TAG_STRUCT, "tagged", 24, tagged_fields);
	check_fields(s, TAG_UNION, "both", 8, "int32 i @0+4\nuint64 u @0+8\n");
	assert_true(ctype_find(s, TAG_UNION, "both")->is_union);
	assert_ptr_equal(type_field(ctype_find(s, TAG_NONE, "all"), "self")->type->to,
			 ctype_find(s, TAG_STRUCT, "all"));
	script_free(s);
	free(data);
	blob_done(&b);
}

/* -- names and constants -- */

static const struct {
	enum type_tag tag;
	const char *name, *type;
	uint32_t size;
} names[] = {
	{ TAG_NONE, "int", "int32", 4 },
	{ TAG_NONE, "long unsigned int", "uint64", 8 },
	{ TAG_NONE, "u64", "uint64", 8 },
	{ TAG_NONE, "__int128", "int64", 8 },
	{ TAG_NONE, "all", "struct all", 400 },
	{ TAG_NONE, "both", "union both", 8 },
	{ TAG_NONE, "color", "enum color", 4 },
	{ TAG_ENUM, "color", "enum color", 8 },
	{ TAG_ENUM, "wide", "enum wide", 8 },
	{ TAG_NONE, "double", NULL, 0 },
	{ TAG_STRUCT, "both", NULL, 0 },
	{ TAG_UNION, "all", NULL, 0 },
	{ TAG_STRUCT, "u64", NULL, 0 },
	{ TAG_ENUM, "RED", NULL, 0 },
	{ TAG_NONE, "RED", NULL, 0 },
	{ TAG_STRUCT, "ll", NULL, 0 }, /* the end of a name */
	{ TAG_STRUCT, "al", NULL, 0 },
	{ TAG_NONE, "", NULL, 0 },
};

static const struct {
	const char *name, *type;
	uint64_t value;
} constants[] = {
	{ "RED", "enum color", 0 },
	{ "BLUE", "enum color", 0xffffffff },
	{ "LESS", "enum sign", UINT64_MAX },
	{ "WIDE", "enum wide", 0x500000007 },
	{ "LONELY", "uint64", 3 },
	{ "TINY", "enum tiny", 9 },
};

static void test_names(void **state)
{
	const struct type *of = NULL;
	uint64_t value = 0;
	struct script *s;
	struct blob b;
	size_t len;
	char *data;

	(void)state;
	add_kernel(&b);
	data = blob_data(&b, &len);
	s = script_on(data, len);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct type *t = ctype_find(s, names[i].tag, names[i].name);

		assert_ptr_equal(t, ctype_find(s, names[i].tag, names[i].name));
		if (!names[i].type) {
			assert_null(t);
			continue;
		}
		assert_non_null(t);
		assert_string_equal(t->name, names[i].type);
		assert_int_equal(t->size, names[i].size);
	}
	for (size_t i = 0; i < ARRAY_SIZE(constants); i++) {
		assert_true(ctype_constant(s, constants[i].name, &of, &value));
		assert_string_equal(of->name, constants[i].type);
		assert_int_equal(of->size, 8);
		assert_true(value == constants[i].value);
		assert_string_equal(enum_name(of->enumeration, value), constants[i].name);
	}
	assert_false(ctype_constant(s, "color", &of, &value));
	assert_false(ctype_constant(s, "i", &of, &value));
	script_free(s);
	free(data);
	blob_done(&b);
}

/* -- modules, and structs that are declared in one place and defined in another -- */

static void test_modules(void **state)
{
	const struct type *early, *user, *secret;
	struct kernel_btf *base, *over;
	struct blob b, m;
	struct script *s;
	char *data[2];
	size_t len[2];
	uint32_t fwd;

	(void)state;
	blob_init(&b);
	add_base(&b);
	fwd = type(&b, BTF_KIND_FWD, "secret", 0, 0);
	fwd = type(&b, BTF_KIND_PTR, NULL, 0, fwd);
	type(&b, BTF_KIND_STRUCT, "user", 1, 8);
	member(&b, "to", fwd, 0, 0);
	type(&b, BTF_KIND_FWD, "ghost", 0, 0);
	blob_init_split(&m, &b);
	fwd = type(&m, BTF_KIND_STRUCT, "secret", 2, 8);
	member(&m, "a", INT, 0, 0);
	member(&m, "color", COLOR, 32, 0);
	type(&m, BTF_KIND_STRUCT, "user", 1, 4); /* vmlinux has one of that name */
	member(&m, "mine", INT, 0, 0);
	type(&m, BTF_KIND_ENUM, "of_module", 1, 4);
	word(&m, text(&m, "IN_MODULE")), word(&m, 77);
	data[0] = blob_data(&b, &len[0]);
	data[1] = blob_data(&m, &len[1]);
	s = script_new(&host);
	early = probe_kernel_struct(s, "secret");
	assert_true(early->is_incomplete);
	assert_int_equal(btf_open_memory(data[0], len[0], NULL, &base), 0);
	assert_int_equal(btf_open_memory(data[1], len[1], base, &over), 0);
	assert_int_equal(kernel_types_add(probe_kernel_types(s), "vmlinux", base), 0);
	assert_int_equal(kernel_types_add(probe_kernel_types(s), "extra", over), 0);

	user = ctype_find(s, TAG_STRUCT, "user");
	check_fields(s, TAG_STRUCT, "user", 8, "struct secret * to @0+8\n");
	secret = ctype_find(s, TAG_STRUCT, "secret");
	assert_ptr_equal(type_field(user, "to")->type->to, secret);
	assert_ptr_equal(early, secret);
	check_fields(s, TAG_STRUCT, "secret", 8, "int32 a @0+4\nenum color color @4+4\n");
	assert_int_equal(ctype_find(s, TAG_ENUM, "of_module")->size, 8);
	assert_true(type_complete(ctype_find(s, TAG_STRUCT, "ghost"))->is_incomplete);
	assert_null(type_field(ctype_find(s, TAG_STRUCT, "ghost"), "x"));
	assert_null(ctype_find(s, TAG_UNION, "ghost"));
	script_free(s);
	free(data[0]);
	free(data[1]);
	blob_done(&b);
	blob_done(&m);
}

/* -- what no compiler writes -- */

static void add_circles(struct blob *b)
{
	uint32_t at;

	add_kernel(b);
	at = b->first_id + b->n;
	type(b, BTF_KIND_TYPEDEF, "round", 0, at + 1);
	type(b, BTF_KIND_TYPEDEF, "and_round", 0, at);
	type(b, BTF_KIND_PTR, NULL, 0, at + 2);                 /* points to itself */
	type(b, BTF_KIND_TYPEDEF, "endless", 0, at + 2);
	array(b, at + 4, 2);                                    /* holds itself */
	type(b, BTF_KIND_TYPEDEF, "matryoshka", 0, at + 4);
	type(b, BTF_KIND_STRUCT, "snake", 2, 8);
	member(b, "tail", at + 6, 0, 0);
	member(b, "i", INT, 0, 0);
	type(b, BTF_KIND_STRUCT, "a", 2, 8);
	member(b, "b", at + 8, 0, 0);
	member(b, NULL, at + 8, 0, 0);
	type(b, BTF_KIND_STRUCT, "b", 2, 8);
	member(b, "a", at + 7, 0, 0);
	member(b, NULL, at + 7, 0, 0);
	type(b, BTF_KIND_STRUCT, NULL, 1, 8);                   /* without a name, leads to itself */
	member(b, "me", at + 10, 0, 0);
	type(b, BTF_KIND_PTR, NULL, 0, at + 9);
	type(b, BTF_KIND_TYPEDEF, "nameless", 0, at + 9);
	type(b, BTF_KIND_STRUCT, "outside", 3, 8);
	member(b, "far", INT, 64, 0);
	member(b, "gone", 100000, 0, 0);
	member(b, "half", U64, 32, 0);
	type(b, BTF_KIND_TYPEDEF, "nowhere", 0, 100000);
	array(b, U64, 0xffffffff);
	type(b, BTF_KIND_TYPEDEF, "huge", 0, at + 14);
	type(b, BTF_KIND_ENUM, "odd", 1, 3);
	word(b, text(b, "ODD")), word(b, 1);
	type(b, BTF_KIND_INT, "three", 0, 3);
	word(b, 24);
	type(b, BTF_KIND_STRUCT, "astray", 1, 8);
	member(b, NULL, INT, 0, 0);
}

/* Everything that can be asked, of a file that may hold anything. */
static void ask_everything(const char *data, size_t len)
{
	static const char *const asked[] = {
		"all", "bits", "old_bits", "outer", "outer_t", "both", "tagged", "round", "and_round", "endless",
		"matryoshka", "snake", "a", "b", "nameless", "outside", "nowhere", "huge", "odd", "three", "astray",
		"color", "sign", "wide", "tiny", "int", "u64",
	};
	struct script *s = script_on(data, len);
	const struct type *of;
	uint64_t value;

	if (!s)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(asked); i++)
		for (enum type_tag tag = TAG_NONE; tag <= TAG_ENUM; tag++) {
			const struct type *t = ctype_find(s, tag, asked[i]);

			if (t)
				type_complete_deep(t);
		}
	for (size_t i = 0; i < ARRAY_SIZE(constants); i++)
		ctype_constant(s, constants[i].name, &of, &value);
	script_free(s);
}

static void test_circles(void **state)
{
	static const char *const nothing[] = { "round", "and_round", "matryoshka", "nowhere", "huge", "odd", "three" };
	const struct type *of;
	uint64_t value;
	struct script *s;
	struct blob b;
	size_t len;
	char *data;

	(void)state;
	add_circles(&b);
	data = blob_data(&b, &len);
	s = script_on(data, len);
	for (size_t i = 0; i < ARRAY_SIZE(nothing); i++)
		assert_null(ctype_find(s, TAG_NONE, nothing[i]));
	check_fields(s, TAG_STRUCT, "snake", 8, "");
	check_fields(s, TAG_STRUCT, "outside", 8, "");
	check_fields(s, TAG_STRUCT, "astray", 8, "");
	assert_int_equal(ctype_find(s, TAG_NONE, "endless")->kind, TYPE_POINTER);
	assert_non_null(type_field(ctype_find(s, TAG_NONE, "nameless"), "me"));
	assert_false(ctype_constant(s, "ODD", &of, &value));
	script_free(s);
	ask_everything(data, len);
	free(data);
	blob_done(&b);
}

/* Every word of a file in turn is replaced by wrong ones, and the file is cut at many places. */
static void test_damage(void **state)
{
	static const uint32_t wrong[] = { 0, 1, 3, 20, 0x7fffffff, 0xffffffff, 0x0400ffff, 0x84000003, 0x03000000 };
	struct blob b;
	size_t len;
	char *data;

	(void)state;
	add_circles(&b);
	data = blob_data(&b, &len);
	for (size_t n = 0; n < len; n += 13) {
		char *cut = xmalloc(n + 1);

		memcpy(cut, data, n);
		ask_everything(cut, n);
		free(cut);
	}
	for (size_t at = 0; at < sizeof(struct btf_header) + b.types.n * 4; at += 4) {
		uint32_t was;

		memcpy(&was, data + at, 4);
		for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
			memcpy(data + at, &wrong[i], 4);
			ask_everything(data, len);
		}
		memcpy(data + at, &was, 4);
	}
	free(data);
	blob_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members), cmocka_unit_test(test_names), cmocka_unit_test(test_modules),
		cmocka_unit_test(test_circles), cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
