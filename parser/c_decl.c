/* Declarators, type names and what stands outside of all braces. */
#include <string.h>

#include "base/arena.h"
#include "parser/c_priv.h"

struct c_type *c_type_new(struct c_section *c, enum c_kind kind, const struct c_type *to)
{
	struct c_type *t = ARENA_NEW(c->arena, struct c_type);

	t->kind = kind;
	t->to = to;
	t->levels = to ? to->levels + 1 : 0;
	return t;
}

/* A type made of another; NULL with an error when they are too many in each other. */
static struct c_type *derive(struct c_section *c, enum c_kind kind, const struct c_type *to)
{
	if (to->levels < C_MAX_DEPTH)
		return c_type_new(c, kind, to);
	c_error(c, DIAG_NESTING, c->tok.span, "a type is made of at most %d in each other", C_MAX_DEPTH);
	return NULL;
}

/* ---- declarators ---- */

static int read_declarator(struct c_section *c, const struct c_type *base, struct c_attrs *pointee,
			   struct c_declared *d);

/* Behind a '[': its length and the ']'. */
static int read_length(struct c_section *c, struct c_type *ret_t)
{
	struct span at = c->tok.span;
	struct c_attrs ignored = { 0 };
	struct c_value v;

	while (c_accept_qualifier(c, &ignored) || c_accept_word(c, "static"))
		;
	if (c_accept(c, C_OP(']', 0, 0))) {
		ret_t->is_flexible = true;
		return 0;
	}
	if (c_const_expr(c, &v))
		return -1;
	if (!v.is_unsigned && (int64_t)v.bits < 0) {
		c_error(c, DIAG_C_MEMBER, at, "an array has no negative number of elements");
		return -1;
	}
	if (v.bits > C_MAX_SIZE) {
		c_error(c, DIAG_C_MEMBER, at, "this is larger than %d bytes", C_MAX_SIZE);
		return -1;
	}
	ret_t->n = v.bits;
	return c_expect(c, C_OP(']', 0, 0), "']'");
}

/* "[2][3]", "(int)": what the base becomes. NULL: an error was recorded. */
static const struct c_type *read_suffixes(struct c_section *c, const struct c_type *base)
{
	struct c_type length = { 0 }, *t = NULL;
	const struct c_type *inner = NULL;

	if (c_is(&c->tok, C_OP('(', 0, 0)))
		return c_skip_group(c) ? NULL : derive(c, CT_FUNCTION, base);
	if (!c_accept(c, C_OP('[', 0, 0)))
		return base;
	if (!c_enter(c) && !read_length(c, &length))
		inner = read_suffixes(c, base);
	c_leave(c);
	if (inner)
		t = derive(c, CT_ARRAY, inner);
	if (t) {
		t->n = length.n;
		t->is_flexible = length.is_flexible;
	}
	return t;
}

static const struct c_type *read_pointers(struct c_section *c, const struct c_type *base,
					  struct c_attrs *pointee)
{
	while (c_accept(c, C_OP('*', 0, 0))) {
		struct c_type *t = derive(c, CT_POINTER, base);

		if (!t)
			return NULL;
		t->as = pointee->as;
		t->refused_tag = pointee->refused_tag;
		*pointee = (struct c_attrs){ 0 };
		while (c_accept_qualifier(c, pointee) || c_word(c, &c->tok) == CW_ATTRIBUTE)
			if (c_read_attrs(c, pointee))
				return NULL;
		base = t;
	}
	return base;
}

/* "(*name)" with something behind it: read with a base that is filled in when that is known. */
static int read_nested(struct c_section *c, const struct c_type *base, struct c_declared *d)
{
	struct c_type *hole = c_type_new(c, CT_VOID, NULL);
	struct c_attrs none = { 0 };
	const struct c_type *real;

	hole->levels = base->levels;
	if (read_declarator(c, hole, &none, d) || c_expect(c, C_OP(')', 0, 0), "')'"))
		return -1;
	real = read_suffixes(c, base);
	if (!real)
		return -1;
	*hole = *real;
	return 0;
}

/* Behind a '(': parameters, rather than a declarator in parentheses. */
static bool starts_params(struct c_section *c)
{
	return c_is(&c->tok, C_OP(')', 0, 0)) || (c_starts_type(c) && c_word(c, &c->tok) != CW_ATTRIBUTE);
}

static int skip_params(struct c_section *c)
{
	while (!c_is(&c->tok, C_OP(')', 0, 0)))
		if (c->tok.kind == C_END || c_skip_group(c))
			return c_expect(c, C_OP(')', 0, 0), "')'");
	c_advance(c);
	return 0;
}

static int read_direct(struct c_section *c, const struct c_type *base, struct c_declared *d)
{
	if (c->tok.kind == C_NAME && c_word(c, &c->tok) == CW_NONE) {
		d->name = c->tok.name;
		d->span = c->tok.span;
		c_advance(c);
	} else if (c_accept(c, C_OP('(', 0, 0))) {
		if (!starts_params(c))
			return read_nested(c, base, d);
		d->type = skip_params(c) ? NULL : derive(c, CT_FUNCTION, base);
		return d->type ? 0 : -1;
	}
	d->type = read_suffixes(c, base);
	return d->type ? 0 : -1;
}

