/* What libclang understood, as plain C: every struct is packed, and what is between its members stands there as
 * bit-fields without a name, so that its layout is the one that libclang worked out. */
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "parser/c_clang_priv.h"

struct writer {
	struct c_section *c;
	const struct clang *clang;
	CXTranslationUnit tu;
	const char *in_memory;
	struct strbuf out;
	struct c_table written;        /* tags and names that stand in out */
	unsigned depth;
};

struct cursors {
	CXCursor *v;
	size_t n, cap;
};

static const char *declare(struct writer *w, CXType t, const char *inner);

/* ---- cursors ---- */

static const char *name_of(struct writer *w, CXCursor cur)
{
	return clang_text(w->clang, w->c->arena, w->clang->getCursorSpelling(cur));
}

static int collect(CXCursor cur, CXCursor parent, void *out)
{
	struct cursors *list = out;

	(void)parent;
	vec_push(list, cur);
	return CXChildVisit_Continue;
}

static struct cursors children(struct writer *w, CXCursor cur)
{
	struct cursors list = { 0 };

	w->clang->visitChildren(cur, collect, &list);
	return list;
}

/* Where it stands; NULL: it is built in. */
static const char *file_of(struct writer *w, CXCursor cur)
{
	unsigned line, column, offset;
	CXFile file = NULL;

	w->clang->getExpansionLocation(w->clang->getCursorLocation(cur), &file, &line, &column, &offset);
	return file ? clang_text(w->clang, w->c->arena, w->clang->getFileName(file)) : NULL;
}

/* Stands in a file, rather than in what was given along with it or is built in. */
static bool is_in_file(struct writer *w, CXCursor cur)
{
	const char *name = file_of(w, cur);

	return name && strncmp(name, w->in_memory, strlen(w->in_memory));
}

/* Definitions in the script, and those that were written already, stay; so do words that only libclang takes for
 * names. */
static bool is_known_tag(struct writer *w, const char *tag)
{
	const struct c_tag *t = c_table_find(&w->c->tags, c_intern(w->c, tag, strlen(tag)));

	return t && (t->record ? t->record->is_defined : t->enumeration->is_defined);
}

static bool is_known_name(struct writer *w, const char *name)
{
	const char *interned = c_intern(w->c, name, strlen(name));
	const struct c_name *n = c_table_find(&w->c->names, interned);

	return (n && !n->is_foreign) || c_table_find(&w->c->words, interned);
}

/* Whether this is the first time. */
static bool mark(struct writer *w, const char *kind, const char *name)
{
	const char *key = arena_printf(w->c->arena, "%s %s", kind, name);

	key = c_intern(w->c, key, strlen(key));
	if (c_table_find(&w->written, key))
		return false;
	c_table_set(&w->written, w->c->arena, key, w);
	return true;
}

/* ---- types ---- */

static const char *plain_name(int kind)
{
	switch (kind) {
	case CXType_Void: return "void";
	case CXType_Bool: return "_Bool";
	case CXType_Char_U: case CXType_Char_S: return "char";
	case CXType_UChar: return "unsigned char";
	case CXType_SChar: return "signed char";
	case CXType_UShort: return "unsigned short";
	case CXType_Short: return "short";
	case CXType_UInt: return "unsigned int";
	case CXType_Int: return "int";
	case CXType_ULong: return "unsigned long";
	case CXType_Long: return "long";
	case CXType_ULongLong: return "unsigned long long";
	case CXType_LongLong: return "long long";
	case CXType_UInt128: return "unsigned __int128";
	case CXType_Int128: return "__int128";
	case CXType_Float: return "float";
	case CXType_Double: return "double";
	case CXType_LongDouble: return "long double";
	default: return NULL;
	}
}

/* Without what only says how the type was written, and without names that are built in. */
static CXType strip(struct writer *w, CXType t)
{
	while (t.kind == CXType_Elaborated)
		t = w->clang->Type_getNamedType(t);
	switch (t.kind) {
	case CXType_Typedef:
		return file_of(w, w->clang->getTypeDeclaration(t)) ? t : w->clang->getCanonicalType(t);
	case CXType_Pointer:
	case CXType_ConstantArray:
	case CXType_IncompleteArray:
	case CXType_Record:
	case CXType_Enum:
		return t;
	default:
		return w->clang->getCanonicalType(t);
	}
}

