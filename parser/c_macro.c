/* The stream of tokens behind the preprocessor: texts in texts, and macros in macros. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "parser/c_priv.h"

struct c_macro *c_macro_find(struct c_section *c, const char *name)
{
	struct c_macro *m = c_table_find(&c->macros, name);

	return m && m->needs_kernel && !ctype_has_kernel(c->script) ? NULL : m;
}

/* ---- frames ---- */

void c_push_frame(struct c_section *c, struct c_frame *f)
{
	f->up = c->frame;
	f->at = 0;
	c->frame = f;
	if (f->macro)
		f->macro->is_busy = true;
}

void c_pop_frame(struct c_section *c)
{
	if (c->frame->macro)
		c->frame->macro->is_busy = false;
	c->frame = c->frame->up;
}

/* ---- texts ---- */

static void end_text(struct c_section *c)
{
	struct c_text *t = c->text;

	if (t->is_header) {
		c->includes--;
		while (c->conds.n > t->conds)
			c_error(c, DIAG_SYNTAX, c->conds.v[--c->conds.n].span, "#if without #endif");
	}
	c->text = t->up;
}

static struct c_token next_of_text(struct c_section *c)
{
	struct c_token t = { .kind = C_END, .span = c->tok.span };

	while (c->text && !c->is_stopped) {
		t = c_scan(c->text, c->in_directive);
		if (t.kind == C_NAME && (c->in_directive || !c_is_skipping(c)))
			t.name = c_intern(c, t.text, t.len);
		if (c->in_directive)
			return t;
		if (t.kind == C_END)
			end_text(c);
		else if (t.is_line_start && c_is(&t, C_OP('#', 0, 0)))
			c_directive(c, &t);
		else if (!c_is_skipping(c))
			return t;
	}
	return (struct c_token){ .kind = C_END, .span = t.span };
}

struct c_token c_next_raw(struct c_section *c)
{
	if (c->has_unread) {
		c->has_unread = false;
		return c->unread;
	}
	while (c->frame) {
		struct c_frame *f = c->frame;

		if (f->at < f->n)
			return f->tokens[f->at++];
		if (f->is_wall)
			return (struct c_token){ .kind = C_END, .span = c->tok.span };
		c_pop_frame(c);
	}
	return next_of_text(c);
}

static void unread(struct c_section *c, const struct c_token *t)
{
	c->unread = *t;
	c->has_unread = true;
}

/* ---- arguments ---- */

struct argument {
	struct c_tokens raw, full;     /* as written, and expanded */
	bool is_full;
};
struct arguments {
	struct argument *v;
	size_t n, cap;
};

static void arguments_done(struct arguments *args)
{
	for (size_t i = 0; i < args->n; i++) {
		vec_done(&args->v[i].raw);
		vec_done(&args->v[i].full);
	}
	vec_done(args);
}

/* Behind the '(': the arguments of m, up to the ')'. */
static int read_arguments(struct c_section *c, const struct c_macro *m, struct span at, struct arguments *args)
{
	unsigned depth = 0;

	vec_push(args, (struct argument){ 0 });
	for (;;) {
		struct c_token t = c_next_raw(c);
		bool takes_rest = m->is_variadic && args->n == m->n_params;

		if (t.kind == C_END) {
			unread(c, &t);
			diag_hint(c->diags,
				  c_error(c, DIAG_SYNTAX, at,
					  "the arguments of the macro '%s' are not closed",
					  m->name),
				  "a ')' is missing");
			return -1;
		}
		if (!depth && c_is(&t, C_OP(')', 0, 0)))
			return 0;
		depth += c_is(&t, C_OP('(', 0, 0));
		depth -= c_is(&t, C_OP(')', 0, 0));
		if (!depth && !takes_rest && c_is(&t, C_OP(',', 0, 0)))
			vec_push(args, (struct argument){ 0 });
		else
			vec_push(&args->v[args->n - 1].raw, t);
	}
}

/* "f()" has no argument when f takes none, one that is empty when it takes one; the rest may be missing. */
static int fit_arguments(struct c_section *c, const struct c_macro *m, struct span at, struct arguments *args)
{
	size_t n = args->n;

	if (!m->n_params && n == 1 && !args->v[0].raw.n)
		n = args->n = 0;
	if (m->is_variadic && n + 1 == m->n_params) {
		vec_push(args, (struct argument){ 0 });
		n++;
	}
	if (n == m->n_params)
		return 0;
	c_error(c, DIAG_ARG_COUNT, at, "the macro '%s' takes %zu arguments and got %zu", m->name,
		m->n_params, n);
	return -1;
}

/* ---- what a macro becomes ---- */

static int find_param(const struct c_macro *m, const struct c_token *t)
{
	for (size_t i = 0; t->kind == C_NAME && i < m->n_params; i++)
		if (m->params[i] == t->name)
			return (int)i;
	return -1;
}

