#include <linux/btf.h>
#include <string.h>

#include "ast/script.h"
#include "ast/type.h"
#include "base/arena.h"
#include "base/intern.h"
#include "base/str.h"
#include "probes/kernel_types_priv.h"

/* Types of the language made of BTF, when somebody asks for them; members of structs later still. */

enum nesting { NESTING_UNKNOWN, NESTING_BUSY, NESTING_FINE, NESTING_BROKEN };
enum { MAX_DEPTH = 100, MAX_NAME = 400 };

/* The file that a type of f or of what f stands on belongs to. */
static struct kernel_file *file_of(struct kernel_types *k, struct kernel_file *f, uint32_t id)
{
	return id < btf_first(f->btf) ? k->files.v[0] : f;
}

static size_t file_number(const struct kernel_types *k, const struct kernel_file *f)
{
	size_t i = 0;

	while (k->files.v[i] != f)
		i++;
	return i;
}

/* ---- integers, enums, pointers, arrays ---- */

static bool is_register_size(uint32_t bytes)
{
	return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
}

static uint32_t int_encoding(const struct btf_type *t)
{
	return *(const uint32_t *)(t + 1);
}

static const struct type *make_int(struct kernel_types *k, const struct btf_type *t)
{
	uint32_t encoding = BTF_INT_ENCODING(int_encoding(t));

	if (encoding & BTF_INT_BOOL && t->size == 1)
		return &type_bool;
	if (t->size == 16) /* its lower half */
		return type_int(k->s->types, 64, encoding & BTF_INT_SIGNED);
	if (!is_register_size(t->size))
		return &type_none;
	return type_int(k->s->types, t->size * 8, encoding & BTF_INT_SIGNED);
}

struct enum_constant kernel_enum_constant(const struct kernel_file *f, const struct btf_type *t, uint32_t i)
{
	const struct btf_enum *e = (const struct btf_enum *)(t + 1) + i;
	const struct btf_enum64 *wide = (const struct btf_enum64 *)(t + 1) + i;

	if (BTF_INFO_KIND(t->info) == BTF_KIND_ENUM64)
		return (struct enum_constant){ btf_text(f->btf, wide->name_off),
					       (uint64_t)wide->val_hi32 << 32 | wide->val_lo32 };
	return (struct enum_constant){ btf_text(f->btf, e->name_off),
				       BTF_INFO_KFLAG(t->info) ? (uint64_t)(int64_t)e->val
							       : (uint32_t)e->val };
}

static const struct type *make_enum(struct kernel_types *k, const struct kernel_file *f,
				    const struct btf_type *t)
{
	struct arena *a = k->s->arena;
	struct enum_def *def = ARENA_NEW(a, struct enum_def);
	uint32_t n = BTF_INFO_VLEN(t->info);
	struct enum_constant *constants = ARENA_ARRAY(a, struct enum_constant, n + 1);

	if (!is_register_size(t->size))
		return &type_none;
	for (uint32_t i = 0; i < n; i++)
		constants[i] = kernel_enum_constant(f, t, i);
	if (*btf_text(f->btf, t->name_off))
		def->name = arena_printf(a, "enum %s", btf_text(f->btf, t->name_off));
	def->constants = constants;
	def->n = n;
	return type_enum(k->s->types, def, t->size);
}

static const struct type *make_pointer(struct kernel_types *k, struct kernel_file *f, uint32_t to)
{
	const struct type *t = kernel_make_type(k, f, to);

	return type_pointer_to(k->s->types, t->kind == TYPE_NONE ? &type_void : t);
}

/* Arrays of single bytes are texts; one without a length of its own stays an array. */
static const struct type *make_array(struct kernel_types *k, struct kernel_file *f,
				     const struct btf_array *a)
{
	struct types *ts = k->s->types;
	const struct type *of = kernel_make_type(k, f, a->type);
	uint32_t id = a->type;
	const struct btf_type *t = btf_resolve(f->btf, &id);

	if (of->kind == TYPE_NONE || of->kind == TYPE_VOID ||
	    (uint64_t)of->size * a->nelems > INT32_MAX)
		return &type_none;
	if (t && BTF_INFO_KIND(t->info) == BTF_KIND_INT && t->size == 16)
		of = type_array(ts, of, 2);
	if (of->kind == TYPE_INT && of->size == 1 && !of->enumeration && a->nelems)
		return type_string(ts, a->nelems);
	return type_array(ts, of, a->nelems);
}

/* ---- structs ---- */

uint32_t kernel_find_named(const struct kernel_file *f, uint32_t name, unsigned kinds)
{
	for (size_t i = 0; name && i < f->n_named; i++)
		if (f->named[i].name == name && kinds & 1u << f->named[i].kind)
			return f->named[i].id;
	return 0;
}

static struct type *new_struct(struct kernel_types *k, bool is_union, const char *name, uint32_t size,
			       uint64_t id)
{
	char *full = arena_printf(k->s->arena, "%s %s", is_union ? "union" : "struct",
				  *name ? name : "{}");

	return type_struct_lazy(k->s->types, full, is_union, size, &k->source, id);
}

