#include "ast/type.h"

#include <string.h>

#include "ast/ctype.h"
#include "base/arena.h"
#include "base/intern.h"
#include "base/str.h"
#include "base/vec.h"
#include "builtins/builtin.h"

/* All types made so far, in a hash table whose size is a power of two. */
struct types {
	struct arena *arena;
	struct intern *names;
	const struct type **slots;
	size_t n, cap;
};

const struct type type_none = { .kind = TYPE_NONE, .align = 1, .name = "none" };
const struct type type_void = { .kind = TYPE_VOID, .align = 1, .name = "void" };
const struct type type_bool = { .kind = TYPE_BOOL, .size = 1, .align = 1, .name = "bool" };

struct types *types_new(struct arena *a, struct intern *names)
{
	struct types *ts = ARENA_NEW(a, struct types);

	ts->arena = a;
	ts->names = names;
	ts->cap = 64;
	ts->slots = ARENA_ARRAY(a, const struct type *, ts->cap);
	return ts;
}

/* -- one type, one pointer -- */

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15ull;
	return h ^ h >> 29;
}

static uint64_t hash_type(const struct type *t)
{
	uint64_t h = mix(t->kind, t->size);

	h = mix(h, t->is_signed | t->is_flexible << 1 | t->is_unsized << 2);
	h = mix(h, (uintptr_t)t->to);
	h = mix(h, t->n);
	for (uint32_t i = 0; t->elems && i < t->n; i++)
		h = mix(h, (uintptr_t)t->elems[i]);
	for (uint32_t i = 0; t->names && i < t->n; i++)
		h = mix(h, (uintptr_t)t->names[i]);
	h = mix(h, (uintptr_t)t->enumeration);
	h = mix(h, (uintptr_t)t->special ^ (uintptr_t)t->agg);
	for (int i = 0; i < TYPE_PARAMS; i++)
		h = mix(h, t->param[i]);
	return h;
}

static bool same_type(const struct type *a, const struct type *b)
{
	if (a->kind != b->kind || a->size != b->size || a->is_signed != b->is_signed ||
	    a->is_flexible != b->is_flexible || a->is_unsized != b->is_unsized || a->to != b->to ||
	    a->n != b->n || a->special != b->special || a->agg != b->agg || a->kind == TYPE_STRUCT ||
	    a->enumeration != b->enumeration || !a->names != !b->names)
		return false;
	if (a->names && memcmp(a->names, b->names, sizeof(*a->names) * a->n))
		return false;
	if (a->elems && memcmp(a->elems, b->elems, sizeof(*a->elems) * a->n))
		return false;
	return !memcmp(a->param, b->param, sizeof(a->param));
}

static const struct type **find_slot(const struct type **slots, size_t cap, const struct type *t)
{
	size_t i = hash_type(t) & (cap - 1);

	while (slots[i] && !same_type(slots[i], t))
		i = (i + 1) & (cap - 1);
	return &slots[i];
}

static void grow(struct types *ts)
{
	size_t cap = ts->cap * 2;
	const struct type **slots = ARENA_ARRAY(ts->arena, const struct type *, cap);

	for (size_t i = 0; i < ts->cap; i++)
		if (ts->slots[i])
			*find_slot(slots, cap, ts->slots[i]) = ts->slots[i];
	ts->slots = slots;
	ts->cap = cap;
}

static const char *name_tuple(const struct type *t, struct strbuf *b)
{
	strbuf_putc(b, '(');
	for (uint32_t i = 0; i < t->n; i++) {
		if (i)
			strbuf_putc(b, ',');
		strbuf_puts(b, t->elems[i]->name);
	}
	strbuf_putc(b, ')');
	return b->data;
}

static const char *name_record(const struct type *t, struct strbuf *b)
{
	strbuf_puts(b, "record {");
	for (uint32_t i = 0; i < t->n; i++)
		strbuf_printf(b, "%s .%s = %s", i ? "," : "", t->names[i], t->elems[i]->name);
	strbuf_puts(b, " }");
	return b->data;
}