static void put_tokens(struct c_section *c, struct c_tokens *out, const struct c_token *tokens, size_t n)
{
	for (size_t i = 0; i < n && !c->is_stopped; i++) {
		vec_push(out, tokens[i]);
		if (++c->n_expanded > c->max_expanded) {
			c_error(c, DIAG_NESTING, tokens[i].span, "the macros expand to more than %zu tokens",
				c->max_expanded);
			c->is_stopped = true;
		}
	}
}

/* "#x": the argument as a string. */
static struct c_token make_string(struct c_section *c, const struct argument *arg, struct span at)
{
	struct strbuf b = { 0 };
	struct c_token t = { .kind = C_STRING, .span = at };

	strbuf_putc(&b, '"');
	for (size_t i = 0; i < arg->raw.n; i++) {
		const struct c_token *from = &arg->raw.v[i];

		if (i && from->has_space)
			strbuf_putc(&b, ' ');
		for (uint32_t k = 0; k < from->len; k++) {
			if ((from->kind == C_STRING || from->kind == C_CHAR) && strchr("\"\\", from->text[k]))
				strbuf_putc(&b, '\\');
			strbuf_putc(&b, from->text[k]);
		}
	}
	strbuf_putc(&b, '"');
	t.text = arena_strndup(c->arena, b.data, b.len);
	t.len = (uint32_t)b.len;
	strbuf_done(&b);
	return t;
}

/* "a##b": one token of the texts of two. */
static void paste(struct c_section *c, struct c_tokens *out, const struct c_token *right, struct span at)
{
	struct c_token *left = &out->v[out->n - 1];
	size_t len = (size_t)left->len + right->len;
	char *text = arena_alloc(c->arena, len + 1);
	struct c_text t = { .text = text, .at = text, .end = text + len, .line = left->line };
	struct c_token made;

	memcpy(text, left->text, left->len);
	memcpy(text + left->len, right->text, right->len);
	made = c_scan(&t, true);
	if (made.len != len) {
		diag_hint(c->diags,
			  c_error(c, DIAG_SYNTAX, at, "'##' makes no token of '%s'", text),
			  "what '##' joins must become one name, number or operator");
		return;
	}
	if (made.kind == C_NAME)
		made.name = c_intern(c, made.text, made.len);
	made.span = at;
	made.has_space = left->has_space;
	made.is_line_start = false;
	*left = made;
}

static const struct c_tokens *expanded_argument(struct c_section *c, struct argument *arg)
{
	if (!arg->is_full)
		c_expand(c, arg->raw.v, arg->raw.n, &arg->full);
	arg->is_full = true;
	return &arg->full;
}

struct substitution {
	const struct c_macro *macro;
	struct arguments *args;
	struct span at;
	struct c_tokens out;
	bool is_pasting;               /* "##" came last */
	bool is_left_empty;            /* and what stood before it was an empty argument */
};

/* Behind "##" the first token joins the last one there is. */
static void put_raw(struct c_section *c, struct substitution *s, const struct c_token *tokens, size_t n)
{
	if (s->is_pasting && !s->is_left_empty && n && s->out.n) {
		paste(c, &s->out, tokens, s->at);
		tokens++;
		n--;
	}
	put_tokens(c, &s->out, tokens, n);
}

/* ", ## __VA_ARGS__" with nothing in it takes the comma away. */
static bool is_comma_of_rest(const struct substitution *s, int param)
{
	return s->is_pasting && s->macro->is_variadic && (size_t)param + 1 == s->macro->n_params && s->out.n &&
	       c_is(&s->out.v[s->out.n - 1], C_OP(',', 0, 0));
}

static void put_param(struct c_section *c, struct substitution *s, int param, bool before_paste)
{
	struct argument *arg = &s->args->v[param];

	if (is_comma_of_rest(s, param)) {
		if (arg->raw.n)
			put_tokens(c, &s->out, arg->raw.v, arg->raw.n);
		else
			s->out.n--;
	} else if (s->is_pasting || before_paste) {
		put_raw(c, s, arg->raw.v, arg->raw.n);
	} else {
		const struct c_tokens *full = expanded_argument(c, arg);

		put_tokens(c, &s->out, full->v, full->n);
	}
	s->is_left_empty = !arg->raw.n && (before_paste || s->is_pasting);
}