static struct forward *find_forward(struct kernel_types *k, bool is_union, const char *name)
{
	for (size_t i = 0; i < k->forwards.n; i++)
		if (k->forwards.v[i].type->is_union == is_union &&
		    !strcmp(k->forwards.v[i].name, name))
			return &k->forwards.v[i];
	return NULL;
}

const struct type *kernel_await_struct(struct kernel_types *k, bool is_union, const char *name)
{
	struct forward *known = find_forward(k, is_union, name);
	struct type *made;

	if (known)
		return known->type;
	made = new_struct(k, is_union, name, 0, (uint64_t)FORWARD << 32 | k->forwards.n);
	vec_push(&k->forwards, (struct forward){ arena_strdup(k->s->arena, name), made });
	return made;
}

/* A struct that f only declares: as f or another file that is open defines it, or one that waits for
 * a module to do so. */
static const struct type *make_forward(struct kernel_types *k, struct kernel_file *f,
				       const struct btf_type *t)
{
	bool is_union = BTF_INFO_KFLAG(t->info);
	const char *name = btf_text(f->btf, t->name_off);
	unsigned kinds = 1u << (is_union ? BTF_KIND_UNION : BTF_KIND_STRUCT);
	uint32_t id = kernel_find_named(f, t->name_off, kinds);

	if (id)
		return kernel_make_type(k, f, id);
	for (size_t i = 0; i < k->files.n; i++) {
		struct kernel_file *other = k->files.v[i];

		id = kernel_find_named(other, btf_find_text(other->btf, name), kinds);
		if (id)
			return kernel_make_type(k, other, id);
	}
	return kernel_await_struct(k, is_union, name);
}

/* The name of a struct without one is made of its members. */
static void name_anonymous(struct kernel_types *k, struct type *t)
{
	struct strbuf name = { 0 };

	strbuf_printf(&name, "%s {", t->is_union ? "union" : "struct");
	for (uint32_t i = 0; i < t->n && name.len < MAX_NAME; i++)
		strbuf_printf(&name, "%s%s", i ? "," : "", t->fields[i].type->name);
	strbuf_puts(&name, name.len < MAX_NAME ? "}" : "...}");
	t->name = intern_str(k->s->names, name.data);
	strbuf_done(&name);
}

static const struct type *make_struct(struct kernel_types *k, struct kernel_file *f, uint32_t id,
				      const struct btf_type *t)
{
	bool is_union = BTF_INFO_KIND(t->info) == BTF_KIND_UNION;
	const char *name = btf_text(f->btf, t->name_off);
	uint64_t number = (uint64_t)file_number(k, f) << 32 | id;
	struct forward *awaited = *name ? find_forward(k, is_union, name) : NULL;
	struct type *made;

	if (awaited && awaited->type->source_id >> 32 == FORWARD) {
		made = awaited->type;
		made->size = t->size;
		made->source_id = number;
		made->is_incomplete = true;
	} else {
		made = new_struct(k, is_union, name, t->size, number);
	}
	f->types[id - btf_first(f->btf)] = made; /* a member may lead back here */
	if (!*name) {
		type_complete(made);
		name_anonymous(k, made);
	}
	return made;
}

/* ---- any type ---- */

static const struct type *convert(struct kernel_types *k, struct kernel_file *f, uint32_t id,
				  const struct btf_type *t)
{
	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_INT:
		return make_int(k, t);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return make_enum(k, f, t);
	case BTF_KIND_PTR:
		return make_pointer(k, f, t->type);
	case BTF_KIND_ARRAY:
		return make_array(k, f, (const struct btf_array *)(t + 1));
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return make_struct(k, f, id, t);
	case BTF_KIND_FWD:
		return make_forward(k, f, t);
	default: /* float, function */
		return &type_none;
	}
}

const struct type *kernel_make_type(struct kernel_types *k, struct kernel_file *f, uint32_t id)
{
	const struct btf_type *t = btf_resolve(f->btf, &id);
	const struct type **slot, *made;

	if (!t)
		return id ? &type_none : &type_void;
	f = file_of(k, f, id);
	slot = &f->types[id - btf_first(f->btf)];
	if (*slot)
		return *slot;
	if (k->depth == MAX_DEPTH)
		return &type_none;
	k->depth++;
	made = convert(k, f, id, t);
	k->depth--;
	return *slot = made;
}

/* ---- members ---- */

static bool is_struct(const struct btf_type *t)
{
	return t && (BTF_INFO_KIND(t->info) == BTF_KIND_STRUCT ||
		     BTF_INFO_KIND(t->info) == BTF_KIND_UNION);
}

/* Whether a struct holds itself, as none does that a compiler described; each is looked at once. */
static enum nesting nesting(struct kernel_types *k, struct kernel_file *f, uint32_t id, unsigned depth)
{
	const struct btf_type *t = btf_resolve(f->btf, &id);
	const struct btf_member *m;
	uint8_t *state;