static const char *name_type(const struct type *t, struct strbuf *b)
{
	switch (t->kind) {
	case TYPE_INT:
		if (t->enumeration && t->enumeration->name)
			return t->enumeration->name;
		strbuf_printf(b, "%sint%u", t->is_signed ? "" : "u", t->size * 8);
		return b->data;
	case TYPE_POINTER:
		strbuf_printf(b, "%s *", t->to->name);
		return b->data;
	case TYPE_STRING:
	case TYPE_BUFFER:
		strbuf_puts(b, type_base_name(t));
		if (!t->is_unsized)
			strbuf_printf(b, "[%u]", t->size);
		return b->data;
	case TYPE_ARRAY:
		strbuf_printf(b, "%s[%u]", t->to->name, t->n);
		return b->data;
	case TYPE_TUPLE:
		return t->names ? name_record(t, b) : name_tuple(t, b);
	case TYPE_SPECIAL:
		if (!t->special->full_name)
			return t->special->name;
		t->special->full_name(t->param, b);
		return b->data;
	case TYPE_AGG:
		return t->is_signed || !t->agg->unsigned_type_name ? t->agg->type_name
								   : t->agg->unsigned_type_name;
	default:
		return t->name;
	}
}

/* The only copy of a type; `made` and its arrays are copied when it is new. */
static const struct type *intern_type(struct types *ts, const struct type *made)
{
	const struct type **slot = find_slot(ts->slots, ts->cap, made);
	struct strbuf name = { 0 };
	struct type *t;

	if (*slot)
		return *slot;
	t = arena_memdup(ts->arena, made, sizeof(*made));
	if (t->elems) {
		t->elems = arena_memdup(ts->arena, made->elems, sizeof(*made->elems) * made->n);
		t->offsets = arena_memdup(ts->arena, made->offsets, sizeof(*made->offsets) * made->n);
		if (t->names)
			t->names = arena_memdup(ts->arena, made->names, sizeof(*made->names) * made->n);
	}
	t->name = intern_str(ts->names, name_type(t, &name));
	strbuf_done(&name);
	*slot = t;
	if (++ts->n * 2 > ts->cap)
		grow(ts);
	return t;
}

static uint32_t align_of_size(uint32_t size)
{
	if (size <= 2)
		return size ? size : 1;
	return size <= 4 ? 4 : 8;
}

/* -- making them -- */

static const struct type *make_int(struct types *ts, uint32_t size, bool is_signed, bool is_flexible)
{
	struct type t = { .kind = TYPE_INT, .size = size, .align = size, .is_signed = is_signed,
			  .is_flexible = is_flexible };

	return intern_type(ts, &t);
}

const struct type *type_int(struct types *ts, unsigned bits, bool is_signed)
{
	return make_int(ts, bits / 8, is_signed, false);
}

const struct type *type_int_literal(struct types *ts, uint64_t value, bool negative)
{
	uint64_t magnitude = negative ? ~value : value; /* -128 needs the bits of 127 */
	uint32_t size = 1;

	if (magnitude > INT64_MAX)
		return make_int(ts, 8, negative, !negative);
	while (size < 8 && magnitude >> (size * 8 - 1))
		size *= 2;
	return make_int(ts, size, true, !negative);
}

const struct type *type_pointer_to(struct types *ts, const struct type *to)
{
	struct type t = { .kind = TYPE_POINTER, .size = 8, .align = 8, .to = to };

	return intern_type(ts, &t);
}

const struct type *type_string(struct types *ts, uint32_t size)
{
	struct type t = { .kind = TYPE_STRING, .size = size, .align = 1, .is_unsized = !size };

	return intern_type(ts, &t);
}

const struct type *type_buffer(struct types *ts, uint32_t capacity)
{
	struct type t = { .kind = TYPE_BUFFER, .size = 4 + capacity, .align = 1, .is_unsized = !capacity };

	return intern_type(ts, &t);
}

const struct type *type_array(struct types *ts, const struct type *of, uint32_t n)
{
	struct type t = { .kind = TYPE_ARRAY, .size = of->size * n, .align = of->align, .to = of, .n = n };

	return intern_type(ts, &t);
}

static uint32_t round_up(uint32_t n, uint32_t align)
{
	return (n + align - 1) / align * align;
}

