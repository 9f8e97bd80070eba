#include "probes/btf.h"

#include <dirent.h>
#include <errno.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/str.h"
#include "base/vec.h"

static const char directory[] = "/sys/kernel/btf";
static const char event_prefix[] = "btf_trace_", function_prefix[] = "__traceiter_";

struct function {
	const char *name;
	const struct btf_type *type;
};

enum { STRIDE = 16 };

struct kernel_btf {
	struct kernel_btf *base;       /* NULL: vmlinux */
	char *data;
	size_t len;
	bool is_mapped, is_borrowed;   /* data */
	const char *types, *strings;
	uint32_t types_len, strings_len;
	uint32_t first_id, first_string; /* behind those of the base */
	VEC(uint32_t) offsets;         /* of every STRIDE-th type, from first_id on; filled when first needed */
	uint32_t n_types;
	VEC(struct btf_named) named;   /* in order of ids */
	VEC(struct function) functions;   /* sorted by name; filled when first needed */
};

/* ---- the file ---- */

static int read_header(struct kernel_btf *b)
{
	const struct btf_header *h = (const struct btf_header *)b->data;
	size_t body;

	if (b->len < sizeof(*h) || h->magic != BTF_MAGIC || h->hdr_len > b->len ||
	    h->hdr_len < sizeof(*h) || (h->hdr_len + h->type_off) % 4)
		return -EINVAL;
	body = b->len - h->hdr_len;
	if (h->type_off > body || h->type_len > body - h->type_off || h->str_off > body ||
	    h->str_len > body - h->str_off || !h->str_len)
		return -EINVAL;
	b->types = b->data + h->hdr_len + h->type_off;
	b->types_len = h->type_len;
	b->strings = b->data + h->hdr_len + h->str_off;
	b->strings_len = h->str_len;
	return b->strings[b->strings_len - 1] ? -EINVAL : 0;
}

/* Bytes behind the common part of a type: some, and some for each member. Looked up rather than decided: kinds
 * follow each other at random, and there are a hundred thousand types. */
static const uint8_t tail[32] = {
	[BTF_KIND_INT] = 4, [BTF_KIND_VAR] = 4, [BTF_KIND_DECL_TAG] = 4,
	[BTF_KIND_ARRAY] = sizeof(struct btf_array),
};
static const uint8_t tail_each[32] = {
	[BTF_KIND_STRUCT] = sizeof(struct btf_member), [BTF_KIND_UNION] = sizeof(struct btf_member),
	[BTF_KIND_ENUM] = sizeof(struct btf_enum), [BTF_KIND_ENUM64] = sizeof(struct btf_enum64),
	[BTF_KIND_FUNC_PROTO] = sizeof(struct btf_param),
	[BTF_KIND_DATASEC] = sizeof(struct btf_var_secinfo),
};

static size_t tail_size(const struct btf_type *t)
{
	unsigned kind = BTF_INFO_KIND(t->info);

	return tail[kind] + (size_t)tail_each[kind] * BTF_INFO_VLEN(t->info);
}

/* ---- names ---- */

const char *btf_text(const struct kernel_btf *b, uint32_t at)
{
	if (at < b->first_string)
		return btf_text(b->base, at);
	at -= b->first_string;
	return at < b->strings_len ? b->strings + at : "";
}

/* Where prefix+name stands as a whole text; 0: nowhere. */
static uint32_t find_text(const struct kernel_btf *b, const char *prefix, const char *name)
{
	struct strbuf whole = { 0 };
	const char *at;

	strbuf_putc(&whole, 0);
	strbuf_puts(&whole, prefix);
	strbuf_puts(&whole, name);
	at = memmem(b->strings, b->strings_len, whole.data, whole.len + 1); /* with both ends */
	strbuf_done(&whole);
	return at ? b->first_string + (uint32_t)(at + 1 - b->strings) : 0;
}

uint32_t btf_find_text(const struct kernel_btf *b, const char *name)
{
	uint32_t at = find_text(b, "", name);

	return at || !b->base ? at : btf_find_text(b->base, name);
}

int btf_events(const struct kernel_btf *b, int (*each)(void *ctx, const char *event), void *ctx)
{
	const char *at = b->strings, *end = b->strings + b->strings_len;
	int err = 0;

	while (!err && (at = memmem(at, (size_t)(end - at), event_prefix, strlen(event_prefix)))) {
		bool whole = at == b->strings || !at[-1];

		at += strlen(event_prefix);
		if (whole)
			err = each(ctx, at);
	}
	return err;
}