	while (t && BTF_INFO_KIND(t->info) == BTF_KIND_ARRAY && depth++ < MAX_DEPTH) {
		id = ((const struct btf_array *)(t + 1))->type;
		t = btf_resolve(f->btf, &id);
	}
	if (depth > MAX_DEPTH)
		return NESTING_BROKEN;
	if (!is_struct(t))
		return NESTING_FINE;
	f = file_of(k, f, id);
	state = &f->nesting[id - btf_first(f->btf)];
	if (*state == NESTING_BUSY)
		return *state = NESTING_BROKEN;
	if (*state != NESTING_UNKNOWN)
		return *state;
	*state = NESTING_BUSY;
	m = (const struct btf_member *)(t + 1);
	for (unsigned i = 0; i < BTF_INFO_VLEN(t->info) && *state == NESTING_BUSY; i++)
		if (nesting(k, f, m[i].type, depth + 1) == NESTING_BROKEN)
			*state = NESTING_BROKEN;
	if (*state == NESTING_BUSY)
		*state = NESTING_FINE;
	return *state;
}

struct members {
	struct kernel_types *k;
	struct kernel_file *f;
	uint32_t size;                 /* of the whole struct */
	unsigned seen;                 /* members looked at */
	VEC(struct field) fields;
};

void kernel_read_tags(const struct kernel_btf *b, const struct btf_type *t, struct field *field)
{
	uint32_t id = t->type;

	for (int i = 0; i < MAX_DEPTH && (t = btf_at(b, id)); i++, id = t->type) {
		const char *tag = btf_text(b, t->name_off);

		switch (BTF_INFO_KIND(t->info)) {
		case BTF_KIND_TYPE_TAG:
			if (!strcmp(tag, "user"))
				field->as = AS_USER;
			else if (strcmp(tag, "rcu"))
				field->refused_tag = tag;
			break;
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
			break;
		default:
			return;
		}
	}
}

/* Where a member is, in bits from the start of its struct; *ret_bits: of a bit-field, else 0. */
static uint64_t member_place(const struct btf_type *in, const struct btf_member *m,
			     const struct btf_type *t, uint32_t *ret_bits)
{
	uint64_t at = m->offset;

	*ret_bits = 0;
	if (BTF_INFO_KFLAG(in->info)) {
		*ret_bits = BTF_MEMBER_BITFIELD_SIZE(m->offset);
		return BTF_MEMBER_BIT_OFFSET(m->offset);
	}
	if (BTF_INFO_KIND(t->info) == BTF_KIND_INT) {
		at += BTF_INT_OFFSET(int_encoding(t));
		if (BTF_INT_BITS(int_encoding(t)) != t->size * 8 || at % 8)
			*ret_bits = BTF_INT_BITS(int_encoding(t));
	}
	return at;
}

static void add_member(struct members *m, const char *name, const struct btf_type *t, uint32_t type,
		       uint64_t at, uint32_t bits)
{
	struct field field = { .name = name, .type = kernel_make_type(m->k, m->f, type),
			       .offset = (uint32_t)(at / 8) };

	field.size = field.type->size;
	if (bits) {
		field.bit_at = at % 8;
		field.bits = (uint8_t)bits;
		field.size = (field.bit_at + bits + 7) / 8;
	}
	if ((bits ? bits > 64 || !type_is_scalar(field.type) : at % 8 != 0) ||
	    at / 8 + field.size > m->size)
		return;
	if (BTF_INFO_KIND(t->info) == BTF_KIND_PTR)
		kernel_read_tags(m->f->btf, t, &field);
	vec_push(&m->fields, field);
}

/* Those of struct `in` that begins at that bit; of one without a name they count as its owner's. */
static void add_members(struct members *m, const struct btf_type *in, uint64_t start)
{
	const struct btf_member *members = (const struct btf_member *)(in + 1);
	enum { MAX_MEMBERS = 1 << 17 };

	for (unsigned i = 0; i < BTF_INFO_VLEN(in->info) && m->seen++ < MAX_MEMBERS; i++) {
		const char *name = btf_text(m->f->btf, members[i].name_off);
		uint32_t id = members[i].type, bits;
		const struct btf_type *t = btf_resolve(m->f->btf, &id);
		uint64_t at;

		if (!t || nesting(m->k, m->f, id, 0) == NESTING_BROKEN)
			continue;
		at = start + member_place(in, &members[i], t, &bits);
		if (*name)
			add_member(m, name, t, members[i].type, at, bits);
		else if (is_struct(t))
			add_members(m, t, at);
	}
}

void kernel_set_members(struct kernel_types *k, struct type *t)
{
	struct members m = { .k = k, .f = k->files.v[t->source_id >> 32], .size = t->size };
	uint32_t id = (uint32_t)t->source_id;

	if (nesting(k, m.f, id, 0) != NESTING_BROKEN)
		add_members(&m, btf_at(m.f->btf, id), 0);
	type_set_members(k->s->types, t, m.fields.v, (uint32_t)m.fields.n);
	vec_done(&m.fields);
}
