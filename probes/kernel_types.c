#include <errno.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>

#include "ast/ctype.h"
#include "ast/script.h"
#include "ast/type.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/intern.h"
#include "base/str.h"
#include "probes/btf.h"
#include "probes/probe_priv.h"

/* Types and constants of the kernel and its modules (ast/ctype.h). Nothing is opened before the first
 * question. A question costs a search through the texts of a file and a walk over the types that have
 * names; answers are kept. Modules are asked when vmlinux does not know. */

struct file {
	struct kernel_btf *btf;
	char *module;
	const struct type **types;     /* by id - btf_first(); NULL: not made */
	uint8_t *nesting;              /* of structs, the same; enum nesting */
	const struct btf_named *named; /* the btf's */
	size_t n_named;
};

enum nesting { NESTING_UNKNOWN, NESTING_BUSY, NESTING_FINE, NESTING_BROKEN };

struct answer {
	enum type_tag tag;
	const char *name;              /* interned */
	const struct type *type;
};

/* A struct that was named before anybody looked, or that is declared in one file and, if at all, defined
 * in another one. */
struct forward {
	const char *name;
	struct type *type;
};

struct kernel_types {
	struct ctype_source source;    /* first: what a struct type points back to */
	struct script *s;
	int err;                       /* of opening vmlinux */
	const struct diags *said_in;   /* that it could not be opened */
	bool is_open, has_modules;
	VEC(struct file *) files;      /* vmlinux, modules */
	VEC(struct answer) answers;
	VEC(struct forward) forwards;
	unsigned depth;                /* of make_type() */
};

/* source_id of a struct: number of the file and id; this instead of a file: number of a forward. */
enum { FORWARD = 0x7fffffff, MAX_DEPTH = 100, MAX_NAME = 400 };

static const struct type *make_type(struct kernel_types *k, struct file *f, uint32_t id);

static struct kernel_types *kernel_types(const struct ctype_source *src)
{
	return (struct kernel_types *)src;
}

/* ---- files ---- */

/* Takes b over, or closes it. */
static int add_file(struct kernel_types *k, const char *module, struct kernel_btf *b)
{
	int err = btf_index(b);
	struct file *f;
	size_t n;

	if (err) {
		btf_close(b);
		return err;
	}
	n = btf_end(b) - btf_first(b);
	f = xcalloc(1, sizeof(*f));
	f->btf = b;
	f->module = xstrdup(module);
	f->types = xcalloc(n + 1, sizeof(*f->types));
	f->nesting = xcalloc(n + 1, 1);
	f->named = btf_names(b, &f->n_named);
	vec_push(&k->files, f);
	return 0;
}

static int add_module(void *ctx, const char *module)
{
	struct kernel_types *k = ctx;
	struct kernel_btf *b;

	if (strcmp(module, "vmlinux") && !btf_open(module, k->files.v[0]->btf, &b))
		add_file(k, module, b);
	return 0;
}

/* Once in each list of diags: those of rounds of the type pass that are not the last are dropped. */
static void say_no_file(struct kernel_types *k)
{
	if (!k->err || !btf_named_file() || k->said_in == k->s->diags)
		return;
	k->said_in = k->s->diags;
	diag_warning(k->s->diags, DIAG_SYSTEM, (struct span){ 0, 0 }, "BTF: failed to parse BTF from %s",
		     btf_named_file());
}

static void open_kernel(struct kernel_types *k)
{
	struct kernel_btf *b;

	if (k->is_open) {
		say_no_file(k);
		return;
	}
	k->is_open = true;
	k->err = btf_open("vmlinux", NULL, &b);
	if (!k->err)
		k->err = add_file(k, "vmlinux", b);
	say_no_file(k);
}

static void open_modules(struct kernel_types *k)
{
	if (k->has_modules || !k->files.n)
		return;
	k->has_modules = true;
	btf_modules(add_module, k);
}

/* The file that a type of f or of what f stands on belongs to. */
static struct file *file_of(struct kernel_types *k, struct file *f, uint32_t id)
{
	return id < btf_first(f->btf) ? k->files.v[0] : f;
}

static size_t file_number(const struct kernel_types *k, const struct file *f)
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

