/* Directives of the C section: what a line with '#' asks for. */
#include <string.h>

#include "base/arena.h"
#include "parser/c_headers.h"
#include "parser/c_priv.h"

static struct span join_to(struct span at, const struct c_token *t)
{
	return t->span.end > at.start ? span_join(at, t->span) : at;
}

static void skip_line(struct c_section *c)
{
	while (c_next_raw(c).kind != C_END)
		;
}

static struct c_tokens read_line(struct c_section *c)
{
	struct c_tokens line = { 0 };

	for (;;) {
		struct c_token t = c_next_raw(c);

		if (t.kind == C_END)
			return line;
		vec_push(&line, t);
	}
}

/* ---- #define, #undef ---- */

static int read_params(struct c_section *c, struct c_macro *m, struct span at)
{
	VEC(const char *) params = { 0 };
	struct c_token t = c_next_raw(c);
	bool is_good = c_is(&t, C_OP(')', 0, 0));

	while (!is_good && !m->is_variadic) {
		bool is_rest = c_is(&t, C_OP('.', '.', '.'));

		if (!is_rest && t.kind != C_NAME)
			break;
		vec_push(&params, is_rest ? c_intern(c, "__VA_ARGS__", 11) : t.name);
		m->is_variadic = is_rest;
		t = c_next_raw(c);
		if (!is_rest && c_is(&t, C_OP('.', '.', '.'))) {
			m->is_variadic = true;
			t = c_next_raw(c);
		}
		is_good = c_is(&t, C_OP(')', 0, 0));
		if (!is_good && !c_is(&t, C_OP(',', 0, 0)))
			break;
		if (!is_good)
			t = c_next_raw(c);
	}
	m->n_params = params.n;
	m->params = arena_memdup(c->arena, params.v, params.n * sizeof(*params.v));
	vec_done(&params);
	if (!is_good)
		diag_hint(c->diags,
			  c_error(c, DIAG_SYNTAX, join_to(at, &t),
				  "the parameters of the macro '%s' cannot be read", m->name),
			  "write names with commas between them: #define F(a, b) ...");
	return is_good ? 0 : -1;
}

static void define(struct c_section *c, struct span at)
{
	struct c_token name = c_next_raw(c), t;
	struct c_tokens body = { 0 };
	struct c_macro *m;

	if (name.kind != C_NAME || !strcmp(name.name, "defined")) {
		c_error(c, DIAG_SYNTAX, join_to(at, &name), "#define needs a name");
		return;
	}
	m = ARENA_NEW(c->arena, struct c_macro);
	m->name = name.name;
	m->span = name.span;
	t = c_next_raw(c);
	if (c_is(&t, C_OP('(', 0, 0)) && !t.has_space) {
		m->is_function = true;
		if (read_params(c, m, name.span))
			return;
		t = c_next_raw(c);
	}
	for (; t.kind != C_END; t = c_next_raw(c))
		vec_push(&body, t);
	m->n_body = body.n;
	m->body = arena_memdup(c->arena, body.v, body.n * sizeof(*body.v));
	vec_done(&body);
	c_table_set(&c->macros, c->arena, m->name, m);
}

static void undefine(struct c_section *c, struct span at)
{
	struct c_token name = c_next_raw(c);

	if (name.kind == C_NAME)
		c_table_set(&c->macros, c->arena, name.name, NULL);
	else
		c_error(c, DIAG_SYNTAX, join_to(at, &name), "#undef needs a name");
}

/* ---- conditions ---- */

bool c_is_skipping(const struct c_section *c)
{
	return c->conds.n && !c->conds.v[c->conds.n - 1].is_on;
}

static bool is_defined(struct c_section *c, const struct c_token *t)
{
	uint64_t value;
	bool is_negative;

	return c_macro_find(c, t->name) || c_header_constant(c->script, t->name, &value, &is_negative);
}

static struct c_token number_token(const struct c_token *at, bool value)
{
	return (struct c_token){ .kind = C_NUMBER, .text = value ? "1" : "0", .len = 1, .span = at->span };
}

