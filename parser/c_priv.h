#ifndef SONDE_PARSER_C_PRIV_H
#define SONDE_PARSER_C_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ast/ctype.h"
#include "ast/script.h"
#include "ast/type.h"
#include "base/diag.h"
#include "base/span.h"
#include "base/vec.h"

struct arena;

enum {
	C_MAX_DEPTH = 200,             /* of expressions, declarators, structs and macro arguments in each other */
	C_MAX_INCLUDES = 100,          /* headers in headers */
	C_MAX_ERRORS = 20,             /* then reading stops */
	C_MAX_EXPANDED = 1 << 16,      /* tokens that macros make in all, and */
	C_MAX_EXPANDED_PER_BYTE = 8,   /* so many more for each byte that was read */
	C_MAX_SIZE = 1 << 30,          /* bytes of one type */
	C_MAX_ALIGN = 1 << 16,
};

/* ---- tokens (c_lex.c) ---- */

enum c_token_kind { C_END, C_NAME, C_NUMBER, C_CHAR, C_STRING, C_PUNCT, C_OTHER };

/* Punctuators are told apart by their bytes: C_OP('<','<','='). */
#define C_OP(a, b, c) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16)

struct c_token {
	enum c_token_kind kind;
	uint32_t op;                   /* PUNCT */
	const char *text;              /* not NUL-terminated */
	uint32_t len;
	const char *name;              /* NAME: interned */
	struct span span;              /* from a macro: where it was used */
	uint32_t line;                 /* in its text, from 1 */
	bool is_line_start;
	bool has_space;                /* in front of it */
	bool is_painted;               /* the name of a macro inside its own expansion: not expanded again */
};

/* A text that is being read: an item of the script, or a header. */
struct c_text {
	struct c_text *up;             /* goes on behind this one */
	const char *text, *at, *end;
	uint32_t start;                /* position of text[0] */
	uint32_t line;
	bool is_line_start;
	bool is_header;
	const char *file;              /* header: its path */
	struct span named_at;          /* header: its #include */
	size_t conds;                  /* conditionals open when it began */
};

/* The next token of a text; C_END at its end, and, one_line, in front of the next line. */
struct c_token c_scan(struct c_text *t, bool one_line);
/* The value of a number or character constant; -1: it has none. */
struct c_value {
	uint64_t bits;                 /* sign- or zero-extended */
	bool is_unsigned, is_long;
};
size_t c_string_length(const struct c_token *t); /* bytes of a string, escapes decoded */
int c_number(const struct c_token *t, struct c_value *ret_value);

static inline bool c_is(const struct c_token *t, uint32_t op)
{
	return t->kind == C_PUNCT && t->op == op;
}

/* ---- tables by name (c_table.c) ---- */

struct c_slot {
	const char *name;
	void *what;
};
struct c_table {
	struct c_slot *slots;
	size_t n, cap;                 /* cap: a power of two, or 0 */
};
void *c_table_find(const struct c_table *t, const char *name);
void c_table_set(struct c_table *t, struct arena *a, const char *name, void *what); /* NULL: forgets it */

/* ---- macros (c_macro.c, c_directive.c) ---- */

struct c_tokens {
	struct c_token *v;
	size_t n, cap;
};

struct c_macro {
	const char *name;
	bool is_function, is_variadic;
	bool needs_kernel;             /* is there only when the kernel's types are */
	bool is_busy;                  /* being expanded */
	const char **params;           /* the last of a variadic one takes the rest */
	size_t n_params;
	struct c_token *body;
	size_t n_body;
	struct span span;              /* of its name */
	struct node *expr;             /* as a script expression, once it was asked for */
	bool is_no_expr;
};

/* Tokens that are read before the text goes on. */
struct c_frame {
	struct c_frame *up;
	const struct c_token *tokens;
	size_t n, at;
	struct c_macro *macro;         /* free again when they are read; NULL: arguments, or a line */
	bool is_wall;                  /* END behind them, until who put them takes them away */
};

struct c_cond {
	struct span span;
	bool is_on, was_on, has_else;
};

/* ---- types ---- */

enum c_kind {
	CT_VOID, CT_INT, CT_FLOAT, CT_POINTER, CT_ARRAY, CT_FUNCTION, CT_RECORD, CT_ENUM,
	CT_FOREIGN,                    /* another source's */
	CT_UNKNOWN,                    /* a name that nobody knows, in a header: trouble when it is needed */
};

struct c_type {
	enum c_kind kind;
	uint64_t size;                 /* bytes, of INT and FLOAT; of others c_type_size() */
	uint32_t align;                /* that attributes of a typedef ask for; 0: none */
	unsigned levels;               /* types that it is made of, one in the other */
	bool is_signed;
	bool is_plain_char, is_bool;
	bool is_flexible;              /* ARRAY without a number of elements */
	uint64_t n;
	const struct c_type *to;
	struct c_record *record;
	struct c_enum *enumeration;
	const struct type *foreign;
	enum addr_space as;            /* POINTER: of what it points to */
	const char *refused_tag;
	const char *name;              /* UNKNOWN */
	struct span span;
};

