/* What stands in front of a declarator: the words that make a type, qualifiers, attributes. */
#include <string.h>

#include "base/arena.h"
#include "parser/c_priv.h"

/* ---- words ---- */

static const struct {
	const char *text;
	enum c_word word;
} words[] = {
	{ "void", CW_VOID }, { "char", CW_CHAR }, { "short", CW_SHORT }, { "int", CW_INT }, { "long", CW_LONG },
	{ "signed", CW_SIGNED }, { "__signed__", CW_SIGNED }, { "__signed", CW_SIGNED },
	{ "unsigned", CW_UNSIGNED }, { "_Bool", CW_BOOL }, { "bool", CW_BOOL }, { "__int128", CW_INT128 },
	{ "float", CW_FLOAT }, { "double", CW_DOUBLE }, { "_Float128", CW_FLOAT128 },
	{ "__float128", CW_FLOAT128 }, { "_Float32", CW_FLOAT }, { "_Float64", CW_DOUBLE },
	{ "_Float32x", CW_DOUBLE }, { "_Float64x", CW_FLOAT128 },
	{ "_Complex", CW_COMPLEX }, { "__complex__", CW_COMPLEX },
	{ "struct", CW_STRUCT }, { "union", CW_UNION }, { "enum", CW_ENUM }, { "typedef", CW_TYPEDEF },
	{ "extern", CW_STORAGE }, { "static", CW_STORAGE }, { "inline", CW_STORAGE }, { "__inline", CW_STORAGE },
	{ "__inline__", CW_STORAGE }, { "register", CW_STORAGE }, { "auto", CW_STORAGE },
	{ "_Thread_local", CW_STORAGE }, { "__thread", CW_STORAGE }, { "_Noreturn", CW_STORAGE },
	{ "__extension__", CW_STORAGE },
	{ "const", CW_QUALIFIER }, { "__const", CW_QUALIFIER }, { "__const__", CW_QUALIFIER },
	{ "volatile", CW_QUALIFIER }, { "__volatile__", CW_QUALIFIER }, { "__volatile", CW_QUALIFIER },
	{ "restrict", CW_QUALIFIER }, { "__restrict", CW_QUALIFIER }, { "__restrict__", CW_QUALIFIER },
	{ "_Atomic", CW_QUALIFIER },
	{ "__user", CW_USER }, { "__percpu", CW_SPACE }, { "__iomem", CW_SPACE }, { "__rcu", CW_SPACE },
	{ "__kernel", CW_QUALIFIER }, { "__force", CW_QUALIFIER }, { "__nocast", CW_QUALIFIER },
	{ "__attribute__", CW_ATTRIBUTE }, { "__attribute", CW_ATTRIBUTE },
	{ "_Alignas", CW_ALIGNAS }, { "alignas", CW_ALIGNAS },
	{ "typeof", CW_TYPEOF }, { "__typeof__", CW_TYPEOF }, { "__typeof", CW_TYPEOF },
	{ "asm", CW_ASM }, { "__asm__", CW_ASM }, { "__asm", CW_ASM },
	{ "_Static_assert", CW_ASSERT }, { "static_assert", CW_ASSERT },
};

void c_add_words(struct c_section *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		c_table_set(&c->words, c->arena, c_intern(c, words[i].text, strlen(words[i].text)),
			    (void *)(uintptr_t)words[i].word);
}

enum c_word c_word(const struct c_section *c, const struct c_token *t)
{
	return t->kind == C_NAME ? (enum c_word)(uintptr_t)c_table_find(&c->words, t->name) : CW_NONE;
}

/* ---- groups that say nothing to us ---- */

static int nesting_of(const struct c_token *t)
{
	if (c_is(t, C_OP('(', 0, 0)) || c_is(t, C_OP('{', 0, 0)) || c_is(t, C_OP('[', 0, 0)))
		return 1;
	if (c_is(t, C_OP(')', 0, 0)) || c_is(t, C_OP('}', 0, 0)) || c_is(t, C_OP(']', 0, 0)))
		return -1;
	return 0;
}

int c_skip_group(struct c_section *c)
{
	struct span open = c->tok.span;
	int depth = 0;

	do {
		if (c->tok.kind == C_END) {
			c_error(c, DIAG_SYNTAX, open, "this is never closed");
			return -1;
		}
		depth += nesting_of(&c->tok);
		c_advance(c);
	} while (depth > 0);
	return 0;
}