static bool is_function(struct writer *w, CXType t)
{
	int kind = w->clang->getCanonicalType(t).kind;

	return kind == CXType_FunctionProto || kind == CXType_FunctionNoProto;
}

static const char *record_body(struct writer *w, CXCursor record);

/* "struct x", or with its members when it has no tag; an enum without a tag is a number. */
static const char *tagged_name(struct writer *w, CXType t)
{
	CXCursor cur = w->clang->getTypeDeclaration(t);
	int kind = w->clang->getCursorKind(cur);
	const char *word = kind == CXCursor_UnionDecl ? "union" : kind == CXCursor_EnumDecl ? "enum" : "struct";

	if (!w->clang->Cursor_isAnonymous(cur))
		return arena_printf(w->c->arena, "%s %s", word, name_of(w, cur));
	if (kind == CXCursor_EnumDecl)
		return declare(w, w->clang->getEnumDeclIntegerType(cur), "");
	return arena_printf(w->c->arena, "%s %s", word, record_body(w, cur));
}

/* A type that our own reader has no words for: its bytes. */
static const char *stand_in(struct writer *w, CXType t)
{
	long long size = w->clang->Type_getSizeOf(t), align = w->clang->Type_getAlignOf(t);

	if (size < 0 || align <= 0)
		return NULL;
	return arena_printf(w->c->arena, "struct { unsigned char _[%lld]; } __attribute__((aligned(%lld)))", size, align);
}

/* NULL: a type without a size. */
static const char *base_name(struct writer *w, CXType t)
{
	const char *plain = plain_name(t.kind);

	if (plain)
		return plain;
	if (t.kind == CXType_Typedef)
		return clang_text(w->clang, w->c->arena, w->clang->getTypedefName(t));
	if (t.kind == CXType_Record || t.kind == CXType_Enum)
		return tagged_name(w, t);
	return stand_in(w, t);
}

static const char *declare_pointer(struct writer *w, CXType to, const char *inner)
{
	bool is_array;

	if (is_function(w, to))
		return arena_printf(w->c->arena, "void *%s", inner);
	to = strip(w, to);
	is_array = to.kind == CXType_ConstantArray || to.kind == CXType_IncompleteArray;
	return declare(w, to, arena_printf(w->c->arena, is_array ? "(*%s)" : "*%s", inner));
}

static const char *declare(struct writer *w, CXType t, const char *inner)
{
	struct arena *a = w->c->arena;
	const char *base;

	t = strip(w, t);
	switch (t.kind) {
	case CXType_Pointer:
		return declare_pointer(w, w->clang->getPointeeType(t), inner);
	case CXType_ConstantArray:
		return declare(w, w->clang->getArrayElementType(t),
			       arena_printf(a, "%s[%lld]", inner, w->clang->getArraySize(t)));
	case CXType_IncompleteArray:
		return declare(w, w->clang->getArrayElementType(t), arena_printf(a, "%s[0]", inner));
	default:
		base = base_name(w, t);
		return base ? arena_printf(a, "%s %s", base, inner) : NULL;
	}
}

/* ---- structs and unions ---- */

/* A record while its members are written. */
struct layout {
	struct strbuf text;
	CXType type;
	bool is_union;
	long long at;                  /* bits written so far */
};

static void pad(struct layout *l, long long to)
{
	while (!l->is_union && l->at < to) {
		long long n = to - l->at > 64 ? 64 : to - l->at;

		strbuf_printf(&l->text, "unsigned long long :%lld; ", n);
		l->at += n;
	}
}

static void write_field(struct writer *w, struct layout *l, CXCursor field)
{
	bool is_bit_field = w->clang->Cursor_isBitField(field);
	long long bits = is_bit_field ? w->clang->getFieldDeclBitWidth(field) : 0;
	CXType t = w->clang->getCursorType(field);
	const char *name = name_of(w, field), *text = *name ? declare(w, t, name) : NULL;
	long long size = w->clang->Type_getSizeOf(t);

	if (!text)
		return;
	pad(l, w->clang->Cursor_getOffsetOfField(field));
	if (is_bit_field)
		strbuf_printf(&l->text, "%s : %lld; ", text, bits);
	else
		strbuf_printf(&l->text, "%s; ", text);
	l->at += is_bit_field ? bits : size > 0 ? size * 8 : 0;
}

