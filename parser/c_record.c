/* Structs, unions and enums: tags and what stands in their braces. */
#include <string.h>

#include "base/arena.h"
#include "parser/c_priv.h"

static const char *const tag_words[] = { [TAG_STRUCT] = "struct", [TAG_UNION] = "union", [TAG_ENUM] = "enum" };

/* ---- tags ---- */

static struct c_tag *find_tag(struct c_section *c, const struct c_token *name, enum type_tag tag)
{
	struct c_tag *t = c_table_find(&c->tags, name->name);
	struct diag *d;

	if (!t || t->tag == tag)
		return t;
	d = c_error(c, DIAG_C_REDEFINED, name->span,
		    "'%s %s' is a different kind of type than before", tag_words[tag], name->name);
	diag_note(c->diags, d, t->span, "'%s %s' is named here", tag_words[t->tag], name->name);
	diag_hint(c->diags, d, "write '%s %s', or choose another name", tag_words[t->tag],
		  name->name);
	return NULL;
}

static void add_tag(struct c_section *c, const struct c_token *name, struct c_tag t)
{
	struct c_tag *kept = ARENA_NEW(c->arena, struct c_tag);

	*kept = t;
	kept->span = name->span;
	c_table_set(&c->tags, c->arena, name->name, kept);
}

static void say_redefined(struct c_section *c, const struct c_token *name, enum type_tag tag, struct span first)
{
	c_say_first(c,
		    c_error(c, DIAG_C_REDEFINED, name->span, "redefinition of '%s %s'",
			    tag_words[tag], name->name),
		    first);
}

/* ---- records ---- */

static struct c_record *new_record(struct c_section *c, bool is_union, const struct c_token *name)
{
	struct c_record *r = ARENA_NEW(c->arena, struct c_record);

	r->is_union = is_union;
	r->span = name->span;
	if (name->kind == C_NAME) {
		r->tag = name->name;
		add_tag(c, name, (struct c_tag){ .tag = is_union ? TAG_UNION : TAG_STRUCT, .record = r });
	}
	return r;
}

static int check_bits(struct c_section *c, const struct c_declared *d, const struct c_value *v)
{
	uint64_t size, limit;

	if (c_type_size(c, d->type, d->span, &size))
		return -1;
	limit = d->type->is_bool ? 1 : size > 8 ? 64 : size * 8;
	if (d->type->kind != CT_INT && d->type->kind != CT_ENUM &&
	    (d->type->kind != CT_FOREIGN || d->type->foreign->kind != TYPE_INT))
		diag_hint(c->diags,
			  c_error(c, DIAG_C_MEMBER, d->span, "only integers have bit-fields"),
			  "give it an integer type, or remove ': N'");
	else if (!v->is_unsigned && (int64_t)v->bits < 0)
		c_error(c, DIAG_C_MEMBER, d->span, "a bit-field has no negative width");
	else if (v->bits > limit || size > 8)
		c_error(c, DIAG_C_MEMBER, d->span,
			"the bit-field is wider than its type: %d bits are the limit", (int)limit);
	else if (!v->bits && d->name)
		c_error(c, DIAG_C_MEMBER, d->span, "a bit-field with a name has at least one bit");
	else
		return 0;
	return -1;
}

/* Behind a declarator, ":" and a width; *ret_bits -1 when there is none. */
static int read_bits(struct c_section *c, struct c_declared *d, int *ret_bits)
{
	struct c_value v;

	*ret_bits = -1;
	if (!c_accept(c, C_OP(':', 0, 0)))
		return 0;
	if (c_const_expr(c, &v) || check_bits(c, d, &v))
		return -1;
	*ret_bits = (int)v.bits;
	return 0;
}

static int check_member(struct c_section *c, const struct c_declared *d)
{
	uint64_t size;

	if (d->type->kind == CT_FUNCTION || d->type->kind == CT_VOID) {
		diag_hint(c->diags,
			  c_error(c, DIAG_C_MEMBER, d->span, "a member cannot be %s",
				  d->type->kind == CT_VOID ? "void" : "a function"),
			  "a pointer can be one: void *name, int (*name)(int)");
		return -1;
	}
	return c_type_size(c, d->type, d->span, &size);
}

