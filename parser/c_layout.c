/* Where members are: the rules of the x86-64 System V ABI, with what packed, aligned and #pragma
 * pack change. */
#include <string.h>

#include "parser/c_priv.h"

/* ---- types of other sources ---- */

/* A struct of another source has no alignment of its own: that of its members, unless they show
 * that it is packed. */
static uint32_t foreign_align(const struct type *t)
{
	uint32_t align = 1;

	switch (t->kind) {
	case TYPE_ARRAY:
		return foreign_align(t->to);
	case TYPE_STRUCT:
		type_complete(t);
		for (uint32_t i = 0; i < t->n; i++) {
			uint32_t of_member = foreign_align(t->fields[i].type);

			if (t->fields[i].bits)
				continue;
			if (t->fields[i].offset % of_member)
				return 1;
			align = of_member > align ? of_member : align;
		}
		return t->size % align ? 1 : align;
	default:
		return type_is_scalar(t) && t->size ? t->size : 1;
	}
}

/* ---- size and alignment ---- */

static int say_incomplete(struct c_section *c, const struct c_type *t, struct span at)
{
	if (t->kind == CT_UNKNOWN)
		c_say_unknown_type(c, t->span, t->name);
	else if (t->kind == CT_RECORD && t->record->is_open)
		diag_hint(c->diags,
			  c_error(c, DIAG_C_MEMBER, at, "'%s %s' cannot be part of itself",
				  t->record->is_union ? "union" : "struct", t->record->tag),
			  "a pointer to it can be: put a '*' in front of the name");
	else if (t->kind == CT_RECORD)
		c_say_unknown_type(c, at, c_record_name(c, t->record));
	else if (t->kind == CT_ENUM)
		c_say_unknown_type(c, at, t->enumeration->def.name);
	else
		diag_hint(c->diags, c_error(c, DIAG_C_MEMBER, at, "this type has no size"),
			  "a pointer to it has one");
	return -1;
}

static int record_size(struct c_section *c, const struct c_type *t, struct span at, uint64_t *ret_size)
{
	struct c_record *r = t->record;

	if (!r->is_defined && !r->is_open && !r->foreign)
		r->foreign = c_foreign_type(c, r->is_union ? TAG_UNION : TAG_STRUCT, r->tag);
	if (r->is_defined)
		*ret_size = r->size;
	else if (r->foreign)
		*ret_size = r->foreign->size;
	else
		return say_incomplete(c, t, at);
	return 0;
}

static int enum_size(struct c_section *c, const struct c_type *t, struct span at, uint64_t *ret_size)
{
	struct c_enum *e = t->enumeration;

	/* by its bare name an enum has its own size, by its tag that of a number */
	if (!e->is_defined && !e->foreign && c_foreign_type(c, TAG_ENUM, e->tag))
		e->foreign = c_foreign_type(c, TAG_NONE, e->tag);
	if (e->is_defined)
		*ret_size = e->size;
	else if (e->foreign)
		*ret_size = e->foreign->size;
	else
		return say_incomplete(c, t, at);
	return 0;
}

static int array_size(struct c_section *c, const struct c_type *t, struct span at, uint64_t *ret_size)
{
	uint64_t of_one;

	if (t->to->kind == CT_VOID || t->to->kind == CT_FUNCTION) {
		diag_hint(c->diags,
			  c_error(c, DIAG_C_MEMBER, at, "there is no array of %s",
				  t->to->kind == CT_VOID ? "void" : "functions"),
			  "an array of pointers is possible: void *name[4]");
		return -1;
	}
	if (c_type_size(c, t->to, at, &of_one))
		return -1;
	if (t->n > C_MAX_SIZE || t->n * of_one > C_MAX_SIZE) {
		c_error(c, DIAG_C_MEMBER, at, "this is larger than %d bytes", C_MAX_SIZE);
		return -1;
	}
	*ret_size = t->n * of_one;
	return 0;
}

int c_type_size(struct c_section *c, const struct c_type *t, struct span at, uint64_t *ret_size)
{
	switch (t->kind) {
	case CT_VOID:
	case CT_FUNCTION:
		*ret_size = 1;
		return 0;
	case CT_INT:
	case CT_FLOAT:
		*ret_size = t->size;
		return 0;
	case CT_POINTER:
		*ret_size = 8;
		return 0;
	case CT_ARRAY:
		return array_size(c, t, at, ret_size);
	case CT_RECORD:
		return record_size(c, t, at, ret_size);
	case CT_ENUM:
		return enum_size(c, t, at, ret_size);
	case CT_FOREIGN:
		*ret_size = t->foreign->size;
		return 0;
	case CT_UNKNOWN:
		break;
	}
	return say_incomplete(c, t, at);
}

