/* The door of the C section: what was collected, and reading it. */
#include "parser/c_section.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/host.h"
#include "base/intern.h"
#include "base/source.h"
#include "parser/c_clang.h"
#include "parser/c_headers.h"
#include "parser/c_priv.h"

static const char *const predefined[] = {
	"__STDC__ 1", "__STDC_VERSION__ 201112L", "__STDC_HOSTED__ 1", "__GNUC__ 4", "__GNUC_MINOR__ 2",
	"__linux__ 1", "__linux 1", "__unix__ 1", "__unix 1", "__ELF__ 1",
#ifdef __x86_64__
	"__x86_64__ 1", "__x86_64 1", "__amd64__ 1", "__amd64 1",
#endif
#ifdef __aarch64__
	"__aarch64__ 1",
#endif
	"__LP64__ 1", "_LP64 1", "__CHAR_BIT__ 8", "__SIZEOF_SHORT__ 2", "__SIZEOF_INT__ 4", "__SIZEOF_LONG__ 8",
	"__SIZEOF_LONG_LONG__ 8", "__SIZEOF_POINTER__ 8", "__SIZEOF_SIZE_T__ 8", "__SIZEOF_INT128__ 16",
	"__INT_MAX__ 2147483647", "__LONG_MAX__ 9223372036854775807L", "__LONG_LONG_MAX__ 9223372036854775807LL",
	"__ORDER_LITTLE_ENDIAN__ 1234", "__ORDER_BIG_ENDIAN__ 4321", "__BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__",
	"__LITTLE_ENDIAN__ 1", "__LITTLE_ENDIAN 1234", "__LITTLE_ENDIAN_BITFIELD 1",
	"__SIZE_TYPE__ unsigned long", "__PTRDIFF_TYPE__ long",
};

/* With the kernel's types behind us headers need not say again what those are. */
static const char *const with_kernel[] = { "BPFTRACE_HAVE_BTF 1", "_LINUX_TYPES_H 1" };

/* ---- what everybody uses ---- */

/* Of the header that the script names, when the error is in it or in one that it includes. */
static void note_failure(struct c_section *c, enum diag_code code, const struct diag *d)
{
	const struct c_text *t = c->text;

	if (c->failure.file || !t || !t->is_header || code == DIAG_C_ERROR)
		return;
	while (t->up && t->up->is_header)
		t = t->up;
	c->failure = (struct c_failure){ t->file, t->named_at, d };
}

struct diag *c_error(struct c_section *c, enum diag_code code, struct span at, const char *fmt, ...)
{
	/* what was stopped has nothing to say of what is missing behind it */
	struct diags *ds = c->is_stopped ? diags_new(c->arena, c->script->sources) : c->diags;
	struct diag *d;
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	d = diag_error(ds, code, at, "%s", text);
	free(text);
	note_failure(c, code, d);
	if (++c->n_errors == C_MAX_ERRORS) {
		diag_error(c->diags, DIAG_SYNTAX, (struct span){ 0, 0 },
			   "too many errors, the rest of the C definitions is not read");
		c->is_stopped = true;
	}
	return d;
}

void c_say_first(struct c_section *c, struct diag *d, struct span first)
{
	diag_note(c->diags, d, first, "this is the first definition");
	diag_hint(c->diags, d, "rename or remove one of them");
}

const char *c_intern(struct c_section *c, const char *text, size_t len)
{
	return intern_name(c->script->names, text, len);
}

int c_enter(struct c_section *c)
{
	if (++c->depth <= C_MAX_DEPTH)
		return 0;
	c_error(c, DIAG_NESTING, c->tok.span, "the C definitions are nested too deeply: %d is the limit", C_MAX_DEPTH);
	c->is_stopped = true;
	return -1;
}

void c_leave(struct c_section *c)
{
	c->depth--;
}

void c_advance(struct c_section *c)
{
	if (c_is(&c->tok, C_OP('{', 0, 0)))
		c->braces++;
	else if (c_is(&c->tok, C_OP('}', 0, 0)) && c->braces)
		c->braces--;
	c->tok = c_next(c);
}

bool c_accept(struct c_section *c, uint32_t op)
{
	if (!c_is(&c->tok, op))
		return false;
	c_advance(c);
	return true;
}

bool c_accept_word(struct c_section *c, const char *word)
{
	if (c->tok.kind != C_NAME || strcmp(c->tok.name, word))
		return false;
	c_advance(c);
	return true;
}

int c_expect(struct c_section *c, uint32_t op, const char *shown)
{
	if (c_accept(c, op))
		return 0;
	c_error(c, DIAG_SYNTAX, c->tok.span, "expected %s", shown);
	return -1;
}

/* ---- collecting ---- */

static struct c_section *section_of(struct script *s)
{
	struct c_section *c = s->c_section;

	if (c)
		return c;
	c = s->c_section = ARENA_NEW(s->arena, struct c_section);
	c->source = c_source;
	c->script = s;
	c->arena = s->arena;
	c->diags = s->diags;
	c->end_of_items = &c->items;
	s->read_c = c_section_read;
	if (!s->headers)
		c_headers_init(s);
	return c;
}