static int read_declarator(struct c_section *c, const struct c_type *base, struct c_attrs *pointee,
			   struct c_declared *d)
{
	int err = -1;

	if (!c_enter(c)) {
		base = read_pointers(c, base, pointee);
		if (base && !c_read_attrs(c, &d->attrs))
			err = read_direct(c, base, d);
	}
	c_leave(c);
	return err;
}

int c_read_declarator(struct c_section *c, const struct c_spec *spec, struct c_declared *ret_d)
{
	struct c_declared d = { .span = c->tok.span, .attrs = spec->attrs };
	struct c_attrs pointee = spec->attrs;

	d.attrs.as = AS_NONE;
	d.attrs.refused_tag = NULL;
	if (read_declarator(c, spec->type, &pointee, &d))
		return -1;
	*ret_d = d;
	return 0;
}

const struct c_type *c_type_name(struct c_section *c)
{
	struct c_declared d;
	struct c_spec spec;

	if (c_read_spec(c, &spec) || c_read_declarator(c, &spec, &d))
		return NULL;
	if (!d.name)
		return d.type;
	c_error(c, DIAG_SYNTAX, d.span, "a type is expected here, without a name behind it");
	return NULL;
}

/* ---- the top level ---- */

static bool is_same_type(const struct c_type *a, const struct c_type *b)
{
	if (a == b)
		return true;
	if (a->kind != b->kind || a->size != b->size || a->is_signed != b->is_signed ||
	    a->n != b->n || a->record != b->record || a->enumeration != b->enumeration ||
	    a->foreign != b->foreign || !a->to != !b->to)
		return false;
	return !a->to || is_same_type(a->to, b->to);
}

static int add_typedef(struct c_section *c, const struct c_declared *d)
{
	struct c_name *old = c_table_find(&c->names, d->name), *n;
	struct c_type *t;

	if (old && !old->is_foreign && (!old->type || !is_same_type(old->type, d->type))) {
		c_say_first(c,
			    c_error(c, DIAG_C_REDEFINED, d->span, "'%s' is something else already",
				    d->name),
			    old->span);
		return -1;
	}
	t = arena_memdup(c->arena, d->type, sizeof(*d->type));
	if (d->attrs.align)
		t->align = d->attrs.align;
	if (t->kind == CT_RECORD && !t->record->tag && !t->record->shown)
		t->record->shown = d->name;
	n = ARENA_NEW(c->arena, struct c_name);
	n->type = t;
	n->span = d->span;
	c_table_set(&c->names, c->arena, d->name, n);
	return 0;
}

/* Behind '=': up to the ',' or ';' outside of all groups. */
static int skip_initializer(struct c_section *c)
{
	while (c->tok.kind != C_END && !c_is(&c->tok, C_OP(',', 0, 0)) && !c_is(&c->tok, C_OP(';', 0, 0)))
		if (c_skip_group(c))
			return -1;
	return 0;
}

/* One name that is declared. 1: it was a function with a body, and the declaration is over. */
static int read_declared(struct c_section *c, const struct c_spec *spec)
{
	struct c_declared d;

	if (c_read_declarator(c, spec, &d) || c_read_attrs(c, &d.attrs))
		return -1;
	if (!d.name) {
		c_error(c, DIAG_SYNTAX, c->tok.span, "a name is expected here");
		return -1;
	}
	if (spec->is_typedef)
		return add_typedef(c, &d);
	if (d.type->kind == CT_FUNCTION && c_is(&c->tok, C_OP('{', 0, 0)))
		return c_skip_group(c) ? -1 : 1;
	return c_accept(c, C_OP('=', 0, 0)) ? skip_initializer(c) : 0;
}

static int read_names(struct c_section *c, const struct c_spec *spec)
{
	int is_over;

	do {
		is_over = read_declared(c, spec);
		if (is_over)
			return is_over < 0 ? -1 : 0;
	} while (c_accept(c, C_OP(',', 0, 0)));
	return c->tok.kind == C_END ? 0 : c_expect(c, C_OP(';', 0, 0), "';'");
}

static int read_declaration(struct c_section *c)
{
	struct c_spec spec;

	if (c_accept(c, C_OP(';', 0, 0)))
		return 0;
	if (c_word(c, &c->tok) == CW_ASSERT)
		return c_skip_assert(c);
	if (c_word(c, &c->tok) == CW_ASM) {
		c_advance(c);
		return c_skip_group(c);
	}
	if (c_read_spec(c, &spec))
		return -1;
	/* the ';' behind the last braces of an item may be missing */
	if (c->tok.kind == C_END || c_accept(c, C_OP(';', 0, 0)))
		return 0;
	return read_names(c, &spec);
}

/* After an error: behind the ';' or '}' that ends the declaration. */
static void resync(struct c_section *c)
{
	while (c->tok.kind != C_END) {
		bool ends = c_is(&c->tok, C_OP(';', 0, 0)) || c_is(&c->tok, C_OP('}', 0, 0));

		c_advance(c);
		if (ends && !c->braces)
			break;
	}
	c_accept(c, C_OP(';', 0, 0));
}

void c_external_declaration(struct c_section *c)
{
	c->braces = 0;
	c->depth = 0;
	if (read_declaration(c))
		resync(c);
}