const struct type *type_record(struct types *ts, const struct type *const *elems, const char *const *names,
			       uint32_t n)
{
	struct type t = { .kind = TYPE_TUPLE, .align = 1, .elems = elems, .names = names, .n = n };
	const struct type *ret;
	uint32_t *offsets;

	if (!n)
		return &type_none;
	offsets = xcalloc(n, sizeof(*offsets));
	for (uint32_t i = 0; i < n; i++) {
		offsets[i] = round_up(t.size, elems[i]->align);
		t.size = offsets[i] + elems[i]->size;
		if (elems[i]->align > t.align)
			t.align = elems[i]->align;
	}
	t.size = round_up(t.size, t.align);
	t.offsets = offsets;
	ret = intern_type(ts, &t);
	free(offsets);
	return ret;
}

const struct type *type_tuple(struct types *ts, const struct type *const *elems, uint32_t n)
{
	return type_record(ts, elems, NULL, n);
}

const struct type *type_enum(struct types *ts, const struct enum_def *e, uint32_t size)
{
	struct type t = { .kind = TYPE_INT, .size = size, .align = size, .enumeration = e };

	return intern_type(ts, &t);
}

/* -- structs -- */

struct type *type_struct_lazy(struct types *ts, const char *name, bool is_union, uint32_t size,
			      const struct ctype_source *source, uint64_t source_id)
{
	struct type *t = ARENA_NEW(ts->arena, struct type);

	*t = (struct type){
		.kind = TYPE_STRUCT, .size = size, .align = 1, .name = intern_str(ts->names, name),
		.is_union = is_union, .is_incomplete = true, .source = source, .source_id = source_id,
	};
	return t;
}

void type_set_members(struct types *ts, struct type *t, const struct field *fields, uint32_t n)
{
	t->fields = arena_memdup(ts->arena, fields, sizeof(*fields) * n);
	t->n = n;
	t->is_incomplete = false;
}

const struct type *type_complete(const struct type *t)
{
	struct type *lazy = (struct type *)t;

	/* the flag is dropped first: a struct may hold a pointer to itself */
	if (t->kind != TYPE_STRUCT || !t->is_incomplete || !t->source)
		return t;
	lazy->is_incomplete = false;
	t->source->complete(t->source, lazy);
	return t;
}

void type_complete_deep(const struct type *t)
{
	type_complete(t);
	for (uint32_t i = 0; t->kind == TYPE_STRUCT && i < t->n; i++)
		type_complete_deep(t->fields[i].type);
	for (uint32_t i = 0; t->kind == TYPE_TUPLE && i < t->n; i++)
		type_complete_deep(t->elems[i]);
	if (t->kind == TYPE_ARRAY)
		type_complete_deep(t->to);
}

const struct type *type_struct(struct types *ts, const char *name, const struct field *fields, uint32_t n,
			       uint32_t size)
{
	struct type *t = ARENA_NEW(ts->arena, struct type);

	t->kind = TYPE_STRUCT;
	t->size = size;
	t->align = 1;
	t->n = n;
	t->fields = arena_memdup(ts->arena, fields, sizeof(*fields) * n);
	t->name = intern_str(ts->names, name);
	return t;
}

static void set_params(struct type *t, const int64_t *param)
{
	if (param)
		memcpy(t->param, param, sizeof(t->param));
}

const struct type *type_special(struct types *ts, const struct value_kind *vk, const int64_t *param)
{
	struct type t = { .kind = TYPE_SPECIAL, .special = vk };

	set_params(&t, param);
	t.size = vk->size_of ? vk->size_of(t.param) : vk->size;
	t.align = vk->align ? vk->align : align_of_size(t.size);
	return intern_type(ts, &t);
}

const struct type *type_agg(struct types *ts, const struct agg *agg, bool is_signed, const int64_t *param)
{
	struct type t = { .kind = TYPE_AGG, .size = 8, .align = 8, .agg = agg, .is_signed = is_signed };

	set_params(&t, param);
	return intern_type(ts, &t);
}

/* -- names that a script may write -- */

enum named { NAMED_SIGNED, NAMED_UNSIGNED, NAMED_BOOL, NAMED_VOID, NAMED_STRING, NAMED_BUFFER };

