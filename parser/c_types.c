/* The C section as a source of types: what it read, in the types that the rest of sonde has. */
#include <string.h>

#include "base/arena.h"
#include "base/intern.h"
#include "base/source.h"
#include "base/str.h"
#include "parser/c_priv.h"

static const struct type *publish(struct c_section *c, const struct c_type *t);

/* ---- what other sources know ---- */

/* C types of one word that sonde knows by itself. */
static const struct type *known_by_name(struct c_section *c, const char *name)
{
	const struct type *t = type_named(c->script->types, name);

	return t && t->kind == TYPE_INT ? t : NULL;
}

const struct type *c_foreign_type(struct c_section *c, enum type_tag tag, const char *name)
{
	const struct type *t = NULL;

	if (!name)
		return NULL;
	c->asks_others = true;
	t = ctype_find(c->script, tag, name);
	c->asks_others = false;
	return t || tag != TAG_NONE ? t : known_by_name(c, name);
}

/* A struct that is only pointed to. */
static const struct type *foreign_struct(struct c_section *c, const struct c_record *r)
{
	const struct type *t;

	if (r->is_union || !r->tag)
		return c_foreign_type(c, TAG_UNION, r->tag);
	c->asks_others = true;
	t = ctype_struct(c->script, r->tag);
	c->asks_others = false;
	return t;
}

bool c_foreign_constant(struct c_section *c, const char *name, struct c_value *ret_value)
{
	const struct type *t;
	uint64_t bits;
	bool is_known;

	c->asks_others = true;
	is_known = ctype_constant(c->script, name, &t, &bits);
	c->asks_others = false;
	if (is_known)
		*ret_value = (struct c_value){ bits, (int64_t)bits < 0 && !t->is_signed, true };
	return is_known;
}

void c_say_unknown_type(struct c_section *c, struct span at, const char *name)
{
	struct diag *d = c_error(c, DIAG_UNKNOWN_TYPE, at, "unknown type '%s'", name);

	ctype_hint_unknown(c->script, d, name);
	if (!d->hints)
		diag_hint(c->diags, d, "define it in front of this, or include the header that does");
}

/* ---- names ---- */

/* "struct x", the name of a typedef, or where the struct without a name stands. */
const char *c_record_name(struct c_section *c, struct c_record *r)
{
	const char *word = r->is_union ? "union" : "struct";
	struct place place;

	if (r->shown)
		return r->shown;
	if (r->tag) {
		r->shown = arena_printf(c->arena, "%s %s", word, r->tag);
		return r->shown;
	}
	place = source_place(c->script->sources, r->span.start);
	r->shown = arena_printf(c->arena, "%s (unnamed at %s:%u:%u)", word, place.file, place.line,
				place.column);
	return r->shown;
}

/* ---- types ---- */

static const struct type *publish_record(struct c_section *c, struct c_record *r)
{
	if (r->type)
		return r->type;
	if (!r->is_defined && !r->foreign)
		r->foreign = foreign_struct(c, r);
	if (!r->is_defined && r->foreign)
		return r->foreign;
	r->type = type_struct_lazy(c->script->types, c_record_name(c, r), r->is_union,
				   r->is_defined ? (uint32_t)r->size : 0,
				   r->is_defined ? &c->source : NULL, (uintptr_t)r);
	return r->type;
}

static const struct type *publish_enum(struct c_section *c, struct c_enum *e)
{
	if (!e->is_defined && !e->foreign && c_foreign_type(c, TAG_ENUM, e->tag))
		e->foreign = c_foreign_type(c, TAG_NONE, e->tag);
	if (!e->is_defined)
		return e->foreign ? e->foreign : type_int(c->script->types, 32, false);
	/* a member of an enum without a name is a number */
	return e->tag ? type_enum(c->script->types, &e->def, e->size)
		      : type_int(c->script->types, e->size * 8, e->is_signed);
}

/* An array of char is a string. One more byte than it has shows whether it was full; inside another array its
 * size is the distance between two. */
static const struct type *publish_array(struct c_section *c, const struct c_type *t)
{
	struct types *ts = c->script->types;
	const struct type *of;

	if (t->to->kind == CT_INT && t->to->is_plain_char && t->n)
		return type_string(ts, (uint32_t)t->n + 1);
	if (t->to->kind == CT_ARRAY && t->to->to->kind == CT_INT && t->to->to->is_plain_char && t->to->n)
		return type_array(ts, type_string(ts, (uint32_t)t->to->n), (uint32_t)t->n);
	of = publish(c, t->to);
	return of->size ? type_array(ts, of, (uint32_t)t->n) : &type_none;
}

static const struct type *publish_pointer(struct c_section *c, const struct c_type *t)
{
	const struct type *to = t->to->kind == CT_FUNCTION || t->to->kind == CT_UNKNOWN
					? &type_void
					: publish(c, t->to);

	return type_pointer_to(c->script->types, to);
}