static void put_body(struct c_section *c, struct substitution *s)
{
	const struct c_macro *m = s->macro;

	for (size_t i = 0; i < m->n_body && !c->is_stopped; i++) {
		struct c_token t = m->body[i];
		bool before_paste = i + 1 < m->n_body && c_is(&m->body[i + 1], C_OP('#', '#', 0));
		int param = find_param(m, &t);

		t.span = s->at;
		t.is_line_start = false;
		if (c_is(&t, C_OP('#', '#', 0)) && i && i + 1 < m->n_body) {
			s->is_pasting = true;
			continue;
		}
		if (m->is_function && c_is(&t, C_OP('#', 0, 0)) && i + 1 < m->n_body &&
		    find_param(m, &m->body[i + 1]) >= 0) {
			t = make_string(c, &s->args->v[find_param(m, &m->body[++i])], s->at);
			put_raw(c, s, &t, 1);
			s->is_left_empty = false;
		} else if (param >= 0) {
			put_param(c, s, param, before_paste);
		} else {
			put_raw(c, s, &t, 1);
			s->is_left_empty = false;
		}
		s->is_pasting = false;
	}
}

/* Puts what the macro becomes in front of the text. false: its name stays. */
static bool expand_macro(struct c_section *c, struct c_macro *m, const struct c_token *name)
{
	struct arguments args = { 0 };
	struct substitution s = { .macro = m, .args = &args, .at = name->span };
	struct c_frame *f;
	bool is_good = true;

	if (m->is_function) {
		struct c_token open = c_next_raw(c);

		if (!c_is(&open, C_OP('(', 0, 0))) {
			unread(c, &open);
			return false;
		}
		is_good = !c_enter(c) && !read_arguments(c, m, name->span, &args) &&
			  !fit_arguments(c, m, name->span, &args);
		if (is_good)
			put_body(c, &s);
		c_leave(c);
	} else {
		put_body(c, &s);
	}
	arguments_done(&args);
	f = ARENA_NEW(c->arena, struct c_frame);
	*f = (struct c_frame){
		.tokens = arena_memdup(c->arena, s.out.v, s.out.n * sizeof(*s.out.v)),
		.n = s.out.n,
		.macro = m,
	};
	vec_done(&s.out);
	c_push_frame(c, f);
	return true;
}

struct c_token c_next(struct c_section *c)
{
	for (;;) {
		struct c_token t = c_next_raw(c);
		struct c_macro *m;

		if (t.kind != C_NAME || t.is_painted || c->is_stopped)
			return t;
		m = c_macro_find(c, t.name);
		if (!m)
			return t;
		if (m->is_busy) {
			t.is_painted = true;
			return t;
		}
		if (!expand_macro(c, m, &t))
			return t;
	}
}

void c_expand(struct c_section *c, const struct c_token *tokens, size_t n, struct c_tokens *out)
{
	struct c_frame wall = { .tokens = tokens, .n = n, .is_wall = true };
	struct c_token unread_before = c->unread;
	bool had_unread = c->has_unread;

	c->has_unread = false;
	c_push_frame(c, &wall);
	for (;;) {
		struct c_token t = c_next(c);

		if (t.kind == C_END)
			break;
		put_tokens(c, out, &t, 1);
	}
	while (c->frame != &wall)
		c_pop_frame(c);
	c_pop_frame(c);
	c->unread = unread_before;
	c->has_unread = had_unread;
}

/* ---- as text ---- */

static void put_macro(const struct c_macro *m, struct strbuf *out)
{
	strbuf_printf(out, "#define %s%s", m->name, m->is_function ? "(" : "");
	for (size_t i = 0; i < m->n_params; i++) {
		bool is_rest = m->is_variadic && i + 1 == m->n_params;

		strbuf_printf(out, "%s%s%s", i ? "," : "",
			      is_rest && !strcmp(m->params[i], "__VA_ARGS__") ? "" : m->params[i],
			      is_rest ? "..." : "");
	}
	strbuf_puts(out, m->is_function ? ") " : " ");
	for (size_t i = 0; i < m->n_body; i++) {
		if (i && m->body[i].has_space)
			strbuf_putc(out, ' ');
		strbuf_put(out, m->body[i].text, m->body[i].len);
	}
	strbuf_putc(out, '\n');
}

/* libclang reads again where they come from. */
static bool is_from_clang(const struct c_section *c, const struct c_macro *m)
{
	for (size_t i = 0; i < c->clang_texts.n; i++)
		if (m->span.start >= c->clang_texts.v[i].start && m->span.start < c->clang_texts.v[i].end)
			return true;
	return false;
}

const char *c_text_before(struct c_section *c)
{
	struct strbuf out = { 0 };
	const char *text;

	for (size_t i = 0; i < c->macros.cap; i++) {
		const struct c_macro *m = c->macros.slots[i].what;

		if (m && m->span.start && !is_from_clang(c, m)) /* those from nowhere every compiler has */
			put_macro(m, &out);
	}
	for (size_t i = 0; i < c->once.n; i++) {
		char *full = c_is_by_clang(c, c->once.v[i]) ? realpath(c->once.v[i], NULL) : NULL;

		if (full)
			strbuf_printf(&out, "#include \"%s\"\n", full);
		free(full);
	}
	text = arena_strdup(c->arena, out.data ? out.data : "");
	strbuf_done(&out);
	return text;
}