static const struct {
	const char *name;
	enum named is;
	unsigned bits;
} named_types[] = {
	{ "bool", NAMED_BOOL, 0 }, { "void", NAMED_VOID, 0 },
	{ "string", NAMED_STRING, 0 }, { "buffer", NAMED_BUFFER, 0 },
	{ "int8", NAMED_SIGNED, 8 }, { "int16", NAMED_SIGNED, 16 },
	{ "int32", NAMED_SIGNED, 32 }, { "int64", NAMED_SIGNED, 64 },
	{ "uint8", NAMED_UNSIGNED, 8 }, { "uint16", NAMED_UNSIGNED, 16 },
	{ "uint32", NAMED_UNSIGNED, 32 }, { "uint64", NAMED_UNSIGNED, 64 },
	/* C types of one word and typedefs of the kernel, as they are on 64-bit machines */
	{ "_Bool", NAMED_BOOL, 0 }, { "char", NAMED_UNSIGNED, 8 }, { "short", NAMED_SIGNED, 16 },
	{ "int", NAMED_SIGNED, 32 }, { "unsigned", NAMED_UNSIGNED, 32 }, { "long", NAMED_SIGNED, 64 },
	{ "s8", NAMED_SIGNED, 8 }, { "s16", NAMED_SIGNED, 16 },
	{ "s32", NAMED_SIGNED, 32 }, { "s64", NAMED_SIGNED, 64 },
	{ "u8", NAMED_UNSIGNED, 8 }, { "u16", NAMED_UNSIGNED, 16 },
	{ "u32", NAMED_UNSIGNED, 32 }, { "u64", NAMED_UNSIGNED, 64 },
	{ "__s8", NAMED_SIGNED, 8 }, { "__s16", NAMED_SIGNED, 16 },
	{ "__s32", NAMED_SIGNED, 32 }, { "__s64", NAMED_SIGNED, 64 },
	{ "__u8", NAMED_UNSIGNED, 8 }, { "__u16", NAMED_UNSIGNED, 16 },
	{ "__u32", NAMED_UNSIGNED, 32 }, { "__u64", NAMED_UNSIGNED, 64 },
	{ "int8_t", NAMED_SIGNED, 8 }, { "int16_t", NAMED_SIGNED, 16 },
	{ "int32_t", NAMED_SIGNED, 32 }, { "int64_t", NAMED_SIGNED, 64 },
	{ "uint8_t", NAMED_UNSIGNED, 8 }, { "uint16_t", NAMED_UNSIGNED, 16 },
	{ "uint32_t", NAMED_UNSIGNED, 32 }, { "uint64_t", NAMED_UNSIGNED, 64 },
	{ "__be16", NAMED_UNSIGNED, 16 }, { "__be32", NAMED_UNSIGNED, 32 }, { "__be64", NAMED_UNSIGNED, 64 },
	{ "__le16", NAMED_UNSIGNED, 16 }, { "__le32", NAMED_UNSIGNED, 32 }, { "__le64", NAMED_UNSIGNED, 64 },
	{ "size_t", NAMED_UNSIGNED, 64 }, { "ssize_t", NAMED_SIGNED, 64 }, { "ptrdiff_t", NAMED_SIGNED, 64 },
	{ "uintptr_t", NAMED_UNSIGNED, 64 }, { "pid_t", NAMED_SIGNED, 32 }, { "uid_t", NAMED_UNSIGNED, 32 },
	{ "gid_t", NAMED_UNSIGNED, 32 }, { "off_t", NAMED_SIGNED, 64 }, { "loff_t", NAMED_SIGNED, 64 },
	{ "ino_t", NAMED_UNSIGNED, 64 }, { "dev_t", NAMED_UNSIGNED, 32 }, { "mode_t", NAMED_UNSIGNED, 32 },
	{ "umode_t", NAMED_UNSIGNED, 16 }, { "fmode_t", NAMED_UNSIGNED, 32 }, { "nlink_t", NAMED_UNSIGNED, 32 },
	{ "gfp_t", NAMED_UNSIGNED, 32 }, { "sector_t", NAMED_UNSIGNED, 64 }, { "blkcnt_t", NAMED_UNSIGNED, 64 },
	{ "pgoff_t", NAMED_UNSIGNED, 64 }, { "dma_addr_t", NAMED_UNSIGNED, 64 },
	{ "phys_addr_t", NAMED_UNSIGNED, 64 }, { "resource_size_t", NAMED_UNSIGNED, 64 },
	{ "time64_t", NAMED_SIGNED, 64 }, { "ktime_t", NAMED_SIGNED, 64 }, { "clock_t", NAMED_SIGNED, 64 },
	{ "clockid_t", NAMED_SIGNED, 32 }, { "timer_t", NAMED_SIGNED, 32 }, { "key_t", NAMED_SIGNED, 32 },
	{ "key_serial_t", NAMED_SIGNED, 32 }, { "sa_family_t", NAMED_UNSIGNED, 16 },
	{ "socklen_t", NAMED_SIGNED, 32 },
};