bool btf_has_event(const struct kernel_btf *b, const char *event)
{
	return find_text(b, event_prefix, event) != 0;
}

/* ---- types ---- */

static const struct btf_type *next_type(const struct btf_type *t)
{
	return (const struct btf_type *)((const char *)(t + 1) + tail_size(t));
}

const struct btf_type *btf_at(const struct kernel_btf *b, uint32_t id)
{
	const struct btf_type *t;

	if (id < b->first_id)
		return b->base ? btf_at(b->base, id) : NULL;
	id -= b->first_id;
	if (id >= b->n_types)
		return NULL;
	t = (const struct btf_type *)(b->types + b->offsets.v[id / STRIDE]);
	for (id %= STRIDE; id; id--)
		t = next_type(t);
	return t;
}

static void note_name(struct kernel_btf *b, const struct btf_type *t, uint32_t id)
{
	unsigned kind = BTF_INFO_KIND(t->info);
	bool is_enum = kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64;

	if (t->name_off || is_enum) /* constants of an enum have names even if it has none */
		vec_push(&b->named, (struct btf_named){ t->name_off, id, kind });
}

/* One walk for all that is looked up later: where each type begins depends on the one in front of it, and that,
 * a hundred thousand times, is what it costs. */
int btf_index(struct kernel_btf *b)
{
	const unsigned named = 1u << BTF_KIND_INT | 1u << BTF_KIND_STRUCT | 1u << BTF_KIND_UNION |
			       1u << BTF_KIND_TYPEDEF | 1u << BTF_KIND_FWD | 1u << BTF_KIND_ENUM |
			       1u << BTF_KIND_ENUM64;
	uint32_t at = 0, n = 0;

	if (b->n_types)
		return 0;
	if (b->base && btf_index(b->base))
		return -EINVAL;
	b->first_id = b->base ? b->base->first_id + b->base->n_types : 1;
	while (at + sizeof(struct btf_type) <= b->types_len) {
		const struct btf_type *t = (const struct btf_type *)(b->types + at);
		size_t size = sizeof(*t) + tail_size(t);

		if (size > b->types_len - at) {
			vec_done(&b->offsets);
			vec_done(&b->named);
			return -EINVAL;
		}
		if (named >> BTF_INFO_KIND(t->info) & 1)
			note_name(b, t, b->first_id + n);
		if (n % STRIDE == 0)
			vec_push(&b->offsets, at);
		n++;
		at += (uint32_t)size;
	}
	b->n_types = n;
	return 0;
}

const struct btf_type *btf_resolve(const struct kernel_btf *b, uint32_t *id)
{
	for (int depth = 0; depth < 64; depth++) {
		const struct btf_type *t = btf_at(b, *id);

		switch (t ? BTF_INFO_KIND(t->info) : BTF_KIND_UNKN) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
			*id = t->type;
			break;
		case BTF_KIND_UNKN:
			return NULL;
		default:
			return t;
		}
	}
	return NULL;
}

const struct kernel_btf *btf_owner(const struct kernel_btf *b, uint32_t id)
{
	while (b && id < b->first_id)
		b = b->base;
	return b && id - b->first_id < b->n_types ? b : NULL;
}

const struct btf_named *btf_names(const struct kernel_btf *b, size_t *ret_n)
{
	*ret_n = b->named.n;
	return b->named.v;
}

uint32_t btf_first(const struct kernel_btf *b)
{
	return b->first_id;
}

uint32_t btf_end(const struct kernel_btf *b)
{
	return b->first_id + b->n_types;
}

static const struct btf_type *find_type(const struct kernel_btf *b, unsigned kind, uint32_t name)
{
	const struct btf_type *t = (const struct btf_type *)b->types;

	for (uint32_t i = 0; name && i < b->n_types; i++, t = next_type(t))
		if (t->name_off == name && BTF_INFO_KIND(t->info) == kind)
			return t;
	return NULL;
}

/* The prototype of an event's trace function. The function has names for its parameters; the type
 * that always exists has none. */
static const struct btf_type *event_proto(const struct kernel_btf *b, const char *event)
{
	const struct btf_type *t =
		find_type(b, BTF_KIND_FUNC, find_text(b, function_prefix, event));
	uint32_t id;

	if (!t) {
		t = find_type(b, BTF_KIND_TYPEDEF, find_text(b, event_prefix, event));
		id = t ? t->type : 0;
		t = btf_resolve(b, &id);
		if (!t || BTF_INFO_KIND(t->info) != BTF_KIND_PTR)
			return NULL;
	}
	id = t->type;
	t = btf_resolve(b, &id);
	return t && BTF_INFO_KIND(t->info) == BTF_KIND_FUNC_PROTO ? t : NULL;
}