static bool is_word(const struct c_token *t, const char *word)
{
	return t->kind == C_NAME && t->len == strlen(word) && !memcmp(t->text, word, t->len);
}

/* defined NAME and defined(NAME) become 1 or 0 before macros are expanded; everything else stays. */
static void answer_defined(struct c_section *c, const struct c_tokens *line, struct c_tokens *out)
{
	for (size_t i = 0; i < line->n; i++) {
		const struct c_token *t = &line->v[i];
		bool has_paren = i + 1 < line->n && c_is(&t[1], C_OP('(', 0, 0));
		const struct c_token *name = t + 1 + has_paren;
		bool is_complete = i + 1 + has_paren < line->n && name->kind == C_NAME &&
				   (!has_paren || (i + 3 < line->n && c_is(&name[1], C_OP(')', 0, 0))));

		if (is_word(t, "defined") && is_complete) {
			vec_push(out, number_token(t, is_defined(c, name)));
			i += 1 + 2 * has_paren;
		} else {
			vec_push(out, *t);
		}
	}
}

/* The value of the tokens; false with an error when they have none. */
static bool evaluate(struct c_section *c, const struct c_tokens *tokens, struct span at)
{
	struct c_frame wall = { .tokens = tokens->v, .n = tokens->n, .is_wall = true };
	struct c_token before = c->tok;
	struct c_value v = { 0 };

	c_push_frame(c, &wall);
	c->in_condition = true;
	c->tok = (struct c_token){ .span = at };
	c_advance(c);
	if (c->tok.kind == C_END)
		diag_hint(c->diags, c_error(c, DIAG_SYNTAX, at, "a condition is missing"),
			  "put a constant expression behind it: #if 1");
	else if (!c_const_expr(c, &v) && c->tok.kind != C_END)
		diag_hint(c->diags,
			  c_error(c, DIAG_SYNTAX, c->tok.span, "the condition is over before this"),
			  "join it with an operator such as &&, or remove it");
	c->in_condition = false;
	while (c->frame != &wall)
		c_pop_frame(c);
	c_pop_frame(c);
	c->has_unread = false;
	c->tok = before;
	return v.bits != 0;
}

static bool read_condition(struct c_section *c, struct span at)
{
	struct c_tokens line = read_line(c), asked = { 0 }, full = { 0 };
	bool value;

	answer_defined(c, &line, &asked);
	c_expand(c, asked.v, asked.n, &full);
	for (size_t i = 0; i < full.n; i++)
		full.v[i].is_painted = true;
	value = evaluate(c, &full, at);
	vec_done(&line);
	vec_done(&asked);
	vec_done(&full);
	return value;
}

/* #ifdef, #ifndef: whether the name is defined. */
static bool read_name_condition(struct c_section *c, struct span at, const char *directive)
{
	struct c_token name = c_next_raw(c);

	if (name.kind == C_NAME)
		return is_defined(c, &name);
	c_error(c, DIAG_SYNTAX, join_to(at, &name), "#%s needs a name", directive);
	return false;
}

static void begin_cond(struct c_section *c, struct span at, bool is_on)
{
	bool skipping = c_is_skipping(c);

	/* inside what is left out nothing is ever taken */
	vec_push(&c->conds, (struct c_cond){ .span = at,
					    .is_on = is_on && !skipping,
					    .was_on = is_on || skipping });
}

/* The condition that an #else or #endif belongs to; NULL with an error: none. */
static struct c_cond *innermost(struct c_section *c, struct span at, const char *directive)
{
	size_t outside = c->text && c->text->is_header ? c->text->conds : 0;

	if (c->conds.n > outside)
		return &c->conds.v[c->conds.n - 1];
	c_error(c, DIAG_SYNTAX, at, "#%s without #if", directive);
	return NULL;
}

static struct c_cond *innermost_before_else(struct c_section *c, struct span at, const char *directive)
{
	struct c_cond *cond = innermost(c, at, directive);

	if (!cond || !cond->has_else)
		return cond;
	diag_note(c->diags, c_error(c, DIAG_SYNTAX, at, "#%s behind #else", directive), cond->span,
		  "the condition begins here");
	return NULL;
}