/* Types that come with a builtin. Histograms have no name to write. */
static const struct type *named_by_row(struct types *ts, const char *name)
{
	const struct builtin *b;

	for (size_t i = 0; (b = builtin_at(i)); i++) {
		if (b->kind && !strcmp(b->kind->written ? b->kind->written : b->kind->name, name))
			return type_special(ts, b->kind, NULL);
		if (!b->agg || b->agg->is_bucketed)
			continue;
		if (!strcmp(b->agg->type_name, name))
			return type_agg(ts, b->agg, true, NULL);
		if (b->agg->unsigned_type_name && !strcmp(b->agg->unsigned_type_name, name))
			return type_agg(ts, b->agg, false, NULL);
	}
	return NULL;
}

const struct type *type_named(struct types *ts, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(named_types); i++) {
		if (strcmp(named_types[i].name, name))
			continue;
		switch (named_types[i].is) {
		case NAMED_BOOL:
			return &type_bool;
		case NAMED_VOID:
			return &type_void;
		case NAMED_STRING:
			return type_string(ts, 0);
		case NAMED_BUFFER:
			return type_buffer(ts, 0);
		default:
			return type_int(ts, named_types[i].bits, named_types[i].is == NAMED_SIGNED);
		}
	}
	return named_by_row(ts, name);
}

/* -- asking -- */

const char *type_base_name(const struct type *t)
{
	static const char *const names[] = {
		[TYPE_NONE] = "none", [TYPE_VOID] = "void", [TYPE_BOOL] = "bool", [TYPE_INT] = "int",
		[TYPE_POINTER] = "pointer", [TYPE_STRING] = "string", [TYPE_BUFFER] = "buffer",
		[TYPE_ARRAY] = "array", [TYPE_TUPLE] = "tuple", [TYPE_STRUCT] = "c_type",
	};

	if (type_is_record(t))
		return "record";
	if (t->kind == TYPE_SPECIAL)
		return t->special->name;
	return t->kind == TYPE_AGG ? t->agg->type_name : names[t->kind];
}

int type_element_named(const struct type *record, const char *name)
{
	for (uint32_t i = 0; i < record->n; i++)
		if (record->names[i] == name)
			return (int)i;
	return -1;
}

int type_counterpart(const struct type *from, const struct type *to, uint32_t i)
{
	if (from->n != to->n || !from->names != !to->names)
		return -1;
	return to->names ? type_element_named(from, to->names[i]) : (int)i;
}

const struct field *type_field(const struct type *t, const char *name)
{
	type_complete(t);
	for (uint32_t i = 0; t->kind == TYPE_STRUCT && i < t->n; i++)
		if (!strcmp(t->fields[i].name, name))
			return &t->fields[i];
	return NULL;
}

const char *enum_name(const struct enum_def *e, uint64_t value)
{
	for (uint32_t i = 0; i < e->n; i++)
		if (e->constants[i].value == value)
			return e->constants[i].name;
	return NULL;
}

bool type_is_castable_agg(const struct type *t)
{
	return t->kind == TYPE_AGG && t->agg->is_castable;
}

bool type_is_int_like(const struct type *t)
{
	return t->kind == TYPE_INT || t->kind == TYPE_BOOL || type_is_castable_agg(t);
}

bool type_is_scalar(const struct type *t)
{
	return t->kind == TYPE_INT || t->kind == TYPE_BOOL || t->kind == TYPE_POINTER;
}

/* -- promotion -- */

static const struct type *promote_ints(struct types *ts, const struct type *a, const struct type *b)
{
	uint32_t size = a->size > b->size ? a->size : b->size;
	const struct type *s = a->is_signed ? a : b;
	bool both_flexible = a->is_flexible && b->is_flexible;

	if (a->is_signed == b->is_signed)
		return make_int(ts, size, a->is_signed, both_flexible);
	if (both_flexible)
		return make_int(ts, size, false, true);
	if (a->is_flexible || b->is_flexible)
		return make_int(ts, size, a->is_flexible ? b->is_signed : a->is_signed, false);
	if (s->size < size || a->size == b->size)
		size = size < 8 ? size * 2 : 8;
	return make_int(ts, size, true, false);
}