struct c_member {
	const char *name;              /* NULL: anonymous */
	struct span span;
	const struct c_type *type;
	uint32_t align;                /* that attributes ask for; 0: none */
	bool is_packed, is_bit_field;
	uint32_t bits;
	uint32_t pack;                 /* #pragma pack: most that it is aligned to; 0: as it is */
	const char *refused_tag;
	uint64_t bit_at;               /* from the start of the struct */
};

struct c_members {
	struct c_member *v;
	size_t n, cap;
};

struct c_record {
	const char *tag;               /* NULL: anonymous */
	const char *shown;             /* "struct x" */
	bool is_union, is_defined, is_open;   /* open: its members are being read */
	bool is_packed;
	uint32_t min_align;            /* that attributes ask for */
	struct span span;
	struct c_member *members;
	size_t n;
	uint64_t size;
	uint32_t align;
	const struct type *foreign;    /* not defined here, used by value: another source's */
	struct type *type;             /* once it was asked for */
};

struct c_enum {
	const char *tag;
	struct span span;
	bool is_defined;
	bool is_packed;
	uint32_t size;
	bool is_signed;
	struct enum_def def;
	const struct type *foreign;
};

/* struct, union or enum by tag: one name space. */
struct c_tag {
	enum type_tag tag;
	struct c_record *record;
	struct c_enum *enumeration;
	struct span span;
};

/* A typedef or an enumerator: one name space. */
struct c_name {
	const struct c_type *type;     /* typedef */
	struct c_enum *enumeration;    /* enumerator */
	struct c_value value;
	struct span span;
	bool is_foreign;               /* found in another source: a definition here takes its place */
};

/* ---- the reader ---- */

/* A directive or definition of the script, or a header that is imported. */
struct c_item {
	struct c_item *next;
	uint32_t start;                /* position of its text */
	size_t len;
	const char *file;              /* header: its path */
	struct span at;                /* header: what names it */
};

/* A header in which our own reader met an error. */
struct c_failure {
	const char *file;              /* as opened; NULL: none */
	struct span at;                /* what names it */
	const struct diag *first;
};

struct c_section {
	struct ctype_source source;    /* first: what the source's verbs get */
	struct script *script;
	struct arena *arena;
	struct diags *diags;
	struct c_item *items, **end_of_items;
	bool is_begun, is_source;
	struct c_failure failure;      /* the first of this attempt */
	VEC(const char *) by_clang;    /* headers that libclang reads */
	VEC(struct span) clang_texts;  /* what it said of those that are read so far */
	bool asks_others;              /* the source knows nothing while it asks those behind it */

	struct c_text *text;           /* what is being read, and what goes on behind it */
	struct c_frame *frame;         /* before the text goes on */
	bool in_directive;             /* END at the end of the line */
	bool in_condition;             /* names are 0 */
	bool has_unread;
	struct c_token unread;
	struct c_token tok;            /* the one that the parser looks at */
	unsigned braces;               /* open ones, as the parser consumed them */
	unsigned depth;
	unsigned includes;
	unsigned unevaluated;          /* what is skipped in a constant expression */
	size_t n_expanded, max_expanded;
	unsigned n_errors;
	bool is_stopped;

	struct c_table macros, tags, names, words;
	VEC(struct c_cond) conds;
	VEC(const char *) once;        /* headers with #pragma once */
	VEC(uint32_t) packs;           /* #pragma pack(push) */
	uint32_t pack;                 /* most that a member is aligned to; 0: as it is */
};

/* The type that a keyword names, and others (c_spec.c). */
enum c_word {
	CW_NONE, CW_VOID, CW_CHAR, CW_SHORT, CW_INT, CW_LONG, CW_SIGNED, CW_UNSIGNED, CW_BOOL, CW_INT128, CW_FLOAT,
	CW_DOUBLE, CW_FLOAT128, CW_COMPLEX, CW_STRUCT, CW_UNION, CW_ENUM, CW_TYPEDEF, CW_STORAGE, CW_QUALIFIER,
	CW_USER, CW_SPACE, CW_ATTRIBUTE, CW_ALIGNAS, CW_TYPEOF, CW_ASM, CW_ASSERT,
};
void c_add_words(struct c_section *c);
enum c_word c_word(const struct c_section *c, const struct c_token *t);

/* A text in front of the one that is being read. */
void c_begin_text(struct c_section *c, const struct c_item *item);
/* The next token behind all directives, macros expanded (c_macro.c). */
struct c_token c_next(struct c_section *c);
/* The next token, macros not expanded, directives obeyed. */
struct c_token c_next_raw(struct c_section *c);
/* Expands the tokens, each macro as far as it goes. */
void c_expand(struct c_section *c, const struct c_token *tokens, size_t n, struct c_tokens *out);
void c_push_frame(struct c_section *c, struct c_frame *f);
void c_pop_frame(struct c_section *c); /* of a wall */