static void begin_if(struct c_section *c, struct span at)
{
	begin_cond(c, at, !c_is_skipping(c) && read_condition(c, at));
}

static void begin_ifdef(struct c_section *c, struct span at)
{
	begin_cond(c, at, !c_is_skipping(c) && read_name_condition(c, at, "ifdef"));
}

static void begin_ifndef(struct c_section *c, struct span at)
{
	begin_cond(c, at, !c_is_skipping(c) && !read_name_condition(c, at, "ifndef"));
}

/* #elif and its like. defined: 1, the name has to be defined; -1, it has not to be; 0, it is a whole condition. */
static void begin_branch(struct c_section *c, struct span at, const char *directive, int defined)
{
	struct c_cond *cond = innermost_before_else(c, at, directive);
	bool value;

	if (!cond)
		return;
	if (cond->was_on) {
		cond->is_on = false;
		return;
	}
	value = defined ? read_name_condition(c, at, directive) == (defined > 0) : read_condition(c, at);
	cond = &c->conds.v[c->conds.n - 1];
	cond->is_on = cond->was_on = value;
}

static void begin_elif(struct c_section *c, struct span at)
{
	begin_branch(c, at, "elif", 0);
}

static void begin_elifdef(struct c_section *c, struct span at)
{
	begin_branch(c, at, "elifdef", 1);
}

static void begin_elifndef(struct c_section *c, struct span at)
{
	begin_branch(c, at, "elifndef", -1);
}

static void begin_else(struct c_section *c, struct span at)
{
	struct c_cond *cond = innermost_before_else(c, at, "else");

	if (!cond)
		return;
	cond->is_on = !cond->was_on;
	cond->was_on = cond->has_else = true;
}

static void end_if(struct c_section *c, struct span at)
{
	if (innermost(c, at, "endif"))
		c->conds.n--;
}

/* ---- #include ---- */

static void include_token(struct c_section *c, const struct c_token *t, struct span at)
{
	const char *end;

	if (t->kind == C_STRING && *t->text == '"') {
		c_include(c, arena_strndup(c->arena, t->text + 1, t->len - 2), false, join_to(at, t));
		return;
	}
	end = c_is(t, C_OP('<', 0, 0)) ? memchr(t->text, '>', strcspn(t->text, "\n")) : NULL;
	if (!end) {
		c_error(c, DIAG_SYNTAX, at, "#include needs \"file\" or <file>");
		return;
	}
	at = (struct span){ at.start, t->span.start + (uint32_t)(end + 1 - t->text) };
	c_include(c, arena_strndup(c->arena, t->text + 1, (size_t)(end - t->text - 1)), true, at);
}

/* The header is read when the line is over: it is put in front of the rest of the text. */
static void include(struct c_section *c, struct span at)
{
	struct c_token first = c_next_raw(c);
	struct c_tokens line, full = { 0 };

	line = read_line(c);
	if (first.kind == C_NAME) {
		c_expand(c, &first, 1, &full);
		if (full.n)
			first = full.v[0];
	}
	include_token(c, &first, at);
	vec_done(&line);
	vec_done(&full);
}

/* ---- #error, #warning, #pragma ---- */

static const char *rest_of_line(struct c_section *c)
{
	struct c_token first = c_next_raw(c), last = first;

	if (first.kind == C_END)
		return "";
	for (struct c_token t = first; t.kind != C_END; t = c_next_raw(c))
		last = t;
	return arena_strndup(c->arena, first.text, (size_t)(last.text + last.len - first.text));
}

static void say_error(struct c_section *c, struct span at)
{
	c_error(c, DIAG_C_ERROR, at, "#error %s", rest_of_line(c));
}

static void say_warning(struct c_section *c, struct span at)
{
	diag_warning(c->diags, DIAG_C_ERROR, at, "#warning %s", rest_of_line(c));
}