static const struct type *promote_tuples(struct types *ts, const struct type *a, const struct type *b)
{
	const struct type *ret = NULL;
	const struct type **elems = xcalloc(a->n, sizeof(*elems));
	uint32_t i;

	for (i = 0; i < a->n; i++) {
		int other = type_counterpart(b, a, i);

		elems[i] = other < 0 ? NULL : type_promote(ts, a->elems[i], b->elems[other]);
		if (!elems[i])
			break;
	}
	if (i == a->n)
		ret = type_record(ts, elems, a->names, a->n);
	free(elems);
	return ret;
}

/* Both of the same kind, but not the same type. */
static const struct type *promote_alike(struct types *ts, const struct type *a, const struct type *b)
{
	const struct type *to;

	switch (a->kind) {
	case TYPE_INT:
		return promote_ints(ts, a, b);
	case TYPE_STRING:
	case TYPE_BUFFER:
		return a->size >= b->size ? a : b;
	case TYPE_TUPLE:
		return promote_tuples(ts, a, b);
	case TYPE_POINTER:
		to = type_promote(ts, a->to, b->to);
		return to ? type_pointer_to(ts, to) : NULL;
	case TYPE_ARRAY:
		if (a->to != b->to || (a->n && b->n))
			return NULL;
		return a->n ? a : b;
	case TYPE_AGG:
		/* The same aggregation of signed and of unsigned numbers works on signed ones. */
		if (a->agg != b->agg || memcmp(a->param, b->param, sizeof(a->param)))
			return NULL;
		return a->is_signed ? a : b;
	default:
		return NULL;
	}
}

const struct type *type_promote(struct types *ts, const struct type *a, const struct type *b)
{
	if (!a || !b)
		return a ? type_decay(ts, a) : b ? type_decay(ts, b) : NULL;
	if (a == b)
		return a;
	if (a->kind == b->kind)
		return promote_alike(ts, a, b);
	if ((a->kind == TYPE_INT && type_is_castable_agg(b)) || (b->kind == TYPE_INT && type_is_castable_agg(a)))
		return type_promote(ts, type_decay(ts, a), type_decay(ts, b));
	return NULL;
}

const struct type *type_decay(struct types *ts, const struct type *t)
{
	return type_is_castable_agg(t) ? type_int(ts, 64, t->is_signed) : t;
}

const struct type *type_rigid(struct types *ts, const struct type *t)
{
	const struct type *ret;
	const struct type **elems;

	if (t->kind == TYPE_INT)
		return t->is_flexible ? make_int(ts, t->size, t->is_signed, false) : t;
	if (t->kind != TYPE_TUPLE)
		return t;
	elems = xcalloc(t->n, sizeof(*elems));
	for (uint32_t i = 0; i < t->n; i++)
		elems[i] = type_rigid(ts, t->elems[i]);
	ret = type_record(ts, elems, t->names, t->n);
	free(elems);
	return ret;
}

static bool tuple_fits(const struct type *from, const struct type *to)
{
	if (from->n != to->n)
		return false;
	for (uint32_t i = 0; i < to->n; i++) {
		int at = type_counterpart(from, to, i);

		if (at < 0 || !type_fits(from->elems[at], to->elems[i]))
			return false;
	}
	return true;
}

static bool int_fits(const struct type *from, const struct type *to)
{
	if (from->is_flexible || from->is_signed == to->is_signed)
		return from->size <= to->size;
	return !from->is_signed && from->size < to->size;
}

bool type_fits(const struct type *from, const struct type *to)
{
	if (from == to)
		return true;
	if (from->kind != to->kind)
		return false;
	switch (from->kind) {
	case TYPE_INT:
		return int_fits(from, to);
	case TYPE_STRING:
	case TYPE_BUFFER:
		return to->is_unsized || from->size <= to->size;
	case TYPE_TUPLE:
		return tuple_fits(from, to);
	default:
		return false;
	}
}