static bool is_integer(const struct btf_type *t, uint32_t *ret_size, bool *ret_signed)
{
	unsigned kind = t ? BTF_INFO_KIND(t->info) : BTF_KIND_UNKN;

	if (kind != BTF_KIND_INT && kind != BTF_KIND_ENUM && kind != BTF_KIND_ENUM64)
		return false;
	*ret_size = t->size;
	*ret_signed = kind == BTF_KIND_INT &&
		      BTF_INT_ENCODING(*(const uint32_t *)(t + 1)) & BTF_INT_SIGNED;
	return t->size <= 8;
}

static struct trace_param describe(const struct kernel_btf *b, const char *name, uint32_t id)
{
	struct trace_param p = { .name = name, .id = id, .kind = TRACE_PARAM_OTHER };
	const struct btf_type *t = btf_resolve(b, &id);

	if (is_integer(t, &p.size, &p.is_signed)) {
		p.kind = TRACE_PARAM_INT;
		if (BTF_INFO_KIND(t->info) == BTF_KIND_INT &&
		    BTF_INT_ENCODING(*(const uint32_t *)(t + 1)) & BTF_INT_BOOL)
			p.kind = TRACE_PARAM_BOOL;
	} else if (t && BTF_INFO_KIND(t->info) == BTF_KIND_PTR) {
		p.kind = TRACE_PARAM_POINTER;
		p.size = 8;
		id = t->type;
		if (!is_integer(btf_resolve(b, &id), &p.to_size, &p.to_signed))
			p.to_size = 0;
	}
	return p;
}

int btf_event_params(struct kernel_btf *b, const char *event,
		     int (*each)(void *ctx, const struct trace_param *p), void *ctx)
{
	const struct btf_param *params;
	const struct btf_type *proto;
	int err = btf_index(b);
	char number[16];

	if (err)
		return err;
	proto = event_proto(b, event);
	if (!proto)
		return -ENOENT;
	params = (const struct btf_param *)(proto + 1);
	for (unsigned i = 1; i < BTF_INFO_VLEN(proto->info) && !err; i++) {
		const char *name = btf_text(b, params[i].name_off);
		struct trace_param p;

		snprintf(number, sizeof(number), "arg%u", i - 1);
		p = describe(b, *name ? name : number, params[i].type);
		err = each(ctx, &p);
	}
	return err;
}

/* ---- functions ---- */

static int compare_functions(const void *a, const void *b)
{
	return strcmp(((const struct function *)a)->name, ((const struct function *)b)->name);
}

static void collect_functions(struct kernel_btf *b)
{
	const struct btf_type *t = (const struct btf_type *)b->types;

	for (uint32_t i = 0; i < b->n_types; i++, t = next_type(t))
		if (BTF_INFO_KIND(t->info) == BTF_KIND_FUNC)
			vec_push(&b->functions, (struct function){ btf_text(b, t->name_off), t });
	if (b->functions.n)
		qsort(b->functions.v, b->functions.n, sizeof(*b->functions.v), compare_functions);
}

int btf_function_params(struct kernel_btf *b, const char *function, bool only_return,
			int (*each)(void *ctx, const struct trace_param *p), void *ctx)
{
	struct function want = { .name = function };
	const struct function *found = NULL;
	const struct btf_type *proto;
	struct trace_param p;
	char number[16];
	int err = btf_index(b);
	uint32_t id;

	if (err)
		return err;
	if (!b->functions.n)
		collect_functions(b);
	if (b->functions.n)
		found = bsearch(&want, b->functions.v, b->functions.n, sizeof(want), compare_functions);
	id = found ? found->type->type : 0;
	proto = btf_resolve(b, &id);
	if (!proto || BTF_INFO_KIND(proto->info) != BTF_KIND_FUNC_PROTO)
		return -ENOENT;
	for (unsigned i = 0; i < BTF_INFO_VLEN(proto->info) && !err && !only_return; i++) {
		snprintf(number, sizeof(number), "arg%u", i);
		p = describe(b, number, ((const struct btf_param *)(proto + 1))[i].type);
		err = each(ctx, &p);
	}
	if (err || !only_return || !proto->type)
		return err;
	p = describe(b, "retval", proto->type);
	return each(ctx, &p);
}

