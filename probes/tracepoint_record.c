#include <string.h>

#include "ast/ctype.h"
#include "ast/script.h"
#include "ast/type.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/vec.h"
#include "codegen/cg.h"
#include "probes/probe_priv.h"
#include "probes/tracefs.h"
#include "probes/tracepoint_priv.h"

/* The record of a tracepoint, as its format file describes it: its type, and what of it a program reads. */

/* Types narrower than the 8 bytes that the record of a system call has for every argument; its
 * "signed" says nothing. bits 64: signed, and the whole register is taken. */
static const struct {
	const char *name;
	unsigned bits;
	bool is_signed;
} arguments[] = {
	{ "int", 64, true },	      { "long", 64, true },    { "short", 16, true },
	{ "pid_t", 64, true },	      { "key_t", 64, true },   { "clockid_t", 64, true },
	{ "timer_t", 64, true },      { "mqd_t", 64, true },   { "off_t", 64, true },
	{ "loff_t", 64, true },	      { "ssize_t", 64, true }, { "rwf_t", 64, true },
	{ "key_serial_t", 64, true }, { "s32", 64, true },     { "s64", 64, true },
	{ "__s32", 64, true },	      { "__s64", 64, true },   { "umode_t", 16, false },
	{ "u16", 16, false },	      { "u8", 8, false },
};

static const struct type *integer_type(struct types *ts, const struct format_field *f,
				       uint32_t bytes)
{
	if (bytes == 8 && !f->is_signed)
		for (size_t i = 0; i < ARRAY_SIZE(arguments); i++)
			if (!strcmp(arguments[i].name, f->type))
				return type_int(ts, arguments[i].bits, arguments[i].is_signed);
	return type_int(ts, bytes * 8, f->is_signed);
}

/* Base types that pointers point to. */
static const struct {
	const char *name;
	unsigned bits;
	bool is_signed;
} pointees[] = {
	{ "char", 8, false },	  { "unsigned char", 8, false }, { "u8", 8, false },
	{ "int", 32, true },	  { "unsigned int", 32, false }, { "unsigned", 32, false },
	{ "u32", 32, false },	  { "long", 64, true },	   { "unsigned long", 64, false },
	{ "u64", 64, false },	  { "size_t", 64, false },	   { "loff_t", 64, true },
	{ "gid_t", 32, false }, { "uid_t", 32, false },
};

/* What a pointer points to in the end; what nobody knows is memory of unknown shape. */
static const struct type *pointee_type(struct script *s, const char *name)
{
	const struct type *t;

	for (size_t i = 0; i < ARRAY_SIZE(pointees); i++)
		if (!strcmp(pointees[i].name, name))
			return type_int(s->types, pointees[i].bits, pointees[i].is_signed);
	if (!strcmp(name, "void"))
		return &type_void;
	if (!strncmp(name, "struct ", 7))
		return ctype_struct(s, name + 7);
	if (!strncmp(name, "union ", 6))
		t = ctype_find(s, TAG_UNION, name + 6);
	else
		t = ctype_find(s, TAG_NONE, name);
	return t ? t : &type_void;
}

static const struct type *pointer_type(struct script *s, const char *name)
{
	size_t base = strcspn(name, "*"), stars = strlen(name) - base;
	const struct type *t = pointee_type(s, arena_strndup(s->arena, name, base));

	while (stars--)
		t = type_pointer_to(s->types, t);
	return t;
}

static bool is_register_size(uint32_t bytes)
{
	return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
}

/* An enum, or a struct in the record itself, when the kernel's types say so; else NULL. */
static const struct type *tagged_type(struct script *s, const struct format_field *f)
{
	const struct type *t = NULL;

	if (!strncmp(f->type, "enum ", 5)) {
		t = ctype_find(s, TAG_ENUM, f->type + 5);
		return t && is_register_size(f->size) ? type_enum(s->types, t->enumeration, f->size)
						      : NULL;
	}
	if (!strncmp(f->type, "struct ", 7))
		t = ctype_find(s, TAG_STRUCT, f->type + 7);
	else if (!strncmp(f->type, "union ", 6))
		t = ctype_find(s, TAG_UNION, f->type + 6);
	return t && t->size == f->size ? t : NULL;
}