/* A member with a name in a struct or union without one, however deep. */
static const char *any_leaf(struct writer *w, CXCursor record)
{
	struct cursors kids = children(w, record);
	const char *name = NULL;

	for (size_t i = 0; i < kids.n && !name; i++) {
		if (w->clang->getCursorKind(kids.v[i]) == CXCursor_FieldDecl && *name_of(w, kids.v[i]))
			name = name_of(w, kids.v[i]);
		else if (w->clang->Cursor_isAnonymousRecordDecl(kids.v[i]))
			name = any_leaf(w, kids.v[i]);
	}
	vec_done(&kids);
	return name;
}

/* A struct or union without a name, whose members are those of what it is in. Where it is, only its members tell. */
static void write_anonymous(struct writer *w, struct layout *l, CXCursor record)
{
	CXType t = w->clang->getCursorType(record);
	const char *leaf = any_leaf(w, record);

	if (!leaf)
		return;
	pad(l, w->clang->Type_getOffsetOf(l->type, leaf) - w->clang->Type_getOffsetOf(t, leaf));
	strbuf_printf(&l->text, "%s; ", tagged_name(w, t));
	l->at += w->clang->Type_getSizeOf(t) * 8;
}

static const char *record_body(struct writer *w, CXCursor record)
{
	struct layout l = {
		.type = w->clang->getCursorType(record),
		.is_union = w->clang->getCursorKind(record) == CXCursor_UnionDecl,
	};
	struct cursors kids = children(w, record);
	long long align = w->clang->Type_getAlignOf(l.type);
	const char *body;

	strbuf_puts(&l.text, "{ ");
	for (size_t i = 0; i < kids.n && w->depth < C_MAX_DEPTH; i++) {
		int kind = w->clang->getCursorKind(kids.v[i]);

		w->depth++;
		if (kind == CXCursor_FieldDecl)
			write_field(w, &l, kids.v[i]);
		else if ((kind == CXCursor_StructDecl || kind == CXCursor_UnionDecl) &&
			 w->clang->Cursor_isAnonymousRecordDecl(kids.v[i]))
			write_anonymous(w, &l, kids.v[i]);
		w->depth--;
	}
	pad(&l, w->clang->Type_getSizeOf(l.type) * 8);
	body = arena_printf(w->c->arena, "%s} __attribute__((packed, aligned(%lld)))", l.text.data, align > 0 ? align : 1);
	strbuf_done(&l.text);
	vec_done(&kids);
	return body;
}

/* ---- what stands outside of all braces ---- */

static bool is_unsigned(int kind)
{
	return kind == CXType_Bool || (kind >= CXType_Char_U && kind <= CXType_UInt128);
}

/* The size of an enum follows from its constants: an unsigned one must not turn negative. */
static void write_constant(struct writer *w, struct strbuf *text, CXCursor constant, bool is_positive)
{
	strbuf_printf(text, "%s = ", name_of(w, constant));
	if (is_positive)
		strbuf_printf(text, "%lluu, ", w->clang->getEnumConstantDeclUnsignedValue(constant));
	else
		strbuf_printf(text, "%lld, ", w->clang->getEnumConstantDeclValue(constant));
}

/* NULL: all its constants are known. */
static const char *enum_body(struct writer *w, CXCursor cur)
{
	bool is_small = w->clang->Type_getSizeOf(w->clang->getCursorType(cur)) < 4;
	CXType t = w->clang->getCanonicalType(w->clang->getEnumDeclIntegerType(cur));
	struct cursors kids = children(w, cur);
	struct strbuf text = { 0 };
	const char *body;

	strbuf_puts(&text, "{ ");
	for (size_t i = 0; i < kids.n; i++)
		if (w->clang->getCursorKind(kids.v[i]) == CXCursor_EnumConstantDecl &&
		    !is_known_name(w, name_of(w, kids.v[i])) && mark(w, "name", name_of(w, kids.v[i])))
			write_constant(w, &text, kids.v[i], is_unsigned(t.kind));
	body = arena_printf(w->c->arena, "%s}%s", text.data, is_small ? " __attribute__((packed))" : "");
	strbuf_done(&text);
	vec_done(&kids);
	return strchr(body, '=') ? body : NULL;
}