/* ---- attributes ---- */

static int set_align(struct c_section *c, struct c_attrs *attrs, struct span at, uint64_t align)
{
	if (!align || align & (align - 1) || align > C_MAX_ALIGN) {
		c_error(c, DIAG_ARG_VALUE, at, "an alignment is a power of two up to %d", C_MAX_ALIGN);
		return -1;
	}
	if (align > attrs->align)
		attrs->align = (uint32_t)align;
	return 0;
}

/* aligned, aligned(N) */
static int read_aligned(struct c_section *c, struct c_attrs *attrs)
{
	struct span at = c->tok.span;
	struct c_value v;

	if (!c_accept(c, C_OP('(', 0, 0)))
		return set_align(c, attrs, at, 16);
	if (c_const_expr(c, &v) || c_expect(c, C_OP(')', 0, 0), "')'"))
		return -1;
	return set_align(c, attrs, at, v.bits);
}

/* btf_type_tag("user") */
static int read_type_tag(struct c_section *c, struct c_attrs *attrs)
{
	struct c_token tag;

	if (c_expect(c, C_OP('(', 0, 0), "'('"))
		return -1;
	tag = c->tok;
	if (tag.kind != C_STRING) {
		c_error(c, DIAG_SYNTAX, tag.span, "a tag is a string");
		return -1;
	}
	c_advance(c);
	if (tag.len == 6 && !memcmp(tag.text, "\"user\"", 6))
		attrs->as = AS_USER;
	else if (tag.len != 5 || memcmp(tag.text, "\"rcu\"", 5))
		attrs->refused_tag = c_intern(c, tag.text + 1, tag.len - 2);
	return c_expect(c, C_OP(')', 0, 0), "')'");
}

static bool is_attr(const struct c_token *t, const char *name)
{
	const char *at = t->text;
	size_t len = t->len;

	if (len > 4 && !memcmp(at, "__", 2) && !memcmp(at + len - 2, "__", 2)) {
		at += 2;
		len -= 4;
	}
	return t->kind == C_NAME && len == strlen(name) && !memcmp(at, name, len);
}

static int read_attr(struct c_section *c, struct c_attrs *attrs)
{
	struct c_token name = c->tok;

	if (name.kind != C_NAME) {
		diag_hint(c->diags,
			  c_error(c, DIAG_SYNTAX, name.span, "an attribute is expected here"),
			  "e.g. __attribute__((packed))");
		return -1;
	}
	c_advance(c);
	if (is_attr(&name, "packed"))
		attrs->is_packed = true;
	else if (is_attr(&name, "aligned"))
		return read_aligned(c, attrs);
	else if (is_attr(&name, "btf_type_tag"))
		return read_type_tag(c, attrs);
	if (is_attr(&name, "vector_size") || is_attr(&name, "mode") || is_attr(&name, "scalar_storage_order")) {
		diag_hint(c->diags,
			  c_error(c, DIAG_NOT_BUILT, name.span,
				  "the attribute '%s' is not supported", name.name),
			  "write a type or an array of the size it would make");
		return -1;
	}
	return c_is(&c->tok, C_OP('(', 0, 0)) ? c_skip_group(c) : 0;
}

/* Behind __attribute__. */
static int read_attribute(struct c_section *c, struct c_attrs *attrs)
{
	for (unsigned i = 0; i < 2; i++) {
		if (c_accept(c, C_OP('(', 0, 0)))
			continue;
		c_error(c, DIAG_SYNTAX, c->tok.span, "__attribute__ syntax error, expected '(('");
		return -1;
	}
	while (!c_is(&c->tok, C_OP(')', 0, 0))) {
		if (!c_accept(c, C_OP(',', 0, 0)) && read_attr(c, attrs))
			return -1;
	}
	return c_expect(c, C_OP(')', 0, 0), "')'") || c_expect(c, C_OP(')', 0, 0), "')'") ? -1 : 0;
}

static int read_alignas(struct c_section *c, struct c_attrs *attrs)
{
	struct span at = c->tok.span;
	const struct c_type *t;
	struct c_value v;

	if (c_expect(c, C_OP('(', 0, 0), "'('"))
		return -1;
	if (c_starts_type(c)) {
		t = c_type_name(c);
		if (!t || c_type_size(c, t, at, &v.bits))
			return -1;
		v.bits = c_type_align(t);
	} else if (c_const_expr(c, &v)) {
		return -1;
	}
	return c_expect(c, C_OP(')', 0, 0), "')'") || (v.bits && set_align(c, attrs, at, v.bits)) ? -1 : 0;
}