/* NULL: nothing that a script could use. */
static const struct type *field_type(struct script *s, const struct format_field *f)
{
	struct types *ts = s->types;
	const struct type *t;

	if (f->is_data_loc)
		return type_int(ts, 64, false);
	if (f->length) {
		uint32_t each = f->size / f->length;

		if (!strcmp(f->type, "char"))
			return type_string(ts, f->size);
		if (f->is_pointer || !is_register_size(each))
			return NULL;
		return type_array(ts, integer_type(ts, f, each), f->length);
	}
	if (f->is_pointer && f->size == 8)
		return pointer_type(s, f->type);
	t = tagged_type(s, f);
	if (t)
		return t;
	if (!strcmp(f->type, "bool") && f->size == 1)
		return &type_bool;
	if (is_register_size(f->size))
		return integer_type(ts, f, f->size);
	return f->size ? type_array(ts, type_int(ts, 8, false), f->size) : NULL;
}

struct record {
	struct script *s;
	VEC(struct field) fields;
	uint32_t size;
};

static int add_field(void *ctx, const struct format_field *f)
{
	struct record *r = ctx;
	const struct type *t = field_type(r->s, f);

	if (!t)
		return 0;
	vec_push(&r->fields, (struct field){
		.name = arena_strdup(r->s->arena, f->name), .type = t, .offset = f->offset,
		.size = type_is_integer(t) && t->size < f->size ? t->size : f->size,
		.is_data_loc = f->is_data_loc,
	});
	if (f->offset + f->size > r->size)
		r->size = f->offset + f->size;
	return 0;
}

static const struct type *read_record(struct script *s, const struct attach_target *t,
				      const char *name)
{
	struct record r = { .s = s };
	const struct type *type = NULL;

	if (!tracefs_format(s->host, t->path, t->function, add_field, &r))
		type = type_struct(s->types, name, arena_memdup(s->arena, r.fields.v,
				   r.fields.n * sizeof(*r.fields.v)), (uint32_t)r.fields.n, r.size);
	vec_done(&r.fields);
	return type;
}

const struct type *tracepoint_record(struct script *s, const struct attach_target *t, struct span use)
{
	const char *name =
		arena_printf(s->arena, "struct tracepoint:%s:%s_args", t->path, t->function);
	const struct type *type = record_find(s, name);

	if (type)
		return type;
	type = read_record(s, t, name);
	if (type)
		record_keep(s, type);
	else
		diag_hint(s->diags, diag_error(s->diags, DIAG_SYSTEM, use, "Tracepoint not found: %s:%s", t->path,
					       t->function),
			  "its format file in tracefs cannot be read: is sonde run as root?");
	return type;
}

/* ---- the code ---- */

/* Copies part of the record to dst by loads of the context. */
static void load_bytes(struct cg *cg, ref dst, const struct field *f)
{
	for (uint32_t done = 0; done < f->size;) {
		uint32_t at = f->offset + done, n = 8;

		while (n > 1 && (at % n || n > f->size - done))
			n /= 2;
		cg_store(cg, dst, done, n, cg_ctx_load(cg, at, n, false));
		done += n;
	}
}

/* A text of the record: names of tasks are clean behind their end, others may not be. */
static void load_text(struct cg *cg, ref dst, const struct field *f)
{
	size_t len = strlen(f->name);

	if (f->size == 16 && len >= 4 && !strcmp(f->name + len - 4, "comm") && f->offset % 4 == 0)
		load_bytes(cg, dst, f);
	else
		cg_probe_read_str(cg, dst, f->size, f->size, NULL, cg_at(cg, cg_ctx(cg), f->offset),
				  AS_KERNEL, cg_target(cg)->span);
}

struct value tracepoint_field(struct cg *cg, const struct field *f)
{
	enum { LOADS_AT_MOST = 64 };
	ref v;

	if (f->is_data_loc) {
		v = cg_op(cg, OP_BIT_AND, cg_ctx_load(cg, f->offset, 4, false),
			  cg_const(cg, 0xffff));
		return cg_value(cg_op(cg, OP_ADD, cg_as_int(cg, cg_ctx(cg)), v), f->type);
	}
	if (type_is_scalar(f->type))
		return cg_value(cg_ctx_load(cg, f->offset, f->size, f->type->is_signed), f->type);
	v = cg_temp(cg, f->type->size, f->name);
	if (f->type->kind == TYPE_STRING)
		load_text(cg, v, f);
	else if (f->size <= LOADS_AT_MOST)
		load_bytes(cg, v, f);
	else
		cg_probe_read(cg, v, f->size, cg_at(cg, cg_ctx(cg), f->offset), AS_KERNEL,
			      cg_target(cg)->span);
	return cg_value(v, f->type);
}