static struct c_member member_of(const struct c_section *c, const struct c_declared *d, int bits)
{
	return (struct c_member){
		.name = d->name,
		.span = d->span,
		.type = d->type,
		.align = d->attrs.align,
		.is_packed = d->attrs.is_packed,
		.is_bit_field = bits >= 0,
		.bits = bits >= 0 ? (uint32_t)bits : 0,
		.pack = c->pack,
		.refused_tag = d->attrs.refused_tag,
	};
}

/* "struct { ... };" inside another: its members are the other's. */
static int add_anonymous(struct c_section *c, const struct c_spec *spec, struct span at,
			 struct c_members *members)
{
	struct c_declared d = { .span = at, .type = spec->type, .attrs = spec->attrs };

	if (spec->type->kind != CT_RECORD || spec->type->record->tag)
		return 0; /* declares a type, and no member */
	vec_push(members, member_of(c, &d, -1));
	return 0;
}

static int read_member(struct c_section *c, const struct c_spec *spec, struct c_members *members)
{
	struct c_declared d = { .span = c->tok.span, .type = spec->type, .attrs = spec->attrs };
	int bits;

	if (!c_is(&c->tok, C_OP(':', 0, 0)) && c_read_declarator(c, spec, &d))
		return -1;
	if (read_bits(c, &d, &bits) || c_read_attrs(c, &d.attrs))
		return -1;
	if (bits < 0 && check_member(c, &d))
		return -1;
	if (!d.name && bits < 0) {
		c_error(c, DIAG_SYNTAX, c->tok.span, "a member needs a name");
		return -1;
	}
	vec_push(members, member_of(c, &d, bits));
	return 0;
}

int c_skip_assert(struct c_section *c)
{
	c_advance(c);
	if (!c_is(&c->tok, C_OP('(', 0, 0)))
		return c_expect(c, C_OP('(', 0, 0), "'('");
	return c_skip_group(c) || c_expect(c, C_OP(';', 0, 0), "';'") ? -1 : 0;
}

static int read_member_declaration(struct c_section *c, struct c_members *members)
{
	struct span at = c->tok.span;
	struct c_spec spec;

	if (c_accept(c, C_OP(';', 0, 0)))
		return 0;
	if (c_word(c, &c->tok) == CW_ASSERT)
		return c_skip_assert(c);
	if (c_read_spec(c, &spec))
		return -1;
	if (c_is(&c->tok, C_OP(';', 0, 0)) || c_is(&c->tok, C_OP('}', 0, 0))) {
		if (add_anonymous(c, &spec, at, members))
			return -1;
	} else {
		do {
			if (read_member(c, &spec, members))
				return -1;
		} while (c_accept(c, C_OP(',', 0, 0)));
	}
	/* compilers let the last one go without */
	return c_is(&c->tok, C_OP('}', 0, 0)) ? 0 : c_expect(c, C_OP(';', 0, 0), "';'");
}

static int read_members(struct c_section *c, struct c_record *r)
{
	struct c_members members = { 0 };
	int err = 0;

	while (!err && !c_is(&c->tok, C_OP('}', 0, 0)))
		err = read_member_declaration(c, &members);
	r->n = members.n;
	r->members = arena_memdup(c->arena, members.v, members.n * sizeof(*members.v));
	vec_done(&members);
	if (!err)
		c_advance(c);
	return err;
}

/* The braces of r. */
static int define_record(struct c_section *c, struct c_record *r, struct c_attrs *attrs)
{
	int err;

	r->is_open = true;
	err = c_enter(c) || read_members(c, r) || c_read_attrs(c, attrs);
	c_leave(c);
	r->is_open = false;
	r->is_packed = attrs->is_packed;
	r->min_align = attrs->align;
	if (err)
		r->n = 0; /* the name is taken, so that its uses are not errors, too */
	r->is_defined = true;
	return c_layout(c, r) || err ? -1 : 0;
}