int c_read_attrs(struct c_section *c, struct c_attrs *attrs)
{
	for (;;) {
		enum c_word w = c_word(c, &c->tok);

		if (w != CW_ATTRIBUTE && w != CW_ALIGNAS && w != CW_ASM)
			return 0;
		c_advance(c);
		if (w == CW_ATTRIBUTE ? read_attribute(c, attrs)
		    : w == CW_ALIGNAS ? read_alignas(c, attrs)
				      : c_skip_group(c))
			return -1;
	}
}

bool c_accept_qualifier(struct c_section *c, struct c_attrs *attrs)
{
	enum c_word w = c_word(c, &c->tok);

	if (w != CW_QUALIFIER && w != CW_USER && w != CW_SPACE)
		return false;
	if (w == CW_USER)
		attrs->as = AS_USER;
	else if (w == CW_SPACE && strcmp(c->tok.name, "__rcu"))
		attrs->refused_tag = c_intern(c, c->tok.name + 2, c->tok.len - 2);
	c_advance(c);
	return true;
}

/* ---- the type ---- */

struct counts {
	unsigned of[CW_ASSERT + 1];
	unsigned words;
	const struct c_type *type;     /* a struct, a typedef ... */
};

static const struct c_type *int_type(struct c_section *c, const struct counts *n, uint64_t size, bool is_signed)
{
	struct c_type *t = c_type_new(c, CT_INT, NULL);

	t->size = size;
	t->is_signed = is_signed;
	t->is_plain_char = n->of[CW_CHAR] && !n->of[CW_SIGNED] && !n->of[CW_UNSIGNED];
	t->is_bool = n->of[CW_BOOL];
	return t;
}

static const struct c_type *float_type(struct c_section *c, const struct counts *n)
{
	struct c_type *t = c_type_new(c, CT_FLOAT, NULL);

	t->size = n->of[CW_FLOAT] ? 4 : n->of[CW_FLOAT128] || n->of[CW_LONG] ? 16 : 8;
	if (n->of[CW_COMPLEX]) {
		t->align = (uint32_t)t->size;
		t->size *= 2;
	}
	return t;
}

/* What the words make together; NULL: they do not fit. */
static const struct c_type *type_of_words(struct c_section *c, const struct counts *n)
{
	unsigned base = n->of[CW_VOID] + n->of[CW_CHAR] + n->of[CW_BOOL] + n->of[CW_INT128] + n->of[CW_FLOAT] +
			n->of[CW_DOUBLE] + n->of[CW_FLOAT128];
	unsigned signs = n->of[CW_SIGNED] + n->of[CW_UNSIGNED], lengths = n->of[CW_SHORT] + n->of[CW_LONG];
	bool is_signed = !n->of[CW_UNSIGNED];

	if (base > 1 || signs > 1 || n->of[CW_INT] > 1 || n->of[CW_SHORT] > 1 || n->of[CW_LONG] > 2 ||
	    (n->of[CW_SHORT] && n->of[CW_LONG]) || (base && n->of[CW_INT]))
		return NULL;
	if (n->of[CW_FLOAT] || n->of[CW_DOUBLE] || n->of[CW_FLOAT128] || n->of[CW_COMPLEX])
		return signs || n->of[CW_SHORT] || n->of[CW_LONG] > n->of[CW_DOUBLE] ? NULL : float_type(c, n);
	if (base && lengths)
		return NULL;
	if (n->of[CW_VOID])
		return signs ? NULL : c_type_new(c, CT_VOID, NULL);
	if (n->of[CW_BOOL])
		return signs ? NULL : int_type(c, n, 1, false);
	if (n->of[CW_CHAR])
		return int_type(c, n, 1, is_signed);
	if (n->of[CW_INT128])
		return int_type(c, n, 16, is_signed);
	return int_type(c, n, n->of[CW_SHORT] ? 2 : n->of[CW_LONG] ? 8 : 4, is_signed);
}

