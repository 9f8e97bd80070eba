#include <bpf/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/vec.h"
#include "probes/btf.h"
#include "probes/probe_priv.h"

/* -l 'struct PATTERN': the names of types of the kernel and its modules, or with -v their definitions, which
 * libbpf writes (it takes 10 ms to read BTF: time enough here). */

static const char *const keywords[] = { "struct ", "union ", "enum " };

bool is_type_pattern(const char *pattern)
{
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		if (!strncmp(pattern, keywords[i], strlen(keywords[i])))
			return true;
	return false;
}

struct listing {
	const char *pattern;
	bool with_members;
	struct btf *vmlinux;
	struct names found;            /* of all modules; ours */
	line_fn each;
	void *ctx;
	int err;
};

/* "struct path"; NULL: not listed. The caller frees it. */
static char *full_name(const struct btf *b, const struct btf_type *t)
{
	const char *name = btf__name_by_offset(b, t->name_off);
	struct strbuf full = { 0 };

	if (!name || !*name || (btf_is_any_enum(t) && !btf_vlen(t)))
		return NULL;
	if (btf_is_struct(t))
		strbuf_puts(&full, "struct ");
	else if (btf_is_union(t))
		strbuf_puts(&full, "union ");
	else if (btf_is_any_enum(t))
		strbuf_puts(&full, "enum ");
	else
		return NULL;
	strbuf_puts(&full, name);
	return full.data;
}

/* -- names -- */

/* Types of b from that id on. */
static void collect_names(struct listing *l, const struct btf *b, uint32_t first)
{
	for (uint32_t id = first; id < btf__type_cnt(b); id++) {
		char *name = full_name(b, btf__type_by_id(b, id));

		if (name && wildcard_match(l->pattern, name))
			vec_push(&l->found.of, name);
		else
			free(name);
	}
}

static void say_names(struct listing *l)
{
	const char *last = "";

	names_sort(&l->found);
	for (size_t i = 0; i < l->found.of.n && !l->err; i++) {
		if (strcmp(last, l->found.of.v[i]))
			l->err = l->each(l->ctx, l->found.of.v[i]);
		last = l->found.of.v[i];
	}
}

static void forget_names(struct names *n)
{
	for (size_t i = 0; i < n->of.n; i++)
		free((char *)n->of.v[i]);
	vec_done(&n->of);
}

/* -- definitions -- */

static void append(void *ctx, const char *fmt, va_list args)
{
	strbuf_vprintf(ctx, fmt, args);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* names: sorted. */
static bool is_among(const struct names *names, const char *name)
{
	return names->of.n &&
	       bsearch(&name, names->of.v, names->of.n, sizeof(name), compare_names);
}

/* "struct path" of "struct path {...". */
static bool is_wanted(const struct listing *l, const char *definition)
{
	const char *brace = strstr(definition, " {");
	char name[256];

	if (!brace || brace - definition >= (ptrdiff_t)sizeof(name))
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)(brace - definition), definition);
	return is_among(&l->found, name);
}

/* text: all that libbpf wrote; what the wanted types are made of stands there, too. */
static void say_definitions(struct listing *l, const char *module, char *text)
{
	struct names lines = { 0 };

	for (char *at = text, *end; *at; at = end) {
		struct strbuf line = { 0 };

		end = strstr(at, "\n\n");
		if (end)
			*end = 0;
		end = end ? end + 2 : at + strlen(at);
		if (!is_wanted(l, at))
			continue;
		strbuf_printf(&line, "%s: %s", module, at);
		vec_push(&lines.of, line.data);
	}
	names_sort(&lines);
	for (size_t i = 0; i < lines.of.n && !l->err; i++)
		l->err = l->each(l->ctx, lines.of.v[i]);
	forget_names(&lines);
}

static void dump_definitions(struct listing *l, const char *module, const struct btf *b, uint32_t first)
{
	struct strbuf text = { 0 };
	struct btf_dump *d = btf_dump__new(b, append, &text, NULL);

	if (!d)
		return;
	for (uint32_t id = first; id < btf__type_cnt(b); id++) {
		char *name = full_name(b, btf__type_by_id(b, id));

		if (name && is_among(&l->found, name))
			btf_dump__dump_type(d, id);
		free(name);
	}
	btf_dump__free(d);
	if (text.data)
		say_definitions(l, module, text.data);
	strbuf_done(&text);
}

/* -- modules -- */

static void list_file(struct listing *l, const char *module, const struct btf *b, uint32_t first)
{
	collect_names(l, b, first);
	if (!l->with_members)
		return;
	names_sort(&l->found);
	dump_definitions(l, module, b, first);
	forget_names(&l->found);
}

static int list_module(void *ctx, const char *module)
{
	struct listing *l = ctx;
	char path[512];
	struct btf *b;

	if (!strcmp(module, "vmlinux"))
		return 0;
	b = btf__parse_split(btf_path(module, path, sizeof(path)), l->vmlinux);
	if (!b)
		return 0;
	list_file(l, module, b, btf__type_cnt(l->vmlinux));
	btf__free(b);
	return l->err;
}

int list_types(const char *pattern, bool with_members, line_fn each, void *ctx)
{
	struct listing l = { .pattern = pattern, .with_members = with_members, .each = each, .ctx = ctx };
	char path[512];

	l.vmlinux = btf__parse(btf_path("vmlinux", path, sizeof(path)), NULL);
	if (!l.vmlinux)
		return 0;
	list_file(&l, "vmlinux", l.vmlinux, 1);
	btf_modules(list_module, &l);
	if (!with_members)
		say_names(&l);
	forget_names(&l.found);
	btf__free(l.vmlinux);
	return l.err;
}
