#ifndef SONDE_AST_TYPE_H
#define SONDE_AST_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ast/node.h"

struct agg;
struct arena;
struct intern;
struct output;
struct strbuf;
struct type;

/* What a value is, how large, and how it prints. Types are interned: the same type is the same
 * pointer, and no type is changed after it was made. */
enum type_kind {
	TYPE_NONE,     /* no value at all, "()" */
	TYPE_VOID,
	TYPE_BOOL,
	TYPE_INT,
	TYPE_POINTER,
	TYPE_STRING,   /* size: capacity with NUL; zero-filled behind the text */
	TYPE_BUFFER,   /* 4 bytes of length, then the bytes; size: 4 + capacity */
	TYPE_ARRAY,
	TYPE_TUPLE,    /* with names: a record */
	TYPE_STRUCT,   /* C struct or union, and the arguments of a probe */
	TYPE_SPECIAL,  /* a kind of value that one builtin file knows: symbols, stacks, times, names */
	TYPE_AGG,      /* an aggregation: count(), hist() ... only ever the value of a map */
};

/* A special kind of value (ksym_t, timestamp ...): whole in the file of the builtin that makes it. */
struct value_kind {
	const char *name;                               /* base type: "ksym_t" */
	const char *written;                            /* as scripts write it; NULL: name */
	bool is_sized_by_name;                          /* scripts write its size behind it: "inet[24]", param[0] */
	uint32_t size, align;                           /* bytes, when size_of is NULL */
	uint32_t (*size_of)(const int64_t *param);      /* NULL: always the same */
	/* The full name of a type with parameters ("kstack_bpftrace_127"), appended to out; NULL: name. */
	void (*full_name)(const int64_t *param, struct strbuf *out);
	void (*format)(struct output *o, const struct type *t, const void *bytes, struct strbuf *out);
	bool of_process;                                /* shown with the mappings of a process */
	bool of_kernel;                                 /* shown with the symbols of the kernel */
	bool is_castable;                               /* numbers can be cast to it */
};

/* A member. Those of anonymous structs and unions stand among the members of what they are in. */
struct field {
	const char *name;
	const struct type *type;       /* of a bit-field: the declared one */
	uint32_t offset;               /* bytes from the start */
	uint32_t size;                 /* bytes in memory; may be less than the type's (widened) */
	uint8_t bit_at, bits;          /* bit-field: `bits` of them from bit bit_at (0 to 7) at offset; 0: none */
	bool is_data_loc;              /* tracepoints: 32 bits, low half the offset of the data in the record */
	enum addr_space as;            /* of what a pointer points to, where its declaration tells; else AS_NONE */
	const char *refused_tag;       /* BTF tag of a pointer that must not be followed ("percpu"); else NULL */
};

/* Constants of an enum, in the order they were declared. One enum is one address. */
struct enum_constant {
	const char *name;
	uint64_t value;                /* sign-extended */
};
struct enum_def {
	const char *name;              /* "enum x"; NULL: anonymous */
	const struct enum_constant *constants;
	uint32_t n;
};

enum { TYPE_PARAMS = 4 };

struct type {
	enum type_kind kind;
	uint32_t size, align;          /* bytes; align is the one inside tuples */
	bool is_signed;                /* TYPE_INT, TYPE_AGG */
	bool is_flexible;              /* TYPE_INT from literals only: takes the sign of what it meets */
	bool is_unsized;               /* string, buffer without a size yet */
	const struct type *to;         /* pointee, element */
	uint32_t n;                    /* elements of an array, a tuple; members of a struct */
	const struct type *const *elems;  /* tuple */
	const uint32_t *offsets;       /* tuple */
	const char *const *names;      /* tuple: a record; interned */
	const struct enum_def *enumeration; /* TYPE_INT of an enum; its values are unsigned */
	const struct field *fields;    /* struct: see type_complete() */
	bool is_union;                 /* struct */
	bool is_incomplete;            /* struct: members not read yet, or (size 0) never defined */
	const struct ctype_source *source; /* struct: who completes it; NULL: complete as made */
	uint64_t source_id;            /* the source's own */
	const struct value_kind *special;
	const struct agg *agg;
	int64_t param[TYPE_PARAMS];    /* of special and aggregation types: stack depth, histogram bounds */
	const char *name;              /* as shown to users: "int64", "string[16]", "(int64,string[4])" */
};

