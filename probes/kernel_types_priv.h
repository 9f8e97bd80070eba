#ifndef SONDE_PROBES_KERNEL_TYPES_PRIV_H
#define SONDE_PROBES_KERNEL_TYPES_PRIV_H

#include "ast/ctype.h"
#include "base/vec.h"
#include "probes/btf.h"

/* What kernel_types.c (files, and questions to them) and kernel_layout.c (types made of BTF) share. */

struct btf_type;
struct enum_constant;
struct field;

struct kernel_file {
	struct kernel_btf *btf;
	char *module;
	const struct type **types;     /* by id - btf_first(); NULL: not made */
	uint8_t *nesting;              /* of structs, the same; kernel_layout.c's */
	const struct btf_named *named; /* the btf's */
	size_t n_named;
};

struct answer {
	enum type_tag tag;
	const char *name;              /* interned */
	const struct type *type;
};

struct constant_answer {
	const char *name;              /* interned */
	const struct type *type;       /* NULL: there is none */
	uint64_t value;
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
	VEC(struct kernel_file *) files; /* vmlinux, modules */
	VEC(struct answer) answers;
	VEC(struct constant_answer) constants;
	VEC(struct forward) forwards;
	unsigned depth;                /* of kernel_make_type() */
};

/* source_id of a struct: number of the file and id; this instead of a file: number of a forward. */
enum { FORWARD = 0x7fffffff };

/* The type with that id, as f counts them; one and the same each time. none: not to be used. */
const struct type *kernel_make_type(struct kernel_types *k, struct kernel_file *f, uint32_t id);
/* Sets the members of a struct that is defined. */
void kernel_set_members(struct kernel_types *k, struct type *t);
/* A struct of which no more is known than its name. */
const struct type *kernel_await_struct(struct kernel_types *k, bool is_union, const char *name);
/* The id of the first type whose name stands there and whose kind is among the bits; 0: there is none. */
uint32_t kernel_find_named(const struct kernel_file *f, uint32_t name, unsigned kinds);
/* A constant of an enum by its place. */
struct enum_constant kernel_enum_constant(const struct kernel_file *f, const struct btf_type *t, uint32_t i);
/* What the declaration of a pointer says about the memory behind it: as, refused_tag. */
void kernel_read_tags(const struct kernel_btf *b, const struct btf_type *t, struct field *field);

#endif