uint32_t c_type_align(const struct c_type *t)
{
	if (t->align)
		return t->align;
	switch (t->kind) {
	case CT_INT:
	case CT_FLOAT:
		return t->size > 16 ? 16 : (uint32_t)t->size;
	case CT_POINTER:
		return 8;
	case CT_ARRAY:
		return c_type_align(t->to);
	case CT_RECORD:
		return t->record->is_defined ? t->record->align
		       : t->record->foreign  ? foreign_align(t->record->foreign)
					     : 1;
	case CT_ENUM:
		return t->enumeration->is_defined ? t->enumeration->size :
		       t->enumeration->foreign    ? t->enumeration->foreign->size :
						    4;
	case CT_FOREIGN:
		return foreign_align(t->foreign);
	default:
		return 1;
	}
}

bool c_type_is_signed(const struct c_type *t)
{
	if (t->kind == CT_ENUM)
		return t->enumeration->is_signed;
	return t->kind == CT_FOREIGN ? t->foreign->is_signed : t->is_signed;
}

/* ---- placing members ---- */

struct layout {
	uint64_t bits;                 /* of what was placed so far */
	uint32_t align;                /* of the whole, in bytes */
};

static uint64_t round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

static uint32_t align_of_member(const struct c_record *r, const struct c_member *m)
{
	uint32_t align = r->is_packed || m->is_packed ? 1 : c_type_align(m->type);

	if (m->align > align)
		align = m->align;
	return m->pack && align > m->pack ? m->pack : align;
}

static void place_plain(const struct c_record *r, struct layout *l, struct c_member *m, uint64_t size)
{
	uint32_t align = align_of_member(r, m);

	m->bit_at = r->is_union ? 0 : round_up(l->bits, 8ull * align);
	if (m->bit_at + size * 8 > l->bits)
		l->bits = m->bit_at + size * 8;
	if (align > l->align)
		l->align = align;
}

/* A bit-field lies within one unit of its type, unless it is packed. One of no bits ends the unit. */
static void place_bits(const struct c_record *r, struct layout *l, struct c_member *m, uint64_t size)
{
	bool is_packed = (r->is_packed || m->is_packed) && m->bits;
	uint64_t at = r->is_union ? 0 : l->bits, align = is_packed ? 1 : 8ull * c_type_align(m->type);

	if (m->pack && m->bits && align > 8ull * m->pack)
		align = 8ull * m->pack;
	if (8ull * m->align > align)
		align = 8ull * m->align;
	if (!m->bits || (!m->pack && at % align + m->bits > size * 8))
		at = round_up(at, align);
	else if (m->align)
		at = round_up(at, 8ull * m->align);
	m->bit_at = at;
	if (at + m->bits > l->bits)
		l->bits = at + m->bits;
	if (m->name && align >= 8 && align / 8 > l->align)
		l->align = (uint32_t)(align / 8);
}

static bool is_flexible(const struct c_type *t)
{
	return t->kind == CT_ARRAY && t->is_flexible;
}

static int place(struct c_section *c, struct c_record *r, struct layout *l, size_t i)
{
	struct c_member *m = &r->members[i];
	uint64_t size;

	if (c_type_size(c, m->type, m->span, &size))
		return -1;
	if (is_flexible(m->type) && !r->is_union && i + 1 < r->n) {
		c_error(c, DIAG_C_MEMBER, m->span,
			"an array without a size must be the last member");
		return -1;
	}
	if (m->is_bit_field)
		place_bits(r, l, m, size);
	else
		place_plain(r, l, m, size);
	if (l->bits <= 8ull * C_MAX_SIZE)
		return 0;
	c_error(c, DIAG_C_MEMBER, m->span, "this is larger than %d bytes", C_MAX_SIZE);
	return -1;
}

/* The names of r and of what is anonymous in it. */
static int check_names(struct c_section *c, const struct c_record *r, struct c_table *seen)
{
	for (size_t i = 0; i < r->n; i++) {
		struct c_member *m = &r->members[i], *old;

		if (!m->name) {
			if (m->type->kind == CT_RECORD && check_names(c, m->type->record, seen))
				return -1;
			continue;
		}
		old = c_table_find(seen, m->name);
		if (old) {
			c_say_first(c,
				    c_error(c, DIAG_C_REDEFINED, m->span,
					    "there are two members '%s'", m->name),
				    old->span);
			return -1;
		}
		c_table_set(seen, c->arena, m->name, m);
	}
	return 0;
}

int c_layout(struct c_section *c, struct c_record *r)
{
	struct layout l = { .align = 1 };
	struct c_table seen = { 0 };

	for (size_t i = 0; i < r->n; i++)
		if (place(c, r, &l, i))
			return -1;
	if (r->min_align > l.align)
		l.align = r->min_align;
	r->align = l.align;
	r->size = round_up((l.bits + 7) / 8, l.align);
	return check_names(c, r, &seen);
}

const struct c_member *c_find_member(const struct c_record *r, const char *name, uint64_t *ret_bit_at)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct c_member *m = &r->members[i], *inner;

		if (m->name == name) {
			*ret_bit_at = m->bit_at;
			return m;
		}
		if (m->name || m->type->kind != CT_RECORD)
			continue;
		inner = c_find_member(m->type->record, name, ret_bit_at);
		if (!inner)
			continue;
		*ret_bit_at += m->bit_at;
		return inner;
	}
	return NULL;
}