uint32_t btf_function(const struct kernel_btf *b, const char *name)
{
	const struct btf_type *t = (const struct btf_type *)b->types;
	uint32_t at = btf_find_text(b, name);

	for (uint32_t i = 0; at && i < b->n_types; i++, t = next_type(t))
		if (t->name_off == at && BTF_INFO_KIND(t->info) == BTF_KIND_FUNC)
			return b->first_id + i;
	return 0;
}

/* ---- types as C writes them ---- */

static const char *keyword(const struct btf_type *t)
{
	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_STRUCT:
		return "struct ";
	case BTF_KIND_UNION:
		return "union ";
	case BTF_KIND_FWD:
		return BTF_INFO_KFLAG(t->info) ? "union " : "struct ";
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return "enum ";
	case BTF_KIND_CONST:
		return "const ";
	case BTF_KIND_VOLATILE:
		return "volatile ";
	default:
		return "";
	}
}

static void put_type(const struct kernel_btf *b, uint32_t id, int depth, struct strbuf *out)
{
	const struct btf_type *t = btf_at(b, id);
	const char *name;

	if (!t || depth > 32) {
		strbuf_puts(out, "void");
		return;
	}
	name = btf_text(b, t->name_off);
	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_PTR:
		put_type(b, t->type, depth + 1, out);
		strbuf_puts(out, " *");
		return;
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
		strbuf_puts(out, keyword(t));
		put_type(b, t->type, depth + 1, out);
		return;
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		put_type(b, t->type, depth + 1, out);
		return;
	case BTF_KIND_FUNC_PROTO:
		put_type(b, t->type, depth + 1, out);
		strbuf_puts(out, " (*)()");
		return;
	case BTF_KIND_ARRAY:
		put_type(b, ((const struct btf_array *)(t + 1))->type, depth + 1, out);
		strbuf_printf(out, "[%u]", ((const struct btf_array *)(t + 1))->nelems);
		return;
	default:
		strbuf_printf(out, "%s%s", keyword(t), *name ? name : "(anon)");
	}
}

void btf_type_text(const struct kernel_btf *b, uint32_t id, struct strbuf *out)
{
	put_type(b, id, 0, out);
}

/* ---- opening ---- */

static struct kernel_btf *new_btf(struct kernel_btf *base)
{
	struct kernel_btf *b = xcalloc(1, sizeof(*b));

	b->base = base;
	b->first_string = base ? base->first_string + base->strings_len : 0;
	return b;
}

int btf_open_memory(const void *data, size_t len, struct kernel_btf *base, struct kernel_btf **ret)
{
	struct kernel_btf *b = new_btf(base);
	int err;

	b->data = (char *)data;
	b->len = len;
	b->is_borrowed = true;
	err = read_header(b);
	if (err)
		btf_close(b);
	else
		*ret = b;
	return err;
}

int btf_open(const char *module, struct kernel_btf *base, struct kernel_btf **ret)
{
	struct kernel_btf *b = new_btf(base);
	int err = btf_read(module, &b->data, &b->len, &b->is_mapped);

	err = err ? err : read_header(b);
	if (err)
		btf_close(b);
	else
		*ret = b;
	return err;
}

void btf_close(struct kernel_btf *b)
{
	if (!b)
		return;
	vec_done(&b->offsets);
	vec_done(&b->named);
	vec_done(&b->functions);
	if (b->is_mapped)
		munmap(b->data, b->len);
	else if (!b->is_borrowed)
		free(b->data);
	free(b);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int btf_modules(int (*each)(void *ctx, const char *module), void *ctx)
{
	VEC(char *) names = { 0 };
	struct dirent *e;
	int err = 0;
	DIR *dir;

	if (btf_named_file()) /* it does not fit the modules that are loaded */
		return each(ctx, "vmlinux");
	dir = opendir(directory);
	if (!dir)
		return -errno;
	while ((e = readdir(dir)))
		if (e->d_name[0] != '.')
			vec_push(&names, xstrdup(e->d_name));
	closedir(dir);
	if (names.n)
		qsort(names.v, names.n, sizeof(*names.v), compare_names);
	for (size_t i = 0; i < names.n; i++) {
		if (!err)
			err = each(ctx, names.v[i]);
		free(names.v[i]);
	}
	vec_done(&names);
	return err;
}