/* Behind "#pragma pack": (N), (), (push), (push, N), (pop). */
/* What stands in #pragma pack( ): a number of bytes, or whether to keep or to take back what holds. */
static void obey_pack(struct c_section *c, const struct c_token *t)
{
	struct c_value v = { 0 };

	if (is_word(t, "push"))
		vec_push(&c->packs, c->pack);
	else if (is_word(t, "pop") && c->packs.n)
		c->pack = c->packs.v[--c->packs.n];
	else if (t->kind == C_NUMBER && !c_number(t, &v) && v.bits && v.bits <= 16 && !(v.bits & (v.bits - 1)))
		c->pack = (uint32_t)v.bits;
	else
		diag_hint(c->diags, c_error(c, DIAG_SYNTAX, t->span, "this means nothing in #pragma pack"),
			  is_word(t, "pop") ? "there is no push in front of this pop" :
			  "it takes push, pop and 1, 2, 4, 8 or 16 (written as a number, not as a macro)");
}

static void pack(struct c_section *c)
{
	struct c_tokens line = read_line(c);

	for (size_t i = 0; i < line.n; i++) {
		const struct c_token *t = &line.v[i];

		if (t->kind != C_PUNCT)
			obey_pack(c, t);
		else if (c_is(t, C_OP(')', 0, 0)) && i && c_is(t - 1, C_OP('(', 0, 0)))
			c->pack = 0;
	}
	vec_done(&line);
}

static void pragma(struct c_section *c, struct span at)
{
	struct c_token t = c_next_raw(c);

	(void)at;
	if (is_word(&t, "pack"))
		pack(c);
	else if (is_word(&t, "once") && c->text && c->text->is_header)
		vec_push(&c->once, c->text->file);
}

static void ignore(struct c_section *c, struct span at)
{
	(void)c, (void)at;
}

/* ---- all of them ---- */

static const struct {
	const char *name;
	void (*obey)(struct c_section *c, struct span at);
	bool is_cond;                  /* counts in what is left out, too */
} directives[] = {
	{ "define", define, false },
	{ "undef", undefine, false },
	{ "if", begin_if, true },
	{ "ifdef", begin_ifdef, true },
	{ "ifndef", begin_ifndef, true },
	{ "elif", begin_elif, true },
	{ "elifdef", begin_elifdef, true },
	{ "elifndef", begin_elifndef, true },
	{ "else", begin_else, true },
	{ "endif", end_if, true },
	{ "include", include, false },
	{ "error", say_error, false },
	{ "warning", say_warning, false },
	{ "pragma", pragma, false },
	{ "line", ignore, false },
	{ "ident", ignore, false },
};

static void obey(struct c_section *c, const struct c_token *name, struct span at)
{
	for (size_t i = 0; i < ARRAY_SIZE(directives); i++) {
		if (!is_word(name, directives[i].name))
			continue;
		if (!c_is_skipping(c) || directives[i].is_cond)
			directives[i].obey(c, at);
		return;
	}
	/* "#" alone, and "# 12 file" as compilers write it, say nothing */
	if (name->kind != C_END && name->kind != C_NUMBER && !c_is_skipping(c))
		diag_hint(c->diags,
			  c_error(c, DIAG_SYNTAX, at, "there is no directive '#%.*s'",
				  (int)name->len, name->text),
			  "there are #define, #undef, #include, #if, #ifdef, #ifndef, #elif, "
			  "#else, #endif, #error, #warning and #pragma");
}

void c_directive(struct c_section *c, const struct c_token *hash)
{
	struct c_text *t = c->text;
	struct c_token name;

	c->in_directive = true;
	name = c_next_raw(c);
	obey(c, &name, join_to(hash->span, &name));
	/* an included text is in front of this one by now */
	if (c->text == t)
		skip_line(c);
	c->in_directive = false;
}

struct c_macro *c_define(struct c_section *c, const char *text)
{
	size_t len = strcspn(text, " ");
	struct c_text t = { .text = text, .at = text, .end = text + strlen(text), .is_line_start = true };
	struct c_text *before = c->text;
	bool in_directive = c->in_directive;

	c->text = &t;
	c->in_directive = true;
	define(c, (struct span){ 0, 0 });
	c->in_directive = in_directive;
	c->text = before;
	return c_table_find(&c->macros, c_intern(c, text, len));
}