static struct c_record *find_record(struct c_section *c, const struct c_token *name, bool is_union,
				    bool defines)
{
	enum type_tag tag = is_union ? TAG_UNION : TAG_STRUCT;
	struct c_tag *t = name->kind == C_NAME ? find_tag(c, name, tag) : NULL;

	if (!t && name->kind == C_NAME && c_table_find(&c->tags, name->name))
		return NULL;
	if (!t)
		return new_record(c, is_union, name);
	if (!defines)
		return t->record;
	/* one of another source that was used by value has its size already */
	if (t->record->is_defined || t->record->is_open || t->record->foreign) {
		say_redefined(c, name, tag, t->record->span);
		return NULL;
	}
	t->record->span = name->span;
	return t->record;
}

/* What follows struct, union or enum, up to the '{' or the end of the name. */
struct tag_head {
	struct c_attrs attrs;
	struct c_token name;           /* kind C_NAME, or there is none */
	bool defines;
};

static bool read_head(struct c_section *c, struct tag_head *ret)
{
	*ret = (struct tag_head){ 0 };
	if (c_read_attrs(c, &ret->attrs))
		return false;
	ret->name = c->tok;
	if (ret->name.kind == C_NAME)
		c_advance(c);
	if (c_read_attrs(c, &ret->attrs))
		return false;
	ret->defines = c_is(&c->tok, C_OP('{', 0, 0));
	if (ret->defines || ret->name.kind == C_NAME)
		return true;
	c_error(c, DIAG_SYNTAX, ret->name.span, "a name or '{' is expected here");
	return false;
}

const struct c_type *c_read_record(struct c_section *c, bool is_union)
{
	struct tag_head h;
	struct c_record *r;
	struct c_type *t;

	if (!read_head(c, &h))
		return NULL;
	r = find_record(c, &h.name, is_union, h.defines);
	if (!r)
		return NULL;
	if (h.defines) {
		c_advance(c);
		if (define_record(c, r, &h.attrs))
			return NULL;
	}
	t = c_type_new(c, CT_RECORD, NULL);
	t->record = r;
	return t;
}

/* ---- enums ---- */

struct enum_reader {
	struct c_enum *e;
	VEC(struct enum_constant) constants;
	struct c_value next;
	bool has_negative, is_full;
	uint64_t max;                  /* of those that are not negative */
	int64_t min;
};

/* int, when that holds it; unsigned, long or unsigned long otherwise. */
static struct c_value constant_value(struct c_value v)
{
	bool is_negative = !v.is_unsigned && (int64_t)v.bits < 0;

	v.is_long = is_negative ? (int64_t)v.bits < INT32_MIN : v.bits > UINT32_MAX;
	v.is_unsigned = !is_negative && (v.is_long ? v.bits > INT64_MAX : v.bits > INT32_MAX);
	return v;
}

static int add_constant(struct c_section *c, struct enum_reader *er, const struct c_token *name,
			struct c_value v)
{
	struct c_name *old = c_table_find(&c->names, name->name), *n;

	if (old && !old->is_foreign) {
		c_say_first(c,
			    c_error(c, DIAG_C_REDEFINED, name->span, "redefinition of %s'%s'",
				    old->type ? "" : "enumerator ", name->name),
			    old->span);
		return -1;
	}
	v = constant_value(v);
	n = ARENA_NEW(c->arena, struct c_name);
	*n = (struct c_name){ .enumeration = er->e, .value = v, .span = name->span };
	c_table_set(&c->names, c->arena, name->name, n);
	vec_push(&er->constants, (struct enum_constant){ name->name, v.bits });
	if (!v.is_unsigned && (int64_t)v.bits < 0) {
		er->has_negative = true;
		if ((int64_t)v.bits < er->min)
			er->min = (int64_t)v.bits;
	} else if (v.bits > er->max) {
		er->max = v.bits;
	}
	er->is_full = v.bits == (v.is_unsigned ? UINT64_MAX : INT64_MAX);
	er->next = (struct c_value){ v.bits + 1, v.is_unsigned, true };
	return 0;
}