static const struct type *publish(struct c_section *c, const struct c_type *t)
{
	switch (t->kind) {
	case CT_VOID: return &type_void;
	case CT_INT:
		return t->size > 8
			       ? &type_none
			       : type_int(c->script->types, (unsigned)t->size * 8, t->is_signed);
	case CT_POINTER: return publish_pointer(c, t);
	case CT_ARRAY: return publish_array(c, t);
	case CT_RECORD: return publish_record(c, t->record);
	case CT_ENUM: return publish_enum(c, t->enumeration);
	case CT_FOREIGN: return t->foreign;
	default: return &type_none;
	}
}

/* ---- members ---- */

struct fields {
	struct field *v;
	size_t n, cap;
};

static struct field field_of(struct c_section *c, const struct c_member *m, uint64_t bit_at)
{
	struct field f = {
		.name = m->name,
		.type = publish(c, m->type),
		.offset = (uint32_t)(bit_at / 8),
		.as = m->type->kind == CT_POINTER ? m->type->as : AS_NONE,
		.refused_tag = m->type->kind == CT_POINTER ? m->type->refused_tag : NULL,
	};
	uint64_t size = 0;

	c_type_size(c, m->type, m->span, &size);
	f.size = (uint32_t)size;
	if (m->is_bit_field) {
		f.bit_at = bit_at % 8;
		f.bits = (uint8_t)m->bits;
		f.size = (f.bit_at + f.bits + 7) / 8;
	}
	return f;
}

static void add_fields(struct c_section *c, const struct c_record *r, uint64_t bit_at, struct fields *out)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct c_member *m = &r->members[i];

		if (m->name)
			vec_push(out, field_of(c, m, bit_at + m->bit_at));
		else if (m->type->kind == CT_RECORD)
			add_fields(c, m->type->record, bit_at + m->bit_at, out);
	}
}

static void complete(const struct ctype_source *src, struct type *t)
{
	struct c_section *c = (struct c_section *)src;
	struct fields fields = { 0 };

	add_fields(c, (const struct c_record *)(uintptr_t)t->source_id, 0, &fields);
	type_set_members(c->script->types, t, fields.v, (uint32_t)fields.n);
	vec_done(&fields);
}

/* ---- the source ---- */

static const struct type *find_tag(struct c_section *c, const struct c_tag *t, enum type_tag tag)
{
	if (tag != TAG_NONE && tag != t->tag)
		return NULL;
	if (t->record)
		return t->record->is_defined ? publish_record(c, t->record) : NULL;
	if (!t->enumeration->is_defined)
		return NULL;
	return tag == TAG_ENUM ? type_enum(c->script->types, &t->enumeration->def, 8)
			       : publish_enum(c, t->enumeration);
}

static const struct type *find(const struct ctype_source *src, enum type_tag tag, const char *name)
{
	struct c_section *c = (struct c_section *)src;
	const struct c_name *n;
	const struct c_tag *t;

	if (c->asks_others)
		return NULL;
	name = c_intern(c, name, strlen(name));
	n = tag == TAG_NONE ? c_table_find(&c->names, name) : NULL;
	if (n && n->type && !n->is_foreign)
		return publish(c, n->type);
	t = c_table_find(&c->tags, name);
	return t ? find_tag(c, t, tag) : NULL;
}

static bool find_constant(const struct ctype_source *src, const char *name, const struct type **ret_type,
			  uint64_t *ret_value)
{
	struct c_section *c = (struct c_section *)src;
	const struct c_name *n = c_table_find(&c->names, c_intern(c, name, strlen(name)));

	if (c->asks_others || !n || !n->enumeration)
		return false;
	*ret_type = type_enum(c->script->types, &n->enumeration->def, 8);
	*ret_value = n->value.bits;
	return true;
}

static void each_name(const struct ctype_source *src, void (*each)(void *ctx, const char *name), void *ctx)
{
	const struct c_section *c = (const struct c_section *)src;
	const struct c_table *tables[] = { &c->names, &c->tags, &c->macros };

	for (size_t k = 0; k < ARRAY_SIZE(tables); k++)
		for (size_t i = 0; i < tables[k]->cap; i++)
			if (tables[k]->slots[i].what)
				each(ctx, tables[k]->slots[i].name);
}

static struct node *expand(const struct ctype_source *src, const struct node *use)
{
	return c_macro_expression((struct c_section *)src, use);
}

static void hint(const struct ctype_source *src, const char *name, struct diag *d)
{
	c_macro_hint((struct c_section *)src, name, d);
}

const struct ctype_source c_source = {
	.find = find,
	.complete = complete,
	.constant = find_constant,
	.expand = expand,
	.hint = hint,
	.each_name = each_name,
};