static void add_item(struct c_section *c, struct c_item item)
{
	struct c_item *kept = ARENA_NEW(c->arena, struct c_item);

	*kept = item;
	*c->end_of_items = kept;
	c->end_of_items = &kept->next;
}

void c_section_add(struct script *s, struct span at)
{
	add_item(section_of(s), (struct c_item){ .start = at.start, .len = at.end - at.start });
}

void c_section_include(struct script *s, const char *file)
{
	const char *text = arena_printf(s->arena, "#include \"%s\"\n", file);
	struct c_item item = { .len = strlen(text) };

	item.start = sources_add(s->sources, "--include", text, item.len);
	add_item(section_of(s), item);
}

int c_section_read_file(struct script *s, const char *path, struct span at)
{
	struct c_item item = { .file = path, .at = at };
	char *text;
	int err = host_read_file(path, &text, &item.len);

	if (!err) {
		item.start = sources_add(s->sources, path, text, item.len);
		free(text);
		err = item.start ? 0 : -EFBIG;
	}
	if (err) {
		diag_error(s->diags, DIAG_C_INCLUDE, at, "'%s' cannot be read: %s", path, strerror(-err));
		return -1;
	}
	item.file = arena_strdup(s->arena, path);
	add_item(section_of(s), item);
	return 0;
}

/* ---- reading ---- */

/* Once, when the sources that stand behind this one are known. */
static void begin(struct c_section *c)
{
	c->is_begun = true;
	c->max_expanded = C_MAX_EXPANDED;
	c_add_words(c);
	if (!c->is_source)
		ctype_add_source_first(c->script, &c->source);
	c->is_source = true;
	for (size_t i = 0; i < ARRAY_SIZE(predefined); i++)
		c_define(c, predefined[i]);
	for (size_t i = 0; i < ARRAY_SIZE(with_kernel); i++)
		c_define(c, with_kernel[i])->needs_kernel = true;
}

void c_begin_text(struct c_section *c, const struct c_item *item)
{
	struct c_text *t = ARENA_NEW(c->arena, struct c_text);

	*t = (struct c_text){
		.up = c->text, .start = item->start, .line = 1, .is_line_start = true, .file = item->file,
		.is_header = item->file != NULL, .named_at = item->at, .conds = c->conds.n,
	};
	t->text = t->at = sources_text(c->script->sources, item->start);
	t->end = t->text + item->len;
	c->text = t;
	c->includes += t->is_header;
	c->max_expanded += C_MAX_EXPANDED_PER_BYTE * item->len;
}

static void read_item(struct c_section *c, const struct c_item *item)
{
	if (item->file && c_is_by_clang(c, item->file))
		c_push_by_clang(c, item->file, item->at);
	else
		c_begin_text(c, item);
	c->tok = (struct c_token){ .span = { item->start, item->start } };
	c_advance(c);
	while (c->tok.kind != C_END && !c->is_stopped)
		c_external_declaration(c);
	c->text = NULL;
	c->frame = NULL;
	c->has_unread = false;
}

static void forget(struct c_section *c)
{
	vec_done(&c->conds);
	vec_done(&c->packs);
	vec_done(&c->once);
	vec_done(&c->clang_texts);
}

static void read_items(struct c_section *c)
{
	if (!c->is_begun)
		begin(c);
	for (const struct c_item *item = c->items; item && !c->is_stopped; item = item->next)
		read_item(c, item);
	while (c->conds.n)
		c_error(c, DIAG_SYNTAX, c->conds.v[--c->conds.n].span, "#if without #endif");
	forget(c);
}

/* As if nothing had been read. */
static void start_again(struct c_section *c)
{
	c->macros = c->tags = c->names = c->words = (struct c_table){ 0 };
	c->is_begun = c->is_stopped = false;
	c->failure = (struct c_failure){ 0 };
	c->depth = c->includes = c->unevaluated = c->n_errors = c->pack = 0;
	c->braces = 0;
	c->n_expanded = 0;
}

/* A header that our own reader cannot read: libclang is to read it, when it is there. Whether it is. */
static bool turn_to_clang(struct c_section *c)
{
	const struct c_failure *f = &c->failure;
	struct diag *d;

	if (!f->file || c_is_by_clang(c, f->file))
		return false;
	if (c_clang_is_there()) {
		vec_push(&c->by_clang, f->file);
		return true;
	}
	c->diags = diags_new(c->arena, c->script->sources);
	d = diag_error(c->diags, DIAG_C_HEADER, f->at, "reading '%s' needs libclang: install the package libclang1-19",
		       f->file);
	diag_note(c->diags, d, f->first->span, "sonde by itself gets to here: %s", f->first->message);
	return false;
}

int c_section_read(struct script *s)
{
	struct c_section *c = s->c_section;
	unsigned errors = diags_errors(s->diags);

	c->diags = diags_new(c->arena, s->sources);
	read_items(c);
	while (turn_to_clang(c)) {
		start_again(c);
		c->diags = diags_new(c->arena, s->sources);
		read_items(c);
	}
	c->items = NULL;
	c->end_of_items = &c->items;
	vec_done(&c->by_clang);
	diags_move(s->diags, c->diags);
	c->diags = s->diags;
	return diags_errors(s->diags) > errors ? -1 : 0;
}
