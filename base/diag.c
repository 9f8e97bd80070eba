#include "base/diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/source.h"
#include "base/str.h"

enum { FIRST_BUCKETS = 16, MAX_IN_BUCKET = 4 };

struct diags {
	struct arena *arena;
	const struct sources *src;
	struct diag *first, **last;
	unsigned errors;
	struct diag **buckets;         /* by place; NULL: nothing was recorded */
	uint32_t n_buckets, n;
};

static const char *const code_names[] = {
#define DIAG(code, name) [DIAG_##code] = name,
#include "base/diag.def"
#undef DIAG
};

static const char *const severity_names[] = {
	[DIAG_IS_ERROR] = "ERROR",
	[DIAG_IS_WARNING] = "WARNING",
};

static const char *const severity_colors[] = {
	[DIAG_IS_ERROR] = "\033[31m",
	[DIAG_IS_WARNING] = "\033[33m",
};

struct diags *diags_new(struct arena *a, const struct sources *src)
{
	struct diags *ds = ARENA_NEW(a, struct diags);

	ds->arena = a;
	ds->src = src;
	ds->last = &ds->first;
	return ds;
}

static char *format(struct diags *ds, const char *fmt, va_list ap)
{
	struct strbuf b = { 0 };
	char *text;

	strbuf_vprintf(&b, fmt, ap);
	text = arena_strdup(ds->arena, b.data);
	strbuf_done(&b);
	return text;
}

static struct diag **bucket_of(const struct diags *ds, struct span at)
{
	return &ds->buckets[(at.start * 31 + at.end) % ds->n_buckets];
}

static struct diag *find_same(const struct diags *ds, struct span at, const char *message)
{
	for (struct diag *d = ds->buckets ? *bucket_of(ds, at) : NULL; d; d = d->in_bucket)
		if (d->span.start == at.start && d->span.end == at.end && !strcmp(d->message, message))
			return d;
	return NULL;
}

static void put_in_bucket(struct diags *ds, struct diag *d)
{
	struct diag **bucket = bucket_of(ds, d->span);

	d->in_bucket = *bucket;
	*bucket = d;
}

/* Macros repeat what is wrong in them many thousand times. */
static void make_buckets(struct diags *ds)
{
	ds->n_buckets = ds->n_buckets ? ds->n_buckets * 4 : FIRST_BUCKETS;
	ds->buckets = ARENA_ARRAY(ds->arena, struct diag *, ds->n_buckets);
	for (struct diag *d = ds->first; d; d = d->next)
		put_in_bucket(ds, d);
}

/* Behind those that are there. */
static void append(struct diags *ds, struct diag *d)
{
	if (ds->n == ds->n_buckets * MAX_IN_BUCKET)
		make_buckets(ds);
	put_in_bucket(ds, d);
	*ds->last = d;
	ds->last = &d->next;
	ds->n++;
	ds->errors += d->severity == DIAG_IS_ERROR;
}

static struct diag *record(struct diags *ds, enum diag_severity severity, enum diag_code code,
			   struct span at, const char *fmt, va_list ap)
{
	char *message = format(ds, fmt, ap);
	struct diag *d = find_same(ds, at, message);

	if (d) { /* said already: the notes and hints that follow go nowhere */
		d = ARENA_NEW(ds->arena, struct diag);
		d->message = message;
		return d;
	}
	d = ARENA_NEW(ds->arena, struct diag);
	d->severity = severity;
	d->code = code;
	d->span = at;
	d->message = message;
	append(ds, d);
	return d;
}

struct diag *diag_error(struct diags *ds, enum diag_code code, struct span at, const char *fmt, ...)
{
	struct diag *d;
	va_list ap;

	va_start(ap, fmt);
	d = record(ds, DIAG_IS_ERROR, code, at, fmt, ap);
	va_end(ap);
	return d;
}

struct diag *diag_warning(struct diags *ds, enum diag_code code, struct span at, const char *fmt, ...)
{
	struct diag *d;
	va_list ap;

	va_start(ap, fmt);
	d = record(ds, DIAG_IS_WARNING, code, at, fmt, ap);
	va_end(ap);
	return d;
}

static void append_note(struct diags *ds, struct diag_note **list, struct span at, const char *text)
{
	struct diag_note *note = ARENA_NEW(ds->arena, struct diag_note);

	while (*list)
		list = &(*list)->next;
	note->span = at;
	note->text = text;
	*list = note;
}

void diag_note(struct diags *ds, struct diag *d, struct span at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append_note(ds, &d->notes, at, format(ds, fmt, ap));
	va_end(ap);
}

void diag_hint(struct diags *ds, struct diag *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append_note(ds, &d->hints, (struct span){ 0, 0 }, format(ds, fmt, ap));
	va_end(ap);
}

void diags_move(struct diags *ds, struct diags *from)
{
	struct diag *next;

	for (struct diag *d = from->first; d; d = next) {
		next = d->next;
		d->next = NULL;
		append(ds, d);
	}
	*from = (struct diags){ .arena = from->arena, .src = from->src, .last = &from->first };
}

unsigned diags_errors(const struct diags *ds)
{
	return ds->errors;
}