static int read_enumerator(struct c_section *c, struct enum_reader *er)
{
	struct c_token name = c->tok;
	struct c_attrs attrs = { 0 };
	struct c_value v = er->next;

	if (name.kind != C_NAME || c_word(c, &name) != CW_NONE) {
		c_error(c, DIAG_SYNTAX, name.span, "the name of a constant is expected here");
		return -1;
	}
	c_advance(c);
	if (c_read_attrs(c, &attrs))
		return -1;
	if (c_accept(c, C_OP('=', 0, 0))) {
		if (c_const_expr(c, &v))
			return -1;
	} else if (er->is_full) {
		diag_hint(c->diags,
			  c_error(c, DIAG_FOLD, name.span, "the value of '%s' is too large",
				  name.name),
			  "no constant is above 18446744073709551615: give it a value with '='");
		return -1;
	}
	return add_constant(c, er, &name, v);
}

static void choose_enum_size(struct c_enum *e, const struct enum_reader *er)
{
	static const uint32_t sizes[] = { 1, 2, 4, 8 };

	e->is_signed = er->has_negative;
	for (size_t i = e->is_packed ? 0 : 2; i < ARRAY_SIZE(sizes); i++) {
		unsigned bits = sizes[i] * 8;

		e->size = sizes[i];
		if (er->has_negative ? er->max <= (uint64_t)INT64_MAX >> (64 - bits) &&
					       er->min >= INT64_MIN >> (64 - bits)
				     : er->max <= UINT64_MAX >> (64 - bits))
			return;
	}
}

static int define_enum(struct c_section *c, struct c_enum *e, struct c_attrs *attrs)
{
	struct enum_reader er = { .e = e };
	int err = 0;

	while (!err && !c_is(&c->tok, C_OP('}', 0, 0))) {
		err = read_enumerator(c, &er);
		if (!err && !c_accept(c, C_OP(',', 0, 0)) && !c_is(&c->tok, C_OP('}', 0, 0)))
			err = c_expect(c, C_OP('}', 0, 0), "',' or '}'");
	}
	if (!err) {
		c_advance(c);
		err = c_read_attrs(c, attrs);
	}
	e->is_packed = attrs->is_packed;
	choose_enum_size(e, &er);
	e->def.constants = arena_memdup(c->arena, er.constants.v, er.constants.n * sizeof(*er.constants.v));
	e->def.n = (uint32_t)er.constants.n;
	e->is_defined = true;
	vec_done(&er.constants);
	return err;
}

static struct c_enum *find_enum(struct c_section *c, const struct c_token *name, bool defines)
{
	struct c_tag *t = name->kind == C_NAME ? find_tag(c, name, TAG_ENUM) : NULL;
	struct c_enum *e;

	if (t && defines && (t->enumeration->is_defined || t->enumeration->foreign)) {
		say_redefined(c, name, TAG_ENUM, t->enumeration->span);
		return NULL;
	}
	if (t)
		return t->enumeration;
	if (name->kind == C_NAME && c_table_find(&c->tags, name->name))
		return NULL;
	e = ARENA_NEW(c->arena, struct c_enum);
	e->span = name->span;
	if (name->kind == C_NAME) {
		e->tag = name->name;
		e->def.name = arena_printf(c->arena, "enum %s", name->name);
		add_tag(c, name, (struct c_tag){ .tag = TAG_ENUM, .enumeration = e });
	}
	return e;
}

const struct c_type *c_read_enum(struct c_section *c)
{
	struct tag_head h;
	struct c_enum *e;
	struct c_type *t;

	if (!read_head(c, &h))
		return NULL;
	e = find_enum(c, &h.name, h.defines);
	if (!e)
		return NULL;
	if (c_accept(c, C_OP('{', 0, 0)) && define_enum(c, e, &h.attrs))
		return NULL;
	t = c_type_new(c, CT_ENUM, NULL);
	t->enumeration = e;
	return t;
}