/* A constant of an enum by its place. */
static struct enum_constant enum_constant(const struct file *f, const struct btf_type *t, uint32_t i)
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

static const struct type *make_enum(struct kernel_types *k, const struct file *f,
				    const struct btf_type *t)
{
	struct arena *a = k->s->arena;
	struct enum_def *def = ARENA_NEW(a, struct enum_def);
	uint32_t n = BTF_INFO_VLEN(t->info);
	struct enum_constant *constants = ARENA_ARRAY(a, struct enum_constant, n + 1);

	if (!is_register_size(t->size))
		return &type_none;
	for (uint32_t i = 0; i < n; i++)
		constants[i] = enum_constant(f, t, i);
	if (*btf_text(f->btf, t->name_off))
		def->name = arena_printf(a, "enum %s", btf_text(f->btf, t->name_off));
	def->constants = constants;
	def->n = n;
	return type_enum(k->s->types, def, t->size);
}

static const struct type *make_pointer(struct kernel_types *k, struct file *f, uint32_t to)
{
	const struct type *t = make_type(k, f, to);

	return type_pointer_to(k->s->types, t->kind == TYPE_NONE ? &type_void : t);
}

/* Arrays of single bytes are texts; one without a length of its own stays an array. */
static const struct type *make_array(struct kernel_types *k, struct file *f,
				     const struct btf_array *a)
{
	struct types *ts = k->s->types;
	const struct type *of = make_type(k, f, a->type);
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

/* Of named structs, by kind; 0: there is none. */
static uint32_t find_named(const struct file *f, uint32_t name, unsigned kinds)
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

/* A struct of which no more is known than its name. */
static const struct type *await_struct(struct kernel_types *k, bool is_union, const char *name)
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
static const struct type *make_forward(struct kernel_types *k, struct file *f,
				       const struct btf_type *t)
{
	bool is_union = BTF_INFO_KFLAG(t->info);
	const char *name = btf_text(f->btf, t->name_off);
	unsigned kinds = 1u << (is_union ? BTF_KIND_UNION : BTF_KIND_STRUCT);
	uint32_t id = find_named(f, t->name_off, kinds);

	if (id)
		return make_type(k, f, id);
	for (size_t i = 0; i < k->files.n; i++) {
		struct file *other = k->files.v[i];

		id = find_named(other, btf_find_text(other->btf, name), kinds);
		if (id)
			return make_type(k, other, id);
	}
	return await_struct(k, is_union, name);
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

static const struct type *make_struct(struct kernel_types *k, struct file *f, uint32_t id,
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

static const struct type *convert(struct kernel_types *k, struct file *f, uint32_t id,
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

/* The type with that id, as f counts them; one and the same each time. none: not to be used. */
static const struct type *make_type(struct kernel_types *k, struct file *f, uint32_t id)
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
static enum nesting nesting(struct kernel_types *k, struct file *f, uint32_t id, unsigned depth)
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
	struct file *f;
	uint32_t size;                 /* of the whole struct */
	unsigned seen;                 /* members looked at */
	VEC(struct field) fields;
};

/* What the declaration of a pointer says about the memory behind it. */
static void read_tags(const struct kernel_btf *b, const struct btf_type *t, struct field *field)
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
	struct field field = { .name = name, .type = make_type(m->k, m->f, type),
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
		read_tags(m->f->btf, t, &field);
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

static void complete_struct(const struct ctype_source *src, struct type *t)
{
	struct kernel_types *k = kernel_types(src);
	struct members m = { .k = k };
	uint32_t id = (uint32_t)t->source_id;

	if (t->source_id >> 32 == FORWARD) {
		char *name = strchr(t->name, ' ') + 1;

		open_kernel(k);
		open_modules(k);
		k->source.find(src, t->is_union ? TAG_UNION : TAG_STRUCT, name);
		t->is_incomplete = true;
		if (t->source_id >> 32 == FORWARD) /* defined nowhere */
			return;
		id = (uint32_t)t->source_id;
	}
	m.f = k->files.v[t->source_id >> 32];
	m.size = t->size;
	if (nesting(k, m.f, id, 0) != NESTING_BROKEN)
		add_members(&m, btf_at(m.f->btf, id), 0);
	type_set_members(k->s->types, t, m.fields.v, (uint32_t)m.fields.n);
	vec_done(&m.fields);
}

/* ---- questions ---- */

/* Kinds that a name may stand for, by tag; without one, the first that is there. */
static const unsigned wanted[][5] = {
	[TAG_NONE] = { 1u << BTF_KIND_TYPEDEF, 1u << BTF_KIND_INT, 1u << BTF_KIND_STRUCT,
		       1u << BTF_KIND_UNION, 1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64 },
	[TAG_STRUCT] = { 1u << BTF_KIND_STRUCT },
	[TAG_UNION] = { 1u << BTF_KIND_UNION },
	[TAG_ENUM] = { 1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64 },
};

static const struct type *find_in_file(struct kernel_types *k, struct file *f, enum type_tag tag,
				       const char *name)
{
	uint32_t at = btf_find_text(f->btf, name), id = 0;
	const struct type *t;

	for (size_t i = 0; i < ARRAY_SIZE(wanted[tag]) && !id; i++)
		id = find_named(f, at, wanted[tag][i]);
	t = id ? make_type(k, f, id) : &type_none;
	if (t->kind == TYPE_NONE)
		return NULL;
	return tag == TAG_ENUM ? type_enum(k->s->types, t->enumeration, 8) : t;
}

/* A struct that nobody defines but somebody declares can be pointed to. */
static const struct type *find_declared(struct kernel_types *k, enum type_tag tag, const char *name)
{
	for (size_t i = 0; tag != TAG_ENUM && i < k->files.n; i++) {
		struct file *f = k->files.v[i];
		uint32_t at = btf_find_text(f->btf, name), id = find_named(f, at, 1u << BTF_KIND_FWD);
		bool is_union = id && BTF_INFO_KFLAG(btf_at(f->btf, id)->info);

		if (id && (tag == TAG_NONE || is_union == (tag == TAG_UNION)))
			return make_type(k, f, id);
	}
	return NULL;
}

static const struct type *ask_files(struct kernel_types *k, enum type_tag tag, const char *name)
{
	const struct type *t = NULL;

	open_kernel(k);
	if (k->files.n)
		t = find_in_file(k, k->files.v[0], tag, name);
	if (!t)
		open_modules(k);
	for (size_t i = 1; i < k->files.n && !t; i++)
		t = find_in_file(k, k->files.v[i], tag, name);
	return t ? t : find_declared(k, tag, name);
}

static const struct type *find_type(const struct ctype_source *src, enum type_tag tag,
				    const char *name)
{
	struct kernel_types *k = kernel_types(src);
	const struct type *t;

	name = intern_str(k->s->names, name);
	for (size_t i = 0; i < k->answers.n; i++)
		if (k->answers.v[i].name == name && k->answers.v[i].tag == tag)
			return k->answers.v[i].type;
	t = ask_files(k, tag, name);
	vec_push(&k->answers, (struct answer){ tag, name, t });
	return t;
}

static bool is_enum_kind(unsigned kind)
{
	return kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64;
}

/* The constant of an enum whose name stands at `at`; -1: none. */
static int64_t constant_at(const struct btf_type *t, uint32_t at)
{
	size_t step = BTF_INFO_KIND(t->info) == BTF_KIND_ENUM64 ? sizeof(struct btf_enum64)
								: sizeof(struct btf_enum);

	for (uint32_t i = 0; i < BTF_INFO_VLEN(t->info); i++)
		if (*(const uint32_t *)((const char *)(t + 1) + i * step) == at) /* first in both */
			return i;
	return -1;
}

static bool constant_in_file(struct kernel_types *k, struct file *f, const char *name,
			     const struct type **ret_type, uint64_t *ret_value)
{
	uint32_t at = btf_find_text(f->btf, name);

	for (size_t e = 0; at && e < f->n_named; e++) {
		const struct btf_type *t;
		const struct type *of;
		int64_t i;

		if (!is_enum_kind(f->named[e].kind))
			continue;
		t = btf_at(f->btf, f->named[e].id);
		i = constant_at(t, at);
		of = i < 0 ? &type_none : make_type(k, f, f->named[e].id);
		if (of->kind == TYPE_NONE)
			continue;
		*ret_type = type_enum(k->s->types, of->enumeration, 8);
		*ret_value = enum_constant(f, t, (uint32_t)i).value;
		return true;
	}
	return false;
}

static bool find_constant(const struct ctype_source *src, const char *name,
			  const struct type **ret_type, uint64_t *ret_value)
{
	struct kernel_types *k = kernel_types(src);

	open_kernel(k);
	if (k->files.n && constant_in_file(k, k->files.v[0], name, ret_type, ret_value))
		return true;
	open_modules(k);
	for (size_t i = 1; i < k->files.n; i++)
		if (constant_in_file(k, k->files.v[i], name, ret_type, ret_value))
			return true;
	return false;
}

static void each_name(const struct ctype_source *src, void (*each)(void *ctx, const char *name),
		      void *ctx)
{
	struct kernel_types *k = kernel_types(src);

	open_kernel(k);
	for (size_t i = 0; i < k->files.n; i++)
		for (size_t n = 0; n < k->files.v[i]->n_named; n++)
			if (k->files.v[i]->named[n].name)
				each(ctx, btf_text(k->files.v[i]->btf, k->files.v[i]->named[n].name));
}

static const char *why_nothing(const struct ctype_source *src)
{
	struct kernel_types *k = kernel_types(src);
	char path[512];

	open_kernel(k);
	if (!k->err)
		return NULL;
	return arena_printf(k->s->arena, "The types of the kernel are not known: %s: %s",
			    btf_path("vmlinux", path, sizeof(path)),
			    k->err == -EINVAL ? "this is no BTF" : strerror(-k->err));
}

/* ---- for the probes ---- */

const struct type *probe_kernel_struct(struct script *s, const char *name)
{
	struct kernel_types *k = kernel_types(probe_kernel_types(s));
	const struct type *t = k->is_open ? find_type(&k->source, TAG_STRUCT, name) : NULL;

	return t ? t : await_struct(k, false, name);
}

/* The file of a module, opened when it is not; NULL: not known. */
static struct file *open_file(struct kernel_types *k, const char *module)
{
	open_kernel(k);
	if (!k->files.n || !strcmp(module, "vmlinux"))
		return k->files.n ? k->files.v[0] : NULL;
	open_modules(k);
	for (size_t i = 1; i < k->files.n; i++)
		if (!strcmp(k->files.v[i]->module, module))
			return k->files.v[i];
	return NULL;
}

struct kernel_btf *kernel_btf(struct script *s, const char *module)
{
	struct file *f = open_file(kernel_types(probe_kernel_types(s)), module);

	return f ? f->btf : NULL;
}

void kernel_describe(struct script *s, const char *module, uint32_t id, struct field *field)
{
	struct kernel_types *k = kernel_types(probe_kernel_types(s));
	struct file *f = open_file(k, module);
	const struct btf_type *t = f ? btf_resolve(f->btf, &id) : NULL;

	field->type = t ? make_type(k, f, id) : &type_none;
	field->size = field->type->size;
	if (t && BTF_INFO_KIND(t->info) == BTF_KIND_PTR)
		read_tags(f->btf, t, field);
}

/* ---- coming and going ---- */

struct ctype_source *probe_kernel_types(struct script *s)
{
	struct kernel_types *k;

	if (s->kernel_types)
		return s->kernel_types;
	k = ARENA_NEW(s->arena, struct kernel_types);
	k->s = s;
	k->source = (struct ctype_source){
		.find = find_type, .complete = complete_struct, .constant = find_constant,
		.each_name = each_name, .why_nothing = why_nothing,
	};
	return s->kernel_types = &k->source;
}

static void free_file(struct file *f)
{
	btf_close(f->btf);
	free(f->module);
	free(f->types);
	free(f->nesting);
	free(f);
}

int kernel_types_add(struct ctype_source *src, const char *module, struct kernel_btf *b)
{
	struct kernel_types *k = kernel_types(src);

	k->is_open = k->has_modules = true;
	return add_file(k, module, b);
}

void probe_kernel_types_free(struct ctype_source *src)
{
	struct kernel_types *k = kernel_types(src);

	if (!k)
		return;
	while (k->files.n) /* modules first: they stand on vmlinux */
		free_file(k->files.v[--k->files.n]);
	vec_done(&k->files);
	vec_done(&k->answers);
	vec_done(&k->forwards);
}