struct types;

struct types *types_new(struct arena *a, struct intern *names);

extern const struct type type_none, type_void, type_bool;

const struct type *type_int(struct types *ts, unsigned bits, bool is_signed);
const struct type *type_int_literal(struct types *ts, uint64_t value, bool negative); /* smallest, flexible */
const struct type *type_pointer_to(struct types *ts, const struct type *to);
const struct type *type_string(struct types *ts, uint32_t size); /* 0: unsized */
const struct type *type_buffer(struct types *ts, uint32_t capacity);
const struct type *type_array(struct types *ts, const struct type *of, uint32_t n);
const struct type *type_tuple(struct types *ts, const struct type *const *elems, uint32_t n);
/* A record: names (interned) as many as elems. */
const struct type *type_record(struct types *ts, const struct type *const *elems, const char *const *names,
			       uint32_t n);
/* An integer of that many bytes whose values have names; unsigned. */
const struct type *type_enum(struct types *ts, const struct enum_def *e, uint32_t size);
const struct type *type_struct(struct types *ts, const char *name, const struct field *fields, uint32_t n,
			       uint32_t size);                      /* a new one each time */
/* A C struct or union without members yet: source->complete() sets them when someone asks. A new one each
 * time; the source hands out the same one for the same type. */
struct type *type_struct_lazy(struct types *ts, const char *name, bool is_union, uint32_t size,
			      const struct ctype_source *source, uint64_t source_id);
/* Sets the members of a lazy struct (copied); for its source only. */
void type_set_members(struct types *ts, struct type *t, const struct field *fields, uint32_t n);
/* Makes sure the members of a struct are there; any other type is left alone. Returns t. What a printed
 * or stored value is made of must be complete when the plan is written: type_complete_deep(). */
const struct type *type_complete(const struct type *t);
void type_complete_deep(const struct type *t); /* members, elements, as far as they are in the value */
const struct type *type_special(struct types *ts, const struct value_kind *vk, const int64_t *param);
const struct type *type_agg(struct types *ts, const struct agg *agg, bool is_signed, const int64_t *param);
/* By the name a script may write: "uint32", "bool", "string", "int", "pid_t" ...; NULL when unknown. */
const struct type *type_named(struct types *ts, const char *name);

/* Which element of a record has that name (interned); -1 when there is none. */
int type_element_named(const struct type *record, const char *name);
/* Of two tuples or two records: the element of `from` that element i of `to` is made of; -1 when they do
 * not go together. */
int type_counterpart(const struct type *from, const struct type *to, uint32_t i);
const char *type_base_name(const struct type *t); /* "int" for int64, "string", "pointer" ... */
const struct field *type_field(const struct type *t, const char *name); /* NULL when there is none */
/* Name of the constant with that value; NULL when there is none. */
const char *enum_name(const struct enum_def *e, uint64_t value);

static inline bool type_is_record(const struct type *t)
{
	return t->kind == TYPE_TUPLE && t->names;
}

static inline bool type_is_integer(const struct type *t)
{
	return t->kind == TYPE_INT;
}

/* An aggregation whose current value can be read as an integer: count, sum, min, max, avg. */
bool type_is_castable_agg(const struct type *t);
/* int, bool or castable aggregation. */
bool type_is_int_like(const struct type *t);
/* Held in a register (int, bool, pointer) rather than in memory. */
bool type_is_scalar(const struct type *t);

/* The type both fit into (spec/types.md 3), or NULL. */
const struct type *type_promote(struct types *ts, const struct type *a, const struct type *b);
/* An aggregation as the integer it is read as; any other type as it is. */
const struct type *type_decay(struct types *ts, const struct type *t);
/* The type without the flexibility of literals, tuples element by element. */
const struct type *type_rigid(struct types *ts, const struct type *t);
/* Whether every value of `from` is a value of `to` (spec/types.md 3, "fits into"). */
bool type_fits(const struct type *from, const struct type *to);

#endif