struct diag *diags_error_at(struct diags *ds, unsigned n)
{
	struct diag *d = ds->first;

	for (;; d = d->next)
		if (d->severity == DIAG_IS_ERROR && !n--)
			return d;
}

const struct diag *diags_first(const struct diags *ds)
{
	return ds->first;
}

const char *diag_code_name(enum diag_code code)
{
	return code_names[code];
}

/* Longest part of a source line that is shown: lines of a megabyte exist. */
enum { SHOWN_BEFORE = 200, SHOWN_LINE = 400 };

/* The line with tabs as four spaces, and the marker under [from, to). Very long lines are cut around
 * the place. */
static void show_excerpt(FILE *out, const struct place *p, unsigned width)
{
	size_t from = p->column - 1, first = 0, len = p->text_len;

	if (len > SHOWN_LINE) {
		first = from > SHOWN_BEFORE ? from - SHOWN_BEFORE : 0;
		len = len - first > SHOWN_LINE ? first + SHOWN_LINE : len;
	}
	if (first)
		fputs("...", out);
	for (size_t i = first; i < len; i++) {
		if (p->text[i] == '\t')
			fputs("    ", out);
		else
			putc(p->text[i], out);
	}
	if (len < p->text_len)
		fputs("...", out);
	putc('\n', out);
	if (first)
		fputs("   ", out);
	for (size_t i = first; i < from; i++)
		fputs(i < p->text_len && p->text[i] == '\t' ? "    " : " ", out);
	for (size_t i = from; i < from + width && i < len + 1; i++)
		fputs(i < p->text_len && p->text[i] == '\t' ? "~~~~" : "~", out);
	putc('\n', out);
}

static void show_lines(FILE *out, const struct sources *src, struct place p, unsigned last_line,
		       uint32_t at)
{
	for (;;) {
		fprintf(out, "%.*s\n", (int)p.text_len, p.text);
		if (p.line >= last_line)
			return;
		at = at - (p.column - 1) + (uint32_t)p.text_len + 1;
		p = source_place(src, at);
	}
}

/* The first line of an entry: place, severity, text. */
static void show_head(const struct diags *ds, const struct diag *d, struct span at, const char *text,
		      size_t len, FILE *out, struct diags_look look)
{
	struct place p = source_place(ds->src, at.start), q = source_place(ds->src, at.end);
	unsigned width = at.end > at.start ? at.end - at.start : 1;

	if (look.color)
		fputs(severity_colors[d->severity], out);
	if (!at.start)
		;
	else if (p.line == q.line)
		fprintf(out, "%s:%u:%u-%u: ", p.file, p.line, p.column, p.column + width);
	else
		fprintf(out, "%s:%u-%u: ", p.file, p.line, q.line);
	fprintf(out, "%s: ", severity_names[d->severity]);
	fwrite(text, 1, len, out);
	if (look.names)
		fprintf(out, " [%s]", code_names[d->code]);
	fputs(look.color ? "\033[0m\n" : "\n", out);
}

static void show_entry(const struct diags *ds, const struct diag *d, struct span at,
		       const char *message, FILE *out, struct diags_look look)
{
	struct place p = source_place(ds->src, at.start), q = source_place(ds->src, at.end);

	show_head(ds, d, at, message, strlen(message), out, look);
	if (!at.start)
		return;
	if (p.line == q.line)
		show_excerpt(out, &p, at.end > at.start ? at.end - at.start : 1);
	else
		show_lines(out, ds->src, p, q.line, at.start);
}

static void show_calls(const struct diags *ds, const struct diag *d, FILE *out, struct diags_look look)
{
	for (struct span at = source_call(ds->src, d->span.start); at.start;
	     at = source_call(ds->src, at.start))
		show_entry(ds, d, at, "expanded from", out, look);
}

void diag_say(const struct diags *ds, enum diag_severity severity, struct span at, const char *text, size_t len,
	      FILE *out, struct diags_look look)
{
	struct diag d = { .severity = severity, .span = at };

	show_head(ds, &d, at, text, len, out, look);
	show_calls(ds, &d, out, look);
}

void diag_show(const struct diags *ds, const struct diag *d, FILE *out, struct diags_look look)
{
	show_entry(ds, d, d->span, d->message, out, look);
	for (const struct diag_note *n = d->notes; n; n = n->next)
		show_entry(ds, d, n->span, n->text, out, look);
	for (const struct diag_note *h = d->hints; h; h = h->next)
		fprintf(out, "HINT: %s\n", h->text);
	show_calls(ds, d, out, look);
}

static void show_all(const struct diags *ds, enum diag_severity severity, FILE *out,
		     struct diags_look look)
{
	for (const struct diag *d = ds->first; d; d = d->next)
		if (d->severity == severity)
			diag_show(ds, d, out, look);
}

void diags_show_errors(const struct diags *ds, FILE *out, struct diags_look look)
{
	show_all(ds, DIAG_IS_ERROR, out, look);
}

void diags_show_warnings(const struct diags *ds, FILE *out, struct diags_look look)
{
	if (!look.no_warnings)
		show_all(ds, DIAG_IS_WARNING, out, look);
}