/* A typedef, here or elsewhere. NULL: no such type. */
static const struct c_type *named_type(struct c_section *c, const struct c_token *t)
{
	struct c_name *n = c_table_find(&c->names, t->name);
	const struct type *foreign;
	struct c_type *type;

	if (n)
		return n->type;
	foreign = c_foreign_type(c, TAG_NONE, t->name);
	if (!foreign)
		return NULL;
	type = c_type_new(c, CT_FOREIGN, NULL);
	type->foreign = foreign;
	n = ARENA_NEW(c->arena, struct c_name);
	n->type = type;
	n->is_foreign = true;
	c_table_set(&c->names, c->arena, t->name, n);
	return type;
}

/* A name that nobody knows where a type must stand. In a header it matters only to who uses it. */
static const struct c_type *unknown_type(struct c_section *c)
{
	struct c_type *t;

	if (!c->text || !c->text->is_header) {
		c_say_unknown_type(c, c->tok.span, c->tok.name);
		return NULL;
	}
	t = c_type_new(c, CT_UNKNOWN, NULL);
	t->name = c->tok.name;
	t->span = c->tok.span;
	return t;
}

/* typeof(type) */
static const struct c_type *read_typeof(struct c_section *c)
{
	const struct c_type *t;

	if (c_expect(c, C_OP('(', 0, 0), "'('"))
		return NULL;
	if (!c_starts_type(c)) {
		c_error(c, DIAG_SYNTAX, c->tok.span, "a type is expected here");
		return NULL;
	}
	t = c_type_name(c);
	return t && !c_expect(c, C_OP(')', 0, 0), "')'") ? t : NULL;
}

/* A word, typedef, struct ... that is the type or part of it. 1: it is none; -1: error. */
static int read_type_part(struct c_section *c, struct counts *n)
{
	enum c_word w = c_word(c, &c->tok);
	struct c_token t = c->tok;

	if (w == CW_STRUCT || w == CW_UNION || w == CW_ENUM || w == CW_TYPEOF) {
		if (n->type || n->words)
			return 1;
		c_advance(c);
		n->type = w == CW_ENUM      ? c_read_enum(c)
			  : w == CW_TYPEOF ? read_typeof(c)
					   : c_read_record(c, w == CW_UNION);
		return n->type ? 0 : -1;
	}
	if (w >= CW_VOID && w <= CW_COMPLEX) {
		if (n->type)
			return 1;
		n->of[w]++;
		n->words++;
		c_advance(c);
		return 0;
	}
	if (w != CW_NONE || t.kind != C_NAME || n->type || n->words)
		return 1;
	n->type = named_type(c, &t);
	if (!n->type)
		n->type = unknown_type(c);
	c_advance(c);
	return n->type ? 0 : -1;
}

int c_read_spec(struct c_section *c, struct c_spec *ret_spec)
{
	struct c_spec spec = { 0 };
	struct span at = c->tok.span;
	struct counts n = { 0 };

	for (;;) {
		enum c_word w = c_word(c, &c->tok);
		int part;

		if (w == CW_TYPEDEF || w == CW_STORAGE) {
			spec.is_typedef |= w == CW_TYPEDEF;
			c_advance(c);
		} else if (w == CW_ATTRIBUTE || w == CW_ALIGNAS) {
			if (c_read_attrs(c, &spec.attrs))
				return -1;
		} else if (!c_accept_qualifier(c, &spec.attrs)) {
			part = read_type_part(c, &n);
			if (part < 0)
				return -1;
			if (part)
				break;
		}
	}
	spec.type = n.type ? n.type : n.words ? type_of_words(c, &n) : NULL;
	if (!spec.type) {
		diag_hint(c->diags,
			  c_error(c, DIAG_SYNTAX, n.words ? at : c->tok.span,
				  n.words ? "these words make no type"
					  : "a declaration is expected here"),
			  "a type is made of words such as unsigned int, struct NAME, or the name "
			  "of a typedef");
		return -1;
	}
	*ret_spec = spec;
	return 0;
}

bool c_starts_type(struct c_section *c)
{
	enum c_word w = c_word(c, &c->tok);
	const struct c_name *n;

	if (w != CW_NONE)
		return w != CW_ASM && w != CW_ASSERT;
	if (c->tok.kind != C_NAME)
		return false;
	n = c_table_find(&c->names, c->tok.name);
	return n ? n->type != NULL : named_type(c, &c->tok) != NULL;
}
