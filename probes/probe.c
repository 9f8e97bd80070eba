#include "probes/probe.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ast/script.h"
#include "ast/type.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/str.h"
#include "probes/probe_priv.h"

#define PROBES(file) extern const struct probe_kind probes_##file[];
#include "probes/probes.def"
#undef PROBES

static const struct probe_kind *const files[] = {
#define PROBES(file) probes_##file,
#include "probes/probes.def"
#undef PROBES
};

const struct probe_kind *probe_kind_at(size_t i)
{
	for (size_t f = 0; f < ARRAY_SIZE(files); f++)
		for (const struct probe_kind *k = files[f]; k->name; k++)
			if (!i--)
				return k;
	return NULL;
}

bool has_word(const char *words, const char *text)
{
	size_t len = strlen(text);

	for (const char *w = words; w && len; w = strchr(w, ' ')) {
		w += *w == ' ';
		if (!strncmp(w, text, len) && (!w[len] || w[len] == ' '))
			return true;
	}
	return false;
}

const struct probe_kind *probe_kind_find(const char *name)
{
	const struct probe_kind *k;

	for (size_t i = 0; (k = probe_kind_at(i)); i++)
		if (!strcasecmp(k->name, name) || has_word(k->aliases, name))
			return k;
	return NULL;
}

static int say_error(struct script *s, const struct probe *p, const char *hint, const char *fmt, va_list ap)
{
	struct strbuf b = { 0 };
	struct diag *d;

	strbuf_vprintf(&b, fmt, ap);
	d = diag_error(s->diags, DIAG_PROBE_SPEC, p->span, "%s", b.data);
	strbuf_done(&b);
	if (hint)
		diag_hint(s->diags, d, "%s", hint);
	else
		diag_hint(s->diags, d, "written as %s", p->kind->spec);
	return -1;
}

int probe_error(struct script *s, const struct probe *p, const char *fmt, ...)
{
	va_list ap;
	int err;

	va_start(ap, fmt);
	err = say_error(s, p, NULL, fmt, ap);
	va_end(ap);
	return err;
}

int probe_error_hint(struct script *s, const struct probe *p, const char *hint, const char *fmt, ...)
{
	va_list ap;
	int err;

	va_start(ap, fmt);
	err = say_error(s, p, hint, fmt, ap);
	va_end(ap);
	return err;
}

struct probe_record {
	struct probe_record *next;
	const struct type *type;
};

const struct type *record_find(const struct script *s, const char *name)
{
	for (const struct probe_record *r = s->records; r; r = r->next)
		if (!strcmp(r->type->name, name))
			return r->type;
	return NULL;
}

void record_keep(struct script *s, const struct type *t)
{
	struct probe_record *r = ARENA_NEW(s->arena, struct probe_record);

	r->type = t;
	r->next = s->records;
	s->records = r;
}

struct attach_target probe_target(const struct probe *p)
{
	return (struct attach_target){
		.kind = p->kind,
		.name = p->kind->name,
		.label = p->label,
		.path = p->path,
		.function = p->function,
		.unit = p->unit,
		.offset = p->offset,
		.address = p->address,
		.count = p->count,
		.span = p->span,
	};
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void names_sort(struct names *n)
{
	if (n->of.n)
		qsort(n->of.v, n->of.n, sizeof(*n->of.v), compare_names);
}

int probe_match(struct script *s, const struct probe *p, target_fn each, void *ctx)
{
	struct attach_target t = probe_target(p);
	int err;

	if (p->kind->match)
		return p->kind->match(s, p, each, ctx);
	err = each(ctx, &t);
	return err ? err : 1;
}

enum addr_space probe_data_as(const struct attach_target *t)
{
	return t->kind->data_as ? t->kind->data_as(t) : t->kind->as;
}

const char *probe_missing_field(struct script *s, const struct attach_target *t, const char *name)
{
	const char *text = t->kind->missing_field ? t->kind->missing_field(s, t, name) : NULL;

	return text ? text : arena_printf(s->arena, "Can't find function parameter %s", name);
}

void probe_hint_nearest(struct script *s, const struct probe *p, struct diag *d)
{
	const char *name = p->kind->nearest ? p->kind->nearest(s, p) : NULL;

	if (name)
		diag_hint(s->diags, d, "Did you mean '%s:%s'?", p->kind->name, name);
}