/* An enum without a tag: its constants are all there is. */
static void write_constants(struct writer *w, CXCursor cur)
{
	const char *body = enum_body(w, cur);

	if (body)
		strbuf_printf(&w->out, "enum %s;\n", body);
}

static void write_tagged(struct writer *w, CXCursor cur);

static void write_nested(struct writer *w, CXCursor record)
{
	struct cursors kids = children(w, record);

	for (size_t i = 0; i < kids.n && w->depth < C_MAX_DEPTH; i++) {
		w->depth++;
		write_tagged(w, kids.v[i]);
		w->depth--;
	}
	vec_done(&kids);
}

/* A definition with a tag, behind those inside of it. */
static void write_tagged(struct writer *w, CXCursor cur)
{
	int kind = w->clang->getCursorKind(cur);
	const char *tag, *body;

	if (kind != CXCursor_StructDecl && kind != CXCursor_UnionDecl && kind != CXCursor_EnumDecl)
		return;
	if (kind != CXCursor_EnumDecl)
		write_nested(w, cur);
	else if (w->clang->Cursor_isAnonymous(cur))
		write_constants(w, cur);
	if (w->clang->Cursor_isAnonymous(cur) || !w->clang->isCursorDefinition(cur))
		return;
	tag = name_of(w, cur);
	if (is_known_tag(w, tag) || !mark(w, "tag", tag))
		return;
	body = kind == CXCursor_EnumDecl ? enum_body(w, cur) : record_body(w, cur);
	if (body)
		strbuf_printf(&w->out, "%s %s %s;\n", kind == CXCursor_EnumDecl ? "enum" :
			      kind == CXCursor_UnionDecl ? "union" : "struct", tag, body);
}

static void write_typedef(struct writer *w, CXCursor cur)
{
	CXType t = w->clang->getTypedefDeclUnderlyingType(cur);
	const char *name = name_of(w, cur), *text;

	if (is_function(w, t) || is_known_name(w, name) || !mark(w, "name", name))
		return;
	text = declare(w, t, name);
	if (text)
		strbuf_printf(&w->out, "typedef %s;\n", text);
}

static void write_macro(struct writer *w, CXCursor cur)
{
	unsigned line, column, end = 0, n, start;
	CXToken *tokens = NULL;
	CXFile file;

	w->clang->tokenize(w->tu, w->clang->getCursorExtent(cur), &tokens, &n);
	strbuf_puts(&w->out, "#define ");
	for (unsigned i = 0; i < n; i++) {
		CXSourceRange extent = w->clang->getTokenExtent(w->tu, tokens[i]);

		if (w->clang->getTokenKind(tokens[i]) == CXToken_Comment)
			continue;
		w->clang->getExpansionLocation(w->clang->getRangeStart(extent), &file, &line, &column, &start);
		if (i && start != end)
			strbuf_putc(&w->out, ' ');
		strbuf_puts(&w->out, clang_text(w->clang, w->c->arena, w->clang->getTokenSpelling(w->tu, tokens[i])));
		w->clang->getExpansionLocation(w->clang->getRangeEnd(extent), &file, &line, &column, &end);
	}
	strbuf_putc(&w->out, '\n');
	w->clang->disposeTokens(w->tu, tokens, n);
}

/* Macros come last: they are not to change the definitions once more. */
static void write_all(struct writer *w, const struct cursors *top, bool macros)
{
	for (size_t i = 0; i < top->n; i++) {
		int kind = w->clang->getCursorKind(top->v[i]);

		if ((kind == CXCursor_MacroDefinition) != macros || !is_in_file(w, top->v[i]))
			continue;
		if (macros)
			write_macro(w, top->v[i]);
		else if (kind == CXCursor_TypedefDecl)
			write_typedef(w, top->v[i]);
		else
			write_tagged(w, top->v[i]);
	}
}

const char *clang_write(struct c_section *c, const struct clang *clang, CXTranslationUnit tu, const char *in_memory)
{
	struct writer w = { .c = c, .clang = clang, .tu = tu, .in_memory = in_memory };
	struct cursors top = children(&w, clang->getTranslationUnitCursor(tu));
	const char *text;

	write_all(&w, &top, false);
	write_all(&w, &top, true);
	text = arena_strdup(c->arena, w.out.data ? w.out.data : "");
	strbuf_done(&w.out);
	vec_done(&top);
	return text;
}
