#include "ast/ctype.h"

#include <string.h>

#include "ast/pass.h"
#include "ast/script.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "base/source.h"
#include "probes/probe.h"

void ctype_add_source(struct script *s, struct ctype_source *src)
{
	struct ctype_source **end = &s->ctypes;

	while (*end)
		end = &(*end)->next;
	*end = src;
}

void ctype_add_source_first(struct script *s, struct ctype_source *src)
{
	src->next = s->ctypes;
	s->ctypes = src;
}

const struct type *ctype_find(struct script *s, enum type_tag tag, const char *name)
{
	for (const struct ctype_source *src = s->ctypes; src; src = src->next) {
		const struct type *t = src->find(src, tag, name);

		if (t)
			return t;
	}
	return probe_kernel_types(s)->find(s->kernel_types, tag, name);
}

const struct type *ctype_struct(struct script *s, const char *name)
{
	for (const struct ctype_source *src = s->ctypes; src; src = src->next) {
		const struct type *t = src->find(src, TAG_STRUCT, name);

		if (t)
			return t;
	}
	return probe_kernel_struct(s, name);
}

bool ctype_constant(struct script *s, const char *name, const struct type **ret_type, uint64_t *ret_value)
{
	for (const struct ctype_source *src = s->ctypes; src; src = src->next)
		if (src->constant(src, name, ret_type, ret_value))
			return true;
	if (s->headers && s->headers->constant(s->headers, name, ret_type, ret_value))
		return true;
	if (probe_kernel_types(s)->constant(s->kernel_types, name, ret_type, ret_value))
		return true;
	return s->headers && s->headers->late_constant(s->headers, name, ret_type, ret_value);
}

bool ctype_has_kernel(struct script *s)
{
	const struct ctype_source *kernel = probe_kernel_types(s);

	return !kernel->why_nothing(kernel);
}

static void offer(void *nearest, const char *name)
{
	nearest_offer(nearest, name);
}

/* One of that very name was of no use: a macro that stands for nothing. */
static void offer_other(void *ctx, const char *name)
{
	struct nearest *near = ctx;

	if (strcmp(near->want, name))
		nearest_offer(near, name);
}

void ctype_offer_constants(struct script *s, struct nearest *near)
{
	for (const struct ctype_source *src = s->ctypes; src; src = src->next)
		if (src->each_name)
			src->each_name(src, offer_other, near);
	if (s->headers)
		s->headers->each_name(s->headers, offer, near);
}

void ctype_hint_define(struct script *s, struct diag *d, const char *name)
{
	for (const struct ctype_source *src = s->ctypes; src; src = src->next)
		if (src->hint)
			src->hint(src, name, d);
}

void ctype_hint_headers(struct script *s, struct diag *d, const char *name)
{
	if (s->headers)
		s->headers->hint(s->headers, name, d);
}

/* What must stand in front of a name. */
static const char *keyword_of(struct script *s, const char *name)
{
	if (ctype_find(s, TAG_STRUCT, name))
		return "struct ";
	if (ctype_find(s, TAG_UNION, name))
		return "union ";
	return ctype_find(s, TAG_ENUM, name) ? "enum " : "";
}

void ctype_hint_unknown(struct script *s, struct diag *d, const char *name)
{
	const struct ctype_source *kernel = probe_kernel_types(s);
	struct nearest near = { .want = name, .arena = s->arena };
	const char *why = kernel->why_nothing(kernel), *keyword;

	for (const struct ctype_source *src = s->ctypes; src; src = src->next)
		if (src->each_name)
			src->each_name(src, offer, &near);
	kernel->each_name(kernel, offer, &near);
	keyword = near.best ? keyword_of(s, near.best) : "";
	if (*keyword || (near.best && strcmp(near.best, name))) /* else it was named, and never defined */
		nearest_hint(&near, s->diags, d, keyword, "");
	if (why)
		diag_hint(s->diags, d, "%s", why);
	ctype_hint_headers(s, d, name);
}

bool ctype_hint_cast(struct script *s, struct diag *d, const struct node *type_name)
{
	struct span at = type_name->span;
	const char *behind = sources_text(s->sources, at.end);

	if (type_name->type_name.tag != TAG_NONE || type_name->type_name.n_suffixes ||
	    *sources_text(s->sources, at.start - 1) != '(' || *behind++ != ')')
		return false;
	behind += strspn(behind, " \t");
	if (!*behind || !strchr("-*&", *behind)) /* "(x) y": nothing but a cast could be meant */
		return false;
	diag_hint(s->diags, d, "in front of a value '(%s)' is a cast: to calculate with %s, leave the parentheses out",
		  type_name->type_name.name, type_name->type_name.name);
	return true;
}

struct node *ctype_expand(struct script *s, const struct node *use)
{
	for (const struct ctype_source *src = s->ctypes; src; src = src->next) {
		struct node *n = src->expand ? src->expand(src, use) : NULL;

		if (n)
			return n;
	}
	return NULL;
}

int pass_c(struct script *s)
{
	s->has_bad_c = s->read_c && s->read_c(s);
	return s->has_bad_c ? -1 : 0;
}
