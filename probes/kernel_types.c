#include <errno.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>

#include "ast/script.h"
#include "ast/type.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/intern.h"
#include "base/vec.h"
#include "probes/kernel_types_priv.h"
#include "probes/probe_priv.h"

/* Types and constants of the kernel and its modules (ast/ctype.h). Nothing is opened before the first
 * question. A question costs a search through the texts of a file and a walk over the types that have
 * names; answers are kept. Modules are asked when vmlinux does not know. */

static struct kernel_types *kernel_types(const struct ctype_source *src)
{
	return (struct kernel_types *)src;
}

/* ---- files ---- */

/* Takes b over, or closes it. */
static int add_file(struct kernel_types *k, const char *module, struct kernel_btf *b)
{
	int err = btf_index(b);
	struct kernel_file *f;
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

/* ---- questions ---- */

/* Kinds that a name may stand for, by tag; without one, the first that is there. */
static const unsigned wanted[][5] = {
	[TAG_NONE] = { 1u << BTF_KIND_TYPEDEF, 1u << BTF_KIND_INT, 1u << BTF_KIND_STRUCT,
		       1u << BTF_KIND_UNION, 1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64 },
	[TAG_STRUCT] = { 1u << BTF_KIND_STRUCT },
	[TAG_UNION] = { 1u << BTF_KIND_UNION },
	[TAG_ENUM] = { 1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64 },
};

static const struct type *find_in_file(struct kernel_types *k, struct kernel_file *f, enum type_tag tag,
				       const char *name)
{
	uint32_t at = btf_find_text(f->btf, name), id = 0;
	const struct type *t;

	for (size_t i = 0; i < ARRAY_SIZE(wanted[tag]) && !id; i++)
		id = kernel_find_named(f, at, wanted[tag][i]);
	t = id ? kernel_make_type(k, f, id) : &type_none;
	if (t->kind == TYPE_NONE)
		return NULL;
	return tag == TAG_ENUM ? type_enum(k->s->types, t->enumeration, 8) : t;
}

/* A struct that nobody defines but somebody declares can be pointed to. */
static const struct type *find_declared(struct kernel_types *k, enum type_tag tag, const char *name)
{
	for (size_t i = 0; tag != TAG_ENUM && i < k->files.n; i++) {
		struct kernel_file *f = k->files.v[i];
		uint32_t at = btf_find_text(f->btf, name), id = kernel_find_named(f, at, 1u << BTF_KIND_FWD);
		bool is_union = id && BTF_INFO_KFLAG(btf_at(f->btf, id)->info);

		if (id && (tag == TAG_NONE || is_union == (tag == TAG_UNION)))
			return kernel_make_type(k, f, id);
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

/* A struct that was only named so far is looked for in the modules, too. */
static void complete_struct(const struct ctype_source *src, struct type *t)
{
	struct kernel_types *k = kernel_types(src);

	if (t->source_id >> 32 == FORWARD) {
		open_kernel(k);
		open_modules(k);
		find_type(src, t->is_union ? TAG_UNION : TAG_STRUCT, strchr(t->name, ' ') + 1);
		t->is_incomplete = true;
		if (t->source_id >> 32 == FORWARD) /* defined nowhere */
			return;
	}
	kernel_set_members(k, t);
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

static bool constant_in_file(struct kernel_types *k, struct kernel_file *f, const char *name,
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
		of = i < 0 ? &type_none : kernel_make_type(k, f, f->named[e].id);
		if (of->kind == TYPE_NONE)
			continue;
		*ret_type = type_enum(k->s->types, of->enumeration, 8);
		*ret_value = kernel_enum_constant(f, t, (uint32_t)i).value;
		return true;
	}
	return false;
}

static struct constant_answer ask_for_constant(struct kernel_types *k, const char *name)
{
	struct constant_answer a = { .name = name };
	bool found;

	open_kernel(k);
	found = k->files.n && constant_in_file(k, k->files.v[0], name, &a.type, &a.value);
	if (!found)
		open_modules(k);
	for (size_t i = 1; i < k->files.n && !found; i++)
		found = constant_in_file(k, k->files.v[i], name, &a.type, &a.value);
	return a;
}

static bool find_constant(const struct ctype_source *src, const char *name,
			  const struct type **ret_type, uint64_t *ret_value)
{
	struct kernel_types *k = kernel_types(src);
	size_t i = 0;

	name = intern_str(k->s->names, name);
	while (i < k->constants.n && k->constants.v[i].name != name)
		i++;
	if (i == k->constants.n)
		vec_push(&k->constants, ask_for_constant(k, name));
	if (!k->constants.v[i].type)
		return false;
	*ret_type = k->constants.v[i].type;
	*ret_value = k->constants.v[i].value;
	return true;
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

	return t ? t : kernel_await_struct(k, false, name);
}

/* The file of a module, opened when it is not; NULL: not known. */
static struct kernel_file *open_file(struct kernel_types *k, const char *module)
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
	struct kernel_file *f = open_file(kernel_types(probe_kernel_types(s)), module);

	return f ? f->btf : NULL;
}

uint32_t kernel_find_function(struct script *s, const char *name, const char **ret_module)
{
	struct kernel_types *k = kernel_types(probe_kernel_types(s));
	uint32_t id = 0;

	open_kernel(k);
	for (size_t i = 0; i < k->files.n && !id; i++) {
		id = btf_function(k->files.v[i]->btf, name);
		*ret_module = k->files.v[i]->module;
		if (!id)
			open_modules(k);
	}
	return id;
}

void kernel_describe(struct script *s, const char *module, uint32_t id, struct field *field)
{
	struct kernel_types *k = kernel_types(probe_kernel_types(s));
	struct kernel_file *f = open_file(k, module);
	const struct btf_type *t = f ? btf_resolve(f->btf, &id) : NULL;

	field->type = t ? kernel_make_type(k, f, id) : &type_none;
	field->size = field->type->size;
	if (t && BTF_INFO_KIND(t->info) == BTF_KIND_PTR)
		kernel_read_tags(f->btf, t, field);
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

static void free_file(struct kernel_file *f)
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
	vec_done(&k->constants);
	vec_done(&k->forwards);
}