/* Behind the '#' of a directive: obeys the line (c_directive.c). */
void c_directive(struct c_section *c, const struct c_token *hash);
bool c_is_skipping(const struct c_section *c);
struct c_macro *c_define(struct c_section *c, const char *text); /* "NAME replacement" */
/* The macro of that name; NULL: there is none. */
struct c_macro *c_macro_find(struct c_section *c, const char *name);
/* `#include` (c_include.c): name without its quotes or brackets. */
void c_include(struct c_section *c, const char *name, bool is_system, struct span at);
/* Reads a header next; path: as opened. -errno when it cannot be read. */
int c_push_file(struct c_section *c, const char *path, struct span at);
/* A header that libclang reads: what it defines is read next. */
bool c_is_by_clang(const struct c_section *c, const char *path);
void c_push_by_clang(struct c_section *c, const char *path, struct span at);
/* What stands in front of a header that libclang reads: macros of the script and its headers, as #define lines, and
 * the headers that libclang read before. */
const char *c_text_before(struct c_section *c);

/* Parsing (c_const.c, c_decl.c): c->tok is the next token. -1, NULL: an error was recorded. */
void c_advance(struct c_section *c);
bool c_accept(struct c_section *c, uint32_t op);
bool c_accept_word(struct c_section *c, const char *word);
int c_expect(struct c_section *c, uint32_t op, const char *shown);
int c_const_expr(struct c_section *c, struct c_value *ret_value);
bool c_starts_type(struct c_section *c);
const struct c_type *c_type_name(struct c_section *c); /* as in a cast or in sizeof */
void c_external_declaration(struct c_section *c);
int c_enter(struct c_section *c); /* one level deeper; -1: too deep */
void c_leave(struct c_section *c);

/* Specifiers, attributes (c_spec.c) */
struct c_attrs {
	bool is_packed;
	uint32_t align;
	enum addr_space as;
	const char *refused_tag;
};
struct c_spec {
	const struct c_type *type;
	bool is_typedef;
	struct c_attrs attrs;
};
int c_read_spec(struct c_section *c, struct c_spec *ret_spec);
int c_read_attrs(struct c_section *c, struct c_attrs *attrs); /* all that stand here; adds to attrs */
bool c_accept_qualifier(struct c_section *c, struct c_attrs *attrs);
int c_skip_group(struct c_section *c); /* c->tok opens it */

/* Structs, unions, enums (c_record.c): behind the keyword. */
const struct c_type *c_read_record(struct c_section *c, bool is_union);
const struct c_type *c_read_enum(struct c_section *c);
int c_skip_assert(struct c_section *c);

/* Declarators (c_decl.c) */
struct c_declared {
	const char *name;              /* NULL: abstract, or a bit-field without a name */
	struct span span;
	const struct c_type *type;
	struct c_attrs attrs;
};
int c_read_declarator(struct c_section *c, const struct c_spec *spec, struct c_declared *ret_d);
struct c_type *c_type_new(struct c_section *c, enum c_kind kind, const struct c_type *to);

/* Layout (c_layout.c) */
bool c_type_is_signed(const struct c_type *t);
int c_type_size(struct c_section *c, const struct c_type *t, struct span at, uint64_t *ret_size);
uint32_t c_type_align(const struct c_type *t);
int c_layout(struct c_section *c, struct c_record *r);
/* Where a member is, through anonymous ones. NULL: there is none; *ret_bit_at: from the start of r. */
const struct c_member *c_find_member(const struct c_record *r, const char *name, uint64_t *ret_bit_at);

/* Types as the rest of sonde has them (c_types.c) */
extern const struct ctype_source c_source;
const char *c_record_name(struct c_section *c, struct c_record *r);
const struct type *c_foreign_type(struct c_section *c, enum type_tag tag, const char *name);
void c_say_unknown_type(struct c_section *c, struct span at, const char *name);
bool c_foreign_constant(struct c_section *c, const char *name, struct c_value *ret_value);

/* The replacement of a macro as a script expression (c_expr.c); see struct ctype_source. */
struct node *c_macro_expression(struct c_section *c, const struct node *use);
/* Adds to a diag about a name that means nothing what a #define of that name has to do with it. */
void c_macro_hint(struct c_section *c, const char *name, struct diag *d);

/* A complaint; at most C_MAX_ERRORS. Never NULL. */
struct diag *c_error(struct c_section *c, enum diag_code code, struct span at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* What is defined twice: where it was first. */
void c_say_first(struct c_section *c, struct diag *d, struct span first);
const char *c_intern(struct c_section *c, const char *text, size_t len);

#endif
